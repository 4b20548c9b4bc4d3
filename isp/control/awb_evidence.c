/* Evidence about the light: cells whose colour is near it (a grey thing is a vote for its light),
 * the colour of the bright parts (shades of grey, Finlayson & Trezzi 2004), and the colour of the
 * differences between cells (grey edge, van de Weijer et al. 2007). */
#include "awb_evidence.h"

#include "fastlog.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define BINS     FL_AWB_BINS
#define BIN_STEP 12.0  /* per stop; the axes run from -4 to 4 */
#define RADIUS   7     /* of the blur */
#define DARKEST  0.01F /* a cell's level, relative to what is bright, that is too near to black */

static double square(double x)
{
    return x * x;
}

/* Adds weight at a colour, shared between the four nearest bins. */
static void vote(struct fl_awb_evidence *e, double rg, double bg, double weight)
{
    double u = (rg + 4.0) * BIN_STEP - 0.5, v = (bg + 4.0) * BIN_STEP - 0.5;
    int i, k;
    if (!(u >= 0.0 && u < BINS - 1) || !(v >= 0.0 && v < BINS - 1))
        return;
    i = (int)u;
    k = (int)v;
    u -= i;
    v -= k;
    e->votes[i][k] += (float)(weight * (1.0 - u) * (1.0 - v));
    e->votes[i][k + 1] += (float)(weight * (1.0 - u) * v);
    e->votes[i + 1][k] += (float)(weight * u * (1.0 - v));
    e->votes[i + 1][k + 1] += (float)(weight * u * v);
}

static size_t count_cells(const struct fl_awb_scene *scene)
{
    return (size_t)scene->cols * (size_t)scene->rows;
}

/* Votes by brightness and sharpness, as shares of all. */
static void collect_votes(const struct fl_awb_scene *scene, struct fl_awb_evidence *e)
{
    double total = 0.0;
    memset(e->votes, 0, sizeof e->votes);
    for (size_t i = 0; i < count_cells(scene); i++) {
        const struct fl_awb_cell *cell = &scene->cell[i];
        const float *c = cell->color;
        double weight = (double)c[1] * cell->weight;
        if (!(weight > 0.0) || c[1] < DARKEST)
            continue;
        vote(e, fl_fast_log2(c[0] / c[1]), fl_fast_log2(c[2] / c[1]), weight);
        total += weight;
    }
    for (int i = 0; total > 0.0 && i < BINS; i++)
        for (int k = 0; k < BINS; k++)
            e->votes[i][k] = (float)(e->votes[i][k] / total);
}

/* One line of the histogram, blurred with sigma 0.2 stops; the centre keeps its height, so that a
 * value is the share of cells in about that distance. */
static void blur_line(float *line, int step)
{
    float padded[BINS + 2 * RADIUS], kernel[RADIUS + 1];
    memset(padded, 0, sizeof padded);
    for (int i = 0; i <= RADIUS; i++)
        kernel[i] = (float)fl_exp(-0.5 * square(i / (0.2 * BIN_STEP)));
    for (int i = 0; i < BINS; i++)
        padded[RADIUS + i] = line[i * step];
    for (int i = 0; i < BINS; i++) {
        const float *p = padded + RADIUS + i;
        float sum = p[0];
        for (int k = 1; k <= RADIUS; k++)
            sum += kernel[k] * (p[-k] + p[k]);
        line[i * step] = sum;
    }
}

static void blur_votes(struct fl_awb_evidence *e)
{
    for (int i = 0; i < BINS; i++)
        blur_line(e->votes[i], 1);
    for (int k = 0; k < BINS; k++)
        blur_line(&e->votes[0][k], BINS);
}

double fl_awb_votes_at(const struct fl_awb_evidence *e, const double log_color[2])
{
    double u = (log_color[0] + 4.0) * BIN_STEP - 0.5, v = (log_color[1] + 4.0) * BIN_STEP - 0.5;
    int i, k;
    if (!(u >= 0.0 && u < BINS - 1) || !(v >= 0.0 && v < BINS - 1))
        return 0.0;
    i = (int)u;
    k = (int)v;
    u -= i;
    v -= k;
    return (1.0 - u) * ((1.0 - v) * e->votes[i][k] + v * e->votes[i][k + 1]) +
           u * ((1.0 - v) * e->votes[i + 1][k] + v * e->votes[i + 1][k + 1]);
}

/* Root of sums of powers to a colour; false where there is nothing to divide by. */
static bool color_of_sums(const double sum[3], double order, double out[2])
{
    for (int c = 0; c < 3; c++)
        if (!(sum[c] > 1e-30))
            return false;
    out[0] = fl_log2(sum[0] / sum[1]) / order;
    out[1] = fl_log2(sum[2] / sum[1]) / order;
    return true;
}

/* Shades of grey of order 4. */
static void collect_shades(const struct fl_awb_scene *scene, struct fl_awb_evidence *e)
{
    double sum[3] = {0};
    for (size_t i = 0; i < count_cells(scene); i++) {
        const struct fl_awb_cell *cell = &scene->cell[i];
        for (int c = 0; c < 3; c++)
            sum[c] += cell->weight * square(square(cell->color[c]));
    }
    e->has_shades = color_of_sums(sum, 4.0, e->shades);
}

static void add_edge(const struct fl_awb_cell *a, const struct fl_awb_cell *b, double sum[3])
{
    double weight = a->weight < b->weight ? a->weight : b->weight;
    for (int c = 0; c < 3; c++)
        sum[c] += weight * square((double)a->color[c] - b->color[c]);
}

/* Grey edge of order 2 between neighbouring cells. */
static void collect_edges(const struct fl_awb_scene *scene, struct fl_awb_evidence *e)
{
    double sum[3] = {0};
    for (int row = 0; row < scene->rows; row++)
        for (int col = 0; col < scene->cols; col++) {
            const struct fl_awb_cell *cell =
                &scene->cell[(size_t)row * (size_t)scene->cols + (size_t)col];
            if (col + 1 < scene->cols)
                add_edge(cell, cell + 1, sum);
            if (row + 1 < scene->rows)
                add_edge(cell, cell + scene->cols, sum);
        }
    e->has_edge = color_of_sums(sum, 2.0, e->edge);
}

void fl_awb_collect(const struct fl_awb_scene *scene, struct fl_awb_evidence *out)
{
    collect_votes(scene, out);
    blur_votes(out);
    collect_shades(scene, out);
    collect_edges(scene, out);
}
