/* Curves as piecewise-linear tables over octaves: fine where the argument is small, as the eye and
 * transfer curves want, with no division and no search.
 *
 * Octave o of FL_CURVE_OCTAVES covers u in [2^o, 2^(o+1)) / 2^FL_CURVE_OCTAVES with u = x + bias,
 * bias = 2^-FL_CURVE_OCTAVES, so that x = 0 is the first knot; it has FL_CURVE_STEPS segments. The
 * segment's index is made of u's exponent and leading mantissa bits. Arguments are limited to
 * [0, 1]. A table holds, per segment, the value at its left end and the slope per unit of u. */
#ifndef FL_CURVE_H
#define FL_CURVE_H

#define FL_CURVE_OCTAVES    8
#define FL_CURVE_STEP_BITS  6
#define FL_CURVE_STEPS      (1 << FL_CURVE_STEP_BITS)
#define FL_CURVE_SEGMENTS   (FL_CURVE_OCTAVES * FL_CURVE_STEPS + 1)
#define FL_CURVE_TABLE_SIZE (2 * FL_CURVE_SEGMENTS)
#define FL_CURVE_BIAS       (1.0f / (1 << FL_CURVE_OCTAVES))

#endif
