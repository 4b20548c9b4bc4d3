/* Sliding DCT shrinkage: one row of overlapping 8x8 blocks. */
#include "ref.h"

#include "dct_shrink.h"

#include <math.h>

#define DCT_TYPE    float
#define DCT_NAME(x) dct8_##x
#include "dct8.h"

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
            float a = (c[i] * c[i]) * s->per_threshold[i] - 0.5f;
            a = a > 0.0f ? a : 0.0f;
            a = i > 0 && a < 1.0f ? a : 1.0f;
            c[i] = c[i] * a;
            noise[k] += a * s->variance[i];
        }
    total = ((noise[0] + noise[4]) + (noise[2] + noise[6])) +
            ((noise[1] + noise[5]) + (noise[3] + noise[7]));
    root = sqrtf(total);
    return 1.0f / (root * sqrtf(root));
}

/* Columns to vertical frequencies, each column's eight together. */
static void columns_forward(float *const *in, int x0, int columns, float *spectrum)
{
    for (int x = 0; x < columns; x++) {
        float a[8];
        for (int i = 0; i < 8; i++)
            a[i] = in[i][x0 + x];
        dct8_forward(a, spectrum + 8 * x);
    }
}

/* Adds finished columns to the sums. */
static void columns_inverse(const float *back, int x0, int columns, float *const *sum)
{
    for (int x = 0; x < columns; x++) {
        float a[8];
        dct8_inverse(back + 8 * x, a);
        for (int i = 0; i < 8; i++)
            sum[i][x0 + x] += a[i];
    }
}

/* Eight columns leave so many behind. */
static void advance(float columns[64], int by)
{
    for (int i = 0; i < 64; i++)
        columns[i] = i + 8 * by < 64 ? columns[i + 8 * by] : 0.0f;
}

/* Blocks add up along the row before they go back along the columns. spectrum and back hold the
 * eight columns from the block's first; of the latter, those before the next block are finished. */
void fl_dct_shrink_ref(float *const *in, const struct fl_dct_shrink *s, int x0, int blocks,
                       float *const *sum, float *const *weight)
{
    float spectrum[64], back[64] = {0};
    columns_forward(in, x0, 8, spectrum);
    for (int b = 0; b < blocks; b++) {
        int at = x0 + b * s->step, finished = b + 1 < blocks ? s->step : 8;
        float c[64], w;
        along_rows(spectrum, c, 0);
        w = shrink(c, s);
        along_rows(c, c, 1);
        for (int i = 0; i < 64; i++)
            back[i] += c[i] * w;
        for (int i = 0; i < 8; i++)
            for (int x = 0; x < 8; x++)
                weight[i][at + x] += DCT8_BACK * w;
        columns_inverse(back, at, finished, sum);
        advance(back, finished);
        advance(spectrum, finished);
        if (b + 1 < blocks)
            columns_forward(in, at + 8, s->step, spectrum + 8 * (8 - s->step));
    }
}

void fl_ratio_ref(const float *sum, const float *weight, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = sum[x] / weight[x];
}
