/* Denoise, luminance and colour: nothing happens without noise, flat fields lose their noise and
 * keep their mean, detail stays, and neither block heights nor instruction sets change a bit. */
#include "run_suite.h"
#include "denoise.h"
#include "noise_measure.h"
#include "noise_model.h"
#include "opponent_back.h"
#include "sliding_dct.h"
#include "stage_list.h"
#include "stages.h"

#include "flmath.h"
#include "mem.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct fl_stage *const chain[] = {
    &fl_stage_raw_denoise_root,
    &fl_stage_raw_denoise_blocks,
    &fl_stage_stabilise,
    &fl_stage_demosaic_mono,
    &fl_stage_demosaic_difference,
    &fl_stage_demosaic_mean,
    &fl_stage_demosaic_even,
    &fl_stage_demosaic_green,
    &fl_stage_demosaic_color,
    &fl_stage_demosaic_refine,
    &fl_stage_demosaic_color_again,
    &fl_stage_denoise_opponent,
    &fl_stage_denoise_edge,
    &fl_stage_denoise_half,
    &fl_stage_denoise_shrink,
    &fl_stage_denoise_detail,
    &fl_stage_denoise_merge,
    &fl_stage_chroma_denoise_opponent,
    &fl_stage_chroma_denoise_half,
    &fl_stage_chroma_denoise_split,
    &fl_stage_chroma_denoise_eighth,
    &fl_stage_chroma_denoise_shrink,
    &fl_stage_chroma_denoise_detail,
    &fl_stage_chroma_denoise_merge_eighth,
    &fl_stage_chroma_denoise_merge,
    &fl_stage_chroma_denoise_join,
    &fl_stage_chroma_denoise_back,
    /* what is compared is stabilised, whether or not denoise has gone back to linear */
    &fl_stage_unstabilise,
    &fl_stage_stabilise,
    NULL,
};

/* The chain from denoise.opponent on, and how many passes of denoise these are. */
#define AFTER_DEMOSAIC (chain + 11)
#define DENOISE_PASSES (sizeof chain / sizeof *chain - 11 - 3)

/* Small-sensor noise at ISO 1600, after white balance. */
static const double gain[3] = {2.08, 1.0, 1.79};

static struct fl_flow noisy_flow(int width, int height, int planes, enum fl_cfa cfa)
{
    struct fl_flow flow = harness_flow(width, height, planes, cfa);
    for (int c = 0; c < 3; c++) {
        flow.noise[c].s = 3.5e-3 * gain[c];
        flow.noise[c].o = 4.1e-5 * gain[c] * gain[c];
    }
    return flow;
}

static float scene(int channel, int x, int y)
{
    static const float left[3] = {0.12f, 0.2f, 0.3f}, right[3] = {0.35f, 0.25f, 0.15f};
    return (float)x + 0.2f * (float)y < 40.0f ? left[channel] : right[channel];
}

static float flat(int channel, int x, int y)
{
    (void)channel;
    (void)x;
    (void)y;
    return 0.18f;
}

typedef float scene_fn(int channel, int x, int y);

/* A sum of twelve uniform numbers, hashed from the place. */
static double normal_at(int x, int y, int channel)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++) {
        uint32_t h = (uint32_t)(((y * 1021 + x) * 3 + channel) * 12 + i) * 0x9e3779b9u;
        h = (h ^ (h >> 16)) * 0x45d9f3bu;
        h = (h ^ (h >> 16)) * 0x45d9f3bu;
        sum += (double)(h ^ (h >> 16)) / 4294967296.0;
    }
    return sum;
}

/* Linear planes of a scene with the flow's noise. */
static struct fl_planes noisy_planes(const struct fl_flow *flow, scene_fn *what)
{
    struct fl_planes p = harness_planes(flow->width, flow->height, flow->layout);
    for (int i = 0; i < flow->layout.planes; i++)
        for (int y = 0; y < flow->height; y++)
            for (int x = 0; x < flow->width; x++) {
                int c = flow->cfa ? fl_cfa_color(flow->cfa, x, y) : flow->mono ? 1 : i;
                double v = (double)what(c, x, y);
                double sigma = sqrt(flow->noise[c].s * v + flow->noise[c].o);
                *harness_at(&p, i, x, y) = (float)(v + sigma * normal_at(x, y, c));
            }
    return p;
}

static struct fl_settings settings_of(enum fl_preset preset)
{
    struct fl_settings s = {.preset = preset, .denoise_strength = 1};
    return s;
}

static struct harness_result run(const struct fl_stage *const *list, const struct fl_flow *flow,
                                 const struct fl_planes *in, const struct fl_settings *settings,
                                 int block_rows, const struct fl_kernels *kernels)
{
    struct harness_setup setup = {.settings = settings, .kernels = kernels};
    struct harness_result r = harness_run_list(list, &setup, NULL, flow, in, block_rows);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    return r;
}

START_TEST(nothing_happens_without_noise)
{
    struct fl_settings s[3] = {settings_of(FL_PRESET_BEST), settings_of(FL_PRESET_BEST),
                               settings_of(FL_PRESET_FAST)};
    struct fl_flow noisy = noisy_flow(16, 16, 3, FL_CFA_NONE), quiet = noisy, none = noisy;
    struct fl_planes in = noisy_planes(&noisy, flat);
    const struct fl_stage *passes[DENOISE_PASSES + 1] = {NULL};
    memcpy(passes, AFTER_DEMOSAIC, DENOISE_PASSES * sizeof(*passes));
    s[0].denoise = FL_DENOISE_OFF;
    s[1].denoise_strength = 0;
    for (int c = 0; c < 3; c++) {
        quiet.noise[c] = (struct fl_noise){1e-7, 1e-10};
        none.noise[c] = (struct fl_noise){0, 0};
    }
    for (int i = 0; i < 4; i++) {
        const struct fl_flow *flow = i < 2 ? &noisy : i == 2 ? &quiet : &none;
        struct harness_result r = run(passes, flow, &in, &s[i < 2 ? i : 2], 0, NULL);
        ck_assert(r.bypassed);
        ck_assert_int_eq(memcmp(&r.flow, flow, sizeof *flow), 0);
        ck_assert_int_eq(harness_differences(&r.planes, &in), 0);
        harness_result_free(&r);
    }
    harness_planes_free(&in);
}
END_TEST

START_TEST(opponent_colors_round_trip)
{
    const struct fl_kernels *k = fl_kernels_for(FL_CPU_SCALAR);
    const float c = 0.02f, root = (float)fl_cbrt(0.02);
    const float at_zero = root * sqrtf(root);
    const struct fl_opponent_back back = {.c = c, .at_zero = at_zero, .per_slope = 2.0f * at_zero};
    const float slope = 1.0f / (3.0f * root * root);
    float before = -1e9f, g0 = 0.5f, b0 = 0.7f, green, blue;
    k->unstabilise(&g0, &green, c, root, slope, 1);
    k->unstabilise(&b0, &blue, c, root, slope, 1);
    for (float z = -0.5f; z < 1.6f; z += 0.00173f) {
        float y, x, r = z, g = g0, b = b0;
        k->unstabilise(&z, &x, c, root, slope, 1);
        k->linear_to_root(&x, &y, c, root, 1);
        ck_assert(y > before);
        before = y;
        k->to_opponent(&r, &g, &b, root, 1);
        ck_assert_float_eq_tol(r, 0.2f * y + 0.6f * sqrtf(green + c) + 0.2f * sqrtf(blue + c),
                               2e-6f);
        k->from_opponent(&r, &g, &b, &back, &r, &g, &b, 1);
        ck_assert_float_eq_tol(r, x, 5e-6f);
        ck_assert_float_eq_tol(g, green, 5e-6f);
        ck_assert_float_eq_tol(b, blue, 5e-6f);
    }
}
END_TEST

/* Codes as large and as contrary as they get: vectors of 16 bits must give what integers give that
 * have room. */
static void fill_contrary(const struct fl_planes *in, int k)
{
    for (int y = 0; y < in->height; y++)
        for (int x = 0; x < in->width; x++) {
            bool up = fl_cos(FL_PI * (2 * (x & 7) + 1) * (k >> 3) / 16.0) *
                          fl_cos(FL_PI * (2 * (y & 7) + 1) * (k & 7) / 16.0) >=
                      0.0;
            *harness_at(in, 0, x, y) = (up ? 1.0f : -1.0f) * (k & 64 ? 0.1f : 2.0f);
        }
}

START_TEST(no_sum_leaves_16_bits)
{
    enum { WIDTH = 40, ROWS = 16 };
    const struct fl_kernels *kernels[2] = {fl_kernels_for(FL_CPU_SCALAR),
                                           fl_kernels_for(FL_CPU_AUTO)};
    const struct fl_dct_plane plane = {-1.0f, 1.0f, WIDTH};
    struct fl_planes in = harness_planes(WIDTH + 16, ROWS + 16, fl_layout_of(1));
    for (int k = 1; k < 128; k += 3) {
        float variance[64], row[2][WIDTH + FL_KERNEL_SLACK], *rows[ROWS + 16];
        fill_contrary(&in, k);
        for (int y = 0; y < ROWS + 16; y++)
            rows[y] = harness_at(&in, 0, 8, y);
        for (int i = 0; i < 64; i++)
            variance[i] = (float)(fl_exp(-(double)(k % 21)) / (1 + (k & 3) * (i >> 3) * (i & 7)));
        for (int i = 0; i < 2; i++) {
            struct fl_sliding_dct dct;
            void *scratch;
            fl_sliding_dct_init(&dct, kernels[i], &plane, variance, k % 5 ? 2.7 : 10.8, 1 + k % 8);
            scratch = fl_aligned_alloc(fl_sliding_dct_scratch(&dct));
            memset(scratch, 0, fl_sliding_dct_scratch(&dct));
            for (int y = 0; y < ROWS; y++)
                fl_sliding_dct_rows(&dct, rows + 8 + y, y, 1, (float *[]){row[i]}, scratch);
            fl_aligned_free(scratch);
        }
        ck_assert_mem_eq(row[0], row[1], WIDTH * sizeof(float));
    }
    harness_planes_free(&in);
}
END_TEST

/* A picture that is one basis function, blocks side by side: 0.77 deviations of the threshold are
 * removed, 1.28 kept, and half of what is in the middle. */
START_TEST(each_coefficient_has_its_own_threshold)
{
    struct fl_planes in = harness_planes(32, 32, fl_layout_of(1));
    const struct fl_dct_plane plane = {-0.25f, 1.25f, 24};
    for (int at = 1; at < 64; at += 3) {
        int h = at >> 3, v = at & 7;
        float variance[64], row[48], *out[1] = {row}, *rows[8 + 16];
        double amplitude = 0.5, c, t, a;
        struct fl_sliding_dct dct;
        void *scratch;
        for (int i = 0; i < 64; i++)
            variance[i] = 1e-6f;
        variance[at] = at % 4 ? 1.0f : 8.0f;
        fl_sliding_dct_init(&dct, fl_kernels_for(FL_CPU_AUTO), &plane, variance, 2.0, 8);
        scratch = fl_aligned_alloc(fl_sliding_dct_scratch(&dct));
        memset(scratch, 0, fl_sliding_dct_scratch(&dct));
        for (int y = 0; y < 32; y++)
            for (int x = 0; x < 32; x++)
                *harness_at(&in, 0, x, y) =
                    (float)(0.5 + amplitude * fl_cos(FL_PI * (2 * (x & 7) + 1) * h / 16.0) *
                                      fl_cos(FL_PI * (2 * (y & 7) + 1) * v / 16.0));
        for (int i = 0; i < 24; i++)
            rows[i] = harness_at(&in, 0, 0, i);
        fl_sliding_dct_rows(&dct, rows + 8, 8, 1, out, scratch);
        c = amplitude * 8.0 * (h ? sqrt(0.5) : 1.0) * (v ? sqrt(0.5) : 1.0);
        t = c / (2.0 * sqrt((double)variance[at]));
        a = t < 0.77 ? 0.0 : t > 1.28 ? 1.0 : (t - 0.77) / 0.51;
        for (int x = 0; x < 24; x++)
            ck_assert_double_eq_tol((double)row[x],
                                    0.5 + a * ((double)*harness_at(&in, 0, x, 8) - 0.5), 5e-3);
        fl_aligned_free(scratch);
    }
    harness_planes_free(&in);
}
END_TEST

/* Mean and variance of Y and R - G of a picture, 16 pixels in. */
struct moments {
    double mean[2], variance[2];
};

static struct moments moments_of(const struct fl_planes *rgb)
{
    struct moments m = {{0, 0}, {0, 0}};
    int n = 0;
    for (int y = 16; y < rgb->height - 16; y++)
        for (int x = 16; x < rgb->width - 16; x++, n++) {
            double c[3], value[2];
            for (int i = 0; i < 3; i++)
                c[i] = (double)*harness_at(rgb, i, x, y);
            value[0] = 0.2 * c[0] + 0.6 * c[1] + 0.2 * c[2];
            value[1] = c[0] - c[1];
            for (int i = 0; i < 2; i++) {
                m.mean[i] += value[i];
                m.variance[i] += value[i] * value[i];
            }
        }
    for (int i = 0; i < 2; i++) {
        m.mean[i] /= n;
        m.variance[i] = m.variance[i] / n - m.mean[i] * m.mean[i];
    }
    return m;
}

/* Least reduction of noise in dB, luminance and colour, by preset; measured when written, less half
 * a dB. */
START_TEST(flat_fields_lose_noise_and_keep_their_mean)
{
    static const double least[3][2] = {{13.5, 10.5}, {8.0, 11.8}, {17.6, 13.5}};
    struct fl_flow flow = noisy_flow(160, 128, 1, FL_CFA_GRBG);
    struct fl_planes in = noisy_planes(&flow, flat);
    for (int preset = FL_PRESET_BALANCED; preset <= FL_PRESET_BEST; preset++) {
        struct fl_settings on = settings_of((enum fl_preset)preset), off = on;
        struct harness_result a, b;
        struct moments before, after;
        off.denoise = FL_DENOISE_OFF;
        a = run(chain, &flow, &in, &off, 0, NULL);
        b = run(chain, &flow, &in, &on, 0, NULL);
        before = moments_of(&a.planes);
        after = moments_of(&b.planes);
        for (int i = 0; i < 2; i++) {
            double db = 10.0 * log10(before.variance[i] / after.variance[i]);
            ck_assert_double_ge(db, least[preset][i]);
            ck_assert_double_le(fabs(after.mean[i] - before.mean[i]), 1.5e-3);
        }
        harness_result_free(&a);
        harness_result_free(&b);
    }
    harness_planes_free(&in);
}
END_TEST

/* Mean of a channel in linear light, 16 pixels in. */
static double linear_mean(const struct fl_planes *rgb, int channel, double c)
{
    double sum = 0.0;
    int n = 0;
    for (int y = 16; y < rgb->height - 16; y++)
        for (int x = 16; x < rgb->width - 16; x++, n++) {
            double z = (double)*harness_at(rgb, channel, x, y);
            sum += z * z * z - c;
        }
    return sum / n;
}

/* Mean of the samples of a channel of an RGGB mosaic, 16 pixels in. */
static double sample_mean(const struct fl_planes *mosaic, int channel)
{
    double sum = 0.0;
    int n = 0;
    for (int y = 16; y < mosaic->height - 16; y++)
        for (int x = 16; x < mosaic->width - 16; x++)
            if (fl_cfa_color(FL_CFA_RGGB, x, y) == channel) {
                sum += (double)*harness_at(mosaic, 0, x, y);
                n++;
            }
    return sum / n;
}

/* Averaging roots darkens by s / 4, or s / 3 where demosaic has averaged already; 0.6 s / 4 is put
 * back. */
START_TEST(light_is_kept)
{
    struct fl_flow flow = noisy_flow(192, 160, 1, FL_CFA_RGGB);
    struct fl_planes in = noisy_planes(&flow, flat);
    struct fl_settings s = settings_of(FL_PRESET_BEST);
    struct harness_result r = run(chain, &flow, &in, &s, 0, NULL);
    for (int i = 0; i < 3; i++) {
        double lost = sample_mean(&in, i) - linear_mean(&r.planes, i, (double)r.flow.stabiliser.c);
        lost /= flow.noise[i].s / 4.0;
        ck_assert_double_ge(lost, 0.15);
        ck_assert_double_le(lost, 0.65);
    }
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

static double error_db(const struct fl_planes *rgb, const struct fl_planes *truth)
{
    double sum = 0.0;
    int n = 0;
    for (int c = 0; c < 3; c++)
        for (int y = 8; y < rgb->height - 8; y++)
            for (int x = 8; x < rgb->width - 8; x++, n++) {
                double e = (double)*harness_at(rgb, c, x, y) - (double)*harness_at(truth, c, x, y);
                sum += e * e;
            }
    return -10.0 * log10(sum / n);
}

/* A slanted edge between two colours: noise goes, the edge stays. */
START_TEST(edges_stay)
{
    struct fl_flow flow = noisy_flow(96, 80, 1, FL_CFA_RGGB), clean = flow;
    struct fl_planes in = noisy_planes(&flow, scene), truth;
    for (int preset = FL_PRESET_BALANCED; preset <= FL_PRESET_BEST; preset++) {
        struct fl_settings on = settings_of((enum fl_preset)preset), off = on;
        struct harness_result t, a, b;
        off.denoise = FL_DENOISE_OFF;
        for (int c = 0; c < 3; c++)
            clean.noise[c] = (struct fl_noise){0, 0};
        truth = noisy_planes(&clean, scene);
        t = run(chain, &flow, &truth, &off, 0, NULL);
        a = run(chain, &flow, &in, &off, 0, NULL);
        b = run(chain, &flow, &in, &on, 0, NULL);
        ck_assert_double_ge(error_db(&b.planes, &t.planes), error_db(&a.planes, &t.planes) + 6.0);
        harness_result_free(&t);
        harness_result_free(&a);
        harness_result_free(&b);
        harness_planes_free(&truth);
    }
    harness_planes_free(&in);
}
END_TEST

START_TEST(weak_noise_leaves_the_picture)
{
    struct fl_flow flow = noisy_flow(96, 80, 3, FL_CFA_NONE);
    struct fl_planes in = noisy_planes(&flow, scene);
    struct fl_settings s = settings_of(FL_PRESET_BEST);
    struct harness_result r, before;
    const struct fl_stage *const stabilise[] = {&fl_stage_stabilise, NULL};
    s.denoise_strength = 0.001;
    before = run(stabilise, &flow, &in, &s, 0, NULL);
    r = run(AFTER_DEMOSAIC, &before.flow, &before.planes, &s, 0, NULL);
    ck_assert(!r.bypassed);
    ck_assert_double_ge(error_db(&r.planes, &before.planes), 100.0);
    harness_result_free(&before);
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

START_TEST(block_height_and_instruction_set_do_not_matter)
{
    static const int heights[] = {4, 8, 16, 20};
    for (int preset = FL_PRESET_BALANCED; preset <= FL_PRESET_BEST; preset++) {
        struct fl_settings s = settings_of((enum fl_preset)preset);
        struct fl_flow flow = noisy_flow(78, 54, 1, FL_CFA_GBRG);
        struct fl_planes in;
        struct harness_result whole;
        for (int c = 0; c < 3; c++)
            flow.noise[c].s *= 0.2; /* low enough for the residual of colour */
        in = noisy_planes(&flow, scene);
        whole = run(chain, &flow, &in, &s, 0, NULL);
        for (int i = 0; i < 4; i++) {
            struct harness_result r =
                run(chain, &flow, &in, &s, heights[i], fl_kernels_for(FL_CPU_AUTO));
            ck_assert_int_eq(harness_differences(&whole.planes, &r.planes), 0);
            harness_result_free(&r);
        }
        harness_result_free(&whole);
        harness_planes_free(&in);
    }
}
END_TEST

/* In strong noise colour is filtered at an eighth of the resolution too, and blocks are of eights.
 */
START_TEST(strong_noise_does_not_depend_on_blocks)
{
    static const int heights[] = {8, 16, 24};
    struct fl_settings s = settings_of(FL_PRESET_BEST);
    struct fl_flow flow = noisy_flow(150, 134, 1, FL_CFA_GBRG);
    struct fl_planes in;
    struct harness_result whole;
    for (int c = 0; c < 3; c++)
        flow.noise[c].s *= 8.0;
    in = noisy_planes(&flow, scene);
    whole = run(chain, &flow, &in, &s, 0, NULL);
    for (int i = 0; i < 3; i++) {
        struct harness_result r =
            run(chain, &flow, &in, &s, heights[i], fl_kernels_for(FL_CPU_AUTO));
        ck_assert_int_eq(harness_differences(&whole.planes, &r.planes), 0);
        harness_result_free(&r);
    }
    harness_result_free(&whole);
    harness_planes_free(&in);
}
END_TEST

START_TEST(tiny_and_odd_pictures)
{
    static const int size[][2] = {{2, 2}, {4, 2}, {2, 6}, {6, 6}, {10, 14}, {34, 6}};
    for (int i = 0; i < 6; i++)
        for (int preset = FL_PRESET_BALANCED; preset <= FL_PRESET_BEST; preset++) {
            struct fl_settings s = settings_of((enum fl_preset)preset);
            struct fl_flow flow = noisy_flow(size[i][0], size[i][1], 1, FL_CFA_RGGB);
            struct fl_planes in = harness_planes(size[i][0], size[i][1], flow.layout);
            struct harness_result r;
            double c = 1.5 * 4.1e-5 / 3.5e-3 + 0.375 * 3.5e-3;
            for (int y = 0; y < size[i][1]; y++)
                for (int x = 0; x < size[i][0]; x++)
                    *harness_at(&in, 0, x, y) = 0.18f;
            r = run(chain, &flow, &in, &s, 4, NULL);
            for (int p = 0; p < 3; p++) {
                /* 0.6 of the bias of averaging roots is put back: a flat field rises by it */
                double expected = fl_cbrt(0.18 + c + 0.6 * 3.5e-3 * gain[p] / 4.0);
                for (int y = 0; y < size[i][1]; y++)
                    for (int x = 0; x < size[i][0]; x++)
                        ck_assert_double_eq_tol((double)*harness_at(&r.planes, p, x, y), expected,
                                                3e-6);
            }
            harness_result_free(&r);
            harness_planes_free(&in);
        }
}
END_TEST

START_TEST(mono_stays_mono)
{
    struct fl_settings s = settings_of(FL_PRESET_BEST), off = s;
    struct fl_flow flow = noisy_flow(64, 64, 1, FL_CFA_NONE);
    struct fl_planes in;
    struct harness_result a, b;
    flow.mono = true;
    in = noisy_planes(&flow, flat);
    off.denoise = FL_DENOISE_OFF;
    a = run(chain, &flow, &in, &off, 0, NULL);
    b = run(chain, &flow, &in, &s, 0, NULL);
    for (int y = 0; y < 64; y++)
        for (int x = 0; x < 64; x++) {
            ck_assert(*harness_at(&b.planes, 0, x, y) == *harness_at(&b.planes, 1, x, y));
            ck_assert(*harness_at(&b.planes, 2, x, y) == *harness_at(&b.planes, 1, x, y));
        }
    ck_assert_double_ge(moments_of(&a.planes).variance[0],
                        30.0 * moments_of(&b.planes).variance[0]);
    harness_result_free(&a);
    harness_result_free(&b);
    harness_planes_free(&in);
}
END_TEST

START_TEST(absurd_noise_profiles_do_no_harm)
{
    static const struct fl_noise absurd[] = {{NAN, 0},      {0, NAN},      {INFINITY, 0},
                                             {0, INFINITY}, {1e300, -1e3}, {-1, 0.1},
                                             {1e-3, -1e-6}, {1e-3, NAN},   {1e-3, INFINITY}};
    const size_t count = sizeof absurd / sizeof *absurd;
    for (size_t i = 0; i < 3 * count; i++) {
        struct fl_settings s = settings_of((enum fl_preset)(i % 3));
        struct fl_flow flow = noisy_flow(24, 20, 1, FL_CFA_RGGB);
        struct fl_planes in = noisy_planes(&flow, scene);
        struct harness_result r;
        for (int c = 0; c < 3; c++)
            flow.noise[c] = absurd[(i / 3 + (size_t)c * (i % 2)) % count];
        r = run(chain, &flow, &in, &s, 0, NULL);
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < 20; y++)
                for (int x = 0; x < 24; x++)
                    ck_assert(isfinite(*harness_at(&r.planes, p, x, y)));
        harness_result_free(&r);
        harness_planes_free(&in);
    }
}
END_TEST

/* Mean over the coefficients of measured / tabled variance. */
static double table_ratio(const struct noise_case *c, enum fl_noise_plane plane,
                          double measured[FL_NOISE_PLANES][FL_NOISE_COEFFS])
{
    bool luma = plane == FL_NOISE_LUMA || plane == FL_NOISE_LUMA_HALF;
    double own = luma ? c->variance[0] + c->variance[2] : 0.5 * (c->variance[0] + c->variance[2]);
    double sum = 0.0;
    for (int i = 0; i < FL_NOISE_COEFFS; i++) {
        double expected = own * (double)fl_noise_table[c->spectrum][plane][0][i] +
                          (double)fl_noise_table[c->spectrum][plane][1][i];
        if (c->filtered)
            expected *= (double)fl_noise_left[plane][i];
        sum += measured[plane][i] / expected;
    }
    return sum / FL_NOISE_COEFFS;
}

/* The tables belong to the demosaic that is built: run tests/quality/noise_table when this fails.
 */
START_TEST(noise_tables_are_up_to_date)
{
    for (int i = 0; i < FL_SPECTRA + 1; i++) {
        struct noise_case c = {i < FL_SPECTRA ? (enum fl_spectrum)i : FL_SPECTRUM_REFINED,
                               i == FL_SPECTRA,
                               {2.1, 1.0, 1.8},
                               512,
                               99};
        double measured[FL_NOISE_PLANES][FL_NOISE_COEFFS];
        noise_measure(&c, measured);
        ck_assert_double_eq_tol(table_ratio(&c, FL_NOISE_LUMA, measured), 1.0, 0.05);
        ck_assert_double_eq_tol(table_ratio(&c, FL_NOISE_LUMA_HALF, measured), 1.0, 0.1);
        ck_assert_double_eq_tol(table_ratio(&c, FL_NOISE_CHROMA, measured), 1.0, 0.1);
        ck_assert_double_eq_tol(table_ratio(&c, FL_NOISE_CHROMA_HALF, measured), 1.0, 0.1);
        ck_assert_double_eq_tol(table_ratio(&c, FL_NOISE_CHROMA_QUARTER, measured), 1.0, 0.2);
        ck_assert_double_eq_tol(table_ratio(&c, FL_NOISE_CHROMA_EIGHTH, measured), 1.0, 0.3);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("denoise");
    TCase *tc = tcase_create("denoise");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, nothing_happens_without_noise);
    tcase_add_test(tc, opponent_colors_round_trip);
    tcase_add_test(tc, each_coefficient_has_its_own_threshold);
    tcase_add_test(tc, no_sum_leaves_16_bits);
    tcase_add_test(tc, flat_fields_lose_noise_and_keep_their_mean);
    tcase_add_test(tc, light_is_kept);
    tcase_add_test(tc, edges_stay);
    tcase_add_test(tc, weak_noise_leaves_the_picture);
    tcase_add_test(tc, block_height_and_instruction_set_do_not_matter);
    tcase_add_test(tc, strong_noise_does_not_depend_on_blocks);
    tcase_add_test(tc, tiny_and_odd_pictures);
    tcase_add_test(tc, mono_stays_mono);
    tcase_add_test(tc, absurd_noise_profiles_do_no_harm);
    tcase_add_test(tc, noise_tables_are_up_to_date);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
