/* Fits curves. */
#include "curve_make.h"

#define NODES 4

/* Chebyshev-Lobatto points of degree 3 on [0, 1]. */
static const double node[NODES] = {0.0, 0.25, 0.75, 1.0};

/* Newton's divided differences, expanded to powers of t. */
static void interpolate(const double y[NODES], double power[NODES])
{
    double d[NODES];
    for (int i = 0; i < NODES; i++)
        d[i] = y[i];
    for (int k = 1; k < NODES; k++)
        for (int i = NODES - 1; i >= k; i--)
            d[i] = (d[i] - d[i - 1]) / (node[i] - node[i - k]);
    for (int i = 0; i < NODES; i++)
        power[i] = 0.0;
    for (int k = NODES - 1; k >= 0; k--) { /* power = power * (t - node[k]) + d[k] */
        for (int i = NODES - 1; i > 0; i--)
            power[i] = power[i - 1] - power[i] * node[k];
        power[0] = d[k] - power[0] * node[k];
    }
}

void fl_curve_make(struct fl_curve *curve, double (*f)(double x, const void *user),
                   const void *user)
{
    const double scale = (double)FL_CURVE_SCALE, bias = (double)FL_CURVE_BIAS;
    for (int i = 0; i < FL_CURVE_SEGMENTS; i++) {
        double octave = bias * (1 << (i / 2));
        double width = octave / 2, knot = octave + (i % 2) * width;
        double y[NODES], power[NODES], unit = 1.0;
        for (int j = 0; j < NODES; j++) {
            double x = (knot + node[j] * width - bias) / scale;
            y[j] = f(x < 1.0 ? x : 1.0, user);
        }
        interpolate(y, power);
        for (int k = 0; k < NODES; k++, unit *= width)
            curve->coefficient[k][i] = (float)(power[k] / unit);
    }
}
