/* Statistics of 16 x 16 cells: mean, clipped share and noise for each colour, and bright colours.
 *
 * Sums are kept by row and column parity and know nothing of the CFA; colours are sorted out once a
 * cell. Whole cells are summed by kernels, those at the right and bottom edge here. Noise is the
 * mean square of
 *     d = a(x, y) - a(x + 2, y) - a(x, y + 2) + a(x + 2, y + 2),    E[d^2] = 4 variance,
 * which horizontal and vertical edges and any gradient leave at zero. */
#include "statistics.h"

#include "cell_parts.h"
#include "kernels.h"
#include "mem.h"

#include <string.h>

#define SMOOTH 0.3F /* range in a window that halves its weight, of the clipping level */
#define GROUP  16   /* cells that are summed at a time */

/* One over the number of what is summed. */
struct shares {
    float level[3], square[3]; /* of a colour */
    float part[FL_NOISE_PARTS], pixels;
};

struct cell_values {
    float mean[3], noise[3], part[FL_NOISE_PARTS];
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

static float over(int count)
{
    return count > 0 ? 1.0F / (float)count : 0.0F;
}

static struct shares shares_of(const int color[4], const struct fl_cell_size *size)
{
    int level[3] = {0}, square[3] = {0};
    struct shares out;
    for (int site = 0; site < 4; site++) {
        int x = site & 1, y = site >> 1, c = color[site];
        int squares = (size->square_columns - x + 1) / 2 * ((size->square_rows - y + 1) / 2);
        level[c] += (size->columns - x + 1) / 2 * ((size->rows - y + 1) / 2);
        square[c] += squares;
        out.part[site] = 0.25F * over(squares);
    }
    for (int c = 0; c < 3; c++) {
        out.level[c] = over(level[c]);
        out.square[c] = 0.25F * over(square[c]);
    }
    out.pixels = over(size->columns * size->rows);
    return out;
}

/* Adds the four sites of the cell to the colours they belong to. */
static void sort_colors(const struct fl_cell *s, const int color[4], const struct shares *share,
                        struct cell_values *out)
{
    float level[3] = {0}, square[3] = {0};
    for (int site = 0; site < 4; site++) {
        level[color[site]] += s->level[site];
        square[color[site]] += s->square[site];
        out->part[site] = s->square[site] * share->part[site];
    }
    for (int c = 0; c < 3; c++) {
        out->mean[c] = level[c] * share->level[c];
        out->noise[c] = square[c] * share->square[c];
    }
}

static float larger(float a, float b)
{
    return a > b ? a : b;
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

static bool all_ordinary(const struct cell_values *v)
{
    bool ordinary = true;
    for (int c = 0; c < 3; c++)
        ordinary = ordinary && is_ordinary(v->mean[c]) && is_ordinary(v->noise[c]);
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        ordinary = ordinary && is_ordinary(v->part[p]);
    return ordinary;
}

/* Rows of cells on their way. */
struct block {
    const struct fl_statistics_sink *sink;
    const struct fl_kernels *kernels;
    float *const *row[3];
    int width, rows, planes;
    size_t at; /* index of the cell at the left */
    bool mosaic;
    int color[3][4]; /* of the sites of each plane */
    int green;       /* column of green in even rows */
    struct fl_bright_rule bright;
};

/* sum, share: of a cell, by plane. */
static void store_cell(const struct block *b, const struct fl_cell sum[3],
                       const struct shares share[3], size_t at)
{
    static const struct cell_values none;
    const struct fl_statistics *stats = b->sink->stats;
    struct cell_values cell = none;
    float clipped = 0.0F, most = 0.0F;
    bool ordinary;
    for (int p = 0; p < b->planes; p++) {
        struct cell_values v;
        sort_colors(&sum[p], b->color[p], &share[p], &v);
        if (b->planes == 1)
            cell = v;
        else
            add_plane(&v, p, &cell);
        clipped = larger(sum[p].clipped * share[p].pixels, clipped);
        most = larger(sum[p].most, most);
    }
    ordinary = is_ordinary(sum[0].step) && all_ordinary(&cell);
    cell = ordinary ? cell : none;
    for (int c = 0; c < 3; c++) {
        stats->mean[c][at] = cell.mean[b->sink->mono ? 0 : c];
        stats->noise[c][at] = cell.noise[b->sink->mono ? 0 : c];
    }
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        stats->part[p][at] = cell.part[p];
    stats->green_step[at] = ordinary && b->mosaic ? sum[0].step * (1.0F / 49.0F) : 0.0F;
    stats->clipped[at] = ordinary ? clipped : 1.0F;
    stats->most[at] = most < 1e9F ? most : 1e9F;
}

/* sum: over the bright windows of a cell. */
static void store_bright(const struct block *b, const float sum[4], const struct fl_cell_size *size,
                         size_t at)
{
    const float share = over((size->columns / FL_BRIGHT_WINDOW) * (size->rows / FL_BRIGHT_WINDOW));
    bool ordinary = true;
    for (int i = 0; i < 4; i++)
        ordinary = ordinary && is_ordinary(sum[i]);
    for (int i = 0; i < 4; i++)
        b->sink->stats->bright[i][at] = ordinary ? sum[i] * share : 0.0F;
}

static bool may_be_bright(const struct block *b, size_t at)
{
    const struct fl_statistics *stats = b->sink->stats;
    return !b->sink->mono && stats->most[at] > b->bright.least;
}

/* The cell of a column, whatever its size. */
static void measure_part(const struct block *b, int col)
{
    const struct fl_cell_size size = fl_cell_size_of(b->width, col * FL_CELL, b->rows);
    const size_t at = b->at + (size_t)col;
    struct fl_cell sum[3];
    struct shares share[3];
    float bright[4];
    for (int p = 0; p < b->planes; p++) {
        fl_cell_part(b->row[p], col * FL_CELL, &size, b->bright.clip, b->green, &sum[p]);
        share[p] = shares_of(b->color[p], &size);
    }
    store_cell(b, sum, share, at);
    if (!may_be_bright(b, at))
        return;
    fl_cell_part_bright(b->row, b->mosaic, col * FL_CELL, &size, &b->bright, bright);
    store_bright(b, bright, &size, at);
}

/* --- groups of whole cells ------------------------------------------------------------------ */

/* Sums as the kernel gives them. */
struct group {
    float level[2][2 * GROUP + FL_KERNEL_SLACK], square[2][2 * GROUP + FL_KERNEL_SLACK];
    float clipped[2 * GROUP + FL_KERNEL_SLACK], most[2 * GROUP + FL_KERNEL_SLACK];
    float step[2 * GROUP + FL_KERNEL_SLACK];
};

static void rows_from(const struct block *b, int plane, int col, float *row[FL_CELL])
{
    for (int y = 0; y < FL_CELL; y++)
        row[y] = b->row[plane][y] + col * FL_CELL;
}

static void sum_group(const struct block *b, int plane, int col, int cells, struct group *g)
{
    const struct fl_cell_sums out = {
        {g->level[0], g->level[1]}, {g->square[0], g->square[1]}, g->clipped, g->most, g->step};
    float *row[FL_CELL];
    rows_from(b, plane, col, row);
    b->kernels->cell_sums(row, b->bright.clip, b->green, cells, &out);
}

static struct fl_cell cell_of(const struct group *g, int i)
{
    const int even = 2 * i, odd = 2 * i + 1;
    struct fl_cell s = {
        {g->level[0][even], g->level[0][odd], g->level[1][even], g->level[1][odd]},
        {g->square[0][even], g->square[0][odd], g->square[1][even], g->square[1][odd]},
        g->clipped[even] + g->clipped[odd],
        larger(g->most[even], g->most[odd]),
        0.0F};
    return s;
}

/* Windows of a run of cells side by side. */
static void measure_bright(const struct block *b, int col, int cells,
                           const struct fl_cell_size *size)
{
    float sum[4][GROUP], *const out[4] = {sum[0], sum[1], sum[2], sum[3]}, *row[FL_CELL];
    rows_from(b, 0, col, row);
    b->kernels->cell_bright(row, &b->bright, cells, out);
    for (int i = 0; i < cells; i++) {
        const float one[4] = {sum[0][i], sum[1][i], sum[2][i], sum[3][i]};
        store_bright(b, one, size, b->at + (size_t)(col + i));
    }
}

static void find_bright(const struct block *b, int col, int cells, const struct fl_cell_size *size)
{
    for (int first = 0, end; first < cells; first = end + 1) {
        for (end = first; end < cells && may_be_bright(b, b->at + (size_t)(col + end)); end++) {
            float sum[4];
            if (b->mosaic)
                continue;
            fl_cell_part_bright(b->row, false, (col + end) * FL_CELL, size, &b->bright, sum);
            store_bright(b, sum, size, b->at + (size_t)(col + end));
        }
        if (b->mosaic && end > first)
            measure_bright(b, col + first, end - first, size);
    }
}

static void measure_group(const struct block *b, int col, int cells)
{
    const struct fl_cell_size size = {FL_CELL, FL_CELL, FL_CELL, FL_CELL - 2};
    struct group g[3];
    struct shares share[3];
    for (int p = 0; p < b->planes; p++) {
        sum_group(b, p, col, cells, &g[p]);
        share[p] = shares_of(b->color[p], &size);
    }
    for (int i = 0; i < cells; i++) {
        struct fl_cell sum[3];
        for (int p = 0; p < b->planes; p++)
            sum[p] = cell_of(&g[p], i);
        sum[0].step = g[0].step[2 * i + b->green] - g[0].step[2 * i + 1 - b->green];
        store_cell(b, sum, share, b->at + (size_t)(col + i));
    }
    find_bright(b, col, cells, &size);
}

static struct block block_of(const struct fl_statistics_sink *sink, const struct fl_rows *rows)
{
    struct block b = {.sink = sink,
                      .kernels = sink->kernels ? sink->kernels : fl_kernels_for(FL_CPU_AUTO),
                      .width = rows->width,
                      .mosaic = sink->cfa != FL_CFA_NONE,
                      .bright = {.clip = sink->clip, .least = FL_BRIGHT * sink->clip}};
    b.planes = b.mosaic || sink->mono ? 1 : 3;
    for (int p = 0; p < b.planes; p++)
        for (int site = 0; site < 4; site++)
            b.color[p][site] = b.mosaic ? fl_cfa_color(sink->cfa, site & 1, site >> 1) : p;
    memcpy(b.bright.color, b.color[0], sizeof b.bright.color);
    b.green = b.color[0][0] == 1 ? 0 : 1;
    b.bright.per_level = 1.0F / ((0.95F - FL_BRIGHT) * sink->clip);
    b.bright.per_range = 1.0F / (SMOOTH * sink->clip);
    return b;
}

void fl_statistics_rows(void *user, const struct fl_rows *rows)
{
    const struct fl_statistics_sink *sink = user;
    const int cols = sink->stats->cols;
    struct block b = block_of(sink, rows);
    for (int first = 0; first < rows->n; first += FL_CELL) {
        int whole = 0;
        b.rows = rows->n - first < FL_CELL ? rows->n - first : FL_CELL;
        b.at = (size_t)((rows->y0 + first) / FL_CELL) * (size_t)cols;
        for (int p = 0; p < b.planes; p++)
            b.row[p] = rows->row[p] + first;
        if (b.rows == FL_CELL) /* kernels read two columns more */
            whole = rows->width > 2 ? (rows->width - 2) / FL_CELL : 0;
        for (int col = 0; col < whole; col += GROUP)
            measure_group(&b, col, whole - col < GROUP ? whole - col : GROUP);
        for (int col = whole; col < cols; col++)
            measure_part(&b, col);
    }
}
