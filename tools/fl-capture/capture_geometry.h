/* What of a frame the picture shows, and how it is turned. */
#ifndef FL_CAPTURE_GEOMETRY_H
#define FL_CAPTURE_GEOMETRY_H

#include "capture_options.h"

/* Sets crop and orientation in the frame's metadata: region of interest, then the middle part with
 * the proportions of --width and --height. */
void fl_capture_geometry_apply(const struct fl_capture_options *options, struct fl_frame *frame);

#endif
