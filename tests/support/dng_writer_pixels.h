/* The pixels of test DNGs: packing, deflate and lossless JPEG. */
#ifndef DNG_WRITER_PIXELS_H
#define DNG_WRITER_PIXELS_H

#include "dng_writer.h"

struct dngw_tile {
    uint8_t *data; /* malloc */
    size_t size;
};

/* Encodes the tile at (x, y) of `columns` x `rows` pixels. */
struct dngw_tile dngw_encode(const struct dngw_image *image, bool big_endian, int x, int y,
                             int columns, int rows);

#endif
