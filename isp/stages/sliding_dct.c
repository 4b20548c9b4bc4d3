/* Shrinks the DCT coefficients of overlapping 8x8 blocks of a plane, row by row.
 *
 * Source: Yu and Sapiro, "DCT image denoising: a simple and effective image denoising algorithm",
 * IPOL 2011, with a shrinkage without a step, a = e - 1/2 within 0..1, e = c^2 / (lambda^2
 * variance), and blocks weighted by the sum of a * variance, to the power -3/4. */
#include "sliding_dct.h"

#include "mem.h"

#include <string.h>

#define CHUNK 8              /* output rows at a time */
#define REACH 7              /* a block covers this much beyond its first pixel */
#define RING  (CHUNK + 8)    /* rows of sums: a power of two of at least CHUNK + REACH */
#define ROWS  (2 * RING + 1) /* sums and weights, and one for rows before the first */

/* What is kept from call to call, before the rows of sums. */
struct kept {
    int next; /* 1 + the row that the sums go on at; 0: none */
};

/* Of the 8-point DCT that blocks go through (dct8.h), in power: 8, or 16 cos^2(k pi / 16). */
static const double gain[8] = {8.0,
                               15.391036260090294,
                               13.65685424949238,
                               11.061467458920719,
                               8.0,
                               4.938532541079283,
                               2.3431457505076198,
                               0.60896373990970591};

void fl_sliding_dct_init(struct fl_sliding_dct *dct, const struct fl_kernels *kernels,
                         const float variance[64], double lambda, int step)
{
    dct->kernels = kernels;
    dct->shrink.step = step;
    for (int i = 0; i < 64; i++) {
        double threshold = lambda * lambda * gain[i / 8] * gain[i % 8] * (double)variance[i];
        dct->shrink.variance[i] = variance[i];
        dct->shrink.per_threshold[i] = (float)(1.0 / threshold);
    }
}

/* Floats of a row of sums: the plane, what blocks reach beyond it, and what kernels may touch. */
static size_t sum_stride(int width)
{
    return fl_round_up((size_t)width + 4 * (REACH + 1), FL_ALIGN / sizeof(float));
}

size_t fl_sliding_dct_scratch(int width)
{
    return FL_ALIGN + ROWS * sum_stride(width) * sizeof(float);
}

/* The first multiple of step that is not below y. */
static int first_block(int y, int step)
{
    int q = y / step;
    return (q * step < y ? q + 1 : q) * step;
}

/* Sums and weights of a plane around the rows being made. */
struct sums {
    float *rows;
    size_t stride;
    int y; /* first row that counts */
};

static float *sum_row(const struct sums *s, int y, bool weight)
{
    size_t row = y < s->y ? 2 * RING : (size_t)(y % RING) + (weight ? RING : 0);
    return s->rows + row * s->stride + REACH + 1;
}

static void clear_rows(const struct sums *s, int y, int n)
{
    for (int i = y; i < y + n; i++)
        for (int weight = 0; weight < 2; weight++)
            memset(sum_row(s, i, weight) - REACH - 1, 0, s->stride * sizeof *s->rows);
}

/* Adds the blocks whose first rows are [from, end). in[0] is row y. */
static void add_blocks(const struct fl_sliding_dct *dct, const struct sums *s, float *const *in,
                       int y, int from, int end, int width)
{
    const int step = dct->shrink.step, x0 = -(REACH / step * step);
    const int blocks = (width - 1 - x0) / step + 1;
    for (int b = first_block(from, step); b < end; b += step) {
        float *sum[8], *weight[8];
        for (int i = 0; i < 8; i++) {
            sum[i] = sum_row(s, b + i, false);
            weight[i] = sum_row(s, b + i, true);
        }
        dct->kernels->dct_shrink(in + (b - y), &dct->shrink, x0, blocks, sum, weight);
    }
}

void fl_sliding_dct_rows(const struct fl_sliding_dct *dct, float *const *in, int y0, int n,
                         int width, float *const *out, void *kept)
{
    struct kept *state = kept;
    struct sums s = {(float *)((char *)kept + FL_ALIGN), sum_stride(width), y0};
    bool goes_on = state->next == y0 + 1;
    if (!goes_on) {
        clear_rows(&s, y0, REACH);
        add_blocks(dct, &s, in, y0, y0 - REACH, y0, width);
    }
    for (int y = y0; y < y0 + n; y += CHUNK) {
        int rows = y0 + n - y < CHUNK ? y0 + n - y : CHUNK;
        clear_rows(&s, y + REACH, rows);
        add_blocks(dct, &s, in, y0, y, y + rows, width);
        for (int i = y; i < y + rows; i++)
            dct->kernels->ratio(sum_row(&s, i, false), sum_row(&s, i, true), out[i - y0], width);
    }
    state->next = y0 + n + 1;
}
