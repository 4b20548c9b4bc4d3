/* Control: white from the picture: automatic, and from a grey box. */
#include "run_suite.h"
#include "awb.h"
#include "camera_color.h"
#include "feed.h"
#include "model_camera.h"
#include "statistics.h"

#include <check.h>
#include <math.h>
#include <string.h>

/* A Mondrian of random paints, some grey, under light that the camera answers with a neutral. */
static void paint(struct fl_statistics *s, const double neutral[3], uint32_t seed)
{
    double to_camera[9], paint[3] = {0}, camera[3];
    fl_mat3_inverse(ccm, to_camera);
    for (int row = 0; row < s->rows; row++)
        for (int col = 0; col < s->cols; col++) {
            size_t i = (size_t)row * (size_t)s->cols + (size_t)col;
            uint32_t patch =
                seed * 977u + (uint32_t)(row / 5) * 131u + (uint32_t)(col / 5) * 7919u + 1u;
            double level, color;
            for (int k = 0; k < 8; k++)
                feed_random(&patch);
            level = 0.05 + 0.6 * feed_uniform(&patch);
            color = feed_uniform(&patch) < 0.25 ? 0.0 : 0.75;
            for (int c = 0; c < 3; c++)
                paint[c] = level * (1.0 + color * (feed_uniform(&patch) - 0.5) * 2.0);
            fl_mat3_apply(to_camera, paint, camera);
            for (int c = 0; c < 3; c++)
                s->mean[c][i] = (float)(camera[c] * neutral[c]);
        }
}

static double reproduction_error(const double guess[3], const double truth[3])
{
    double sum = 0.0, squares = 0.0;
    for (int c = 0; c < 3; c++) {
        double r = truth[c] / guess[c];
        sum += r;
        squares += r * r;
    }
    return acos(fmin(1.0, sum / sqrt(3.0 * squares))) * 180.0 / FL_PI;
}

static void estimate(const struct fl_statistics *stats, const struct fl_meta *meta,
                     const struct fl_tuning *tuning, double neutral[3])
{
    const struct fl_awb_input in = {.stats = stats, .meta = meta, .tuning = tuning};
    ck_assert_int_eq(fl_awb_estimate(&in, neutral).code, FL_OK);
}

START_TEST(auto_finds_the_light)
{
    static const double lights[][2] = {{2600, 0}, {3200, 0}, {4000, 5}, {5500, 10}, {7000, 10}};
    struct fl_meta meta = dual_camera();
    struct fl_camera_color camera;
    struct fl_statistics stats;
    double worst = 0.0, sum = 0.0;
    int n = 0;
    fl_camera_color_init(&camera, &meta, NULL);
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    for (int l = 0; l < 5; l++)
        for (uint32_t seed = 1; seed <= 10; seed++) {
            double truth[3], guess[3], e;
            ck_assert(fl_camera_color_neutral(&camera, lights[l][0], lights[l][1], truth));
            paint(&stats, truth, seed);
            estimate(&stats, &meta, NULL, guess);
            e = reproduction_error(guess, truth);
            worst = e > worst ? e : worst;
            sum += e;
            n++;
        }
    ck_assert_double_le(sum / n, 2.2);
    ck_assert_double_le(worst, 5.5);
    fl_statistics_free(&stats);
}
END_TEST

START_TEST(auto_works_without_matrices_and_is_smooth)
{
    static const double truth[3] = {0.6, 1.0, 0.5};
    struct fl_meta meta;
    struct fl_statistics stats;
    double a[3], b[3];
    memset(&meta, 0, sizeof meta);
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    paint(&stats, truth, 4);
    estimate(&stats, &meta, NULL, a);
    ck_assert_double_le(reproduction_error(a, truth), 5.0);
    for (int i = 0; i < stats.cols * stats.rows; i++)
        stats.mean[0][i] *= 1.001F;
    estimate(&stats, &meta, NULL, b);
    ck_assert_double_le(fabs(b[0] / a[0] - 1.0), 0.005);
    ck_assert_double_le(fabs(b[2] / a[2] - 1.0), 0.005);
    fl_statistics_free(&stats);
}
END_TEST

/* Matrices made for other gains than those of the pixels, as some files have them. */
START_TEST(auto_does_not_trust_wrong_matrices)
{
    static const double truth[3] = {0.5, 1.0, 0.3};
    struct fl_meta meta = daylight_camera();
    struct fl_statistics stats;
    double n[3];
    for (int row = 0; row < 3; row++) /* as if white were (1, 1, 1) */
        for (int i = 0; i < 3; i++)
            meta.calibration[0].color_matrix[3 * row + i] /= neutral_d65[row];
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    paint(&stats, truth, 2);
    estimate(&stats, &meta, NULL, n);
    ck_assert_double_le(reproduction_error(n, truth), 6.0);
    fl_statistics_free(&stats);
}
END_TEST

START_TEST(auto_survives_black_clipped_and_hostile)
{
    struct fl_meta meta = dual_camera();
    struct fl_statistics stats;
    double n[3];
    ck_assert_int_eq(fl_statistics_new(64, 64, &stats).code, FL_OK);
    for (int round = 0; round < 3; round++) {
        estimate(&stats, &meta, NULL, n); /* black, then clipped, then no sensible matrix */
        for (int c = 0; c < 3; c++)
            ck_assert(n[c] > 0.05 && n[c] < 5.0);
        for (int i = 0; i < 16; i++)
            stats.clipped[i] = stats.mean[0][i] = stats.mean[1][i] = stats.mean[2][i] = 1.0F;
        meta.iso = meta.exposure_s = round ? NAN : 1e300;
        if (round == 1)
            for (int i = 0; i < 9; i++)
                meta.calibration[0].color_matrix[i] = meta.calibration[1].color_matrix[i] = NAN;
    }
    fl_statistics_free(&stats);
}
END_TEST

/* A tuning of a camera without matrices. */
static struct fl_grey_point curve[] = {
    {2850, 0.85, 0.36}, {4000, 0.66, 0.47}, {5500, 0.52, 0.55}, {7500, 0.45, 0.62}};
static struct fl_point dim[] = {{2000, 1}, {3000, 0}, {13000, 0}};
static struct fl_point sunny[] = {{2000, 0}, {4000, 1}, {6000, 6}, {6500, 7}, {7000, 1}};
static struct fl_awb_prior priors[] = {{0, {3, dim}}, {1500, {5, sunny}}};
static const struct fl_tuning tuning = {
    .grey_count = 4, .grey = curve, .prior_count = 2, .prior = priors, .transverse = 0.03};

static double mired(const struct fl_tuning *t, const double neutral[3])
{
    const double grey[2] = {neutral[0], neutral[2]};
    return 1e6 / fl_tuning_cct(t, grey);
}

START_TEST(auto_follows_a_curve)
{
    static const double lights[] = {3000, 4000, 5000, 6500};
    static const struct fl_meta nothing = {.has_neutral = false};
    struct fl_statistics stats;
    double worst = 0.0, sum = 0.0;
    int n = 0;
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    for (int l = 0; l < 4; l++)
        for (uint32_t seed = 1; seed <= 10; seed++, n++) {
            double truth[3] = {0, 1, 0}, grey[2], guess[3], e;
            ck_assert(fl_tuning_grey(&tuning, lights[l], grey));
            truth[0] = grey[0];
            truth[2] = grey[1];
            paint(&stats, truth, seed);
            estimate(&stats, &nothing, &tuning, guess);
            e = reproduction_error(guess, truth);
            worst = e > worst ? e : worst;
            sum += e;
        }
    ck_assert_double_le(sum / n, 2.0);
    ck_assert_double_le(worst, 5.5);
    fl_statistics_free(&stats);
}
END_TEST

/* Where the picture says little, the brightness of the scene decides. */
START_TEST(brightness_decides_what_is_usual)
{
    static const double lux[] = {20, 300, 1500, 1e5};
    static const struct fl_meta nothing = {.has_neutral = false};
    struct fl_statistics stats;
    double n[3], last = 1e9, dark = 0.0;
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    for (int i = 0; i < stats.cols * stats.rows; i++) { /* brown */
        stats.mean[0][i] = 0.2F;
        stats.mean[1][i] = 0.25F;
        stats.mean[2][i] = 0.1F;
    }
    for (int i = 0; i < 4; i++) {
        const struct fl_awb_input in = {
            .stats = &stats, .meta = &nothing, .tuning = &tuning, .lux = lux[i]};
        ck_assert_int_eq(fl_awb_estimate(&in, n).code, FL_OK);
        ck_assert_msg(mired(&tuning, n) <= last, "%g lux: %g mired after %g", lux[i],
                      mired(&tuning, n), last);
        last = mired(&tuning, n);
        dark = i == 0 ? last : dark;
    }
    ck_assert_double_le(last, dark - 40.0);
    fl_statistics_free(&stats);
}
END_TEST

START_TEST(exposure_gives_brightness)
{
    struct fl_tuning t = {.lux = {1000, 0.01, 2.0, 1.0, 0.2}};
    struct fl_meta meta = {.exposure_s = 0.01, .iso = 200};
    ck_assert_double_eq_tol(fl_awb_lux(&meta, &t, 0.2), 1000, 1e-9);
    ck_assert_double_eq_tol(fl_awb_lux(&meta, &t, 0.1), 500, 1e-9);
    meta.iso = 400;
    meta.exposure_s = 0.02;
    ck_assert_double_eq_tol(fl_awb_lux(&meta, &t, 0.2), 250, 1e-9);
    meta.f_number = 2.0; /* without a reference: 78 / S lux seconds through f/2 */
    ck_assert_double_eq_tol(fl_awb_lux(&meta, NULL, 0.2), 0.2 * 2094 * 4 / 8, 1e-9);
    meta.iso = 0.0;
    ck_assert(fl_awb_lux(&meta, &t, 0.2) == 0.0);
    meta.iso = NAN;
    ck_assert(fl_awb_lux(&meta, NULL, 0.2) == 0.0);
}
END_TEST

/* Two lights: what is in focus was photographed. */
START_TEST(sharp_parts_count_more)
{
    static const double warm[3] = {0.8, 1.0, 0.38}, cool[3] = {0.48, 1.0, 0.58};
    static const struct fl_meta nothing = {.has_neutral = false};
    struct fl_statistics stats;
    double toward[2];
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    for (int side = 0; side < 2; side++) {
        double n[3];
        for (int row = 0; row < stats.rows; row++)
            for (int col = 0; col < stats.cols; col++) {
                int i = row * stats.cols + col, left = col < stats.cols / 2;
                float level = 0.1F + 0.1F * (float)((row / 3 + col / 3) % 3);
                for (int c = 0; c < 3; c++) {
                    stats.mean[c][i] = level * (float)(left ? warm : cool)[c];
                    stats.noise[c][i] =
                        left == side ? 0.02F * stats.mean[c][i] * stats.mean[c][i] : 0.0F;
                }
            }
        estimate(&stats, &nothing, &tuning, n);
        toward[side] = mired(&tuning, n);
    }
    ck_assert_double_ge(toward[1], toward[0] + 60.0); /* the warm left side is sharp */
    fl_statistics_free(&stats);
}
END_TEST

START_TEST(curve_is_smooth_and_survives_odd_tunings)
{
    static struct fl_grey_point steep[] = {{4000, 0.02, 50}, {4001, 50, 0.02}};
    static struct fl_grey_point flat[] = {{4000, 1, 1}, {4001, 1, 1}};
    static const double truth[3] = {0.6, 1.0, 0.5};
    static const struct fl_meta nothing = {.has_neutral = false};
    struct fl_tuning odd = {.grey_count = 2, .grey = steep, .transverse = NAN};
    struct fl_statistics stats;
    double a[3], b[3];
    ck_assert_int_eq(fl_statistics_new(640, 480, &stats).code, FL_OK);
    paint(&stats, truth, 4);
    estimate(&stats, &nothing, &tuning, a);
    for (int i = 0; i < stats.cols * stats.rows; i++)
        stats.mean[0][i] *= 1.001F;
    estimate(&stats, &nothing, &tuning, b);
    ck_assert_double_le(fabs(b[0] / a[0] - 1.0), 0.005);
    ck_assert_double_le(fabs(b[2] / a[2] - 1.0), 0.005);
    for (int i = 0; i < 2; i++) {
        estimate(&stats, &nothing, &odd, a);
        for (int c = 0; c < 3; c++)
            ck_assert(a[c] > 1e-3 && a[c] < 1e3);
        odd.grey = flat;
    }
    fl_statistics_free(&stats);
}
END_TEST

/* Grey box of a mosaic: the mean of exactly its blocks, clipped ones apart. */
START_TEST(box_means_its_pixels)
{
    enum { BOX_W = 70, BOX_H = 50 };
    static float p[BOX_W * BOX_H];
    static const float level[3] = {0.25F, 0.5F, 0.125F};
    for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++) {
        struct fl_awb_box box = {{20, 30, 7, 4}, BOX_H, (enum fl_cfa)cfa, 0.9F, NULL};
        double n[3];
        for (int i = 0; i < BOX_W * BOX_H; i++) {
            int x = i % BOX_W, y = i / BOX_W;
            bool inside = x >= 20 && x < 28 && y >= 30 && y < 34;
            p[i] = inside ? level[fl_cfa_color((enum fl_cfa)cfa, x, y)] : 0.7F;
        }
        p[31 * BOX_W + 21] = 0.95F; /* spoils its block and no other */
        p[30 * BOX_W + 21] = 0.1F;
        ck_assert_int_eq(fl_awb_box_new(&box).code, FL_OK);
        feed_rows(fl_awb_box_rows, &box, (float *const[3]){p, NULL, NULL}, BOX_W, BOX_H);
        fl_awb_box_neutral(&box, n);
        ck_assert(n[0] == 0.5 && n[1] == 1.0 && n[2] == 0.25);
        fl_awb_box_free(&box);
        box.clip = 0.05F;
        ck_assert_int_eq(fl_awb_box_new(&box).code, FL_OK);
        feed_rows(fl_awb_box_rows, &box, (float *const[3]){p, NULL, NULL}, BOX_W, BOX_H);
        fl_awb_box_neutral(&box, n);
        ck_assert(n[0] == 0.0 && n[1] == 0.0 && n[2] == 0.0);
        fl_awb_box_free(&box);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("awb");
    TCase *t = tcase_create("awb");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, auto_finds_the_light);
    tcase_add_test(t, auto_works_without_matrices_and_is_smooth);
    tcase_add_test(t, auto_does_not_trust_wrong_matrices);
    tcase_add_test(t, auto_survives_black_clipped_and_hostile);
    tcase_add_test(t, auto_follows_a_curve);
    tcase_add_test(t, brightness_decides_what_is_usual);
    tcase_add_test(t, exposure_gives_brightness);
    tcase_add_test(t, sharp_parts_count_more);
    tcase_add_test(t, curve_is_smooth_and_survives_odd_tunings);
    tcase_add_test(t, box_means_its_pixels);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
