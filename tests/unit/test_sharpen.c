/* sharpen: edges get steeper within bounds, hue stays, noise and flat areas are left alone. */
#include "run_suite.h"
#include "rows_harness.h"
#include "stages.h"

#include "flmath.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STAGE  (&fl_stage_sharpen)
#define WIDTH  96
#define HEIGHT 64

static uint32_t seed = 1;

static double uniform(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (double)(seed >> 8) / 16777216.0;
}

static double noise(void)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++)
        sum += uniform();
    return sum;
}

/* A soft edge between two colours, and a flat part. */
static struct fl_planes edge(void)
{
    static const double dark[3] = {0.3, 0.2, 0.25}, bright[3] = {0.7, 0.75, 0.5};
    struct fl_planes p = harness_planes(WIDTH, HEIGHT, fl_layout_of(3));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                double t = 1 / (1 + exp((40 - x - 0.3 * y) / 0.8));
                *harness_at(&p, c, x, y) = (float)(dark[c] + t * (bright[c] - dark[c]));
            }
    return p;
}

static struct fl_planes grey_noise(double level, double sigma)
{
    struct fl_planes p = harness_planes(WIDTH, HEIGHT, fl_layout_of(3));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                *harness_at(&p, c, x, y) = (float)(level + sigma * noise());
    return p;
}

static struct harness_result run(const struct fl_planes *in, double sharpness, const char *key,
                                 const char *value, const struct fl_noise *profile)
{
    struct fl_flow flow = harness_flow(in->width, in->height, 3, FL_CFA_NONE);
    struct fl_settings settings = {.sharpness = sharpness};
    void *params = calloc(1, STAGE->params_size);
    struct harness_setup setup = {.params = params, .settings = &settings};
    struct harness_result r;
    flow.domain = FL_DOMAIN_DISPLAY;
    for (int i = 0; i < FL_LIGHT_LEVELS; i++)
        flow.light[i] = (float)fl_srgb_decode((double)i / (FL_LIGHT_LEVELS - 1));
    for (int c = 0; profile && c < 3; c++)
        flow.noise[c] = *profile;
    fl_param_defaults(STAGE->params, params);
    if (key)
        ck_assert_int_eq(fl_param_set(STAGE->params, params, key, value).code, FL_OK);
    r = harness_run(STAGE, &setup, &flow, in, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    free(params);
    return r;
}

static double luma(const struct fl_planes *p, int x, int y)
{
    return 0.2126 * (double)*harness_at(p, 0, x, y) + 0.7152 * (double)*harness_at(p, 1, x, y) +
           0.0722 * (double)*harness_at(p, 2, x, y);
}

static double steepest(const struct fl_planes *p)
{
    double most = 0;
    for (int y = 0; y < p->height; y++)
        for (int x = 1; x < p->width; x++)
            most = fmax(most, luma(p, x, y) - luma(p, x - 1, y));
    return most;
}

START_TEST(edges_get_steeper)
{
    struct fl_planes in = edge();
    struct harness_result r = run(&in, 1, NULL, NULL, NULL), twice = run(&in, 2, NULL, NULL, NULL);
    ck_assert_double_ge(steepest(&r.planes), 1.1 * steepest(&in));
    ck_assert_double_ge(steepest(&twice.planes), 1.05 * steepest(&r.planes));
    harness_result_free(&r);
    harness_result_free(&twice);
    harness_planes_free(&in);
}
END_TEST

/* Nowhere beyond the 3x3 neighbours by more than the parameter, whatever the amount. */
START_TEST(overshoot_is_bounded)
{
    static const double limits[] = {0, 0.01, 0.05};
    static const char *const texts[] = {"0", "0.01", "0.05"};
    struct fl_planes in = edge();
    double furthest[3] = {0, 0, 0};
    *harness_at(&in, 1, 60, 30) = 0.95f; /* a lone bright pixel */
    for (int i = 0; i < 3; i++) {
        const double root = 4; /* of sharpness 16: the bound grows with it */
        struct harness_result r = run(&in, 16, "overshoot", texts[i], NULL);
        for (int y = 1; y < HEIGHT - 1; y++)
            for (int x = 1; x < WIDTH - 1; x++) {
                double lo = 9, hi = -9, v = luma(&r.planes, x, y);
                for (int k = 0; k < 9; k++) {
                    double n = luma(&in, x - 1 + k % 3, y - 1 + k / 3);
                    lo = fmin(lo, n);
                    hi = fmax(hi, n);
                }
                furthest[i] = fmax(furthest[i], fmax(v - hi, lo - v));
            }
        ck_assert_double_le(furthest[i], limits[i] * root + 1e-6);
        harness_result_free(&r);
    }
    ck_assert_double_ge(furthest[2], 0.15); /* the bound is what holds it */
    harness_planes_free(&in);
}
END_TEST

START_TEST(channels_move_together)
{
    struct fl_planes in = edge();
    struct harness_result r = run(&in, 1, NULL, NULL, NULL);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            float d[3];
            for (int c = 0; c < 3; c++)
                d[c] = *harness_at(&r.planes, c, x, y) - *harness_at(&in, c, x, y);
            ck_assert_float_eq_tol(d[0], d[1], 2e-7f);
            ck_assert_float_eq_tol(d[2], d[1], 2e-7f);
        }
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

START_TEST(flat_areas_stay)
{
    struct fl_planes in = grey_noise(0.37, 0);
    struct harness_result r = run(&in, 1, NULL, NULL, NULL);
    ck_assert(!r.bypassed);
    ck_assert_int_eq(harness_differences(&in, &r.planes), 0);
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

static double deviation(const struct fl_planes *p)
{
    double sum = 0, square = 0, n = (double)p->width * p->height;
    for (int y = 0; y < p->height; y++)
        for (int x = 0; x < p->width; x++) {
            sum += luma(p, x, y);
            square += luma(p, x, y) * luma(p, x, y);
        }
    return sqrt(square / n - sum / n * (sum / n));
}

/* What is smaller than the noise hardly grows; the same without a noise profile grows. */
START_TEST(noise_is_left_alone)
{
    /* linear 0.1 is encoded 0.349, where the curve's slope is 1.43 */
    static const struct fl_noise profile = {2e-3, 1e-5};
    double sigma = 1.43 * sqrt(2e-3 * 0.1 + 1e-5);
    struct fl_planes in = grey_noise(0.349, sigma);
    struct harness_result blind = run(&in, 1, NULL, NULL, NULL);
    struct harness_result masked = run(&in, 1, "threshold", "2", &profile);
    double before = deviation(&in);
    ck_assert_double_ge(deviation(&blind.planes), 1.3 * before);
    ck_assert_double_le(deviation(&masked.planes), 1.15 * before);
    harness_result_free(&blind);
    harness_result_free(&masked);
    harness_planes_free(&in);
}
END_TEST

START_TEST(nothing_to_do_is_bypassed)
{
    struct fl_planes in = grey_noise(0.4, 0.1);
    struct harness_result r = run(&in, 0, NULL, NULL, NULL);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    r = run(&in, 1, "amount", "0", NULL);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

START_TEST(every_size_and_block_height_works)
{
    static const int sizes[][2] = {{1, 1}, {2, 2}, {3, 2}, {2, 9}, {70, 51}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fl_flow flow = harness_flow(sizes[i][0], sizes[i][1], 3, FL_CFA_NONE);
        struct fl_planes in = harness_planes(sizes[i][0], sizes[i][1], flow.layout);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < in.height; y++)
                for (int x = 0; x < in.width; x++)
                    *harness_at(&in, c, x, y) = (float)uniform();
        ck_assert_int_eq(harness_partition_differences(STAGE, NULL, &flow, &in), 0);
        harness_planes_free(&in);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sharpen");
    TCase *tc = tcase_create("sharpen");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, edges_get_steeper);
    tcase_add_test(tc, overshoot_is_bounded);
    tcase_add_test(tc, channels_move_together);
    tcase_add_test(tc, flat_areas_stay);
    tcase_add_test(tc, noise_is_left_alone);
    tcase_add_test(tc, nothing_to_do_is_bypassed);
    tcase_add_test(tc, every_size_and_block_height_works);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
