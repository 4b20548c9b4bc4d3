/* DNG tags of the raw's directory: mosaic, areas, levels, noise, opcodes. */
#include "dng_tags.h"

#include "dng_levels.h"
#include "dng_opcode_write.h"

#include <math.h>
#include <stdlib.h>

#define COUNT_MAX 65535 /* of values in libtiff's fields with 16-bit counts */

void fl_dng_register(struct fl_tiff_file *t)
{
    /* not const, because the library's field is not; it keeps the pointers and only reads */
    static char names[][20] = {"ForwardMatrix1", "ForwardMatrix2", "PreviewColorSpace",
                               "OpcodeList1",    "OpcodeList2",    "OpcodeList3",
                               "NoiseProfile"};
    const TIFFFieldInfo fields[] = {
        {FL_DNG_FORWARD_MATRIX_1, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, names[0]},
        {FL_DNG_FORWARD_MATRIX_2, -1, -1, TIFF_SRATIONAL, FIELD_CUSTOM, 1, 1, names[1]},
        {FL_DNG_PREVIEW_COLOR_SPACE, 1, 1, TIFF_LONG, FIELD_CUSTOM, 1, 0, names[2]},
        {FL_DNG_OPCODE_LIST_1, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, names[3]},
        {FL_DNG_OPCODE_LIST_2, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, names[4]},
        {FL_DNG_OPCODE_LIST_3, -3, -3, TIFF_UNDEFINED, FIELD_CUSTOM, 1, 1, names[5]},
        {FL_DNG_NOISE_PROFILE, -1, -1, TIFF_DOUBLE, FIELD_CUSTOM, 1, 1, names[6]},
    };
    fl_tiff_check(t, TIFFMergeFieldInfo(t->tiff, fields, sizeof fields / sizeof *fields) == 0);
}

static void put_mosaic(struct fl_tiff_file *t)
{
    static const uint16_t repeat[2] = {2, 2};
    static const uint8_t planes[3] = {0, 1, 2}; /* red, green, blue */
    enum fl_cfa cfa = t->job->frame->format.cfa;
    uint8_t pattern[4];
    int i;

    for (i = 0; i < 4; i++)
        pattern[i] = (uint8_t)fl_cfa_color(cfa, i & 1, i >> 1);
    fl_tiff_set(t, TIFFTAG_CFAREPEATPATTERNDIM, repeat);
    fl_tiff_set(t, TIFFTAG_CFAPATTERN, 4, pattern);
    fl_tiff_set(t, TIFFTAG_CFAPLANECOLOR, 3, planes);
    fl_tiff_set(t, TIFFTAG_CFALAYOUT, 1); /* rectangular */
}

/* DNG orders rectangles top, left, bottom, right. */
static void put_tlbr(const struct fl_rect *r, uint32_t out[4])
{
    out[0] = (uint32_t)r->y;
    out[1] = (uint32_t)r->x;
    out[2] = (uint32_t)(r->y + r->height);
    out[3] = (uint32_t)(r->x + r->width);
}

static void put_geometry(struct fl_tiff_file *t)
{
    static const float scale[2] = {1, 1};
    const struct fl_frame *raw = t->job->frame;
    struct fl_rect active, crop;
    uint32_t area[4], masked[FL_MASKED_MAX * 4];
    float origin[2], size[2];
    int i, count = 0;

    fl_dng_geometry(raw, &active, &crop);
    put_tlbr(&active, area);
    origin[0] = (float)crop.x;
    origin[1] = (float)crop.y;
    size[0] = (float)crop.width;
    size[1] = (float)crop.height;
    fl_tiff_set(t, TIFFTAG_ACTIVEAREA, area);
    fl_tiff_set(t, TIFFTAG_DEFAULTSCALE, scale);
    fl_tiff_set(t, TIFFTAG_DEFAULTCROPORIGIN, origin);
    fl_tiff_set(t, TIFFTAG_DEFAULTCROPSIZE, size);
    for (i = 0; i < raw->meta.masked_count && i < FL_MASKED_MAX; i++)
        if (fl_dng_rect_inside(&raw->meta.masked[i], raw->width, raw->height))
            put_tlbr(&raw->meta.masked[i], masked + 4 * count++);
    if (count)
        fl_tiff_set(t, TIFFTAG_MASKEDAREAS, 4 * count, masked);
}

/* The tag is unsigned. */
static float black_value(double v)
{
    return v > 0 && v <= 65535 ? (float)v : 0;
}

static bool has_pattern(const struct fl_corrections *c)
{
    return c && c->black_pattern && c->black_rows > 0 && c->black_cols > 0 &&
           c->black_rows <= COUNT_MAX / c->black_cols;
}

static fl_err put_black_pattern(struct fl_tiff_file *t)
{
    const struct fl_corrections *c = t->job->frame->meta.corrections;
    int count = c->black_rows * c->black_cols;
    const uint16_t repeat[2] = {(uint16_t)c->black_rows, (uint16_t)c->black_cols};
    float *values = malloc((size_t)count * sizeof *values);
    int i;

    if (!values)
        return fl_error(FL_ERR_MEMORY, "out of memory for black levels");
    for (i = 0; i < count; i++)
        values[i] = black_value((double)c->black_pattern[i]);
    fl_tiff_set(t, TIFFTAG_BLACKLEVELREPEATDIM, repeat);
    fl_tiff_set(t, TIFFTAG_BLACKLEVEL, count, values);
    free(values);
    return fl_success();
}

/* One white level a plane: a mosaic's sites share the lowest, at which none is clipped unseen. */
static void put_white(struct fl_tiff_file *t, const double white[4])
{
    bool rgb = t->job->frame->format.color == FL_COLOR_RGB;
    uint32_t values[3];
    double lowest = white[0];
    int i;

    for (i = 1; i < 4; i++)
        if (white[i] < lowest)
            lowest = white[i];
    for (i = 0; i < 3; i++)
        values[i] = (uint32_t)floor((rgb ? white[i] : lowest) + 0.5);
    fl_tiff_set(t, TIFFTAG_WHITELEVEL, rgb ? 3 : 1, values);
}

static fl_err put_levels(struct fl_tiff_file *t)
{
    const struct fl_frame *raw = t->job->frame;
    bool rgb = raw->format.color == FL_COLOR_RGB;
    const uint16_t repeat[2] = {rgb ? 1 : 2, rgb ? 1 : 2};
    double black[4], white[4];
    float values[4];
    int i;

    fl_dng_levels(raw, black, white);
    put_white(t, white);
    if (!rgb && has_pattern(raw->meta.corrections))
        return put_black_pattern(t);
    for (i = 0; i < 4; i++)
        values[i] = black_value(black[i]);
    fl_tiff_set(t, TIFFTAG_BLACKLEVELREPEATDIM, repeat);
    fl_tiff_set(t, TIFFTAG_BLACKLEVEL, rgb ? 3 : 4, values);
    return fl_success();
}

static void put_deltas(struct fl_tiff_file *t, uint32_t tag, const float *delta, int count,
                       int expected)
{
    int i;
    bool valid = delta && count == expected;
    for (i = 0; valid && i < count; i++)
        valid = isfinite(delta[i]) != 0;
    if (valid)
        fl_tiff_set(t, tag, count, delta);
    else if (count)
        fl_log(t->job->log, FL_LOG_WARNING,
               "black level deltas left out: %d finite values needed, %d given", expected, count);
}

static void put_linear_codes(struct fl_tiff_file *t)
{
    const struct fl_corrections *c = t->job->frame->meta.corrections;
    struct fl_rect active, crop;
    int count;

    if (!c)
        return;
    fl_dng_geometry(t->job->frame, &active, &crop);
    count = c->linear_count < COUNT_MAX ? c->linear_count : COUNT_MAX;
    if (count > 0 && c->linear) {
        /* readers repeat the last entry, so only a table that still rises there loses one */
        if (c->linear_count > COUNT_MAX && c->linear[COUNT_MAX] != c->linear[COUNT_MAX - 1])
            fl_log(t->job->log, FL_LOG_NOTE, "linearization table cut to %d entries", COUNT_MAX);
        fl_tiff_set(t, TIFFTAG_LINEARIZATIONTABLE, count, c->linear);
    }
    put_deltas(t, TIFFTAG_BLACKLEVELDELTAH, c->black_delta_h, c->delta_h_count, active.width);
    put_deltas(t, TIFFTAG_BLACKLEVELDELTAV, c->black_delta_v, c->delta_v_count, active.height);
}

/* S > 0 and O >= 0 are the tag's condition; a mono sensor has one plane. */
static void put_noise(struct fl_tiff_file *t)
{
    const struct fl_frame *raw = t->job->frame;
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
    fl_tiff_set(t, FL_DNG_NOISE_PROFILE, mono ? 2 : 6, values);
}

fl_err fl_dng_put_raw(struct fl_tiff_file *t)
{
    if (t->job->frame->format.color == FL_COLOR_MOSAIC)
        put_mosaic(t);
    put_geometry(t);
    FL_TRY(put_levels(t));
    put_linear_codes(t);
    put_noise(t);
    return fl_success();
}

fl_err fl_dng_put_opcodes(struct fl_tiff_file *t)
{
    static const uint32_t tags[3] = {FL_DNG_OPCODE_LIST_1, FL_DNG_OPCODE_LIST_2,
                                     FL_DNG_OPCODE_LIST_3};
    const struct fl_frame *raw = t->job->frame;
    int i;

    for (i = 0; i < 3; i++) {
        struct fl_blob bytes = {0};
        fl_err err = fl_dng_opcodes_write(raw->meta.corrections, i + 1, raw->format.cfa, &bytes);
        if (err.code == FL_OK && bytes.size)
            fl_tiff_set(t, tags[i], (uint32_t)bytes.size, bytes.data);
        fl_blob_free(&bytes);
        if (err.code != FL_OK)
            return err;
    }
    return fl_success();
}
