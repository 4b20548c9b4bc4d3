/* Look-up in a sensor's tuning data. */
#include "firstlight/tuning_data.h"

#include "flmath.h"

#include <math.h>
#include <string.h>

#define MIRED(k) (1e6 / (k))

double fl_polyline_at(const struct fl_polyline *line, double x)
{
    const struct fl_point *p = line->point;
    if (line->count < 1)
        return 0.0;
    if (!(x > p[0].x))
        return p[0].y;
    for (int i = 1; i < line->count; i++)
        if (x < p[i].x)
            return p[i - 1].y + (p[i].y - p[i - 1].y) * (x - p[i - 1].x) / (p[i].x - p[i - 1].x);
    return p[line->count - 1].y;
}

/* Between points i and i + 1. */
static void inside_grey(const struct fl_tuning *t, int i, double cct_k, double grey[2])
{
    const struct fl_grey_point *a = &t->grey[i], *b = a + 1;
    double w = (cct_k - a->cct_k) / (b->cct_k - a->cct_k);
    grey[0] = a->rg + w * (b->rg - a->rg);
    grey[1] = a->bg + w * (b->bg - a->bg);
}

/* Beyond the end: neighbouring points are too near to each other to give a slope, so it is taken
 * over a third of the curve. */
static void outside_grey(const struct fl_tuning *t, bool cool, double cct_k, double grey[2])
{
    const struct fl_grey_point *end = cool ? &t->grey[t->grey_count - 1] : &t->grey[0];
    const struct fl_grey_point *other = cool ? &t->grey[0] : &t->grey[t->grey_count - 1];
    double from = MIRED(end->cct_k), to = from + (MIRED(other->cct_k) - from) / 3.0;
    double base[2] = {1.0, 1.0}, w = (MIRED(cct_k) - from) / (to - from);
    (void)fl_tuning_grey(t, 1e6 / to, base);
    grey[0] = end->rg * fl_pow(base[0] / end->rg, w);
    grey[1] = end->bg * fl_pow(base[1] / end->bg, w);
}

bool fl_tuning_grey(const struct fl_tuning *t, double cct_k, double grey[2])
{
    int last = t->grey_count - 1;
    if (last < 1)
        return false;
    cct_k = cct_k > 1000.0 ? (cct_k < 1e5 ? cct_k : 1e5) : 1000.0;
    if (cct_k < t->grey[0].cct_k || cct_k > t->grey[last].cct_k) {
        outside_grey(t, cct_k > t->grey[last].cct_k, cct_k, grey);
        return true;
    }
    for (int i = 0; i < last; i++)
        if (cct_k <= t->grey[i + 1].cct_k) {
            inside_grey(t, i, cct_k, grey);
            break;
        }
    return true;
}

static double distance(const struct fl_tuning *t, double mired, const double log_grey[2])
{
    double grey[2] = {1.0, 1.0}, a, b;
    (void)fl_tuning_grey(t, 1e6 / mired, grey);
    a = fl_log2(grey[0]) - log_grey[0];
    b = fl_log2(grey[1]) - log_grey[1];
    return a * a + b * b;
}

double fl_tuning_cct(const struct fl_tuning *t, const double grey[2])
{
    enum { STEPS = 64, REFINE = 40 };
    double low, high, step, best = 0.0, best_distance = 1e300, log_grey[2];
    if (t->grey_count < 2 || !(grey[0] > 0.0) || !(grey[1] > 0.0))
        return 0.0;
    log_grey[0] = fl_log2(grey[0]);
    log_grey[1] = fl_log2(grey[1]);
    low = MIRED(t->grey[t->grey_count - 1].cct_k);
    high = MIRED(t->grey[0].cct_k);
    step = (high - low) / STEPS;
    for (int i = 0; i <= STEPS; i++) {
        double d = distance(t, low + step * i, log_grey);
        if (d < best_distance) {
            best_distance = d;
            best = low + step * i;
        }
    }
    low = best - step > low ? best - step : low;
    high = best + step < high ? best + step : high;
    for (int i = 0; i < REFINE; i++) { /* thirds */
        double a = low + (high - low) / 3.0, b = high - (high - low) / 3.0;
        if (distance(t, a, log_grey) < distance(t, b, log_grey))
            high = b;
        else
            low = a;
    }
    return 1e6 / (0.5 * (low + high));
}

bool fl_tuning_ccm_at(const struct fl_tuning *t, double cct_k, double matrix[9])
{
    int i = 0, k;
    double w = 0.0;
    if (t->ccm_count < 1)
        return false;
    while (i + 1 < t->ccm_count && cct_k > t->ccm[i + 1].cct_k)
        i++;
    k = i + 1 < t->ccm_count ? i + 1 : i;
    if (k > i && cct_k > t->ccm[i].cct_k)
        w = (cct_k - t->ccm[i].cct_k) / (t->ccm[k].cct_k - t->ccm[i].cct_k);
    for (int e = 0; e < 9; e++)
        matrix[e] = t->ccm[i].matrix[e] + w * (t->ccm[k].matrix[e] - t->ccm[i].matrix[e]);
    return true;
}

double fl_tuning_prior_at(const struct fl_tuning *t, double lux, double cct_k)
{
    const struct fl_awb_prior *p = t->prior;
    int i = 0;
    double a, b, w;
    if (t->prior_count < 1)
        return 0.0;
    while (i + 1 < t->prior_count && lux >= p[i + 1].lux)
        i++;
    a = fl_polyline_at(&p[i].log_likelihood, cct_k);
    if (!(lux > p[i].lux) || i + 1 == t->prior_count)
        return a;
    b = fl_polyline_at(&p[i + 1].log_likelihood, cct_k);
    w = (lux - p[i].lux) / (p[i + 1].lux - p[i].lux);
    return a + w * (b - a);
}

bool fl_tuning_noise(const struct fl_tuning *t, double gain, struct fl_noise *noise)
{
    const double full = 65535.0;
    double black = t->has_black ? t->black[1] : 0.0, range = full * (1.0 - black);
    if (!(t->noise_slope > 0.0) || !(gain > 0.0) || !(range >= 1.0))
        return false;
    noise->s = gain * t->noise_slope * t->noise_slope / range;
    noise->o = gain * t->noise_constant * t->noise_constant / (range * range);
    return true;
}

double fl_tuning_lux(const struct fl_tuning *t, double exposure_s, double gain, double aperture,
                     double y)
{
    const struct fl_lux_reference *r = &t->lux;
    double a = r->aperture / aperture, light = exposure_s * gain * aperture;
    if (!(r->lux > 0.0) || !(light > 0.0) || !(y > 0.0) || !(r->y > 0.0))
        return 0.0;
    return r->lux * (r->exposure_s / exposure_s) * (r->gain / gain) * a * a * (y / r->y);
}
