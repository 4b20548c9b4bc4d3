/* Small versions of a picture, from its rows in any order. */
#ifndef FL_THUMBNAIL_H
#define FL_THUMBNAIL_H

#include "firstlight/error.h"

#include "pixels.h"

struct fl_thumbnail;

/* Averages boxes of pixels of a width x height picture, so that the longer side becomes `longer`
 * pixels; a picture that is not larger keeps its size. Errors: FL_ERR_MEMORY. */
fl_err fl_thumbnail_new(int width, int height, int channels, int longer,
                        struct fl_thumbnail **out) FL_MUST_USE;
void fl_thumbnail_free(struct fl_thumbnail *thumbnail);

/* Rows y, y + 1, ... of the picture, each once; from any thread. Errors: FL_ERR_MEMORY. */
fl_err fl_thumbnail_add(struct fl_thumbnail *thumbnail, int y,
                        const struct fl_pixels *rows) FL_MUST_USE;

/* The result, once all rows were added; it belongs to the thumbnail. Errors: FL_ERR_MEMORY. */
fl_err fl_thumbnail_get(struct fl_thumbnail *thumbnail, struct fl_pixels *out) FL_MUST_USE;

#endif
