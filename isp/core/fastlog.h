/* Base-2 logarithm and power for pixels: bits of the float and a short polynomial, the same result
 * everywhere. Both are continuous and rise everywhere. */
#ifndef FL_FASTLOG_H
#define FL_FASTLOG_H

#include <stdint.h>
#include <string.h>

/* log2 of a normal v > 0; absolute error below 2e-5. */
static inline float fl_fast_log2(float v)
{
    uint32_t bits;
    float t;
    int e;
    memcpy(&bits, &v, sizeof bits);
    e = (int)(bits >> 23) - 127;
    bits = (bits & 0x7fffffu) | 0x3f800000u;
    memcpy(&t, &bits, sizeof t);
    t -= 1.0f;
    return (float)e +
           (t + t * (1.0f - t) *
                    (0.44183587f + t * (-0.26653628f + t * (0.14701877f + t * -0.04424374f))));
}

/* 2^v for -120 <= v <= 120; relative error below 1e-5. */
static inline float fl_fast_exp2(float v)
{
    float shifted = v + 128.0f;
    int e = (int)shifted; /* floor, because the sum is positive */
    float t = shifted - (float)e, p;
    uint32_t bits = (uint32_t)(e - 1) << 23;
    float scale;
    memcpy(&scale, &bits, sizeof scale);
    p = 1.0f + t + t * (1.0f - t) * (-0.30699512f + t * (-0.06545551f + t * -0.01368946f));
    return p * scale;
}

#endif
