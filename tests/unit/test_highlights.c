/* highlights: clipped colours are rebuilt plausibly, everything else stays to the bit. */
#include "run_suite.h"
#include "highlight_grid.h"
#include "rows_harness.h"
#include "stages.h"
#include "statistics.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STAGE  (&fl_stage_highlights)
#define WIDTH  96
#define HEIGHT 64

static const float clip[3] = {2.08f, 1.0f, 1.79f}; /* of a daylight balance: green clips first */

enum { MODE_CLIP, MODE_BLEND, MODE_REBUILD };

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

/* What pass 1 sees: the same before white balance. */
static void measure(const struct fl_planes *in, enum fl_cfa cfa, bool rebuild,
                    struct fl_control *control)
{
    struct fl_planes raw = harness_planes(in->width, in->height, in->layout);
    struct fl_statistics stats;
    struct fl_statistics_sink sink = {&stats, cfa, false, 0.985f, NULL};
    float *row[3][HEIGHT];
    struct fl_rows rows = {{row[0], row[1], row[2]}, 0, in->height, in->width, in->height, 0};
    ck_assert_int_eq(fl_statistics_new(in->width, in->height, &stats).code, FL_OK);
    for (int p = 0; p < in->layout.planes; p++)
        for (int y = 0; y < in->height; y++) {
            row[p][y] = harness_at(&raw, p, 0, y);
            for (int x = 0; x < in->width; x++)
                row[p][y][x] = *harness_at(in, p, x, y) /
                               clip[cfa == FL_CFA_NONE ? p : fl_cfa_color(cfa, x, y)];
        }
    fl_statistics_rows(&sink, &rows);
    for (int c = 0; c < 3; c++)
        control->wb_gain[c] = (double)clip[c];
    ck_assert_int_eq(fl_highlight_grid_make(&stats, control, rebuild, &control->highlights).code,
                     FL_OK);
    fl_statistics_free(&stats);
    harness_planes_free(&raw);
}

static struct harness_result run(const struct fl_planes *in, enum fl_cfa cfa, int mode)
{
    struct fl_flow flow = harness_flow(in->width, in->height, in->layout.planes, cfa);
    struct fl_control control = {.exposure_gain = 1.0};
    struct harness_setup setup = {.params = &mode, .control = &control};
    struct harness_result r;
    measure(in, cfa, mode == MODE_REBUILD, &control);
    for (int c = 0; c < 3; c++)
        flow.clip[c] = clip[c];
    r = harness_run(STAGE, &setup, &flow, in, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    fl_highlight_grid_free(&control.highlights);
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
        struct harness_result rebuild = run(&in, c, MODE_REBUILD);
        double raw = colour_error(&in, &truth, c), cut_error = colour_error(&cut.planes, &truth, c);
        double best = colour_error(&rebuild.planes, &truth, c);
        ck_assert_double_le(best, 0.2 * raw);
        ck_assert_double_le(best, colour_error(&blend.planes, &truth, c) + 1e-4);
        if (_i != 0) /* white light is cut to white */
            ck_assert_double_le(best, 0.25 * cut_error);
        harness_result_free(&cut);
        harness_result_free(&blend);
        harness_result_free(&rebuild);
        harness_planes_free(&in);
        harness_planes_free(&truth);
    }
}
END_TEST

/* Below 0.97 of the clip level not a bit changes, and nothing gets darker than it was recorded. */
START_TEST(what_is_not_clipped_stays)
{
    for (int mode = MODE_BLEND; mode <= MODE_REBUILD; mode++)
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
                        if (before < 0.97f * clip[c])
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

/* Where everything clips and nothing around tells a colour the result is grey, not magenta; where a
 * light's border does, it has a little of that colour. */
START_TEST(burnt_out_is_pale)
{
    for (int planes = 1; planes <= 3; planes += 2) {
        enum fl_cfa cfa = planes == 1 ? FL_CFA_BGGR : FL_CFA_NONE;
        struct fl_planes in = expose(colours[1], 9, FL_CFA_BGGR, planes, true);
        for (int mode = MODE_CLIP; mode <= MODE_REBUILD; mode++) {
            struct harness_result r = run(&in, cfa, mode);
            float level = mode == MODE_CLIP ? 1.0f : 2.08f;
            for (int p = 0; p < planes; p++)
                for (int k = 0; k < 4; k++)
                    ck_assert_float_eq_tol(*harness_at(&r.planes, p, 48 + (k & 1), 32 + (k >> 1)),
                                           level, mode == MODE_REBUILD ? 0.3f : 0.01f);
            harness_result_free(&r);
        }
        harness_planes_free(&in);
    }
}
END_TEST

/* Colours that stand beside each other keep apart: the ratio of the known ones tells which it is.
 */
START_TEST(two_colours_do_not_mix)
{
    static const double warm[3] = {1.3, 1.2, 0.6}, cold[3] = {0.6, 1.2, 1.3};
    struct fl_planes in = harness_planes(WIDTH, HEIGHT, fl_layout_of(3));
    struct harness_result r;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++) {
                double v = ((x / 8) & 1 ? warm : cold)[c] * (0.5 + 0.5 * y / HEIGHT);
                *harness_at(&in, c, x, y) = (float)v < clip[c] ? (float)v : clip[c];
            }
    r = run(&in, FL_CFA_NONE, MODE_REBUILD);
    for (int x = 4; x < WIDTH; x += 8) {
        double v = 1.2 * (0.5 + 0.5 * 62 / HEIGHT);
        ck_assert_float_eq_tol(*harness_at(&in, 1, x, 62), 1.0f, 1e-6f);
        ck_assert_double_eq_tol((double)*harness_at(&r.planes, 1, x, 62), v, 0.01);
    }
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

/* No step where the clipping begins: neighbours of one colour differ no more than in truth, twice
 * over and a bit. */
START_TEST(transitions_are_smooth)
{
    for (size_t i = 0; i < sizeof colours / sizeof *colours; i++) {
        struct fl_planes in = expose(colours[i], 2, FL_CFA_RGGB, 1, true);
        struct fl_planes truth = expose(colours[i], 2, FL_CFA_RGGB, 1, false);
        struct harness_result r = run(&in, FL_CFA_RGGB, MODE_REBUILD);
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

START_TEST(frames_without_clipped_samples_are_bypassed)
{
    struct fl_planes in = expose(colours[0], 2, FL_CFA_RGGB, 1, true);
    struct harness_result r = run(&in, FL_CFA_RGGB, MODE_CLIP);
    ck_assert(!r.bypassed);
    ck_assert_float_eq(r.flow.clip[0], 1.0f);
    harness_result_free(&r);
    harness_planes_free(&in);
    in = expose(colours[0], 0.95, FL_CFA_RGGB, 1, true);
    for (int mode = MODE_CLIP; mode <= MODE_REBUILD; mode++) {
        r = run(&in, FL_CFA_RGGB, mode);
        ck_assert(r.bypassed);
        harness_result_free(&r);
    }
    harness_planes_free(&in);
}
END_TEST

/* After demosaic, where the mosaic's estimate is made again. */
START_TEST(detail_comes_from_the_other_colours)
{
    static const double colour[3] = {1.1, 1.0, 0.8};
    struct fl_planes in = expose(colour, 1.7, FL_CFA_NONE, 3, true);
    struct fl_planes truth = expose(colour, 1.7, FL_CFA_NONE, 3, false);
    struct fl_flow flow = harness_flow(WIDTH, HEIGHT, 3, FL_CFA_NONE);
    struct fl_control control = {.exposure_gain = 1.0};
    struct fl_frame frame = {.format = {.cfa = FL_CFA_RGGB}};
    struct harness_setup setup = {.control = &control, .frame = &frame};
    struct harness_result r;
    measure(&in, FL_CFA_NONE, true, &control);
    for (int c = 0; c < 3; c++)
        flow.clip[c] = clip[c];
    r = harness_run(&fl_stage_highlight_detail, &setup, &flow, &in, 16);
    ck_assert(!r.bypassed);
    ck_assert_int_eq(r.guard_errors, 0);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++) {
                float before = *harness_at(&in, c, x, y), after = *harness_at(&r.planes, c, x, y);
                if (before < 0.97f * clip[c])
                    ck_assert_float_eq(after, before);
                ck_assert_float_eq_tol(after / *harness_at(&truth, c, x, y), 1.0f, 0.06f);
            }
    ck_assert_int_eq(harness_partition_differences(&fl_stage_highlight_detail, &setup, &flow, &in),
                     0);
    fl_highlight_grid_free(&control.highlights);
    harness_result_free(&r);
    harness_planes_free(&in);
    harness_planes_free(&truth);
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
            struct fl_control control = {.exposure_gain = 1.0};
            struct harness_setup setup = {.control = &control};
            for (int c = 0; c < 3; c++)
                flow.clip[c] = clip[c];
            for (int p = 0; p < planes; p++)
                for (int y = 0; y < in.height; y++)
                    for (int x = 0; x < in.width; x++) {
                        seed = seed * 1664525u + 1013904223u;
                        *harness_at(&in, p, x, y) = (float)(seed >> 8) / 1e7f - 0.1f;
                    }
            measure(&in, cfa, true, &control);
            ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
            fl_highlight_grid_free(&control.highlights);
            harness_planes_free(&in);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("highlights");
    TCase *tc = tcase_create("highlights");
    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, colour_is_better_than_clipped, 0, sizeof colours / sizeof *colours);
    tcase_add_test(tc, what_is_not_clipped_stays);
    tcase_add_test(tc, burnt_out_is_pale);
    tcase_add_test(tc, two_colours_do_not_mix);
    tcase_add_test(tc, transitions_are_smooth);
    tcase_add_test(tc, frames_without_clipped_samples_are_bypassed);
    tcase_add_test(tc, detail_comes_from_the_other_colours);
    tcase_add_test(tc, mono_and_unknown_clip_are_bypassed);
    tcase_add_test(tc, every_size_and_block_height_works);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
