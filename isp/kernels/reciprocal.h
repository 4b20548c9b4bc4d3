/* Reciprocals for pixels without a division: a guess from the bits of the float, within 5.1 %, and
 * steps that multiply its error with itself. The same result everywhere; for normal x > 0 up to
 * 2^125, other values give anything. The vector forms are in simd.h. */
#ifndef FL_RECIPROCAL_H
#define FL_RECIPROCAL_H

#include <stdint.h>
#include <string.h>

#define FL_RECIPROCAL_GUESS 0x7ef30000

/* Relative error below 1.4e-4. */
static inline float fl_rough_reciprocal(float x)
{
    int32_t bits;
    float y, error;
    memcpy(&bits, &x, sizeof bits);
    bits = FL_RECIPROCAL_GUESS - bits;
    memcpy(&y, &bits, sizeof y);
    error = 1.0f - x * y;
    return y + y * (error + error * error);
}

/* Relative error below 2e-7. */
static inline float fl_fast_reciprocal(float x)
{
    float y = fl_rough_reciprocal(x);
    return y + y * (1.0f - x * y);
}

#endif
