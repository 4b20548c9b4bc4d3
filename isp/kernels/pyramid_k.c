/* Half resolution and back, vector source; isp/ref/pyramid_ref.c says what each must give. */
#include "kernel_names.h"

#include "simd.h"

static inline vf halve_rows(float *const *in, int x)
{
    return 0.125f * (vf_load(in[-1] + x) + vf_load(in[2] + x)) +
           0.375f * (vf_load(in[0] + x) + vf_load(in[1] + x));
}

void K(halve)(float *const *in, const float *base, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        /* columns 2x - 1 on, and 2x + 1 on */
        vf a = halve_rows(in, 2 * x - 1), b = a;
        vf c = halve_rows(in, 2 * x + 1), d = c;
        if (x + FL_LANES / 2 < n) {
            b = halve_rows(in, 2 * x - 1 + FL_LANES);
            d = halve_rows(in, 2 * x + 1 + FL_LANES);
        }
        vf value =
            0.125f * (vf_even(a, b) + vf_odd(c, d)) + 0.375f * (vf_odd(a, b) + vf_even(c, d));
        vf_store(out + x, base ? vf_load(base + x) - value : value);
    }
}

static inline vf quarter(vf a, vf b, vf c, vf d)
{
    return (-0.0703125f * a + 0.8671875f * b) + (0.2265625f * c + -0.0234375f * d);
}

static inline vf enlarge_column(float *const *half, int below, int x)
{
    return quarter(vf_load(half[-below] + x), vf_load(half[0] + x), vf_load(half[below] + x),
                   vf_load(half[2 * below] + x));
}

/* What is stored at x: the value itself, or base plus or minus it. */
static inline void put(float *out, const float *base, float sign, int x, vf value)
{
    vf_store(out + x, base ? vf_load(base + x) + sign * value : value);
}

void K(enlarge)(float *const *half, int below, const float *base, float sign, float *out, int n)
{
    for (int x = 0; x < n; x += 2 * FL_LANES) {
        vf v[5], even, odd;
        for (int i = 0; i < 5; i++)
            v[i] = enlarge_column(half, below, x / 2 + i - 2);
        even = quarter(v[3], v[2], v[1], v[0]);
        odd = quarter(v[1], v[2], v[3], v[4]);
        put(out, base, sign, x, vf_zip_low(even, odd));
        if (x + FL_LANES < n)
            put(out, base, sign, x + FL_LANES, vf_zip_high(even, odd));
    }
}
