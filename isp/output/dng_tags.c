/* DNG tags of the raw's directory: mosaic, areas, levels, noise, opcodes. */
#include "dng_tags.h"

#include "dng_levels.h"
#include "dng_opcode_write.h"

#include <math.h>
#include <stdlib.h>

#define TABLE_MAX   65536 /* 16-bit codes */
#define PATTERN_MAX 65536 /* black levels */

static void put_mosaic(enum fl_cfa cfa, struct fl_dng_list *l)
{
    static const uint16_t repeat[2] = {2, 2};
    static const uint8_t planes[3] = {0, 1, 2}; /* red, green, blue */
    uint8_t pattern[4];
    int i;

    for (i = 0; i < 4; i++)
        pattern[i] = (uint8_t)fl_cfa_color(cfa, i & 1, i >> 1);
    fl_dng_put_shorts(l, FL_DNG_CFA_REPEAT_PATTERN_DIM, 2, repeat);
    fl_dng_put_bytes(l, FL_DNG_CFA_PATTERN, 4, pattern);
    fl_dng_put_bytes(l, FL_DNG_CFA_PLANE_COLOR, 3, planes);
    fl_dng_put_short(l, FL_DNG_CFA_LAYOUT, 1); /* rectangular */
}

/* DNG orders rectangles top, left, bottom, right. */
static void put_tlbr(const struct fl_rect *r, uint32_t out[4])
{
    out[0] = (uint32_t)r->y;
    out[1] = (uint32_t)r->x;
    out[2] = (uint32_t)(r->y + r->height);
    out[3] = (uint32_t)(r->x + r->width);
}

static void put_geometry(const struct fl_frame *raw, struct fl_dng_list *l)
{
    static const double scale[2] = {1, 1};
    struct fl_rect active, crop;
    uint32_t area[4], masked[FL_MASKED_MAX * 4];
    int i, count = 0;

    fl_dng_geometry(raw, &active, &crop);
    put_tlbr(&active, area);
    fl_dng_put_longs(l, FL_DNG_ACTIVE_AREA, 4, area);
    fl_dng_put_ratios(l, FL_DNG_DEFAULT_SCALE, 2, scale);
    fl_dng_put_longs(l, FL_DNG_DEFAULT_CROP_ORIGIN, 2,
                     (uint32_t[]){(uint32_t)crop.x, (uint32_t)crop.y});
    fl_dng_put_longs(l, FL_DNG_DEFAULT_CROP_SIZE, 2,
                     (uint32_t[]){(uint32_t)crop.width, (uint32_t)crop.height});
    for (i = 0; i < raw->meta.masked_count && i < FL_MASKED_MAX; i++)
        if (fl_dng_rect_inside(&raw->meta.masked[i], raw->width, raw->height))
            put_tlbr(&raw->meta.masked[i], masked + 4 * count++);
    if (count)
        fl_dng_put_longs(l, FL_DNG_MASKED_AREAS, 4 * count, masked);
}

/* The tag is unsigned. */
static double black_value(double v)
{
    return v > 0 && v <= 65535 ? v : 0;
}

static bool has_pattern(const struct fl_corrections *c)
{
    return c && c->black_pattern && c->black_rows > 0 && c->black_cols > 0 &&
           c->black_rows <= PATTERN_MAX / c->black_cols;
}

static void put_black_pattern(const struct fl_corrections *c, struct fl_dng_list *l)
{
    int count = c->black_rows * c->black_cols;
    const uint16_t repeat[2] = {(uint16_t)c->black_rows, (uint16_t)c->black_cols};
    double *values = malloc((size_t)count * sizeof *values);
    int i;

    if (!values) {
        l->err = fl_error(FL_ERR_MEMORY, "out of memory for black levels");
        return;
    }
    for (i = 0; i < count; i++)
        values[i] = black_value((double)c->black_pattern[i]);
    fl_dng_put_shorts(l, FL_DNG_BLACK_LEVEL_REPEAT_DIM, 2, repeat);
    fl_dng_put_ratios(l, FL_DNG_BLACK_LEVEL, count, values);
    free(values);
}

/* One white level a plane: a mosaic's sites share the lowest, at which none is clipped unseen. */
static void put_white(const double white[4], bool rgb, struct fl_dng_list *l)
{
    uint32_t values[3];
    double lowest = white[0];
    int i;

    for (i = 1; i < 4; i++)
        if (white[i] < lowest)
            lowest = white[i];
    for (i = 0; i < 3; i++)
        values[i] = (uint32_t)floor((rgb ? white[i] : lowest) + 0.5);
    fl_dng_put_longs(l, FL_DNG_WHITE_LEVEL, rgb ? 3 : 1, values);
}

static void put_levels(const struct fl_frame *raw, struct fl_dng_list *l)
{
    bool rgb = raw->format.color == FL_COLOR_RGB;
    const uint16_t repeat[2] = {rgb ? 1 : 2, rgb ? 1 : 2};
    double black[4], white[4];
    int i;

    fl_dng_levels(raw, black, white);
    put_white(white, rgb, l);
    if (!rgb && has_pattern(raw->meta.corrections)) {
        put_black_pattern(raw->meta.corrections, l);
        return;
    }
    for (i = 0; i < 4; i++)
        black[i] = black_value(black[i]);
    fl_dng_put_shorts(l, FL_DNG_BLACK_LEVEL_REPEAT_DIM, 2, repeat);
    fl_dng_put_ratios(l, FL_DNG_BLACK_LEVEL, rgb ? 3 : 4, black);
}

static void put_deltas(const struct fl_write_job *job, int tag, const float *delta, int count,
                       int expected, struct fl_dng_list *l)
{
    double *values = NULL;
    int i;
    bool valid = delta && count == expected;
    for (i = 0; valid && i < count; i++)
        valid = isfinite(delta[i]) != 0;
    if (valid)
        values = malloc((size_t)count * sizeof *values);
    for (i = 0; values && i < count; i++)
        values[i] = (double)delta[i];
    if (values)
        fl_dng_put_signed(l, tag, count, values);
    else if (valid)
        l->err = fl_error(FL_ERR_MEMORY, "out of memory for black levels");
    else if (count)
        fl_log(job->log, FL_LOG_WARNING,
               "black level deltas left out: %d finite values needed, %d given", expected, count);
    free(values);
}

static void put_linear_codes(const struct fl_write_job *job, struct fl_dng_list *l)
{
    const struct fl_corrections *c = job->frame->meta.corrections;
    struct fl_rect active, crop;

    if (!c)
        return;
    fl_dng_geometry(job->frame, &active, &crop);
    if (c->linear_count > 0 && c->linear)
        fl_dng_put_shorts(l, FL_DNG_LINEARIZATION_TABLE,
                          c->linear_count < TABLE_MAX ? c->linear_count : TABLE_MAX, c->linear);
    put_deltas(job, FL_DNG_BLACK_LEVEL_DELTA_H, c->black_delta_h, c->delta_h_count, active.width,
               l);
    put_deltas(job, FL_DNG_BLACK_LEVEL_DELTA_V, c->black_delta_v, c->delta_v_count, active.height,
               l);
}

/* S > 0 and O >= 0 are the tag's condition; a mono sensor has one plane. */
static void put_noise(const struct fl_frame *raw, struct fl_dng_list *l)
{
    bool mono = raw->format.color == FL_COLOR_MONO;
    double values[6];
    int i;

    for (i = 0; i < 3; i++) {
        const struct fl_noise *n = &raw->meta.noise[mono ? 1 : i];
        if (!(n->s > 0) || !(n->o >= 0) || !isfinite(n->s) || !isfinite(n->o))
            return;
        values[2 * i] = n->s;
        values[2 * i + 1] = n->o;
    }
    fl_dng_put_doubles(l, FL_DNG_NOISE_PROFILE, mono ? 2 : 6, values);
}

void fl_dng_put_raw(const struct fl_write_job *job, struct fl_dng_list *l)
{
    if (job->frame->format.color == FL_COLOR_MOSAIC)
        put_mosaic(job->frame->format.cfa, l);
    put_geometry(job->frame, l);
    put_levels(job->frame, l);
    put_linear_codes(job, l);
    put_noise(job->frame, l);
}

void fl_dng_put_opcodes(const struct fl_write_job *job, struct fl_dng_list *l)
{
    static const int tags[3] = {FL_DNG_OPCODE_LIST_1, FL_DNG_OPCODE_LIST_2, FL_DNG_OPCODE_LIST_3};
    const struct fl_frame *raw = job->frame;
    int i;

    for (i = 0; i < 3 && l->err.code == FL_OK; i++) {
        struct fl_blob bytes = {0};
        l->err = fl_dng_opcodes_write(raw->meta.corrections, i + 1, raw->format.cfa, &bytes);
        if (bytes.size)
            fl_dng_put_undefined(l, tags[i], bytes.size, bytes.data);
        fl_blob_free(&bytes);
    }
}
