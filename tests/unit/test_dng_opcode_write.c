/* DNG opcode lists as bytes, checked against the layout in the DNG specification, chapter 7. */
#include "run_suite.h"
#include "opcodes.h"

#include "blob.h"
#include "dng_opcode_write.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static uint32_t be32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static double be_double(const uint8_t *p)
{
    uint64_t bits = (uint64_t)be32(p) << 32 | be32(p + 4);
    double v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

static float be_float(const uint8_t *p)
{
    uint32_t bits = be32(p);
    float v;
    memcpy(&v, &bits, sizeof v);
    return v;
}

/* Checks an opcode's header; returns its parameters and moves on. */
static const uint8_t *next_opcode(const uint8_t **p, uint32_t id, uint32_t size)
{
    const uint8_t *parameters = *p + 16;
    ck_assert_uint_eq(be32(*p), id);
    ck_assert_uint_eq(be32(*p + 4), 0x01030000);
    ck_assert_uint_eq(be32(*p + 8), 1); /* optional */
    ck_assert_uint_eq(be32(*p + 12), size);
    *p = parameters + size;
    return parameters;
}

static void add_opcodes(struct fl_frame *raw)
{
    static const float gain[6] = {1, 1.5f, 2, 2.5f, 3, 3.5f};
    static const int32_t points[4] = {7, 3, 9, 4};
    struct fl_opcode *op = opcodes_add_gain_map(raw, 2, 3, 2, gain);
    op->u.gain_map.area = (struct fl_rect){1, 2, 50, 40};
    op->u.gain_map.row_pitch = op->u.gain_map.col_pitch = 2;
    op = opcodes_add(raw, 2, FL_OPCODE_FIX_VIGNETTE_RADIAL);
    op->u.vignette.k[4] = 0.125;
    op->u.vignette.cx = 0.25;
    op = opcodes_add_bad_points(raw, 2, points);
    op->list = 2;
    op->u.bad_list.rects = 1;
    op->u.bad_list.rect = malloc(sizeof *op->u.bad_list.rect);
    op->u.bad_list.rect[0] = (struct fl_rect){5, 6, 2, 3};
    opcodes_add(raw, 2, FL_OPCODE_FIX_BAD_PIXELS_CONSTANT)->u.bad_constant.value = 77;
    op = opcodes_add_warp(raw, 3);
    op->list = 3;
    op->u.warp.plane[2].tangential[1] = -0.5;
}

START_TEST(opcodes_are_big_endian_and_in_order)
{
    struct fl_frame *raw = opcodes_frame(64, 48, FL_CFA_GBRG);
    struct fl_blob out = {0};
    const uint8_t *p, *q;

    add_opcodes(raw);
    ck_assert_int_eq(fl_dng_opcodes_write(raw->meta.corrections, 1, FL_CFA_GBRG, &out).code, FL_OK);
    ck_assert_uint_eq(out.size, 0);
    ck_assert_int_eq(fl_dng_opcodes_write(raw->meta.corrections, 2, FL_CFA_GBRG, &out).code, FL_OK);
    ck_assert_uint_eq(be32(out.data), 4);
    p = out.data + 4;
    q = next_opcode(&p, FL_OPCODE_GAIN_MAP, 76 + 6 * 4);
    ck_assert(be32(q) == 2 && be32(q + 4) == 1 && be32(q + 8) == 42 && be32(q + 12) == 51);
    ck_assert(be32(q + 24) == 2 && be32(q + 28) == 2 && be32(q + 32) == 2 && be32(q + 36) == 3);
    ck_assert(be_double(q + 40) == 1 && be_double(q + 48) == 0.5);
    ck_assert(be_float(q + 76) == 1 && be_float(q + 96) == 3.5f);
    q = next_opcode(&p, FL_OPCODE_FIX_VIGNETTE_RADIAL, 7 * 8);
    ck_assert(be_double(q + 32) == 0.125 && be_double(q + 40) == 0.25);
    q = next_opcode(&p, FL_OPCODE_FIX_BAD_PIXELS_LIST, 12 + 2 * 8 + 16);
    ck_assert(be32(q) == 2 && be32(q + 4) == 2 && be32(q + 8) == 1); /* phase of GBRG, counts */
    ck_assert(be32(q + 12) == 3 && be32(q + 16) == 7);               /* row before column */
    ck_assert(be32(q + 28) == 6 && be32(q + 32) == 5 && be32(q + 36) == 9 && be32(q + 40) == 7);
    q = next_opcode(&p, FL_OPCODE_FIX_BAD_PIXELS_CONSTANT, 8);
    ck_assert(be32(q) == 77 && be32(q + 4) == 2);
    ck_assert_uint_eq((size_t)(p - out.data), out.size);
    out.size = 0;
    ck_assert_int_eq(fl_dng_opcodes_write(raw->meta.corrections, 3, FL_CFA_GBRG, &out).code, FL_OK);
    p = out.data + 4;
    q = next_opcode(&p, FL_OPCODE_WARP_RECTILINEAR, 4 + 3 * 48 + 16);
    ck_assert(be32(q) == 3 && be_double(q + 4) == 1 && be_double(q + 4 + 2 * 48 + 40) == -0.5);
    ck_assert_uint_eq((size_t)(p - out.data), out.size);
    fl_blob_free(&out);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(contradicting_opcodes_are_errors)
{
    struct fl_frame *raw = opcodes_frame(16, 16, FL_CFA_RGGB);
    struct fl_opcode *op = opcodes_add(raw, 2, FL_OPCODE_GAIN_MAP);
    struct fl_blob out = {0};

    op->u.gain_map.points_v = op->u.gain_map.points_h = 1 << 20;
    op->u.gain_map.map_planes = 1;
    ck_assert_int_eq(fl_dng_opcodes_write(raw->meta.corrections, 2, FL_CFA_RGGB, &out).code,
                     FL_ERR_ARGUMENT);
    op->id = FL_OPCODE_WARP_RECTILINEAR;
    op->u.warp.planes = 2;
    ck_assert_int_eq(fl_dng_opcodes_write(raw->meta.corrections, 2, FL_CFA_RGGB, &out).code,
                     FL_ERR_ARGUMENT);
    op->u.warp.planes = 1;
    ck_assert_int_eq(fl_dng_opcodes_write(raw->meta.corrections, 2, FL_CFA_RGGB, &out).code, FL_OK);
    fl_blob_free(&out);
    fl_frame_unref(raw);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dng_opcode_write");
    TCase *c = tcase_create("dng_opcode_write");

    tcase_add_test(c, opcodes_are_big_endian_and_in_order);
    tcase_add_test(c, contradicting_opcodes_are_errors);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
