/* lens_shading: gain maps and vignette against a direct evaluation; hostile opcodes. */
#include "run_suite.h"
#include "opcodes.h"
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STAGE (&fl_stage_lens_shading)

/* A picture of ones: what comes out is the gain. */
static struct fl_planes ones(int width, int height)
{
    struct fl_planes planes = harness_planes(width, height, fl_layout_of(1));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            *harness_at(&planes, 0, x, y) = 1.0F;
    return planes;
}

static struct harness_result run_on_ones(const struct fl_frame *frame, struct fl_rect active,
                                         enum fl_cfa cfa, float strength, int block_rows)
{
    struct fl_flow flow = harness_flow(active.width, active.height, 1, cfa);
    struct harness_setup setup = {.frame = frame, .active = active, .params = &strength};
    struct fl_planes in = ones(active.width, active.height);
    struct harness_result r = harness_run(STAGE, &setup, &flow, &in, block_rows);
    harness_planes_free(&in);
    return r;
}

/* The specification's bilinear map, in double precision, at a pixel of the active area. */
static double expected_map(const struct fl_opcode *op, int width, int height, int x, int y)
{
    int nh = op->u.gain_map.points_h, nv = op->u.gain_map.points_v;
    double h = ((x + 0.5) / width - op->u.gain_map.origin_h) / op->u.gain_map.spacing_h;
    double v = ((y + 0.5) / height - op->u.gain_map.origin_v) / op->u.gain_map.spacing_v;
    const float *g = op->u.gain_map.gain;
    int i, j;
    h = nh > 1 ? fmin(fmax(h, 0), nh - 1) : 0;
    v = nv > 1 ? fmin(fmax(v, 0), nv - 1) : 0;
    i = (int)fmin(floor(h), nh > 1 ? nh - 2 : 0);
    j = (int)fmin(floor(v), nv > 1 ? nv - 2 : 0);
    h -= i;
    v -= j;
    g += j * nh + i;
    return (1 - v) * ((1 - h) * (double)g[0] + (nh > 1 ? h * (double)g[1] : 0)) +
           (nv > 1 ? v * ((1 - h) * (double)g[nh] + (nh > 1 ? h * (double)g[nh + 1] : 0)) : 0);
}

START_TEST(map_is_bilinear_at_and_between_points)
{
    const float gain[12] = {2.0F, 1.5F, 1.25F, 3.0F, 1.0F, 1.125F,
                            2.5F, 2.0F, 1.75F, 4.0F, 1.0F, 2};
    struct fl_frame *frame = opcodes_frame(66, 50, FL_CFA_RGGB);
    const struct fl_opcode *op = opcodes_add_gain_map(frame, 2, 4, 3, gain);
    struct harness_result r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert(!r.bypassed);
    for (int y = 0; y < 50; y++)
        for (int x = 0; x < 66; x++)
            ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y),
                                    expected_map(op, 66, 50, x, y), 1e-6);
    /* the middle of 66 x 50 pixels lies on no pixel; points at half pixels are exact */
    ck_assert_int_eq(r.guard_errors, 0);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(map_is_exact_on_its_points)
{
    const float gain[3] = {1.0F, 3.0F, 2.0F};
    struct fl_frame *frame = opcodes_frame(8, 2, FL_CFA_RGGB);
    struct fl_opcode *op = opcodes_add_gain_map(frame, 2, 3, 1, gain);
    struct harness_result r;
    op->u.gain_map.origin_h = 1.5 / 8; /* points on pixels 1, 3 and 5 */
    op->u.gain_map.spacing_h = 2.0 / 8;
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 0);
    const float expected[8] = {1, 1, 2, 3, 2.5F, 2, 2, 2};
    for (int x = 0; x < 8; x++)
        ck_assert_float_eq(*harness_at(&r.planes, 0, x, 0), expected[x]);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

/* Gains of high pictures are computed for some rows only. */
START_TEST(rows_between_computed_ones_are_close)
{
    const float gain[6] = {2.0F, 1.5F, 1.25F, 1.125F, 1.5F, 2.5F};
    const int width = 34, height = 1200;
    struct fl_frame *frame = opcodes_frame(width, height, FL_CFA_RGGB);
    const struct fl_opcode *op = opcodes_add_gain_map(frame, 2, 2, 3, gain);
    struct harness_result r;
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_msg(r.prepared.keeps_scratch, "every row is computed: nothing is tested");
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double expected = expected_map(op, width, height, x, y);
            ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y), expected,
                                    3e-3 * expected);
        }
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

/* Phones write one map per CFA site. */
START_TEST(four_maps_hit_their_sites)
{
    struct fl_frame *frame = opcodes_frame(10, 6, FL_CFA_GBRG);
    struct harness_result r;
    for (int site = 0; site < 4; site++) {
        const float gain = 1.5F + (float)site;
        struct fl_opcode *op = opcodes_add_gain_map(frame, 2, 1, 1, &gain);
        op->u.gain_map.area = (struct fl_rect){site & 1, site >> 1, 10, 6};
        op->u.gain_map.row_pitch = op->u.gain_map.col_pitch = 2;
    }
    r = run_on_ones(frame, frame->meta.active, FL_CFA_GBRG, 1.0F, 2);
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 10; x++)
            ck_assert_float_eq(*harness_at(&r.planes, 0, x, y),
                               1.5F + (float)((x & 1) + 2 * (y & 1)));
    /* GBRG: green 0 and 3, blue 1, red 2; a colour saturates at its least gain */
    ck_assert_float_eq(r.flow.clip[0], 3.5F);
    ck_assert_float_eq(r.flow.clip[1], 1.5F);
    ck_assert_float_eq(r.flow.clip[2], 2.5F);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

/* The picture starts inside the active area; the opcode counts from the active area's corner. */
START_TEST(opcodes_count_from_the_active_area)
{
    const float gain[4] = {1.0F, 2.0F, 3.0F, 4.0F};
    struct fl_frame *frame = opcodes_frame(41, 37, FL_CFA_RGGB);
    struct fl_opcode *op;
    struct fl_rect picture = {5, 4, 32, 30};
    struct harness_result r;
    frame->meta.active = (struct fl_rect){3, 2, 37, 34};
    op = opcodes_add_gain_map(frame, 2, 2, 2, gain);
    op->u.gain_map.area = (struct fl_rect){3, 5, 20, 18};
    op->u.gain_map.row_pitch = 3;
    op->u.gain_map.col_pitch = 2;
    r = run_on_ones(frame, picture, FL_CFA_RGGB, 1.0F, 0);
    for (int y = 0; y < picture.height; y++)
        for (int x = 0; x < picture.width; x++) {
            int ax = x + 2, ay = y + 2;
            bool inside =
                ax >= 3 && ax < 23 && ay >= 5 && ay < 23 && (ax - 3) % 2 == 0 && (ay - 5) % 3 == 0;
            ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y),
                                    inside ? expected_map(op, 37, 34, ax, ay) : 1.0, 1e-6);
        }
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(vignette_follows_its_polynomial)
{
    struct fl_frame *frame = opcodes_frame(61, 40, FL_CFA_NONE);
    struct fl_opcode *op = opcodes_add(frame, 2, FL_OPCODE_FIX_VIGNETTE_RADIAL);
    const double k[5] = {0.3, 0.2, -0.1, 0.05, 0.02};
    double cx = 0.4 * 60, cy = 0.55 * 39, m2 = (60 - cx) * (60 - cx) + cy * cy;
    struct harness_result r;
    op->u.vignette.cx = 0.4;
    op->u.vignette.cy = 0.55;
    for (int i = 0; i < 5; i++)
        op->u.vignette.k[i] = k[i];
    for (int half = 0; half < 2; half++) {
        r = run_on_ones(frame, frame->meta.active, FL_CFA_NONE, half ? 0.5F : 1.0F, 6);
        for (int y = 0; y < 40; y++)
            for (int x = 0; x < 61; x++) {
                double r2 = ((x - cx) * (x - cx) + (y - cy) * (y - cy)) / m2;
                double g = 0;
                for (int i = 4; i >= 0; i--)
                    g = (g + k[i]) * r2;
                ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y),
                                        1 + (half ? 0.5 : 1.0) * g, 1e-6);
            }
        harness_result_free(&r);
    }
    fl_frame_unref(frame);
}
END_TEST

START_TEST(nothing_to_do_is_bypassed)
{
    const float gain = 2.0F;
    struct fl_frame *frame = opcodes_frame(8, 8, FL_CFA_RGGB);
    struct harness_result r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 0);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    opcodes_add_gain_map(frame, 3, 1, 1, &gain); /* list 3 is not for the mosaic */
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 0);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    opcodes_add_gain_map(frame, 2, 1, 1, &gain);
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 0.0F, 0);
    ck_assert(r.bypassed);
    ck_assert_float_eq(r.flow.clip[0], 1.0F);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(block_height_changes_nothing)
{
    const float gain[9] = {2.0F, 1.5F, 1.25F, 3.0F, 1.0F, 1.125F, 2.5F, 2.0F, 1.75F};
    static const int sizes[][2] = {{2, 2}, {3, 2}, {70, 51}, {6, 700}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int w = sizes[i][0], h = sizes[i][1];
        struct fl_frame *frame = opcodes_frame(w, h, FL_CFA_BGGR);
        struct fl_flow flow = harness_flow(w, h, 1, FL_CFA_BGGR);
        struct harness_setup setup = {.frame = frame};
        struct fl_planes in = ones(w, h);
        opcodes_add_gain_map(frame, 2, 3, 3, gain);
        opcodes_add(frame, 2, FL_OPCODE_FIX_VIGNETTE_RADIAL)->u.vignette.k[0] = 0.7;
        ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
        harness_planes_free(&in);
        fl_frame_unref(frame);
    }
}
END_TEST

/* What a file may say that no camera means: an error that names it, or gains within limits. */
START_TEST(hostile_maps_are_refused)
{
    for (int what = 0; what < 9; what++) {
        float gain[4] = {1, 1, 1, 1};
        struct fl_frame *frame = opcodes_frame(8, 6, FL_CFA_RGGB);
        struct fl_opcode *op = opcodes_add_gain_map(frame, 2, 2, 2, gain);
        struct harness_result r;
        float *g = op->u.gain_map.gain;
        switch (what) {
        case 0:
            g[1] = NAN;
            break;
        case 1:
            g[2] = 0;
            break;
        case 2:
            g[3] = INFINITY;
            break;
        case 3:
            op->u.gain_map.spacing_h = 0;
            break;
        case 4:
            op->u.gain_map.spacing_v = NAN;
            break;
        case 5:
            op->u.gain_map.origin_v = INFINITY;
            break;
        case 6:
            op->u.gain_map.row_pitch = 0;
            break;
        case 7:
            op->u.gain_map.points_h = 1 << 30;
            break;
        default:
            op->u.gain_map.map_planes = 0;
            break;
        }
        r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 0);
        ck_assert_int_eq(r.err.code, FL_ERR_CORRUPT);
        fl_frame_unref(frame);
    }
}
END_TEST

START_TEST(hostile_gains_are_limited)
{
    const float gain[4] = {1e30F, 1e-30F, 3e38F, 1.0F};
    struct fl_frame *frame = opcodes_frame(20, 6, FL_CFA_RGGB);
    struct fl_opcode *op;
    struct harness_result r;
    for (int i = 0; i < 40; i++)
        opcodes_add_gain_map(frame, 2, 2, 2, gain);
    op = opcodes_add_gain_map(frame, 2, 2, 2, gain);
    op->u.gain_map.area = (struct fl_rect){-2147483647, -2147483647, 2147483647, 2147483647};
    op->u.gain_map.row_pitch = op->u.gain_map.col_pitch = 2147483647;
    op->u.gain_map.spacing_h = 1e-300;
    op = opcodes_add(frame, 2, FL_OPCODE_FIX_VIGNETTE_RADIAL);
    op->u.vignette.k[4] = -1e6;
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 2);
    ck_assert_int_eq(r.err.code, FL_OK);
    for (int y = 0; y < 6; y++)
        for (int x = 0; x < 20; x++) {
            float v = *harness_at(&r.planes, 0, x, y);
            ck_assert(v >= 1.0F / 64 && v <= 64.0F);
        }
    harness_result_free(&r);
    op->u.vignette.k[4] = NAN;
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 2);
    ck_assert_int_eq(r.err.code, FL_ERR_CORRUPT);
    op->u.vignette.k[4] = 0;
    op->u.vignette.cx = 1e300;
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 2);
    ck_assert_int_eq(r.err.code, FL_ERR_CORRUPT);
    for (int i = 0; i < 64; i++)
        opcodes_add_gain_map(frame, 2, 2, 2, gain);
    r = run_on_ones(frame, frame->meta.active, FL_CFA_RGGB, 1.0F, 2);
    ck_assert_int_eq(r.err.code, FL_ERR_UNSUPPORTED);
    fl_frame_unref(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lens_shading");
    TCase *tc = tcase_create("lens_shading");
    tcase_add_test(tc, map_is_bilinear_at_and_between_points);
    tcase_add_test(tc, map_is_exact_on_its_points);
    tcase_add_test(tc, rows_between_computed_ones_are_close);
    tcase_add_test(tc, four_maps_hit_their_sites);
    tcase_add_test(tc, opcodes_count_from_the_active_area);
    tcase_add_test(tc, vignette_follows_its_polynomial);
    tcase_add_test(tc, nothing_to_do_is_bypassed);
    tcase_add_test(tc, block_height_changes_nothing);
    tcase_add_test(tc, hostile_maps_are_refused);
    tcase_add_test(tc, hostile_gains_are_limited);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
