/* DNG opcode lists: every opcode that is decoded, and what is refused or skipped. */
#include "run_suite.h"
#include "read_back.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define OPTIONAL 1u

static const struct fl_opcode *first(struct fl_frame **f, struct dngw *w)
{
    fl_err err = read_dng(w, NULL, f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    ck_assert_ptr_nonnull((*f)->meta.corrections);
    ck_assert_int_ge((*f)->meta.corrections->opcode_count, 1);
    return &(*f)->meta.corrections->opcode[0];
}

static void expect(struct dngw *w, enum fl_code code, const char *part)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == code, "%s: %s", fl_code_name(err.code), err.message);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
}

static struct dngw_blob warp_blob(uint32_t planes, double cx)
{
    struct dngw_blob b = {.size = 0};
    dngw_u32(&b, planes);
    for (uint32_t i = 0; i < planes * 6; i++)
        dngw_f64(&b, 0.125 * i);
    dngw_f64(&b, cx);
    dngw_f64(&b, 0.5);
    return b;
}

/* A map of 2x3 points (v, h) in `planes` maps over the area of plain_dng(). */
struct map_fault {
    uint32_t bottom, plane, pitch, points;
    double spacing, gain;
};

static struct dngw_blob map_blob(struct map_fault f)
{
    struct dngw_blob b = {.size = 0};
    const uint32_t head[] = {2, 1, f.bottom, 16, f.plane, 1, f.pitch, 2, f.points, 3};
    for (int i = 0; i < 10; i++)
        dngw_u32(&b, head[i]);
    dngw_f64(&b, f.spacing);
    dngw_f64(&b, 0.5);
    dngw_f64(&b, 0.25);
    dngw_f64(&b, -0.125);
    dngw_u32(&b, 1);
    for (int i = 0; i < 6; i++)
        dngw_f32(&b, f.gain + 0.25 * i);
    return b;
}

static const struct map_fault good_map = {12, 0, 2, 2, 1.0, 1.0};

START_TEST(warp_rectilinear)
{
    for (uint32_t planes = 1; planes <= 3; planes += 2) {
        struct dngw *w = plain_dng(planes == 3);
        struct dngw_blob b = warp_blob(planes, 0.25);
        struct fl_frame *f;
        const struct fl_opcode *op;
        dngw_opcode(w, 3, 1, 0, &b);
        op = first(&f, w);
        ck_assert_int_eq(op->list, 3);
        ck_assert_int_eq(op->id, FL_OPCODE_WARP_RECTILINEAR);
        ck_assert_int_eq(op->u.warp.planes, (int)planes);
        ck_assert_double_eq(op->u.warp.plane[planes - 1].radial[3], 0.125 * (planes * 6 - 3));
        ck_assert_double_eq(op->u.warp.plane[planes - 1].tangential[1], 0.125 * (planes * 6 - 1));
        ck_assert_double_eq(op->u.warp.cx, 0.25);
        ck_assert_double_eq(op->u.warp.cy, 0.5);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(fix_vignette_and_constant)
{
    struct dngw *w = plain_dng(false);
    struct dngw_blob vignette = {.size = 0}, constant = {.size = 0};
    const struct fl_opcode *op;
    struct fl_frame *f;
    for (int i = 0; i < 7; i++)
        dngw_f64(&vignette, i < 5 ? -0.5 * i : 0.5);
    dngw_u32(&constant, 4095);
    dngw_u32(&constant, 1);
    dngw_opcode(w, 2, 3, OPTIONAL, &vignette);
    dngw_opcode(w, 1, 4, 0, &constant);
    op = first(&f, w);
    ck_assert_int_eq(f->meta.corrections->opcode_count, 2);
    ck_assert_int_eq(op[0].id, FL_OPCODE_FIX_BAD_PIXELS_CONSTANT); /* list 1 comes first */
    ck_assert_int_eq(op[0].list, 1);
    ck_assert_uint_eq(op[0].u.bad_constant.value, 4095);
    ck_assert_int_eq(op[1].id, FL_OPCODE_FIX_VIGNETTE_RADIAL);
    ck_assert_int_eq(op[1].list, 2);
    ck_assert_double_eq(op[1].u.vignette.k[4], -2.0);
    ck_assert_double_eq(op[1].u.vignette.cy, 0.5);
    fl_frame_unref(f);
}
END_TEST

START_TEST(bad_pixel_list_in_active_coordinates)
{
    /* Active area: top 2, left 4. List 1 counts from the stored image, list 2 from the area. */
    const uint32_t words[] = {0,
                              3,
                              2,
                              /* points: row, column */ 5,
                              6,
                              1,
                              6,
                              11,
                              15,
                              /* rectangles: top, left, bottom, right */ 0,
                              5,
                              4,
                              7,
                              3,
                              3,
                              3,
                              9};
    for (int list = 1; list <= 2; list++) {
        struct dngw *w = plain_dng(false);
        struct dngw_blob b = {.size = 0};
        const struct fl_opcode *op;
        struct fl_frame *f;
        int dy = list == 1 ? 2 : 0, dx = list == 1 ? 4 : 0;
        for (size_t i = 0; i < sizeof words / sizeof *words; i++)
            dngw_u32(&b, words[i]);
        DNGW_SET(w, DNGW_RAW, 50829, DNGW_LONG, 2, 4, 12, 16);
        dngw_opcode(w, list, 5, 0, &b);
        op = first(&f, w);
        /* One point of three is outside the active area either way. */
        ck_assert_int_eq(op->u.bad_list.points, 2);
        ck_assert_int_eq(op->u.bad_list.point[0], 6 - dx);
        ck_assert_int_eq(op->u.bad_list.point[1], 5 - dy);
        ck_assert_int_eq(op->u.bad_list.rects, 1); /* the other one is empty */
        ck_assert_int_eq(op->u.bad_list.rect[0].x, 5 - dx);
        ck_assert_int_eq(op->u.bad_list.rect[0].y, 0);
        ck_assert_int_eq(op->u.bad_list.rect[0].width, 2);
        ck_assert_int_eq(op->u.bad_list.rect[0].height, 4 - dy);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(gain_map)
{
    struct dngw *w = plain_dng(false);
    struct dngw_blob b = map_blob(good_map);
    const struct fl_opcode *op;
    struct fl_frame *f;
    dngw_opcode(w, 2, 9, 0, &b);
    op = first(&f, w);
    ck_assert_int_eq(op->id, FL_OPCODE_GAIN_MAP);
    ck_assert_int_eq(op->u.gain_map.area.x, 1);
    ck_assert_int_eq(op->u.gain_map.area.y, 2);
    ck_assert_int_eq(op->u.gain_map.area.width, 15);
    ck_assert_int_eq(op->u.gain_map.area.height, 10);
    ck_assert_int_eq(op->u.gain_map.plane, 0);
    ck_assert_int_eq(op->u.gain_map.planes, 1);
    ck_assert_int_eq(op->u.gain_map.row_pitch, 2);
    ck_assert_int_eq(op->u.gain_map.points_v, 2);
    ck_assert_int_eq(op->u.gain_map.points_h, 3);
    ck_assert_int_eq(op->u.gain_map.map_planes, 1);
    ck_assert_double_eq(op->u.gain_map.spacing_h, 0.5);
    ck_assert_double_eq(op->u.gain_map.origin_v, 0.25);
    ck_assert_double_eq(op->u.gain_map.origin_h, -0.125);
    ck_assert_float_eq(op->u.gain_map.gain[5], 2.25f);
    fl_frame_unref(f);
}
END_TEST

START_TEST(gain_map_area_is_clipped)
{
    struct dngw *w = plain_dng(false);
    struct map_fault m = good_map;
    struct dngw_blob b;
    const struct fl_opcode *op;
    struct fl_frame *f;
    m.bottom = 0x80000001u;
    b = map_blob(m);
    dngw_opcode(w, 2, 9, 0, &b);
    op = first(&f, w);
    ck_assert_int_eq(op->u.gain_map.area.height, 10);
    fl_frame_unref(f);
}
END_TEST

START_TEST(bad_gain_maps)
{
    static const struct {
        struct map_fault map;
        const char *part;
    } cases[] = {{{2, 0, 2, 2, 1.0, 1.0}, "its area"},
                 {{12, 1, 2, 2, 1.0, 1.0}, "starts at plane 1"},
                 {{12, 0, 0, 2, 1.0, 1.0}, "pitches 0"},
                 {{12, 0, 2, 0, 1.0, 1.0}, "it has 3x0 points"},
                 {{12, 0, 2, 9, 1.0, 1.0}, "do not fit"},
                 {{12, 0, 2, 4194304, 1.0, 1.0}, "do not fit"},
                 {{12, 0, 2, 2, 0.0, 1.0}, "points are 0"},
                 {{12, 0, 2, 2, 1.0, -1.0}, "its gain 0 is -1"},
                 {{12, 0, 2, 2, 1.0, INFINITY}, "its gain 0 is inf"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dngw *w = plain_dng(false);
        struct dngw_blob b = map_blob(cases[i].map);
        dngw_opcode(w, 2, 9, 0, &b);
        expect(w, FL_ERR_CORRUPT, cases[i].part);
    }
}
END_TEST

START_TEST(mandatory_unknown_is_refused)
{
    static const struct {
        int list;
        uint32_t id;
        const char *part;
    } cases[] = {{1, 99, "OpcodeList1: opcode 99 (unknown opcode): not supported"},
                 {3, 2, "OpcodeList3: opcode 2 (WarpFisheye): not supported"},
                 {2, 6, "OpcodeList2: opcode 6 (TrimBounds): not supported"},
                 {2, 7, "(MapTable): not supported"},
                 {2, 8, "(MapPolynomial): not supported"},
                 {2, 10, "(DeltaPerRow): not supported"},
                 {2, 11, "(DeltaPerColumn): not supported"},
                 {2, 12, "(ScalePerRow): not supported"},
                 {2, 13, "(ScalePerColumn): not supported"},
                 {3, 14, "(WarpRectilinear2): not supported"},
                 {2, 1, "(WarpRectilinear): not supported in this list"},
                 {3, 5, "(FixBadPixelsList): not supported in this list"},
                 {1, 9, "(GainMap): not supported in this list"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int optional = 0; optional < 2; optional++) {
            struct dngw *w = plain_dng(false);
            struct dngw_blob b = warp_blob(1, 0.5);
            struct read_log log;
            struct fl_frame *f;
            /* Bit 1 says that a preview may skip it: that is no permission for us. */
            dngw_opcode(w, cases[i].list, cases[i].id, optional ? OPTIONAL : 2, &b);
            if (!optional) {
                expect(w, FL_ERR_UNSUPPORTED, cases[i].part);
                continue;
            }
            ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
            ck_assert_int_eq(log.notes, 1);
            ck_assert_ptr_null(f->meta.corrections);
            fl_frame_unref(f);
        }
}
END_TEST

START_TEST(damaged_opcodes)
{
    struct dngw *w = plain_dng(false);
    struct dngw_blob b = warp_blob(2, 0.5);
    struct read_log log;
    struct fl_frame *f;
    dngw_opcode(w, 3, 1, 0, &b);
    expect(w, FL_ERR_UNSUPPORTED, "it has 2 planes");
    w = plain_dng(false);
    b = warp_blob(1, 1.5);
    dngw_opcode(w, 3, 1, 0, &b);
    expect(w, FL_ERR_CORRUPT, "its centre");
    w = plain_dng(false);
    b = warp_blob(3, NAN);
    dngw_opcode(w, 3, 1, OPTIONAL, &b);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert_int_eq(log.notes, 1);
    fl_frame_unref(f);
    w = plain_dng(false);
    b = warp_blob(3, 0.5);
    b.size -= 4;
    dngw_opcode(w, 3, 1, 0, &b);
    expect(w, FL_ERR_CORRUPT, "its data is too short");
    w = plain_dng(false);
    b.size = 0;
    dngw_u32(&b, 0);
    dngw_u32(&b, 1000000);
    dngw_u32(&b, 1000000);
    dngw_opcode(w, 1, 5, 0, &b);
    expect(w, FL_ERR_CORRUPT, "do not fit into its data");
}
END_TEST

START_TEST(damaged_lists)
{
    static const uint8_t many[4] = {0, 0, 1, 0};
    static const uint8_t crowd[4 + 257 * 16] = {0, 0, 1, 1};
    static const uint8_t cut[20] = {0, 0, 0, 1, 0, 0, 0, 9, 1, 3, 0, 0, 0, 0, 0, 1, 0, 0, 0, 8};
    struct dngw *w = plain_dng(false);
    dngw_bytes(w, DNGW_RAW, 51008, DNGW_UNDEFINED, 4, many, 4);
    expect(w, FL_ERR_CORRUPT, "OpcodeList1: 256 opcodes do not fit");
    w = plain_dng(false);
    dngw_bytes(w, DNGW_RAW, 51009, DNGW_UNDEFINED, 3, many, 3);
    expect(w, FL_ERR_CORRUPT, "OpcodeList2");
    w = plain_dng(false);
    dngw_bytes(w, DNGW_RAW, 51022, DNGW_UNDEFINED, 20, cut, 20);
    expect(w, FL_ERR_CORRUPT, "OpcodeList3: opcode 9 (GainMap) ends outside the list");
    w = plain_dng(false);
    dngw_bytes(w, DNGW_RAW, 51009, DNGW_UNDEFINED, sizeof crowd, crowd, sizeof crowd);
    expect(w, FL_ERR_UNSUPPORTED, "OpcodeList2: 257 opcodes, at most 256 are supported");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dng_opcodes");
    TCase *t = tcase_create("opcodes");
    tcase_add_test(t, warp_rectilinear);
    tcase_add_test(t, fix_vignette_and_constant);
    tcase_add_test(t, bad_pixel_list_in_active_coordinates);
    tcase_add_test(t, gain_map);
    tcase_add_test(t, gain_map_area_is_clipped);
    tcase_add_test(t, bad_gain_maps);
    tcase_add_test(t, mandatory_unknown_is_refused);
    tcase_add_test(t, damaged_opcodes);
    tcase_add_test(t, damaged_lists);
    suite_add_tcase(s, t);
    return run_suite(s);
}
