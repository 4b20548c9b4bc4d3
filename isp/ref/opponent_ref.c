/* Between the stabilised red, green and blue of demosaic and the luminance and colour differences
 * of denoise, which live on the square root: z = cbrt(x + c), y = z^1.5 = sqrt(x + c), both with
 * their tangents below x = 0. */
#include "ref.h"

#include <math.h>

void fl_stabilised_to_root_ref(const float *in, float *out, float root, int n)
{
    const float at_zero = root * sqrtf(root), slope = 1.5f * sqrtf(root);
    for (int x = 0; x < n; x++) {
        float z = in[x];
        float positive = z > root ? z : root;
        float line = at_zero + (z - root) * slope;
        out[x] = z > root ? positive * sqrtf(positive) : line;
    }
}

void fl_linear_to_root_ref(const float *in, float *out, float c, float root, int n)
{
    const float at_zero = root * sqrtf(root), slope = 0.5f / at_zero;
    for (int x = 0; x < n; x++) {
        float v = in[x], positive = v > 0.0f ? v : 0.0f;
        float line = at_zero + v * slope;
        out[x] = v > 0.0f ? sqrtf(positive + c) : line;
    }
}

void fl_root_to_linear_ref(const float *in, float *out, float c, float root, int n)
{
    const float at_zero = root * sqrtf(root), per_slope = 2.0f * at_zero;
    for (int x = 0; x < n; x++) {
        float y = in[x];
        out[x] = y > at_zero ? y * y - c : (y - at_zero) * per_slope;
    }
}

void fl_unbias_ref(const float *in, float *out, float bias, float per_range, int n)
{
    for (int x = 0; x < n; x++) {
        float t = in[x] * per_range + 0.4f;
        float v = t > 1.0f ? 1.0f : t > 0.0f ? t : 0.0f;
        out[x] = in[x] + bias * ((v * v) * (3.0f - 2.0f * v));
    }
}

void fl_to_opponent_ref(float *r, float *g, float *b, int n)
{
    for (int x = 0; x < n; x++) {
        float u = r[x] - g[x], v = b[x] - g[x];
        r[x] = g[x] + 0.2f * (u + v); /* .2 R + .6 G + .2 B */
        g[x] = u;
        b[x] = v;
    }
}

void fl_from_opponent_ref(float *y, float *u, float *v, int n)
{
    for (int x = 0; x < n; x++) {
        float green = y[x] - 0.2f * (u[x] + v[x]);
        y[x] = green + u[x];
        v[x] = green + v[x];
        u[x] = green;
    }
}
