/* Frames: allocation, wrapping, reference counts. */
#include "firstlight/frame.h"

#include "mem.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The public frame with what only this file needs. */
struct owned_frame {
    struct fl_frame frame; /* first, so that the pointers convert */
    atomic_int references;
    void (*free_fn)(void *user);
    void *user;
};

fl_err fl_frame_check_size(int64_t width, int64_t height)
{
    if (width < 1 || height < 1 || width > FL_MAX_DIMENSION || height > FL_MAX_DIMENSION)
        return fl_error(FL_ERR_CORRUPT, "image size %lldx%lld is outside 1..%d", (long long)width,
                        (long long)height, FL_MAX_DIMENSION);
    if (width * height > FL_MAX_PIXELS)
        return fl_error(FL_ERR_CORRUPT, "image size %lldx%lld exceeds %lld megapixels",
                        (long long)width, (long long)height, (long long)(FL_MAX_PIXELS >> 20));
    return fl_success();
}

static struct owned_frame *new_owned(int width, int height, const struct fl_format *format)
{
    struct owned_frame *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->frame.width = width;
    f->frame.height = height;
    f->frame.format = *format;
    atomic_init(&f->references, 1);
    return f;
}

fl_err fl_frame_new(int width, int height, const struct fl_format *format, struct fl_frame **out)
{
    struct owned_frame *f;
    size_t row_bytes = fl_format_row_bytes(format, width);
    size_t size;
    int p;

    *out = NULL;
    FL_TRY(fl_frame_check_size(width, height));
    if (row_bytes == 0)
        return fl_error(FL_ERR_ARGUMENT, "pixel format has no size in memory");
    f = new_owned(width, height, format);
    if (!f)
        return fl_error(FL_ERR_MEMORY, "out of memory for a frame");
    f->frame.planes = format->packing == FL_PACK_F32 ? fl_format_channels(format) : 1;
    for (p = 0; p < f->frame.planes; p++) {
        f->frame.stride[p] = fl_row_stride(row_bytes);
        if (fl_size_mul(f->frame.stride[p], (size_t)height, &size))
            f->frame.plane[p] = fl_aligned_alloc(size);
        if (!f->frame.plane[p]) {
            fl_frame_unref(&f->frame);
            return fl_error(FL_ERR_MEMORY, "out of memory for %dx%d pixels", width, height);
        }
    }
    *out = &f->frame;
    return fl_success();
}

fl_err fl_frame_wrap(int width, int height, const struct fl_format *format, void *data,
                     size_t stride, size_t size, void (*free_fn)(void *user), void *user,
                     struct fl_frame **out)
{
    struct owned_frame *f;
    size_t row_bytes = fl_format_row_bytes(format, width);
    size_t needed;

    *out = NULL;
    FL_TRY(fl_frame_check_size(width, height));
    if (row_bytes == 0 || format->packing == FL_PACK_F32 || !free_fn)
        return fl_error(FL_ERR_ARGUMENT, "frame cannot be wrapped in this format");
    if (stride < row_bytes)
        return fl_error(FL_ERR_CORRUPT, "stride %zu is shorter than a row of %zu bytes", stride,
                        row_bytes);
    if (!fl_size_mul(stride, (size_t)height - 1, &needed) ||
        !fl_size_add(needed, row_bytes, &needed) || needed > size)
        return fl_error(FL_ERR_CORRUPT,
                        "%dx%d pixels with stride %zu need more than the %zu bytes "
                        "that are there",
                        width, height, stride, size);
    f = new_owned(width, height, format);
    if (!f)
        return fl_error(FL_ERR_MEMORY, "out of memory for a frame");
    f->frame.planes = 1;
    f->frame.plane[0] = data;
    f->frame.stride[0] = stride;
    f->free_fn = free_fn;
    f->user = user;
    *out = &f->frame;
    return fl_success();
}

struct fl_frame *fl_frame_ref(struct fl_frame *frame)
{
    struct owned_frame *f = (struct owned_frame *)frame;
    atomic_fetch_add_explicit(&f->references, 1, memory_order_relaxed);
    return frame;
}

void fl_frame_unref(struct fl_frame *frame)
{
    struct owned_frame *f = (struct owned_frame *)frame;
    int p;
    if (!f || atomic_fetch_sub_explicit(&f->references, 1, memory_order_acq_rel) != 1)
        return;
    if (f->free_fn)
        f->free_fn(f->user);
    else
        for (p = 0; p < frame->planes; p++)
            fl_aligned_free(frame->plane[p]);
    fl_corrections_unref(frame->meta.corrections);
    fl_exif_unref(frame->meta.exif);
    free(f);
}
