/* The small picture that a DNG shows in file browsers. */
#include "dng_preview.h"

#include "dng_levels.h"

#include "flmath.h"
#include "unpack_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGER_SIDE 1024

struct preview {
    const struct fl_frame *raw;
    struct fl_rect area; /* of the frame */
    struct fl_rect active;
    int block; /* pixels a side; even, so that each block has every colour */
    double black[4], white[4];
    double gain[3];
    double to_srgb[9]; /* of balanced colours */
};

struct block_sum {
    double sum[3]; /* of values 0..1 */
    int count[3];
};

/* White balance that keeps clipped pixels white: the smallest gain is 1. */
static void find_gains(const struct fl_meta *m, double gain[3])
{
    double exposure = fabs(m->baseline_exposure_ev) <= 5 ? fl_exp2(m->baseline_exposure_ev) : 1;
    double largest = 0;
    bool valid = m->has_neutral;
    int c;

    for (c = 0; c < 3; c++) {
        valid = valid && m->neutral[c] > 0 && isfinite(m->neutral[c]);
        if (m->neutral[c] > largest)
            largest = m->neutral[c];
    }
    for (c = 0; c < 3; c++)
        gain[c] = exposure * (valid ? largest / m->neutral[c] : 1);
}

/* Each row's sum becomes 1, so that white stays white; false where no sensible matrix is left. */
static bool normalise(double m[9])
{
    for (int row = 0; row < 3; row++) {
        double *r = m + 3 * row, sum = r[0] + r[1] + r[2];
        if (!(sum > 0.05))
            return false;
        for (int i = 0; i < 3; i++) {
            r[i] /= sum;
            if (!(fabs(r[i]) < 16))
                return false;
        }
    }
    return true;
}

/* Balanced camera colours to linear sRGB by one calibration: its ForwardMatrix, or the inverse of
 * its ColorMatrix as seen under D65. */
static bool matrix_of(const struct fl_calibration *c, double out[9])
{
    static const double from_d50[9] = {3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415,
                                       0.0334540, 0.0719453,  -0.2289914, 1.4052427};
    static const double to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                     0.0721750, 0.0193339, 0.1191920, 0.9503041};
    double m[9];
    if (c->has_forward_matrix) {
        fl_mat3_mul(from_d50, c->forward_matrix, out);
        if (normalise(out))
            return true;
    }
    if (!c->has_color_matrix)
        return false;
    fl_mat3_mul(c->color_matrix, to_xyz, m);
    return normalise(m) && fl_mat3_inverse(m, out) && normalise(out);
}

static void find_matrix(const struct fl_meta *m, double out[9])
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    if (!matrix_of(&m->calibration[1], out) && !matrix_of(&m->calibration[0], out))
        memcpy(out, identity, sizeof identity);
}

static void add_row(const struct preview *p, const uint16_t *row, int y, struct block_sum *sums)
{
    const struct fl_frame *raw = p->raw;
    const struct fl_corrections *c = raw->meta.corrections;
    bool table = c && c->linear_count > 0 && c->linear;
    bool rgb = raw->format.color == FL_COLOR_RGB;
    int channels = rgb ? 3 : 1;
    int x, i;

    for (x = p->area.x; x < p->area.x + p->area.width; x++) {
        struct block_sum *s = &sums[(x - p->area.x) / p->block];
        int ax = x - p->active.x, ay = y - p->active.y;
        for (i = 0; i < channels; i++) {
            int site = rgb ? i : (ay & 1) * 2 + (ax & 1);
            int color = rgb ? i : fl_cfa_color(raw->format.cfa, ax, ay);
            int code = row[x * channels + i];
            if (table)
                code = c->linear[code < c->linear_count ? code : c->linear_count - 1];
            s->sum[color] += (code - p->black[site]) / (p->white[site] - p->black[site]);
            s->count[color]++;
        }
    }
}

static uint8_t encode(double value)
{
    if (!(value > 0))
        return 0;
    return value >= 1 ? 255 : (uint8_t)floor(fl_srgb_encode(value) * 255 + 0.5);
}

static void finish_row(const struct preview *p, const struct block_sum *sums, int width,
                       uint8_t *out)
{
    bool mono = p->raw->format.color == FL_COLOR_MONO;
    int x, c;
    for (x = 0; x < width; x++) {
        double v[3], rgb[3];
        for (c = 0; c < 3; c++) {
            int from = mono ? 1 : c; /* fl_cfa_color() calls a mono sample green */
            double mean = sums[x].count[from] ? sums[x].sum[from] / sums[x].count[from] : 0;
            v[c] = fmin(mean * p->gain[from], 1); /* what is clipped stays white */
        }
        fl_mat3_apply(p->to_srgb, v, rgb);
        for (c = 0; c < 3; c++)
            out[3 * x + c] = encode(mono ? v[c] : rgb[c]);
    }
}

static void render(const struct preview *p, uint16_t *row, struct block_sum *sums,
                   const struct fl_pixels *size, uint8_t *data)
{
    const uint8_t *pixels = p->raw->plane[0];
    int y, i;
    for (y = 0; y < size->height; y++) {
        memset(sums, 0, (size_t)size->width * sizeof *sums);
        for (i = 0; i < p->block; i++) {
            int line = p->area.y + y * p->block + i;
            if (line >= p->area.y + p->area.height)
                break;
            fl_unpack_row(&p->raw->format, pixels + (size_t)line * p->raw->stride[0], 0,
                          p->raw->width, row);
            add_row(p, row, line, sums);
        }
        finish_row(p, sums, size->width, data + (size_t)y * size->stride);
    }
}

fl_err fl_dng_preview(const struct fl_frame *raw, struct fl_pixels *out)
{
    struct preview p = {.raw = raw};
    int longer;
    uint16_t *row = malloc((size_t)raw->width * 3 * sizeof *row);
    struct block_sum *sums;
    uint8_t *data;

    fl_dng_geometry(raw, &p.active, &p.area);
    p.area.x += p.active.x;
    p.area.y += p.active.y;
    fl_dng_levels(raw, p.black, p.white);
    find_gains(&raw->meta, p.gain);
    find_matrix(&raw->meta, p.to_srgb);
    longer = p.area.width > p.area.height ? p.area.width : p.area.height;
    p.block = 2 * ((longer + 2 * LONGER_SIDE - 1) / (2 * LONGER_SIDE));
    *out = (struct fl_pixels){NULL, 0, (p.area.width + p.block - 1) / p.block,
                              (p.area.height + p.block - 1) / p.block, 3};
    out->stride = (size_t)out->width * 3;
    sums = malloc((size_t)out->width * sizeof *sums);
    data = malloc(out->stride * (size_t)out->height);
    if (row && sums && data) {
        render(&p, row, sums, out, data);
        out->data = data;
    } else {
        free(data);
    }
    free(row);
    free(sums);
    return out->data ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory for a preview");
}
