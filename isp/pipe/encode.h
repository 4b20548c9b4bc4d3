/* The end of the chain: finished rows become the output frame, cropped and upright. */
#ifndef FL_ENCODE_H
#define FL_ENCODE_H

#include "plan.h"

struct fl_encode {
    const struct fl_kernels *kernels;
    struct fl_frame *frame; /* being filled; NULL with a sink */
    const struct fl_picture_sink *sink;
    struct fl_format format;
    int width, height;   /* upright */
    struct fl_rect crop; /* in the pixels that arrive */
    int orientation;     /* EXIF 1..8 */
    int planes;          /* of the input that are used: 1 or 3 */
    bool display;        /* values are display-encoded 0..1 */
    float scale;         /* otherwise multiplied by this first */
};

/* For what leaves the chain (flow). bits: 8, 16 or 32. */
void fl_encode_begin(struct fl_encode *e, const struct fl_flow *flow, int bits, int orientation,
                     const struct fl_kernels *kernels);

/* Then one of these: allocates the output frame (errors: FL_ERR_MEMORY), or takes a sink, which is
 * for interleaved pictures whose rows stay rows. */
fl_err fl_encode_to_frame(struct fl_encode *e);
bool fl_encode_fits_sink(const struct fl_encode *e);

/* A sink's function (see fl_sink); user is the fl_encode. */
void fl_encode_rows(void *user, const struct fl_rows *rows);

/* For pictures of 8-bit codes that are made elsewhere, rows of the crop: where row y goes, NULL where
 * that is not straight on; a row's pixels to their places; row y is there. */
uint8_t *fl_encode_place(const struct fl_encode *e, int y);
void fl_encode_codes(const struct fl_encode *e, const uint8_t *pixels, int y);
void fl_encode_row_done(const struct fl_encode *e, int y);

/* Size of an upright picture. */
void fl_encode_upright(int orientation, int *width, int *height);

/* A rectangle of the upright picture in the coordinates before orientation; width and height are
 * those of the picture before orientation. */
struct fl_rect fl_encode_unorient(struct fl_rect r, int orientation, int width, int height);

#endif
