/* lens: identity, known displacements against a direct evaluation, gains, order, hostile values. */
#include "run_suite.h"
#include "opcodes.h"
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>

#define STAGE  (&fl_stage_lens)
#define WIDTH  120
#define HEIGHT 90

/* Smooth enough that interpolation hardly errs; another in each plane. */
static double scene(int plane, double x, double y)
{
    return 0.5 + 0.2 * sin(0.21 * x + 0.1 * y + plane) + 0.2 * cos(0.12 * x - 0.19 * y);
}

static struct fl_planes draw(int width, int height)
{
    struct fl_planes p = harness_planes(width, height, fl_layout_of(3));
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                *harness_at(&p, c, x, y) = (float)scene(c, x, y);
    return p;
}

static struct harness_result run(const struct fl_frame *frame, struct fl_rect active)
{
    struct fl_flow flow = harness_flow(active.width, active.height, 3, FL_CFA_NONE);
    struct harness_setup setup = {.frame = frame, .active = active};
    struct fl_planes in = draw(active.width, active.height);
    struct harness_result r = harness_run(STAGE, &setup, &flow, &in, 16);
    ck_assert_int_eq(r.guard_errors, 0);
    harness_planes_free(&in);
    return r;
}

/* The specification's formula in double precision, about the centre of an area of width x height;
 * x and y become where the pixel comes from. */
static void expected_warp(const struct fl_opcode *op, int plane, int width, int height, double *x,
                          double *y)
{
    const struct fl_warp_plane *k = &op->u.warp.plane[op->u.warp.planes == 1 ? 0 : plane];
    double cx = op->u.warp.cx * (width - 1), cy = op->u.warp.cy * (height - 1);
    double mx = fmax(cx, width - 1 - cx), my = fmax(cy, height - 1 - cy), m = hypot(mx, my);
    double u = (*x - cx) / m, v = (*y - cy) / m, r2 = u * u + v * v;
    double f =
        k->radial[0] + k->radial[1] * r2 + k->radial[2] * r2 * r2 + k->radial[3] * r2 * r2 * r2;
    double tx = 2 * k->tangential[0] * u * v + k->tangential[1] * (r2 + 2 * u * u);
    double ty = 2 * k->tangential[1] * u * v + k->tangential[0] * (r2 + 2 * v * v);
    *x = cx + m * (f * u + tx);
    *y = cy + m * (f * v + ty);
}

static bool inside(double x, double y)
{
    return x > 3 && y > 3 && x < WIDTH - 4 && y < HEIGHT - 4;
}

static void set_warp(struct fl_opcode *op, int plane, double scale)
{
    static const double radial[4] = {0.97, 0.06, -0.04, 0.02}, tangential[2] = {0.004, -0.006};
    for (int i = 0; i < 4; i++)
        op->u.warp.plane[plane].radial[i] = (i == 0) + scale * (radial[i] - (i == 0));
    for (int i = 0; i < 2; i++)
        op->u.warp.plane[plane].tangential[i] = scale * tangential[i];
}

START_TEST(identity_is_bypassed)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct harness_result r = run(frame, frame->meta.active);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    opcodes_add_warp(frame, 3);
    opcodes_add_warp(frame, 1);
    r = run(frame, frame->meta.active);
    ck_assert(r.bypassed);
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

/* Displacements too small for a phase: the very pixels come out. */
START_TEST(near_identity_is_exact)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct fl_opcode *op = opcodes_add_warp(frame, 1);
    struct fl_planes in = draw(WIDTH, HEIGHT);
    struct harness_result r;
    /* 1e-12 is not the identity but moves nothing */
    op->u.warp.plane[0].radial[3] = 1e-12;
    r = run(frame, frame->meta.active);
    ck_assert(!r.bypassed);
    ck_assert_int_eq(harness_differences(&in, &r.planes), 0);
    harness_result_free(&r);
    harness_planes_free(&in);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(warps_match_a_direct_evaluation)
{
    for (int planes = 1; planes <= 3; planes += 2) {
        struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
        struct fl_opcode *op = opcodes_add_warp(frame, planes);
        struct harness_result r;
        double furthest = 0;
        op->u.warp.cx = 0.47;
        op->u.warp.cy = 0.55;
        for (int p = 0; p < planes; p++)
            set_warp(op, p, 2 - 0.4 * p);
        r = run(frame, frame->meta.active);
        ck_assert_int_eq(r.err.code, FL_OK);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < HEIGHT; y++)
                for (int x = 0; x < WIDTH; x++) {
                    double u = x, v = y;
                    expected_warp(op, p, WIDTH, HEIGHT, &u, &v);
                    furthest = fmax(furthest, hypot(u - x, v - y));
                    if (inside(u,
                               v)) /* 1/1024 pixel times the steepest slope, and Lanczos' error */
                        ck_assert_double_eq_tol((double)*harness_at(&r.planes, p, x, y),
                                                scene(p, u, v), 2.5e-3);
                }
        ck_assert_double_ge(furthest, 2.0);
        harness_result_free(&r);
        fl_frame_unref(frame);
    }
}
END_TEST

/* The picture begins inside the active area, which is what the opcode counts in. */
START_TEST(warps_count_from_the_active_area)
{
    struct fl_frame *frame = opcodes_frame(WIDTH + 20, HEIGHT + 20, FL_CFA_RGGB);
    struct fl_rect picture = {9, 7, WIDTH, HEIGHT};
    struct fl_opcode *op = opcodes_add_warp(frame, 1);
    struct harness_result r;
    frame->meta.active = (struct fl_rect){8, 6, WIDTH + 1, HEIGHT + 2};
    set_warp(op, 0, 1);
    r = run(frame, picture);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double u = x + 1, v = y + 1;
            expected_warp(op, 0, WIDTH + 1, HEIGHT + 2, &u, &v);
            if (inside(u - 1, v - 1))
                ck_assert_double_eq_tol((double)*harness_at(&r.planes, 0, x, y),
                                        scene(0, u - 1, v - 1), 2.5e-3);
        }
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

/* Two warps and a vignette between them, in the file's order. */
START_TEST(opcodes_apply_in_order)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct fl_opcode first, last;
    struct harness_result r;
    double cx = 0.5 * (WIDTH - 1), cy = 0.5 * (HEIGHT - 1), m2 = cx * cx + cy * cy;
    set_warp(opcodes_add_warp(frame, 1), 0, 3);
    opcodes_add(frame, 3, FL_OPCODE_FIX_VIGNETTE_RADIAL);
    set_warp(opcodes_add_warp(frame, 1), 0, -2.5);
    frame->meta.corrections->opcode[1].u.vignette.cx = 0.5;
    frame->meta.corrections->opcode[1].u.vignette.cy = 0.5;
    frame->meta.corrections->opcode[1].u.vignette.k[0] = 0.8;
    first = frame->meta.corrections->opcode[0];
    last = frame->meta.corrections->opcode[2];
    r = run(frame, frame->meta.active);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double u = x, v = y, gain;
            expected_warp(&last, 0, WIDTH, HEIGHT, &u, &v);
            gain = 1 + 0.8 * ((u - cx) * (u - cx) + (v - cy) * (v - cy)) / m2;
            if (!inside(u, v))
                continue;
            expected_warp(&first, 0, WIDTH, HEIGHT, &u, &v);
            if (inside(u, v))
                ck_assert_double_eq_tol((double)*harness_at(&r.planes, 1, x, y),
                                        gain * scene(1, u, v), 4e-3);
        }
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

/* Gains without a warp: a map on one plane of three; the others stay to the bit. */
START_TEST(maps_apply_to_their_planes)
{
    const float gain[4] = {1.0f, 2.0f, 3.0f, 4.0f};
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct fl_opcode *op = opcodes_add_gain_map(frame, 3, 2, 2, gain);
    struct fl_planes in = draw(WIDTH, HEIGHT);
    struct harness_result r;
    op->u.gain_map.plane = 1;
    r = run(frame, frame->meta.active);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double u = (x + 0.5) / WIDTH, v = (y + 0.5) / HEIGHT;
            double g = (1 - v) * (1 + u) + v * (3 + u);
            ck_assert_double_eq_tol((double)*harness_at(&r.planes, 1, x, y), g * scene(1, x, y),
                                    2e-6);
            ck_assert_float_eq(*harness_at(&r.planes, 0, x, y), *harness_at(&in, 0, x, y));
            ck_assert_float_eq(*harness_at(&r.planes, 2, x, y), *harness_at(&in, 2, x, y));
        }
    harness_result_free(&r);
    harness_planes_free(&in);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(bright_points_have_no_dark_rings)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct fl_flow flow = harness_flow(WIDTH, HEIGHT, 3, FL_CFA_NONE);
    struct harness_setup setup = {.frame = frame};
    struct fl_planes in = harness_planes(WIDTH, HEIGHT, flow.layout);
    struct harness_result r;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            *harness_at(&in, 0, x, y) = x > 30 && x < 40 && y > 20 && y < 33 ? 20.0f : 0.1f;
    set_warp(opcodes_add_warp(frame, 1), 0, 1);
    r = harness_run(STAGE, &setup, &flow, &in, 16);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            ck_assert(*harness_at(&r.planes, 0, x, y) >= 0.1f &&
                      *harness_at(&r.planes, 0, x, y) <= 20.0f);
    harness_result_free(&r);
    harness_planes_free(&in);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(block_height_changes_nothing)
{
    static const int sizes[][2] = {{2, 2}, {1, 1}, {3, 4}, {67, 50}};
    const float gain[4] = {1.0f, 2.0f, 3.0f, 4.0f};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        int w = sizes[i][0], h = sizes[i][1];
        struct fl_frame *frame = opcodes_frame(w, h, FL_CFA_RGGB);
        struct fl_flow flow = harness_flow(w, h, 3, FL_CFA_NONE);
        struct harness_setup setup = {.frame = frame};
        struct fl_planes in = draw(w, h);
        opcodes_add_gain_map(frame, 3, 2, 2, gain)->u.gain_map.planes = 3;
        set_warp(opcodes_add_warp(frame, 1), 0, 2);
        opcodes_add(frame, 3, FL_OPCODE_FIX_VIGNETTE_RADIAL)->u.vignette.k[1] = -0.5;
        ck_assert_int_eq(harness_partition_differences(STAGE, &setup, &flow, &in), 0);
        harness_planes_free(&in);
        fl_frame_unref(frame);
    }
}
END_TEST

START_TEST(absurd_warps_stay_inside)
{
    struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
    struct harness_result r;
    for (int i = 0; i < 5; i++) {
        struct fl_opcode *op = opcodes_add_warp(frame, 1);
        op->u.warp.cx = i - 2;
        for (int k = 0; k < 4; k++)
            op->u.warp.plane[0].radial[k] = k & 1 ? 900 : -900;
    }
    opcodes_add(frame, 3, FL_OPCODE_FIX_VIGNETTE_RADIAL)->u.vignette.k[4] = 1e6;
    opcodes_add_warp(frame, 1)->u.warp.plane[0].tangential[1] = 1000;
    r = run(frame, frame->meta.active);
    ck_assert_int_eq(r.err.code, FL_OK);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            ck_assert(isfinite(*harness_at(&r.planes, 0, x, y)));
    harness_result_free(&r);
    fl_frame_unref(frame);
}
END_TEST

START_TEST(hostile_warps_are_refused)
{
    for (int what = 0; what < 6; what++) {
        struct fl_frame *frame = opcodes_frame(WIDTH, HEIGHT, FL_CFA_RGGB);
        struct fl_opcode *op = opcodes_add_warp(frame, 3);
        struct harness_result r;
        if (what == 0)
            op->u.warp.plane[2].radial[1] = NAN;
        else if (what == 1)
            op->u.warp.plane[1].tangential[0] = INFINITY;
        else if (what == 2)
            op->u.warp.cx = NAN;
        else if (what == 3)
            op->u.warp.planes = 2;
        else if (what == 4)
            op->u.warp.plane[0].radial[0] = 1e9;
        for (int i = 0; what == 5 && i < 64; i++)
            opcodes_add_warp(frame, 1);
        r = run(frame, frame->meta.active);
        ck_assert_int_eq(r.err.code, what == 5 ? FL_ERR_UNSUPPORTED : FL_ERR_CORRUPT);
        fl_frame_unref(frame);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lens");
    TCase *tc = tcase_create("lens");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, identity_is_bypassed);
    tcase_add_test(tc, near_identity_is_exact);
    tcase_add_test(tc, warps_match_a_direct_evaluation);
    tcase_add_test(tc, warps_count_from_the_active_area);
    tcase_add_test(tc, opcodes_apply_in_order);
    tcase_add_test(tc, maps_apply_to_their_planes);
    tcase_add_test(tc, bright_points_have_no_dark_rings);
    tcase_add_test(tc, block_height_changes_nothing);
    tcase_add_test(tc, absurd_warps_stay_inside);
    tcase_add_test(tc, hostile_warps_are_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
