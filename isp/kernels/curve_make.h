/* Fits curves. */
#ifndef FL_CURVE_MAKE_H
#define FL_CURVE_MAKE_H

#include "curve.h"

/* Interpolates f over [0, 1]: in each segment at its ends and at two Chebyshev-Lobatto points
 * between, so that the curve is continuous. For x^(1/2.4) the error is below 1e-5 of the value. */
void fl_curve_make(struct fl_curve *curve, double (*f)(double x, const void *user),
                   const void *user);
void fl_parabolas_make(struct fl_parabolas *curve, double (*f)(double x, const void *user),
                       const void *user);

#endif
