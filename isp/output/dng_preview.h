/* The small picture that a DNG shows in file browsers. */
#ifndef FL_DNG_PREVIEW_H
#define FL_DNG_PREVIEW_H

#include "firstlight/frame.h"

#include "pixels.h"

/* A rough rendering of at most 1024 pixels a side: mean of blocks, black and white levels, white
 * balance, the matrix of one calibration, sRGB curve; no rotation. Always RGB. out->data is the caller's to
 * free(). Errors: FL_ERR_MEMORY. */
fl_err fl_dng_preview(const struct fl_frame *raw, struct fl_pixels *out) FL_MUST_USE;

#endif
