/* What the data of a raw frame says about itself, independent of its tags. */
#ifndef FIRSTLIGHT_INSPECT_H
#define FIRSTLIGHT_INSPECT_H

#include "firstlight/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FL_HISTOGRAM_BINS 64

/* Measurements on the active area of a mosaic or mono raw; per-site values are for the 2x2 block at
 * its corner, row by row. Levels are stored codes (DN). */
struct fl_inspection {
    double min_dn[4], max_dn[4], mean_dn[4], median_dn[4];
    double clip_dn[4];         /* level at which the site piles up; 0 = no clipping found */
    int64_t clipped_count;     /* pixels at or above that level, all sites */
    double masked_black_dn[4]; /* from optically black pixels; negative = there are none */
    struct fl_noise noise;     /* estimated from flat blocks, normalised; 0 = no flat blocks */
    double green_imbalance; /* green of the 2x2 block's first row over that of its second, in flat
                               areas; 1 = balanced, or mono, or nothing flat */
    int64_t hot_count, dead_count; /* isolated pixels far above or below their neighbours */
    int64_t histogram[4][FL_HISTOGRAM_BINS]; /* from 0 to the white level */
};

/* Reads every pixel twice. Errors: FL_ERR_UNSUPPORTED for RGB and float frames, FL_ERR_MEMORY. Any
 * thread. */
FL_API fl_err fl_inspect(const struct fl_frame *raw, struct fl_inspection *out) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
