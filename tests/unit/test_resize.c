/* resize: sizes, constants, ramps, fine patterns, bright points, hostile sizes. */
#include "run_suite.h"
#include "opcodes.h"
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STAGE (&fl_stage_resize)

typedef double scene_fn(double x, double y); /* of places in the input; pixel i is centred at i */

static double constant(double x, double y)
{
    (void)x;
    (void)y;
    return 0.3;
}

static double ramp(double x, double y)
{
    return 0.1 + 0.002 * x + 0.003 * y;
}

static double waves(double x, double y)
{
    return 0.5 + 0.2 * sin(0.11 * x + 0.05 * y) + 0.2 * cos(0.07 * x - 0.13 * y);
}

/* One cycle in two pixels: nothing of it may remain when shrunk by more than two. */
static double checks(double x, double y)
{
    return ((int)floor(x) + (int)floor(y)) & 1 ? 1.0 : 0.0;
}

static double bright_point(double x, double y)
{
    return hypot(x - 60, y - 40) < 2 ? 20.0 : 0.1;
}

static struct fl_planes draw(scene_fn *scene, int width, int height)
{
    struct fl_planes p = harness_planes(width, height, fl_layout_of(3));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                *harness_at(&p, c, x, y) = (float)(scene(x, y) * (c + 1));
    return p;
}

static struct fl_settings settings_of(int width, int height, double scale)
{
    struct fl_settings s = {.width = width, .height = height, .scale = scale};
    return s;
}

static struct harness_result run(scene_fn *scene, int in_w, int in_h, struct fl_rect crop,
                                 const struct fl_settings *settings, int filter, int orientation)
{
    struct fl_flow flow = harness_flow(in_w, in_h, 3, FL_CFA_NONE);
    struct fl_frame *frame = opcodes_frame(in_w, in_h, FL_CFA_RGGB);
    struct harness_setup setup = {.params = &filter, .settings = settings, .frame = frame};
    struct fl_planes in = draw(scene, in_w, in_h);
    struct harness_result r;
    frame->meta.orientation = orientation;
    flow.crop = crop;
    flow.step_x = flow.step_y = 1;
    for (int c = 0; c < 3; c++)
        flow.noise[c].s = 1;
    r = harness_run(STAGE, &setup, &flow, &in, 16);
    ck_assert_int_eq(r.guard_errors, 0);
    harness_planes_free(&in);
    fl_frame_unref(frame);
    return r;
}

/* Largest difference from the scene at the places of the output pixels, `margin` pixels from the
 * edges. */
static double worst(scene_fn *scene, const struct harness_result *r, struct fl_rect crop,
                    int margin)
{
    double sx = (double)crop.width / r->flow.width, sy = (double)crop.height / r->flow.height;
    double most = 0;
    for (int c = 0; c < 3; c++)
        for (int y = margin; y < r->flow.height - margin; y++)
            for (int x = margin; x < r->flow.width - margin; x++) {
                double u = crop.x + (x + 0.5) * sx - 0.5, v = crop.y + (y + 0.5) * sy - 0.5;
                double e = fabs((double)*harness_at(&r->planes, c, x, y) - scene(u, v) * (c + 1));
                most = e > most ? e : most;
            }
    return most;
}

static const int targets[][2] = {{60, 40}, {37, 91}, {120, 80}, {119, 79}, {240, 160},
                                 {1, 1},   {3, 2},   {480, 1},  {121, 20}};

START_TEST(constants_stay)
{
    const struct fl_rect crop = {0, 0, 120, 80};
    const int *t = targets[_i];
    struct fl_settings s = settings_of(t[0], t[1], 0);
    for (int filter = 0; filter < 2; filter++) {
        struct harness_result r = run(constant, 120, 80, crop, &s, filter, 1);
        ck_assert_int_eq(r.err.code, FL_OK);
        ck_assert_int_eq(r.bypassed, t[0] == 120 && t[1] == 80);
        ck_assert_int_eq(r.flow.width, t[0]);
        ck_assert_int_eq(r.flow.height, t[1]);
        for (int y = 0; y < t[1]; y++)
            for (int x = 0; x < t[0]; x++)
                ck_assert_float_eq(*harness_at(&r.planes, 0, x, y), (float)0.3);
        harness_result_free(&r);
    }
}
END_TEST

START_TEST(ramps_and_waves_keep_their_place)
{
    const struct fl_rect crop = {7, 10, 400, 301};
    static const int sizes[][2] = {{200, 150}, {133, 100}, {90, 301}, {399, 300}, {800, 602}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fl_settings s = settings_of(sizes[i][0], sizes[i][1], 0);
        for (int filter = 0; filter < 2; filter++) {
            bool larger = sizes[i][0] > crop.width;
            struct harness_result r = run(ramp, 420, 320, crop, &s, filter, 1);
            /* area gives an enlarged pixel the value of the one that it lies in */
            ck_assert_double_le(worst(ramp, &r, crop, 7), filter && larger ? 0.01 : 3e-3);
            harness_result_free(&r);
        }
        /* three planes, the brightest 3 x 0.9: 0.5 % of that is 46 dB */
        struct harness_result r = run(waves, 420, 320, crop, &s, 0, 1);
        ck_assert_double_le(worst(waves, &r, crop, 7), 0.0135);
        harness_result_free(&r);
    }
}
END_TEST

static double psnr_of_waves(int width, int height, int filter)
{
    const struct fl_rect crop = {0, 0, 600, 450};
    struct fl_settings s = settings_of(width, height, 0);
    struct harness_result r = run(waves, 600, 450, crop, &s, filter, 1);
    double sx = 600.0 / width, sy = 450.0 / height, sum = 0;
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double e = (double)*harness_at(&r.planes, 0, x, y) -
                       waves((x + 0.5) * sx - 0.5, (y + 0.5) * sy - 0.5);
            sum += e * e;
        }
    harness_result_free(&r);
    return 10 * log10((double)width * height / sum);
}

START_TEST(smooth_pictures_shrink_well)
{
    ck_assert_double_ge(psnr_of_waves(300, 225, 0), 60);
    ck_assert_double_ge(psnr_of_waves(200, 150, 0), 55);
    ck_assert_double_ge(psnr_of_waves(200, 150, 1), 40);
    ck_assert_double_ge(psnr_of_waves(417, 313, 0), 60);
}
END_TEST

START_TEST(fine_patterns_do_not_alias)
{
    const struct fl_rect crop = {0, 0, 301, 203};
    struct fl_settings s = settings_of(100, 70, 0);
    for (int filter = 0; filter < 2; filter++) {
        struct harness_result r = run(checks, 301, 203, crop, &s, filter, 1);
        for (int y = 3; y < 67; y++)
            for (int x = 3; x < 97; x++)
                ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y), 0.5,
                                        filter ? 0.1 : 0.03);
        harness_result_free(&r);
    }
}
END_TEST

/* In linear light a highlight is many times brighter than its surroundings. */
START_TEST(bright_points_have_no_dark_rings)
{
    const struct fl_rect crop = {0, 0, 120, 80};
    struct fl_settings s = settings_of(50, 33, 0);
    struct harness_result r = run(bright_point, 120, 80, crop, &s, 0, 1);
    float most = 0;
    for (int y = 0; y < 33; y++)
        for (int x = 0; x < 50; x++) {
            float v = *harness_at(&r.planes, 0, x, y);
            ck_assert(v >= 0.0999f);
            most = v > most ? v : most;
        }
    ck_assert(most > 5 && most <= 20);
    harness_result_free(&r);
}
END_TEST

START_TEST(sizes_follow_the_settings)
{
    const struct fl_rect crop = {4, 6, 300, 200};
    static const struct {
        int width, height;
        double scale;
        int orientation, out_w, out_h; /* as the picture lies */
    } cases[] = {{0, 0, 0, 1, 300, 200},   {0, 0, 0.5, 1, 150, 100}, {150, 0, 0, 1, 150, 100},
                 {0, 50, 0, 3, 75, 50},    {100, 0, 0, 6, 150, 100}, {0, 75, 0, 8, 75, 50},
                 {100, 60, 0, 5, 60, 100}, {0, 0, 0.001, 1, 1, 1},   {600, 0, 0, 1, 600, 400}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_settings s = settings_of(cases[i].width, cases[i].height, cases[i].scale);
        struct harness_result r = run(ramp, 310, 220, crop, &s, 0, cases[i].orientation);
        ck_assert_int_eq(r.err.code, FL_OK);
        if (r.bypassed) {
            ck_assert_int_eq(r.flow.crop.width, cases[i].out_w);
            ck_assert_int_eq(r.flow.width, 310);
        } else {
            ck_assert_int_eq(r.flow.width, cases[i].out_w);
            ck_assert_int_eq(r.flow.height, cases[i].out_h);
            ck_assert_int_eq(r.flow.crop.x, 0);
            ck_assert_int_eq(r.flow.crop.width, cases[i].out_w);
            /* the flow knows where the pixels came from */
            ck_assert_double_eq_tol(
                (double)(r.flow.x0 + r.flow.step_x * 0.5f * (float)(r.flow.width - 1)), 4 + 149.5,
                1e-3);
        }
        harness_result_free(&r);
    }
}
END_TEST

START_TEST(shrinking_lowers_the_noise)
{
    const struct fl_rect crop = {0, 0, 400, 300};
    struct fl_settings s = settings_of(100, 75, 0);
    struct harness_result r = run(constant, 400, 300, crop, &s, 1, 1);
    ck_assert_double_eq_tol(r.flow.noise[1].s, 1.0 / 16, 1e-3);
    harness_result_free(&r);
}
END_TEST

START_TEST(absurd_sizes_are_refused)
{
    const struct fl_rect crop = {0, 0, 30, 20};
    static const int sizes[][2] = {{121, 0}, {0, 81}, {65535, 65535}, {2147483647, 1}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fl_settings s = settings_of(sizes[i][0], sizes[i][1], 0);
        struct harness_result r = run(constant, 30, 20, crop, &s, 0, 1);
        ck_assert_int_eq(r.err.code, FL_ERR_RANGE);
    }
}
END_TEST

/* A crop that reaches out of the picture is none. */
START_TEST(absurd_crops_are_ignored)
{
    static const struct fl_rect crops[] = {{-1, 0, 10, 10},
                                           {25, 0, 10, 10},
                                           {0, 0, 0, 0},
                                           {2147483647, 1, 5, 5},
                                           {5, 5, 5, 2147483647}};
    struct fl_settings s = settings_of(15, 10, 0);
    for (size_t i = 0; i < sizeof crops / sizeof *crops; i++) {
        struct harness_result r = run(constant, 30, 20, crops[i], &s, 0, 1);
        ck_assert_int_eq(r.err.code, FL_OK);
        ck_assert_float_eq(r.flow.step_x, 2.0f);
        harness_result_free(&r);
    }
}
END_TEST

START_TEST(block_height_changes_nothing)
{
    static const int sizes[][4] = {{2, 2, 1, 1}, {2, 2, 5, 7}, {121, 77, 50, 40}, {40, 30, 100, 9}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fl_flow flow = harness_flow(sizes[i][0], sizes[i][1], 3, FL_CFA_NONE);
        struct fl_settings s = settings_of(sizes[i][2], sizes[i][3], 0);
        struct harness_setup setup = {.settings = &s};
        struct fl_planes in = draw(waves, sizes[i][0], sizes[i][1]);
        ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
        harness_planes_free(&in);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("resize");
    TCase *tc = tcase_create("resize");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, constants_stay, 0, sizeof targets / sizeof *targets);
    tcase_add_test(tc, ramps_and_waves_keep_their_place);
    tcase_add_test(tc, smooth_pictures_shrink_well);
    tcase_add_test(tc, fine_patterns_do_not_alias);
    tcase_add_test(tc, bright_points_have_no_dark_rings);
    tcase_add_test(tc, sizes_follow_the_settings);
    tcase_add_test(tc, shrinking_lowers_the_noise);
    tcase_add_test(tc, absurd_sizes_are_refused);
    tcase_add_test(tc, absurd_crops_are_ignored);
    tcase_add_test(tc, block_height_changes_nothing);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
