/* The raw's pixels in a DNG: one strip as they are, or tiles of lossless JPEG. */
#ifndef FL_DNG_PIXELS_H
#define FL_DNG_PIXELS_H

#include "writers.h"

struct fl_dng_layout {
    bool tiled; /* and compressed; otherwise one strip */
    int bits;   /* of a stored sample: 8 or 16 */
    int tile_width, tile_height;
    int across, down;
};

void fl_dng_layout(const struct fl_frame *raw, bool compress, struct fl_dng_layout *out);

/* Writes them from the file's position `at` on; the place and size of each tile (or the strip) go
 * to offset[] and bytes[]. Errors: FL_ERR_UNSUPPORTED where the file would exceed 4 GB, FL_ERR_IO,
 * FL_ERR_MEMORY. */
fl_err fl_dng_write_pixels(const struct fl_write_job *job, const struct fl_dng_layout *layout,
                           uint32_t at, uint32_t *offset, uint32_t *bytes) FL_MUST_USE;

#endif
