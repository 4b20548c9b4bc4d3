/* Display-ready pictures: memory, cropping, shrinking. */
#include "picture.h"

#include "flmath.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static double linear_table[256];
static pthread_once_t linear_once = PTHREAD_ONCE_INIT;

static void make_linear_table(void)
{
    for (int i = 0; i < 256; i++)
        linear_table[i] = fl_srgb_decode(i / 255.0);
}

const double *picture_linear_table(void)
{
    pthread_once(&linear_once, make_linear_table);
    return linear_table;
}

uint8_t picture_code(double linear)
{
    double v = linear < 0.0 ? 0.0 : linear > 1.0 ? 1.0 : linear;
    return (uint8_t)floor(fl_srgb_encode(v) * 255.0 + 0.5);
}

void picture_free(struct picture *p)
{
    free(p->rgb);
    memset(p, 0, sizeof *p);
}

fl_err picture_new(int width, int height, struct picture *out)
{
    memset(out, 0, sizeof *out);
    FL_TRY(fl_frame_check_size(width, height));
    out->rgb = calloc((size_t)width * (size_t)height, 3);
    if (!out->rgb)
        return fl_error(FL_ERR_MEMORY, "out of memory for a picture of %dx%d", width, height);
    out->width = width;
    out->height = height;
    return fl_success();
}

fl_err picture_from_frame(const struct fl_frame *frame, struct picture *out)
{
    const struct fl_format *f = &frame->format;
    if (f->color != FL_COLOR_RGB || f->packing != FL_PACK_U8)
        return fl_error(FL_ERR_ARGUMENT, "not an 8-bit RGB frame");
    FL_TRY(picture_new(frame->width, frame->height, out));
    for (int y = 0; y < out->height; y++)
        memcpy(out->rgb + (size_t)y * (size_t)out->width * 3,
               (const uint8_t *)frame->plane[0] + (size_t)y * frame->stride[0],
               (size_t)out->width * 3);
    return fl_success();
}

static void replace(struct picture *p, struct picture *by)
{
    picture_free(p);
    *p = *by;
}

fl_err picture_crop(struct picture *p, int x, int y, int width, int height)
{
    struct picture part;
    FL_TRY(picture_new(width, height, &part));
    for (int row = 0; row < height; row++)
        memcpy(part.rgb + (size_t)row * (size_t)width * 3, picture_at(p, x, y + row),
               (size_t)width * 3);
    replace(p, &part);
    return fl_success();
}

static uint8_t mean_code(const struct picture *p, int x, int y, int factor, int c)
{
    const double *linear = picture_linear_table();
    double sum = 0.0;
    for (int j = 0; j < factor; j++)
        for (int i = 0; i < factor; i++)
            sum += linear[picture_at(p, x + i, y + j)[c]];
    return picture_code(sum / (factor * factor));
}

fl_err picture_shrink(struct picture *p, int factor)
{
    struct picture small;
    FL_TRY(picture_new(p->width / factor, p->height / factor, &small));
    for (int y = 0; y < small.height; y++)
        for (int x = 0; x < small.width; x++)
            for (int c = 0; c < 3; c++)
                small.rgb[((size_t)y * (size_t)small.width + (size_t)x) * 3 + (size_t)c] =
                    mean_code(p, x * factor, y * factor, factor, c);
    replace(p, &small);
    return fl_success();
}

/* The largest factor up to most that keeps grey + factor * distance in 0..1. */
static double allowed(double grey, double distance, double most)
{
    double room = distance > 0.0 ? 1.0 - grey : -grey;
    double limit = distance != 0.0 ? room / distance : most;
    return limit < most ? limit : most;
}

void picture_saturate(struct picture *p, double factor)
{
    const double *linear = picture_linear_table();
    uint8_t *end = p->rgb + (size_t)p->width * (size_t)p->height * 3;
    for (uint8_t *rgb = p->rgb; rgb < end; rgb += 3) {
        double grey = 0.2126 * linear[rgb[0]] + 0.7152 * linear[rgb[1]] + 0.0722 * linear[rgb[2]];
        double k = factor, distance[3];
        for (int c = 0; c < 3; c++) {
            distance[c] = linear[rgb[c]] - grey;
            k = allowed(grey, distance[c], k);
        }
        for (int c = 0; c < 3; c++)
            rgb[c] = picture_code(grey + k * distance[c]);
    }
}
