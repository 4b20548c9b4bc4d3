/* A regular file mapped read-only. */
#ifndef FL_MAPPED_FILE_H
#define FL_MAPPED_FILE_H

#include "firstlight/error.h"

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

/* Unmaps; all-zero is allowed. */
void fl_mapped_close(struct fl_mapped *map);

#endif
