/* Pictures that a camera has developed itself, as RGB. */
#include "camera_rgb.h"

/* Planes of a layout: how many, bytes of a row for `width` pixels, rows for `height`. */
static int plane_count(enum fl_camera_layout layout)
{
    return layout == FL_LAYOUT_NV12 ? 2 : layout == FL_LAYOUT_YUV420 ? 3 : 1;
}

static size_t row_bytes(enum fl_camera_layout layout, int plane, int width)
{
    size_t w = (size_t)width, half = (w + 1) / 2;
    switch (layout) {
    case FL_LAYOUT_RGB:
    case FL_LAYOUT_BGR:
        return 3 * w;
    case FL_LAYOUT_RGBX:
    case FL_LAYOUT_BGRX:
        return 4 * w;
    case FL_LAYOUT_YUYV:
    case FL_LAYOUT_UYVY:
        return 4 * half;
    case FL_LAYOUT_NV12:
        return plane ? 2 * half : w;
    case FL_LAYOUT_YUV420:
        return plane ? half : w;
    case FL_LAYOUT_NONE:
        break;
    }
    return 0;
}

static fl_err check(const struct fl_camera_picture *p)
{
    FL_TRY(fl_frame_check_size(p->width, p->height));
    for (int i = 0; i < plane_count(p->layout); i++) {
        size_t rows = i ? ((size_t)p->height + 1) / 2 : (size_t)p->height;
        size_t bytes = row_bytes(p->layout, i, p->width);
        if (bytes == 0)
            return fl_error(FL_ERR_UNSUPPORTED, "this layout of pictures is not known");
        if (!p->plane[i] || p->stride[i] < bytes || p->size[i] < bytes ||
            (p->size[i] - bytes) / p->stride[i] < rows - 1)
            return fl_error(FL_ERR_CORRUPT, "the camera's picture is shorter than %dx%d pixels",
                            p->width, p->height);
    }
    return fl_success();
}

static uint8_t clamp8(int v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* BT.601 in 16-bit fractions. */
static void yuv_pixel(int y, int u, int v, bool limited, uint8_t *rgb)
{
    int l = limited ? 76309 * (y - 16) : 65536 * y, half = 32768;
    int rv = limited ? 104597 : 91881, gu = limited ? 25675 : 22554, gv = limited ? 53279 : 46802,
        bu = limited ? 132201 : 116130;
    u -= 128;
    v -= 128;
    rgb[0] = clamp8((l + rv * v + half) >> 16);
    rgb[1] = clamp8((l - gu * u - gv * v + half) >> 16);
    rgb[2] = clamp8((l + bu * u + half) >> 16);
}

static void swizzle_row(const uint8_t *from, int width, int step, int red, uint8_t *to)
{
    for (int x = 0; x < width; x++, from += step, to += 3) {
        to[0] = from[red];
        to[1] = from[1];
        to[2] = from[2 - red];
    }
}

static void packed_yuv_row(const uint8_t *from, int width, bool luma_first, bool limited,
                           uint8_t *to)
{
    int luma = luma_first ? 0 : 1;
    for (int x = 0; x < width; x++, to += 3) {
        const uint8_t *pair = from + 4 * (x / 2);
        yuv_pixel(pair[luma + 2 * (x & 1)], pair[1 - luma], pair[3 - luma], limited, to);
    }
}

static void planar_yuv_row(const struct fl_camera_picture *p, int y, uint8_t *to)
{
    const uint8_t *l = p->plane[0] + (size_t)y * p->stride[0];
    const uint8_t *u = p->plane[1] + (size_t)(y / 2) * p->stride[1], *v = u + 1;
    int step = 2;
    if (p->layout == FL_LAYOUT_YUV420) {
        v = p->plane[2] + (size_t)(y / 2) * p->stride[2];
        step = 1;
    }
    for (int x = 0; x < p->width; x++, to += 3)
        yuv_pixel(l[x], u[step * (x / 2)], v[step * (x / 2)], p->limited, to);
}

static void convert_row(const struct fl_camera_picture *p, int y, uint8_t *to)
{
    const uint8_t *from = p->plane[0] + (size_t)y * p->stride[0];
    switch (p->layout) {
    case FL_LAYOUT_RGB:
    case FL_LAYOUT_BGR:
        swizzle_row(from, p->width, 3, p->layout == FL_LAYOUT_RGB ? 0 : 2, to);
        break;
    case FL_LAYOUT_RGBX:
    case FL_LAYOUT_BGRX:
        swizzle_row(from, p->width, 4, p->layout == FL_LAYOUT_RGBX ? 0 : 2, to);
        break;
    case FL_LAYOUT_YUYV:
    case FL_LAYOUT_UYVY:
        packed_yuv_row(from, p->width, p->layout == FL_LAYOUT_YUYV, p->limited, to);
        break;
    default:
        planar_yuv_row(p, y, to);
        break;
    }
}

fl_err fl_camera_to_rgb(const struct fl_camera_picture *picture, struct fl_frame **out)
{
    static const struct fl_format rgb8 = {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U8, 8};
    *out = NULL;
    FL_TRY(check(picture));
    FL_TRY(fl_frame_new(picture->width, picture->height, &rgb8, out));
    for (int y = 0; y < picture->height; y++)
        convert_row(picture, y, (uint8_t *)(*out)->plane[0] + (size_t)y * (*out)->stride[0]);
    (*out)->meta.active = (struct fl_rect){0, 0, picture->width, picture->height};
    (*out)->meta.default_crop = (*out)->meta.active;
    return fl_success();
}
