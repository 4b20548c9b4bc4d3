/* Display white for the largest channel of all but the brightest cells, as they leave local tone:
 * before it, white would be a level that local tone has pulled down, and every picture would end in
 * light grey. The largest channel, not luminance, is what the tone curve works on; white by
 * luminance cuts the texture of a red flower. */
#include "white_level.h"

#include "cell_walk.h"
#include "exposure.h"
#include "fastlog.h"
#include "flmath.h"
#include "level_histogram.h"

#include <math.h>

#define PERCENTILE 0.995 /* the cells' means are exceeded by some of their pixels: */
#define HEADROOM   0.15  /* share of that above it, none where the sensor clipped */
#define MIN_WHITE  0.85  /* a dull scene is stretched a little */
#define MAX_WHITE  8.0

static int lower_knot(double at, int n, double *upper)
{
    int i;
    at = at > 0.0 ? at : 0.0;
    at = at < n - 1 ? at : n - 1;
    i = (int)at;
    *upper = at - i;
    return i;
}

/* The grid's gain in stops at the middle of a cell, as fl_tone_grid says. */
static double grid_gain(const struct fl_tone_grid *g, double x, double y, double log2_level)
{
    double weight[3], sum = 0.0;
    int at[3];
    at[0] = lower_knot(x / g->cell - 0.5, g->cols, &weight[0]);
    at[1] = lower_knot(y / g->cell - 0.5, g->rows, &weight[1]);
    at[2] =
        lower_knot((log2_level - (double)g->log2_min) / (double)g->log2_step, g->bins, &weight[2]);
    for (int i = 0; i < 8; i++) {
        int up[3] = {i & 1, (i >> 1) & 1, i >> 2};
        double share = 1.0;
        for (int k = 0; k < 3; k++)
            share *= up[k] ? weight[k] : 1.0 - weight[k];
        if (share > 0.0)
            sum += share * (double)g->log2_gain[((size_t)(at[1] + up[1]) * (size_t)g->cols +
                                                 (size_t)(at[0] + up[0])) *
                                                    (size_t)g->bins +
                                                (size_t)(at[2] + up[2])];
    }
    return sum;
}

/* The largest channel of a cell before exposure, inside the output's gamut. Clipped pixels become
 * grey of the largest channel's level. */
static double largest_channel(const struct fl_statistics *stats, const struct fl_control *control,
                              size_t cell)
{
    double in[3], low = 0.0, high = 0.0, y = 0.0, clipped, top = 0.0;
    static const double luminance[3] = {0.2126, 0.7152, 0.0722};
    for (int c = 0; c < 3; c++) {
        in[c] = stats->mean[c][cell] * control->wb_gain[c];
        top = in[c] > top ? in[c] : top;
    }
    for (int row = 0; row < 3; row++) {
        const double *m = control->matrix + 3 * row;
        double v = m[0] * in[0] + m[1] * in[1] + m[2] * in[2];
        low = row == 0 || v < low ? v : low;
        high = row == 0 || v > high ? v : high;
        y += luminance[row] * v;
    }
    if (!(y > 0.0))
        return 0.0;
    if (low < 0.0)
        high = y + (high - y) * y / (y - low);
    clipped = stats->clipped[cell] < 1.0F ? (double)stats->clipped[cell] : 1.0;
    return high + clipped * (top - high);
}

void fl_white_level_decide(const struct fl_statistics *stats, struct fl_control *control)
{
    struct fl_level_histogram histogram = {.total = 0.0};
    struct fl_cell_walk walk = fl_cell_walk_start(stats->cols, stats->rows, FL_WALK_CELLS);
    double white;
    while (fl_cell_walk_next(&walk)) {
        size_t i = (size_t)walk.row * (size_t)stats->cols + (size_t)walk.col;
        double y = fl_cell_luminance(stats, control, i) * control->exposure_gain;
        double level = largest_channel(stats, control, i) * control->exposure_gain;
        level *= 1.0 + HEADROOM * (1.0 - (double)stats->clipped[i]);
        if (control->grid.cols > 0)
            level *=
                fl_exp2(grid_gain(&control->grid, (walk.col + 0.5) * FL_CELL,
                                  (walk.row + 0.5) * FL_CELL, fl_fast_log2((float)(y + 1e-9))));
        fl_level_add(&histogram, level, 1.0);
    }
    white = fl_level_percentile(&histogram, PERCENTILE);
    control->white = white > MIN_WHITE ? (white < MAX_WHITE ? white : MAX_WHITE) : MIN_WHITE;
}
