/* Sliding DCT shrinkage, vector source; isp/ref/dct_ref.c says what it must give. Vectors have
 * eight lanes whatever the set, one per vertical frequency; compilers split or pair them. */
#include "kernel_names.h"

#include "dct_shrink.h"
#include "simd.h"

typedef float v8 __attribute__((vector_size(32)));

#define DCT_TYPE    v8
#define DCT_NAME(x) dct8_##x
#include "dct8.h"

static inline v8 v8_load(const float *p)
{
    v8 v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void v8_store(float *p, v8 v)
{
    memcpy(p, &v, sizeof v);
}

/* Rows become columns. */
static inline void transpose(v8 a[8])
{
    v8 b[8], c[8];
    for (int i = 0; i < 4; i++) { /* pairs of rows four apart */
        b[2 * i] = __builtin_shufflevector(a[i], a[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
        b[2 * i + 1] = __builtin_shufflevector(a[i], a[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
    }
    for (int i = 0; i < 4; i++) {
        c[2 * i] = __builtin_shufflevector(b[i], b[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
        c[2 * i + 1] = __builtin_shufflevector(b[i], b[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
    }
    for (int i = 0; i < 4; i++) {
        a[2 * i] = __builtin_shufflevector(c[i], c[i + 4], 0, 8, 1, 9, 2, 10, 3, 11);
        a[2 * i + 1] = __builtin_shufflevector(c[i], c[i + 4], 4, 12, 5, 13, 6, 14, 7, 15);
    }
}

static void columns_forward(float *const *in, int x0, int columns, float *spectrum)
{
    for (int x = 0; x < columns; x += 8) {
        v8 a[8], b[8];
        for (int i = 0; i < 8; i++)
            a[i] = v8_load(in[i] + x0 + x);
        dct8_forward(a, b);
        transpose(b);
        for (int i = 0; i < 8; i++)
            v8_store(spectrum + 8 * (x + i), b[i]);
    }
}

static void columns_inverse(const float *spectrum, int x0, int columns, float *const *sum)
{
    for (int x = 0; x < columns; x += 8) {
        v8 a[8], b[8];
        for (int i = 0; i < 8; i++)
            a[i] = v8_load(spectrum + 8 * (x + i));
        transpose(a);
        dct8_inverse(a, b);
        for (int i = 0; i < 8; i++)
            v8_store(sum[i] + x0 + x, v8_load(sum[i] + x0 + x) + b[i]);
    }
}

static inline float shrink(v8 c[8], const struct fl_dct_shrink *s)
{
    v8 n = {0};
    float total, root;
    for (int j = 0; j < 8; j++) {
        v8 e = (c[j] * c[j]) * v8_load(s->per_threshold + 8 * j);
        v8 e2 = e * e;
        v8 a = 1.0f - 1.0f / (1.0f + e2 * e2);
        if (j == 0)
            a[0] = 1.0f;
        c[j] = c[j] * a;
        n += (a * a) * v8_load(s->variance + 8 * j);
    }
    total = ((n[0] + n[4]) + (n[2] + n[6])) + ((n[1] + n[5]) + (n[3] + n[7]));
    root = sqrtf(total);
    return 1.0f / (root * sqrtf(root));
}

void K(dct_shrink)(float *const *in, const struct fl_dct_shrink *s, int x0, int blocks,
                   float *scratch, float *const *sum, float *const *weight)
{
    const int columns = FL_DCT_COLUMNS((blocks - 1) * s->step + 8);
    float *spectrum = scratch, *back = scratch + columns * 8;
    columns_forward(in, x0, columns, spectrum);
    memset(back, 0, (size_t)columns * 8 * sizeof *back);
    for (int b = 0; b < blocks; b++) {
        int at = b * s->step;
        v8 c[8], d[8];
        float w;
        for (int j = 0; j < 8; j++)
            c[j] = v8_load(spectrum + 8 * (at + j));
        dct8_forward(c, d);
        w = shrink(d, s);
        dct8_inverse(d, c);
        for (int j = 0; j < 8; j++) {
            v8_store(back + 8 * (at + j), v8_load(back + 8 * (at + j)) + c[j] * w);
            v8_store(weight[j] + x0 + at, v8_load(weight[j] + x0 + at) + w);
        }
    }
    columns_inverse(back, x0, columns, sum);
}

void K(ratio)(const float *sum, const float *weight, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_load(sum + x) / vf_load(weight + x));
}
