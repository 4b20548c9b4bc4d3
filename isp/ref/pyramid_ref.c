/* Half resolution and back. A sample of the half plane stands between four of the full one. */
#include "ref.h"

#include <stddef.h>

void fl_halve_ref(float *const *in, const float *base, float *out, int n)
{
    for (int x = 0; x < n; x++) {
        float v[4], value;
        for (int i = 0; i < 4; i++) {
            int at = 2 * x - 1 + i;
            v[i] = 0.125f * (in[-1][at] + in[2][at]) + 0.375f * (in[0][at] + in[1][at]);
        }
        value = 0.125f * (v[0] + v[3]) + 0.375f * (v[1] + v[2]);
        out[x] = base ? base[x] - value : value;
    }
}

/* Cubic interpolation a quarter of the way from b to c (Catmull and Rom 1974). */
static float quarter(float a, float b, float c, float d)
{
    return (-0.0703125f * a + 0.8671875f * b) + (0.2265625f * c + -0.0234375f * d);
}

void fl_enlarge_ref(float *const *half, int below, const float *base, float sign, float *out, int n)
{
    const float *a = half[-below], *b = half[0], *c = half[below], *d = half[2 * below];
    for (int x = 0; x < n; x++) {
        int at = x >> 1, side = x & 1 ? 1 : -1;
        float v[4], value;
        for (int i = 0; i < 4; i++) {
            int h = at + (i - 1) * side;
            v[i] = quarter(a[h], b[h], c[h], d[h]);
        }
        value = quarter(v[0], v[1], v[2], v[3]);
        out[x] = base ? base[x] + sign * value : value;
    }
}
