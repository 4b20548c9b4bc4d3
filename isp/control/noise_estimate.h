/* How noisy the frame is, and whom to believe. */
#ifndef FL_NOISE_ESTIMATE_H
#define FL_NOISE_ESTIMATE_H

#include "control.h"

/* What the picture shows of one colour's noise. */
struct fl_noise_measured {
    struct fl_noise noise; /* s = o = 0: too few cells without clipping; otherwise o > 0 */
    double quiet; /* 0..1: how sure it is that this is noise and not texture, which looks like more
                     noise but never like less */
};

/* Fits variance = s x + o to the quiet cells of red, green and blue. */
void fl_noise_estimate(const struct fl_statistics *stats, struct fl_noise_measured out[3]);

/* What denoise should believe, by colour: the tag, unless it is missing, more than about three
 * times too high, or about six times too low with a sure measurement. A tag that declares the frame
 * practically free of noise is believed: only a processed frame has such a tag. Both unknown: 0. */
void fl_noise_believe(const struct fl_noise_measured measured[3], const struct fl_noise tagged[3],
                      struct fl_noise out[3]);

#endif
