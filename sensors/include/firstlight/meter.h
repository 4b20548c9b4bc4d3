/* Automatic exposure for cameras that have none of their own, from the frames themselves. */
#ifndef FIRSTLIGHT_METER_H
#define FIRSTLIGHT_METER_H

#include "firstlight/camera.h"
#include "firstlight/tuning_data.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A small mosaic or mono frame (16 bits) of block means, whose longer side is at most `side` (but
 * at least 2 pixels a side), with the frame's metadata as far as it holds: for measuring exposure
 * and white. The caller owns one reference.
 * Errors: FL_ERR_UNSUPPORTED for RGB, FL_ERR_MEMORY. Any thread. */
FL_API fl_err fl_frame_reduce(const struct fl_frame *raw, int side,
                              struct fl_frame **out) FL_MUST_USE;

#define FL_LADDER_MAX 16

/* Exposure times and gains in the order in which light that is missing is made up for. */
struct fl_exposure_ladder {
    int count;
    double exposure_s[FL_LADDER_MAX], gain[FL_LADDER_MAX];
};

struct fl_meter_config {
    enum fl_camera_metering metering;
    enum fl_camera_exposure exposure_mode;
    double ev;         /* stops */
    double exposure_s; /* fixed; 0 = chosen */
    double gain;       /* fixed; 0 = chosen */
    double flicker_s;  /* exposures are multiples of it where they can; 0 = none */
    double frame_s;    /* longest exposure; 0 = no limit */
    struct fl_camera_limits limits;
    const struct fl_exposure_ladder *ladder; /* in place of exposure_mode's; NULL = that */
    const double *weights; /* for FL_METERING_CUSTOM: 15 x 15, row by row; NULL = centre */
    double target;         /* mean luminance, 0 = 0.16 of the range */
};

struct fl_meter {
    struct fl_meter_config config;
    double total_s; /* exposure time x gain that is wanted; 0 = not known yet */
    bool settled;
    int frames;
};

/* Takes a copy of the configuration; what it points to must outlive the meter. */
FL_API void fl_meter_init(struct fl_meter *meter, const struct fl_meter_config *config);

/* Looks at a frame made by fl_frame_reduce() and how it was taken, and moves by `speed` (0..1 of
 * the way, in stops) to the right exposure. neutral: the camera's response to white, NULL = not
 * known. Sets meter->settled where the frame was right within a tenth of a stop, or cannot become
 * better. Errors: FL_ERR_UNSUPPORTED. */
FL_API fl_err fl_meter_look(struct fl_meter *meter, const struct fl_frame *reduced,
                            double exposure_s, double gain, const double *neutral,
                            double speed) FL_MUST_USE;

/* The exposure for the next frame: sets exposure_s and gain. */
FL_API void fl_meter_controls(const struct fl_meter *meter, struct fl_camera_controls *out);

/* Splits time x gain along a ladder, within limits, fixed values and flicker period. */
FL_API void fl_exposure_split(const struct fl_meter_config *config, double total_s,
                              double *exposure_s, double *gain);

#ifdef __cplusplus
}
#endif
#endif
