/* Decimal numbers as the fractions that TIFF and EXIF store. */
#ifndef FL_RATIONAL_H
#define FL_RATIONAL_H

#include <stdint.h>

/* The nearest sensible unsigned fraction: 1/n for short times, otherwise a decimal denominator as
 * large as the numerator allows and the value needs. NaN and negatives give 0/1, too large values
 * UINT32_MAX/1. */
void fl_rational(double value, uint32_t fraction[2]);

#endif
