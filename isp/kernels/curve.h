/* Curves over [0, 1] as piecewise cubics on octaves: fine where the argument is small, as the eye
 * and transfer curves want, with no division, no search and no memory but registers.
 *
 * The argument becomes v = x * FL_CURVE_SCALE + FL_CURVE_BIAS in [2^-7, 2): eight octaves, two
 * segments each. A segment's number is made of v's exponent and first mantissa bit, its knot by
 * clearing the mantissa bits behind that; the value is a cubic in v - knot. Sixteen segments fit a
 * register, so looking up a coefficient is a permutation. */
#ifndef FL_CURVE_H
#define FL_CURVE_H

#define FL_CURVE_SEGMENTS 16
#define FL_CURVE_SCALE    1.992f
#define FL_CURVE_BIAS     0.0078125f /* 2^-7; scale + bias < 2 */

/* Bits of v: a segment is what is above SHIFT, counted from that of the bias. */
#define FL_CURVE_SHIFT 22
#define FL_CURVE_FIRST ((127 - 7) << 1)

/* coefficient[k][i]: of (v - knot)^k in segment i */
struct fl_curve {
    float coefficient[4][FL_CURVE_SEGMENTS];
};

#endif
