/* Makes tables for the curve kernel. */
#ifndef FL_CURVE_MAKE_H
#define FL_CURVE_MAKE_H

#include "curve.h"

/* Samples f over [0, 1]; free() the result. NULL without memory. */
float *fl_curve_make(double (*f)(double x, const void *user), const void *user);

#endif
