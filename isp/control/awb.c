/* Automatic white balance: the most likely white among those that lamps and skies have.
 *
 * Candidates are lights over the Planckian locus, by temperature and tint, as this camera would see
 * them. Each collects evidence from four sides: cells whose colour is near it (a grey thing is a
 * vote for its light), the colour of the bright parts (shades of grey, Finlayson & Trezzi 2004),
 * the colour of the differences between cells (grey edge, van de Weijer et al. 2007), and what is
 * usual at this brightness: no lamp is as bright as the sun. The answer is the mean over all
 * candidates weighted by likelihood, so that it moves smoothly with the picture. Colours are
 * log2(R/G) and log2(B/G).
 *
 * Weights were fitted to the 367 frames of the Raspberry Pi white balance set (IMX219, IMX477,
 * OV5647; grey card as truth). Mean reproduction error in degrees: 2.7 with the light's strength
 * known, 3.1 without, 3.9 without matrices too; grey world 4.7, Raspberry Pi's own 2.9. */
#include "awb.h"

#include "camera_color.h"
#include "fastlog.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define BINS      96   /* of each axis of the histogram of colours */
#define BIN_STEP  12.0 /* per stop; the axes run from -4 to 4 */
#define RADIUS    7    /* of the blur */
#define KELVINS   32   /* candidates */
#define TINTS     26
#define MIRED_MIN (1e6 / 12000.0)
#define MIRED_MAX (1e6 / 1800.0)
#define DOUBT     (-6.0) /* log prior that the file's matrices are wrong */

/* How much the sides count; a camera without matrices is judged more by the picture. */
struct trust {
    double picture; /* of shades of grey and grey edge */
    double tint;    /* width of the usual tint */
    double margin;  /* added to both ends of the usual temperatures, mired */
};

/* What the picture says. */
struct evidence {
    float votes[BINS][BINS]; /* [red][blue] */
    bool has_shades, has_edge;
    double shades[2], edge[2]; /* log2 red/green, blue/green */
    double mean_green;         /* of all cells */
};

struct candidate {
    double mired, tint;
    double log_rg, log_bg;
};

static double square(double x)
{
    return x * x;
}

/* A cell that says something about colour: neither clipped nor dark. */
static bool cell_counts(const struct fl_statistics *s, size_t i)
{
    return s->clipped[i] <= 0.02F && s->mean[0][i] > 1e-4F && s->mean[1][i] > 2e-4F &&
           s->mean[2][i] > 1e-4F;
}

/* Level of green that few usable cells exceed, to tell bright from dark: the 4-norm's scale, which
 * unlike a percentile is smooth. */
static double bright_level(const struct fl_statistics *s)
{
    double sum = 0.0, weight = 0.0;
    size_t n = (size_t)s->cols * (size_t)s->rows;
    for (size_t i = 0; i < n; i++)
        if (cell_counts(s, i)) {
            sum += square(square(s->mean[1][i]));
            weight += 1.0;
        }
    return weight > 0.0 ? 1.5 * sqrt(sqrt(sum / weight)) : 0.0;
}

/* Adds weight at a colour, shared between the four nearest bins. */
static void vote(struct evidence *e, double rg, double bg, double weight)
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

/* Votes by brightness, as shares of all. */
static void collect_votes(const struct fl_statistics *s, struct evidence *e)
{
    double bright = bright_level(s), total = 0.0;
    size_t n = (size_t)s->cols * (size_t)s->rows;
    memset(e->votes, 0, sizeof e->votes);
    for (size_t i = 0; i < n; i++) {
        double green = s->mean[1][i], weight;
        if (!cell_counts(s, i) || green < 0.01 * bright)
            continue;
        weight = green < bright ? green / bright : 1.0;
        vote(e, fl_fast_log2((float)(s->mean[0][i] / green)),
             fl_fast_log2((float)(s->mean[2][i] / green)), weight);
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

static void blur_votes(struct evidence *e)
{
    for (int i = 0; i < BINS; i++)
        blur_line(e->votes[i], 1);
    for (int k = 0; k < BINS; k++)
        blur_line(&e->votes[0][k], BINS);
}

static double votes_at(const struct evidence *e, double rg, double bg)
{
    double u = (rg + 4.0) * BIN_STEP - 0.5, v = (bg + 4.0) * BIN_STEP - 0.5;
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

/* Shades of grey of order 4 and the mean level. */
static void collect_shades(const struct fl_statistics *s, struct evidence *e)
{
    double sum[3] = {0}, green = 0.0;
    size_t n = (size_t)s->cols * (size_t)s->rows;
    for (size_t i = 0; i < n; i++) {
        green += s->mean[1][i];
        for (int c = 0; c < 3 && cell_counts(s, i); c++)
            sum[c] += square(square(s->mean[c][i]));
    }
    e->mean_green = green / (double)n;
    e->has_shades = color_of_sums(sum, 4.0, e->shades);
}

static void add_edge(const struct fl_statistics *s, size_t a, size_t b, double sum[3])
{
    if (!cell_counts(s, a) || !cell_counts(s, b))
        return;
    for (int c = 0; c < 3; c++)
        sum[c] += square((double)s->mean[c][a] - s->mean[c][b]);
}

/* Grey edge of order 2 between neighbouring cells. */
static void collect_edges(const struct fl_statistics *s, struct evidence *e)
{
    double sum[3] = {0};
    for (int row = 0; row < s->rows; row++)
        for (int col = 0; col < s->cols; col++) {
            size_t i = (size_t)row * (size_t)s->cols + (size_t)col;
            if (col + 1 < s->cols)
                add_edge(s, i, i + 1, sum);
            if (row + 1 < s->rows)
                add_edge(s, i, i + (size_t)s->cols, sum);
        }
    e->has_edge = color_of_sums(sum, 2.0, e->edge);
}

/* Piecewise linear through n points of rising x, constant beyond. */
static double through(const double x[], const double y[], int n, double at)
{
    if (!(at > x[0]))
        return y[0];
    for (int i = 1; i < n; i++)
        if (at < x[i])
            return y[i - 1] + (y[i] - y[i - 1]) * (at - x[i - 1]) / (x[i] - x[i - 1]);
    return y[n - 1];
}

/* Usual temperatures, in mired: all alike inside, less likely with the distance beyond. */
struct usual {
    double low, high, fall;
};

/* Where the exposure is known so is the light: a sensor of speed S saturates at 78/S lux seconds,
 * and an 18 % grey card reflects like the scene. */
static struct usual usual_light(const struct fl_meta *meta, double mean_green)
{
    static const double log_lux[] = {2.0, 2.5, 3.2, 4.0};
    static const double low[] = {160.0, 160.0, 155.0, 150.0};
    static const double high[] = {350.0, 330.0, 215.0, 195.0};
    static const double fall[] = {30.0, 30.0, 25.0, 20.0};
    double f = meta->f_number >= 0.5 && meta->f_number <= 64.0 ? meta->f_number : 2.0, lux = 1.0;
    if (meta->exposure_s > 1e-6 && meta->exposure_s < 1e4 && meta->iso > 1.0 && meta->iso < 1e7 &&
        mean_green > 1e-6)
        lux = mean_green * 2094.0 * f * f / (meta->exposure_s * meta->iso);
    lux = fl_ln(lux) / fl_ln(10.0);
    return (struct usual){through(log_lux, low, 4, lux), through(log_lux, high, 4, lux),
                          through(log_lux, fall, 4, lux)};
}

/* Likes what is near; far away it no longer matters how far. */
static double nearness(const struct candidate *c, const double color[2])
{
    double d = (square(c->log_rg - color[0]) + square(c->log_bg - color[1])) / 0.09;
    double far = 4.0 * fl_ln(1.0 + d);
    return -(d < far ? d : far);
}

static double log_likelihood(const struct evidence *e, const struct trust *trust,
                             const struct usual *usual, const struct candidate *c)
{
    double low = usual->low - trust->margin, high = usual->high + trust->margin;
    double outside = c->mired < low ? low - c->mired : c->mired > high ? c->mired - high : 0.0;
    double sum = 0.4 * fl_ln(0.02 + votes_at(e, c->log_rg, c->log_bg));
    if (e->has_shades)
        sum += trust->picture * nearness(c, e->shades);
    if (e->has_edge)
        sum += trust->picture * nearness(c, e->edge);
    sum -= 1.2 * 0.5 * square(outside / usual->fall);
    sum -= fl_ln(1.0 + 0.5 * square(c->tint / trust->tint));
    return sum;
}

/* False where the camera's matrices give no sensible response to that light. Daylight stands 9
 * units of tint above the locus, lamps on it; c->tint counts from there. */
static bool make_candidate(const struct fl_camera_color *camera, int kelvin, int tint,
                           struct candidate *c)
{
    static const double at[] = {3500.0, 5000.0};
    static const double daylight[] = {0.0, 9.0};
    double k, neutral[3];
    c->mired = MIRED_MIN + (MIRED_MAX - MIRED_MIN) * kelvin / (KELVINS - 1);
    c->tint = -150.0 + 300.0 * tint / (TINTS - 1);
    k = 1e6 / c->mired;
    if (!fl_camera_color_neutral(camera, k, c->tint + through(at, daylight, 2, k), neutral))
        return false;
    c->log_rg = fl_log2(neutral[0]);
    c->log_bg = fl_log2(neutral[2]);
    return true;
}

/* Sums over candidates; weights are relative to the likeliest so far, so that none overflows. */
struct weighted_mean {
    double best; /* log likelihood */
    double weight, rg, bg;
};

static void add_candidate(struct weighted_mean *m, const struct candidate *c, double log_weight)
{
    double w;
    if (log_weight > m->best) {
        double shrink = fl_exp(m->best - log_weight);
        m->weight *= shrink;
        m->rg *= shrink;
        m->bg *= shrink;
        m->best = log_weight;
    }
    w = fl_exp(log_weight - m->best);
    m->weight += w;
    m->rg += w * c->log_rg;
    m->bg += w * c->log_bg;
}

/* All candidates of a camera. log_prior: how likely it is that this is the camera. */
static void add_camera(struct weighted_mean *m, const struct fl_camera_color *camera,
                       const struct evidence *e, const struct trust *trust,
                       const struct usual *usual, double log_prior)
{
    for (int i = 0; i < KELVINS * TINTS; i++) {
        struct candidate c;
        if (make_candidate(camera, i / TINTS, i % TINTS, &c))
            add_candidate(m, &c, log_prior + log_likelihood(e, trust, usual, &c));
    }
}

void fl_awb_estimate(const struct fl_statistics *stats, const struct fl_meta *meta,
                     double neutral[3])
{
    /* Files with matrices for other gains than those of the pixels exist: where the picture is far
     * from all that the camera should see, a typical sensor takes over. */
    static const struct trust known = {0.4, 15.0, 0.0}, doubted = {0.4, 100.0, 60.0};
    static const struct trust unknown = {0.7, 100.0, 60.0};
    static const struct fl_meta nothing = {.has_neutral = false};
    struct weighted_mean m = {-1e300, 0.0, 0.0, 0.0};
    struct fl_camera_color camera, typical;
    struct evidence e;
    struct usual usual;
    collect_votes(stats, &e);
    blur_votes(&e);
    collect_shades(stats, &e);
    collect_edges(stats, &e);
    usual = usual_light(meta, e.mean_green);
    fl_camera_color_init(&camera, meta, NULL);
    fl_camera_color_init(&typical, &nothing, NULL);
    if (camera.generic) {
        add_camera(&m, &typical, &e, &unknown, &usual, 0.0);
    } else {
        add_camera(&m, &camera, &e, &known, &usual, 0.0);
        add_camera(&m, &typical, &e, &doubted, &usual, DOUBT);
    }
    neutral[0] = fl_exp2(m.rg / m.weight);
    neutral[1] = 1.0;
    neutral[2] = fl_exp2(m.bg / m.weight);
}
