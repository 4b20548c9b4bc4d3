/* Frames: pixels with what is known about them. Reference-counted, immutable once shared. */
#ifndef FIRSTLIGHT_FRAME_H
#define FIRSTLIGHT_FRAME_H

#include "firstlight/meta.h"

#ifdef __cplusplus
extern "C" {
#endif

#define FL_FRAME_PLANES 3

/* Largest accepted width or height, and pixel count: guards every size computed from a file. */
#define FL_MAX_DIMENSION 65534
#define FL_MAX_PIXELS    ((int64_t)1 << 30)

struct fl_frame {
    int width, height; /* pixels, 1..FL_MAX_DIMENSION */
    struct fl_format format;
    int planes;                     /* 1, or 3 for planar RGB float */
    void *plane[FL_FRAME_PLANES];   /* first sample of each plane */
    size_t stride[FL_FRAME_PLANES]; /* bytes from row to row */
    struct fl_meta meta;            /* owns one reference to each attachment */
};

/* Checks 1 <= width, height <= FL_MAX_DIMENSION and the pixel count. Errors: FL_ERR_CORRUPT. */
FL_API fl_err fl_frame_check_size(int64_t width, int64_t height) FL_MUST_USE;

/* Allocates a frame with 64-byte aligned, zeroed planes and empty metadata.
 * Errors: FL_ERR_ARGUMENT, FL_ERR_CORRUPT (size), FL_ERR_MEMORY. The caller owns one reference. */
FL_API fl_err fl_frame_new(int width, int height, const struct fl_format *format,
                           struct fl_frame **out) FL_MUST_USE;

/* Wraps foreign memory without copying. `free_fn(user)` runs once, when the last reference goes;
 * on error it is not called. `size` is the number of readable bytes at `data`; a frame that does
 * not fit is FL_ERR_CORRUPT. Interleaved and mosaic formats only. */
FL_API fl_err fl_frame_wrap(int width, int height, const struct fl_format *format, void *data,
                            size_t stride, size_t size, void (*free_fn)(void *user), void *user,
                            struct fl_frame **out) FL_MUST_USE;

/* Adds a reference; returns its argument. Any thread. */
FL_API struct fl_frame *fl_frame_ref(struct fl_frame *frame);

/* Drops a reference; NULL is allowed. Any thread. */
FL_API void fl_frame_unref(struct fl_frame *frame);

#ifdef __cplusplus
}
#endif
#endif
