/* The small picture that a DNG shows in file browsers. */
#include "dng_preview.h"

#include "dng_levels.h"

#include "flmath.h"
#include "unpack_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LONGER_SIDE 1024
#define CODES       16384 /* finer than a fifth of an 8-bit code where the curve is steepest */

struct preview {
    const struct fl_frame *raw;
    struct fl_rect area; /* of the frame */
    struct fl_rect active;
    int block; /* pixels a side; even, so that each block has every colour */
    double black[4], white[4];
    double gain[3];
    double to_srgb[9]; /* of balanced colours */
    uint8_t *code;     /* of linear light: CODES of them over 0..1 */
};

/* Linear codes by site of the 2x2 block, or by channel of RGB. Blocks have up to 128 pixels a side,
 * whose sum fits. */
struct block_sum {
    uint32_t sum[4], count[4];
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

static void linearise(const struct fl_corrections *c, uint16_t *row, int samples)
{
    for (int i = 0; c && c->linear_count > 0 && c->linear && i < samples; i++)
        row[i] = c->linear[row[i] < c->linear_count ? row[i] : c->linear_count - 1];
}

/* `count` pixels of a mosaic's row, beginning at a site. */
static void add_sites(const uint16_t *pixel, int count, int site, struct block_sum *s)
{
    uint32_t first = 0, second = 0;
    for (int i = 0; i + 1 < count; i += 2) {
        first += pixel[i];
        second += pixel[i + 1];
    }
    if (count & 1)
        first += pixel[count - 1];
    s->sum[site] += first;
    s->sum[site ^ 1] += second;
    s->count[site] += (uint32_t)(count + 1) / 2;
    s->count[site ^ 1] += (uint32_t)count / 2;
}

static void add_row(const struct preview *p, const uint16_t *row, int y, struct block_sum *sums)
{
    bool rgb = p->raw->format.color == FL_COLOR_RGB;
    int end = p->area.x + p->area.width;
    for (int x = p->area.x; x < end; x += p->block, sums++) {
        int count = end - x < p->block ? end - x : p->block;
        int site = ((y - p->active.y) & 1) * 2 + ((x - p->active.x) & 1);
        if (!rgb)
            add_sites(row + x, count, site, sums);
        for (int i = 0; rgb && i < 3 * count; i++) {
            sums->sum[i % 3] += row[3 * x + i];
            sums->count[i % 3]++;
        }
    }
}

/* Mean of a colour in a block, 0..1; of a mono sensor any colour is all pixels. */
static double mean_of(const struct preview *p, const struct block_sum *s, int color)
{
    bool rgb = p->raw->format.color == FL_COLOR_RGB;
    double sum = 0, count = 0;
    for (int i = 0; i < (rgb ? 3 : 4); i++) {
        int own = rgb ? i : fl_cfa_color(p->raw->format.cfa, i & 1, i >> 1);
        if (own != color && p->raw->format.color != FL_COLOR_MONO)
            continue;
        sum += (s->sum[i] - s->count[i] * p->black[i]) / (p->white[i] - p->black[i]);
        count += s->count[i];
    }
    return count > 0 ? sum / count : 0;
}

static void make_codes(uint8_t *code)
{
    for (int i = 0; i < CODES; i++)
        code[i] = (uint8_t)floor(fl_srgb_encode((i + 0.5) / CODES) * 255 + 0.5);
}

static uint8_t encode(const struct preview *p, double value)
{
    if (!(value > 0))
        return 0;
    return value >= 1 ? 255 : p->code[(int)(value * CODES)];
}

static void finish_row(const struct preview *p, const struct block_sum *sums, int width,
                       uint8_t *out)
{
    bool mono = p->raw->format.color == FL_COLOR_MONO;
    int x, c;
    for (x = 0; x < width; x++) {
        double v[3], rgb[3];
        for (c = 0; c < 3; c++) {
            double gain = mono ? p->gain[1] : p->gain[c];
            v[c] = fmin(mean_of(p, &sums[x], c) * gain, 1); /* what is clipped stays white */
        }
        fl_mat3_apply(p->to_srgb, v, rgb);
        for (c = 0; c < 3; c++)
            out[3 * x + c] = encode(p, mono ? v[c] : rgb[c]);
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
            linearise(p->raw->meta.corrections, row,
                      p->raw->width * fl_format_channels(&p->raw->format));
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
    p.code = malloc(CODES);
    if (row && sums && data && p.code) {
        make_codes(p.code);
        render(&p, row, sums, out, data);
        out->data = data;
    } else {
        free(data);
    }
    free(row);
    free(sums);
    free(p.code);
    return out->data ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory for a preview");
}
