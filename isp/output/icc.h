/* ICC profiles of the colour spaces that pictures are written in. */
#ifndef FL_ICC_H
#define FL_ICC_H

#include "firstlight/pipeline.h"

#include "blob.h"

/* Appends the profile; the same bytes every time. `channels` 1: a grey profile with the sRGB
 * curve, whatever the space, as all of them share white and curve. Errors: FL_ERR_MEMORY. */
fl_err fl_icc_write(enum fl_color_space space, int channels, struct fl_blob *out) FL_MUST_USE;

#endif
