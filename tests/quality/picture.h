/* Display-ready 8-bit sRGB pictures: what results and references are compared as. */
#ifndef QUALITY_PICTURE_H
#define QUALITY_PICTURE_H

#include "firstlight/frame.h"

#include <stdint.h>

struct picture {
    int width, height;
    uint8_t *rgb; /* interleaved, width * 3 bytes a row, from malloc() */
};

void picture_free(struct picture *p);

/* Zeroed. Errors: FL_ERR_MEMORY. */
fl_err picture_new(int width, int height, struct picture *out) FL_MUST_USE;

/* PNG, JPEG or binary PPM, 8 bit; the content decides. Errors: FL_ERR_IO, FL_ERR_CORRUPT. */
fl_err picture_read(const char *path, struct picture *out) FL_MUST_USE;

/* Errors: FL_ERR_IO. */
fl_err picture_write_png(const char *path, const struct picture *p) FL_MUST_USE;

/* From an interleaved RGB8 frame. Errors: FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
fl_err picture_from_frame(const struct fl_frame *frame, struct picture *out) FL_MUST_USE;

/* Replaces *p by a part of it, which must lie inside. Errors: FL_ERR_MEMORY. */
fl_err picture_crop(struct picture *p, int x, int y, int width, int height) FL_MUST_USE;

/* Replaces *p by its means over factor x factor pixels, taken in linear light as larger pixels of
 * a sensor would. Errors: FL_ERR_MEMORY. */
fl_err picture_shrink(struct picture *p, int factor) FL_MUST_USE;

/* Multiplies the distance of each colour from the grey of its luminance, in linear light; less
 * where a channel would leave 0..1. */
void picture_saturate(struct picture *p, double factor);

/* Linear light of an 8-bit sRGB code, 0..1, from a table made once. Any thread. */
const double *picture_linear_table(void);

/* 8-bit code of linear light; out of range is clipped. */
uint8_t picture_code(double linear);

static inline const uint8_t *picture_at(const struct picture *p, int x, int y)
{
    return p->rgb + ((size_t)y * (size_t)p->width + (size_t)x) * 3;
}

#endif
