/* The curves of curve.h: their argument and their value. */
#ifndef FL_CURVE_AT_REF_H
#define FL_CURVE_AT_REF_H

#include "curve.h"

#include <stdint.h>
#include <string.h>

/* Limits an argument; NaN becomes the least. */
static inline float curve_limited(float v)
{
    v = v > FL_CURVE_BIAS ? v : FL_CURVE_BIAS;
    return v < FL_CURVE_TOP ? v : FL_CURVE_TOP;
}

/* The argument for 0..1. */
static inline float curve_argument(float x)
{
    return curve_limited(x * FL_CURVE_SCALE + FL_CURVE_BIAS);
}

static inline unsigned curve_segment(float v)
{
    uint32_t bits;
    memcpy(&bits, &v, sizeof bits);
    return bits >> FL_CURVE_SHIFT & (FL_CURVE_SEGMENTS - 1);
}

static inline float curve_at(const struct fl_curve *curve, float v)
{
    const float *c = curve->row[curve_segment(v)];
    return c[0] + v * (c[1] + v * (c[2] + v * c[3]));
}

static inline float parabola_at(const struct fl_parabolas *curve, float v)
{
    const float *c = curve->row[curve_segment(v)];
    return c[0] + v * (c[1] + v * c[2]);
}

#endif
