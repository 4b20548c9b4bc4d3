/* lens: lateral colour by a tuning's tables. */
#include "run_suite.h"
#include "opcodes.h"
#include "rows_harness.h"
#include "stages.h"

#include "firstlight/param.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define STAGE  (&fl_stage_lens)
#define WIDTH  120
#define HEIGHT 90
#define POINTS (FL_CAC_SIDE * FL_CAC_SIDE)

static double scene(int plane, double x, double y)
{
    return 0.5 + 0.2 * sin(0.21 * x + 0.1 * y + plane) + 0.2 * cos(0.12 * x - 0.19 * y);
}

/* Moves that are linear over the sensor, so that bilinear look-up is exact: of red right by
 * 0.5 + u and down by v / 2, of blue left by 0.25. */
static struct fl_tuning made(void)
{
    struct fl_tuning t = {.lateral = {.known = true}};
    for (int i = 0; i < POINTS; i++) {
        t.lateral.red_x[i] = 0.5f + (float)(i % FL_CAC_SIDE) / 8.0f;
        t.lateral.red_y[i] = 0.5f * (float)(i / FL_CAC_SIDE) / 8.0f;
        t.lateral.blue_x[i] = -0.25f;
    }
    return t;
}

static struct harness_result run(const struct fl_tuning *tuning, const struct fl_frame *frame,
                                 const char *on)
{
    struct fl_flow flow = harness_flow(WIDTH, HEIGHT, 3, FL_CFA_NONE);
    struct fl_settings settings = fl_settings_default();
    void *params = calloc(1, STAGE->params_size);
    struct harness_setup setup = {
        .frame = frame, .active = frame->meta.active, .params = params, .settings = &settings};
    struct fl_planes in = harness_planes(WIDTH, HEIGHT, fl_layout_of(3));
    struct harness_result r;
    settings.tuning = tuning;
    fl_param_defaults(STAGE->params, params);
    if (on)
        ck_assert_int_eq(fl_param_set(STAGE->params, params, "lateral", on).code, FL_OK);
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                *harness_at(&in, c, x, y) = (float)scene(c, x, y);
    r = harness_run(STAGE, &setup, &flow, &in, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    harness_planes_free(&in);
    free(params);
    return r;
}

/* u and v of a pixel over the sensor, and whether it is mirrored. */
static void check(const struct fl_frame *frame, double sign)
{
    const struct fl_sensor_view *view = &frame->meta.view;
    const struct fl_tuning t = made();
    struct harness_result r = run(&t, frame, "on");
    double width = view->width > 0.0 ? view->width : 1.0;
    ck_assert(!r.bypassed);
    for (int y = 6; y < HEIGHT - 6; y++)
        for (int x = 6; x < WIDTH - 6; x++) {
            double u = (x + 0.5) / WIDTH, v = (y + 0.5) / HEIGHT;
            u = view->x + width * (sign < 0.0 ? 1.0 - u : u);
            ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y),
                                    scene(0, x - sign * (0.5 + u), y - 0.5 * v), 2.5e-3);
            ck_assert((double)*harness_at(&r.planes, 1, x, y) == (double)(float)scene(1, x, y));
            ck_assert_double_eq_tol((double)*harness_at(&r.planes, 2, x, y),
                                    scene(2, x + sign * 0.25, y), 2.5e-3);
        }
    harness_result_free(&r);
}

START_TEST(red_and_blue_move)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    check(frame, 1.0);
    frame->meta.view = (struct fl_sensor_view){0.25, 0, 0.5, 1, false, false};
    check(frame, 1.0);
    frame->meta.view.flip_h = true;
    check(frame, -1.0);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(only_where_asked_for)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    const struct fl_tuning t = made(), none = {.sensor = ""};
    const struct fl_tuning *const tunings[] = {&t, &none, NULL};
    static const char *const on[] = {NULL, "on", "on"};
    struct harness_result with_file;
    for (int i = 0; i < 3; i++) {
        struct harness_result r = run(tunings[i], frame, on[i]);
        ck_assert(r.bypassed);
        harness_result_free(&r);
    }
    opcodes_add_warp(frame, 3)->u.warp.plane[0].radial[1] = 0.01; /* the file's goes before */
    with_file = run(NULL, frame, NULL);
    for (int i = 0; i < 2; i++) {
        struct harness_result r = run(tunings[i], frame, "on");
        ck_assert_int_eq(harness_differences(&r.planes, &with_file.planes), 0);
        harness_result_free(&r);
    }
    harness_result_free(&with_file);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(absurd_tables_stay_inside)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct fl_tuning t = made();
    struct harness_result r;
    for (int i = 0; i < POINTS; i++) {
        t.lateral.red_x[i] = i % 2 ? NAN : 1e30f;
        t.lateral.blue_y[i] = i % 3 ? -INFINITY : -1e30f;
    }
    frame->meta.view = (struct fl_sensor_view){NAN, 0, 1e300, 1, true, true};
    r = run(&t, frame, "on");
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                ck_assert(isfinite((double)*harness_at(&r.planes, c, x, y)));
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lateral");
    TCase *tc = tcase_create("lateral");
    tcase_add_test(tc, red_and_blue_move);
    tcase_add_test(tc, only_where_asked_for);
    tcase_add_test(tc, absurd_tables_stay_inside);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
