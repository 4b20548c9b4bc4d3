/* Edge-based spatial frequency response.
 *
 * Source: ISO 12233:2017, annex D, the procedure known as e-SFR or slanted edge: the place of the
 * edge in every row is the centroid of the derivative under a Hamming window, a straight line is
 * fitted to them, all pixels are sorted by their distance from it into bins of a quarter pixel,
 * and the derivative of that profile is transformed. Luminance is linearised by the sRGB curve;
 * the loss by the two-point derivative is divided out. */
#include "slanted_edge.h"

#include "flmath.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define BINS_PER_PIXEL 4
#define MAX_BINS       (EDGE_MAX * BINS_PER_PIXEL)
#define NEAR_PIXELS    8 /* where overshoot is looked for; beyond, the profile is level */

/* The area turned so that the edge runs along columns: value[y * width + x]. */
struct area {
    int width, height;
    double *linear, *display;
};

static void fill(const struct picture *p, const struct edge_area *from, struct area *to)
{
    const double *linear = picture_linear_table();
    for (int y = 0; y < to->height; y++)
        for (int x = 0; x < to->width; x++) {
            int px = from->x + (from->across ? y : x), py = from->y + (from->across ? x : y);
            const uint8_t *rgb = picture_at(p, px, py);
            size_t i = (size_t)y * (size_t)to->width + (size_t)x;
            to->linear[i] = 0.2126729 * linear[rgb[0]] + 0.7151522 * linear[rgb[1]] +
                            0.0721750 * linear[rgb[2]];
            to->display[i] = 0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2];
        }
}

static double hamming(double distance, double half)
{
    double t = distance / half;
    return fabs(t) < 1.0 ? 0.54 + 0.46 * fl_cos(FL_PI * t) : 0.0;
}

/* Place of the edge in one row, seen under a window around `centre`. */
static double centroid(const struct area *a, int y, double centre)
{
    const double *row = a->linear + (size_t)y * (size_t)a->width;
    double sum = 0.0, moment = 0.0;
    for (int x = 1; x < a->width - 1; x++) {
        double d = (row[x + 1] - row[x - 1]) * hamming(x - centre, a->width / 2.0);
        sum += d;
        moment += d * x;
    }
    return sum != 0.0 ? moment / sum : centre;
}

struct line {
    double at0, slope; /* x = at0 + slope * y */
};

static struct line fit(const struct area *a, struct line window)
{
    double n = a->height, sy = 0, sx = 0, syy = 0, sxy = 0;
    struct line out;
    for (int y = 0; y < a->height; y++) {
        double x = centroid(a, y, window.at0 + window.slope * y);
        sy += y;
        sx += x;
        syy += (double)y * y;
        sxy += x * y;
    }
    out.slope = (n * sxy - sx * sy) / (n * syy - sy * sy);
    out.at0 = (sx - out.slope * sy) / n;
    return out;
}

/* Mean of the values in bins of a quarter pixel by their distance from the line; an empty bin
 * repeats the one before. Returns the number of bins, the edge is in their middle. */
static int profile(const struct area *a, struct line line, const double *value, double *out)
{
    double cosine = 1.0 / sqrt(1.0 + line.slope * line.slope), sum[MAX_BINS] = {0};
    int count[MAX_BINS] = {0}, bins = (a->width - 8) * BINS_PER_PIXEL;
    for (int y = 0; y < a->height; y++)
        for (int x = 0; x < a->width; x++) {
            double d = (x - line.at0 - line.slope * y) * cosine;
            double at = floor(d * BINS_PER_PIXEL + 0.5) + bins / 2;
            if (at < 0 || at >= bins)
                continue;
            sum[(int)at] += value[(size_t)y * (size_t)a->width + (size_t)x];
            count[(int)at]++;
        }
    for (int i = 0; i < bins; i++)
        out[i] = count[i] ? sum[i] / count[i] : i ? out[i - 1] : 0.0;
    return bins;
}

/* Modulation of the derivative of a profile at a frequency in cycles per pixel. */
static double modulation(const double *edge, int bins, double frequency)
{
    double step = frequency / BINS_PER_PIXEL, re = 0, im = 0, dc = 0, loss;
    for (int i = 1; i < bins - 1; i++) {
        double d = (edge[i + 1] - edge[i - 1]) * hamming(i - bins / 2, bins / 2.0);
        re += d * fl_cos(2.0 * FL_PI * step * i);
        im += d * fl_sin(2.0 * FL_PI * step * i);
        dc += d;
    }
    loss = frequency > 0.0 ? fl_sin(2.0 * FL_PI * step) / (2.0 * FL_PI * step) : 1.0;
    return sqrt(re * re + im * im) / (fabs(dc) * loss);
}

static double find_mtf50(const double *edge, int bins)
{
    double before = 1.0;
    for (int i = 1; i <= 200; i++) {
        double now = modulation(edge, bins, i * 0.005);
        if (now < 0.5)
            return 0.005 * (i - 1 + (before - 0.5) / (before - now));
        before = now;
    }
    return (double)NAN;
}

static double find_overshoot(const double *edge, int bins)
{
    int middle = bins / 2, reach = NEAR_PIXELS * BINS_PER_PIXEL;
    double low = 0, high = 0, over = 0, step;
    for (int i = 0; i < middle - reach; i++)
        low += edge[i] / (middle - reach);
    for (int i = middle + reach; i < bins; i++)
        high += edge[i] / (bins - middle - reach);
    step = high - low;
    for (int i = middle - reach; i < middle + reach; i++) {
        double mean = (edge[i - 1] + edge[i] + edge[i + 1]) / 3.0;
        double above = (mean - high) / step, below = (low - mean) / step;
        over = above > over ? above : over;
        over = below > over ? below : over;
    }
    return 100.0 * over;
}

static fl_err check(const struct picture *p, const struct edge_area *a)
{
    int across = a->across ? a->height : a->width;
    if (a->x < 0 || a->y < 0 || a->width < 1 || a->height < 1 || a->width > p->width - a->x ||
        a->height > p->height - a->y || across > EDGE_MAX || across < 4 * NEAR_PIXELS)
        return fl_error(FL_ERR_ARGUMENT, "edge area %d,%d %dx%d does not fit", a->x, a->y, a->width,
                        a->height);
    return fl_success();
}

fl_err edge_measure(const struct picture *p, const struct edge_area *area, struct edge_result *out)
{
    size_t pixels = (size_t)area->width * (size_t)area->height;
    double edge[MAX_BINS], *values;
    struct area a = {area->width, area->height, NULL, NULL};
    struct line line;
    FL_TRY(check(p, area));
    if (area->across) {
        a.width = area->height;
        a.height = area->width;
    }
    values = malloc(2 * pixels * sizeof *values);
    if (!values)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    a.linear = values;
    a.display = values + pixels;
    fill(p, area, &a);
    line = fit(&a, (struct line){a.width / 2.0, 0.0});
    line = fit(&a, line);
    out->mtf50 = find_mtf50(edge, profile(&a, line, a.linear, edge));
    out->overshoot = find_overshoot(edge, profile(&a, line, a.display, edge));
    free(values);
    return fl_success();
}

/* One side of a square of the scene; see sensors/sim_scene_chart.c for the layout. */
static struct edge_area scene_side(const struct picture *p, int col, int row, int side)
{
    static const double turn = 5.0 * FL_PI / 180.0;
    double by_height = p->height / 2.0, by_width = p->width * 3.0 / 8.0;
    double unit = by_height < by_width ? by_height : by_width;
    double u = side == 0 ? -0.2 : side == 1 ? 0.2 : 0.0;
    double v = side == 2 ? -0.2 : side == 3 ? 0.2 : 0.0;
    double x = p->width / 2.0 + unit * ((col - 1.5) / 1.5 + u * fl_cos(turn) - v * fl_sin(turn));
    double y = p->height / 2.0 + unit * ((row - 1) / 1.5 + u * fl_sin(turn) + v * fl_cos(turn));
    double half_w = unit * (side < 2 ? 0.11 : 0.13), half_h = unit * (side < 2 ? 0.13 : 0.11);
    struct edge_area area = {(int)floor(x - half_w + 0.5), (int)floor(y - half_h + 0.5),
                             (int)(2.0 * half_w), (int)(2.0 * half_h), side >= 2};
    return area;
}

static fl_err scene_square(const struct picture *p, int col, int row, struct edge_result *out)
{
    memset(out, 0, sizeof *out);
    for (int side = 0; side < 4; side++) {
        struct edge_area area = scene_side(p, col, row, side);
        struct edge_result one;
        FL_TRY(edge_measure(p, &area, &one));
        out->mtf50 += one.mtf50 / 4.0;
        out->overshoot += one.overshoot / 4.0;
    }
    return fl_success();
}

fl_err edge_measure_scene(const struct picture *p, double out[MEASURES])
{
    struct edge_result high, low;
    FL_TRY(scene_square(p, 1, 0, &high));
    FL_TRY(scene_square(p, 2, 0, &low));
    out[MEASURE_MTF50] = high.mtf50;
    out[MEASURE_OVERSHOOT] = high.overshoot;
    out[MEASURE_MTF50_LOW] = low.mtf50;
    return fl_success();
}
