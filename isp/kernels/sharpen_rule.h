/* How much a pixel is sharpened; stages/sharpen.c says why. */
#ifndef FL_SHARPEN_RULE_H
#define FL_SHARPEN_RULE_H

struct fl_sharpen_rule {
    float weight[3]; /* of the blur, at distances 0, 1 and 2; all five add up to 1 */
    float amount;
    float overshoot; /* how far a pixel may go beyond the 3x3 pixels around it */
};

#endif
