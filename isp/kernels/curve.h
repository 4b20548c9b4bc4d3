/* Curves over [0, 1] as piecewise cubics on octaves: fine where the argument is small, as the eye
 * and transfer curves want, with no division, no search and no memory but registers.
 *
 * The argument becomes v = x * FL_CURVE_SCALE + FL_CURVE_BIAS in [2^-7, 2): eight octaves, two
 * segments each, so that the last three bits of v's exponent and the first of its mantissa are a
 * segment's number. The value is a cubic in v. Sixteen segments fit a register, so looking up a
 * coefficient is a permutation. */
#ifndef FL_CURVE_H
#define FL_CURVE_H

#define FL_CURVE_SEGMENTS 16
#define FL_CURVE_SCALE    1.992f
#define FL_CURVE_BIAS     0.0078125f                       /* 2^-7 */
#define FL_CURVE_TOP      (FL_CURVE_SCALE + FL_CURVE_BIAS) /* below 2 */

/* A segment's number: the four bits of v from SHIFT on. They are 0 at 2^-7. */
#define FL_CURVE_SHIFT 22

/* coefficient[k][i] and row[i][k]: of v^k in segment i */
struct fl_curve {
    float coefficient[4][FL_CURVE_SEGMENTS];
    float row[FL_CURVE_SEGMENTS][4];
};

/* The same with squares only, where 2e-4 of the range is near enough. */
struct fl_parabolas {
    float coefficient[3][FL_CURVE_SEGMENTS];
    float row[FL_CURVE_SEGMENTS][4]; /* the last one 0 */
};

#endif
