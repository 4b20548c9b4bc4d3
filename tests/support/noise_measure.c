/* Measures what demosaic makes of white noise. */
#include "noise_measure.h"

#include "demosaic.h"
#include "stage_list.h"
#include "stages.h"

#include "flmath.h"

#include <stdlib.h>
#include <string.h>

#define LEVEL  0.5657f /* a stabilised mid grey */
#define SIGMA  0.01f   /* small against it, large against the constants in the weights */
#define BORDER 16      /* pixels left out, where mirroring changes the noise */

static const struct fl_stage *const passes[] = {&fl_stage_raw_denoise_root,
                                                &fl_stage_raw_denoise_blocks,
                                                &fl_stage_stabilise,
                                                &fl_stage_demosaic_difference,
                                                &fl_stage_demosaic_mean,
                                                &fl_stage_demosaic_even,
                                                &fl_stage_demosaic_green,
                                                &fl_stage_demosaic_color,
                                                &fl_stage_demosaic_refine,
                                                &fl_stage_demosaic_color_again,
                                                NULL};

/* A counter through an integer hash (Mueller's constants): no order between rows. */
static uint32_t next_random(uint32_t *seed)
{
    uint32_t h = *seed += 0x9e3779b9u;
    h = (h ^ (h >> 16)) * 0x45d9f3bu;
    h = (h ^ (h >> 16)) * 0x45d9f3bu;
    return h ^ (h >> 16);
}

/* About normal, variance 1: the sum of twelve uniform numbers. */
static float gaussian(uint32_t *seed)
{
    float sum = -6.0f;
    for (int i = 0; i < 12; i++)
        sum += (float)(next_random(seed) >> 8) / 16777216.0f;
    return sum;
}

/* A flow that has the case's noise where the stabilised value is LEVEL. */
static struct fl_flow noisy_flow(const struct noise_case *c)
{
    bool white = c->spectrum == FL_SPECTRUM_WHITE;
    enum fl_cfa cfa = white ? FL_CFA_NONE : FL_CFA_RGGB;
    struct fl_flow flow = harness_flow(c->size, c->size, white ? 3 : 1, cfa);
    double level = (double)LEVEL, sigma = (double)SIGMA;
    for (int i = 0; i < 3; i++) /* dx = 3 z^2 dz */
        flow.noise[i].o = c->variance[i] * sigma * sigma * 9.0 * level * level * level * level;
    flow.stabiliser = fl_stabiliser_of(&flow.noise[1]);
    return flow;
}

static struct harness_result noisy_picture(const struct noise_case *c)
{
    struct fl_demosaic_params params = {FL_DEMOSAIC_LINEAR + (int)c->spectrum -
                                        (int)FL_SPECTRUM_LINEAR};
    struct fl_settings settings = {.denoise_strength = 1,
                                   .preset = c->filtered ? FL_PRESET_BEST : FL_PRESET_FAST};
    struct harness_setup setup = {
        .params = &params, .settings = &settings, .kernels = fl_kernels_for(FL_CPU_AUTO)};
    struct fl_flow flow = noisy_flow(c);
    struct fl_planes in = harness_planes(c->size, c->size, flow.layout);
    struct harness_result r;
    uint32_t seed = c->seed;
    float sigma[3];
    for (int i = 0; i < 3; i++)
        sigma[i] = SIGMA * (float)fl_pow(c->variance[i], 0.5);
    for (int p = 0; p < flow.layout.planes; p++)
        for (int y = 0; y < c->size; y++)
            for (int x = 0; x < c->size; x++) {
                int color = flow.layout.planes == 3 ? p : fl_cfa_color(flow.cfa, x, y);
                float z = LEVEL + gaussian(&seed) * sigma[color];
                *harness_at(&in, p, x, y) = z * z * z - flow.stabiliser.c;
            }
    r = harness_run_list(passes, &setup, "demosaic", &flow, &in, 0);
    if (r.err.code != FL_OK)
        abort();
    harness_planes_free(&in);
    return r;
}

struct square {
    int size;
    double *at;
};

static struct square square_new(int size)
{
    struct square s = {size, calloc((size_t)size * (size_t)size, sizeof(double))};
    if (!s.at)
        abort();
    return s;
}

/* Plane p of Y, R - G, B - G, in units of SIGMA. */
static struct square opponent(const struct fl_planes *rgb, int p)
{
    struct square s = square_new(rgb->width);
    for (int y = 0; y < s.size; y++)
        for (int x = 0; x < s.size; x++) {
            double c[3];
            for (int i = 0; i < 3; i++)
                c[i] = ((double)*harness_at(rgb, i, x, y) - (double)LEVEL) / (double)SIGMA;
            s.at[y * s.size + x] =
                p == 0 ? 0.2 * c[0] + 0.6 * c[1] + 0.2 * c[2] : c[p == 1 ? 0 : 2] - c[1];
        }
    return s;
}

static struct square halved(const struct square *in)
{
    static const double k[4] = {0.125, 0.375, 0.375, 0.125};
    struct square s = square_new(in->size / 2);
    for (int y = 0; y < s.size; y++)
        for (int x = 0; x < s.size; x++)
            for (int j = 0; j < 4; j++)
                for (int i = 0; i < 4; i++)
                    s.at[y * s.size + x] += k[j] * k[i] *
                                            in->at[fl_mirror(2 * y - 1 + j, in->size) * in->size +
                                                   fl_mirror(2 * x - 1 + i, in->size)];
    return s;
}

static void block_dct(const struct square *s, int x0, int y0, double out[64])
{
    static double basis[8][8];
    double rows[64] = {0};
    if (basis[0][0] == 0.0)
        for (int k = 0; k < 8; k++)
            for (int n = 0; n < 8; n++)
                basis[k][n] =
                    fl_pow(k ? 0.25 : 0.125, 0.5) * fl_cos(FL_PI * (2 * n + 1) * k / 16.0);
    for (int k = 0; k < 8; k++)
        for (int x = 0; x < 8; x++)
            for (int n = 0; n < 8; n++)
                rows[8 * k + x] += basis[k][n] * s->at[(y0 + n) * s->size + x0 + x];
    memset(out, 0, 64 * sizeof *out);
    for (int k = 0; k < 8; k++)
        for (int j = 0; j < 8; j++)
            for (int n = 0; n < 8; n++)
                out[8 * k + j] += basis[j][n] * rows[8 * k + n];
}

/* Adds the mean square of each coefficient, times weight. */
static void add_spectrum(const struct square *s, double weight, double out[FL_NOISE_COEFFS])
{
    double sum[64] = {0};
    int blocks = 0;
    for (int y = BORDER; y + 8 + BORDER <= s->size; y += 3)
        for (int x = BORDER; x + 8 + BORDER <= s->size; x += 3, blocks++) {
            double c[64];
            block_dct(s, x, y, c);
            for (int i = 0; i < 64; i++)
                sum[i] += c[i] * c[i];
        }
    for (int i = 0; i < 8; i++)
        for (int j = 0; j <= i; j++)
            out[i * (i + 1) / 2 + j] += weight * 0.5 * (sum[8 * i + j] + sum[8 * j + i]) / blocks;
}

void noise_measure(const struct noise_case *c, double out[FL_NOISE_PLANES][FL_NOISE_COEFFS])
{
    struct harness_result r = noisy_picture(c);
    memset(out, 0, sizeof(double) * FL_NOISE_PLANES * FL_NOISE_COEFFS);
    for (int p = 0; p < 3; p++) {
        struct square level = opponent(&r.planes, p);
        int first = p ? FL_NOISE_CHROMA : FL_NOISE_LUMA;
        int last = p ? FL_NOISE_CHROMA_EIGHTH : FL_NOISE_LUMA_HALF;
        for (int i = first; i <= last; i++) {
            struct square next = halved(&level);
            add_spectrum(&level, p == 0 ? 1.0 : 0.5, out[i]);
            free(level.at);
            level = next;
        }
        free(level.at);
    }
    harness_result_free(&r);
}
