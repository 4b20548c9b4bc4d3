/* How the greens of red rows and of blue rows differ, by least squares over the cells.
 *
 * Light that leaks from a pixel's neighbours raises the greens of even rows by a share of the
 * colour in these rows, and the greens of odd rows by one of the other colour; how much depends on
 * the angle at which light falls in, and so on the place. Hence, for the greens' difference,
 *     step / green = red R/G + blue B/G + p(u, v),   p of second degree.
 * Eight numbers from hundreds of cells leave little to chance, and no pixel's detail is asked. */
#include "green_balance.h"

#include "cell_walk.h"

#include <math.h>
#include <string.h>

#define TERMS         (2 + FL_GREEN_PLACE)
#define STEP_VARIANCE (91.0 / 2401.0) /* of fl_statistics.green_step, of a pixel's variance 1 */
#define LEAST_LEVEL   0.004           /* darker cells say little and divide badly */
#define LEAST_ERROR   0.003           /* assumed of every cell: texture, quantisation */
#define DARK_ERROR    3e-4            /* and this in the dark: quantisation, edges of shadows */
#define EDGE_ERROR    0.06            /* of the difference to the neighbours */
#define LEAST_CELLS   32
#define MOST_CELLS    4096 /* of larger pictures a part of the cells is enough */
#define USUAL         0.05 /* size of coefficients before anything is known */
#define LARGEST       0.5
#define OUTLIER       3.0 /* sigmas from which on a cell is taken for texture */
#define ROUNDS        4

/* What a cell's surroundings say of edges in it: the squared differences to its four neighbours. */
static double unevenness(const struct fl_statistics *stats, int col, int row)
{
    const float *green = stats->mean[1] + (size_t)row * (size_t)stats->cols + col;
    double here = (double)green[0];
    double left = col > 0 ? (double)green[-1] - here : 0.0;
    double right = col + 1 < stats->cols ? (double)green[1] - here : 0.0;
    double above = row > 0 ? (double)green[-stats->cols] - here : 0.0;
    double below = row + 1 < stats->rows ? (double)green[stats->cols] - here : 0.0;
    return (left * left + right * right) + (above * above + below * below);
}

/* One cell's equation. */
struct equation {
    double term[TERMS], ratio, variance;
};

static bool equation_of(const struct fl_statistics *stats, int col, int row, struct equation *e)
{
    const size_t i = (size_t)row * (size_t)stats->cols + (size_t)col;
    double level = (double)stats->mean[1][i], variance;
    double u = (col + 0.5) * FL_CELL / stats->width - 0.5;
    double v = (row + 0.5) * FL_CELL / stats->height - 0.5;
    const double place[FL_GREEN_PLACE] = {1.0, u, v, u * u, u * v, v * v};
    if (!(level > LEAST_LEVEL) || stats->clipped[i] > 0.0F)
        return false;
    e->ratio = (double)stats->green_step[i] / level;
    /* Texture makes the measured noise larger, edges the differences: they count little. */
    variance = STEP_VARIANCE * (double)stats->noise[1][i] + DARK_ERROR * DARK_ERROR +
               EDGE_ERROR * EDGE_ERROR * unevenness(stats, col, row);
    e->variance = variance / (level * level) + LEAST_ERROR * LEAST_ERROR;
    e->term[0] = (double)stats->mean[0][i] / level;
    e->term[1] = (double)stats->mean[2][i] / level;
    memcpy(e->term + 2, place, sizeof place);
    return true;
}

static double predicted(const double fit[TERMS], const struct equation *e)
{
    double sum = 0.0;
    for (int k = 0; k < TERMS; k++)
        sum += fit[k] * e->term[k];
    return sum;
}

/* Weighted sums of the equations; cells that are far from the fit so far count little. */
struct sums {
    double m[TERMS][TERMS], right[TERMS];
    double weight, energy; /* energy: of the prediction by the fit so far */
    int cells;
};

static void add_cells(const struct fl_statistics *stats, const double fit[TERMS], double spread,
                      struct sums *s)
{
    struct fl_cell_walk walk = fl_cell_walk_start(stats->cols, stats->rows, MOST_CELLS);
    memset(s, 0, sizeof *s);
    for (int k = 0; k < TERMS; k++)
        s->m[k][k] = 1.0 / (USUAL * USUAL);
    while (fl_cell_walk_next(&walk)) {
        struct equation e;
        double off, weight;
        if (!equation_of(stats, walk.col, walk.row, &e))
            continue;
        off = e.ratio - predicted(fit, &e);
        off = off * off / (OUTLIER * OUTLIER * (e.variance + spread));
        weight = 1.0 / (e.variance * (1.0 + off) * (1.0 + off));
        for (int k = 0; k < TERMS; k++) {
            for (int j = 0; j < TERMS; j++)
                s->m[k][j] += weight * e.term[k] * e.term[j];
            s->right[k] += weight * e.term[k] * e.ratio;
        }
        s->weight += weight;
        s->energy += weight * predicted(fit, &e) * predicted(fit, &e);
        s->cells++;
    }
}

/* Gauss's elimination of a positive definite matrix: no pivots are needed. */
static void solve(struct sums *s, double out[TERMS])
{
    for (int k = 0; k < TERMS; k++)
        for (int i = k + 1; i < TERMS; i++) {
            double factor = s->m[i][k] / s->m[k][k];
            for (int j = k; j < TERMS; j++)
                s->m[i][j] -= factor * s->m[k][j];
            s->right[i] -= factor * s->right[k];
        }
    for (int k = TERMS - 1; k >= 0; k--) {
        out[k] = s->right[k];
        for (int j = k + 1; j < TERMS; j++)
            out[k] -= s->m[k][j] * out[j];
        out[k] /= s->m[k][k];
    }
}

void fl_green_fit(const struct fl_statistics *stats, struct fl_green_fit *out)
{
    double fit[TERMS] = {0}, spread = USUAL * USUAL, chance, excess;
    struct sums s;
    memset(out, 0, sizeof *out);
    for (int round = 0; round < ROUNDS; round++, spread *= 0.1) {
        add_cells(stats, fit, spread, &s);
        if (s.cells < LEAST_CELLS)
            return;
        solve(&s, fit);
        for (int k = 0; k < TERMS; k++)
            if (!(fabs(fit[k]) <= LARGEST)) /* hostile data */
                return;
    }
    add_cells(stats, fit, spread, &s);
    /* What as many coefficients make of noise alone, with three sigmas, twice over: patterns that
     * lie across many cells are not chance. */
    chance = 4.0 * (TERMS + 3.0 * sqrt(2.0 * TERMS)) / s.weight;
    excess = s.energy / s.weight - chance;
    out->imbalance = excess > 0.0 ? sqrt(excess) : 0.0;
    out->red = fit[0];
    out->blue = fit[1];
    memcpy(out->place, fit + 2, sizeof out->place);
}
