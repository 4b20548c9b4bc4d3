/* DNG tags: every one that fl_meta holds, in both byte orders, and what damage to it does. */
#include "run_suite.h"
#include "read_back.h"
#include "tiff_tags.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fl_frame *read_ok(struct dngw *w)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return f;
}

/* Reading fails with that code and a message that contains `part`. */
static void expect(struct dngw *w, enum fl_code code, const char *part)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == code, "%s instead of %s: %s", fl_code_name(err.code),
                  fl_code_name(code), err.message);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
    ck_assert_ptr_null(f);
}

/* --- geometry and CFA --------------------------------------------------------------------- */

START_TEST(plain_file_in_both_orders)
{
    for (int big = 0; big < 2; big++) {
        struct fl_frame *f = read_ok(plain_dng(big));
        const uint16_t *row = (const uint16_t *)((const char *)f->plane[0] + f->stride[0]);
        ck_assert_int_eq(f->width, 16);
        ck_assert_int_eq(f->height, 12);
        ck_assert_int_eq(f->format.color, FL_COLOR_MOSAIC);
        ck_assert_int_eq(f->format.cfa, FL_CFA_RGGB);
        ck_assert_int_eq(f->format.packing, FL_PACK_U16);
        ck_assert_int_eq(f->format.bits, 16); /* words; the white level says that 12 are used */
        ck_assert_int_eq(row[3], 100 + 16 + 3);
        ck_assert_int_eq(f->meta.active.width, 16);
        ck_assert_int_eq(f->meta.default_crop.width, 0);
        ck_assert_float_eq(f->meta.white_dn[3], 4095.0f);
        ck_assert_float_eq(f->meta.black_dn[0], 0.0f);
        ck_assert(!f->meta.has_neutral && !f->meta.calibration[0].has_color_matrix);
        ck_assert_ptr_null(f->meta.corrections);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(cfa_orders)
{
    static const unsigned char patterns[4][4] = {
        {0, 1, 1, 2}, {1, 0, 2, 1}, {1, 2, 0, 1}, {2, 1, 1, 0}};
    for (int c = 0; c < 4; c++) {
        struct dngw *w = plain_dng(c & 1);
        struct fl_frame *f;
        dngw_bytes(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 4, patterns[c], 4);
        f = read_ok(w);
        ck_assert_int_eq(f->format.cfa, FL_CFA_RGGB + c);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(other_cfas_are_refused)
{
    static const unsigned char big_pattern[36] = {0};
    struct dngw *w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_REPEAT_PATTERN_DIM, DNGW_SHORT, 6, 6);
    dngw_bytes(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 36, big_pattern, 36);
    expect(w, FL_ERR_UNSUPPORTED, "unsupported CFA: a pattern of 6x6");
    w = plain_dng(false);
    dngw_drop(w, DNGW_RAW, FL_TAG_CFA_REPEAT_PATTERN_DIM);
    dngw_bytes(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 16, big_pattern, 16);
    expect(w, FL_ERR_UNSUPPORTED, "unsupported CFA: CFAPattern has 16 entries");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 0, 1, 2, 1);
    expect(w, FL_ERR_UNSUPPORTED, "unsupported CFA: CFAPattern 0 1 2 1");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_PLANE_COLOR, DNGW_BYTE, 3, 4, 5);
    expect(w, FL_ERR_UNSUPPORTED, "unsupported CFA: its 3 planes");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_LAYOUT, DNGW_SHORT, 2);
    expect(w, FL_ERR_UNSUPPORTED, "unsupported CFA: CFALayout is 2");
    w = plain_dng(false);
    dngw_drop(w, DNGW_RAW, FL_TAG_CFA_PATTERN);
    expect(w, FL_ERR_CORRUPT, "CFAPattern is missing");
}
END_TEST

START_TEST(areas)
{
    struct dngw *w = plain_dng(true);
    struct fl_frame *f;
    DNGW_SET(w, DNGW_RAW, FL_TAG_ACTIVE_AREA, DNGW_LONG, 2, 3, 12, 15);
    DNGW_SET(w, DNGW_RAW, FL_TAG_MASKED_AREAS, DNGW_SHORT, 0, 0, 2, 16, 2, 0, 12, 3);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_CROP_ORIGIN, DNGW_RATIONAL, 2, 1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_CROP_SIZE, DNGW_SHORT, 8, 6);
    f = read_ok(w);
    ck_assert_int_eq(f->meta.active.x, 3);
    ck_assert_int_eq(f->meta.active.y, 2);
    ck_assert_int_eq(f->meta.active.width, 12);
    ck_assert_int_eq(f->meta.active.height, 10);
    ck_assert_int_eq(f->meta.masked_count, 2);
    ck_assert_int_eq(f->meta.masked[1].y, 2);
    ck_assert_int_eq(f->meta.masked[1].width, 3);
    ck_assert_int_eq(f->meta.masked[1].height, 10);
    ck_assert_int_eq(f->meta.default_crop.x, 2);
    ck_assert_int_eq(f->meta.default_crop.y, 1);
    ck_assert_int_eq(f->meta.default_crop.width, 8);
    ck_assert_int_eq(f->meta.default_crop.height, 6);
    fl_frame_unref(f);
}
END_TEST

START_TEST(crop_is_clipped_and_user_crop_is_relative)
{
    struct dngw *w = plain_dng(false);
    struct fl_frame *f;
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_CROP_ORIGIN, DNGW_SHORT, 4, 4);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_CROP_SIZE, DNGW_SHORT, 100, 100);
    f = read_ok(w);
    ck_assert_int_eq(f->meta.default_crop.width, 12);
    ck_assert_int_eq(f->meta.default_crop.height, 8);
    fl_frame_unref(f);
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_USER_CROP, DNGW_RATIONAL, 0.25, 0.5, 0.75, 1);
    f = read_ok(w);
    ck_assert_int_eq(f->meta.default_crop.x, 8);
    ck_assert_int_eq(f->meta.default_crop.y, 3);
    ck_assert_int_eq(f->meta.default_crop.width, 8);
    ck_assert_int_eq(f->meta.default_crop.height, 6);
    fl_frame_unref(f);
}
END_TEST

START_TEST(bad_areas)
{
    struct read_log log;
    struct fl_frame *f;
    struct dngw *w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_ACTIVE_AREA, DNGW_LONG, 0, 0, 13, 16);
    expect(w, FL_ERR_CORRUPT, "ActiveArea");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_ACTIVE_AREA, DNGW_LONG, 4, 4, 4, 16);
    expect(w, FL_ERR_CORRUPT, "ActiveArea");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_ACTIVE_AREA, DNGW_LONG, 4, 4);
    expect(w, FL_ERR_CORRUPT, "ActiveArea has 2 values");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_MASKED_AREAS, DNGW_LONG, 0, 0, 99, 2);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_CROP_ORIGIN, DNGW_SHORT, 40, 40);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_CROP_SIZE, DNGW_SHORT, 4, 4);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert_int_eq(f->meta.masked_count, 0);
    ck_assert_int_eq(f->meta.default_crop.width, 0);
    ck_assert_int_eq(log.warnings, 2);
    fl_frame_unref(f);
}
END_TEST

/* --- levels ------------------------------------------------------------------------------- */

START_TEST(black_patterns_go_to_sites)
{
    static const double values[4] = {64, 65, 66, 67};
    static const struct {
        int rows, cols;
        float site[4];
    } cases[] = {{1, 1, {64, 64, 64, 64}},
                 {1, 2, {64, 65, 64, 65}},
                 {2, 1, {64, 64, 65, 65}},
                 {2, 2, {64, 65, 66, 67}}};
    for (int i = 0; i < 4; i++) {
        struct dngw *w = plain_dng(i & 1);
        struct fl_frame *f;
        DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_REPEAT_DIM, DNGW_SHORT, cases[i].rows,
                 cases[i].cols);
        dngw_set(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, i == 0 ? DNGW_LONG : DNGW_RATIONAL,
                 (uint32_t)(cases[i].rows * cases[i].cols), values);
        f = read_ok(w);
        for (int s = 0; s < 4; s++)
            ck_assert_float_eq(f->meta.black_dn[s], cases[i].site[s]);
        ck_assert_ptr_null(f->meta.corrections);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(large_pattern_deltas_and_table)
{
    double pattern[12], delta_h[16], delta_v[12];
    struct dngw *w = plain_dng(true);
    const struct fl_corrections *c;
    struct fl_frame *f;
    for (int i = 0; i < 12; i++)
        pattern[i] = 50 + i, delta_v[i] = -0.5 * i;
    for (int i = 0; i < 16; i++)
        delta_h[i] = 0.25 * i;
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_REPEAT_DIM, DNGW_SHORT, 4, 3);
    dngw_set(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 12, pattern);
    dngw_set(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_DELTA_H, DNGW_SRATIONAL, 16, delta_h);
    dngw_set(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_DELTA_V, DNGW_SRATIONAL, 12, delta_v);
    DNGW_SET(w, DNGW_RAW, FL_TAG_LINEARIZATION_TABLE, DNGW_SHORT, 0, 10, 65535);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 60000);
    f = read_ok(w);
    c = f->meta.corrections;
    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(c->black_rows, 4);
    ck_assert_int_eq(c->black_cols, 3);
    ck_assert_float_eq(c->black_pattern[11], 61.0f);
    ck_assert_int_eq(c->delta_h_count, 16);
    ck_assert_float_eq(c->black_delta_h[15], 3.75f);
    ck_assert_int_eq(c->delta_v_count, 12);
    ck_assert_float_eq(c->black_delta_v[11], -5.5f);
    ck_assert_int_eq(c->linear_count, 3);
    ck_assert_int_eq(c->linear[2], 65535);
    ck_assert_float_eq(f->meta.white_dn[0], 60000.0f);
    fl_frame_unref(f);
}
END_TEST

START_TEST(bad_levels)
{
    struct dngw *w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 4095);
    expect(w, FL_ERR_CORRUPT, "BlackLevel 4095 is not below WhiteLevel 4095");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_RATIONAL, NAN);
    expect(w, FL_ERR_CORRUPT, "BlackLevel: value 0 is nan");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 1, 2, 3);
    expect(w, FL_ERR_CORRUPT, "BlackLevel has 3 values, 1 expected");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_REPEAT_DIM, DNGW_SHORT, 0, 2);
    expect(w, FL_ERR_CORRUPT, "BlackLevelRepeatDim is 0x2");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 0);
    expect(w, FL_ERR_CORRUPT, "not below WhiteLevel 0");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_RATIONAL, INFINITY);
    expect(w, FL_ERR_CORRUPT, "WhiteLevel: value 0 is inf");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_DELTA_H, DNGW_SRATIONAL, 1, 2);
    expect(w, FL_ERR_CORRUPT, "BlackLevelDeltaH has 2 values, 16 expected");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_DELTA_V, DNGW_SRATIONAL, 0, 0, 0, 0, 0, 9999, 0, 0, 0,
             0, 0, 0);
    expect(w, FL_ERR_CORRUPT, "BlackLevel 9999 (with its deltas)");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_LINEARIZATION_TABLE, DNGW_LONG, 1, 2);
    expect(w, FL_ERR_CORRUPT, "LinearizationTable");
}
END_TEST

/* --- colour ------------------------------------------------------------------------------- */

#define MATRIX_A 0.8, -0.2, -0.1, -0.4, 1.2, 0.2, -0.1, 0.2, 0.6
#define MATRIX_B 0.6, -0.1, -0.1, -0.5, 1.3, 0.2, -0.1, 0.3, 0.5

START_TEST(calibrations)
{
    struct dngw *w = plain_dng(true);
    const struct fl_calibration *c;
    struct fl_frame *f;
    DNGW_SET(w, DNGW_IFD0, FL_TAG_CALIBRATION_ILLUMINANT_1, DNGW_SHORT, 17);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_CALIBRATION_ILLUMINANT_2, DNGW_SHORT, 21);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, DNGW_SRATIONAL, MATRIX_A);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_2, DNGW_SRATIONAL, MATRIX_B);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_FORWARD_MATRIX_2, DNGW_SRATIONAL, .6, .2, .1, .2, .8, 0, 0, .1,
             .7);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_CAMERA_CALIBRATION_1, DNGW_SRATIONAL, 1.1, 0, 0, 0, 1, 0, 0, 0,
             .9);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_ANALOG_BALANCE, DNGW_RATIONAL, 1, 1, 1.5);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_NEUTRAL, DNGW_RATIONAL, 0.5, 1, 0.75);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_BASELINE_EXPOSURE, DNGW_SRATIONAL, -0.5);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_BASELINE_EXPOSURE_OFFSET, DNGW_RATIONAL, 1.25);
    f = read_ok(w);
    c = f->meta.calibration;
    ck_assert_int_eq(c[0].illuminant, 17);
    ck_assert_double_eq(c[0].cct_k, 2856.0);
    ck_assert_double_eq(c[1].cct_k, 6504.0);
    ck_assert(c[0].has_color_matrix && c[1].has_color_matrix);
    ck_assert_double_eq_tol(c[0].color_matrix[3], -0.4, 1e-12);
    ck_assert_double_eq_tol(c[1].color_matrix[8], 0.5, 1e-12);
    ck_assert(!c[0].has_forward_matrix && c[1].has_forward_matrix);
    ck_assert_double_eq_tol(c[1].forward_matrix[7], 0.1, 1e-12);
    ck_assert_double_eq_tol(c[0].camera_calibration[0], 1.1, 1e-12);
    ck_assert_double_eq(c[1].camera_calibration[4], 1.0);
    ck_assert_double_eq(c[1].camera_calibration[5], 0.0);
    ck_assert_double_eq_tol(f->meta.analog_balance[2], 1.5, 1e-12);
    ck_assert(f->meta.has_neutral);
    ck_assert_double_eq_tol(f->meta.neutral[2], 0.75, 1e-12);
    ck_assert_double_eq_tol(f->meta.baseline_exposure_ev, 0.75, 1e-12);
    fl_frame_unref(f);
}
END_TEST

START_TEST(white_xy_goes_through_the_matrix)
{
    /* One matrix: the neutral is its product with the white's XYZ, its largest value made 1. */
    static const double m[9] = {MATRIX_A};
    const double x = 0.3127, y = 0.3290;
    const double xyz[3] = {x / y, 1.0, (1.0 - x - y) / y};
    double expected[3], high = 0.0;
    struct dngw *w = plain_dng(false);
    struct fl_frame *f;
    for (int i = 0; i < 3; i++) {
        expected[i] = m[3 * i] * xyz[0] + m[3 * i + 1] * xyz[1] + m[3 * i + 2] * xyz[2];
        high = fmax(high, expected[i]);
    }
    DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, DNGW_SRATIONAL, MATRIX_A);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_WHITE_XY, DNGW_RATIONAL, x, y);
    f = read_ok(w);
    ck_assert(f->meta.has_neutral);
    for (int i = 0; i < 3; i++)
        ck_assert_double_eq_tol(f->meta.neutral[i], expected[i] / high, 1e-9);
    fl_frame_unref(f);
}
END_TEST

START_TEST(white_xy_mixes_two_matrices)
{
    /* At D65 the second matrix alone counts, at A the first; 0.44757, 0.40745 is illuminant A. */
    static const double xy[2][2] = {{0.44757, 0.40745}, {0.31271, 0.32902}};
    for (int i = 0; i < 2; i++) {
        struct fl_frame *both, *one;
        struct dngw *w = plain_dng(false);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_WHITE_XY, DNGW_RATIONAL, xy[i][0], xy[i][1]);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_CALIBRATION_ILLUMINANT_1, DNGW_SHORT, 17);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_CALIBRATION_ILLUMINANT_2, DNGW_SHORT, 21);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, DNGW_SRATIONAL, MATRIX_A);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_2, DNGW_SRATIONAL, MATRIX_B);
        both = read_ok(w);
        w = plain_dng(false);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_WHITE_XY, DNGW_RATIONAL, xy[i][0], xy[i][1]);
        if (i == 0)
            DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, DNGW_SRATIONAL, MATRIX_A);
        else
            DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, DNGW_SRATIONAL, MATRIX_B);
        one = read_ok(w);
        for (int k = 0; k < 3; k++)
            ck_assert_double_eq_tol(both->meta.neutral[k], one->meta.neutral[k], 2e-3);
        fl_frame_unref(both);
        fl_frame_unref(one);
    }
}
END_TEST

START_TEST(bad_colour)
{
    static const struct {
        int tag;
        const char *name;
    } matrices[] = {{FL_TAG_COLOR_MATRIX_1, "ColorMatrix1"},
                    {FL_TAG_COLOR_MATRIX_2, "ColorMatrix2"},
                    {FL_TAG_FORWARD_MATRIX_1, "ForwardMatrix1"},
                    {FL_TAG_FORWARD_MATRIX_2, "ForwardMatrix2"},
                    {FL_TAG_CAMERA_CALIBRATION_1, "CameraCalibration1"},
                    {FL_TAG_CAMERA_CALIBRATION_2, "CameraCalibration2"}};
    struct dngw *w;
    for (int i = 0; i < 6; i++) {
        w = plain_dng(i & 1);
        DNGW_SET(w, DNGW_IFD0, matrices[i].tag, DNGW_SRATIONAL, 1, 0, 0, 0, NAN, 0, 0, 0, 1);
        expect(w, FL_ERR_CORRUPT, matrices[i].name);
        w = plain_dng(i & 1);
        DNGW_SET(w, DNGW_IFD0, matrices[i].tag, DNGW_SRATIONAL, 1, 0, 0, 0, 1, 0, 0, 0, INFINITY);
        expect(w, FL_ERR_CORRUPT, "value 8 is inf");
        w = plain_dng(i & 1);
        DNGW_SET(w, DNGW_IFD0, matrices[i].tag, DNGW_SRATIONAL, 1, 2, 3, 2, 4, 6, 0, 0, 1);
        expect(w, FL_ERR_CORRUPT, "is singular");
    }
    w = plain_dng(false);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, DNGW_SRATIONAL, 1, 0, 0, 0, 1, 0);
    expect(w, FL_ERR_CORRUPT, "ColorMatrix1 has 6 values");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_ANALOG_BALANCE, DNGW_RATIONAL, 1, 0, 1);
    expect(w, FL_ERR_CORRUPT, "AnalogBalance: value 1 is 0");
}
END_TEST

START_TEST(senseless_hints_are_ignored)
{
    struct read_log log;
    struct fl_frame *f;
    struct dngw *w = plain_dng(false);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_NEUTRAL, DNGW_RATIONAL, 0, 1, 1);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert(!f->meta.has_neutral);
    ck_assert_int_eq(log.warnings, 1);
    fl_frame_unref(f);
    w = plain_dng(false);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_BASELINE_EXPOSURE, DNGW_SRATIONAL, NAN);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert_double_eq(f->meta.baseline_exposure_ev, 0.0);
    ck_assert_int_eq(log.notes, 1);
    fl_frame_unref(f);
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_NOISE_PROFILE, DNGW_DOUBLE, -1e-4, 1e-6);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert_double_eq(f->meta.noise[0].s, 0.0);
    ck_assert_int_eq(log.warnings, 1);
    fl_frame_unref(f);
    w = plain_dng(false);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_WHITE_XY, DNGW_RATIONAL, 0.31, 0.33);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert(!f->meta.has_neutral);
    ck_assert_int_eq(log.warnings, 1);
    fl_frame_unref(f);
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_NOISE_PROFILE, DNGW_DOUBLE, 1e-4, 1e-6, 1e-4, 1e-6);
    DNGW_SET(w, DNGW_RAW, FL_TAG_DEFAULT_SCALE, DNGW_RATIONAL, 1, 2);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert_double_eq(f->meta.noise[0].s, 0.0);
    ck_assert_int_eq(log.warnings, 2);
    fl_frame_unref(f);
}
END_TEST

START_TEST(any_number_type)
{
    static const enum dngw_type types[] = {DNGW_SRATIONAL, DNGW_FLOAT, DNGW_DOUBLE};
    struct fl_frame *f;
    struct dngw *w;
    for (int i = 0; i < 3; i++) {
        w = plain_dng(i & 1);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_COLOR_MATRIX_1, types[i], MATRIX_A);
        f = read_ok(w);
        ck_assert_double_eq_tol(f->meta.calibration[0].color_matrix[1], -0.2, 1e-7);
        fl_frame_unref(f);
    }
    w = plain_dng(true);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_DELTA_V, DNGW_SSHORT, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
             -300);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_BASELINE_EXPOSURE, DNGW_SLONG, -2);
    f = read_ok(w);
    ck_assert_float_eq(f->meta.corrections->black_delta_v[11], -300.0f);
    ck_assert_double_eq(f->meta.baseline_exposure_ev, -2.0);
    fl_frame_unref(f);
}
END_TEST

START_TEST(noise_profiles)
{
    struct dngw *w = plain_dng(true);
    struct fl_frame *f;
    DNGW_SET(w, DNGW_RAW, FL_TAG_NOISE_PROFILE, DNGW_DOUBLE, 1e-4, 1e-6, 2e-4, 0, 3e-4, 3e-6);
    f = read_ok(w);
    ck_assert_double_eq(f->meta.noise[0].s, 1e-4);
    ck_assert_double_eq(f->meta.noise[1].o, 0.0);
    ck_assert_double_eq(f->meta.noise[2].o, 3e-6);
    fl_frame_unref(f);
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_NOISE_PROFILE, DNGW_DOUBLE, 5e-4, 7e-6);
    f = read_ok(w);
    ck_assert_double_eq(f->meta.noise[0].s, 5e-4);
    ck_assert_double_eq(f->meta.noise[2].o, 7e-6);
    fl_frame_unref(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dng_tags");
    TCase *geometry = tcase_create("geometry"), *levels = tcase_create("levels");
    TCase *colour = tcase_create("colour");
    tcase_add_test(geometry, plain_file_in_both_orders);
    tcase_add_test(geometry, cfa_orders);
    tcase_add_test(geometry, other_cfas_are_refused);
    tcase_add_test(geometry, areas);
    tcase_add_test(geometry, crop_is_clipped_and_user_crop_is_relative);
    tcase_add_test(geometry, bad_areas);
    tcase_add_test(levels, black_patterns_go_to_sites);
    tcase_add_test(levels, large_pattern_deltas_and_table);
    tcase_add_test(levels, bad_levels);
    tcase_add_test(colour, calibrations);
    tcase_add_test(colour, white_xy_goes_through_the_matrix);
    tcase_add_test(colour, white_xy_mixes_two_matrices);
    tcase_add_test(colour, bad_colour);
    tcase_add_test(colour, senseless_hints_are_ignored);
    tcase_add_test(colour, any_number_type);
    tcase_add_test(colour, noise_profiles);
    suite_add_tcase(s, geometry);
    suite_add_tcase(s, levels);
    suite_add_tcase(s, colour);
    return run_suite(s);
}
