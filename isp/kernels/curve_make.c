/* Makes tables for the curve kernel. */
#include "curve_make.h"

#include <stdlib.h>

float *fl_curve_make(double (*f)(double x, const void *user), const void *user)
{
    float *table = malloc(FL_CURVE_TABLE_SIZE * sizeof *table);
    const double bias = (double)FL_CURVE_BIAS;
    if (!table)
        return NULL;
    for (int i = 0; i < FL_CURVE_SEGMENTS; i++) {
        double octave = bias * (1 << (i / FL_CURVE_STEPS));
        double width = octave / FL_CURVE_STEPS;
        double u = octave + width * (i % FL_CURVE_STEPS);
        double x0 = u - bias, x1 = u + width - bias;
        double y0 = f(x0, user), y1 = f(x1 < 1.0 ? x1 : 1.0, user);
        /* The last segment begins at x = 1 or holds it: nothing is read past 1. */
        table[2 * i] = (float)y0;
        table[2 * i + 1] = x1 <= 1.0 ? (float)((y1 - y0) / width)
                                     : (float)((y1 - y0) / (x0 < 1.0 ? 1.0 - x0 : width));
    }
    return table;
}
