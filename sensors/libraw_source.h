/* Vendor raws through LibRaw. */
#ifndef FL_LIBRAW_SOURCE_H
#define FL_LIBRAW_SOURCE_H

#include "firstlight/frame.h"
#include "firstlight/log.h"

/* Decodes a raw file. `known` is what EXIF said; its EXIF entries go to the frame
 * on success and stay the caller's otherwise. It has no corrections. */
fl_err fl_libraw_read(const char *path, size_t file_size, const struct fl_meta *known,
                      const struct fl_log *log, struct fl_frame **out) FL_MUST_USE;

#endif
