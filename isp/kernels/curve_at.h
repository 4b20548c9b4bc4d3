/* The curves of curve.h for vectors; isp/ref/curve_at_ref.h says what each must give. */
#ifndef FL_CURVE_AT_H
#define FL_CURVE_AT_H

#include "curve.h"
#include "simd.h"

static inline vf curve_limited(vf v)
{
    return vf_min(vf_max(v, vf_set(FL_CURVE_BIAS)), vf_set(FL_CURVE_TOP));
}

static inline vf curve_argument(vf x)
{
    return curve_limited(x * FL_CURVE_SCALE + FL_CURVE_BIAS);
}

static inline vf curve_at(const struct fl_curve *curve, vf v)
{
    vf c[4];
    vf_lookup16s(curve->coefficient, curve->row, 4, vi_bits(v) >> FL_CURVE_SHIFT, c);
    return c[0] + v * (c[1] + v * (c[2] + v * c[3]));
}

static inline vf parabola_at(const struct fl_parabolas *curve, vf v)
{
    vf c[3];
    vf_lookup16s(curve->coefficient, curve->row, 3, vi_bits(v) >> FL_CURVE_SHIFT, c);
    return c[0] + v * (c[1] + v * c[2]);
}

#endif
