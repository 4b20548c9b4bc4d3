/* Demosaic kernels: one row of a mosaic, or of planes made from it, at a time.
 *
 * m[k] is the row k below the current one. `green` is 1 where pixel 0 of the row is green; the
 * other pixels of the row are its "own" colour, red or blue; the third colour is in the rows above
 * and below only. Sums are written in pairs so that a mirrored picture gives mirrored bits. */
#include "ref.h"

#include "demosaic_rule.h"

#include <math.h>

#define EPS_REFINE 1e-3f

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
