/* Floors of green equalisation: mazes go, balanced captures and details stay. With "all" as
 * argument at more sensitivities. */
#include "run_suite.h"
#include "known_light.h"
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  480
#define HEIGHT 360

static bool all;

static const char *const scenes[] = {"portrait", "chart", "photo", "leaves", "zoneplate", "stops"};
#define SCENES ((int)(sizeof scenes / sizeof *scenes))

static struct fl_frame *capture(const char *scene, double iso)
{
    const struct fl_sim_config config = {.scene = scene,
                                         .width = WIDTH,
                                         .height = HEIGHT,
                                         .format = "SRGGB16",
                                         .iso = iso,
                                         .no_noise = iso == 0,
                                         .exposure_ev = -0.5};
    struct fl_frame *raw;
    ck_assert_int_eq(fl_sim_capture(&config, &raw).code, FL_OK);
    return raw;
}

static uint16_t *code(const struct fl_frame *raw, int x, int y)
{
    return (uint16_t *)(void *)((char *)raw->plane[0] + (size_t)y * raw->stride[0]) +
           raw->meta.active.x + x;
}

/* Light of red and blue neighbours leaks into the greens of their row: `share` of the green where
 * the picture is grey. */
static void leak(const struct fl_frame *raw, double share)
{
    const double black = 4096, white = 65535, in_grey[2] = {0.55, 0.5}; /* red and blue to green */
    for (int y = 0; y < HEIGHT; y++)
        for (int x = (y & 1) ? 0 : 1; x < WIDTH; x += 2) {
            int left = x > 0 ? x - 1 : x + 1, right = x + 1 < WIDTH ? x + 1 : x - 1;
            double beside = 0.5 * (*code(raw, left, y) + *code(raw, right, y)) - black;
            double part = (y & 1) ? -0.5 / in_grey[1] : 0.5 / in_grey[0];
            double v = *code(raw, x, y) + share * part * beside;
            *code(raw, x, y) = (uint16_t)(v < 0 ? 0 : v > white ? white : v + 0.5);
        }
}

static struct fl_frame *develop(const struct fl_frame *raw, const char *mode)
{
    const char *const overrides[] = {mode, NULL};
    struct fl_settings settings = fl_settings_default();
    settings.look = FL_LOOK_NEUTRAL;
    settings.denoise = FL_DENOISE_OFF;
    return light_develop(raw, &settings, overrides, 0);
}

/* Mean square difference of green, of display codes. */
static double difference(const struct fl_frame *a, const struct fl_frame *b)
{
    double sum = 0;
    for (int y = 8; y < HEIGHT - 8; y++)
        for (int x = 8; x < WIDTH - 8; x++) {
            double d = 255 * (double)(light_plane(a, 1, y)[x] - light_plane(b, 1, y)[x]);
            sum += d * d;
        }
    return sum / ((WIDTH - 16) * (HEIGHT - 16));
}

/* The size of a maze, codes: what differs at half a cycle per pixel along rows or columns. */
static double maze(const struct fl_frame *a, const struct fl_frame *b)
{
    double sum = 0;
    for (int y = 8; y < HEIGHT - 8; y += 8)
        for (int x = 8; x < WIDTH - 8; x += 8) {
            double rows = 0, columns = 0;
            for (int v = 0; v < 8; v++)
                for (int u = 0; u < 8; u++) {
                    double d = 255 * (double)(light_plane(a, 1, y + v)[x + u] -
                                              light_plane(b, 1, y + v)[x + u]);
                    rows += (v & 1) ? d : -d;
                    columns += (u & 1) ? d : -d;
                }
            sum += (rows * rows + columns * columns) / (64 * 64);
        }
    return sqrt(sum / ((WIDTH / 8 - 2) * (HEIGHT / 8 - 2)));
}

/* Not of the last two scenes: stripes as fine as a maze, and mostly edges and dark, in which a
 * picture of this size has too few cells to tell. */
START_TEST(mazes_go)
{
    static const double isos[] = {0, 400, 1600};
    for (int s = 0; s < (all ? SCENES - 2 : 3); s++)
        for (int i = 0; i < (all ? 3 : 1); i++) {
            struct fl_frame *raw = capture(scenes[s], isos[i]);
            struct fl_frame *right = develop(raw, "green_balance.mode=off"), *off, *on;
            leak(raw, 0.03);
            off = develop(raw, "green_balance.mode=off");
            on = develop(raw, "green_balance.mode=auto");
            ck_assert_double_gt(maze(off, right), 0.3);
            ck_assert_msg(maze(on, right) <= 0.36 * maze(off, right),
                          "%s at ISO %g: maze of %.2f codes, uncorrected %.2f", scenes[s], isos[i],
                          maze(on, right), maze(off, right));
            fl_frame_unref(on);
            fl_frame_unref(off);
            fl_frame_unref(right);
            fl_frame_unref(raw);
        }
}
END_TEST

/* Not a bit changes; nor much where one insists. */
START_TEST(balanced_captures_stay)
{
    static const double isos[] = {0, 100, 800, 6400};
    for (int s = 0; s < SCENES; s++)
        for (int i = 0; i < (all ? 4 : 2); i++) {
            struct fl_frame *raw = capture(scenes[s], isos[i]);
            struct fl_frame *off = develop(raw, "green_balance.mode=off");
            struct fl_frame *on = develop(raw, "green_balance.mode=auto");
            struct fl_frame *forced = develop(raw, "green_balance.mode=on");
            ck_assert(difference(on, off) == 0.0);
            ck_assert_double_le(difference(forced, off), 0.5 * 0.5);
            fl_frame_unref(on);
            fl_frame_unref(off);
            fl_frame_unref(forced);
            fl_frame_unref(raw);
        }
}
END_TEST

/* A fit of known numbers on a plane of known colours, in blocks of any height. */
START_TEST(greens_meet_in_the_middle)
{
    struct fl_control control = {.green = {.imbalance = 0.02, .red = 0.01, .blue = -0.02}};
    const struct harness_setup setup = {.control = &control};
    const double level[3] = {0.3, 0.5, 0.2};
    control.green.place[0] = 0.02;
    control.green.place[1] = 0.03;
    control.green.place[4] = -0.05;
    for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++) {
        struct fl_planes in = harness_planes(48, 32, fl_layout_of(1));
        struct fl_flow flow = harness_flow(48, 32, 1, (enum fl_cfa)cfa);
        struct harness_result r;
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 48; x++) {
                int c = fl_cfa_color((enum fl_cfa)cfa, x, y);
                double u = (x + 0.5) / 48 - 0.5, v = (y + 0.5) / 32 - 0.5;
                double step =
                    0.01 * level[0] - 0.02 * level[2] + (0.02 + 0.03 * u - 0.05 * u * v) * level[1];
                double own = c != 1 ? 0 : (y & 1) ? -0.5 * step : 0.5 * step;
                *harness_at(&in, 0, x, y) = (float)(level[c] + own);
            }
        ck_assert_int_eq(harness_partition_differences(&fl_stage_green_balance, &setup, &flow, &in),
                         0);
        r = harness_run(&fl_stage_green_balance, &setup, &flow, &in, 8);
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 48; x++) {
                double want = level[fl_cfa_color((enum fl_cfa)cfa, x, y)];
                ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y), want, 3e-4);
            }
        harness_result_free(&r);
        harness_planes_free(&in);
    }
}
END_TEST

START_TEST(every_size_works)
{
    static const int sizes[][2] = {{2, 2}, {4, 2}, {2, 40}, {66, 18}};
    struct fl_control control = {.green = {.imbalance = 0.02, .red = 0.01, .blue = -0.02}};
    const struct harness_setup setup = {.control = &control};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fl_planes in = harness_planes(sizes[i][0], sizes[i][1], fl_layout_of(1));
        struct fl_flow flow = harness_flow(sizes[i][0], sizes[i][1], 1, FL_CFA_GRBG);
        ck_assert_int_eq(harness_partition_differences(&fl_stage_green_balance, &setup, &flow, &in),
                         0);
        harness_planes_free(&in);
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("floor_green");
    TCase *tc = tcase_create("floor_green");
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    tcase_set_timeout(tc, all ? 600 : 60);
    tcase_add_test(tc, mazes_go);
    tcase_add_test(tc, greens_meet_in_the_middle);
    tcase_add_test(tc, every_size_works);
    tcase_add_test(tc, balanced_captures_stay);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
