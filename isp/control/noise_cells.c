/* Which cells are quiet is asked of one part of the cell and the noise measured in another.
 *
 * Texture adds to the variance that all parts of a cell show, noise to each by itself. Were the
 * cells with the least variance averaged, the mean would be too low, by an amount that depends on
 * how many are quiet. A part's variance among the cells in which the OTHER parts show least is free
 * of that: their luck is not its luck. So few cells are needed, and even pictures that are texture
 * nearly everywhere have those. */
#include "noise_cells.h"

#include "cell_walk.h"

#include <math.h>
#include <string.h>

#define MAX_LEVEL 0.9 /* nearer to the clip, variance falls */
#define TINY      1e-12

/* Bins of the ratio of variance to the law's: eight an octave, from 2^-10. */
#define BINS      256
#define FIRST_BIN ((127 - 10) * 8)
#define BIN_SHIFT 20

/* A cell has 56 differences for a site of the mosaic, whose neighbours share pixels: they count for
 * 2.25 times fewer. */
#define CELL_FREEDOM 25.0

#define MOST_APART  3.0F /* own to others' variance; more is a hot pixel, not chance */
#define LEAST_REACH 0.5F /* deviations between a mean and the least level */

#define LEAST_CELLS 6 /* fewer say nothing */

/* Shares of the cells that are called quiet, and for comparison. */
#define QUIET_SHARE 0.02
#define WIDE_TIMES  10.0 /* as many cells as are quiet, */
#define MOST_SHARE  0.4  /* but of few cells not nearly all */
#define QUIET_CELLS 12   /* at least, where there are enough */

struct cell {
    float level[FL_NOISE_PARTS], variance[FL_NOISE_PARTS];
};

/* Walks the whole cells that are not clipped. */
struct walk {
    const struct fl_noise_source *source;
    struct fl_cell_walk at;
};

struct histogram {
    uint16_t count[FL_NOISE_PARTS][FL_NOISE_CLASSES][BINS];
};

/* Last bins that belong to the quiet and to the wide share. */
struct bounds {
    int quiet, wide;
};

void fl_noise_source_init(const struct fl_noise_input *input, struct fl_noise_source *out)
{
    bool mosaic = input->cfa != FL_CFA_NONE;
    out->stats = input->stats;
    out->parts = mosaic || input->mono ? FL_NOISE_PARTS : 3;
    out->floor = (float)input->floor;
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        out->color[p] = mosaic ? fl_cfa_color(input->cfa, p & 1, p >> 1) : input->mono ? 1 : p % 3;
}

static struct walk walk_start(const struct fl_noise_source *source)
{
    struct walk w = {source, fl_cell_walk_start(source->stats->width / FL_CELL,
                                                source->stats->height / FL_CELL, FL_WALK_CELLS)};
    return w;
}

static bool cell_counts(const struct fl_statistics *stats, size_t i)
{
    return stats->clipped[i] == 0.0F && stats->mean[0][i] < (float)MAX_LEVEL &&
           stats->mean[1][i] < (float)MAX_LEVEL && stats->mean[2][i] < (float)MAX_LEVEL;
}

static bool walk_next(struct walk *w, struct cell *cell)
{
    const struct fl_statistics *stats = w->source->stats;
    while (fl_cell_walk_next(&w->at)) {
        size_t i = (size_t)w->at.row * (size_t)stats->cols + (size_t)w->at.col;
        if (!cell_counts(stats, i))
            continue;
        for (int p = 0; p < w->source->parts; p++) {
            float level = stats->mean[w->source->color[p]][i];
            cell->level[p] = level > 0.0F ? level : 0.0F;
            cell->variance[p] = stats->part[p][i];
        }
        return true;
    }
    return false;
}

static int bin_of(float ratio)
{
    uint32_t bits;
    int bin;
    if (!(ratio > 0.0F))
        return 0;
    memcpy(&bits, &ratio, sizeof bits);
    bin = (int)(bits >> BIN_SHIFT) - FIRST_BIN;
    return bin < 0 ? 0 : bin < BINS ? bin : BINS - 1;
}

static float bin_middle(int bin)
{
    uint32_t bits = ((uint32_t)(bin + FIRST_BIN) << BIN_SHIFT) + (1U << (BIN_SHIFT - 1));
    float middle;
    memcpy(&middle, &bits, sizeof middle);
    return middle;
}

static int class_of(float level)
{
    int k = (int)(sqrtf(level * (float)(1.0 / MAX_LEVEL)) * FL_NOISE_CLASSES);
    return k < FL_NOISE_CLASSES ? k : FL_NOISE_CLASSES - 1;
}

/* The sensor of the family that shows a variance at a level. */
static float family_s(float x, float variance)
{
    return (sqrtf(x * x + (float)(4.0 * FL_NOISE_READ) * variance) - x) *
           (float)(0.5 / FL_NOISE_READ);
}

bool fl_noise_first_guess(const struct fl_noise_source *source, struct fl_noise *out)
{
    uint32_t count[BINS] = {0}, total = 0, below = 0;
    struct walk w = walk_start(source);
    struct cell cell = {{0}, {0}};
    int bin = 0;
    while (walk_next(&w, &cell))
        for (int p = 0; p < source->parts; p++) {
            count[bin_of(family_s(cell.level[p], cell.variance[p]) * 65536.0F)]++;
            total++;
        }
    while (bin < BINS - 1 && (below += count[bin]) < total / 10 + 1)
        bin++;
    out->s = (double)bin_middle(bin) / 65536.0;
    out->o = FL_NOISE_READ * out->s * out->s;
    return total >= (uint32_t)(LEAST_CELLS * source->parts);
}

/* Share of the variance of noise that is left where it is cut off below, reach standard deviations
 * under the mean that is left; a fit to the cut normal distribution, good to 0.015. */
static float share_left(float reach)
{
    float t = 1.0F - reach * (1.0F / 3.0F);
    return 1.0F - t * t * t;
}

/* Ratios of the parts' variance to the law's, and for each the mean of the others'. False where too
 * much of the noise is cut off in black. */
static bool compare(const struct fl_noise_source *source, const struct fl_noise law[3],
                    const struct cell *cell, float own[FL_NOISE_PARTS],
                    float others[FL_NOISE_PARTS])
{
    float sum = 0.0F;
    for (int p = 0; p < source->parts; p++) {
        const struct fl_noise *n = &law[source->color[p]];
        float expected = (float)n->s * cell->level[p] + (float)(n->o + TINY);
        float above = cell->level[p] - source->floor;
        if (above * above < 9.0F * expected) {
            float reach = above / sqrtf(expected);
            if (!(reach > LEAST_REACH))
                return false;
            expected *= share_left(reach);
        }
        own[p] = cell->variance[p] / expected;
        sum += own[p];
    }
    for (int p = 0; p < source->parts; p++)
        others[p] = (sum - own[p]) / (float)(source->parts - 1);
    return true;
}

static void count_cells(const struct fl_noise_source *source, const struct fl_noise law[3],
                        struct histogram *h)
{
    struct walk w = walk_start(source);
    struct cell cell = {{0}, {0}};
    memset(h, 0, sizeof *h);
    while (walk_next(&w, &cell)) {
        float own[FL_NOISE_PARTS] = {0}, others[FL_NOISE_PARTS] = {0};
        if (!compare(source, law, &cell, own, others))
            continue;
        for (int p = 0; p < source->parts; p++)
            h->count[p][class_of(cell.level[p])][bin_of(others[p])]++;
    }
}

static struct bounds bounds_of(const uint32_t count[BINS], uint32_t total)
{
    double few = total / 6.0 < QUIET_CELLS ? total / 6.0 : QUIET_CELLS;
    double quiet = QUIET_SHARE * total < few ? few : QUIET_SHARE * total;
    double wide = WIDE_TIMES * quiet < MOST_SHARE * total ? WIDE_TIMES * quiet : MOST_SHARE * total;
    struct bounds b = {-1, -1};
    uint32_t below = 0;
    for (int i = 0; b.wide < 0; i++) { /* ends: wide <= total */
        below += count[i];
        if (b.quiet < 0 && below >= quiet)
            b.quiet = i;
        if (below >= wide || i == BINS - 1)
            b.wide = i;
    }
    return b;
}

static void find_bounds(const struct histogram *h, int part,
                        struct bounds by_class[FL_NOISE_CLASSES], struct bounds *all,
                        struct fl_noise_samples *out)
{
    uint32_t sum[BINS] = {0}, sum_total = 0;
    for (int k = 0; k < FL_NOISE_CLASSES; k++) {
        uint32_t count[BINS], total = 0;
        for (int i = 0; i < BINS; i++) {
            count[i] = h->count[part][k][i];
            total += count[i];
            sum[i] += count[i];
        }
        sum_total += total;
        out->of[part][k].cells = total;
        by_class[k] = bounds_of(count, total);
    }
    out->all[part].cells = sum_total;
    *all = bounds_of(sum, sum_total);
}

/* While sums are made, wide_cells counts the wide share. */
static void add(struct fl_noise_sample *s, double *wide_cells, const struct bounds *b, int bin,
                float level, float ratio)
{
    if (bin > b->wide)
        return;
    s->wide += (double)ratio;
    *wide_cells += 1.0;
    if (bin > b->quiet)
        return;
    s->quiet += (double)ratio;
    s->level += (double)level;
    s->quiet_cells += 1.0;
}

/* Few cells vary by chance; what chance explains is no reason to prefer them to the many. */
static double best_ratio(const struct fl_noise_sample *s)
{
    double spread = sqrt(2.0 / (CELL_FREEDOM * s->quiet_cells));
    double excess = (s->wide / (s->quiet + TINY) - 1.0) / spread;
    double t = (excess - 1.0) / 3.0;
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    return s->wide + t * (s->quiet - s->wide);
}

static void finish(struct fl_noise_sample *s, double wide_cells)
{
    if (wide_cells > 0.0)
        s->wide /= wide_cells;
    if (s->quiet_cells > 0.0) {
        s->quiet /= s->quiet_cells;
        s->level /= s->quiet_cells;
        s->ratio = best_ratio(s);
    }
}

void fl_noise_sample_cells(const struct fl_noise_source *source, const struct fl_noise law[3],
                           struct fl_noise_samples *out)
{
    struct histogram h;
    struct bounds by_class[FL_NOISE_PARTS][FL_NOISE_CLASSES] = {{{0, 0}}};
    struct bounds all[FL_NOISE_PARTS] = {{0, 0}};
    double wide[FL_NOISE_PARTS][FL_NOISE_CLASSES + 1] = {{0}};
    struct walk w = walk_start(source);
    struct cell cell = {{0}, {0}};
    memset(out, 0, sizeof *out);
    count_cells(source, law, &h);
    for (int p = 0; p < source->parts; p++)
        find_bounds(&h, p, by_class[p], &all[p], out);
    while (walk_next(&w, &cell)) {
        float own[FL_NOISE_PARTS] = {0}, others[FL_NOISE_PARTS] = {0};
        if (!compare(source, law, &cell, own, others))
            continue;
        for (int p = 0; p < source->parts; p++) {
            int k = class_of(cell.level[p]), bin = bin_of(others[p]);
            if (own[p] > MOST_APART * others[p])
                continue;
            add(&out->of[p][k], &wide[p][k], &by_class[p][k], bin, cell.level[p], own[p]);
            add(&out->all[p], &wide[p][FL_NOISE_CLASSES], &all[p], bin, cell.level[p], own[p]);
        }
    }
    for (int p = 0; p < source->parts; p++) {
        for (int k = 0; k < FL_NOISE_CLASSES; k++)
            finish(&out->of[p][k], wide[p][k]);
        finish(&out->all[p], wide[p][FL_NOISE_CLASSES]);
    }
}
