/* Demosaic kernels, vector source; isp/ref/demosaic_ref.c says what each must give. */
#include "kernel_names.h"

#include "demosaic_rule.h"
#include "simd.h"

#define EPS_FUSE   1e-6f
#define EPS_REFINE 1e-3f
#define EPS_COLOR  1e-2f

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

static inline vf sum5(vf a, vf b, vf c, vf d, vf e)
{
    return ((a + e) + (b + d)) + c;
}

#define CHUNK 256 /* columns of which what neighbours share is kept */

/* Sums of five neighbours' changes: |a[1] - b[1]| and so on, those two columns before x first. */
static inline void sum_changes(const float *after, const float *before, float *out, int n)
{
    float changes[CHUNK + 4 + FL_LANES];
    for (int from = 0; from < n; from += CHUNK) {
        int count = n - from < CHUNK ? n - from : CHUNK;
        const float *a = after + from - 2, *b = before + from - 2;
        for (int x = 0; x < count + 4; x += FL_LANES)
            vf_store(changes + x, vf_abs(vf_load(a + x) - vf_load(b + x)));
        for (int x = 0; x < count; x += FL_LANES)
            vf_store(out + from + x,
                     sum5(vf_load(changes + x), vf_load(changes + x + 1), vf_load(changes + x + 2),
                          vf_load(changes + x + 3), vf_load(changes + x + 4)));
    }
}

void K(difference_gradient)(const float *dh, float *const *dv, float *gh, float *gv, int n)
{
    sum_changes(dh + 1, dh - 1, gh, n);
    sum_changes(dv[1], dv[-1], gv, n);
}

/* One over the squared sum of five rows around row k. */
static inline vf trust(float *const *g, int k, int x)
{
    vf sum = sum5(vf_load(g[k - 2] + x), vf_load(g[k - 1] + x), vf_load(g[k] + x),
                  vf_load(g[k + 1] + x), vf_load(g[k + 2] + x));
    return 1.0f / (sum * sum + EPS_FUSE);
}

void K(green_fuse)(const float *m, const float *dh, float *const *dv, float *const *gh,
                   float *const *gv, const float weight[5], int green, float *out, int n)
{
    const vi is_green = green_lanes(green);
    float along[CHUNK + 4 + FL_LANES]; /* the trust in rows, from two columns before */
    for (int x = 0; x < n; x += FL_LANES) {
        const float *sides = along + x % CHUNK;
        if (x % CHUNK == 0)
            for (int i = 0; i < (n - x < CHUNK ? n - x : CHUNK) + 4; i += FL_LANES)
                vf_store(along + i, trust(gh, 0, x - 2 + i));
        vf we = vf_load(sides + 4), ww = vf_load(sides);
        vf ws = trust(gv, 2, x), wn = trust(gv, -2, x);
        vf e = weight[0] * vf_load(dh + x), w = e;
        vf s = weight[0] * vf_load(dv[0] + x), north = s;
        for (int j = 1; j < 5; j++) {
            e += weight[j] * vf_load(dh + x + j);
            w += weight[j] * vf_load(dh + x - j);
            s += weight[j] * vf_load(dv[j] + x);
            north += weight[j] * vf_load(dv[-j] + x);
        }
        vf d = ((we * e + ww * w) + (ws * s + wn * north)) / ((we + ww) + (ws + wn));
        vf c = vf_load(m + x);
        vf_store(out + x, vf_select(is_green, c, c + d));
    }
}

/* Colour minus green, k rows below and at column x. */
static inline vf minus_green(float *const *m, float *const *g, int k, int x)
{
    return vf_load(m[k] + x) - vf_load(g[k] + x);
}

static inline vf color_trust(float *const *g, int x, int dx, int dy)
{
    vf here = vf_load(g[0] + x);
    vf near = vf_abs(vf_load(g[dy] + x + dx) - here);
    vf far = vf_abs(vf_load(g[2 * dy] + x + 2 * dx) - here);
    return 1.0f / ((near + 0.5f * far) + EPS_COLOR);
}

static inline vf mean4(const vf w[4], vf a, vf b, vf c, vf d)
{
    return ((w[0] * a + w[1] * b) + (w[2] * c + w[3] * d)) / ((w[0] + w[1]) + (w[2] + w[3]));
}

void K(diagonal_difference)(float *const *m, float *const *g, int green, float *out, int n)
{
    const vi is_green = green_lanes(green);
    for (int x = 0; x < n; x += FL_LANES) {
        vf w[4] = {color_trust(g, x, -1, -1), color_trust(g, x, 1, 1), color_trust(g, x, 1, -1),
                   color_trust(g, x, -1, 1)};
        vf d = mean4(w, minus_green(m, g, -1, x - 1), minus_green(m, g, 1, x + 1),
                     minus_green(m, g, -1, x + 1), minus_green(m, g, 1, x - 1));
        vf_store(out + x, vf_select(is_green, vf_set(0.0f), d));
    }
}

void K(color_planes)(float *const *m, float *const *g, float *const *d, int green, float *own,
                     float *third, int n)
{
    const vi is_green = green_lanes(green);
    for (int x = 0; x < n; x += FL_LANES) {
        vf w[4] = {color_trust(g, x, -1, 0), color_trust(g, x, 1, 0), color_trust(g, x, 0, -1),
                   color_trust(g, x, 0, 1)};
        vf d_own = mean4(w, minus_green(m, g, 0, x - 1), minus_green(m, g, 0, x + 1),
                         vf_load(d[-1] + x), vf_load(d[1] + x));
        vf d_third = mean4(w, vf_load(d[0] + x - 1), vf_load(d[0] + x + 1),
                           minus_green(m, g, -1, x), minus_green(m, g, 1, x));
        vf centre = vf_load(g[0] + x);
        vf_store(own + x, vf_select(is_green, centre + d_own, vf_load(m[0] + x)));
        vf_store(third + x, centre + vf_select(is_green, d_third, vf_load(d[0] + x)));
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
