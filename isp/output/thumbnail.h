/* Small versions of a picture. */
#ifndef FL_THUMBNAIL_H
#define FL_THUMBNAIL_H

#include "firstlight/error.h"

#include "pixels.h"

/* Averages boxes of source pixels so that the longer side becomes `longer` pixels; a picture that
 * is not larger keeps its size. out->data is the caller's to free(). Errors: FL_ERR_MEMORY. */
fl_err fl_thumbnail_scale(const struct fl_pixels *in, int longer,
                          struct fl_pixels *out) FL_MUST_USE;

#endif
