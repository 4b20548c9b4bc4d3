/* Opponent colours on the square root, vector source; see isp/ref/opponent_ref.c. */
#include "kernel_names.h"

#include "opponent_back.h"
#include "simd.h"

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

struct forward {
    float root, slope;
};

static inline vf root_of(vf z, const struct forward *f)
{
    vf above = vf_max(z, vf_set(f->root)), below = vf_min(z, vf_set(f->root));
    return above * vf_sqrt(above) + (below - f->root) * f->slope;
}

void K(to_opponent)(float *r, float *g, float *b, float root, int n)
{
    const struct forward f = {root, 1.5f * sqrtf(root)};
    for (int x = 0; x < n; x += FL_LANES) {
        vf green = root_of(vf_load(g + x), &f);
        vf u = root_of(vf_load(r + x), &f) - green, v = root_of(vf_load(b + x), &f) - green;
        vf_store(r + x, green + 0.2f * (u + v));
        vf_store(g + x, u);
        vf_store(b + x, v);
    }
}

static inline vf linear_of(vf y, const struct fl_opponent_back *to, int c)
{
    vf line = (y - to->at_zero) * to->per_slope;
    vf x = vf_above(y, vf_set(to->at_zero), y * y - to->c, line);
    return x + vf_min(vf_max(x * to->rise[c] + to->offset[c], vf_set(0.0f)), vf_set(to->bias[c]));
}

void K(from_opponent)(const float *y, const float *u, const float *v,
                      const struct fl_opponent_back *to, float *r, float *g, float *b, int n)
{
    const struct fl_opponent_back rule = *to;
    for (int x = 0; x < n; x += FL_LANES) {
        vf red_green = vf_load(u + x), blue_green = vf_load(v + x);
        vf green = vf_load(y + x) - 0.2f * (red_green + blue_green);
        vf_store(r + x, linear_of(green + red_green, &rule, 0));
        vf_store(g + x, linear_of(green, &rule, 1));
        vf_store(b + x, linear_of(green + blue_green, &rule, 2));
    }
}
