/* What the kernels of the sliding DCT need to know.
 *
 * They work on codes of 16 bits. A row of codes is stored by phases: column m + b * step of it,
 * counted from the first block's first column, is at m * phase + b. So block b has its column j at
 * place b + j / step of phase j % step, and vectors hold neighbouring blocks. Sums of rows are
 * stored alike. */
#ifndef FL_DCT_SHRINK_H
#define FL_DCT_SHRINK_H

#include <stdint.h>

#define FL_DCT_CODES  3200  /* codes are within +- this, so that no transform overflows */
#define FL_DCT_ALL    32000 /* the noise of a block before it is shrunk, in its measure */
#define FL_DCT_SHORTS 32    /* values past the last block that kernels may touch in a phase */

/* A coefficient c keeps all but c * min(reach - |c|, ramp) / ramp; nothing where that is below 0.
 * Each value stands there twice, so that it can be read as 32 bits. */
struct fl_dct_coefficient {
    int16_t reach[2];
    int16_t ramp[2];
    int16_t per_ramp[2]; /* about 2^15 / ramp, below it */
    int16_t share[2];    /* of the block's noise, of FL_DCT_ALL */
};

struct fl_dct_shrink {
    int step;            /* pixels between blocks, 1..8 */
    int phase;           /* from one phase of a row to the next */
    float scale, centre; /* code = (value - centre) * scale */
    int16_t column[8];   /* 2^15 times what scales a vertical frequency to codes again, */
    int16_t undo[8];     /* and what undoes that and keeps sums within 16 bits */
    struct fl_dct_coefficient coefficient[64]; /* 8 * vertical + horizontal frequency */
    float least, weight; /* weight = weight / noise^(3/4), noise at least so much */
    int weight_shift;    /* so many lowest bits of weights are 0 and left out in their sums */
    float unit;          /* value of a sum of 1 where weights add up to 1 */
};

/* How many blocks stand over the first phases of columns; over those after fl_dct_most it is one
 * fewer. */
static inline int fl_dct_overlap(int step)
{
    return (7 + step) / step;
}

static inline int fl_dct_most(int step)
{
    return 7 % step;
}

#endif
