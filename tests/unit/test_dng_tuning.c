/* What fl_dng_describe() adds to a frame: matrices under two lights that mean what the tuning
 * says, levels, noise and gain maps where the frame has none. */
#include "run_suite.h"

#include "dng_tuning.h"
#include "firstlight/firstlight.h"
#include "flmath.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fl_grey_point grey[3] = {{2500, 0.60, 0.30}, {4500, 0.40, 0.60}, {7500, 0.30, 0.75}};
static struct fl_tuning_ccm ccm[2] = {{2856, {1.9, -0.6, -0.3, -0.4, 2.0, -0.6, 0.0, -0.9, 1.9}},
                                      {6504, {2.2, -0.9, -0.3, -0.3, 2.1, -0.8, -0.1, -0.4, 1.5}}};
static float cells[4] = {2, 1, 1, 2}, light_cells[4] = {1.5f, 1, 1, 1.5f};
static struct fl_shading_table red = {4000, cells};

static struct fl_tuning tuning(void)
{
    struct fl_tuning t = {.grey_count = 3,
                          .grey = grey,
                          .ccm_count = 2,
                          .ccm = ccm,
                          .has_black = true,
                          .black = {4096 / 65535.0, 4096 / 65535.0, 4096 / 65535.0},
                          .noise_slope = 3,
                          .noise_constant = 5};
    t.shading.cols = t.shading.rows = 2;
    t.shading.red_count = 1;
    t.shading.red = &red;
    t.shading.luminance = light_cells;
    t.shading.luminance_strength = 1;
    return t;
}

static struct fl_frame *bare_frame(enum fl_color color, enum fl_cfa cfa)
{
    const struct fl_format format = {color, cfa, FL_PACK_U16, 12};
    struct fl_frame *raw;
    ck_assert_int_eq(fl_frame_new(64, 48, &format, &raw).code, FL_OK);
    raw->meta.iso = 400;
    raw->meta.has_neutral = true;
    raw->meta.neutral[0] = 0.4;
    raw->meta.neutral[1] = 1;
    raw->meta.neutral[2] = 0.6;
    return raw;
}

static struct fl_dng_described described;

/* The frame itself stays as it is. */
static const struct fl_meta *describe(const struct fl_frame *raw, const struct fl_tuning *t)
{
    struct fl_meta before = raw->meta;
    fl_err err = fl_dng_describe(raw, t, &described);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    ck_assert_mem_eq(&before, &raw->meta, sizeof before);
    ck_assert_ptr_eq(described.frame.plane[0], raw->plane[0]);
    return &described.frame.meta;
}

static void done(struct fl_frame *raw)
{
    fl_dng_described_free(&described);
    fl_frame_unref(raw);
}

/* White of each light is what the tuning's curve says; white-balanced grey is D50. */
START_TEST(matrices_meet_the_curve)
{
    static const double white[2][3] = {{1.0985, 1, 0.3558}, {0.95047, 1, 1.08883}};
    static const double d50[3] = {0.9642, 1, 0.8249}, ones[3] = {1, 1, 1};
    const struct fl_tuning t = tuning();
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_RGGB);
    const struct fl_meta *m = describe(raw, &t);
    for (int i = 0; i < 2; i++) {
        const struct fl_calibration *c = &m->calibration[i];
        double v[3], expected[2];
        ck_assert_int_eq(c->illuminant, i ? 21 : 17);
        ck_assert(c->has_color_matrix && c->has_forward_matrix);
        fl_mat3_apply(c->color_matrix, white[i], v);
        ck_assert(fl_tuning_grey(&t, c->cct_k, expected));
        ck_assert_double_eq_tol(v[0] / v[1], expected[0], 1e-4);
        ck_assert_double_eq_tol(v[2] / v[1], expected[1], 1e-4);
        fl_mat3_apply(c->forward_matrix, ones, v);
        for (int k = 0; k < 3; k++)
            ck_assert_double_eq_tol(v[k], d50[k], 1e-4);
    }
    done(raw);
}
END_TEST

/* A colour through the DNG's two kinds of matrices comes out where the tuning's matrix puts it. */
START_TEST(both_kinds_agree_with_the_tuning)
{
    static const double camera[3] = {0.2, 0.5, 0.3};
    static const double d50_to_srgb[9] = {3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415,
                                          0.0334540, 0.0719453,  -0.2289914, 1.4052427};
    static const double d65_to_srgb[9] = {3.2404542, -1.5371385, -0.4985314, -0.9692660, 1.8760108,
                                          0.0415560, 0.0556434,  -0.2040259, 1.0572252};
    const struct fl_tuning t = tuning();
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_RGGB);
    const struct fl_calibration *c = &describe(raw, &t)->calibration[1];
    double expected[3], v[3], inverse[9], unbalanced[3], point[2];
    fl_mat3_apply(ccm[1].matrix, camera, expected);
    fl_mat3_apply(c->forward_matrix, camera, v);
    fl_mat3_apply(d50_to_srgb, v, v);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(v[i], expected[i], 2e-3);
    ck_assert(fl_tuning_grey(&t, 6504, point));
    unbalanced[0] = camera[0] * point[0];
    unbalanced[1] = camera[1];
    unbalanced[2] = camera[2] * point[1];
    ck_assert(fl_mat3_inverse(c->color_matrix, inverse));
    fl_mat3_apply(inverse, unbalanced, v);
    fl_mat3_apply(d65_to_srgb, v, v);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(v[i], expected[i], 1e-4);
    done(raw);
}
END_TEST

START_TEST(levels_noise_and_maps_fill_gaps)
{
    const struct fl_tuning t = tuning();
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_GBRG);
    struct fl_noise noise;
    const struct fl_corrections *c;
    const struct fl_meta *m = describe(raw, &t);
    ck_assert(fl_tuning_noise(&t, 4, &noise));
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq(m->black_dn[i], 256);
    for (int i = 0; i < 3; i++)
        ck_assert(m->noise[i].s == noise.s && m->noise[i].o == noise.o);
    c = m->corrections;
    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(c->opcode_count, 4);
    for (int i = 0; i < 4; i++) {
        const struct fl_opcode *op = &c->opcode[i];
        bool is_red = fl_cfa_color(FL_CFA_GBRG, i & 1, i >> 1) == 0;
        ck_assert_int_eq(op->id, FL_OPCODE_GAIN_MAP);
        ck_assert_int_eq(op->list, 2);
        ck_assert_int_eq(op->u.gain_map.area.x, i & 1);
        ck_assert_int_eq(op->u.gain_map.area.y, i >> 1);
        ck_assert_int_eq(op->u.gain_map.area.width, 64 - (i & 1));
        ck_assert_int_eq(op->u.gain_map.row_pitch, 2);
        /* the tables go on bilinearly to the corner, half a cell beyond the last centre */
        ck_assert_float_eq_tol(op->u.gain_map.gain[0], is_red ? 3.5f * 2.25f : 2.25f, 1e-5f);
    }
    done(raw);
}
END_TEST

/* The frame's own measurements stay; only its matrices give way. */
START_TEST(what_the_frame_knows_stays)
{
    const struct fl_tuning t = tuning();
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_RGGB);
    struct fl_opcode *op;
    raw->meta.black_dn[2] = 60;
    raw->meta.noise[1] = (struct fl_noise){1e-3, 1e-6};
    raw->meta.corrections = fl_corrections_new();
    op = raw->meta.corrections->opcode = calloc(1, sizeof *op);
    raw->meta.corrections->opcode_count = 1;
    op->list = 2;
    op->id = FL_OPCODE_FIX_VIGNETTE_RADIAL;
    const struct fl_meta *m = describe(raw, &t);
    ck_assert_float_eq(m->black_dn[0], 0);
    ck_assert_float_eq(m->black_dn[2], 60);
    ck_assert_double_eq(m->noise[0].s, 0);
    ck_assert_int_eq(m->corrections->opcode_count, 1);
    ck_assert(m->calibration[0].has_color_matrix);
    done(raw);
}
END_TEST

/* Maps come behind the frame's other corrections, which stay the frame's. */
START_TEST(maps_follow_other_corrections)
{
    const struct fl_tuning t = tuning();
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_RGGB);
    struct fl_corrections *own = raw->meta.corrections = fl_corrections_new();
    const struct fl_meta *m;
    own->opcode = calloc(1, sizeof *own->opcode);
    own->opcode_count = 1;
    own->opcode[0].list = 1;
    own->opcode[0].id = FL_OPCODE_FIX_BAD_PIXELS_CONSTANT;
    m = describe(raw, &t);
    ck_assert_int_eq(own->opcode_count, 1);
    ck_assert_int_eq(m->corrections->opcode_count, 5);
    ck_assert_int_eq(m->corrections->opcode[0].id, FL_OPCODE_FIX_BAD_PIXELS_CONSTANT);
    ck_assert_int_eq(m->corrections->opcode[4].id, FL_OPCODE_GAIN_MAP);
    done(raw);
}
END_TEST

/* Colour shading without a known light would be a guess; a mono sensor has none. */
START_TEST(maps_need_a_light)
{
    const struct fl_tuning t = tuning();
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_RGGB);
    raw->meta.has_neutral = false;
    const struct fl_meta *m = describe(raw, &t);
    ck_assert_ptr_null(m->corrections);
    done(raw);
    raw = bare_frame(FL_COLOR_MONO, FL_CFA_NONE);
    raw->meta.has_neutral = false;
    m = describe(raw, &t);
    ck_assert(!m->calibration[0].has_color_matrix);
    ck_assert_int_eq(m->corrections->opcode_count, 1);
    ck_assert_int_eq(m->corrections->opcode[0].u.gain_map.row_pitch, 1);
    ck_assert_float_eq_tol(m->corrections->opcode[0].u.gain_map.gain[0], 2.25f, 1e-5f);
    done(raw);
}
END_TEST

/* Matrices that make no sense, or none: the frame's own stay. */
START_TEST(a_poor_tuning_does_no_harm)
{
    static const double broken[4][9] = {{0},
                                        {1, 1, 1, 1, 1, 1, 1, 1, 1},
                                        {1, -1, 0, 0, 1, 0, 0, 0, 1},
                                        {NAN, 0, 0, 0, 1, 0, 0, 0, 1}};
    struct fl_tuning t = {0};
    struct fl_tuning_ccm one = {5000, {0}};
    struct fl_frame *raw = bare_frame(FL_COLOR_MOSAIC, FL_CFA_RGGB);
    raw->meta.calibration[0].illuminant = 23;
    const struct fl_meta *m = describe(raw, &t);
    ck_assert_int_eq(m->calibration[0].illuminant, 23);
    ck_assert_ptr_null(m->corrections);
    ck_assert_double_eq(m->noise[0].s, 0);
    fl_dng_described_free(&described);
    memcpy(one.matrix, broken[_i], sizeof one.matrix);
    t.ccm_count = 1;
    t.ccm = &one;
    t.grey_count = 3;
    t.grey = grey;
    ck_assert_int_eq(describe(raw, &t)->calibration[0].illuminant, 23);
    fl_dng_described_free(&described);
    ck_assert_int_eq(describe(raw, NULL)->calibration[0].illuminant, 23);
    done(raw);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dng_tuning");
    TCase *t = tcase_create("describe");
    tcase_add_test(t, matrices_meet_the_curve);
    tcase_add_test(t, both_kinds_agree_with_the_tuning);
    tcase_add_test(t, levels_noise_and_maps_fill_gaps);
    tcase_add_test(t, what_the_frame_knows_stays);
    tcase_add_test(t, maps_follow_other_corrections);
    tcase_add_test(t, maps_need_a_light);
    tcase_add_loop_test(t, a_poor_tuning_does_no_harm, 0, 4);
    suite_add_tcase(s, t);
    return run_suite(s);
}
