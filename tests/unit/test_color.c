/* Control: white balance from metadata and settings, and the colour matrix. */
#include "run_suite.h"
#include "color.h"
#include "feed.h"
#include "locus.h"
#include "model_camera.h"

#include <check.h>
#include <math.h>
#include <string.h>

struct messages {
    int notes, warnings;
};

static void count_message(void *user, enum fl_level level, const char *message)
{
    struct messages *m = user;
    (void)message;
    m->notes += level == FL_LOG_NOTE;
    m->warnings += level == FL_LOG_WARNING;
}

static struct fl_settings settings_of(enum fl_wb_mode wb)
{
    struct fl_settings s;
    memset(&s, 0, sizeof s);
    s.wb = wb;
    return s;
}

static struct fl_control solve(const struct fl_meta *meta, const struct fl_settings *settings,
                               const double *measured)
{
    struct fl_control c;
    memset(&c, 0xff, sizeof c); /* everything must be set */
    ck_assert_int_eq(fl_color_solve(meta, settings, measured, false, &c, NULL).code, FL_OK);
    return c;
}

static void check_matrix(const double got[9], const double expected[9], double tolerance)
{
    for (int i = 0; i < 9; i++)
        ck_assert_double_le(fabs(got[i] - expected[i]), tolerance);
}

static void check_grey(const struct fl_control *c)
{
    for (int row = 0; row < 3; row++) {
        const double *r = c->matrix + 3 * row;
        ck_assert_double_le(fabs(r[0] + r[1] + r[2] - 1.0), 1e-12);
        ck_assert(c->wb_gain[row] > 0.0 && c->wb_gain[row] < 1e4);
    }
    ck_assert_double_eq(c->wb_gain[1], 1.0);
    ck_assert(c->cct_k >= 0.0 && c->cct_k <= 1e5);
}

START_TEST(locus_has_known_lights)
{
    static const struct {
        double xy[2], kelvin, tint;
    } lights[] = {{{0.31272, 0.32903}, 6504, 9.5},
                  {{0.44757, 0.40745}, 2856, 0},
                  {{0.34567, 0.35850}, 5003, 9.5}};
    for (int i = 0; i < 3; i++) {
        double kelvin, tint;
        fl_locus_temperature(lights[i].xy, &kelvin, &tint);
        ck_assert_double_le(fabs(kelvin / lights[i].kelvin - 1.0), 0.002);
        ck_assert_double_le(fabs(tint - lights[i].tint), 0.5);
    }
    for (double k = 1667; k <= 25000; k *= 1.07)
        for (double t = -150; t <= 150; t += 50) {
            double xy[2], kelvin, tint;
            fl_locus_xy(k, t, xy);
            fl_locus_temperature(xy, &kelvin, &tint);
            ck_assert_double_le(fabs(kelvin / k - 1.0), 1e-4);
            ck_assert_double_le(fabs(tint - t), 0.01);
        }
}
END_TEST

START_TEST(one_matrix_gives_the_camera_back)
{
    struct fl_meta meta = daylight_camera();
    struct fl_settings s = settings_of(FL_WB_AS_SHOT);
    struct fl_control c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, ccm, 1e-6);
    check_grey(&c);
    ck_assert_double_le(fabs(c.wb_gain[0] * 0.48 - 1.0), 1e-12);
    ck_assert_double_le(fabs(c.wb_gain[2] * 0.56 - 1.0), 1e-12);
    ck_assert_double_le(fabs(c.cct_k / 6504 - 1.0), 0.005);
}
END_TEST

START_TEST(two_matrices_agree_with_each_alone)
{
    struct fl_meta meta = dual_camera();
    struct fl_settings s = settings_of(FL_WB_AS_SHOT);
    struct fl_control c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, ccm, 1e-3);
    memcpy(meta.neutral, neutral_a, sizeof neutral_a);
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, warm_ccm, 1e-3);
    ck_assert_double_le(fabs(c.cct_k / 2856 - 1.0), 0.005);
    meta.calibration[0] = meta.calibration[1]; /* swapped: the same */
    meta.calibration[1] = dual_camera().calibration[0];
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, warm_ccm, 1e-3);
}
END_TEST

START_TEST(kelvin_comes_back)
{
    struct fl_meta meta = dual_camera();
    struct fl_settings kelvin = settings_of(FL_WB_KELVIN), shot = settings_of(FL_WB_AS_SHOT);
    double last = 1e9;
    for (double k = 2200; k <= 12000; k *= 1.1)
        for (double tint = -40; tint <= 40; tint += 20) {
            struct fl_control c, back;
            kelvin.temperature_k = k;
            kelvin.tint = tint;
            c = solve(&meta, &kelvin, NULL);
            check_grey(&c);
            ck_assert_double_le(fabs(c.cct_k / k - 1.0), 0.01);
            for (int i = 0; i < 3; i++)
                meta.neutral[i] = 3.0 / c.wb_gain[i]; /* scale does not matter */
            back = solve(&meta, &shot, NULL);
            check_matrix(back.matrix, c.matrix, 1e-6);
            if (tint == 0.0) {
                ck_assert_double_lt(c.wb_gain[2], last); /* bluer light needs less blue */
                last = c.wb_gain[2];
            }
        }
}
END_TEST

START_TEST(tint_turns_the_picture_to_magenta)
{
    struct fl_meta meta = daylight_camera();
    struct fl_settings s = settings_of(FL_WB_KELVIN);
    struct fl_control plain, magenta;
    s.temperature_k = 5000;
    plain = solve(&meta, &s, NULL);
    s.tint = 50;
    magenta = solve(&meta, &s, NULL);
    ck_assert_double_gt(magenta.wb_gain[0] * magenta.wb_gain[2],
                        1.05 * plain.wb_gain[0] * plain.wb_gain[2]);
}
END_TEST

START_TEST(forward_unit_and_analog_matrices)
{
    static const double unit[9] = {1.05, 0, 0, 0, 1, 0, 0, 0, 0.93};
    struct fl_meta meta = daylight_camera();
    struct fl_settings s = settings_of(FL_WB_AS_SHOT);
    struct fl_control c;
    double to_d50[9];
    for (int i = 0; i < 3; i++) { /* this specimen's channels have other gains */
        meta.analog_balance[i] = 1.0 + 0.2 * i;
        meta.neutral[i] *= meta.analog_balance[i] * unit[4 * i];
    }
    memcpy(meta.calibration[0].camera_calibration, unit, sizeof unit);
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, ccm, 1e-6);
    adaptation(d65_xyz, d50_xyz, to_d50);
    fl_mat3_mul(to_d50, srgb_to_xyz, to_d50);
    fl_mat3_mul(to_d50, ccm, meta.calibration[0].forward_matrix);
    meta.calibration[0].has_forward_matrix = true;
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, ccm, 1e-6);
    memcpy(meta.calibration[0].color_matrix, srgb_to_xyz, sizeof srgb_to_xyz); /* not used now */
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, ccm, 1e-6);
}
END_TEST

START_TEST(own_matrix_gains_and_p3)
{
    /* linear sRGB -> linear Display P3, as published */
    static const double to_p3[9] = {0.8224620, 0.1775380, 0.0,       0.0331942, 0.9668058,
                                    0.0,       0.0170826, 0.0723974, 0.9105199};
    struct fl_meta meta = daylight_camera();
    struct fl_settings s = settings_of(FL_WB_GAINS);
    struct fl_control c;
    double expected[9];
    s.wb_gains[0] = 2.5;
    s.wb_gains[1] = 1.25;
    s.has_ccm = true;
    memcpy(s.ccm, warm_ccm, sizeof warm_ccm);
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, warm_ccm, 0.0);
    ck_assert(c.wb_gain[0] == 2.5 && c.wb_gain[1] == 1.0 && c.wb_gain[2] == 1.25);
    s.space = FL_SPACE_P3;
    c = solve(&meta, &s, NULL);
    fl_mat3_mul(to_p3, warm_ccm, expected);
    check_matrix(c.matrix, expected, 5e-4);
    s.has_ccm = false;
    s.wb = FL_WB_AS_SHOT;
    c = solve(&meta, &s, NULL);
    fl_mat3_mul(to_p3, ccm, expected);
    check_matrix(c.matrix, expected, 5e-4);
    check_grey(&c);
    s.has_ccm = true;
    s.ccm[4] = NAN;
    ck_assert_int_eq(fl_color_solve(&meta, &s, NULL, false, &c, NULL).code, FL_ERR_RANGE);
    s = settings_of(FL_WB_GAINS);
    ck_assert_int_eq(fl_color_solve(&meta, &s, NULL, false, &c, NULL).code, FL_ERR_RANGE);
}
END_TEST

START_TEST(missing_and_absurd_metadata)
{
    static const double measured[3] = {0.5, 1.0, 0.7};
    struct messages m = {0, 0};
    struct fl_log log = {count_message, &m, FL_LOG_NOTE};
    struct fl_meta meta;
    struct fl_settings s = settings_of(FL_WB_AS_SHOT);
    struct fl_control c;
    memset(&meta, 0, sizeof meta);
    ck_assert(fl_color_needs_neutral(&meta, &s, false));
    ck_assert(!fl_color_needs_neutral(&meta, &s, true));
    ck_assert_int_eq(fl_color_solve(&meta, &s, measured, false, &c, &log).code, FL_OK);
    ck_assert_int_eq(m.notes, 2); /* no neutral, no matrix */
    ck_assert_double_eq(c.wb_gain[0], 2.0);
    ck_assert_double_eq(c.cct_k, 0.0);
    check_grey(&c);
    meta = daylight_camera();
    ck_assert(!fl_color_needs_neutral(&meta, &s, false));
    meta.neutral[0] = meta.neutral[1] * 33.0;
    ck_assert(fl_color_needs_neutral(&meta, &s, false));
    ck_assert_int_eq(fl_color_solve(&meta, &s, measured, false, &c, &log).code, FL_OK);
    ck_assert_int_eq(m.warnings, 1);
    ck_assert_double_eq(c.wb_gain[0], 2.0);
    ck_assert_int_eq(fl_color_solve(&meta, &s, NULL, true, &c, &log).code, FL_OK);
    for (int i = 0; i < 9; i++) /* mono: nothing to do */
        ck_assert_double_eq(c.matrix[i], i % 4 == 0);
}
END_TEST

/* Light of any colour, however far from what the matrices are for: grey stays grey. */
START_TEST(strange_light_is_survived)
{
    struct fl_meta meta = dual_camera();
    struct fl_settings s = settings_of(FL_WB_AS_SHOT);
    for (double r = 0.05; r < 20; r *= 1.3)
        for (double b = 0.05; b < 20; b *= 1.3) {
            double n[3] = {r, 1.0, b};
            struct fl_control c;
            memcpy(meta.neutral, n, sizeof n);
            c = solve(&meta, &s, neutral_d65);
            check_grey(&c);
            for (int i = 0; i < 9; i++)
                ck_assert_double_le(fabs(c.matrix[i]), 10.0);
        }
}
END_TEST

static double nasty(uint32_t *seed)
{
    static const double values[] = {NAN,  INFINITY, -INFINITY, 0,  -0.0, 1e308, -1e308, 5e-324,
                                    1e-9, -1,       1,         32, 1e6,  -0.5,  0.7,    1.9};
    return values[feed_random(seed) >> 20 & 15];
}

START_TEST(hostile_metadata_gives_numbers)
{
    uint32_t seed = 3;
    for (int round = 0; round < 20000; round++) {
        struct fl_meta meta = dual_camera();
        struct fl_settings s = settings_of((enum fl_wb_mode)(round % 3));
        struct fl_control c;
        double measured[3] = {0.5, 1, 0.6};
        double *fields[] = {meta.neutral,
                            meta.analog_balance,
                            meta.calibration[0].color_matrix,
                            meta.calibration[0].camera_calibration,
                            meta.calibration[1].color_matrix,
                            meta.calibration[1].forward_matrix,
                            meta.calibration[0].forward_matrix,
                            &meta.calibration[0].cct_k,
                            measured};
        static const int sizes[] = {3, 3, 9, 9, 9, 9, 9, 1, 3};
        s.temperature_k = 3000 + round % 5000;
        for (int k = 0; k < 9; k++)
            for (int i = 0; i < sizes[k] && (feed_random(&seed) >> 16 & 3) == 0; i++)
                fields[k][feed_random(&seed) % (uint32_t)sizes[k]] = nasty(&seed);
        for (int i = 0; i < 2; i++) {
            meta.calibration[i].has_forward_matrix = feed_random(&seed) >> 16 & 1;
            meta.calibration[i].illuminant = (int)(feed_random(&seed) >> 16) % 300;
        }
        s.space = (enum fl_color_space)(round & 1);
        c = solve(&meta, &s, measured);
        check_grey(&c);
    }
}
END_TEST

/* A tuning goes before the file: temperature, white and matrix come from it. */
START_TEST(tuning_replaces_what_the_file_says)
{
    static struct fl_grey_point curve[] = {{3000, 0.8, 0.4}, {5000, 0.6, 0.5}, {7000, 0.5, 0.7}};
    static struct fl_tuning_ccm ccms[] = {{3000, {2, -0.5, -0.5, 0, 1, 0, 0, 0, 1}},
                                          {5000, {1.1, 0, 0, 0, 1.1, 0, 0, 0, 1.1}}};
    const struct fl_tuning tuning = {
        .grey_count = 3, .grey = curve, .ccm_count = 2, .ccm = ccms, .transverse = 0.03};
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    struct fl_meta meta = dual_camera();
    struct fl_settings s = settings_of(FL_WB_KELVIN);
    struct fl_control c, green;
    s.tuning = &tuning;
    s.temperature_k = 3000;
    c = solve(&meta, &s, NULL);
    ck_assert_double_eq_tol(c.wb_gain[0], 1 / 0.8, 1e-9);
    ck_assert_double_eq_tol(c.wb_gain[2], 1 / 0.4, 1e-9);
    ck_assert_double_eq_tol(c.cct_k, 3000, 1);
    check_matrix(c.matrix, ccms[0].matrix, 1e-3);
    s.tint = 50; /* magenta in the picture: red and blue gain */
    green = solve(&meta, &s, NULL);
    ck_assert(green.wb_gain[0] > 1.05 * c.wb_gain[0] && green.wb_gain[2] > 1.05 * c.wb_gain[2]);
    ck_assert_double_eq_tol(green.cct_k, 3000, 250);
    s = settings_of(FL_WB_GAINS);
    s.tuning = &tuning;
    s.wb_gains[0] = 1 / 0.6;
    s.wb_gains[1] = 1 / 0.5;
    c = solve(&meta, &s, NULL);
    ck_assert_double_eq_tol(c.cct_k, 5000, 1);
    check_matrix(c.matrix, identity, 1e-12); /* grey stays grey */
    s.has_ccm = true;
    memcpy(s.ccm, ccms[0].matrix, sizeof s.ccm);
    c = solve(&meta, &s, NULL);
    check_matrix(c.matrix, ccms[0].matrix, 1e-12); /* but the user goes before the tuning */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("color");
    TCase *t = tcase_create("color");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, locus_has_known_lights);
    tcase_add_test(t, one_matrix_gives_the_camera_back);
    tcase_add_test(t, two_matrices_agree_with_each_alone);
    tcase_add_test(t, kelvin_comes_back);
    tcase_add_test(t, tint_turns_the_picture_to_magenta);
    tcase_add_test(t, forward_unit_and_analog_matrices);
    tcase_add_test(t, own_matrix_gains_and_p3);
    tcase_add_test(t, missing_and_absurd_metadata);
    tcase_add_test(t, strange_light_is_survived);
    tcase_add_test(t, hostile_metadata_gives_numbers);
    tcase_add_test(t, tuning_replaces_what_the_file_says);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
