/* Geometry and levels of a raw frame in the form that a DNG states them. */
#ifndef FL_DNG_LEVELS_H
#define FL_DNG_LEVELS_H

#include "firstlight/frame.h"

/* The active area in frame coordinates and the default crop relative to it, both valid: parts that
 * the metadata lacks or gets wrong become the whole. */
void fl_dng_geometry(const struct fl_frame *raw, struct fl_rect *active, struct fl_rect *crop);

/* True for a rectangle with pixels inside width x height. */
bool fl_dng_rect_inside(const struct fl_rect *r, int width, int height);

/* Per site of the 2x2 block (RGB: per channel): finite, 0 <= black < white <= 65535. */
void fl_dng_levels(const struct fl_frame *raw, double black[4], double white[4]);

#endif
