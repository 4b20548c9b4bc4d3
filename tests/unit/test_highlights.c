/* highlights: clipped colours are rebuilt plausibly, everything else stays to the bit. */
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STAGE  (&fl_stage_highlights)
#define WIDTH  96
#define HEIGHT 64

static const float clip[3] = {2.08f, 1.0f, 1.79f}; /* of a daylight balance: green clips first */

enum { MODE_CLIP, MODE_BLEND, MODE_OPPOSED };

/* A soft light of one colour in the middle, that falls off to the sides. */
static double light(const double colour[3], int c, double x, double y, double peak)
{
    double r2 = (x - 48) * (x - 48) + (y - 32) * (y - 32);
    return colour[c] * peak / (1 + r2 / 80);
}

/* What the sensor gives of it: planes 1 a mosaic, 3 all colours. */
static struct fl_planes expose(const double colour[3], double peak, enum fl_cfa cfa, int planes,
                               bool clipping)
{
    struct fl_planes p = harness_planes(WIDTH, HEIGHT, fl_layout_of(planes));
    for (int i = 0; i < planes; i++)
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                int c = planes == 3 ? i : fl_cfa_color(cfa, x, y);
                float v = (float)light(colour, c, x, y, peak);
                *harness_at(&p, i, x, y) = clipping && v > clip[c] ? clip[c] : v;
            }
    return p;
}

static struct harness_result run(const struct fl_planes *in, enum fl_cfa cfa, int mode)
{
    struct fl_flow flow = harness_flow(in->width, in->height, in->layout.planes, cfa);
    struct harness_setup setup = {.params = &mode};
    struct harness_result r;
    for (int c = 0; c < 3; c++)
        flow.clip[c] = clip[c];
    r = harness_run(STAGE, &setup, &flow, in, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    return r;
}

/* Colour of the 2x2 block at (x, y), as shares of red and blue, and its level. */
static void block(const struct fl_planes *p, enum fl_cfa cfa, int x, int y, double share[2],
                  double *level)
{
    double sum[3] = {0, 0, 0};
    for (int k = 0; k < 4; k++) {
        int c = fl_cfa_color(cfa, x + (k & 1), y + (k >> 1));
        sum[c] += (double)*harness_at(p, 0, x + (k & 1), y + (k >> 1)) / (c == 1 ? 2 : 1);
    }
    *level = sum[0] + sum[1] + sum[2];
    share[0] = sum[0] / *level;
    share[1] = sum[2] / *level;
}

/* Mean error of the colour over blocks in which the sensor clipped. */
static double colour_error(const struct fl_planes *p, const struct fl_planes *truth,
                           enum fl_cfa cfa)
{
    double total = 0;
    int count = 0;
    for (int y = 0; y < HEIGHT; y += 2)
        for (int x = 0; x < WIDTH; x += 2) {
            double a[2], b[2], level;
            bool clipped = false;
            for (int k = 0; k < 4; k++) {
                int u = x + (k & 1), v = y + (k >> 1);
                clipped |= *harness_at(truth, 0, u, v) > clip[fl_cfa_color(cfa, u, v)];
            }
            if (!clipped)
                continue;
            block(p, cfa, x, y, a, &level);
            block(truth, cfa, x, y, b, &level);
            total += hypot(a[0] - b[0], a[1] - b[1]);
            count++;
        }
    ck_assert_int_gt(count, 20);
    return total / count;
}

static const double colours[][3] = {
    {1, 1, 1}, {1.1, 1, 0.8}, {0.7, 1, 1.1}, {0.8, 1, 0.5}, {1.5, 1, 0.6}};

START_TEST(colour_is_better_than_clipped)
{
    for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++) {
        const double *colour = colours[_i];
        enum fl_cfa c = (enum fl_cfa)cfa;
        struct fl_planes in = expose(colour, 1.7, c, 1, true);
        struct fl_planes truth = expose(colour, 1.7, c, 1, false);
        struct harness_result cut = run(&in, c, MODE_CLIP), blend = run(&in, c, MODE_BLEND);
        struct harness_result opposed = run(&in, c, MODE_OPPOSED);
        double raw = colour_error(&in, &truth, c), cut_error = colour_error(&cut.planes, &truth, c);
        double best = colour_error(&opposed.planes, &truth, c);
        ck_assert_double_le(best, 0.75 * raw);
        ck_assert_double_le(best, colour_error(&blend.planes, &truth, c) + 1e-4);
        if (_i != 0) /* white light is cut to white */
            ck_assert_double_le(best, cut_error);
        harness_result_free(&cut);
        harness_result_free(&blend);
        harness_result_free(&opposed);
        harness_planes_free(&in);
        harness_planes_free(&truth);
    }
}
END_TEST

/* Below 0.95 of the clip level not a bit changes, and nothing gets darker than it was recorded. */
START_TEST(what_is_not_clipped_stays)
{
    for (int mode = MODE_BLEND; mode <= MODE_OPPOSED; mode++)
        for (int planes = 1; planes <= 3; planes += 2) {
            struct fl_planes in = expose(colours[1], 2.5, FL_CFA_GRBG, planes, true);
            struct harness_result r = run(&in, planes == 1 ? FL_CFA_GRBG : FL_CFA_NONE, mode);
            long changed = 0;
            for (int p = 0; p < planes; p++)
                for (int y = 0; y < HEIGHT; y++)
                    for (int x = 0; x < WIDTH; x++) {
                        int c = planes == 3 ? p : fl_cfa_color(FL_CFA_GRBG, x, y);
                        float before = *harness_at(&in, p, x, y);
                        float after = *harness_at(&r.planes, p, x, y);
                        if (before < 0.95f * clip[c])
                            ck_assert_float_eq(after, before);
                        ck_assert_float_ge(after, before);
                        changed += after > before;
                    }
            ck_assert_int_gt(changed, 100);
            harness_result_free(&r);
            harness_planes_free(&in);
        }
}
END_TEST

/* Where everything clips the result is grey, not magenta. */
START_TEST(burnt_out_is_grey)
{
    for (int planes = 1; planes <= 3; planes += 2) {
        enum fl_cfa cfa = planes == 1 ? FL_CFA_BGGR : FL_CFA_NONE;
        struct fl_planes in = expose(colours[1], 9, FL_CFA_BGGR, planes, true);
        for (int mode = MODE_CLIP; mode <= MODE_OPPOSED; mode++) {
            struct harness_result r = run(&in, cfa, mode);
            float level = mode == MODE_CLIP ? 1.0f : 2.08f;
            for (int p = 0; p < planes; p++)
                for (int k = 0; k < 4; k++)
                    ck_assert_float_eq_tol(*harness_at(&r.planes, p, 48 + (k & 1), 32 + (k >> 1)),
                                           level, 1e-6f);
            harness_result_free(&r);
        }
        harness_planes_free(&in);
    }
}
END_TEST

/* No step where the clipping begins: neighbours of one colour differ no more than in truth, twice
 * over and a bit. */
START_TEST(transitions_are_smooth)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        struct fl_planes in = expose(colours[i], 2, FL_CFA_RGGB, 1, true);
        struct fl_planes truth = expose(colours[i], 2, FL_CFA_RGGB, 1, false);
        struct harness_result r = run(&in, FL_CFA_RGGB, MODE_OPPOSED);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 2; x < WIDTH; x++) {
                double d = (double)*harness_at(&r.planes, 0, x, y) -
                           (double)*harness_at(&r.planes, 0, x - 2, y);
                double t =
                    (double)*harness_at(&truth, 0, x, y) - (double)*harness_at(&truth, 0, x - 2, y);
                ck_assert_double_le(fabs(d), 2 * fabs(t) + 0.08);
            }
        harness_result_free(&r);
        harness_planes_free(&in);
        harness_planes_free(&truth);
    }
}
END_TEST

START_TEST(flow_knows_the_new_level)
{
    struct fl_planes in = expose(colours[0], 1, FL_CFA_RGGB, 1, true);
    struct harness_result r = run(&in, FL_CFA_RGGB, MODE_CLIP);
    ck_assert_float_eq(r.flow.clip[0], 1.0f);
    harness_result_free(&r);
    r = run(&in, FL_CFA_RGGB, MODE_OPPOSED);
    ck_assert_float_eq(r.flow.clip[1], 2.08f);
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

START_TEST(mono_and_unknown_clip_are_bypassed)
{
    struct fl_flow flow = harness_flow(WIDTH, HEIGHT, 1, FL_CFA_NONE);
    struct fl_planes in = expose(colours[0], 2, FL_CFA_RGGB, 1, true);
    struct harness_result r;
    flow.mono = true;
    r = harness_run(STAGE, NULL, &flow, &in, 0);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    flow = harness_flow(WIDTH, HEIGHT, 1, FL_CFA_RGGB);
    flow.clip[2] = NAN;
    r = harness_run(STAGE, NULL, &flow, &in, 0);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

START_TEST(every_size_and_block_height_works)
{
    static const int sizes[][2] = {{2, 2}, {4, 2}, {2, 12}, {1, 1}, {64, 50}};
    uint32_t seed = 7;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int planes = 1; planes <= 3; planes += 2) {
            enum fl_cfa cfa = planes == 1 ? FL_CFA_GBRG : FL_CFA_NONE;
            struct fl_flow flow = harness_flow(sizes[i][0], sizes[i][1], planes, cfa);
            struct fl_planes in = harness_planes(sizes[i][0], sizes[i][1], flow.layout);
            for (int c = 0; c < 3; c++)
                flow.clip[c] = clip[c];
            for (int p = 0; p < planes; p++)
                for (int y = 0; y < in.height; y++)
                    for (int x = 0; x < in.width; x++) {
                        seed = seed * 1664525u + 1013904223u;
                        *harness_at(&in, p, x, y) = (float)(seed >> 8) / 1e7f - 0.1f;
                    }
            ck_assert_int_eq(harness_partition_differences(STAGE, NULL, &flow, &in), 0);
            harness_planes_free(&in);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("highlights");
    TCase *tc = tcase_create("highlights");
    SRunner *runner;
    int failed;
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, colour_is_better_than_clipped, 0, sizeof colours / sizeof *colours);
    tcase_add_test(tc, what_is_not_clipped_stays);
    tcase_add_test(tc, burnt_out_is_grey);
    tcase_add_test(tc, transitions_are_smooth);
    tcase_add_test(tc, flow_knows_the_new_level);
    tcase_add_test(tc, mono_and_unknown_clip_are_bypassed);
    tcase_add_test(tc, every_size_and_block_height_works);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
