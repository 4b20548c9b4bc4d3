/* Which pixels of the picture a file calls bad: a bit for each, from the opcodes FixBadPixelsList
 * and FixBadPixelsConstant. */
#ifndef FL_BAD_PIXELS_H
#define FL_BAD_PIXELS_H

#include "stage.h"

struct fl_bad_pixels {
    int width, height;
    size_t words;   /* of a row */
    uint64_t *bits; /* NULL: none are bad */
};

/* Errors: FL_ERR_CORRUPT where the lists cover more than the picture has pixels, FL_ERR_MEMORY.
 * Free in any case. */
fl_err fl_bad_pixels_make(const struct fl_prepare *p, struct fl_bad_pixels *bad);
void fl_bad_pixels_free(struct fl_bad_pixels *bad);

/* x and y inside the picture. */
static inline bool fl_bad_pixels_at(const struct fl_bad_pixels *bad, int x, int y)
{
    return bad->bits && (bad->bits[(size_t)y * bad->words + (size_t)x / 64] >> (x & 63) & 1);
}

#endif
