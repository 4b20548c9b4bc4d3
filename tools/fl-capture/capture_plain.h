/* Pictures without a container worth the name: BMP, bare RGB, planar YUV 4:2:0. */
#ifndef FL_CAPTURE_PLAIN_H
#define FL_CAPTURE_PLAIN_H

#include "capture_options.h"

/* Writes 8-bit RGB (for rgb48: 16-bit) to a file, whole or not at all. Errors: FL_ERR_MEMORY,
 * FL_ERR_IO. */
fl_err fl_capture_write_plain(const char *path, const struct fl_frame *picture,
                              enum fl_encoding encoding) FL_MUST_USE;

#endif
