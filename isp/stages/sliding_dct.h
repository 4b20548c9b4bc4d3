/* Takes out of a plane what the DCT coefficients of overlapping 8x8 blocks say is noise. */
#ifndef FL_SLIDING_DCT_H
#define FL_SLIDING_DCT_H

#include "dct_shrink.h"
#include "stage.h"

#define FL_SLIDING_DCT_HALO 8 /* rows and columns of the plane */

struct fl_sliding_dct {
    const struct fl_kernels *kernels;
    struct fl_dct_shrink shrink;
    int width, blocks; /* of a row */
};

/* Of a plane to be filtered. */
struct fl_dct_plane {
    float low, high; /* values beyond these are not filtered, low < high */
    int width;
};

/* variance: of the noise in each coefficient, > 0, index 8 * horizontal + vertical. Coefficients
 * above lambda standard deviations are kept, those below removed, with a smooth change between.
 * step: pixels between blocks, 1..8. */
void fl_sliding_dct_init(struct fl_sliding_dct *dct, const struct fl_kernels *kernels,
                         const struct fl_dct_plane *plane, const float variance[64], double lambda,
                         int step);

/* Bytes of kept scratch. */
size_t fl_sliding_dct_scratch(const struct fl_sliding_dct *dct);

/* Rows [y0, y0 + n) of the plane, in the plane's own pixels. in[0] and out[0] are row y0; in has a
 * halo. Blocks stand at multiples of step, so the result does not depend on how rows are grouped.
 * kept: this plane's alone; when rows follow those of the last call, the blocks that reach into
 * both are not worked out again. */
void fl_sliding_dct_rows(const struct fl_sliding_dct *dct, float *const *in, int y0, int n,
                         float *const *out, void *kept);

#endif
