/* Lossless JPEG (ITU-T T.81, process 14), as DNG stores raw images. */
#ifndef FL_LJPEG_H
#define FL_LJPEG_H

#include "firstlight/error.h"

#include <stdint.h>
#include <stddef.h>

struct fl_ljpeg_info {
    int width, height; /* of the JPEG; DNG folds a mosaic's columns into components */
    int components;    /* 1..4 */
    int bits;          /* precision, 2..16 */
};

/* Reads the headers. Errors: FL_ERR_CORRUPT; FL_ERR_UNSUPPORTED for what is no lossless Huffman
 * JPEG without subsampling. Any thread. */
fl_err fl_ljpeg_info(const uint8_t *data, size_t size, struct fl_ljpeg_info *out) FL_MUST_USE;

/* Decodes the first `rows` <= height rows, components interleaved, into `out` of
 * rows * width * components values. Errors: FL_ERR_CORRUPT where the data ends too early or
 * decodes to values beyond the precision. Any thread. */
fl_err fl_ljpeg_decode(const uint8_t *data, size_t size, int rows, uint16_t *out) FL_MUST_USE;

#endif
