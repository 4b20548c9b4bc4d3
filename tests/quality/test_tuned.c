/* A camera known by its tuning only: the simulated sensor takes the part of one that a tuning
 * describes, with its shading, colours and noise, and its raws are developed with that tuning.
 * Corners must be as bright as the middle within 2 %, and the picture must have the scene's colours
 * within a mean CIEDE2000 of 2.5, in lamp light and by day. */
#include "run_suite.h"
#include "known_light.h"
#include "lab.h"

#include "firstlight/tuning.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  480
#define HEIGHT 360
#define CORNER 12 /* pixels a side of the measured part */

static const double lights[] = {2700, 4000, 6500};
#define LIGHTS ((int)(sizeof lights / sizeof *lights))

/* A made-up sensor, for where no real one's file is at hand: much shading, that of red stronger in
 * lamp light. */
static struct fl_grey_point grey[] = {
    {2500, 0.85, 0.30}, {4000, 0.62, 0.48}, {5500, 0.52, 0.60}, {7500, 0.45, 0.70}};
static struct fl_tuning_ccm ccm[] = {
    {3000, {2.05, -0.96, -0.09, -0.48, 1.74, -0.26, -0.09, -1.38, 2.47}},
    {6500, {1.85, -0.68, -0.17, -0.36, 1.72, -0.36, -0.03, -0.62, 1.65}}};
static float table[4][192];
static struct fl_shading_table red[] = {{3000, table[0]}, {6000, table[1]}},
                               blue[] = {{4000, table[2]}};
static const struct fl_tuning made_up = {.sensor = "madeup",
                                         .grey_count = 4,
                                         .grey = grey,
                                         .ccm_count = 2,
                                         .ccm = ccm,
                                         .transverse = 0.03,
                                         .has_black = true,
                                         .black = {0.0625, 0.0625, 0.0625},
                                         .noise_slope = 4,
                                         .shading = {16, 12, 2, 1, red, blue, table[3], 0.9}};

static void fill_tables(void)
{
    for (int i = 0; i < 192; i++) {
        double x = (i % 16 + 0.5) / 8.0 - 1.0, y = (i / 16 + 0.5) / 6.0 - 1.0;
        double r2 = 0.64 * x * x + 0.36 * y * y, fall = 1.0 + 0.75 * r2;
        table[0][i] = (float)(2.0 - 0.30 * r2);
        table[1][i] = (float)(3.1 - 0.15 * r2);
        table[2][i] = (float)(1.4 + 0.10 * r2);
        table[3][i] = (float)(fall * fall);
    }
}

/* NULL where the file is not at hand. */
static struct fl_tuning *shipped(const char *name)
{
    struct fl_tuning *t;
    char path[1024];
    snprintf(path, sizeof path, "%s/rpi_tuning/%s", light_data() ? light_data() : ".", name);
    if (fl_tuning_load(path, NULL, &t).code != FL_OK) {
        printf("no %s in FL_SHARED_DATA: skipped\n", name);
        return NULL;
    }
    return t;
}

static struct fl_frame *develop(const struct fl_sim_config *sim, enum fl_wb_mode wb, int bits)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_frame *raw, *out;
    struct fl_pipeline *p;
    fl_err err;
    ck_assert_int_eq(fl_sim_capture(sim, &raw).code, FL_OK);
    ck_assert(raw->meta.noise[1].s == 0.0 && !raw->meta.calibration[0].has_color_matrix);
    ck_assert_int_eq(fl_pipeline_new(NULL, &p).code, FL_OK);
    settings.look = FL_LOOK_NEUTRAL;
    settings.wb = wb;
    settings.temperature_k = sim->cct_k;
    settings.tuning = sim->tuning;
    settings.bits = bits;
    err = fl_pipeline_run(p, raw, &settings, &out, NULL);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    fl_pipeline_free(p);
    fl_frame_unref(raw);
    return out;
}

/* Mean linear light of a square. */
static double mean_light(const struct fl_frame *f, int c, int x0, int y0)
{
    double sum = 0.0;
    for (int y = y0; y < y0 + CORNER; y++)
        for (int x = x0; x < x0 + CORNER; x++) {
            double v = (double)light_plane(f, c, y)[x];
            sum += v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
        }
    return sum / (CORNER * CORNER);
}

/* The largest relative difference of a corner from the middle, in any colour. */
static double worst_corner(const struct fl_tuning *t, double cct_k)
{
    const struct fl_sim_config sim = {.scene = "flat",
                                      .width = WIDTH,
                                      .height = HEIGHT,
                                      .cct_k = cct_k,
                                      .no_noise = true,
                                      .tuning = t};
    struct fl_frame *out = develop(&sim, FL_WB_AS_SHOT, 32);
    double worst = 0.0;
    for (int c = 0; c < 3; c++) {
        double middle = mean_light(out, c, (WIDTH - CORNER) / 2, (HEIGHT - CORNER) / 2);
        ck_assert(middle > 0.05 && middle < 0.95);
        for (int i = 0; i < 4; i++) {
            double v = mean_light(out, c, i & 1 ? WIDTH - CORNER : 0, i & 2 ? HEIGHT - CORNER : 0);
            double d = fabs(v / middle - 1.0);
            worst = d > worst ? d : worst;
        }
    }
    fl_frame_unref(out);
    return worst;
}

static double encoded(double v)
{
    v = v > 0.0 ? (v < 1.0 ? v : 1.0) : 0.0;
    return v <= 0.0031308 ? 12.92 * v : 1.055 * pow(v, 1.0 / 2.4) - 0.055;
}

static double mean_difference(const struct fl_tuning *t, double cct_k, enum fl_wb_mode wb)
{
    const struct fl_sim_config sim = {
        .scene = "photo", .width = WIDTH, .height = HEIGHT, .cct_k = cct_k, .tuning = t};
    struct fl_frame *out = develop(&sim, wb, 8), *truth;
    double sum = 0.0;
    ck_assert_int_eq(fl_sim_truth(&sim, &truth).code, FL_OK);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const uint8_t *got = (uint8_t *)out->plane[0] + (size_t)y * out->stride[0] + 3 * x;
            uint8_t want[3];
            for (int c = 0; c < 3; c++)
                want[c] = (uint8_t)(255.0 * encoded((double)light_plane(truth, c, y)[x]) + 0.5);
            sum += lab_ciede2000(lab_of_pixel(got), lab_of_pixel(want));
        }
    fl_frame_unref(out);
    fl_frame_unref(truth);
    return sum / (WIDTH * HEIGHT);
}

static void check_sensor(const struct fl_tuning *t)
{
    for (int i = 0; i < LIGHTS; i++) {
        double corner = worst_corner(t, lights[i]);
        enum fl_wb_mode wb = i == 1 ? FL_WB_KELVIN : FL_WB_AS_SHOT;
        double color = mean_difference(t, lights[i], wb);
        printf("%s %s %g K: corners %.2f %%, colour %.2f\n", t->sensor, t->target, lights[i],
               100.0 * corner, color);
        ck_assert_msg(corner <= 0.02, "%s at %g K: corners off by %g", t->sensor, lights[i],
                      corner);
        ck_assert_msg(color <= 2.5, "%s at %g K: colour %g", t->sensor, lights[i], color);
    }
}

START_TEST(a_sensor_that_never_was)
{
    fill_tables();
    check_sensor(&made_up);
}
END_TEST

START_TEST(imx477)
{
    static const char *const names[] = {"pisp_imx477.json", "vc4_imx477.json"};
    for (int i = 0; i < 2; i++) {
        struct fl_tuning *t = shipped(names[i]);
        if (t)
            check_sensor(t);
        fl_tuning_free(t);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tuned");
    TCase *t = tcase_create("tuned");
    tcase_add_test(t, a_sensor_that_never_was);
    tcase_add_test(t, imx477);
    tcase_set_timeout(t, 300);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
