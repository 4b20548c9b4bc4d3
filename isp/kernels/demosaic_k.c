/* Demosaic kernels, vector source; isp/ref/demosaic_ref.c says what each must give. */
#include "kernel_names.h"

#include "demosaic_rule.h"
#include "simd.h"

#define EPS_REFINE 1e-3f

/* Lanes that are green. Rows start at even columns, so the pattern is that of pixel 0. */
static inline vi green_lanes(int green)
{
    vi mask;
    for (int i = 0; i < FL_LANES; i++)
        mask[i] = (i & 1) != green ? -1 : 0;
    return mask;
}

void K(color_difference)(float *const *m, float *dh, float *dv, int green, int n)
{
    const vi is_green = green_lanes(green);
    for (int x = 0; x < n; x += FL_LANES) {
        vf c = vf_load(m[0] + x);
        vf h = 0.5f * (vf_load(m[0] + x - 1) + vf_load(m[0] + x + 1)) +
               0.25f * ((c - vf_load(m[0] + x - 2)) + (c - vf_load(m[0] + x + 2)));
        vf v = 0.5f * (vf_load(m[-1] + x) + vf_load(m[1] + x)) +
               0.25f * ((c - vf_load(m[-2] + x)) + (c - vf_load(m[2] + x)));
        vf_store(dh + x, vf_select(is_green, c - h, h - c));
        vf_store(dv + x, vf_select(is_green, c - v, v - c));
    }
}

static inline vf binomial(vf far_left, vf left, vf centre, vf right, vf far_right)
{
    return 0.0625f * ((far_left + far_right) + 4.0f * (left + right) + 6.0f * centre);
}

void K(green_mean)(float *const *m, const float *dh, float *const *dv, int green, float *out, int n)
{
    const vi is_green = green_lanes(green);
    for (int x = 0; x < n; x += FL_LANES) {
        vf h = binomial(vf_load(dh + x - 2), vf_load(dh + x - 1), vf_load(dh + x),
                        vf_load(dh + x + 1), vf_load(dh + x + 2));
        vf v = binomial(vf_load(dv[-2] + x), vf_load(dv[-1] + x), vf_load(dv[0] + x),
                        vf_load(dv[1] + x), vf_load(dv[2] + x));
        vf c = vf_load(m[0] + x);
        vf gh = vf_abs(vf_load(m[0] + x - 1) - vf_load(m[0] + x + 1)) +
                vf_abs((c - vf_load(m[0] + x - 2)) + (c - vf_load(m[0] + x + 2)));
        vf gv = vf_abs(vf_load(m[-1] + x) - vf_load(m[1] + x)) +
                vf_abs((c - vf_load(m[-2] + x)) + (c - vf_load(m[2] + x)));
        vf w = vf_min(vf_max(FL_GREEN_LEAN * (gv - gh), vf_set(-1.0f)), vf_set(1.0f));
        vf_store(out + x, vf_select(is_green, c, c + 0.5f * ((h + v) + w * (h - v))));
    }
}

/* Inverse of the change of colour and green towards one side. */
static inline vf closeness(vf there, vf here, vf across)
{
    return 1.0f / ((vf_abs(there - here) + across) + EPS_REFINE);
}

void K(green_refine)(float *const *c, float *const *g, int green, float *m, float *out, int n)
{
    const vi is_green = green_lanes(green);
    for (int x = 0; x < n; x += FL_LANES) {
        vf c0 = vf_load(c[0] + x), g0 = vf_load(g[0] + x);
        vf ge = vf_load(g[0] + x + 1), gw = vf_load(g[0] + x - 1);
        vf gs = vf_load(g[1] + x), gn = vf_load(g[-1] + x);
        vf across_h = vf_abs(ge - gw), across_v = vf_abs(gs - gn);
        vf we = closeness(vf_load(c[0] + x + 2), c0, across_h);
        vf ww = closeness(vf_load(c[0] + x - 2), c0, across_h);
        vf ws = closeness(vf_load(c[2] + x), c0, across_v);
        vf wn = closeness(vf_load(c[-2] + x), c0, across_v);
        vf e = ge - vf_load(c[0] + x + 1), w = gw - vf_load(c[0] + x - 1);
        vf s = gs - vf_load(c[1] + x), north = gn - vf_load(c[-1] + x);
        vf d = ((we * e + ww * w) + (ws * s + wn * north)) / ((we + ww) + (ws + wn));
        vf mixed = c0 + (0.2f * (g0 - c0) + 0.8f * d);
        vf_store(m + x, vf_select(is_green, g0, c0));
        vf_store(out + x, vf_select(is_green, g0, mixed));
    }
}
