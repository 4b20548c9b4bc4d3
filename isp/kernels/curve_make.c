/* Fits curves. */
#include "curve_make.h"

#define MOST_NODES 4

/* Chebyshev-Lobatto points on [0, 1], of degree 3 and 2. */
static const double cubic_node[4] = {0.0, 0.25, 0.75, 1.0};
static const double square_node[3] = {0.0, 0.5, 1.0};

/* Newton's divided differences, expanded to powers of t. */
static void interpolate(const double y[], const double node[], int nodes, double power[])
{
    double d[MOST_NODES];
    for (int i = 0; i < nodes; i++)
        d[i] = y[i];
    for (int k = 1; k < nodes; k++)
        for (int i = nodes - 1; i >= k; i--)
            d[i] = (d[i] - d[i - 1]) / (node[i] - node[i - k]);
    for (int i = 0; i < nodes; i++)
        power[i] = 0.0;
    for (int k = nodes - 1; k >= 0; k--) { /* power = power * (t - node[k]) + d[k] */
        for (int i = nodes - 1; i > 0; i--)
            power[i] = power[i - 1] - power[i] * node[k];
        power[0] = d[k] - power[0] * node[k];
    }
}

/* From powers of t to powers of v, t = (v - knot) / width. */
static void shift(double power[], int nodes, double knot, double width)
{
    double unit = 1.0;
    for (int k = 0; k < nodes; k++, unit *= width)
        power[k] /= unit;
    for (int i = 0; i < nodes - 1; i++)
        for (int k = nodes - 2; k >= i; k--)
            power[k] -= knot * power[k + 1];
}

static void make(float (*coefficient)[FL_CURVE_SEGMENTS], float (*row)[4], const double node[],
                 int nodes, double (*f)(double x, const void *user), const void *user)
{
    const double scale = (double)FL_CURVE_SCALE, bias = (double)FL_CURVE_BIAS;
    for (int i = 0; i < FL_CURVE_SEGMENTS; i++) {
        double octave = bias * (1 << (i / 2));
        double width = octave / 2, knot = octave + (i % 2) * width;
        double y[MOST_NODES], power[MOST_NODES];
        for (int j = 0; j < nodes; j++) {
            double x = (knot + node[j] * width - bias) / scale;
            y[j] = f(x < 1.0 ? x : 1.0, user);
        }
        interpolate(y, node, nodes, power);
        shift(power, nodes, knot, width);
        for (int k = 0; k < 4; k++)
            row[i][k] = k < nodes ? (float)power[k] : 0.0f;
        for (int k = 0; k < nodes; k++)
            coefficient[k][i] = row[i][k];
    }
}

void fl_curve_make(struct fl_curve *curve, double (*f)(double x, const void *user),
                   const void *user)
{
    make(curve->coefficient, curve->row, cubic_node, 4, f, user);
}

void fl_parabolas_make(struct fl_parabolas *curve, double (*f)(double x, const void *user),
                       const void *user)
{
    make(curve->coefficient, curve->row, square_node, 3, f, user);
}
