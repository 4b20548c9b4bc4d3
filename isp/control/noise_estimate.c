/* Poisson-Gaussian noise from the lower envelope of cell variance over cell mean.
 *
 * Texture only adds to the variance that a cell shows, so that in each class of brightness the
 * quiet cells are at the low end. What share of them is quiet is not known: every low quantile is
 * divided by the value it would have if all were quiet, and the smallest answer counts. A line is
 * then fitted through the classes, in which those above the line count less than those below. */
#include "noise_estimate.h"

#include "fastlog.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define CLASSES   24  /* of brightness, even in its square root */
#define MAX_LEVEL 0.9 /* nearer to the clip, variance falls */
#define BINS      320 /* of log2 variance, 1/8 stop each */
#define BIN_STEP  8.0
#define BIN_MIN   (-40.0)
#define MIN_CELLS 16.0

/* Sensors of one technology lie on o = READ s^2: gain scales s, and o with its square. */
#define READ 3.3

/* The cells of one brightness class. */
struct cell_class {
    double cells, level;    /* count; sum of means */
    double histogram[BINS]; /* of log2 variance */
};

/* One point of the curve. */
struct point {
    double x, variance, weight;
    double quiet; /* 0..1 */
};

static void add_variance(struct cell_class *c, double variance)
{
    double u = (fl_fast_log2((float)variance + 1e-12F) - BIN_MIN) * BIN_STEP;
    int i;
    u = u < 0.0 ? 0.0 : u > BINS - 1.001 ? BINS - 1.001 : u;
    i = (int)u;
    c->histogram[i] += 1.0 - (u - i);
    c->histogram[i + 1] += u - i;
    c->cells += 1.0;
}

static void add_cell(struct cell_class classes[CLASSES], double level, double variance)
{
    double x = level > 0.0 ? level : 0.0;
    int k = (int)(sqrt(x / MAX_LEVEL) * CLASSES);
    struct cell_class *c = &classes[k < CLASSES ? k : CLASSES - 1];
    add_variance(c, variance);
    c->level += level;
}

static bool cell_counts(const struct fl_statistics *stats, int color, size_t i)
{
    return stats->clipped[i] == 0.0F && stats->mean[color][i] < (float)MAX_LEVEL;
}

static void sort_cells(const struct fl_statistics *stats, int color,
                       struct cell_class classes[CLASSES])
{
    memset(classes, 0, CLASSES * sizeof *classes);
    for (int row = 0; row < stats->height / FL_CELL; row++)
        for (int col = 0; col < stats->width / FL_CELL; col++) {
            size_t i = (size_t)row * (size_t)stats->cols + (size_t)col;
            if (cell_counts(stats, color, i))
                add_cell(classes, stats->mean[color][i], stats->noise[color][i]);
        }
}

/* Variance below which a share of the cells lies. */
static double quantile(const struct cell_class *c, double share)
{
    double below = 0.0, wanted = share * c->cells;
    for (int i = 0; i < BINS; i++) {
        if (below + c->histogram[i] >= wanted && c->histogram[i] > 0.0)
            return fl_exp2(BIN_MIN + (i - 0.5 + (wanted - below) / c->histogram[i]) / BIN_STEP);
        below += c->histogram[i];
    }
    return 1.0;
}

/* The value that a quantile (z of the normal distribution) of a cell's variance has relative to the
 * true one where there is only noise: chi-squared, by Wilson & Hilferty's approximation. */
static double noise_quantile(double z, double freedom)
{
    double a = 2.0 / (9.0 * freedom), root = 1.0 - a + z * sqrt(a);
    return root * root * root;
}

/* Variance of the quiet cells of a class: the least that any low quantile suggests. They are surely
 * quiet where the fifth of the cells suggests about the same. */
static void measure_class(const struct cell_class *c, double freedom, struct point *out)
{
    static const struct {
        double share, z;
    } at[] = {{0.02, -2.054}, {0.05, -1.645}, {0.1, -1.282},
              {0.2, -0.842},  {0.35, -0.385}, {0.5, 0.0}};
    double best = 1.0, fifth = 1.0;
    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        double v = quantile(c, at[i].share) / noise_quantile(at[i].z, freedom);
        if (at[i].share == 0.2)
            fifth = v;
        if (c->cells * at[i].share >= 6.0)
            best = v < best ? v : best;
    }
    out->x = c->level > 0.0 ? c->level / c->cells : 0.0;
    out->variance = best;
    out->quiet = (2.0 - fifth / best) / 0.6;
    out->quiet = out->quiet < 0.0 ? 0.0 : out->quiet > 1.0 ? 1.0 : out->quiet;
    out->weight = (c->cells < 200.0 ? c->cells : 200.0) * (0.05 + out->quiet);
}

static int make_points(const struct cell_class classes[CLASSES], double freedom,
                       struct point points[CLASSES])
{
    int n = 0;
    for (int k = 0; k < CLASSES; k++)
        if (classes[k].cells >= MIN_CELLS)
            measure_class(&classes[k], freedom, &points[n++]);
    return n;
}

/* The sensor of the family o = READ s^2 that shows a variance at a level. */
static double family_s(double x, double variance)
{
    return (sqrt(x * x + 4.0 * READ * variance) - x) / (2.0 * READ);
}

/* A first guess that most of the points lie on or above. */
static double family_guess(const struct point *points, int n)
{
    double total = 0.0, below = 0.0, s = -1.0;
    for (int i = 0; i < n; i++)
        total += points[i].weight;
    while (below < 0.3 * total) { /* the weighted quantile, by selection: n is small */
        double next = 1e300;
        for (int i = 0; i < n; i++) {
            double v = family_s(points[i].x, points[i].variance);
            next = v > s && v < next ? v : next;
        }
        for (int i = 0; i < n; i++)
            if (family_s(points[i].x, points[i].variance) == next)
                below += points[i].weight;
        s = next;
    }
    return s;
}

/* Weighted least squares of variance = s x + o with s, o >= 0. */
static struct fl_noise fit_line(const struct point *points, int n, const double *weight)
{
    double w = 0, wx = 0, wxx = 0, wv = 0, wxv = 0, det;
    struct fl_noise line;
    for (int i = 0; i < n; i++) {
        w += weight[i];
        wx += weight[i] * points[i].x;
        wxx += weight[i] * points[i].x * points[i].x;
        wv += weight[i] * points[i].variance;
        wxv += weight[i] * points[i].x * points[i].variance;
    }
    det = w * wxx - wx * wx;
    line.s = det > 1e-12 * w * wxx ? (w * wxv - wx * wv) / det : -1.0;
    if (!(line.s >= 0.0))
        line.s = 0.0;
    line.o = (wv - line.s * wx) / w;
    if (!(line.o >= 0.0)) {
        line.o = 0.0;
        line.s = wxx > 0.0 ? wxv / wxx : 0.0;
    }
    return line;
}

/* Fits by iterated weights. Two faint points of the family keep the line sensible where all cells
 * have about one brightness. */
static struct fl_noise fit(struct point points[CLASSES + 2], int n)
{
    double s = family_guess(points, n), total = 0.0;
    struct fl_noise line = {s, READ * s * s};
    for (int i = 0; i < n; i++)
        total += points[i].weight;
    for (int i = 0; i < 2; i++) {
        points[n + i].x = 0.5 * i;
        points[n + i].variance = s * points[n + i].x + READ * s * s;
        points[n + i].weight = 0.01 * total;
    }
    for (int iteration = 0; iteration < 20; iteration++) {
        double weight[CLASSES + 2];
        for (int i = 0; i < n + 2; i++) {
            double expected = line.s * points[i].x + line.o + 1e-12;
            double excess = points[i].variance / expected - 1.0;
            weight[i] = points[i].weight / (expected * expected);
            if (excess > 0.0)
                weight[i] /= 1.0 + 16.0 * excess * excess;
        }
        line = fit_line(points, n + 2, weight);
    }
    return line;
}

/* All cells by the ratio of their variance to that of the line. */
static void pool_cells(const struct fl_statistics *stats, int color, const struct fl_noise *line,
                       struct cell_class *pool)
{
    for (int row = 0; row < stats->height / FL_CELL; row++)
        for (int col = 0; col < stats->width / FL_CELL; col++) {
            size_t i = (size_t)row * (size_t)stats->cols + (size_t)col;
            double x = stats->mean[color][i] > 0.0F ? stats->mean[color][i] : 0.0;
            if (cell_counts(stats, color, i))
                add_variance(pool, stats->noise[color][i] / (line->s * x + line->o + 1e-12));
        }
}

/* Share of the normal distribution below z (Abramowitz & Stegun 26.2.17; error below 1e-6). */
static double normal_share(double z)
{
    double t = 1.0 / (1.0 + 0.2316419 * fabs(z));
    double tail = ((((1.330274429 * t - 1.821255978) * t + 1.781477937) * t - 0.356563782) * t +
                   0.319381530) *
                  t * fl_exp(-0.5 * z * z) / 2.5066282746310002;
    return z > 0.0 ? 1.0 - tail : tail;
}

/* Share of the cells below a multiple of their expected variance. */
static double share_below(const struct cell_class *pool, double multiple)
{
    double u = (fl_log2(multiple) - BIN_MIN) * BIN_STEP, below = 0.0;
    int whole = (int)(u + 0.5);
    for (int i = 0; i < whole && i < BINS; i++)
        below += pool->histogram[i];
    if (whole < BINS)
        below += pool->histogram[whole] * (u + 0.5 - whole);
    return below;
}

/* Where a part of the cells is quiet, low quantiles of all are higher quantiles of those, and the
 * line is too high. The lower end tells: below the true variance of quiet cells, whatever their
 * share, there are G(3/4) / G(1) times as many cells below three quarters of a level as below the
 * level, and fewer before. Returns the factor for the line. */
static double correct_share(const struct fl_statistics *stats, int color, double freedom,
                            const struct fl_noise *line)
{
    struct cell_class pool = {0};
    double a = 2.0 / (9.0 * freedom);
    double k = 0.4, z[2] = {(0.90856 - 1.0 + a) / sqrt(a), a / sqrt(a)}, wanted;
    wanted = normal_share(z[0]) / normal_share(z[1]);
    pool_cells(stats, color, line, &pool);
    for (int i = 0; i < 46; i++, k *= 1.02) { /* up to 1 */
        double below = share_below(&pool, k);
        if (below >= 30.0 && share_below(&pool, 0.75 * k) >= wanted * below)
            return k;
    }
    return 1.0;
}

/* Share of the weight in points that are quiet and lie near the line. */
static double confidence(const struct point *points, int n, const struct fl_noise *line)
{
    double total = 0.0, sure = 0.0;
    for (int i = 0; i < n; i++) {
        double r = points[i].variance / (line->s * points[i].x + line->o + 1e-12);
        total += points[i].weight;
        sure += points[i].weight * points[i].quiet / (1.0 + 4.0 * (r - 1.0) * (r - 1.0));
    }
    return sure / total;
}

void fl_noise_estimate(const struct fl_statistics *stats, struct fl_noise_measured out[3])
{
    /* A cell has 56 differences for a site of the mosaic, whose neighbours share pixels: they count
     * for 2.25 times fewer. Green has two sites. */
    static const double freedom[3] = {25.0, 50.0, 25.0};
    memset(out, 0, 3 * sizeof *out);
    for (int c = 0; c < 3; c++) {
        struct cell_class classes[CLASSES];
        struct point points[CLASSES + 2];
        double factor;
        int n;
        sort_cells(stats, c, classes);
        n = make_points(classes, freedom[c], points);
        if (n == 0)
            continue;
        out[c].noise = fit(points, n);
        out[c].quiet = confidence(points, n, &out[c].noise);
        factor = correct_share(stats, c, freedom[c], &out[c].noise);
        out[c].noise.s *= factor;
        out[c].noise.o *= factor;
        if (!(out[c].noise.o > 1e-11))
            out[c].noise.o = 1e-11;
    }
}

static bool is_known(const struct fl_noise *n)
{
    return n->s >= 0.0 && n->o >= 0.0 && n->s < 1.0 && n->o < 1.0 && n->s + n->o > 0.0;
}

static double ramp(double t)
{
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    return t * t * (3.0 - 2.0 * t);
}

/* Share of the measurement in what is believed. stops: log2 of its ratio to the tag. Too high a tag
 * is dismissed between a factor of two and four; too low a one between four and eight, because
 * film grain and fine texture can pass for noise of that size, and only by a sure measurement. */
static double disbelief(double stops, double quiet, bool declared_clean)
{
    if (stops <= 0.0)
        return ramp(-stops - 1.0);
    return declared_clean ? 0.0 : ramp(stops - 2.0) * ramp((quiet - 0.6) / 0.3);
}

void fl_noise_believe(const struct fl_noise_measured measured[3], const struct fl_noise tagged[3],
                      struct fl_noise out[3])
{
    /* A sensor that holds a million electrons has s = 1e-6; single shots of real ones start at ten
     * times that. */
    const double clean_s = 2e-6, level = 0.1;
    for (int c = 0; c < 3; c++) {
        const struct fl_noise *m = &measured[c].noise, *t = &tagged[c];
        double stops, share;
        out[c].s = out[c].o = 0.0;
        if (is_known(m))
            out[c] = *m;
        if (!is_known(t))
            continue;
        if (!is_known(m)) {
            out[c] = *t;
            continue;
        }
        stops = fl_log2((m->s * level + m->o) / (t->s * level + t->o));
        share = disbelief(stops, measured[c].quiet, t->s < clean_s);
        out[c].s = t->s + share * (m->s - t->s);
        out[c].o = t->o + share * (m->o - t->o);
    }
}
