/* A regular file mapped read-only. */
#ifndef FL_MAPPED_FILE_H
#define FL_MAPPED_FILE_H

#include "firstlight/frame.h"

#include <stddef.h>
#include <stdint.h>

struct fl_mapped {
    const uint8_t *data;
    size_t size; /* bytes, >= 1 */
};

/* Maps a file. Errors: FL_ERR_IO with the system's reason, or where the path is no regular file;
 * FL_ERR_CORRUPT where it is empty. A file that another process shortens while it is mapped makes
 * reads of the lost part fault, as with any mapping. */
fl_err fl_mapped_open(const char *path, struct fl_mapped *out) FL_MUST_USE;

/* A frame whose pixels are those of the file, from `offset` on; it takes the mapping over, which is
 * then empty. Its pages are not writable. Errors: FL_ERR_CORRUPT where the pixels do not fit,
 * FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
fl_err fl_mapped_wrap(struct fl_mapped *map, size_t offset, int width, int height,
                      const struct fl_format *format, size_t stride,
                      struct fl_frame **out) FL_MUST_USE;

/* Unmaps; all-zero is allowed. */
void fl_mapped_close(struct fl_mapped *map);

#endif
