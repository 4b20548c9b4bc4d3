/* White from the picture itself: automatic, or from a grey box. */
#ifndef FL_AWB_H
#define FL_AWB_H

#include "control.h"
#include "layout.h"

#include "firstlight/tuning_data.h"

/* All that a guess at the white is made from. */
struct fl_awb_input {
    const struct fl_statistics *stats;
    const struct fl_meta *meta;
    const struct fl_tuning *tuning; /* its curve and priors; NULL = none */
    const struct fl_noise *noise;   /* red, green, blue of the frame; NULL = none */
    double lux; /* brightness of the scene; 0 = from the exposure, where known */
};

/* The most likely response of the camera to the scene's white, green 1. Without a usable cell: the
 * response to usual light. Always finite and above 0. A small change of the picture makes a small
 * change of the answer. Errors: FL_ERR_MEMORY. */
fl_err fl_awb_estimate(const struct fl_awb_input *in, double neutral[3]) FL_MUST_USE;

/* Brightness of the scene in lux from the exposure, where it is known, otherwise 0; mean_green: of
 * the frame, 0..1. A tuning may have a shot to compare with; without one: a sensor of speed S
 * saturates at 78/S lux seconds, and an 18 % grey card reflects like the scene. */
double fl_awb_lux(const struct fl_meta *meta, const struct fl_tuning *tuning, double mean_green);

/* Sums over one block of FL_CELL rows. */
struct fl_awb_box_sum {
    double level[3];
    double count[3];
};

/* The grey box, to the 2x2 block. Fill in everything but sum, call fl_awb_box_new(), run
 * fl_awb_box_rows() as a sink with this struct as user, read the mean. */
struct fl_awb_box {
    struct fl_rect box; /* pixels of the active area; grown to whole 2x2 blocks */
    int height;         /* of the picture */
    enum fl_cfa cfa;    /* of a mosaic in plane 0; FL_CFA_NONE: planes 0..2 are red, green, blue */
    float clip;         /* blocks with a pixel at or above it do not count */
    struct fl_awb_box_sum *sum;
};

/* Errors: FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
fl_err fl_awb_box_new(struct fl_awb_box *box) FL_MUST_USE;
void fl_awb_box_free(struct fl_awb_box *box);
void fl_awb_box_rows(void *user, const struct fl_rows *rows);

/* Mean of the box, green 1; zeros where every block is clipped or dark. */
void fl_awb_box_neutral(const struct fl_awb_box *box, double neutral[3]);

#endif
