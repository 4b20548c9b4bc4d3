/* Demosaic: what is flat stays flat, what was measured stays, all CFA orders and block heights give
 * the same picture, and a picture with edges of every direction comes back well enough. */
#include "run_suite.h"
#include "demosaic.h"
#include "stage_list.h"
#include "stages.h"

#include "flmath.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct fl_stage *const passes[] = {&fl_stage_demosaic_mono,
                                                &fl_stage_demosaic_difference,
                                                &fl_stage_demosaic_mean,
                                                &fl_stage_demosaic_even,
                                                &fl_stage_demosaic_green,
                                                &fl_stage_demosaic_color,
                                                &fl_stage_demosaic_refine,
                                                &fl_stage_demosaic_color_again,
                                                NULL};

/* A scene: the value of a channel at any place. */
typedef float scene_fn(int channel, double x, double y);

static float flat_scene(int channel, double x, double y)
{
    static const float value[3] = {0.31f, 0.52f, 0.73f};
    (void)x;
    (void)y;
    return value[channel];
}

static float ramp_scene(int channel, double x, double y)
{
    (void)channel;
    return (float)(0.2 + 0.004 * x + 0.003 * y);
}

static float wave_scene(int channel, double x, double y)
{
    (void)channel;
    return (float)(0.5 + 0.2 * fl_sin(0.1 * x) * fl_cos(0.08 * y));
}

/* Fine stripes, nearly upright on the left and nearly level on the right, in colours that go with
 * them, and a slanted edge between two colours. */
static float detail_scene(int channel, double x, double y)
{
    static const double level[2][3] = {{0.55, 0.50, 0.42}, {0.35, 0.45, 0.55}};
    static const double depth[3] = {0.20, 0.22, 0.19};
    double phase = x < 64 ? 2.0 * x + 0.2 * y : 0.2 * x + 2.0 * y;
    int side = y > 0.3 * x + 30;
    return (float)(level[side][channel] + depth[channel] * fl_cos(phase));
}

static struct fl_planes make_mosaic(scene_fn *scene, enum fl_cfa cfa, int x0, int y0, int w, int h)
{
    struct fl_planes m = harness_planes(w, h, fl_layout_of(1));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            *harness_at(&m, 0, x, y) = scene(fl_cfa_color(cfa, x, y), x + x0, y + y0);
    return m;
}

static struct harness_result run(const struct fl_planes *mosaic, enum fl_cfa cfa, int method,
                                 int block_rows, const struct fl_kernels *kernels)
{
    struct fl_demosaic_params params = {method};
    struct harness_setup setup = {.params = &params, .kernels = kernels};
    struct fl_flow flow = harness_flow(mosaic->width, mosaic->height, 1, cfa);
    struct harness_result r;
    flow.domain = FL_DOMAIN_STABILISED;
    r = harness_run_list(passes, &setup, "demosaic", &flow, mosaic, block_rows);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    ck_assert_int_eq(r.planes.layout.planes, 3);
    ck_assert_int_eq(r.flow.cfa, FL_CFA_NONE);
    return r;
}

/* Largest error against the scene, `border` pixels in. */
static double worst_error(const struct fl_planes *rgb, scene_fn *scene, int border)
{
    double worst = 0.0;
    for (int c = 0; c < 3; c++)
        for (int y = border; y < rgb->height - border; y++)
            for (int x = border; x < rgb->width - border; x++) {
                double e = fabs((double)*harness_at(rgb, c, x, y) - (double)scene(c, x, y));
                worst = e > worst || e != e ? e : worst;
            }
    return worst;
}

static double run_error(scene_fn *scene, enum fl_cfa cfa, int method, int w, int h, int border)
{
    struct fl_planes mosaic = make_mosaic(scene, cfa, 0, 0, w, h);
    struct harness_result r = run(&mosaic, cfa, method, 0, NULL);
    double error = worst_error(&r.planes, scene, border);
    harness_result_free(&r);
    harness_planes_free(&mosaic);
    return error;
}

#define FOR_ALL_METHODS(m) for (int m = FL_DEMOSAIC_LINEAR; m <= FL_DEMOSAIC_REFINED; m++)
#define FOR_ALL_CFAS(c)    for (int c = FL_CFA_RGGB; c <= FL_CFA_BGGR; c++)

START_TEST(flat_fields_stay_flat)
{
    static const int size[][2] = {{2, 2}, {4, 2}, {2, 4}, {6, 6}, {34, 18}};
    FOR_ALL_METHODS(m)
    FOR_ALL_CFAS(c)
    for (int s = 0; s < 5; s++)
        ck_assert_double_le(run_error(flat_scene, (enum fl_cfa)c, m, size[s][0], size[s][1], 0),
                            2e-7);
}
END_TEST

START_TEST(grey_ramps_stay_grey)
{
    FOR_ALL_METHODS(m)
    FOR_ALL_CFAS(c)
    {
        ck_assert_double_le(run_error(ramp_scene, (enum fl_cfa)c, m, 64, 48, 8), 1e-6);
        ck_assert_double_le(run_error(wave_scene, (enum fl_cfa)c, m, 64, 48, 8), 2e-4);
    }
}
END_TEST

START_TEST(measured_samples_stay)
{
    FOR_ALL_METHODS(m)
    FOR_ALL_CFAS(c)
    {
        enum fl_cfa cfa = (enum fl_cfa)c;
        struct fl_planes mosaic = make_mosaic(detail_scene, cfa, 0, 0, 40, 30);
        struct harness_result r = run(&mosaic, cfa, m, 0, NULL);
        for (int y = 0; y < 30; y++)
            for (int x = 0; x < 40; x++)
                ck_assert(*harness_at(&r.planes, fl_cfa_color(cfa, x, y), x, y) ==
                          *harness_at(&mosaic, 0, x, y));
        harness_result_free(&r);
        harness_planes_free(&mosaic);
    }
}
END_TEST

/* The sensor shifted by a pixel against the scene: the same picture, to the bit. */
START_TEST(all_cfa_orders_give_one_picture)
{
    enum { W = 80, H = 72, IN = 24 };
    FOR_ALL_METHODS(m)
    for (int s = 1; s < 4; s++) {
        int dx = s & 1, dy = s >> 1;
        enum fl_cfa cfa = fl_cfa_shift(FL_CFA_RGGB, dx, dy);
        struct fl_planes a = make_mosaic(detail_scene, FL_CFA_RGGB, 0, 0, W, H);
        struct fl_planes b = make_mosaic(detail_scene, cfa, dx, dy, W, H);
        struct harness_result ra = run(&a, FL_CFA_RGGB, m, 0, NULL), rb = run(&b, cfa, m, 0, NULL);
        for (int c = 0; c < 3; c++)
            for (int y = IN; y < H - IN; y++)
                for (int x = IN; x < W - IN; x++)
                    ck_assert(*harness_at(&ra.planes, c, x + dx, y + dy) ==
                              *harness_at(&rb.planes, c, x, y));
        harness_result_free(&ra);
        harness_result_free(&rb);
        harness_planes_free(&a);
        harness_planes_free(&b);
    }
}
END_TEST

START_TEST(a_mirrored_mosaic_gives_the_mirrored_picture)
{
    enum { W = 50, H = 38 };
    FOR_ALL_METHODS(m)
    {
        enum fl_cfa flipped = fl_cfa_shift(FL_CFA_RGGB, W - 1, H - 1);
        struct fl_planes a = make_mosaic(detail_scene, FL_CFA_RGGB, 0, 0, W, H);
        struct fl_planes b = harness_planes(W, H, fl_layout_of(1));
        struct harness_result ra, rb;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                *harness_at(&b, 0, x, y) = *harness_at(&a, 0, W - 1 - x, H - 1 - y);
        ra = run(&a, FL_CFA_RGGB, m, 0, NULL);
        rb = run(&b, flipped, m, 0, NULL);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++)
                    ck_assert_float_eq_tol(*harness_at(&ra.planes, c, W - 1 - x, H - 1 - y),
                                           *harness_at(&rb.planes, c, x, y), 2e-6f);
        harness_result_free(&ra);
        harness_result_free(&rb);
        harness_planes_free(&a);
        harness_planes_free(&b);
    }
}
END_TEST

START_TEST(block_height_and_instruction_set_do_not_matter)
{
    static const int heights[] = {2, 6, 16};
    FOR_ALL_METHODS(m)
    {
        struct fl_planes mosaic = make_mosaic(detail_scene, FL_CFA_GBRG, 0, 0, 70, 52);
        struct harness_result whole = run(&mosaic, FL_CFA_GBRG, m, 0, NULL);
        for (int i = 0; i < 3; i++) {
            struct harness_result r =
                run(&mosaic, FL_CFA_GBRG, m, heights[i], fl_kernels_for(FL_CPU_AUTO));
            ck_assert_int_eq(harness_differences(&whole.planes, &r.planes), 0);
            harness_result_free(&r);
        }
        harness_result_free(&whole);
        harness_planes_free(&mosaic);
    }
}
END_TEST

/* PSNR against the scene; 0 dB is an error of 1. */
static double scene_psnr(const struct fl_planes *rgb, scene_fn *scene, int border)
{
    double sum = 0.0;
    int n = 0;
    for (int c = 0; c < 3; c++)
        for (int y = border; y < rgb->height - border; y++)
            for (int x = border; x < rgb->width - border; x++, n++) {
                double e = (double)*harness_at(rgb, c, x, y) - (double)scene(c, x, y);
                sum += e * e;
            }
    return -10.0 * log10(sum / n);
}

/* Floors half a dB below what was measured when this was written; the order of the methods too. */
START_TEST(detail_comes_back)
{
    static const double floor_db[] = {0, 32.3, 35.5, 35.6};
    struct fl_planes mosaic = make_mosaic(detail_scene, FL_CFA_RGGB, 0, 0, 128, 128);
    FOR_ALL_METHODS(m)
    {
        struct harness_result r = run(&mosaic, FL_CFA_RGGB, m, 0, NULL);
        ck_assert_double_ge(scene_psnr(&r.planes, detail_scene, 8), floor_db[m]);
        harness_result_free(&r);
    }
    harness_planes_free(&mosaic);
}
END_TEST

START_TEST(presets_choose_the_method)
{
    static const int preset[] = {FL_PRESET_FAST, FL_PRESET_BALANCED, FL_PRESET_BEST};
    struct fl_flow flow = harness_flow(8, 8, 1, FL_CFA_RGGB);
    struct fl_demosaic_params params = {FL_DEMOSAIC_AUTO};
    struct fl_settings settings = {0};
    struct fl_prepare p = {.params = &params, .settings = &settings, .flow = &flow};
    for (int i = 0; i < 3; i++) {
        settings.preset = (enum fl_preset)preset[i];
        ck_assert_int_eq(fl_demosaic_method(&p), FL_DEMOSAIC_LINEAR + i);
    }
    params.method = FL_DEMOSAIC_LINEAR;
    ck_assert_int_eq(fl_demosaic_method(&p), FL_DEMOSAIC_LINEAR);
}
END_TEST

START_TEST(mono_becomes_three_planes_and_rgb_passes)
{
    struct harness_setup setup = {0};
    struct fl_planes plane = make_mosaic(wave_scene, FL_CFA_NONE, 0, 0, 20, 10);
    struct fl_planes rgb = harness_planes(20, 10, fl_layout_of(3));
    struct fl_flow flow = harness_flow(20, 10, 1, FL_CFA_NONE);
    struct harness_result r;
    flow.mono = true;
    r = harness_run_list(passes, &setup, NULL, &flow, &plane, 0);
    ck_assert_int_eq(r.flow.layout.planes, 3);
    for (int p = 0; p < 3; p++)
        for (int y = 0; y < 10; y++)
            ck_assert_int_eq(memcmp(harness_at(&r.planes, p, 0, y), harness_at(&plane, 0, 0, y),
                                    20 * sizeof(float)),
                             0);
    harness_result_free(&r);

    flow = harness_flow(20, 10, 3, FL_CFA_NONE);
    r = harness_run_list(passes, &setup, NULL, &flow, &rgb, 0);
    ck_assert(r.bypassed);
    ck_assert_int_eq(r.flow.spectrum, FL_SPECTRUM_WHITE);
    harness_result_free(&r);
    harness_planes_free(&plane);
    harness_planes_free(&rgb);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("demosaic");
    TCase *tc = tcase_create("demosaic");
    tcase_add_test(tc, flat_fields_stay_flat);
    tcase_add_test(tc, grey_ramps_stay_grey);
    tcase_add_test(tc, measured_samples_stay);
    tcase_add_test(tc, all_cfa_orders_give_one_picture);
    tcase_add_test(tc, a_mirrored_mosaic_gives_the_mirrored_picture);
    tcase_add_test(tc, block_height_and_instruction_set_do_not_matter);
    tcase_add_test(tc, detail_comes_back);
    tcase_add_test(tc, presets_choose_the_method);
    tcase_add_test(tc, mono_becomes_three_planes_and_rgb_passes);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
