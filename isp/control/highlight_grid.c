/* Colours of what is bright and not clipped, by place and kind, for rebuilding what is clipped.
 *
 * Each cell's bright colour enters the node of its place, in bins: by the ratio of two colours, for
 * the third; and by how far the lesser of two reaches above the third, for these two. Nodes then
 * gain what lies around them, the less the further away: the grid is halved again and again, and
 * going back every node adds a share of what the four coarser ones around it hold, so that weights
 * fall with about the third power of distance. */
#include "highlight_grid.h"

#include "fastlog.h"
#include "mem.h"

#include <math.h>
#include <string.h>

#define MAX_CELLS 64 /* along the longer side */
#define LEVELS    7
#define NEAR      0.5f  /* of the sensor's clip: nodes around cells that reach it are completed */
#define FAR       0.6f  /* weight of the next coarser nodes */
#define SPREAD    4.0f  /* of a colour over the bins: 1 / (1 + SPREAD d^2)^2 */
#define LEAST     1e-4f /* colours are at least this */
#define NODE      (sizeof(struct fl_highlight_node) / sizeof(float))

struct level {
    int cols, rows;
    struct fl_highlight_node *node;
};

static float log2_ratio(float a, float b)
{
    return fl_fast_log2(a > LEAST ? a : LEAST) - fl_fast_log2(b > LEAST ? b : LEAST);
}

/* What a colour that belongs to bin `at` weighs in each bin. A loop without decisions, so that
 * compilers make it one of vectors. */
static void spread(float at, float weight, float out[FL_HIGHLIGHT_BINS])
{
    for (int bin = 0; bin < FL_HIGHLIGHT_BINS; bin++) {
        float d = (float)bin - at, t = 1.0f + SPREAD * (d * d);
        out[bin] = weight * (1.0f / (t * t));
    }
}

/* The same, but as much in all bins below as in its own. */
static void spread_up(float at, float weight, float out[FL_HIGHLIGHT_BINS])
{
    for (int bin = 0; bin < FL_HIGHLIGHT_BINS; bin++) {
        float above = (float)bin - at, d = 0.5f * (above + fabsf(above));
        float t = 1.0f + SPREAD * (d * d);
        out[bin] = weight * (1.0f / (t * t));
    }
}

/* One colour, white-balanced; clip: the levels at which the colours clip. */
static void add_color(struct fl_highlight_node *node, const float color[3], const float clip[3],
                      float weight)
{
    float share[3];
    for (int c = 0; c < 3; c++)
        share[c] = color[c] / clip[c];
    for (int c = 0; c < 3; c++) {
        const int next = (c + 1) % 3, last = (c + 2) % 3;
        float lesser = share[next] < share[last] ? share[next] : share[last];
        float others = 0.5f * (color[next] + color[last]);
        float one[FL_HIGHLIGHT_BINS], two[FL_HIGHLIGHT_BINS];
        spread(fl_highlight_bin(log2_ratio(color[next], color[last])), weight, one);
        spread_up(fl_highlight_bin(log2_ratio(lesser, share[c])), weight, two);
        for (int bin = 0; bin < FL_HIGHLIGHT_BINS; bin++) {
            node->one[c][bin][0] += one[bin] * color[c];
            node->one[c][bin][1] += one[bin] * others;
            node->two[c][bin][0] += two[bin] * color[c];
            node->two[c][bin][1] += two[bin] * color[next];
            node->two[c][bin][2] += two[bin] * color[last];
        }
        node->all[c] += weight * color[c];
    }
}

static void add_node(struct fl_highlight_node *to, const struct fl_highlight_node *from,
                     float weight)
{
    float *sum = (float *)to;
    const float *in = (const float *)from;
    for (size_t i = 0; i < NODE; i++)
        sum[i] += weight * in[i];
}

/* Cells go to the node that holds them. */
static void add_cells(const struct fl_statistics *stats, const struct fl_control *control,
                      const struct fl_highlight_grid *grid)
{
    const float share = (float)(FL_CELL * FL_CELL) / ((float)grid->cell * (float)grid->cell);
    float gain[3];
    for (int c = 0; c < 3; c++)
        gain[c] = (float)control->wb_gain[c];
    for (int row = 0; row < stats->rows; row++)
        for (int col = 0; col < stats->cols; col++) {
            size_t i = (size_t)row * (size_t)stats->cols + (size_t)col;
            float weight = stats->bright[3][i], color[3];
            int node = (row * FL_CELL / grid->cell) * grid->cols + col * FL_CELL / grid->cell;
            if (!(weight > 0.0f))
                continue;
            for (int c = 0; c < 3; c++)
                color[c] = gain[c] * (stats->bright[c][i] / weight);
            add_color(&grid->node[node], color, gain, share * weight);
        }
}

static void halve(const struct level *fine, struct level *coarse)
{
    for (int row = 0; row < fine->rows; row++)
        for (int col = 0; col < fine->cols; col++) {
            const struct fl_highlight_node *from = &fine->node[row * fine->cols + col];
            if (from->all[0] + from->all[1] + from->all[2] > 0.0f)
                add_node(&coarse->node[(row / 2) * coarse->cols + col / 2], from, 0.25f);
        }
}

/* The coarser node that holds a node, and the one on its other side. */
static void parents(int i, int n, int parent[2])
{
    parent[0] = i / 2;
    parent[1] = i & 1 ? i / 2 + 1 : i / 2 - 1;
    parent[1] = parent[1] < 0 ? 0 : parent[1] < n ? parent[1] : n - 1;
}

static void add_around(const struct level *coarse, const struct level *fine, int col, int row)
{
    struct fl_highlight_node *to = &fine->node[row * fine->cols + col];
    int x[2], y[2];
    parents(col, coarse->cols, x);
    parents(row, coarse->rows, y);
    for (int k = 0; k < 4; k++)
        add_node(to, &coarse->node[y[k >> 1] * coarse->cols + x[k & 1]],
                 FAR * (k & 1 ? 0.25f : 0.75f) * (k >> 1 ? 0.25f : 0.75f));
}

/* Marks nodes that a sample near the clip level may look at. */
static void mark_needed(const struct fl_statistics *stats, const struct fl_highlight_grid *grid,
                        unsigned char *needed)
{
    for (int row = 0; row < stats->rows; row++)
        for (int col = 0; col < stats->cols; col++) {
            int x = col * FL_CELL / grid->cell, y = row * FL_CELL / grid->cell;
            if (!(stats->most[(size_t)row * (size_t)stats->cols + (size_t)col] >= NEAR))
                continue;
            for (int v = y - 1; v <= y + 1; v++)
                for (int u = x - 1; u <= x + 1; u++)
                    if (u >= 0 && u < grid->cols && v >= 0 && v < grid->rows)
                        needed[v * grid->cols + u] = 1;
        }
}

static fl_err make_nodes(const struct fl_statistics *stats, const struct fl_control *control,
                         struct fl_highlight_grid *out)
{
    struct level level[LEVELS] = {{out->cols, out->rows, out->node}};
    size_t coarse = 0, finest = (size_t)out->cols * (size_t)out->rows;
    struct fl_highlight_node *block;
    unsigned char *needed;
    for (int i = 1; i < LEVELS; i++) {
        level[i].cols = (level[i - 1].cols + 1) / 2;
        level[i].rows = (level[i - 1].rows + 1) / 2;
        coarse += (size_t)level[i].cols * (size_t)level[i].rows;
    }
    block = fl_aligned_alloc(coarse * sizeof *block + finest);
    if (!block)
        return fl_error(FL_ERR_MEMORY, "no memory for the grid of bright colours");
    needed = (unsigned char *)(block + coarse);
    level[1].node = block;
    for (int i = 2; i < LEVELS; i++)
        level[i].node = level[i - 1].node + level[i - 1].cols * level[i - 1].rows;
    add_cells(stats, control, out);
    mark_needed(stats, out, needed);
    for (int i = 1; i < LEVELS; i++)
        halve(&level[i - 1], &level[i]);
    for (int i = LEVELS - 2; i >= 0; i--)
        for (int row = 0; row < level[i].rows; row++)
            for (int col = 0; col < level[i].cols; col++)
                if (i > 0 || needed[row * level[0].cols + col])
                    add_around(&level[i + 1], &level[i], col, row);
    fl_aligned_free(block);
    return fl_success();
}

fl_err fl_highlight_grid_make(const struct fl_statistics *stats, const struct fl_control *control,
                              bool with_color, struct fl_highlight_grid *out)
{
    int longer = stats->width > stats->height ? stats->width : stats->height;
    size_t cells = (size_t)stats->cols * (size_t)stats->rows;
    fl_err err;
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < cells; i++)
        out->most = stats->most[i] > out->most ? stats->most[i] : out->most;
    for (int c = 0; c < 3; c++)
        with_color = with_color && control->wb_gain[c] > 0.0;
    if (!with_color || out->most < NEAR)
        return fl_success();
    out->cell = FL_CELL * ((longer - 1) / (FL_CELL * MAX_CELLS) + 1);
    out->cols = (stats->width - 1) / out->cell + 1;
    out->rows = (stats->height - 1) / out->cell + 1;
    out->node = fl_aligned_alloc((size_t)out->cols * (size_t)out->rows * sizeof *out->node);
    if (!out->node)
        return fl_error(FL_ERR_MEMORY, "no memory for the grid of bright colours");
    err = make_nodes(stats, control, out);
    if (err.code != FL_OK)
        fl_highlight_grid_free(out);
    return err;
}

void fl_highlight_grid_free(struct fl_highlight_grid *grid)
{
    fl_aligned_free(grid->node);
    memset(grid, 0, sizeof *grid);
}
