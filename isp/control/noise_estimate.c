/* Poisson-Gaussian noise: variance = s x + o, from the quiet cells of the picture.
 *
 * What quiet cells show in each class of brightness (noise_cells.h) are points that lie on the line
 * or, where there is texture everywhere, above it. All colours give points of one line, because one
 * sensor made them; those above it count less than those below. Then the quietest cells of all
 * brightnesses together correct its height, for each colour. */
#include "noise_estimate.h"

#include "flmath.h"
#include "noise_cells.h"

#include <math.h>
#include <string.h>

#define MIN_CELLS  16.0 /* of a class, to make a point */
#define MAX_POINTS (FL_NOISE_PARTS * FL_NOISE_CLASSES)
#define ANCHORS    3
#define ANCHOR     0.01 /* weight of each, of that of all points */
#define TERMS      3
#define LEAST_O    1e-11
#define LEAST_READ 0.8  /* read noise, electrons: o / s^2 is its square */
#define MAX_APART  1.35 /* ratio of the noise of colours; more is texture in one of them */
#define SAFETY     1.05 /* taking noise for too small costs more than for too large */

/* One point of the curve. */
struct point {
    double x, variance, weight;
};

/* 0..1: 1 where the quiet cells are many, so that more of them show the same. */
static double sureness(const struct fl_noise_sample *s)
{
    double sure = (2.2 - s->wide / (s->quiet + 1e-9)) / 1.0;
    return sure < 0.0 ? 0.0 : sure > 1.0 ? 1.0 : sure;
}

static int make_points(const struct fl_noise_source *source, const struct fl_noise_samples *samples,
                       const struct fl_noise *law, struct point points[MAX_POINTS])
{
    int n = 0;
    for (int p = 0; p < source->parts; p++)
        for (int k = 0; k < FL_NOISE_CLASSES; k++) {
            const struct fl_noise_sample *s = &samples->of[p][k];
            if (s->cells < MIN_CELLS)
                continue;
            points[n].x = s->level;
            points[n].variance = s->ratio * (law->s * s->level + law->o);
            points[n].weight = (s->cells < 200.0 ? s->cells : 200.0) * (0.05 + sureness(s));
            n++;
        }
    return n;
}

/* No sensor reads without noise. */
static struct fl_noise within_reason(double s, double o)
{
    struct fl_noise n = {s, o};
    double least = LEAST_READ * LEAST_READ * s * s;
    n.o = o < least ? least : o;
    return n;
}

/* Variance over level: o + s x + texture x^2. */
struct curve {
    double term[TERMS]; /* o, s, texture */
};

static double curve_at(const struct curve *c, double x)
{
    return c->term[0] + x * (c->term[1] + x * c->term[2]);
}

/* Weighted least squares with no term below 0, by descending along one term after the other. */
static void fit_curve(const struct point *points, int n, const double *weight, struct curve *c)
{
    double a[TERMS][TERMS] = {{0}}, b[TERMS] = {0};
    for (int i = 0; i < n; i++) {
        double basis[TERMS] = {1.0, points[i].x, points[i].x * points[i].x};
        for (int j = 0; j < TERMS; j++) {
            b[j] += weight[i] * basis[j] * points[i].variance;
            for (int k = 0; k < TERMS; k++)
                a[j][k] += weight[i] * basis[j] * basis[k];
        }
    }
    for (int sweep = 0; sweep < 100; sweep++)
        for (int j = 0; j < TERMS; j++) {
            double rest = b[j];
            for (int k = 0; k < TERMS; k++)
                rest -= k == j ? 0.0 : a[j][k] * c->term[k];
            c->term[j] = rest > 0.0 && a[j][j] > 0.0 ? rest / a[j][j] : 0.0;
        }
}

/* Fits by iterated weights. Faint points of the law that was believed before keep the curve
 * sensible where all cells have about one brightness, and from calling everything texture. */
static struct fl_noise fit(const struct fl_noise *before, double height,
                           struct point points[MAX_POINTS + ANCHORS], int n)
{
    static const double anchor[ANCHORS] = {0.0, 0.2, 0.6};
    struct curve curve = {{before->o * height, before->s * height, 0.0}};
    double total = 0.0;
    for (int i = 0; i < n; i++)
        total += points[i].weight;
    for (int i = 0; i < ANCHORS; i++) {
        points[n + i].x = anchor[i];
        points[n + i].variance = curve_at(&curve, anchor[i]);
        points[n + i].weight = ANCHOR * total;
    }
    for (int iteration = 0; iteration < 20; iteration++) {
        double weight[MAX_POINTS + ANCHORS];
        for (int i = 0; i < n + ANCHORS; i++) {
            double expected = curve_at(&curve, points[i].x) + 1e-12;
            double excess = points[i].variance / expected - 1.0;
            if (i >= n && excess > 0.0) /* an anchor holds however low the curve is */
                expected = points[i].variance;
            weight[i] = points[i].weight / (expected * expected);
            if (i < n && excess > 0.0)
                weight[i] /= 1.0 + 16.0 * excess * excess;
        }
        fit_curve(points, n + ANCHORS, weight, &curve);
    }
    return within_reason(curve.term[1], curve.term[0]);
}

/* What the parts of a colour say of the height of the law, and how surely. */
static double height_of(const struct fl_noise_source *source,
                        const struct fl_noise_samples *samples, int color, double *sure,
                        double *level)
{
    double height = 0.0, n = 0.0;
    *sure = *level = 0.0;
    for (int p = 0; p < source->parts; p++)
        if (source->color[p] == color) {
            height += samples->all[p].ratio;
            *level += samples->all[p].level;
            *sure += sureness(&samples->all[p]);
            n += 1.0;
        }
    if (n > 0.0) {
        *sure /= n;
        *level /= n;
    }
    return n > 0.0 ? height / n : -1.0;
}

/* Of one law for all colours. */
struct heights {
    double of[3], sure[3], level[3]; /* of: -1 where a colour is not measured by itself */
    double least, agreement;         /* agreement: 0..1 */
};

static void find_heights(const struct fl_noise_source *source,
                         const struct fl_noise_samples *samples, struct heights *h)
{
    double sum = 0.0, n = 0.0, even;
    h->least = 1e300;
    for (int c = 0; c < 3; c++) {
        h->of[c] = height_of(source, samples, c, &h->sure[c], &h->level[c]);
        if (!(h->of[c] >= 0.0))
            continue;
        h->least = h->of[c] < h->least ? h->of[c] : h->least;
        sum += h->of[c];
        n += 1.0;
    }
    even = sum > 0.0 ? h->least * n / sum : 1.0;
    h->agreement = (even - 0.5) / 0.35;
    h->agreement = h->agreement < 0.0 ? 0.0 : h->agreement > 1.0 ? 1.0 : h->agreement;
}

/* Texture makes a colour's noise look larger, and the colour that shows the least is nearest to
 * the truth; but where all are sure, each is believed for itself: gains may differ. */
static void set_colors(const struct heights *h, const struct fl_noise *law,
                       struct fl_noise_measured out[3])
{
    for (int c = 0; c < 3; c++) {
        int from = h->of[c] >= 0.0 ? c : 1; /* mono: all are alike */
        double own = h->of[from] < MAX_APART * h->least ? h->of[from] : MAX_APART * h->least;
        double height = (h->least + h->sure[from] * (own - h->least)) * SAFETY;
        out[c].noise.s = law->s * height;
        out[c].noise.o = law->o * height > LEAST_O ? law->o * height : LEAST_O;
        out[c].quiet = h->sure[from] * h->agreement;
        out[c].level = h->level[from];
    }
}

static double least_height(const struct fl_noise_source *source,
                           const struct fl_noise_samples *samples)
{
    double least = 1e300;
    for (int p = 0; p < source->parts; p++)
        if (samples->all[p].ratio < least)
            least = samples->all[p].ratio;
    return least;
}

double fl_noise_floor(const struct fl_frame *raw)
{
    double floor = -1e9;
    if (raw->format.packing == FL_PACK_F32 ||
        (raw->meta.corrections && raw->meta.corrections->black_pattern))
        return floor;
    for (int site = 0; site < 4; site++) {
        double white = raw->meta.white_dn[site] > 0.0F ? (double)raw->meta.white_dn[site]
                                                       : (double)((1 << raw->format.bits) - 1);
        double black = (double)raw->meta.black_dn[site];
        double level = white > black ? black / (black - white) : 0.0;
        floor = level > floor ? level : floor;
    }
    return floor;
}

void fl_noise_estimate(const struct fl_noise_input *input, struct fl_noise_measured out[3])
{
    struct fl_noise_source source;
    struct fl_noise_samples samples;
    struct heights heights;
    struct fl_noise line;
    memset(out, 0, 3 * sizeof *out);
    fl_noise_source_init(input, &source);
    if (!fl_noise_first_guess(&source, &line))
        return;
    for (int round = 0; round < 2; round++) {
        struct fl_noise law[3] = {line, line, line};
        struct point points[MAX_POINTS + ANCHORS];
        int n;
        fl_noise_sample_cells(&source, law, &samples);
        n = make_points(&source, &samples, &line, points);
        if (n > 0)
            line = fit(&line, least_height(&source, &samples), points, n);
    }
    fl_noise_sample_cells(&source, (struct fl_noise[3]){line, line, line}, &samples);
    find_heights(&source, &samples, &heights);
    set_colors(&heights, &line, out);
}
