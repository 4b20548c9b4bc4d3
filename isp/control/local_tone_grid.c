/* Local tone: the base layer of log luminance on a bilateral grid (Chen, Paris & Durand 2007).
 *
 * Cells are spread over a coarse grid of place and log2 luminance and blurred over place. The base
 * at a place and luminance is then the mean of what is near in both, weighted along luminance with
 * 1/(1 + (d/s)^2)^2, whose tails find the nearest occupied luminance for pixels that stand alone.
 * gain = c (mid grey - base); a monotone fit along luminance takes back every inversion, so that
 * the soft pixels of an edge stay between its sides.
 *
 * Both sides of an edge of less than a stop mix in the base, which makes one side darker and the
 * other brighter near it. A narrow s, bins of 0.4 stops and a share of the pixel's own luminance in
 * the base keep that below 3 % of linear light at every step size; cells that an edge runs through
 * would add as much again and are given little weight. */
#include "local_tone.h"

#include "exposure.h"
#include "fastlog.h"
#include "flmath.h"
#include "mem.h"

#include <math.h>
#include <string.h>

#define BINS       32
#define LOG2_MIN   (-9.5)
#define LOG2_STEP  0.4
#define MAX_CELLS  64        /* along the longer side */
#define MID        (-2.4739) /* log2 of 0.18 */
#define RANGE_S    0.3       /* stops that still belong to one area */
#define OWN        0.37       /* share of its own luminance in a pixel's base */
#define MIXED      0.1       /* stops to both sides from where on a cell holds an edge */
#define MIN_SLOPE  0.25
#define GAIN_MIN   (-2.0)
#define GAIN_MAX   3.0
#define BLUR_TAPS  12   /* to one side; three sigma of the largest grid */
#define BLUR_SHARE 0.04 /* sigma as a share of the longer side */

struct grid {
    int cols, rows, cell;
    size_t size;                     /* of an array */
    float *weight, *level, *scratch; /* [(row cols + col) BINS + bin]; level: weight times log2 */
    double *cell_level;              /* log2 luminance of the cells of statistics */
};

static fl_err grid_new(const struct fl_statistics *stats, struct grid *g)
{
    int longer = stats->width > stats->height ? stats->width : stats->height;
    size_t cells, levels = (size_t)stats->cols * (size_t)stats->rows * sizeof *g->cell_level, bytes;
    g->cell = FL_CELL * ((longer - 1) / (FL_CELL * MAX_CELLS) + 1);
    g->cols = (stats->width - 1) / g->cell + 1;
    g->rows = (stats->height - 1) / g->cell + 1;
    cells = (size_t)g->cols * (size_t)g->rows; /* at most MAX_CELLS^2 */
    g->size = cells * BINS;
    if (fl_size_add(g->size * 3 * sizeof(float), levels, &bytes))
        g->weight = fl_aligned_alloc(bytes);
    if (!g->weight)
        return fl_error(FL_ERR_MEMORY, "no memory for the local tone grid");
    g->level = g->weight + g->size;
    g->scratch = g->level + g->size;
    g->cell_level = (double *)(void *)(g->scratch + g->size);
    return fl_success();
}

/* A position on an axis of n, as the lower of two neighbours and the share of the upper. */
static int split(double at, int n, double *upper)
{
    int i;
    if (!(at > 0.0) || n < 2) {
        *upper = 0.0;
        return 0;
    }
    i = (int)at;
    if (i >= n - 1) {
        *upper = 1.0;
        return n - 2;
    }
    *upper = at - i;
    return i;
}

static void add(struct grid *g, int col, int row, int bin, double share, double log2_level)
{
    size_t i = ((size_t)row * (size_t)g->cols + (size_t)col) * BINS + (size_t)bin;
    g->weight[i] += (float)share;
    g->level[i] += (float)(share * log2_level);
}

/* Spreads one cell over the eight nodes around it. */
static void splat(struct grid *g, double u, double v, double log2_level, double weight)
{
    double fu, fv, fb;
    int col = split(u, g->cols, &fu), row = split(v, g->rows, &fv);
    int bin = split((log2_level - LOG2_MIN) / LOG2_STEP, BINS, &fb);
    for (int i = 0; i < 8; i++) {
        double share = weight * ((i & 1) ? fu : 1.0 - fu) * ((i & 2) ? fv : 1.0 - fv) *
                       ((i & 4) ? fb : 1.0 - fb);
        if (share > 0.0)
            add(g, col + (i & 1), row + ((i >> 1) & 1), bin + (i >> 2), share, log2_level);
    }
}

/* Log2 luminance of the cells after exposure. */
static void find_levels(const struct fl_statistics *stats, const struct fl_control *control,
                        double *level)
{
    size_t n = (size_t)stats->cols * (size_t)stats->rows;
    for (size_t i = 0; i < n; i++) {
        double y = fl_cell_luminance(stats, control, i) * control->exposure_gain;
        y = y > 1e-30 ? fl_fast_log2((float)y) : LOG2_MIN;
        level[i] = y > LOG2_MIN ? y : LOG2_MIN;
    }
}

/* The smaller of the steps to two opposite neighbours, 0 where the cell is not between them. */
static double step_through(double before, double here, double after)
{
    double a = here - before, b = after - here;
    if (a * b <= 0.0)
        return 0.0;
    a = fabs(a);
    b = fabs(b);
    return a < b ? a : b;
}

/* A cell that an edge runs through has a level that neither side has: it counts little. */
static double purity(const struct fl_statistics *stats, const double *level, int col, int row)
{
    const double *here = level + (size_t)row * (size_t)stats->cols + (size_t)col;
    double left = col > 0 ? here[-1] : here[0];
    double right = col + 1 < stats->cols ? here[1] : here[0];
    double above = row > 0 ? here[-stats->cols] : here[0];
    double below = row + 1 < stats->rows ? here[stats->cols] : here[0];
    double x = step_through(left, here[0], right), y = step_through(above, here[0], below);
    double t = (x * x + y * y) / (MIXED * MIXED);
    return 1.0 / ((1.0 + t) * (1.0 + t));
}

static void splat_all(struct grid *g, const struct fl_statistics *stats,
                      const struct fl_control *control)
{
    double ratio = (double)FL_CELL / g->cell;
    find_levels(stats, control, g->cell_level);
    for (int row = 0; row < stats->rows; row++)
        for (int col = 0; col < stats->cols; col++)
            splat(g, (col + 0.5) * ratio - 0.5, (row + 0.5) * ratio - 0.5,
                  g->cell_level[(size_t)row * (size_t)stats->cols + (size_t)col],
                  purity(stats, g->cell_level, col, row));
}

/* Blurs lines of n nodes that stand `step` apart; outer, inner: the other axes. Outside there is
 * nothing: weights and levels lose alike. */
static void blur_axis(const float *in, float *out, int n, size_t step, int outer, size_t outer_step,
                      const float kernel[BLUR_TAPS + 1])
{
    for (int o = 0; o < outer; o++)
        for (int i = 0; i < n; i++) {
            float *to = out + (size_t)o * outer_step + (size_t)i * step;
            memset(to, 0, step * sizeof *to);
            for (int k = -BLUR_TAPS; k <= BLUR_TAPS; k++) {
                const float w = kernel[k < 0 ? -k : k], *from;
                if (w == 0.0F || i + k < 0 || i + k >= n)
                    continue;
                from = in + (size_t)o * outer_step + (size_t)(i + k) * step;
                for (size_t b = 0; b < step; b++)
                    to[b] += w * from[b];
            }
        }
}

static void blur(struct grid *g, float *values)
{
    int longer = g->cols > g->rows ? g->cols : g->rows;
    double sigma = BLUR_SHARE * longer;
    float kernel[BLUR_TAPS + 1];
    size_t line = (size_t)g->cols * BINS;
    sigma = sigma < 1.0 ? 1.0 : sigma;
    for (int k = 0; k <= BLUR_TAPS; k++)
        kernel[k] = k <= 3.0 * sigma ? (float)fl_exp(-0.5 * (k / sigma) * (k / sigma)) : 0.0F;
    blur_axis(values, g->scratch, g->cols, BINS, g->rows, line, kernel);
    blur_axis(g->scratch, values, g->rows, line, 1, 0, kernel);
}

/* Share of the strength that a scene needs: none up to three stops between its 2nd and 98th
 * percentile, all from nine. */
static double need(const struct grid *g)
{
    double total = 0.0, histogram[BINS] = {0}, end[2] = {0}, below = 0.0, t;
    for (size_t i = 0; i < g->size; i++) {
        histogram[i % BINS] += g->weight[i];
        total += g->weight[i];
    }
    for (int e = 0, b = 0; e < 2; e++) {
        double wanted = total * (e ? 0.98 : 0.02);
        while (b < BINS - 1 && below + histogram[b] < wanted)
            below += histogram[b++];
        end[e] = b + (histogram[b] > 0.0 ? (wanted - below) / histogram[b] : 0.0);
    }
    t = ((end[1] - end[0]) * LOG2_STEP - 3.0) / 6.0;
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    return t * t * (3.0 - 2.0 * t);
}

/* How far a shadow of this luminance may be lifted: less where it is mostly noise. */
static double worth(const struct fl_control *control, double log2_level)
{
    double gain = control->exposure_gain > 1e-9 ? control->exposure_gain : 1e-9;
    double x = fl_exp2(log2_level) / gain; /* as the sensor saw it */
    double variance = control->noise[1].s * x + control->noise[1].o;
    return variance > 0.0 ? x * x / (x * x + variance) : 1.0;
}

/* The nearest sequence that rises by at least `slope` a bin, by pooling neighbours that do not
 * (weighted least squares; Ayer et al. 1955). */
static void make_monotone(double out[BINS], const double weight[BINS], double slope)
{
    double mean[BINS], mass[BINS];
    int count[BINS], blocks = 0;
    for (int b = 0; b < BINS; b++) {
        mean[blocks] = out[b] - slope * b;
        mass[blocks] = weight[b];
        count[blocks++] = 1;
        while (blocks > 1 && mean[blocks - 2] > mean[blocks - 1]) {
            double sum = mass[blocks - 2] + mass[blocks - 1];
            mean[blocks - 2] =
                (mean[blocks - 2] * mass[blocks - 2] + mean[blocks - 1] * mass[blocks - 1]) / sum;
            mass[blocks - 2] = sum;
            count[blocks - 2] += count[blocks - 1];
            blocks--;
        }
    }
    for (int i = 0, b = 0; i < blocks; i++)
        for (int k = 0; k < count[i]; k++, b++)
            out[b] = mean[i] + slope * b;
}

static double clamp_gain(double g)
{
    return g < GAIN_MIN ? GAIN_MIN : g > GAIN_MAX ? GAIN_MAX : g;
}

/* Base level at every bin of one place: what is near along luminance counts. */
static void base_at(const float *weight, const float *level, float kernel[BINS][BINS],
                    double base[BINS])
{
    float sum[BINS] = {0}, levels[BINS] = {0};
    for (int k = 0; k < BINS; k++)
        for (int b = 0; b < BINS; b++) {
            sum[b] += kernel[k][b] * weight[k];
            levels[b] += kernel[k][b] * level[k];
        }
    for (int b = 0; b < BINS; b++) {
        double own = LOG2_MIN + LOG2_STEP * b;
        double near = sum[b] > 0.0F ? levels[b] / sum[b] : own;
        base[b] = near + OWN * (own - near);
    }
}

/* Gains of one place from its base. */
static void gains_at(const float *weight, const double base[BINS], const double worth_of[BINS],
                     double strength, float *gain)
{
    double total = 0.0, out[BINS], mass[BINS];
    for (int b = 0; b < BINS; b++)
        total += weight[b];
    for (int b = 0; b < BINS; b++) {
        double g = strength * (MID - base[b]);
        if (g > 0.0)
            g *= worth_of[b];
        out[b] = LOG2_MIN + LOG2_STEP * b + clamp_gain(g);
        mass[b] = weight[b] + 1e-3 * total + 1e-12;
    }
    make_monotone(out, mass, MIN_SLOPE * LOG2_STEP);
    for (int b = 0; b < BINS; b++)
        gain[b] = (float)clamp_gain(out[b] - (LOG2_MIN + LOG2_STEP * b));
}

static void fill_gains(const struct grid *g, const struct fl_control *control, double strength,
                       float *gain)
{
    float kernel[BINS][BINS];
    double worth_of[BINS], base[BINS];
    for (int b = 0; b < BINS; b++) {
        worth_of[b] = worth(control, LOG2_MIN + LOG2_STEP * b);
        for (int k = 0; k < BINS; k++) {
            double d = LOG2_STEP * (b - k) / RANGE_S;
            kernel[k][b] = (float)(1.0 / ((1.0 + d * d) * (1.0 + d * d)));
        }
    }
    for (size_t i = 0; i < g->size; i += BINS) {
        base_at(g->weight + i, g->level + i, kernel, base);
        gains_at(g->weight + i, base, worth_of, strength, gain + i);
    }
}

fl_err fl_local_tone_make(const struct fl_statistics *stats, const struct fl_control *control,
                          float strength, struct fl_tone_grid *out)
{
    struct grid g = {0};
    double c;
    memset(out, 0, sizeof *out);
    if (!(strength > 0.0F))
        return fl_success();
    FL_TRY(grid_new(stats, &g));
    out->log2_gain = fl_aligned_alloc(g.size * sizeof *out->log2_gain);
    if (!out->log2_gain) {
        fl_aligned_free(g.weight);
        return fl_error(FL_ERR_MEMORY, "no memory for the local tone grid");
    }
    out->cols = g.cols;
    out->rows = g.rows;
    out->cell = g.cell;
    out->bins = BINS;
    out->log2_min = (float)LOG2_MIN;
    out->log2_step = (float)LOG2_STEP;
    splat_all(&g, stats, control);
    c = need(&g) * (strength < 1.0F ? strength : 1.0F);
    blur(&g, g.weight);
    blur(&g, g.level);
    fill_gains(&g, control, c, out->log2_gain);
    fl_aligned_free(g.weight);
    return fl_success();
}

void fl_local_tone_free(struct fl_tone_grid *grid)
{
    fl_aligned_free(grid->log2_gain);
    memset(grid, 0, sizeof *grid);
}
