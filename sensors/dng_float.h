/* Floating-point samples of DNGs: 16, 24 or 32 bits, as 16-bit codes. */
#ifndef FL_DNG_FLOAT_H
#define FL_DNG_FLOAT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Code of value 0: noise around black keeps its negative half. */
#define FL_DNG_FLOAT_ZERO 1024

/* The value stored at `p` in 16, 24 or 32 bits: the first and last as IEEE 754 has them, the middle
 * one with 7 bits of exponent (DNG specification 1.6, appendix A). May be infinite or NaN. */
float fl_dng_float(const uint8_t *p, int bits, bool big_endian);

/* Values to codes: FL_DNG_FLOAT_ZERO + gain * value, rounded and limited; NaN is 0. */
void fl_dng_float_row(const uint8_t *in, int bits, bool big_endian, double gain, int count,
                      uint16_t *out);

/* Undoes the floating-point predictor of a row of `count` values: differences between bytes
 * `distance` apart, the values' high bytes first, then the next, and so on. What comes out is
 * big-endian. `scratch` has room for the row. */
void fl_dng_float_unpredict(uint8_t *row, int count, int bits, int distance, uint8_t *scratch);

#endif
