/* Demosaic kernels: one row of a mosaic, or of planes made from it, at a time.
 *
 * m[k] is the row k below the current one. `green` is 1 where pixel 0 of the row is green; the
 * other pixels of the row are its "own" colour, red or blue; the third colour is in the rows above
 * and below only. Sums are written in pairs so that a mirrored picture gives mirrored bits. */
#include "ref.h"

#include "demosaic_rule.h"

#include <math.h>

#define EPS_FUSE   1e-6f
#define EPS_REFINE 1e-3f
#define EPS_COLOR  1e-2f

void fl_color_difference_ref(float *const *m, float *dh, float *dv, int green, int n)
{
    const float *c = m[0];
    for (int x = 0; x < n; x++) {
        /* the colour that this pixel lacks: mean of the neighbours plus the own colour's curvature,
         * written as differences so that a flat field stays exact */
        float h = 0.5f * (c[x - 1] + c[x + 1]) + 0.25f * ((c[x] - c[x - 2]) + (c[x] - c[x + 2]));
        float v = 0.5f * (m[-1][x] + m[1][x]) + 0.25f * ((c[x] - m[-2][x]) + (c[x] - m[2][x]));
        int is_green = (x & 1) != green;
        dh[x] = is_green ? c[x] - h : h - c[x];
        dv[x] = is_green ? c[x] - v : v - c[x];
    }
}

/* Mean of five around x, weights 1 4 6 4 1. */
static float binomial(float far_left, float left, float centre, float right, float far_right)
{
    return 0.0625f * ((far_left + far_right) + 4.0f * (left + right) + 6.0f * centre);
}

void fl_green_mean_ref(float *const *m, const float *dh, float *const *dv, int green, float *out,
                       int n)
{
    const float *c = m[0];
    for (int x = 0; x < n; x++) {
        float h = binomial(dh[x - 2], dh[x - 1], dh[x], dh[x + 1], dh[x + 2]);
        float v = binomial(dv[-2][x], dv[-1][x], dv[0][x], dv[1][x], dv[2][x]);
        /* how much changes along the row and along the column */
        float gh = fabsf(c[x - 1] - c[x + 1]) + fabsf((c[x] - c[x - 2]) + (c[x] - c[x + 2]));
        float gv = fabsf(m[-1][x] - m[1][x]) + fabsf((c[x] - m[-2][x]) + (c[x] - m[2][x]));
        float w = FL_GREEN_LEAN * (gv - gh);
        w = w > -1.0f ? w : -1.0f;
        w = w < 1.0f ? w : 1.0f;
        out[x] = (x & 1) != green ? c[x] : c[x] + 0.5f * ((h + v) + w * (h - v));
    }
}

static float sum5(float a, float b, float c, float d, float e)
{
    return ((a + e) + (b + d)) + c;
}

void fl_difference_gradient_ref(const float *dh, float *const *dv, float *gh, float *gv, int n)
{
    const float *up = dv[-1], *down = dv[1];
    for (int x = 0; x < n; x++) {
        float h[5], v[5];
        for (int j = 0; j < 5; j++) {
            h[j] = fabsf(dh[x + j - 1] - dh[x + j - 3]);
            v[j] = fabsf(down[x + j - 2] - up[x + j - 2]);
        }
        gh[x] = sum5(h[0], h[1], h[2], h[3], h[4]);
        gv[x] = sum5(v[0], v[1], v[2], v[3], v[4]);
    }
}

/* Sum of five rows around row k. */
static float column(float *const *g, int k, int x)
{
    return sum5(g[k - 2][x], g[k - 1][x], g[k][x], g[k + 1][x], g[k + 2][x]);
}

static float trust(float gradient)
{
    return 1.0f / (gradient * gradient + EPS_FUSE);
}

void fl_green_fuse_ref(const float *m, const float *dh, float *const *dv, float *const *gh,
                       float *const *gv, const float weight[5], int green, float *out, int n)
{
    for (int x = 0; x < n; x++) {
        float we = trust(column(gh, 0, x + 2)), ww = trust(column(gh, 0, x - 2));
        float ws = trust(column(gv, 2, x)), wn = trust(column(gv, -2, x));
        float e = weight[0] * dh[x], w = e, s = weight[0] * dv[0][x], north = s;
        for (int j = 1; j < 5; j++) {
            e += weight[j] * dh[x + j];
            w += weight[j] * dh[x - j];
            s += weight[j] * dv[j][x];
            north += weight[j] * dv[-j][x];
        }
        float d = ((we * e + ww * w) + (ws * s + wn * north)) / ((we + ww) + (ws + wn));
        out[x] = (x & 1) != green ? m[x] : m[x] + d;
    }
}

/* Trust in the neighbour (dx, dy): the less green changes towards it and beyond, the more. */
static float color_trust(float *const *g, int x, int dx, int dy)
{
    float near = fabsf(g[dy][x + dx] - g[0][x]), far = fabsf(g[2 * dy][x + 2 * dx] - g[0][x]);
    return 1.0f / ((near + 0.5f * far) + EPS_COLOR);
}

/* A mean of four weighted values, opposite ones paired. */
static float mean4(const float w[4], float a, float b, float c, float d)
{
    return ((w[0] * a + w[1] * b) + (w[2] * c + w[3] * d)) / ((w[0] + w[1]) + (w[2] + w[3]));
}

void fl_diagonal_difference_ref(float *const *m, float *const *g, int green, float *out, int n)
{
    for (int x = 0; x < n; x++) {
        float w[4] = {color_trust(g, x, -1, -1), color_trust(g, x, 1, 1), color_trust(g, x, 1, -1),
                      color_trust(g, x, -1, 1)};
        float d = mean4(w, m[-1][x - 1] - g[-1][x - 1], m[1][x + 1] - g[1][x + 1],
                        m[-1][x + 1] - g[-1][x + 1], m[1][x - 1] - g[1][x - 1]);
        out[x] = (x & 1) != green ? 0.0f : d;
    }
}

void fl_color_planes_ref(float *const *m, float *const *g, float *const *d, int green, float *own,
                         float *third, int n)
{
    for (int x = 0; x < n; x++) {
        float w[4] = {color_trust(g, x, -1, 0), color_trust(g, x, 1, 0), color_trust(g, x, 0, -1),
                      color_trust(g, x, 0, 1)};
        float left = m[0][x - 1] - g[0][x - 1], right = m[0][x + 1] - g[0][x + 1];
        float up = m[-1][x] - g[-1][x], down = m[1][x] - g[1][x];
        /* beside a green pixel stand its row's own colour, above and below the third */
        float d_own = mean4(w, left, right, d[-1][x], d[1][x]);
        float d_third = mean4(w, d[0][x - 1], d[0][x + 1], up, down);
        int is_green = (x & 1) != green;
        own[x] = is_green ? g[0][x] + d_own : m[0][x];
        third[x] = g[0][x] + (is_green ? d_third : d[0][x]);
    }
}

void fl_green_refine_ref(float *const *c, float *const *g, int green, float *m, float *out, int n)
{
    for (int x = 0; x < n; x++) {
        const float *c0 = c[0], *g0 = g[0];
        float across_h = fabsf(g0[x + 1] - g0[x - 1]), across_v = fabsf(g[1][x] - g[-1][x]);
        float we = 1.0f / ((fabsf(c0[x + 2] - c0[x]) + across_h) + EPS_REFINE);
        float ww = 1.0f / ((fabsf(c0[x - 2] - c0[x]) + across_h) + EPS_REFINE);
        float ws = 1.0f / ((fabsf(c[2][x] - c0[x]) + across_v) + EPS_REFINE);
        float wn = 1.0f / ((fabsf(c[-2][x] - c0[x]) + across_v) + EPS_REFINE);
        float e = g0[x + 1] - c0[x + 1], w = g0[x - 1] - c0[x - 1];
        float s = g[1][x] - c[1][x], north = g[-1][x] - c[-1][x];
        float d = ((we * e + ww * w) + (ws * s + wn * north)) / ((we + ww) + (ws + wn));
        int is_green = (x & 1) != green;
        float mixed = c0[x] + (0.2f * (g0[x] - c0[x]) + 0.8f * d);
        m[x] = is_green ? g0[x] : c0[x];
        out[x] = is_green ? g0[x] : mixed;
    }
}
