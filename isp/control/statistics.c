/* Statistics of 16 x 16 cells: mean, clipped share and noise for each colour.
 *
 * Sums are kept per column of the cell and per row parity, so that the inner loops know nothing of
 * the CFA and vectorise; colours are sorted out once a cell. Noise is the mean square of
 *     d = a(x, y) - a(x + 2, y) - a(x, y + 2) + a(x + 2, y + 2),    E[d^2] = 4 variance,
 * which horizontal and vertical edges and any gradient leave at zero. */
#include "statistics.h"

#include "mem.h"

#include <string.h>

#define LANES FL_CELL

/* Sums over a cell; the first index is the parity of the row. */
struct cell_sums {
    float level[2][LANES];
    float square[2][LANES]; /* of d */
    float clipped[LANES];
    int lanes, square_lanes; /* columns that count */
    int rows, square_rows;
};

fl_err fl_statistics_new(int width, int height, struct fl_statistics *out)
{
    size_t cells, bytes;
    float *block;
    memset(out, 0, sizeof *out);
    if (width < 1 || height < 1)
        return fl_error(FL_ERR_ARGUMENT, "statistics of a picture of %d x %d pixels", width,
                        height);
    out->width = width;
    out->height = height;
    out->cols = (width - 1) / FL_CELL + 1;
    out->rows = (height - 1) / FL_CELL + 1;
    if (!fl_size_mul((size_t)out->cols, (size_t)out->rows, &cells) ||
        !fl_size_mul(cells, 8 * sizeof(float), &bytes) || !(block = fl_aligned_alloc(bytes)))
        return fl_error(FL_ERR_MEMORY, "no memory for statistics of %d x %d pixels", width, height);
    for (int c = 0; c < 3; c++) {
        out->mean[c] = block + cells * (size_t)c;
        out->noise[c] = block + cells * (size_t)(3 + c);
    }
    out->clipped = block + cells * 6;
    out->green_step = block + cells * 7;
    return fl_success();
}

void fl_statistics_free(struct fl_statistics *stats)
{
    fl_aligned_free(stats->mean[0]);
    memset(stats, 0, sizeof *stats);
}

/* Inlined twice below: once with constant widths, for speed, once for the last column of cells. */
static inline void add_cell(struct cell_sums *s, float *const *row, int x0, float clip, int lanes,
                            int square_lanes)
{
    memset(s->level, 0, sizeof s->level);
    memset(s->square, 0, sizeof s->square);
    memset(s->clipped, 0, sizeof s->clipped);
    s->lanes = lanes;
    s->square_lanes = square_lanes;
    for (int y = 0; y < s->rows; y++) {
        const float *a = row[y] + x0;
        float *level = s->level[y & 1];
        for (int i = 0; i < lanes; i++) {
            level[i] += a[i];
            s->clipped[i] += a[i] >= clip ? 1.0F : 0.0F;
        }
    }
    for (int y = 0; y < s->square_rows; y++) {
        const float *a = row[y] + x0, *b = row[y + 2] + x0;
        float *square = s->square[y & 1];
        for (int i = 0; i < square_lanes; i++) {
            float d = (a[i] - a[i + 2]) - (b[i] - b[i + 2]);
            square[i] += d * d;
        }
    }
}

static void add_full_cell(struct cell_sums *s, float *const *row, int x0, float clip)
{
    add_cell(s, row, x0, clip, LANES, LANES);
}

static void add_last_cell(struct cell_sums *s, float *const *row, int x0, float clip, int width)
{
    int lanes = width - x0 < LANES ? width - x0 : LANES;
    int square_lanes = width - x0 - 2;
    square_lanes = square_lanes < 0 ? 0 : square_lanes > LANES ? LANES : square_lanes;
    add_cell(s, row, x0, clip, lanes, square_lanes);
}

/* Sum and count of every second entry. */
static float every_second(const float *v, int parity, int n, int *count)
{
    float sum = 0.0F;
    for (int i = parity; i < n; i += 2)
        sum += v[i];
    *count = (n - parity + 1) / 2;
    return sum;
}

/* Adds the four sites of the cell to the colours they belong to: color[site] is 0..2. */
static void sort_colors(const struct cell_sums *s, const int color[4], float mean[3],
                        float noise[3])
{
    float level[3] = {0}, square[3] = {0};
    int level_count[3] = {0}, square_count[3] = {0};
    for (int site = 0; site < 4; site++) {
        int c = color[site], sy = site >> 1, columns;
        level[c] += every_second(s->level[sy], site & 1, s->lanes, &columns);
        level_count[c] += columns * ((s->rows - sy + 1) / 2);
        square[c] += every_second(s->square[sy], site & 1, s->square_lanes, &columns);
        square_count[c] += columns * ((s->square_rows - sy + 1) / 2);
    }
    for (int c = 0; c < 3; c++) {
        mean[c] = level_count[c] > 0 ? level[c] / (float)level_count[c] : 0.0F;
        noise[c] = square_count[c] > 0 ? square[c] / (4.0F * (float)square_count[c]) : 0.0F;
    }
}

static float clipped_share(const struct cell_sums *s)
{
    float sum = 0.0F;
    for (int i = 0; i < s->lanes; i++)
        sum += s->clipped[i];
    return sum / (float)(s->lanes * s->rows);
}

/* Mean green of the even rows less that of the odd ones. So that both have the middle of the cell
 * as their centre, and gradients cancel, the first even row and column are left out, and the outer
 * odd ones count half. */
static float green_step(const struct cell_sums *s, float *const *row, int x0, enum fl_cfa cfa)
{
    const float *first = row[0] + x0, *second = row[1] + x0, *last = row[FL_CELL - 1] + x0;
    int green = fl_cfa_color(cfa, 0, 0) == 1 ? 0 : 1; /* column of green in even rows */
    float sum[2] = {0.0F, 0.0F};
    for (int x = 1; x < FL_CELL; x++) {
        float even = s->level[0][x] - first[x];
        float odd = s->level[1][x] - 0.5F * (second[x] + last[x]);
        float weight = x == 1 || x == FL_CELL - 1 ? 0.5F : 1.0F;
        bool in_even = (x & 1) == green;
        sum[in_even ? 0 : 1] += weight * (in_even ? even : odd);
    }
    return (sum[0] - sum[1]) * (1.0F / 49.0F);
}

/* Comparisons with NaN are false: anything that is not an ordinary number fails. */
static bool is_ordinary(float v)
{
    return v > -1e9F && v < 1e9F;
}

static void measure_cell(const struct fl_statistics_sink *sink, const struct fl_rows *rows,
                         const struct cell_sums *size, int first, int x0, size_t at)
{
    struct fl_statistics *stats = sink->stats;
    bool mosaic = sink->cfa != FL_CFA_NONE, ordinary;
    int planes = mosaic || sink->mono ? 1 : 3;
    float mean[3] = {0}, noise[3] = {0}, clipped = 0.0F, step = 0.0F;
    for (int p = 0; p < planes; p++) {
        struct cell_sums s = *size;
        float m[3], v[3], share;
        int color[4];
        for (int site = 0; site < 4; site++)
            color[site] = mosaic ? fl_cfa_color(sink->cfa, site & 1, site >> 1) : p;
        if (x0 + LANES + 2 <= rows->width)
            add_full_cell(&s, rows->row[p] + first, x0, sink->clip);
        else
            add_last_cell(&s, rows->row[p] + first, x0, sink->clip, rows->width);
        sort_colors(&s, color, m, v);
        for (int c = 0; c < 3; c++) {
            mean[c] += m[c];
            noise[c] += v[c];
        }
        if (mosaic && s.lanes == FL_CELL && s.rows == FL_CELL)
            step = green_step(&s, rows->row[p] + first, x0, sink->cfa);
        share = clipped_share(&s);
        clipped = share > clipped ? share : clipped;
    }
    ordinary = is_ordinary(step);
    for (int c = 0; c < 3; c++)
        ordinary = ordinary && is_ordinary(mean[c]) && is_ordinary(noise[c]);
    for (int c = 0; c < 3; c++) {
        int from = sink->mono ? 0 : c;
        stats->mean[c][at] = ordinary ? mean[from] : 0.0F;
        stats->noise[c][at] = ordinary ? noise[from] : 0.0F;
    }
    stats->green_step[at] = ordinary ? step : 0.0F;
    stats->clipped[at] = ordinary ? clipped : 1.0F;
}

void fl_statistics_rows(void *user, const struct fl_rows *rows)
{
    const struct fl_statistics_sink *sink = user;
    const struct fl_statistics *stats = sink->stats;
    for (int first = 0; first < rows->n; first += FL_CELL) {
        struct cell_sums size;
        size_t at = (size_t)((rows->y0 + first) / FL_CELL) * (size_t)stats->cols;
        size.rows = rows->n - first < FL_CELL ? rows->n - first : FL_CELL;
        size.square_rows = size.rows > 2 ? size.rows - 2 : 0;
        for (int col = 0; col < stats->cols; col++)
            measure_cell(sink, rows, &size, first, col * FL_CELL, at + (size_t)col);
    }
}
