/* Half resolution and back, vector source; isp/ref/pyramid_ref.c says what each must give. */
#include "kernel_names.h"

#include "simd.h"

#define CHUNK 256 /* columns whose sums along y are kept at a time */
#define LEFT  16  /* room before them, so that rows and sums are read at the same alignment */

/* Sums of `columns` columns of four rows. */
static inline void halve_columns(float *const *in, int x, int columns, float *sum)
{
    for (int i = 0; i < columns; i += FL_LANES)
        vf_store(sum + i, 0.125f * (vf_load(in[-1] + x + i) + vf_load(in[2] + x + i)) +
                              0.375f * (vf_load(in[0] + x + i) + vf_load(in[1] + x + i)));
}

void K(halve)(float *const *in, const float *base, float *out, int n)
{
    _Alignas(64) float kept[LEFT + CHUNK + 2 * FL_LANES];
    float *const sum = kept + LEFT; /* from column 2x on */
    sum[-1] = 0.125f * (in[-1][-1] + in[2][-1]) + 0.375f * (in[0][-1] + in[1][-1]);
    for (int from = 0; from < n; from += CHUNK / 2) {
        int count = n - from < CHUNK / 2 ? n - from : CHUNK / 2;
        halve_columns(in, 2 * from, 2 * count + 1, sum);
        for (int x = 0; x < count; x += FL_LANES) {
            const float *s = sum + 2 * x;
            vf a = vf_load(s - 1), b = vf_load(s - 1 + FL_LANES);
            vf c = vf_load(s + 1), d = vf_load(s + 1 + FL_LANES);
            vf value =
                0.125f * (vf_even(a, b) + vf_odd(c, d)) + 0.375f * (vf_odd(a, b) + vf_even(c, d));
            float *at = out + from + x;
            vf_store(at, base ? vf_load(base + from + x) - value : value);
        }
        sum[-1] = sum[CHUNK - 1];
    }
}

static inline vf quarter(vf a, vf b, vf c, vf d)
{
    return (-0.0703125f * a + 0.8671875f * b) + (0.2265625f * c + -0.0234375f * d);
}

/* What is stored at x: the value itself, or base plus or minus it. */
static inline void put(float *out, const float *base, float sign, int x, vf value)
{
    vf_store(out + x, base ? vf_load(base + x) + sign * value : value);
}

/* Columns interpolated along y. */
static inline void enlarge_columns(float *const *half, int below, int x, int columns, float *v)
{
    for (int i = 0; i < columns; i += FL_LANES)
        vf_store(v + i, quarter(vf_load(half[-below] + x + i), vf_load(half[0] + x + i),
                                vf_load(half[below] + x + i), vf_load(half[2 * below] + x + i)));
}

void K(enlarge)(float *const *half, int below, const float *base, float sign, float *out, int n)
{
    _Alignas(64) float kept[LEFT + CHUNK / 2 + 2 + FL_LANES];
    float *const columns = kept + LEFT; /* of half column x on */
    enlarge_columns(half, below, -2, 2, columns - 2);
    for (int from = 0; from < n; from += CHUNK) {
        int end = n - from < CHUNK ? n : from + CHUNK;
        enlarge_columns(half, below, from / 2, (end - from + 1) / 2 + 2, columns);
        for (int x = from; x < end; x += 2 * FL_LANES) {
            const float *v = columns + (x - from) / 2;
            vf left = vf_load(v - 1), here = vf_load(v), right = vf_load(v + 1);
            vf even = quarter(right, here, left, vf_load(v - 2));
            vf odd = quarter(left, here, right, vf_load(v + 2));
            put(out, base, sign, x, vf_zip_low(even, odd));
            if (x + FL_LANES < end)
                put(out, base, sign, x + FL_LANES, vf_zip_high(even, odd));
        }
        memcpy(columns - 2, columns + CHUNK / 2 - 2, 2 * sizeof *columns);
    }
}
