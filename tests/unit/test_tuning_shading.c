/* Look-up in shading tables, noise and brightness from a tuning. */
#include "run_suite.h"

#include "firstlight/tuning_data.h"

#include <check.h>
#include <math.h>

#define COLS 4
#define ROWS 3

static float green[COLS * ROWS], warm[COLS * ROWS], cool[COLS * ROWS], flat[COLS * ROWS];
static struct fl_shading_table red[2], blue[1];
static struct fl_shading shading;
static float out[3 * 33 * 25];

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-5 * (1.0 + fabs(b));
}

/* Planes: what is bilinear between the centres and goes on straight is exact everywhere. */
static void fill(float *table, double factor, double base, double dx, double dy)
{
    for (int i = 0; i < COLS * ROWS; i++)
        table[i] =
            (float)(factor * (base + dx * (i % COLS + 0.5) / COLS + dy * (i / COLS + 0.5) / ROWS));
}

static void setup(void)
{
    fill(green, 1.0, 1.0, 0.4, 0.6);
    fill(warm, 2.0, 1.0, 0.0, 0.3);
    fill(cool, 3.0, 1.0, 0.2, 0.0);
    fill(flat, 1.7, 1.0, 0.0, 0.0);
    red[0] = (struct fl_shading_table){3000, warm};
    red[1] = (struct fl_shading_table){5000, cool};
    blue[0] = (struct fl_shading_table){4000, flat};
    shading = (struct fl_shading){COLS, ROWS, 2, 1, red, blue, green, 1.0};
}

START_TEST(planes_are_met_everywhere)
{
    const double least_warm = 1.0 + 0.3 * 0.5 / ROWS, least_cool = 1.0 + 0.2 * 0.5 / COLS;
    ck_assert(fl_shading_gains(&shading, 4500, NULL, 33, 25, out));
    for (int y = 0; y < 25; y++)
        for (int x = 0; x < 33; x++) {
            double u = x / 32.0, v = y / 24.0, g = 1.0 + 0.4 * u + 0.6 * v;
            double r = 0.25 * (1.0 + 0.3 * v) / least_warm + 0.75 * (1.0 + 0.2 * u) / least_cool;
            ck_assert(near((double)out[825 + y * 33 + x], g));
            ck_assert(near((double)out[1650 + y * 33 + x], g)); /* a flat table changes nothing */
            ck_assert(near((double)out[y * 33 + x], r * g));
        }
    ck_assert(fl_shading_gains(&shading, 1000, NULL, 2, 2, out));
    ck_assert(near((double)out[3], 2.0 * 1.3 / least_warm));
    ck_assert(fl_shading_gains(&shading, NAN, NULL, 2, 2, out));
    ck_assert(near((double)out[3], 2.0 * 1.3 / least_warm));
    ck_assert(fl_shading_gains(&shading, 9000, NULL, 2, 2, out));
    ck_assert(near((double)out[3], 2.0 * 1.2 / least_cool));
    shading.luminance_strength = 0.5;
    ck_assert(fl_shading_gains(&shading, 4000, NULL, 2, 2, out));
    ck_assert(near((double)out[4 + 3], 1.5));
}
END_TEST

START_TEST(views_crop_and_flip)
{
    struct fl_sensor_view view = {0.25, 0.5, 0.5, 0.25, false, false};
    ck_assert(fl_shading_gains(&shading, 4000, &view, 3, 3, out));
    ck_assert(near((double)out[9], 1.0 + 0.4 * 0.25 + 0.6 * 0.5));
    ck_assert(near((double)out[17], 1.0 + 0.4 * 0.75 + 0.6 * 0.75));
    view.flip_h = view.flip_v = true;
    ck_assert(fl_shading_gains(&shading, 4000, &view, 3, 3, out));
    ck_assert(near((double)out[17], 1.0 + 0.4 * 0.25 + 0.6 * 0.5));
    ck_assert(near((double)out[9], 1.0 + 0.4 * 0.75 + 0.6 * 0.75));
    view = (struct fl_sensor_view){0.5, 0, 0.75, 1, true, false}; /* beyond the sensor: the whole */
    ck_assert(fl_shading_gains(&shading, 4000, &view, 2, 2, out));
    ck_assert(near((double)out[4], 1.4) && near((double)out[7], 1.6));
}
END_TEST

START_TEST(odd_tables)
{
    static float single[1] = {1.5f}, zeros[4] = {0, 0, 0, 1e30f}, nans[4] = {NAN, NAN, NAN, NAN};
    static struct fl_shading_table one[1] = {{4000, zeros}};
    struct fl_shading s = {1, 1, 0, 0, NULL, NULL, single, 1.0}, none = {0};
    ck_assert(!fl_shading_gains(&none, 4000, NULL, 2, 2, out));
    none.cols = none.rows = 3;
    ck_assert(!fl_shading_gains(&none, 4000, NULL, 2, 2, out));
    ck_assert(fl_shading_gains(&s, 4000, NULL, 2, 2, out));
    for (int i = 0; i < 12; i++)
        ck_assert(near((double)out[i], 1.5));
    s = (struct fl_shading){2, 2, 1, 1, one, one, nans, 1.0};
    ck_assert(fl_shading_gains(&s, 4000, NULL, 5, 5, out));
    for (int i = 0; i < 75; i++)
        ck_assert(out[i] >= 1.0f / 64 && out[i] <= 64.0f);
}
END_TEST

START_TEST(noise_and_brightness)
{
    struct fl_tuning t = {.noise_constant = 10,
                          .noise_slope = 4,
                          .has_black = true,
                          .black = {0.1, 0.0625, 0.1},
                          .lux = {800, 0.01, 2, 1, 0.25}};
    const struct fl_tuning none = {0};
    struct fl_noise n = {-1, -1};
    double range = 65535 * 0.9375;
    ck_assert(fl_tuning_noise(&t, 2, &n));
    ck_assert(near(n.s, 2 * 16 / range) && near(n.o * 1e6, 2 * 100 / (range * range) * 1e6));
    ck_assert(!fl_tuning_noise(&t, 0, &n) && !fl_tuning_noise(&t, NAN, &n));
    ck_assert(!fl_tuning_noise(&none, 1, &n));
    ck_assert(near(fl_tuning_lux(&t, 0.02, 4, 1, 0.5), 400));
    ck_assert(near(fl_tuning_lux(&t, 0.02, 4, 0.5, 0.5), 1600));
    ck_assert(fl_tuning_lux(&none, 0.01, 1, 1, 0.2) == 0.0);
    ck_assert(fl_tuning_lux(&t, NAN, 1, 1, 0.2) == 0.0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tuning_shading");
    TCase *t = tcase_create("tuning_shading");
    tcase_add_checked_fixture(t, setup, NULL);
    tcase_add_test(t, planes_are_met_everywhere);
    tcase_add_test(t, views_crop_and_flip);
    tcase_add_test(t, odd_tables);
    tcase_add_test(t, noise_and_brightness);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
