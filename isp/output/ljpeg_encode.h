/* Lossless JPEG (ITU-T T.81, process 14), as DNG stores raw images: predictor 1 and Huffman codes
 * made for the data. */
#ifndef FL_LJPEG_ENCODE_H
#define FL_LJPEG_ENCODE_H

#include "blob.h"

#define FL_LJPEG_CATEGORIES 17 /* of differences: by their bits, 0..16 */

/* One JPEG under construction: rows are given one by one, and kept as differences. */
struct fl_ljpeg {
    int width, height; /* of the JPEG */
    int components;    /* 1..3 */
    int bits;          /* precision, 8..16 */
    int rows;          /* given so far */
    uint16_t *difference;
    uint16_t first[3]; /* start of the last row */
    uint32_t count[FL_LJPEG_CATEGORIES];
};

/* Room for JPEGs of up to so many samples. Errors: FL_ERR_MEMORY. */
fl_err fl_ljpeg_open(struct fl_ljpeg *j, size_t samples) FL_MUST_USE;
void fl_ljpeg_close(struct fl_ljpeg *j);

/* Begins one of width x height pixels, at most 65535 a side and as many samples as there is room.
 */
void fl_ljpeg_begin(struct fl_ljpeg *j, int width, int height, int components, int bits);

/* The next row: width * components samples below 2^bits; or one that costs next to nothing, where
 * the picture has ended and the JPEG has not. */
void fl_ljpeg_row(struct fl_ljpeg *j, const uint16_t *row);
void fl_ljpeg_fill_row(struct fl_ljpeg *j);

/* After the last row: appends the file. The same rows give the same bytes. Errors: FL_ERR_MEMORY.
 */
fl_err fl_ljpeg_end(struct fl_ljpeg *j, struct fl_blob *out) FL_MUST_USE;

/* Lengths (1..16; 0 = not needed) of a Huffman code with the least total for such counts, of which
 * no word is all ones. */
void fl_ljpeg_code_lengths(const uint32_t count[FL_LJPEG_CATEGORIES],
                           uint8_t length[FL_LJPEG_CATEGORIES]);

#endif
