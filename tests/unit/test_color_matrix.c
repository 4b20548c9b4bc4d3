/* The colour matrix and its toe: without denoise a matrix and nothing else; with it no negatives,
 * black lifted alike in all channels and by no more than the noise asks, lights left alone. */
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define WIDTH 32

static const double sigma = 0.02;

static struct fl_control control_of(double gain)
{
    static const double m[9] = {1.8, -0.6, -0.2, -0.4, 1.7, -0.3, 0.0, -0.6, 1.6};
    struct fl_control c;
    memset(&c, 0, sizeof c);
    memcpy(c.matrix, m, sizeof m);
    c.exposure_gain = gain;
    return c;
}

/* A row of greys from -0.1 up to 1 through the stage, its plane 1 into out. */
static void develop(float averaged, double o, float out[3][WIDTH])
{
    struct fl_control control = control_of(1.0);
    struct harness_setup setup = {.control = &control};
    struct fl_flow flow = harness_flow(WIDTH, 2, 3, FL_CFA_NONE);
    struct fl_planes in = harness_planes(WIDTH, 2, flow.layout);
    struct harness_result r;
    flow.averaged = averaged;
    for (int c = 0; c < 3; c++) {
        flow.noise[c].o = o;
        for (int x = 0; x < WIDTH; x++)
            *harness_at(&in, c, x, 0) = *harness_at(&in, c, x, 1) = -0.1f + 0.0352f * (float)x;
    }
    r = harness_run(&fl_stage_color_matrix, &setup, &flow, &in, 0);
    ck_assert_int_eq(r.err.code, FL_OK);
    for (int c = 0; c < 3; c++)
        memcpy(out[c], harness_at(&r.planes, c, 0, 0), WIDTH * sizeof(float));
    harness_result_free(&r);
    harness_planes_free(&in);
}

START_TEST(without_denoise_a_matrix_only)
{
    float out[3][WIDTH];
    develop(0.0f, sigma * sigma, out);
    for (int c = 0; c < 3; c++)
        for (int x = 0; x < WIDTH; x++)
            ck_assert_float_eq_tol(out[c][x], -0.1f + 0.0352f * (float)x, 1e-6f);
}
END_TEST

START_TEST(toe_lifts_black_and_nothing_else)
{
    float plain[3][WIDTH], out[3][WIDTH];
    develop(0.0f, sigma * sigma, plain);
    develop(1.0f, sigma * sigma, out);
    for (int x = 0; x < WIDTH; x++) {
        double lift = (double)out[1][x] - (double)plain[1][x];
        ck_assert_float_ge(out[1][x], 0.0f);
        ck_assert_float_eq_tol(out[0][x], out[1][x], 1e-6f); /* grey stays grey */
        ck_assert_float_eq_tol(out[2][x], out[1][x], 1e-6f);
        if (x > 0)
            ck_assert_float_ge(out[1][x], out[1][x - 1]);
        if (x > 0 && plain[1][x] >= 0.0f)
            ck_assert_float_gt(out[1][x], out[1][x - 1]);
        if (plain[1][x] >= 0.0f)
            ck_assert_double_le(lift, 0.3 * sigma);
        if (plain[1][x] > 0.2f)
            ck_assert_double_le(lift, 2e-4);
    }
    ck_assert_float_gt(out[1][0], plain[1][0] + 0.09f);
}
END_TEST

START_TEST(absurd_noise_does_no_harm)
{
    static const double absurd[] = {NAN, INFINITY, -1.0, 1e300};
    for (int i = 0; i < 4; i++) {
        float out[3][WIDTH];
        develop(1.0f, absurd[i], out);
        for (int x = 0; x < WIDTH; x++) {
            ck_assert(isfinite(out[1][x]));
            ck_assert_float_le(out[1][x], 1.05f);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("color_matrix");
    TCase *all = tcase_create("all");
    SRunner *runner;
    int failed;
    tcase_add_test(all, without_denoise_a_matrix_only);
    tcase_add_test(all, toe_lifts_black_and_nothing_else);
    tcase_add_test(all, absurd_noise_does_no_harm);
    suite_add_tcase(suite, all);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
