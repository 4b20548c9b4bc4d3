/* Sliding DCT shrinkage in integers: what noise is in a row of overlapping 8x8 blocks. */
#include "ref.h"

#include "dct_shrink.h"

#include <math.h>

static int product(int a, int b)
{
    return (a * b + 0x4000) >> 15;
}

#define DCT_TYPE          int
#define DCT_NAME(x)       dct8_##x
#define DCT_PRODUCT(a, b) product(a, b)
#include "dct8.h"

static int code(float v, const struct fl_dct_shrink *s)
{
    float c = (v - s->centre) * s->scale;
    c = c > -(float)FL_DCT_CODES ? c : -(float)FL_DCT_CODES;
    c = c < (float)FL_DCT_CODES ? c : (float)FL_DCT_CODES;
    return (int)(c + ((float)FL_DCT_CODES + 0.5f)) - FL_DCT_CODES;
}

void fl_dct_codes_ref(const float *in, const struct fl_dct_shrink *s, int16_t *codes, int n)
{
    for (int x = 0; x < n; x++)
        codes[x % s->step * s->phase + x / s->step] = (int16_t)code(in[x], s);
}

/* A block's columns to vertical frequencies v[frequency][column]. */
static void columns_forward(const int16_t *const in[8], const struct fl_dct_shrink *s, int block,
                            int v[8][8])
{
    for (int j = 0; j < 8; j++) {
        int a[8], b[8], at = j % s->step * s->phase + block + j / s->step;
        for (int i = 0; i < 8; i++)
            a[i] = in[i][at];
        dct8_forward(a, b);
        for (int k = 0; k < 8; k++)
            v[k][j] = product(b[k], s->column[k]);
    }
}

/* The part of the coefficients that is noise; returns how much, of FL_DCT_ALL. */
static int noise_of(int c[8], const struct fl_dct_coefficient *of)
{
    int sum = 0;
    for (int j = 0; j < 8; j++) {
        int size = c[j] < 0 ? -c[j] : c[j], u = of[j].reach[0] - size;
        u = u > 0 ? u : 0;
        u = (u < of[j].ramp[0] ? u : of[j].ramp[0]) * of[j].per_ramp[0];
        sum += product(u, of[j].share[0]);
        c[j] = product(c[j], u);
    }
    return sum;
}

static int weight_of(int removed, const struct fl_dct_shrink *s)
{
    float noise = (float)(FL_DCT_ALL - removed), root;
    noise = noise > s->least ? noise : s->least;
    root = sqrtf(noise);
    return (int)(s->weight / (root * sqrtf(root))) >> s->weight_shift << s->weight_shift;
}

/* Eight columns leave the first `by` behind. */
static void advance(int sums[8], int by)
{
    for (int j = 0; j < 8; j++)
        sums[j] = j + by < 8 ? sums[j + by] : 0;
}

/* Adds columns of vertical frequencies, after all blocks over them, to the rows of sums. */
static void columns_inverse(int back[8][8], const struct fl_dct_shrink *s, int block,
                            int16_t *const sum[8])
{
    for (int m = 0; m < s->step; m++) {
        int a[8], b[8], at = m * s->phase + block;
        for (int k = 0; k < 8; k++)
            a[k] = back[k][m];
        dct8_inverse(a, b);
        for (int i = 0; i < 8; i++)
            sum[i][at] = (int16_t)(i < 8 - s->step ? sum[i][at] + b[i] : b[i]);
    }
}

/* Blocks add up along the row before they go back along the columns. */
void fl_dct_shrink_ref(const int16_t *const in[8], const struct fl_dct_shrink *s, int blocks,
                       int16_t *const sum[8], uint16_t *weight)
{
    int back[8][8] = {{0}}, weights[8] = {0};
    for (int b = 0; b < blocks; b++) {
        int v[8][8], removed = 0, w;
        columns_forward(in, s, b, v);
        for (int k = 0; k < 8; k++) {
            int c[8];
            dct8_forward(v[k], c);
            removed += noise_of(c, s->coefficient + (ptrdiff_t)8 * k);
            dct8_inverse(c, v[k]);
        }
        w = weight_of(removed, s);
        for (int j = 0; j < 8; j++) {
            weights[j] += w >> s->weight_shift;
            for (int k = 0; k < 8; k++)
                back[k][j] += product(v[k][j], product(w, s->undo[k]));
        }
        columns_inverse(back, s, b, sum);
        weight[b] = (uint16_t)weights[0];
        weight[s->phase + b] = (uint16_t)weights[s->step - 1];
        advance(weights, s->step);
        for (int k = 0; k < 8; k++)
            advance(back[k], s->step);
    }
}

void fl_dct_per_weight_ref(const uint16_t *const *weight, int rows, float unit, float *out, int n)
{
    for (int b = 0; b < n; b++) {
        int sum = 0;
        for (int i = 0; i < rows; i++)
            sum += weight[i][b];
        out[b] = unit / (float)sum;
    }
}

void fl_dct_remove_ref(const int16_t *sum, const float *per_weight, const struct fl_dct_shrink *s,
                       const float *in, float *out, int n)
{
    for (int x = 0; x < n; x++) {
        const int m = x % s->step, b = x / s->step;
        const float *per = per_weight + (m > fl_dct_most(s->step) ? s->phase : 0);
        out[x] = in[x] - (float)sum[m * s->phase + b] * per[b];
    }
}
