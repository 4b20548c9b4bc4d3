/* The end of the chain: finished rows become the output frame, cropped and upright.
 * Orientations are those of EXIF 2.32 (TIFF 6.0 tag 274). */
#include "encode.h"

#include <string.h>

#define CHUNK 512

void fl_encode_upright(int orientation, int *width, int *height)
{
    if (orientation >= 5 && orientation <= 8) {
        int w = *width;
        *width = *height;
        *height = w;
    }
}

/* Where pixel (x, y) of a w x h picture stands when it is upright. */
static void place(int orientation, int w, int h, int x, int y, int *ox, int *oy)
{
    bool flip_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    bool flip_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    int fx = flip_x ? w - 1 - x : x, fy = flip_y ? h - 1 - y : y;
    bool transpose = orientation >= 5 && orientation <= 8;
    *ox = transpose ? fy : fx;
    *oy = transpose ? fx : fy;
}

struct fl_rect fl_encode_unorient(struct fl_rect r, int orientation, int width, int height)
{
    /* Orientations are their own inverse but for 6 and 8, which undo each other. */
    int inverse = orientation == 6 ? 8 : orientation == 8 ? 6 : orientation;
    int uw = width, uh = height, x0, y0, x1, y1;
    struct fl_rect out;
    fl_encode_upright(orientation, &uw, &uh);
    place(inverse, uw, uh, r.x, r.y, &x0, &y0);
    place(inverse, uw, uh, r.x + r.width - 1, r.y + r.height - 1, &x1, &y1);
    out.x = x0 < x1 ? x0 : x1;
    out.y = y0 < y1 ? y0 : y1;
    out.width = (x0 < x1 ? x1 - x0 : x0 - x1) + 1;
    out.height = (y0 < y1 ? y1 - y0 : y0 - y1) + 1;
    return out;
}

/* Between the passes of an operation there may be other planes than three of full size. Of opponent
 * colours, luminance is shown. */
static bool full_color(const struct fl_layout *l)
{
    return l->planes >= 3 && l->shift[0] == 0 && l->shift[1] == 0 && l->shift[2] == 0;
}

void fl_encode_begin(struct fl_encode *e, const struct fl_flow *flow, int bits, int orientation,
                     const struct fl_kernels *kernels)
{
    memset(e, 0, sizeof *e);
    e->format = (struct fl_format){FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U8, 8};
    e->width = flow->crop.width;
    e->height = flow->crop.height;
    e->kernels = kernels;
    e->crop = flow->crop;
    e->orientation = orientation;
    e->planes =
        flow->mono || flow->domain == FL_DOMAIN_OPPONENT || !full_color(&flow->layout) ? 1 : 3;
    e->display = flow->domain == FL_DOMAIN_DISPLAY;
    e->scale = 1.0f / flow->white;
    if (e->planes == 1)
        e->format.color = FL_COLOR_MONO;
    if (bits != 8) {
        e->format.bits = bits;
        e->format.packing = bits == 16 ? FL_PACK_U16 : FL_PACK_F32;
    }
    fl_encode_upright(orientation, &e->width, &e->height);
}

fl_err fl_encode_to_frame(struct fl_encode *e)
{
    return fl_frame_new(e->width, e->height, &e->format, &e->frame);
}

bool fl_encode_fits_sink(const struct fl_encode *e)
{
    return e->format.packing != FL_PACK_F32 && e->orientation <= 4;
}

/* Writes n pixels that begin at (x, y) of the cropped picture, one by one where it turns. */
static void scatter(const struct fl_encode *e, const uint8_t *pixels, size_t pixel_bytes, int x,
                    int y, int n)
{
    ptrdiff_t stride = e->sink ? 0 : (ptrdiff_t)e->frame->stride[0], step;
    int ox, oy, nx, ny;
    uint8_t *to;
    place(e->orientation, e->crop.width, e->crop.height, x, y, &ox, &oy);
    place(e->orientation, e->crop.width, e->crop.height, x + 1, y, &nx, &ny);
    to = e->sink ? e->sink->row(e->sink->user, oy) : (uint8_t *)e->frame->plane[0] + oy * stride;
    if (!to)
        return;
    to += (size_t)ox * pixel_bytes;
    step = (ny - oy) * stride + (nx - ox) * (ptrdiff_t)pixel_bytes;
    if (step == (ptrdiff_t)pixel_bytes) {
        memcpy(to, pixels, (size_t)n * pixel_bytes);
        return;
    }
    for (int i = 0; i < n; i++, to += step)
        memcpy(to, pixels + (size_t)i * pixel_bytes, pixel_bytes);
}

uint8_t *fl_encode_place(const struct fl_encode *e, int y)
{
    if (e->orientation != 1)
        return NULL;
    return e->sink ? e->sink->row(e->sink->user, y)
                   : (uint8_t *)e->frame->plane[0] + (size_t)y * e->frame->stride[0];
}

void fl_encode_codes(const struct fl_encode *e, const uint8_t *pixels, int y)
{
    scatter(e, pixels, 3, 0, y, e->crop.width);
}

static void scatter_floats(const struct fl_encode *e, const float *const in[3], int x, int y, int n)
{
    struct fl_frame *f = e->frame;
    for (int p = 0; p < f->planes; p++)
        for (int i = 0; i < n; i++) {
            int ox, oy;
            place(e->orientation, e->crop.width, e->crop.height, x + i, y, &ox, &oy);
            *(float *)(void *)((uint8_t *)f->plane[p] + (size_t)oy * f->stride[p] +
                               (size_t)ox * sizeof(float)) = in[p][i] * e->scale;
        }
}

/* One chunk of a row to codes. */
static void encode_chunk(const struct fl_encode *e, const float *const in[3], int x, int y, int n)
{
    uint16_t codes[3 * CHUNK];
    float scaled[3][CHUNK + FL_KERNEL_SLACK];
    const float *from[3] = {in[0], in[1], in[2]};
    bool wide = e->format.packing == FL_PACK_U16;
    size_t sample = wide ? 2 : 1;

    if (e->format.packing == FL_PACK_F32) {
        scatter_floats(e, in, x, y, n);
        return;
    }
    for (int p = 0; !e->display && p < e->planes; p++) {
        for (int i = 0; i < n; i++)
            scaled[p][i] = in[p][i] * e->scale;
        from[p] = scaled[p];
    }
    if (e->planes == 1)
        from[1] = from[2] = from[0];
    if (wide)
        e->kernels->encode_u16(from[0], from[1], from[2], codes, n);
    else
        e->kernels->encode_u8(from[0], from[1], from[2], (uint8_t *)codes, n);
    if (e->planes == 1) { /* one of the three alike */
        for (int i = 1; i < n; i++)
            memcpy((uint8_t *)codes + (size_t)i * sample, (uint8_t *)codes + (size_t)i * 3 * sample,
                   sample);
    }
    scatter(e, (const uint8_t *)codes, sample * (size_t)e->planes, x, y, n);
}

void fl_encode_row_done(const struct fl_encode *e, int y)
{
    int ox, oy;
    if (!e->sink)
        return;
    place(e->orientation, e->crop.width, e->crop.height, 0, y, &ox, &oy);
    e->sink->done(e->sink->user, oy);
}

void fl_encode_rows(void *user, const struct fl_rows *rows)
{
    const struct fl_encode *e = user;
    for (int i = 0; i < rows->n; i++) {
        int y = rows->y0 + i - e->crop.y;
        if (y < 0 || y >= e->crop.height)
            continue;
        for (int x = 0; x < e->crop.width; x += CHUNK) {
            const float *in[3] = {NULL, NULL, NULL};
            int n = e->crop.width - x < CHUNK ? e->crop.width - x : CHUNK;
            for (int p = 0; p < e->planes; p++)
                in[p] = rows->row[p][i] + e->crop.x + x;
            encode_chunk(e, in, x, y, n);
        }
        fl_encode_row_done(e, y);
    }
}
