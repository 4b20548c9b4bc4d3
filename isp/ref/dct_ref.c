/* Sliding DCT shrinkage: one row of overlapping 8x8 blocks. */
#include "ref.h"

#include "dct_shrink.h"

#include <math.h>

#define DCT_TYPE    float
#define DCT_NAME(x) dct8_##x
#include "dct8.h"

/* Spectra are kept as [column][vertical frequency], so that a block's columns are consecutive. */
static void columns_forward(float *const *in, int x0, int columns, float *spectrum)
{
    for (int x = 0; x < columns; x++) {
        float a[8];
        for (int i = 0; i < 8; i++)
            a[i] = in[i][x0 + x];
        dct8_forward(a, spectrum + 8 * x);
    }
}

static void columns_inverse(const float *spectrum, int x0, int columns, float *const *sum)
{
    for (int x = 0; x < columns; x++) {
        float a[8];
        dct8_inverse(spectrum + 8 * x, a);
        for (int i = 0; i < 8; i++)
            sum[i][x0 + x] += a[i];
    }
}

/* Forward or inverse along the rows of a block: index is 8 * column + vertical frequency. */
static void along_rows(const float *in, float *out, int inverse)
{
    for (int k = 0; k < 8; k++) {
        float a[8], b[8];
        for (int j = 0; j < 8; j++)
            a[j] = in[8 * j + k];
        if (inverse)
            dct8_inverse(a, b);
        else
            dct8_forward(a, b);
        for (int j = 0; j < 8; j++)
            out[8 * j + k] = b[j];
    }
}

/* Shrinks a block's coefficients; returns the weight of the block: its remaining noise to the power
 * -3/4. */
static float shrink(float c[64], const struct fl_dct_shrink *s)
{
    float noise[8] = {0}, total, root;
    for (int j = 0; j < 8; j++)
        for (int k = 0; k < 8; k++) {
            int i = 8 * j + k;
            float e = (c[i] * c[i]) * s->per_threshold[i];
            float e2 = e * e;
            float a = 1.0f - 1.0f / (1.0f + e2 * e2);
            if (i == 0)
                a = 1.0f;
            c[i] = c[i] * a;
            noise[k] += (a * a) * s->variance[i];
        }
    total = ((noise[0] + noise[4]) + (noise[2] + noise[6])) +
            ((noise[1] + noise[5]) + (noise[3] + noise[7]));
    root = sqrtf(total);
    return 1.0f / (root * sqrtf(root));
}

void fl_dct_shrink_ref(float *const *in, const struct fl_dct_shrink *s, int x0, int blocks,
                       float *scratch, float *const *sum, float *const *weight)
{
    const int columns = (blocks - 1) * s->step + 8;
    float *spectrum = scratch, *back = scratch + FL_DCT_COLUMNS(columns) * 8;
    columns_forward(in, x0, columns, spectrum);
    for (int i = 0; i < 8 * columns; i++)
        back[i] = 0.0f;
    for (int b = 0; b < blocks; b++) {
        int at = b * s->step;
        float c[64], w;
        along_rows(spectrum + 8 * at, c, 0);
        w = shrink(c, s);
        along_rows(c, c, 1);
        for (int i = 0; i < 64; i++)
            back[8 * at + i] += c[i] * w;
        for (int i = 0; i < 8; i++)
            for (int x = 0; x < 8; x++)
                weight[i][x0 + at + x] += w;
    }
    columns_inverse(back, x0, columns, sum);
}

void fl_ratio_ref(const float *sum, const float *weight, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = sum[x] / weight[x];
}
