/* How much a pixel is sharpened; stages/sharpen.c says why. */
#ifndef FL_SHARPEN_RULE_H
#define FL_SHARPEN_RULE_H

#include "curve.h"

struct fl_sharpen_rule {
    float weight[3]; /* of the blur, at distances 0, 1 and 2; all five add up to 1 */
    float amount;
    float overshoot;               /* how far a pixel may go beyond the 3x3 pixels around it */
    struct fl_parabolas threshold; /* of luma: detail of this size is half kept */
};

/* Rows around the one to sharpen, which is the middle of luma, and where the result goes. */
struct fl_sharpen_rows {
    const float *luma[5];
    const float *in[3];
    float *out[3];
};

#endif
