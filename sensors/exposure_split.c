/* How light that is missing is made up for: by exposure time, by gain, in which order. */
#include "firstlight/meter.h"

#include <math.h>

/* Time first where things stand still enough, then gain; sport keeps times short, long keeps
 * gain low. The last step goes on to the limits. */
static const struct fl_exposure_ladder ladders[] = {
    [FL_EXPOSURE_NORMAL] = {5, {1e-4, 1e-2, 3e-2, 6e-2, 1.2e-1}, {1, 2, 4, 6, 8}},
    [FL_EXPOSURE_SPORT] = {5, {1e-4, 5e-3, 1e-2, 2e-2, 1.2e-1}, {1, 4, 8, 12, 16}},
    [FL_EXPOSURE_LONG] = {5, {1e-3, 3e-2, 6e-2, 9e-2, 1.2e-1}, {1, 2, 4, 6, 12}},
};

static double least(double a, double b)
{
    return a < b ? a : b;
}

static double within(double v, double low, double high)
{
    return v > low ? (v < high ? v : high) : low;
}

struct room {
    double exposure_min_s, exposure_max_s, gain_min, gain_max;
};

static struct room room_of(const struct fl_meter_config *c)
{
    struct room r = {c->limits.exposure_min_s, c->limits.exposure_max_s, c->limits.gain_min,
                     c->limits.gain_max};
    if (!(r.exposure_max_s > 0.0))
        r.exposure_max_s = 1.0;
    if (!(r.gain_min > 0.0))
        r.gain_min = 1.0;
    if (r.gain_max < r.gain_min)
        r.gain_max = r.gain_min;
    if (c->frame_s > 0.0 && c->frame_s < r.exposure_max_s)
        r.exposure_max_s = c->frame_s;
    if (c->exposure_s > 0.0)
        r.exposure_min_s = r.exposure_max_s =
            within(c->exposure_s, r.exposure_min_s,
                   c->limits.exposure_max_s > 0.0 ? c->limits.exposure_max_s : c->exposure_s);
    if (c->gain > 0.0)
        r.gain_min = r.gain_max = within(c->gain, r.gain_min, r.gain_max);
    return r;
}

/* Goes up the ladder until time x gain is reached. */
static void climb(const struct fl_exposure_ladder *l, const struct room *r, double total_s,
                  double *exposure_s, double *gain)
{
    double t = r->exposure_min_s, g = r->gain_min;
    for (int i = 0; i <= l->count; i++) {
        bool end = i == l->count; /* beyond the ladder: to the limits, gain before time */
        double next_g = end ? r->gain_max : within(l->gain[i], r->gain_min, r->gain_max);
        double next_t = end ? t : within(l->exposure_s[i], r->exposure_min_s, r->exposure_max_s);
        if (next_t > t)
            t = within(total_s / g, t, next_t);
        if (t * g < total_s && next_g > g)
            g = within(total_s / t, g, next_g);
        if (t * g >= total_s)
            break;
    }
    if (t * g < total_s)
        t = within(total_s / g, t, r->exposure_max_s);
    *exposure_s = t;
    *gain = g;
}

void fl_exposure_split(const struct fl_meter_config *config, double total_s, double *exposure_s,
                       double *gain)
{
    const struct room r = room_of(config);
    int mode = (int)config->exposure_mode;
    const struct fl_exposure_ladder *l =
        config->ladder ? config->ladder
                       : &ladders[mode > FL_EXPOSURE_LONG ? FL_EXPOSURE_NORMAL : mode];
    climb(l, &r, total_s, exposure_s, gain);
    if (config->flicker_s > 0.0 && *exposure_s >= config->flicker_s &&
        !(config->exposure_s > 0.0)) {
        double whole = floor(*exposure_s / config->flicker_s + 1e-9) * config->flicker_s;
        *gain = within(total_s / whole, r.gain_min, r.gain_max);
        *exposure_s = whole;
    }
    *gain = least(*gain, r.gain_max);
}
