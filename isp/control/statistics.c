/* Statistics of 16 x 16 cells: mean, clipped share and noise for each colour, and bright colours.
 *
 * Sums are kept per column of the cell and per row parity, so that the inner loops know nothing of
 * the CFA and vectorise; colours are sorted out once a cell. Noise is the mean square of
 *     d = a(x, y) - a(x + 2, y) - a(x, y + 2) + a(x + 2, y + 2),    E[d^2] = 4 variance,
 * which horizontal and vertical edges and any gradient leave at zero. */
#include "statistics.h"

#include "mem.h"

#include <string.h>

#define LANES  FL_CELL
#define WINDOW 4    /* pixels a side of what is looked at for bright colours */
#define SMOOTH 0.3F /* range in such a window that halves its weight, of the clipping level */

/* Sums over a cell; the first index is the parity of the row. */
struct cell_sums {
    float level[2][LANES];
    float square[2][LANES]; /* of d */
    float clipped[LANES];
    float most[LANES];
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
        !fl_size_mul(cells, (13 + FL_NOISE_PARTS) * sizeof(float), &bytes) ||
        !(block = fl_aligned_alloc(bytes)))
        return fl_error(FL_ERR_MEMORY, "no memory for statistics of %d x %d pixels", width, height);
    for (int c = 0; c < 3; c++) {
        out->mean[c] = block + cells * (size_t)c;
        out->noise[c] = block + cells * (size_t)(3 + c);
    }
    out->clipped = block + cells * 6;
    out->green_step = block + cells * 7;
    out->most = block + cells * 8;
    for (int c = 0; c < 4; c++)
        out->bright[c] = block + cells * (size_t)(9 + c);
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        out->part[p] = block + cells * (size_t)(13 + p);
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
    memset(s->most, 0, sizeof s->most);
    s->lanes = lanes;
    s->square_lanes = square_lanes;
    for (int y = 0; y < s->rows; y++) {
        const float *a = row[y] + x0;
        float *level = s->level[y & 1];
        for (int i = 0; i < lanes; i++) {
            level[i] += a[i];
            s->clipped[i] += a[i] >= clip ? 1.0F : 0.0F;
            s->most[i] = a[i] > s->most[i] ? a[i] : s->most[i];
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

/* What a cell, or a plane of it, shows. */
struct cell_values {
    float mean[3], noise[3], part[FL_NOISE_PARTS];
};

/* Adds the four sites of the cell to the colours they belong to: color[site] is 0..2. */
static void sort_colors(const struct cell_sums *s, const int color[4], struct cell_values *out)
{
    float level[3] = {0}, square[3] = {0};
    int level_count[3] = {0}, square_count[3] = {0};
    for (int site = 0; site < 4; site++) {
        int c = color[site], sy = site >> 1, columns, squares;
        float sum = every_second(s->square[sy], site & 1, s->square_lanes, &columns);
        squares = columns * ((s->square_rows - sy + 1) / 2);
        out->part[site] = squares > 0 ? sum / (4.0F * (float)squares) : 0.0F;
        square[c] += sum;
        square_count[c] += squares;
        level[c] += every_second(s->level[sy], site & 1, s->lanes, &columns);
        level_count[c] += columns * ((s->rows - sy + 1) / 2);
    }
    for (int c = 0; c < 3; c++) {
        out->mean[c] = level_count[c] > 0 ? level[c] / (float)level_count[c] : 0.0F;
        out->noise[c] = square_count[c] > 0 ? square[c] / (4.0F * (float)square_count[c]) : 0.0F;
    }
}

static float clipped_share(const struct cell_sums *s)
{
    float sum = 0.0F;
    for (int i = 0; i < s->lanes; i++)
        sum += s->clipped[i];
    return sum / (float)(s->lanes * s->rows);
}

static float largest(const struct cell_sums *s)
{
    float most = 0.0F;
    for (int i = 0; i < s->lanes; i++)
        most = s->most[i] > most ? s->most[i] : most;
    return most;
}

static float larger(float a, float b)
{
    return a > b ? a : b;
}

/* Samples of one site or plane in a window. */
struct samples {
    float sum, least, most;
};

/* Samples from (dx, dy) on in steps, weighted so that all colours have the window's middle as their
 * centre. */
static struct samples look_at(float *const *row, int x, int y, int dx, int dy, int step)
{
    static const float weight[WINDOW] = {0.125F, 0.375F, 0.375F, 0.125F};
    struct samples s = {0.0F, row[y + dy][x + dx], row[y + dy][x + dx]};
    for (int v = dy; v < WINDOW; v += step)
        for (int u = dx; u < WINDOW; u += step) {
            float a = row[y + v][x + u];
            s.sum += weight[v] * weight[u] * a;
            s.least = a < s.least ? a : s.least;
            s.most = a > s.most ? a : s.most;
        }
    return s;
}

/* Adds the mean colour of a window that is bright, but nowhere clipped. Its colours stand at
 * different places, so that smooth windows tell more. */
static void add_bright(const struct fl_statistics_sink *sink, const struct fl_rows *rows, int x,
                       int y, float bright[4])
{
    const bool mosaic = sink->cfa != FL_CFA_NONE;
    const int sites = mosaic ? 4 : 3;
    float color[3] = {0}, most = 0.0F, range = 0.0F, t, weight;
    for (int i = 0; i < sites; i++) {
        const int dx = mosaic ? i & 1 : 0, dy = mosaic ? i >> 1 : 0;
        const int c = mosaic ? fl_cfa_color(sink->cfa, dx, dy) : i;
        struct samples s = look_at(rows->row[mosaic ? 0 : i], x, y, dx, dy, mosaic ? 2 : 1);
        const float share = !mosaic ? 1.0F : c == 1 ? 2.0F : 4.0F;
        if (!(s.most < sink->clip))
            return;
        color[c] += share * s.sum;
        range = larger(s.most - s.least, range);
    }
    for (int c = 0; c < 3; c++)
        most = larger(color[c], most);
    t = (most - FL_BRIGHT * sink->clip) * (1.0F / ((0.95F - FL_BRIGHT) * sink->clip));
    if (!(t > 0.0F))
        return;
    t = t < 1.0F ? t : 1.0F;
    range *= 1.0F / (SMOOTH * sink->clip);
    weight = t * t * (3.0F - 2.0F * t) / (1.0F + range * range);
    for (int c = 0; c < 3; c++)
        bright[c] += weight * (color[c] > 0.0F ? color[c] : 0.0F);
    bright[3] += weight;
}

/* Mean weighted colour and weight of the windows of a cell. */
static void sum_bright(const struct fl_statistics_sink *sink, const struct fl_rows *rows,
                       const struct cell_sums *size, int first, int x0, float bright[4])
{
    const int width = rows->width - x0 < LANES ? rows->width - x0 : LANES;
    int count = 0;
    for (int y = 0; y + WINDOW <= size->rows; y += WINDOW)
        for (int x = 0; x + WINDOW <= width; x += WINDOW, count++)
            add_bright(sink, rows, x0 + x, first + y, bright);
    for (int i = 0; i < 4; i++)
        bright[i] = count > 0 ? bright[i] / (float)count : 0.0F;
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

/* Planes share no pixel: each is a part. */
static void add_plane(const struct cell_values *v, int plane, struct cell_values *sum)
{
    for (int c = 0; c < 3; c++) {
        sum->mean[c] += v->mean[c];
        sum->noise[c] += v->noise[c];
    }
    sum->part[plane] = v->noise[plane];
}

static void store(const struct cell_values *v, bool mono, struct fl_statistics *stats, size_t at)
{
    for (int c = 0; c < 3; c++) {
        stats->mean[c][at] = v->mean[mono ? 0 : c];
        stats->noise[c][at] = v->noise[mono ? 0 : c];
    }
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        stats->part[p][at] = v->part[p];
}

static bool all_ordinary(const struct cell_values *v)
{
    bool ordinary = true;
    for (int c = 0; c < 3; c++)
        ordinary = ordinary && is_ordinary(v->mean[c]) && is_ordinary(v->noise[c]);
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        ordinary = ordinary && is_ordinary(v->part[p]);
    return ordinary;
}

static void measure_cell(const struct fl_statistics_sink *sink, const struct fl_rows *rows,
                         const struct cell_sums *size, int first, int x0, size_t at)
{
    static const struct cell_values none;
    struct fl_statistics *stats = sink->stats;
    struct cell_values cell = none;
    bool mosaic = sink->cfa != FL_CFA_NONE, ordinary;
    int planes = mosaic || sink->mono ? 1 : 3;
    float clipped = 0.0F, step = 0.0F, most = 0.0F, bright[4] = {0};
    for (int p = 0; p < planes; p++) {
        struct cell_sums s = *size;
        struct cell_values v;
        float share;
        int color[4];
        for (int site = 0; site < 4; site++)
            color[site] = mosaic ? fl_cfa_color(sink->cfa, site & 1, site >> 1) : p;
        if (x0 + LANES + 2 <= rows->width)
            add_full_cell(&s, rows->row[p] + first, x0, sink->clip);
        else
            add_last_cell(&s, rows->row[p] + first, x0, sink->clip, rows->width);
        sort_colors(&s, color, &v);
        if (planes == 1)
            cell = v;
        else
            add_plane(&v, p, &cell);
        if (mosaic && s.lanes == FL_CELL && s.rows == FL_CELL)
            step = green_step(&s, rows->row[p] + first, x0, sink->cfa);
        share = clipped_share(&s);
        clipped = share > clipped ? share : clipped;
        most = larger(most, largest(&s));
    }
    if (most > FL_BRIGHT * sink->clip && !sink->mono)
        sum_bright(sink, rows, size, first, x0, bright);
    ordinary = is_ordinary(step) && all_ordinary(&cell);
    store(ordinary ? &cell : &none, sink->mono, stats, at);
    stats->green_step[at] = ordinary ? step : 0.0F;
    stats->clipped[at] = ordinary ? clipped : 1.0F;
    stats->most[at] = most < 1e9F ? most : 1e9F;
    for (int i = 0; i < 4; i++)
        stats->bright[i][at] = ordinary && is_ordinary(bright[i]) ? bright[i] : 0.0F;
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
