/* Pictures without a container worth the name. */
#include "capture_plain.h"

#include "firstlight/output.h"

#include <stdlib.h>
#include <string.h>

#define BMP_HEADER 54

static const uint8_t *row_of(const struct fl_frame *f, int y)
{
    return (const uint8_t *)f->plane[0] + (size_t)y * f->stride[0];
}

static void put32(uint8_t *at, uint32_t v)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(v >> (8 * i));
}

/* Three channels of a pixel; grey pictures have one. */
static void pixel(const struct fl_frame *f, const uint8_t *row, int x, uint8_t rgb[3])
{
    int channels = fl_format_channels(&f->format);
    for (int c = 0; c < 3; c++)
        rgb[c] = row[x * channels + (channels == 3 ? c : 0)];
}

/* Rows from the bottom up, blue first, each a multiple of four bytes. */
static size_t make_bmp(const struct fl_frame *f, uint8_t *out)
{
    size_t stride = ((size_t)f->width * 3 + 3) & ~(size_t)3;
    size_t size = BMP_HEADER + stride * (size_t)f->height;
    if (!out)
        return size;
    memset(out, 0, size);
    out[0] = 'B';
    out[1] = 'M';
    put32(out + 2, (uint32_t)size);
    put32(out + 10, BMP_HEADER);
    put32(out + 14, 40); /* BITMAPINFOHEADER */
    put32(out + 18, (uint32_t)f->width);
    put32(out + 22, (uint32_t)f->height);
    out[26] = 1;  /* plane */
    out[28] = 24; /* bits */
    put32(out + 34, (uint32_t)(size - BMP_HEADER));
    put32(out + 38, 2835); /* 72 pixels per inch */
    put32(out + 42, 2835);
    for (int y = 0; y < f->height; y++) {
        uint8_t *to = out + BMP_HEADER + stride * (size_t)(f->height - 1 - y), rgb[3];
        for (int x = 0; x < f->width; x++, to += 3) {
            pixel(f, row_of(f, y), x, rgb);
            to[0] = rgb[2];
            to[1] = rgb[1];
            to[2] = rgb[0];
        }
    }
    return size;
}

static size_t make_rgb(const struct fl_frame *f, uint8_t *out)
{
    size_t sample = f->format.bits > 8 ? 2 : 1, row = (size_t)f->width * 3 * sample;
    bool grey = fl_format_channels(&f->format) == 1;
    for (int y = 0; out && y < f->height; y++) {
        uint8_t *to = out + row * (size_t)y;
        if (!grey)
            memcpy(to, row_of(f, y), row);
        for (int x = 0; grey && x < f->width; x++)
            for (int c = 0; c < 3; c++)
                memcpy(to + ((size_t)x * 3 + (size_t)c) * sample, row_of(f, y) + (size_t)x * sample,
                       sample);
    }
    return row * (size_t)f->height;
}

static uint8_t clamp8(int v)
{
    return (uint8_t)(v < 0 ? 0 : v > 255 ? 255 : v);
}

/* JFIF: BT.601, full range. Odd sides are rounded up in the planes of colour. */
static size_t make_yuv420(const struct fl_frame *f, uint8_t *out)
{
    size_t w = (size_t)f->width, h = (size_t)f->height, cw = (w + 1) / 2, ch = (h + 1) / 2;
    uint8_t *u = out ? out + w * h : NULL, *v = out ? u + cw * ch : NULL;
    for (int y = 0; out && y < f->height; y += 2)
        for (int x = 0; x < f->width; x += 2) {
            int sum[3] = {0}, count = 0;
            for (int i = 0; i < 4; i++) {
                int px = x + (i & 1), py = y + (i >> 1);
                uint8_t p[3];
                if (px >= f->width || py >= f->height)
                    continue;
                pixel(f, row_of(f, py), px, p);
                out[(size_t)py * w + (size_t)px] =
                    (uint8_t)((19595 * p[0] + 38470 * p[1] + 7471 * p[2] + 32768) >> 16);
                for (int c = 0; c < 3; c++)
                    sum[c] += p[c];
                count++;
            }
            for (int c = 0; c < 3; c++)
                sum[c] /= count;
            u[(size_t)(y / 2) * cw + (size_t)(x / 2)] = clamp8(
                (-11059 * sum[0] - 21709 * sum[1] + 32768 * sum[2] + (128 << 16) + 32768) >> 16);
            v[(size_t)(y / 2) * cw + (size_t)(x / 2)] = clamp8(
                (32768 * sum[0] - 27439 * sum[1] - 5329 * sum[2] + (128 << 16) + 32768) >> 16);
        }
    return w * h + 2 * cw * ch;
}

fl_err fl_capture_write_plain(const char *path, const struct fl_frame *picture,
                              enum fl_encoding encoding)
{
    size_t (*const make)(const struct fl_frame *f, uint8_t *out) =
        encoding == FL_ENCODE_BMP      ? make_bmp
        : encoding == FL_ENCODE_YUV420 ? make_yuv420
                                       : make_rgb;
    size_t size = make(picture, NULL);
    uint8_t *bytes = malloc(size);
    fl_err err;
    if (!bytes)
        return fl_error(FL_ERR_MEMORY, "out of memory for %s", path);
    make(picture, bytes);
    err = fl_write_bytes(path, bytes, size, true);
    free(bytes);
    return err;
}
