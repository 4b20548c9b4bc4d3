/* Fits the piecewise curves of the 16-bit chain. */
#ifndef FL_QUICK_CURVE_H
#define FL_QUICK_CURVE_H

#include "quick_rules.h"

/* f of 0..32767, in the units of the result, 0..most. What lies beyond is limited. false where some
 * piece is too steep for the layout: |slope| must stay below 1; in the lower zones of wide curves
 * below 4. */
bool fl_quick_curve_make(struct fl_quick_curve *curve, double (*f)(double x, const void *user),
                         const void *user, double most, bool wide);

#endif
