/* Measures what demosaic makes of white noise: the variance of every DCT coefficient of the planes
 * that denoise works on. */
#ifndef FL_NOISE_MEASURE_H
#define FL_NOISE_MEASURE_H

#include "noise_model.h"

#include <stdint.h>

struct noise_case {
    enum fl_spectrum spectrum; /* the demosaic */
    bool filtered;             /* by raw_denoise before it */
    double variance[3];        /* of red, green and blue samples, relative */
    int size;                  /* of the square picture, a multiple of 8 */
    uint32_t seed;
};

/* The result is averaged over both chroma planes and made symmetric. */
void noise_measure(const struct noise_case *c, double out[FL_NOISE_PLANES][FL_NOISE_COEFFS]);

#endif
