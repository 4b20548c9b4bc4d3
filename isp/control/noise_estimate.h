/* How noisy the frame is, and whom to believe. */
#ifndef FL_NOISE_ESTIMATE_H
#define FL_NOISE_ESTIMATE_H

#include "control.h"

/* What is known of the frame. */
struct fl_noise_input {
    const struct fl_statistics *stats;
    enum fl_cfa cfa; /* FL_CFA_NONE for mono and for planes of red, green and blue */
    bool mono;
    double floor; /* the least level a pixel can have */
};

/* What the picture shows of one colour's noise. */
struct fl_noise_measured {
    struct fl_noise noise; /* s = o = 0: too few cells without clipping; otherwise o > 0 */
    double level;          /* of the cells that say so */
    double quiet; /* 0..1: how sure it is that this is noise and not texture, which looks like more
                     noise but never like less */
};

/* That of code 0; of float samples far below 0. */
double fl_noise_floor(const struct fl_frame *raw);

/* Fits variance = s x + o to the quiet cells of red, green and blue. */
void fl_noise_estimate(const struct fl_noise_input *input, struct fl_noise_measured out[3]);

/* What denoise should believe, by colour: the tag, unless it is missing, or the picture shows
 * clearly less noise (by a third or more), or surely twice as much. A tag that declares the frame
 * practically free of noise is believed: only a processed frame has such a tag. Both unknown: 0. */
void fl_noise_believe(const struct fl_noise_measured measured[3], const struct fl_noise tagged[3],
                      struct fl_noise out[3]);

#endif
