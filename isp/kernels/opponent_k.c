/* Opponent colours on the square root, vector source; see isp/ref/opponent_ref.c. */
#include "kernel_names.h"

#include "simd.h"

void K(stabilised_to_root)(const float *in, float *out, float root, int n)
{
    const float at_zero = root * sqrtf(root), slope = 1.5f * sqrtf(root);
    for (int x = 0; x < n; x += FL_LANES) {
        vf z = vf_load(in + x);
        vf positive = vf_max(z, vf_set(root));
        vf line = at_zero + (z - root) * slope;
        vf_store(out + x, vf_select(z > root, positive * vf_sqrt(positive), line));
    }
}

void K(linear_to_root)(const float *in, float *out, float c, float root, int n)
{
    const float at_zero = root * sqrtf(root), slope = 0.5f / at_zero;
    const vf zero = vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES) {
        vf v = vf_load(in + x);
        vf line = at_zero + v * slope;
        vf_store(out + x, vf_select(v > zero, vf_sqrt(vf_max(v, zero) + c), line));
    }
}

void K(root_to_linear)(const float *in, float *out, float c, float root, int n)
{
    const float at_zero = root * sqrtf(root), per_slope = 2.0f * at_zero;
    for (int x = 0; x < n; x += FL_LANES) {
        vf y = vf_load(in + x);
        vf_store(out + x, vf_select(y > at_zero, y * y - c, (y - at_zero) * per_slope));
    }
}

void K(unbias)(const float *in, float *out, float bias, float per_range, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf t = vf_load(in + x) * per_range + 0.4f;
        vf v = vf_min(vf_max(t, vf_set(0.0f)), vf_set(1.0f));
        vf_store(out + x, vf_load(in + x) + bias * ((v * v) * (3.0f - 2.0f * v)));
    }
}

void K(to_opponent)(float *r, float *g, float *b, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf green = vf_load(g + x), u = vf_load(r + x) - green, v = vf_load(b + x) - green;
        vf_store(r + x, green + 0.2f * (u + v));
        vf_store(g + x, u);
        vf_store(b + x, v);
    }
}

void K(from_opponent)(float *y, float *u, float *v, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf red_green = vf_load(u + x), blue_green = vf_load(v + x);
        vf green = vf_load(y + x) - 0.2f * (red_green + blue_green);
        vf_store(y + x, green + red_green);
        vf_store(v + x, green + blue_green);
        vf_store(u + x, green);
    }
}
