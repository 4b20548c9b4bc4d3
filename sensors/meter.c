/* Automatic exposure: the mean brightness that a photograph wants, and highlights that survive.
 *
 * Model: weighted mean Y of the frame, linear, white-balanced, is brought to a target; where the
 * brightest hundredth would clip, less, by one stop at most, because the chain lifts what is dark
 * and cannot bring back what is white. Where the brightest hundredth stays below half of the range
 * exposure goes up: light costs nothing and noise falls. */
#include "firstlight/meter.h"

#include "fastlog.h"
#include "flmath.h"

#include <math.h>
#include <string.h>

#define TARGET        0.16
#define HIGHLIGHT     0.95 /* where the brightest hundredth may lie */
#define CLIPPED       0.97 /* from here on a value is not known */
#define BRIGHT_LEAST  0.4
#define DARKEN_MOST   1.0 /* stops */
#define LIFT_MOST     1.0 /* stops above the target for the sake of the brightest */
#define STEP_MOST     8.0 /* factor of one look */
#define SETTLED_STOPS 0.1
#define BINS          256
#define WEIGHTS       15 /* a side of custom weights */

void fl_meter_init(struct fl_meter *meter, const struct fl_meter_config *config)
{
    memset(meter, 0, sizeof *meter);
    meter->config = *config;
    if (!(meter->config.target > 0.0))
        meter->config.target = TARGET;
    meter->total_s = config->exposure_s > 0.0 ? config->exposure_s : 0.01;
    if (config->gain > 0.0)
        meter->total_s *= config->gain;
}

static double weight_at(const struct fl_meter_config *c, double u, double v)
{
    double x = u - 0.5, y = v - 0.5, r2 = x * x + y * y;
    switch (c->metering) {
    case FL_METERING_SPOT:
        return r2 < 0.01 ? 1.0 : 0.0;
    case FL_METERING_AVERAGE:
        return 1.0;
    case FL_METERING_CUSTOM:
        if (c->weights)
            return c->weights[(int)(v * WEIGHTS) * WEIGHTS + (int)(u * WEIGHTS)];
        break;
    case FL_METERING_CENTRE:
        break;
    }
    return 1.0 / (1.0 + 12.0 * r2);
}

struct levels {
    double mean;      /* weighted luminance */
    double brightest; /* 99th percentile of the largest of a block */
};

/* One 2x2 block, black 0, white 1. */
static void block_levels(const struct fl_frame *f, int x, int y, const double gain[3], double *luma,
                         double *most)
{
    static const double weight[3] = {0.25, 0.5, 0.25};
    double sum[3] = {0}, count[3] = {0};
    *luma = *most = 0.0;
    for (int site = 0; site < 4; site++) {
        const uint16_t *row =
            (const uint16_t *)(const void *)((const char *)f->plane[0] +
                                             (size_t)(y + site / 2) * f->stride[0]);
        double black = (double)f->meta.black_dn[site], white = (double)f->meta.white_dn[site];
        double v = (row[x + site % 2] - black) / (white > black ? white - black : 1.0);
        int c = fl_cfa_color(f->format.cfa, site % 2, site / 2);
        *most = v > *most ? v : *most;
        sum[c] += v * gain[c];
        count[c] += 1.0;
    }
    if (f->format.color == FL_COLOR_MONO) {
        *luma = sum[1] / count[1];
        return;
    }
    for (int c = 0; c < 3; c++)
        *luma += weight[c] * sum[c] / (count[c] > 0.0 ? count[c] : 1.0);
}

static struct levels measure(const struct fl_meter_config *c, const struct fl_frame *f,
                             const double *neutral)
{
    double gain[3] = {1.0, 1.0, 1.0}, sum = 0.0, total = 0.0;
    int bins[BINS] = {0}, blocks = 0, above = 0, bin = BINS - 1;
    for (int i = 0; neutral && i < 3; i++)
        if (neutral[i] > 0.05)
            gain[i] = 1.0 / neutral[i];
    for (int y = 0; y + 1 < f->height; y += 2)
        for (int x = 0; x + 1 < f->width; x += 2) {
            double w = weight_at(c, (x + 1.0) / f->width, (y + 1.0) / f->height), luma, most;
            block_levels(f, x, y, gain, &luma, &most);
            sum += w * luma;
            total += w;
            bins[(int)(BINS * (most > 0.0 ? most < 0.999 ? most : 0.999 : 0.0))]++;
            blocks++;
        }
    while (bin > 0 && (above += bins[bin]) * 100 < blocks)
        bin--;
    return (struct levels){total > 0.0 ? sum / total : 0.0, (bin + 0.5) / BINS};
}

static double within(double v, double low, double high)
{
    return v > low ? (v < high ? v : high) : low;
}

/* What the exposure of this frame should have been multiplied with. */
static double factor_for(const struct fl_meter_config *c, const struct levels *l)
{
    double target = c->target * fl_exp2(within(c->ev, -10.0, 10.0));
    double factor = target / (l->mean > 1e-5 ? l->mean : 1e-5), room;
    if (l->brightest >= CLIPPED)
        room = 0.7; /* what clips may be anything: less, and look again */
    else
        room = HIGHLIGHT / l->brightest;
    if (room < factor)
        factor *= fl_exp2(-within(fl_log2(factor / room), 0.0, DARKEN_MOST));
    else if (l->brightest * factor < BRIGHT_LEAST)
        factor *= within(BRIGHT_LEAST / (l->brightest * factor), 1.0, fl_exp2(LIFT_MOST));
    return factor;
}

fl_err fl_meter_look(struct fl_meter *meter, const struct fl_frame *reduced, double exposure_s,
                     double gain, const double *neutral, double speed)
{
    struct levels l;
    double now_s = exposure_s * gain, stops, t, g;
    if (reduced->format.color == FL_COLOR_RGB || reduced->format.packing != FL_PACK_U16)
        return fl_error(FL_ERR_UNSUPPORTED, "only raw frames can be measured");
    if (!(now_s > 0.0))
        now_s = meter->total_s;
    l = measure(&meter->config, reduced, neutral);
    stops = fl_log2(within(factor_for(&meter->config, &l), 1.0 / STEP_MOST, STEP_MOST));
    meter->frames++;
    meter->total_s = now_s * fl_exp2(stops * within(speed, 0.0, 1.0));
    fl_exposure_split(&meter->config, meter->total_s, &t, &g);
    /* At a limit the exposure stays as it is: that is all there is. */
    meter->settled = fabs(stops) < SETTLED_STOPS || fabs(fl_log2(t * g / now_s)) < 0.02;
    return fl_success();
}

void fl_meter_controls(const struct fl_meter *meter, struct fl_camera_controls *out)
{
    fl_exposure_split(&meter->config, meter->total_s, &out->exposure_s, &out->gain);
}
