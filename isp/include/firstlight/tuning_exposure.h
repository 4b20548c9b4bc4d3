/* How a sensor's exposure is controlled: the tables of Raspberry Pi's AGC, as plain values. The
 * first mode of each kind is the default. */
#ifndef FIRSTLIGHT_TUNING_EXPOSURE_H
#define FIRSTLIGHT_TUNING_EXPOSURE_H

#include "firstlight/polyline.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FL_TUNING_NAME 32 /* bytes of a mode's name */

/* How much each zone of the picture counts. */
struct fl_metering_mode {
    char name[FL_TUNING_NAME]; /* "centre-weighted", "spot", "matrix", ... */
    int cols, rows;            /* a grid over the picture; 0: the 15 zones of vc4 hardware */
    int count;                 /* cols x rows, or 15 */
    double *weight;            /* row by row, not negative */
};

/* How exposure is divided: shutter and gain rise in turn, from the first pair to the last. */
struct fl_exposure_mode {
    char name[FL_TUNING_NAME]; /* "normal", "short", "long", ... */
    int count;                 /* at least 2 */
    double *exposure_s;
    double *gain; /* analogue, 1 = base */
};

enum fl_exposure_bound { FL_BOUND_LOWER = 0, FL_BOUND_UPPER };

/* The mean of the histogram between two quantiles stays above (lower) or below (upper) a level. */
struct fl_exposure_constraint {
    enum fl_exposure_bound bound;
    double q_low, q_high;        /* 0..1 */
    struct fl_polyline y_target; /* x: lux; y: level, 0..1 */
};
struct fl_constraint_mode {
    char name[FL_TUNING_NAME]; /* "normal", "highlight", "shadows", ... */
    int count;
    struct fl_exposure_constraint *constraint;
};

/* Exposure of a channel is bounded by that of another times a factor. */
struct fl_channel_constraint {
    enum fl_exposure_bound bound;
    int channel;
    double factor;
};

/* One exposure of a bracket; ordinary pictures are those of channel 0. */
struct fl_exposure_channel {
    int metering_count, mode_count, constraint_count, bound_count;
    struct fl_metering_mode *metering;
    struct fl_exposure_mode *mode;
    struct fl_constraint_mode *constraint;
    struct fl_channel_constraint *bound; /* by other channels */
    struct fl_polyline y_target;         /* x: lux; y: weighted mean of the picture, 0..1 */
    double base_ev;                      /* factor on the target; 1 = none */
    double speed;                        /* share of the way to the target per frame */
    int startup_frames;                  /* that go all the way at once */
    int convergence_frames;              /* until a picture is worth taking */
    double fast_reduce_threshold;        /* below this share of the target: at once */
    double default_exposure_s, default_gain;
    double stable_region; /* relative difference that changes nothing */
    double max_digital_gain;
    bool desaturate; /* raise digital gain where the picture is nearly clipped */
};

struct fl_exposure_tuning {
    int channel_count; /* 0 = not known */
    struct fl_exposure_channel *channel;
};

#ifdef __cplusplus
}
#endif
#endif
