/* defect: listed and isolated bad pixels are replaced, details are not. */
#include "run_suite.h"
#include "opcodes.h"
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STAGE (&fl_stage_defect)
#define SQRT2 1.41421356237309504880

/* What a neutral camera sees of grey light, per colour. */
static const double response[3] = {0.48, 1.0, 0.56};

static uint32_t seed = 1;

static double uniform(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (double)(seed >> 8) / 16777216.0;
}

/* About Gaussian, size 1. */
static double noise(void)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++)
        sum += uniform();
    return sum;
}

typedef double scene_fn(double x, double y);

static double gradient(double x, double y)
{
    return 0.1 + 0.0015 * x + 0.001 * y;
}

/* Soft edges and curves, as a lens draws them. */
static double shapes(double x, double y)
{
    double disc = hypot(x - 100, y - 60) - 40;
    double bar = x + 0.4 * y - 60;
    return 0.12 + 0.5 / (1 + exp(disc / 0.7)) + 0.25 / (1 + exp(bar / 0.7));
}

/* Full contrast up to half a cycle per pixel at the sides. */
static double zone_plate(double x, double y)
{
    double r2 = (x - 128) * (x - 128) + (y - 96) * (y - 96);
    return 0.4 + 0.4 * cos(3.14159265358979 * r2 / 256);
}

/* A one-pixel line in each direction, and a flat ground. */
static double lines(double x, double y)
{
    bool on = x == 40 || y == 50 || x == y || x + y == 200;
    return on ? 0.8 : 0.1;
}

/* Stars of 0.5 pixels sigma on a dark sky. */
static double stars(double x, double y)
{
    double v = 0.01;
    for (int i = 0; i < 40; i++) {
        double cx = 10 + (i % 8) * 30 + i * 0.125, cy = 10 + i / 8 * 35 + i * 0.075;
        double u = x - cx, w = y - cy;
        if (fabs(u) < 5 && fabs(w) < 5)
            v += 0.25 * (erf((u + 0.5) * SQRT2) - erf((u - 0.5) * SQRT2)) *
                 (erf((w + 0.5) * SQRT2) - erf((w - 0.5) * SQRT2));
    }
    return v;
}

static struct fl_planes draw(scene_fn *scene, int width, int height, enum fl_cfa cfa,
                             const struct fl_noise *profile)
{
    struct fl_planes p = harness_planes(width, height, fl_layout_of(1));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++) {
            double v = scene(x, y) * response[fl_cfa_color(cfa, x, y)];
            if (profile)
                v += sqrt(profile->s * v + profile->o) * noise();
            *harness_at(&p, 0, x, y) = (float)v;
        }
    return p;
}

struct defect_params { /* as in the stage's table */
    int dynamic;
    float threshold;
};

static long changed(scene_fn *scene, enum fl_cfa cfa, const struct fl_noise *profile)
{
    struct fl_flow flow = harness_flow(256, 192, 1, cfa);
    struct fl_planes in = draw(scene, 256, 192, cfa, profile);
    struct harness_result r;
    long count;
    for (int c = 0; profile && c < 3; c++)
        flow.noise[c] = *profile;
    r = harness_run(STAGE, NULL, &flow, &in, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert(!r.bypassed);
    count = harness_differences(&in, &r.planes);
    harness_result_free(&r);
    harness_planes_free(&in);
    return count;
}

START_TEST(details_survive)
{
    static const struct fl_noise profile = {8.8e-4, 2.6e-6}; /* a small sensor at ISO 400 */
    for (int cfa = FL_CFA_NONE; cfa <= FL_CFA_BGGR; cfa++) {
        enum fl_cfa c = (enum fl_cfa)cfa;
        ck_assert_int_eq(changed(gradient, c, NULL), 0);
        ck_assert_int_eq(changed(shapes, c, NULL), 0);
        ck_assert_int_eq(changed(zone_plate, c, NULL), 0);
        ck_assert_int_eq(changed(lines, c, NULL), 0);
        ck_assert_int_eq(changed(stars, c, NULL), 0);
        ck_assert_int_le(changed(gradient, c, &profile), 1);
        ck_assert_int_le(changed(shapes, c, &profile), 1);
    }
}
END_TEST

/* Every seventh pixel in x and y is broken, in turns hot and dead. Returns how many. */
static int break_pixels(const struct fl_planes *p)
{
    int count = 0;
    for (int y = 3; y < p->height - 3; y += 7)
        for (int x = 3; x < p->width - 3; x += 7)
            *harness_at(p, 0, x, y) = count++ & 1 ? 0.0f : 1.0f;
    return count;
}

/* Share of broken pixels that come out within 15 % and 3 sigma of what they were. */
static double found_share(scene_fn *scene, enum fl_cfa cfa, const struct fl_noise *profile)
{
    struct fl_flow flow = harness_flow(256, 192, 1, cfa);
    struct fl_planes truth = draw(scene, 256, 192, cfa, NULL);
    struct fl_planes in = draw(scene, 256, 192, cfa, profile);
    struct harness_result r;
    int count = break_pixels(&in), good = 0;
    for (int c = 0; profile && c < 3; c++)
        flow.noise[c] = *profile;
    r = harness_run(STAGE, NULL, &flow, &in, 16);
    for (int y = 3; y < in.height - 3; y += 7)
        for (int x = 3; x < in.width - 3; x += 7) {
            double t = (double)*harness_at(&truth, 0, x, y);
            double sigma = profile ? sqrt(profile->s * t + profile->o) : 0;
            good += fabs((double)*harness_at(&r.planes, 0, x, y) - t) < 0.15 * t + 3 * sigma;
        }
    harness_result_free(&r);
    harness_planes_free(&in);
    harness_planes_free(&truth);
    return (double)good / count;
}

START_TEST(hot_and_dead_pixels_are_found)
{
    static const struct fl_noise iso400 = {8.8e-4, 2.6e-6}, iso1600 = {3.5e-3, 4.1e-5};
    for (int cfa = FL_CFA_NONE; cfa <= FL_CFA_BGGR; cfa++) {
        enum fl_cfa c = (enum fl_cfa)cfa;
        ck_assert_double_ge(found_share(gradient, c, NULL), 1.0);
        ck_assert_double_ge(found_share(gradient, c, &iso400), 0.99);
        ck_assert_double_ge(found_share(gradient, c, &iso1600), 0.96);
        ck_assert_double_ge(found_share(shapes, c, NULL), 0.95);
    }
}
END_TEST

/* Two defects at a distance, in turns both hot, both dead, one of each. Returns the share of the
 * pairs that come out within 15 % and 3 sigma of what they were, both of them. */
static double found_pairs(enum fl_cfa cfa, int dx, int dy, const struct fl_noise *profile)
{
    static const float kinds[3][2] = {{1.0f, 1.0f}, {0.0f, 0.0f}, {1.0f, 0.0f}};
    struct fl_flow flow = harness_flow(256, 192, 1, cfa);
    struct fl_planes truth = draw(gradient, 256, 192, cfa, NULL);
    struct fl_planes in = draw(gradient, 256, 192, cfa, profile);
    struct harness_result r;
    int count = 0, good = 0, kind = 0;
    for (int c = 0; c < 3; c++)
        flow.noise[c] = *profile;
    for (int y = 5; y < 180; y += 11)
        for (int x = 5; x < 245; x += 11, kind++) {
            *harness_at(&in, 0, x, y) = kinds[kind % 3][0];
            *harness_at(&in, 0, x + dx, y + dy) = kinds[kind % 3][1];
        }
    r = harness_run(STAGE, NULL, &flow, &in, 16);
    for (int y = 5; y < 180; y += 11)
        for (int x = 5; x < 245; x += 11, count++) {
            double t = (double)*harness_at(&truth, 0, x, y);
            double u = (double)*harness_at(&truth, 0, x + dx, y + dy);
            double v = (double)*harness_at(&r.planes, 0, x, y);
            double w = (double)*harness_at(&r.planes, 0, x + dx, y + dy);
            good += fabs(v - t) < 0.15 * t + 3 * sqrt(profile->s * t + profile->o) &&
                    fabs(w - u) < 0.15 * u + 3 * sqrt(profile->s * u + profile->o);
        }
    harness_result_free(&r);
    harness_planes_free(&in);
    harness_planes_free(&truth);
    return (double)good / count;
}

START_TEST(pairs_are_found)
{
    static const struct fl_noise iso400 = {8.8e-4, 2.6e-6};
    static const int steps[][2] = {{1, 0}, {0, 1}, {1, 1}, {1, -1}, {2, 0}, {0, 2}, {2, 2}, {2, 1}};
    for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++)
        for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
            double share = found_pairs((enum fl_cfa)cfa, steps[i][0], steps[i][1], &iso400);
            ck_assert_msg(share >= 0.95, "CFA %d, %d %d: %.3f", cfa, steps[i][0], steps[i][1],
                          share);
        }
}
END_TEST

/* Runs with the opcodes of a frame and detection off; a gradient with `broken` pixels at 1. */
static struct harness_result run_lists(const struct fl_frame *frame, struct fl_rect active,
                                       enum fl_cfa cfa, const int (*broken)[2], int count)
{
    const struct defect_params off = {0, 5};
    struct fl_flow flow = harness_flow(active.width, active.height, 1, cfa);
    struct harness_setup setup = {.params = &off, .frame = frame, .active = active};
    struct fl_planes in = draw(gradient, active.width, active.height, cfa, NULL);
    struct harness_result r;
    for (int i = 0; i < count; i++)
        *harness_at(&in, 0, broken[i][0], broken[i][1]) = 1.0f;
    ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
    r = harness_run(STAGE, &setup, &flow, &in, 2);
    harness_planes_free(&in);
    return r;
}

static void assert_is_gradient(const struct harness_result *r, enum fl_cfa cfa, double tolerance)
{
    ck_assert_int_eq(r->err.code, FL_OK);
    for (int y = 0; y < r->planes.height; y++)
        for (int x = 0; x < r->planes.width; x++)
            ck_assert_double_eq_tol((double)*harness_at(&r->planes, 0, x, y),
                                    gradient(x, y) * response[fl_cfa_color(cfa, x, y)], tolerance);
}

START_TEST(listed_pixels_are_repaired)
{
    /* a pair, a 2x2 group, corners; in pixels of the picture, which starts at (1, 2) of the area */
    static const int broken[][2] = {{10, 10}, {12, 10}, {20, 20}, {21, 20}, {20, 21},
                                    {21, 21}, {0, 0},   {39, 29}, {5, 17}};
    enum { COUNT = sizeof broken / sizeof *broken };
    for (int cfa = FL_CFA_NONE; cfa <= FL_CFA_BGGR; cfa++) {
        struct fl_frame *frame = opcodes_frame(50, 40, (enum fl_cfa)cfa);
        int32_t xy[2 * COUNT + 4] = {-1, 0, 1 << 30, 1 << 30};
        struct harness_result r;
        frame->meta.active = (struct fl_rect){3, 4, 44, 34};
        for (int i = 0; i < COUNT; i++) {
            xy[4 + 2 * i] = broken[i][0] + 1;
            xy[5 + 2 * i] = broken[i][1] + 2;
        }
        opcodes_add_bad_points(frame, COUNT + 2, xy);
        r = run_lists(frame, (struct fl_rect){4, 6, 40, 30}, (enum fl_cfa)cfa, broken, COUNT);
        assert_is_gradient(&r, (enum fl_cfa)cfa, 0.004);
        ck_assert_int_eq(r.prepared.halo_y, 6);
        harness_result_free(&r);
        fl_frame_unref(frame);
    }
}
END_TEST

START_TEST(listed_columns_and_rows_are_repaired)
{
    struct fl_frame *frame = opcodes_frame(40, 30, FL_CFA_GRBG);
    struct fl_opcode *op = opcodes_add(frame, 1, FL_OPCODE_FIX_BAD_PIXELS_LIST);
    int broken[100][2], count = 0;
    struct harness_result r;
    op->u.bad_list.rects = 3;
    op->u.bad_list.rect = calloc(3, sizeof *op->u.bad_list.rect);
    op->u.bad_list.rect[0] = (struct fl_rect){15, -5, 1, 100}; /* reaches out of the picture */
    op->u.bad_list.rect[1] = (struct fl_rect){0, 12, 40, 1};
    op->u.bad_list.rect[2] = (struct fl_rect){30, 20, -3, 5}; /* of no size */
    for (int y = 0; y < 30; y++, count++) {
        broken[count][0] = 15;
        broken[count][1] = y;
    }
    for (int x = 0; x < 40; x++, count++) {
        broken[count][0] = x;
        broken[count][1] = 12;
    }
    r = run_lists(frame, frame->meta.active, FL_CFA_GRBG, (const int(*)[2])broken, count);
    assert_is_gradient(&r, FL_CFA_GRBG, 0.004);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(marked_codes_are_repaired)
{
    static const int broken[][2] = {{8, 3}, {21, 14}};
    struct fl_frame *frame = opcodes_frame(36, 28, FL_CFA_RGGB);
    struct harness_result r;
    for (int i = 0; i < 2; i++) /* the picture starts at (2, 4) of the frame */
        ((uint16_t *)frame->plane[0])[(size_t)(broken[i][1] + 4) * frame->stride[0] / 2 +
                                      (size_t)broken[i][0] + 2] = 4095;
    opcodes_add(frame, 1, FL_OPCODE_FIX_BAD_PIXELS_CONSTANT)->u.bad_constant.value = 4095;
    r = run_lists(frame, (struct fl_rect){2, 4, 30, 20}, FL_CFA_RGGB, broken, 2);
    assert_is_gradient(&r, FL_CFA_RGGB, 1e-4);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(packed_codes_are_found)
{
    static const int broken[][2] = {{5, 2}};
    const struct fl_format format = {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_CSI2P, 10};
    struct fl_frame *frame;
    struct harness_result r;
    uint8_t *group;
    ck_assert_int_eq(fl_frame_new(16, 8, &format, &frame).code, FL_OK);
    frame->meta.corrections = fl_corrections_new();
    group = (uint8_t *)frame->plane[0] + 2 * frame->stride[0] + 5; /* pixels 4..7 of row 2 */
    group[1] = 1023 >> 2;
    group[4] = 3 << 2;
    opcodes_add(frame, 1, FL_OPCODE_FIX_BAD_PIXELS_CONSTANT)->u.bad_constant.value = 1023;
    r = run_lists(frame, (struct fl_rect){0, 0, 16, 8}, FL_CFA_RGGB, broken, 1);
    assert_is_gradient(&r, FL_CFA_RGGB, 1e-4);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(nothing_to_do_is_bypassed)
{
    const struct defect_params off = {0, 5};
    struct harness_setup setup = {.params = &off};
    struct fl_flow flow = harness_flow(8, 8, 1, FL_CFA_RGGB);
    struct fl_planes in = draw(gradient, 8, 8, FL_CFA_RGGB, NULL);
    struct harness_result r = harness_run(STAGE, &setup, &flow, &in, 0);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    flow = harness_flow(8, 8, 3, FL_CFA_NONE); /* already demosaiced */
    harness_planes_free(&in);
    in = harness_planes(8, 8, flow.layout);
    r = harness_run(STAGE, NULL, &flow, &in, 0);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

START_TEST(every_size_and_block_height_works)
{
    static const int sizes[][2] = {{2, 2}, {1, 1}, {4, 2}, {3, 5}, {2, 40}, {67, 49}};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int cfa = FL_CFA_NONE; cfa <= FL_CFA_GRBG; cfa++) {
            int w = sizes[i][0], h = sizes[i][1];
            struct fl_frame *frame = opcodes_frame(w, h, (enum fl_cfa)cfa);
            struct fl_flow flow = harness_flow(w, h, 1, (enum fl_cfa)cfa);
            struct harness_setup setup = {.frame = frame};
            struct fl_planes in = draw(shapes, w, h, (enum fl_cfa)cfa, NULL);
            static const int32_t xy[4] = {0, 0, 1, 1};
            break_pixels(&in);
            ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
            opcodes_add_bad_points(frame, 2, xy);
            ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
            harness_planes_free(&in);
            fl_frame_unref(frame);
        }
}
END_TEST

/* Lists that cover everything many times would keep a machine busy for days. */
START_TEST(hostile_lists_are_refused)
{
    struct fl_frame *frame = opcodes_frame(32, 32, FL_CFA_RGGB);
    struct fl_opcode *op = opcodes_add(frame, 1, FL_OPCODE_FIX_BAD_PIXELS_LIST);
    struct fl_flow flow = harness_flow(32, 32, 1, FL_CFA_RGGB);
    struct harness_setup setup = {.frame = frame};
    struct fl_planes in = draw(gradient, 32, 32, FL_CFA_RGGB, NULL);
    struct harness_result r;
    op->u.bad_list.rects = 2;
    op->u.bad_list.rect = calloc(2, sizeof *op->u.bad_list.rect);
    op->u.bad_list.rect[0] =
        (struct fl_rect){-2147483647 - 1, -2147483647 - 1, 2147483647, 2147483647};
    op->u.bad_list.rect[1] = (struct fl_rect){0, 0, 2147483647, 2147483647};
    r = harness_run(STAGE, &setup, &flow, &in, 0); /* all pixels: nothing to repair from */
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(harness_differences(&in, &r.planes), 0);
    harness_result_free(&r);
    op->u.bad_list.rect[0] = op->u.bad_list.rect[1];
    r = harness_run(STAGE, &setup, &flow, &in, 0);
    ck_assert_int_eq(r.err.code, FL_ERR_CORRUPT);
    harness_planes_free(&in);
    fl_frame_unref(frame);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("defect");
    TCase *tc = tcase_create("defect");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, details_survive);
    tcase_add_test(tc, hot_and_dead_pixels_are_found);
    tcase_add_test(tc, pairs_are_found);
    tcase_add_test(tc, listed_pixels_are_repaired);
    tcase_add_test(tc, listed_columns_and_rows_are_repaired);
    tcase_add_test(tc, marked_codes_are_repaired);
    tcase_add_test(tc, packed_codes_are_found);
    tcase_add_test(tc, nothing_to_do_is_bypassed);
    tcase_add_test(tc, every_size_and_block_height_works);
    tcase_add_test(tc, hostile_lists_are_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
