/* Lights by matrices or by a tuning's curve, and what is usual where the brightness is known. */
#include "awb_lights.h"

#include "awb.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define TINT_PER_STOP 250.0 /* across a curve: about what the locus has */
#define MATRIX_TINT   15.0  /* usual width */
#define USUAL         2.0   /* times (distance from the usual temperatures / fall)^2 */
#define SURPRISE      2.0   /* so that a clear picture can outweigh it */
#define PRIOR         1.2   /* times the log likelihood that a tuning file states */

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

static bool within(double v, double low, double high)
{
    return v > low && v < high; /* false for NaN */
}

double fl_awb_lux(const struct fl_meta *meta, const struct fl_tuning *tuning, double mean_green)
{
    double f = within(meta->f_number, 0.5, 64.0) ? meta->f_number : 2.0, lux;
    if (!within(meta->exposure_s, 1e-6, 1e4) || !within(meta->iso, 1.0, 1e7) ||
        !within(mean_green, 1e-6, 1e3))
        return 0.0;
    lux = mean_green * 2094.0 * f * f / (meta->exposure_s * meta->iso);
    if (tuning && tuning->lux.lux > 0.0)
        lux = fl_tuning_lux(tuning, meta->exposure_s, meta->iso / 100.0, 1.0, mean_green);
    return within(lux, 0.0, 1e9) ? lux : 0.0;
}

/* Tint moves across the curve as a whole, in the plane of logarithms, green downwards. */
void fl_awb_lights_curve(struct fl_awb_lights *l, const struct fl_tuning *t)
{
    const struct fl_grey_point *a = &t->grey[0], *b = &t->grey[t->grey_count - 1];
    double rg = fl_log2(a->rg / b->rg), bg = fl_log2(a->bg / b->bg);
    double length = sqrt(rg * rg + bg * bg), sign = rg - bg < 0.0 ? -1.0 : 1.0;
    double tolerance;
    l->tuning = t;
    l->by_curve = true;
    l->across[0] = l->across[1] = -sqrt(0.5) / TINT_PER_STOP;
    if (length > 0.1) {
        l->across[0] = sign * bg / (length * TINT_PER_STOP);
        l->across[1] = -sign * rg / (length * TINT_PER_STOP);
    }
    tolerance = t->transverse / (sqrt(a->rg * a->bg) * fl_ln(2.0)) * TINT_PER_STOP;
    l->usual_tint = within(tolerance, 0.0, 1e3) ? 0.75 * tolerance : 20.0;
}

/* What is usual by brightness; a tuning's default mode narrows it. */
static void init_usual(struct fl_awb_lights *l)
{
    static const double log_lux[] = {2.0, 2.5, 3.2, 4.0};
    static const double low[] = {160.0, 160.0, 155.0, 150.0};
    static const double high[] = {350.0, 330.0, 215.0, 195.0};
    static const double fall[] = {30.0, 30.0, 25.0, 20.0};
    double at = fl_ln(l->lux > 1.0 ? l->lux : 1.0) / fl_ln(10.0);
    l->low = through(log_lux, low, 4, at);
    l->high = through(log_lux, high, 4, at);
    l->fall = through(log_lux, fall, 4, at);
    if (l->tuning && l->tuning->mode_count > 0) {
        double least = 1e6 / l->tuning->mode[0].high_k, most = 1e6 / l->tuning->mode[0].low_k;
        l->low = l->low < least ? least : l->low > most ? most : l->low;
        l->high = l->high < least ? least : l->high > most ? most : l->high;
    }
}

void fl_awb_lights_init(struct fl_awb_lights *l, const struct fl_meta *meta,
                        const struct fl_tuning *tuning, double lux, double mean_green)
{
    memset(l, 0, sizeof *l);
    l->tuning = tuning;
    l->lux = within(lux, 0.0, 1e9) ? lux : fl_awb_lux(meta, tuning, mean_green);
    l->usual_tint = MATRIX_TINT;
    fl_camera_color_init(&l->camera, meta, NULL);
    init_usual(l);
    if (tuning && tuning->grey_count >= 2)
        fl_awb_lights_curve(l, tuning);
}

/* Daylight stands 9 units of tint above the locus, lamps on it. */
static bool by_matrices(const struct fl_awb_lights *l, double mired, double tint, double color[2])
{
    static const double at[] = {3500.0, 5000.0};
    static const double daylight[] = {0.0, 9.0};
    double k = 1e6 / mired, neutral[3];
    if (!fl_camera_color_neutral(&l->camera, k, tint + through(at, daylight, 2, k), neutral))
        return false;
    color[0] = fl_log2(neutral[0]);
    color[1] = fl_log2(neutral[2]);
    return true;
}

bool fl_awb_light_color(const struct fl_awb_lights *l, double mired, double tint, double color[2])
{
    double grey[2], neutral[3];
    if (!l->by_curve)
        return by_matrices(l, mired, tint, color);
    if (!fl_tuning_grey(l->tuning, 1e6 / mired, grey))
        return false;
    neutral[0] = grey[0];
    neutral[1] = 1.0;
    neutral[2] = grey[1];
    if (!fl_neutral_is_plausible(neutral))
        return false;
    color[0] = fl_log2(grey[0]) + tint * l->across[0];
    color[1] = fl_log2(grey[1]) + tint * l->across[1];
    return true;
}

double fl_awb_usual(const struct fl_awb_lights *l, double mired, double margin)
{
    double low = l->low - margin, high = l->high + margin, sum;
    double outside = (mired < low ? low - mired : mired > high ? mired - high : 0.0) / l->fall;
    sum = -USUAL * SURPRISE * fl_ln(1.0 + outside * outside / SURPRISE);
    if (l->tuning && l->lux > 0.0)
        sum += PRIOR * fl_tuning_prior_at(l->tuning, l->lux, 1e6 / mired);
    return sum;
}
