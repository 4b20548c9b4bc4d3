/* What neighbourhoods say about a raw frame: noise, balance of the greens, isolated pixels. */
#include "inspect_cells.h"

#include "layout.h"
#include "mem.h"
#include "noise_estimate.h"
#include "statistics.h"
#include "unpack_row.h"

#include <string.h>

#define MARGIN     2 /* rows and columns around a block that the isolation test reads */
#define BLOCK_ROWS (FL_CELL + 2 * MARGIN)

/* One block of rows as normalised values. */
struct block {
    const struct fl_frame *raw;
    const struct fl_rect *active;
    double offset[4], scale[4]; /* value = (code - offset) scale, by site */
    uint16_t *codes;            /* one line */
    float *values;
    size_t stride;
    float *row[BLOCK_ROWS]; /* row[MARGIN] is the first of the cells */
};

static fl_err block_new(const struct fl_frame *raw, const struct fl_rect *active, struct block *b)
{
    double full = (double)(((int64_t)1 << raw->format.bits) - 1);
    memset(b, 0, sizeof *b);
    b->raw = raw;
    b->active = active;
    for (int site = 0; site < 4; site++) {
        double white = raw->meta.white_dn[site] > 0.0F ? raw->meta.white_dn[site] : full;
        double black = raw->meta.black_dn[site];
        if (!(black > -1e6 && black < white && white < 1e6)) {
            black = 0.0; /* levels that cannot be: the file is inspected all the same */
            white = full;
        }
        b->offset[site] = black;
        b->scale[site] = 1.0 / (white - black);
    }
    b->stride = fl_round_up((size_t)active->width + 2 * MARGIN + FL_ROW_SLACK, 16);
    b->codes = fl_aligned_alloc((size_t)active->width * sizeof *b->codes);
    b->values = fl_aligned_alloc(b->stride * BLOCK_ROWS * sizeof *b->values);
    if (!b->codes || !b->values)
        return fl_error(FL_ERR_MEMORY, "no memory to inspect rows of %d pixels", active->width);
    for (int i = 0; i < BLOCK_ROWS; i++)
        b->row[i] = b->values + b->stride * (size_t)i + MARGIN;
    return fl_success();
}

static void block_free(struct block *b)
{
    fl_aligned_free(b->codes);
    fl_aligned_free(b->values);
}

static void load_row(struct block *b, int y, float *out)
{
    const struct fl_corrections *c = b->raw->meta.corrections;
    int n = b->active->width;
    const uint8_t *row =
        (const uint8_t *)b->raw->plane[0] + (size_t)(b->active->y + y) * b->raw->stride[0];
    fl_unpack_row(&b->raw->format, row, b->active->x, n, b->codes);
    for (int x = 0; x < n; x++) {
        int site = 2 * (y & 1) + (x & 1), code = b->codes[x];
        if (c && c->linear_count > 0)
            code = c->linear[code < c->linear_count ? code : c->linear_count - 1];
        out[x] = (float)((code - b->offset[site]) * b->scale[site]);
    }
    for (int x = 1; x <= MARGIN; x++) {
        out[-x] = out[fl_mirror(-x, n)];
        out[n - 1 + x] = out[fl_mirror(n - 1 + x, n)];
    }
}

/* Rows y0 - MARGIN to y0 + FL_CELL + MARGIN, mirrored at the picture's edges. */
static void load_block(struct block *b, int y0)
{
    for (int i = 0; i < BLOCK_ROWS; i++)
        load_row(b, fl_mirror(y0 - MARGIN + i, b->active->height), b->row[i]);
}

/* +1: far above its eight neighbours of the same site, -1: far below, 0: neither. Far is four times
 * the range that the neighbours span themselves, which noise and edges do not reach. */
static int isolation(const struct block *b, int i, int x)
{
    float low = 1e9F, high = -1e9F, v = b->row[i][x];
    for (int dy = -MARGIN; dy <= MARGIN; dy += MARGIN)
        for (int dx = -MARGIN; dx <= MARGIN; dx += MARGIN) {
            float w = b->row[i + dy][x + dx];
            if (dx == 0 && dy == 0)
                continue;
            low = w < low ? w : low;
            high = w > high ? w : high;
        }
    if (v - high > 4.0F * (high - low) + 0.01F)
        return 1;
    return low - v > 4.0F * (high - low) + 0.01F ? -1 : 0;
}

static void count_isolated(const struct block *b, int n, struct fl_inspection *out)
{
    for (int i = 0; i < n; i++)
        for (int x = 0; x < b->active->width; x++) {
            const float *r = b->row[MARGIN + i] + x;
            int found;
            /* most pixels are between two of their neighbours: look no further */
            if ((r[0] <= r[-2] || r[0] <= r[2]) && (r[0] >= r[-2] || r[0] >= r[2]))
                continue;
            found = isolation(b, MARGIN + i, x);
            out->hot_count += found > 0;
            out->dead_count += found < 0;
        }
}

/* Ratio of the greens of the first and second row, over cells that are as quiet as the noise. In
 * `greens` the CFA is shifted by a column, so that the greens stand where red and blue are
 * looked for. */
static double green_ratio(const struct fl_statistics *stats, const struct fl_statistics *greens,
                          enum fl_cfa shifted, const struct fl_noise *noise)
{
    int first = fl_cfa_color(shifted, 0, 0) == 1 ? fl_cfa_color(shifted, 1, 0)
                                                 : fl_cfa_color(shifted, 0, 0);
    double sum[2] = {0};
    size_t n = (size_t)stats->cols * (size_t)stats->rows;
    for (size_t i = 0; i < n; i++) {
        double level = stats->mean[1][i], quiet = 2.0 * (noise->s * level + noise->o);
        if (stats->clipped[i] > 0.0F || level < 0.01 || level > 0.9 || stats->noise[1][i] > quiet)
            continue;
        sum[0] += greens->mean[first][i];
        sum[1] += greens->mean[2 - first][i];
    }
    return sum[0] > 0.0 && sum[1] > 0.0 ? sum[0] / sum[1] : 1.0;
}

/* Lowest clipping level that was found, normalised; just below the declared one otherwise. */
static float clip_level(const struct block *b, const struct fl_inspection *found)
{
    double clip = 0.985;
    for (int site = 0; site < 4; site++) {
        double level = (found->clip_dn[site] - b->offset[site]) * b->scale[site] * 0.99;
        if (found->clip_dn[site] > 0.0 && level > 0.1 && level < clip)
            clip = level;
    }
    return (float)clip;
}

static void run(struct block *b, struct fl_statistics *stats, struct fl_statistics *greens,
                struct fl_inspection *out)
{
    bool mono = b->raw->format.color == FL_COLOR_MONO;
    enum fl_cfa cfa = mono ? FL_CFA_NONE : b->raw->format.cfa;
    enum fl_cfa shifted = mono ? FL_CFA_NONE : fl_cfa_shift(cfa, 1, 0);
    float clip = clip_level(b, out);
    struct fl_statistics_sink sink = {stats, cfa, mono, clip, NULL};
    struct fl_statistics_sink green_sink = {greens, shifted, mono, clip, NULL};
    struct fl_noise_measured noise[3];
    for (int y = 0; y < b->active->height; y += FL_CELL) {
        int left = b->active->height - y, n = left < FL_CELL ? left : FL_CELL;
        struct fl_rows rows = {{b->row + MARGIN}, y, n, b->active->width, b->active->height, 0};
        load_block(b, y);
        fl_statistics_rows(&sink, &rows);
        fl_statistics_rows(&green_sink, &rows);
        count_isolated(b, n, out);
    }
    fl_noise_estimate(&(struct fl_noise_input){stats, cfa, mono, fl_noise_floor(b->raw)}, noise);
    out->noise = noise[1].noise;
    out->green_imbalance = mono ? 1.0 : green_ratio(stats, greens, shifted, &out->noise);
}

fl_err fl_inspect_cells(const struct fl_frame *raw, const struct fl_rect *active,
                        struct fl_inspection *out)
{
    struct fl_statistics stats = {0}, greens = {0};
    struct block b;
    fl_err err = block_new(raw, active, &b);
    if (err.code == FL_OK)
        err = fl_statistics_new(active->width, active->height, &stats);
    if (err.code == FL_OK)
        err = fl_statistics_new(active->width, active->height, &greens);
    if (err.code == FL_OK)
        run(&b, &stats, &greens, out);
    fl_statistics_free(&stats);
    fl_statistics_free(&greens);
    block_free(&b);
    return err;
}
