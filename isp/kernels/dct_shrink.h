/* What the sliding DCT needs to know of the noise. */
#ifndef FL_DCT_SHRINK_H
#define FL_DCT_SHRINK_H

/* Index of a coefficient: 8 * horizontal + vertical frequency. */
struct fl_dct_shrink {
    int step;                /* pixels between blocks, 1..8 */
    float per_threshold[64]; /* 1 / (lambda^2 variance) of the coefficient as dct8.h scales it */
    float variance[64];      /* of the noise in each coefficient of the orthonormal DCT, > 0 */
};

#endif
