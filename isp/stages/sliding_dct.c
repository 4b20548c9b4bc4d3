/* Shrinks the DCT coefficients of overlapping 8x8 blocks of a plane, row by row.
 *
 * Source: Yu and Sapiro, "DCT image denoising: a simple and effective image denoising algorithm",
 * IPOL 2011, with a smooth shrinkage a = e^4 / (1 + e^4), e = c^2 / (lambda^2 variance), and blocks
 * weighted by the noise that is left in them, to the power -3/4. */
#include "sliding_dct.h"

#include "mem.h"

#include <string.h>

#define CHUNK 16 /* output rows at a time, so that scratch does not grow with the request */
#define REACH 7  /* a block covers this much beyond its first pixel */
#define TABLE (CHUNK + 2 * REACH)

void fl_sliding_dct_init(struct fl_sliding_dct *dct, const struct fl_kernels *kernels,
                         const float variance[64], double lambda, int step)
{
    dct->kernels = kernels;
    dct->shrink.step = step;
    for (int i = 0; i < 64; i++) {
        dct->shrink.variance[i] = variance[i];
        dct->shrink.per_threshold[i] = (float)(1.0 / (lambda * lambda * (double)variance[i]));
    }
}

/* Floats of a row of sums: the plane, what blocks reach beyond it, and what kernels may touch. */
static size_t sum_stride(int width)
{
    return fl_round_up((size_t)width + 4 * (REACH + 1), FL_ALIGN / sizeof(float));
}

size_t fl_sliding_dct_scratch(int width)
{
    size_t columns = (size_t)width + 2 * (REACH + 1);
    return (FL_DCT_SCRATCH(columns) + 2 * TABLE * sum_stride(width)) * sizeof(float);
}

/* The first multiple of step that is not below y. */
static int first_block(int y, int step)
{
    int q = y / step;
    return (q * step < y ? q + 1 : q) * step;
}

/* Output rows [y, y + n), n <= CHUNK. in[0] is row y. */
static void chunk_rows(const struct fl_sliding_dct *dct, float *const *in, int y, int n, int width,
                       float *const *out, float *scratch)
{
    const int step = dct->shrink.step, x0 = -(REACH / step * step);
    const int blocks = (width - 1 - x0) / step + 1;
    const size_t stride = sum_stride(width);
    float *sums = scratch + FL_DCT_SCRATCH((size_t)width + 2 * (REACH + 1));
    float *sum[TABLE], *weight[TABLE]; /* rows y - REACH .. y + n + REACH - 1 */

    for (size_t i = 0; i < TABLE; i++) {
        sum[i] = sums + i * stride + REACH + 1;
        weight[i] = sum[i] + TABLE * stride;
    }
    memset(sums, 0, 2 * TABLE * stride * sizeof *sums);
    for (int b = first_block(y - REACH, step); b < y + n; b += step) {
        int at = REACH + b - y; /* of the block's first row among the sums */
        dct->kernels->dct_shrink(in + (b - y), &dct->shrink, x0, blocks, scratch, sum + at,
                                 weight + at);
    }
    for (int i = 0; i < n; i++)
        dct->kernels->ratio(sum[i + REACH], weight[i + REACH], out[i], width);
}

void fl_sliding_dct_rows(const struct fl_sliding_dct *dct, float *const *in, int y0, int n,
                         int width, float *const *out, void *scratch)
{
    for (int i = 0; i < n; i += CHUNK)
        chunk_rows(dct, in + i, y0 + i, n - i < CHUNK ? n - i : CHUNK, width, out + i, scratch);
}
