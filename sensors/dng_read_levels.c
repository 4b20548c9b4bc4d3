/* DNG levels: LinearizationTable, BlackLevel with its pattern and deltas, WhiteLevel. */
#include "dng_read.h"

#include "dng_float.h"

#include <math.h>
#include <stdlib.h>

#define MAX_PATTERN  4096  /* values of a black level pattern; real ones have up to 64 */
#define MAX_TABLE    65536 /* one entry per 16-bit code */
#define MAX_LEVEL_DN 16777216.0

static fl_err check_level(int tag, uint32_t index, double value)
{
    if (value > -MAX_LEVEL_DN && value < MAX_LEVEL_DN)
        return fl_success();
    return fl_error(FL_ERR_CORRUPT, "%s: value %u is %g, must be finite and below %g",
                    fl_tiff_tag_name(tag), (unsigned)index, value, MAX_LEVEL_DN);
}

static fl_err read_table(struct fl_dng *dng)
{
    struct fl_tiff_entry e;
    struct fl_corrections *c;
    FL_TRY(fl_dng_find(dng, FL_TAG_LINEARIZATION_TABLE, &e));
    if (e.count == 0)
        return fl_success();
    if (dng->is_float)
        return fl_error(FL_ERR_CORRUPT, "LinearizationTable does not go with floating point");
    if (e.count > MAX_TABLE || e.type != FL_TIFF_SHORT)
        return fl_error(FL_ERR_CORRUPT,
                        "LinearizationTable has %u entries of type %d, up to %d of "
                        "type SHORT expected",
                        (unsigned)e.count, e.type, MAX_TABLE);
    FL_TRY(fl_dng_corrections(dng, &c));
    c->linear = malloc(e.count * sizeof *c->linear);
    if (!c->linear)
        return fl_error(FL_ERR_MEMORY, "out of memory for LinearizationTable");
    for (uint32_t i = 0; i < e.count; i++)
        c->linear[i] = (uint16_t)fl_tiff_uint(&e, i);
    c->linear_count = (int)e.count;
    return fl_success();
}

/* Reads a tag of floats into fresh memory; *count 0 where it is absent. */
static fl_err read_floats(const struct fl_dng *dng, int tag, uint32_t expected, float **out,
                          int *count)
{
    struct fl_tiff_entry e;
    FL_TRY(fl_dng_find(dng, tag, &e));
    if (e.count == 0)
        return fl_success();
    if (e.count != expected)
        return fl_error(FL_ERR_CORRUPT, "%s has %u values, %u expected", fl_tiff_tag_name(tag),
                        (unsigned)e.count, (unsigned)expected);
    *out = malloc(expected * sizeof **out);
    if (!*out)
        return fl_error(FL_ERR_MEMORY, "out of memory for %s", fl_tiff_tag_name(tag));
    for (uint32_t i = 0; i < expected; i++) {
        double v = fl_tiff_real(&e, i);
        FL_TRY(check_level(tag, i, v));
        (*out)[i] = (float)v;
    }
    *count = (int)expected;
    return fl_success();
}

/* A pattern of up to 2x2 goes to the four sites; a larger one stays a pattern. */
static fl_err read_black_pattern(struct fl_dng *dng, uint32_t rows, uint32_t cols)
{
    float *dn = dng->meta.black_dn;
    float *pattern = NULL;
    struct fl_corrections *c;
    int count = 0;
    fl_err err = read_floats(dng, FL_TAG_BLACK_LEVEL, rows * cols, &pattern, &count);
    if (err.code == FL_OK && count > 0 && rows <= 2 && cols <= 2) {
        for (uint32_t i = 0; i < 4; i++)
            dn[i] = pattern[(i >> 1) % rows * cols + (i & 1) % cols];
    } else if (err.code == FL_OK && count > 0) {
        err = fl_dng_corrections(dng, &c);
        if (err.code == FL_OK) {
            c->black_rows = (int)rows;
            c->black_cols = (int)cols;
            c->black_pattern = pattern;
            return err;
        }
    }
    free(pattern);
    return err;
}

/* LinearRaw: one level per colour. */
static fl_err read_black_rgb(struct fl_dng *dng, uint32_t rows, uint32_t cols)
{
    double v[3];
    int count;
    if (rows != 1 || cols != 1)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "BlackLevelRepeatDim %ux%u is supported on a mosaic "
                        "only",
                        (unsigned)rows, (unsigned)cols);
    FL_TRY(fl_dng_reals(dng, FL_TAG_BLACK_LEVEL, 3, 3, v, &count));
    for (int i = 0; i < count; i++) {
        FL_TRY(check_level(FL_TAG_BLACK_LEVEL, (uint32_t)i, v[i]));
        dng->meta.black_dn[i] = (float)v[i];
    }
    return fl_success();
}

static fl_err read_black(struct fl_dng *dng)
{
    struct fl_tiff_entry e;
    struct fl_corrections *c;
    uint32_t rows = 1, cols = 1;
    FL_TRY(fl_dng_find(dng, FL_TAG_BLACK_LEVEL_REPEAT_DIM, &e));
    if (e.count == 2) {
        rows = fl_tiff_uint(&e, 0);
        cols = fl_tiff_uint(&e, 1);
    }
    if ((e.count != 0 && e.count != 2) || rows < 1 || cols < 1 || rows > MAX_PATTERN ||
        cols > MAX_PATTERN || rows * cols > MAX_PATTERN)
        return fl_error(FL_ERR_CORRUPT,
                        "BlackLevelRepeatDim is %ux%u (%u values): 1x1 to %d values "
                        "in two dimensions expected",
                        (unsigned)rows, (unsigned)cols, (unsigned)e.count, MAX_PATTERN);
    FL_TRY(dng->samples == 3 ? read_black_rgb(dng, rows, cols)
                             : read_black_pattern(dng, rows, cols));
    if (!fl_tiff_has(&dng->raw, FL_TAG_BLACK_LEVEL_DELTA_H) &&
        !fl_tiff_has(&dng->raw, FL_TAG_BLACK_LEVEL_DELTA_V))
        return fl_success();
    FL_TRY(fl_dng_corrections(dng, &c));
    FL_TRY(read_floats(dng, FL_TAG_BLACK_LEVEL_DELTA_H, (uint32_t)dng->meta.active.width,
                       &c->black_delta_h, &c->delta_h_count));
    return read_floats(dng, FL_TAG_BLACK_LEVEL_DELTA_V, (uint32_t)dng->meta.active.height,
                       &c->black_delta_v, &c->delta_v_count);
}

/* One level per sample; absent, the largest code, or 1 of floating point. */
static fl_err read_white(struct fl_dng *dng)
{
    struct fl_tiff_entry e;
    FL_TRY(fl_dng_find(dng, FL_TAG_WHITE_LEVEL, &e));
    if (e.count != 0 && e.count < (uint32_t)dng->samples)
        return fl_error(FL_ERR_CORRUPT, "WhiteLevel has %u values, %d expected", (unsigned)e.count,
                        dng->samples);
    for (uint32_t i = 0; i < 4; i++) {
        uint32_t index = dng->samples == 3 && i < 3 ? i : 0;
        double absent = dng->is_float ? 1.0 : (double)((1 << dng->bits) - 1);
        double v = e.count ? fl_tiff_real(&e, index) : absent;
        FL_TRY(check_level(FL_TAG_WHITE_LEVEL, index, v));
        dng->meta.white_dn[i] = (float)v;
    }
    return fl_success();
}

static float largest(const float *v, int count)
{
    float max = 0.0f;
    for (int i = 0; i < count; i++)
        max = i == 0 || v[i] > max ? v[i] : max;
    return max;
}

/* Black stays below white at every pixel, deltas included. */
static fl_err check_order(const struct fl_dng *dng)
{
    const struct fl_corrections *c = dng->meta.corrections;
    float delta = 0.0f;
    int sites = dng->samples == 3 ? 3 : 4;
    if (c)
        delta = largest(c->black_delta_h, c->delta_h_count) +
                largest(c->black_delta_v, c->delta_v_count);
    for (int i = 0; i < sites; i++) {
        float black = dng->meta.black_dn[i];
        if (c && c->black_pattern)
            black = largest(c->black_pattern, c->black_rows * c->black_cols);
        if (!(black + delta < dng->meta.white_dn[i]))
            return fl_error(FL_ERR_CORRUPT, "BlackLevel %g%s is not below WhiteLevel %g",
                            (double)(black + delta), delta != 0.0f ? " (with its deltas)" : "",
                            (double)dng->meta.white_dn[i]);
    }
    return fl_success();
}

static void scale(float *v, int count, double offset, double gain)
{
    for (int i = 0; i < count; i++)
        v[i] = (float)(offset + gain * (double)v[i]);
}

/* Floating-point levels as those of the codes that the samples become: white is the highest. */
static fl_err levels_to_codes(struct fl_dng *dng)
{
    struct fl_meta *m = &dng->meta;
    struct fl_corrections *c = m->corrections;
    float white = largest(m->white_dn, dng->samples == 3 ? 3 : 4);
    double zero = FL_DNG_FLOAT_ZERO;
    if (!(white > 1e-6f))
        return fl_error(FL_ERR_CORRUPT, "WhiteLevel %g is not above 0", (double)white);
    dng->float_gain = (65535.0 - zero) / (double)white;
    scale(m->black_dn, 4, zero, dng->float_gain);
    scale(m->white_dn, 4, zero, dng->float_gain);
    if (c && c->black_pattern)
        scale(c->black_pattern, c->black_rows * c->black_cols, zero, dng->float_gain);
    if (c) {
        scale(c->black_delta_h, c->delta_h_count, 0.0, dng->float_gain);
        scale(c->black_delta_v, c->delta_v_count, 0.0, dng->float_gain);
    }
    return fl_success();
}

fl_err fl_dng_read_levels(struct fl_dng *dng)
{
    FL_TRY(read_table(dng));
    FL_TRY(read_black(dng));
    FL_TRY(read_white(dng));
    FL_TRY(check_order(dng));
    return dng->is_float ? levels_to_codes(dng) : fl_success();
}
