/* Exposure and white balance for cameras that leave them to us. */
#ifndef FL_CAPTURE_AUTO_H
#define FL_CAPTURE_AUTO_H

#include "capture_camera.h"

#include "firstlight/meter.h"

struct fl_capture_auto {
    const struct fl_capture_options *options;
    bool exposes, balances; /* what is ours to do */
    struct fl_meter meter;
    struct fl_pipeline *pipeline; /* for the white of small frames */
    struct fl_settings settings;
    bool has_neutral;
    double neutral[3];
    struct fl_exposure_ladder ladder; /* from the tuning */
    double weights[225];
};

/* tuning may be NULL, and must outlive it. Errors: FL_ERR_MEMORY. */
fl_err fl_capture_auto_open(struct fl_capture_auto *a, const struct fl_capture_options *options,
                            const struct fl_capture_camera *camera,
                            const struct fl_tuning *tuning) FL_MUST_USE;
void fl_capture_auto_close(struct fl_capture_auto *a);

/* Measures a frame. speed 1: all the way at once, before the first picture; less keeps a series
 * steady, and what is nearly right stays as it is. */
fl_err fl_capture_auto_look(struct fl_capture_auto *a, const struct fl_frame *frame,
                            const struct fl_camera_shot *shot, double speed) FL_MUST_USE;

/* Whether exposure and white balance are found. */
bool fl_capture_auto_settled(const struct fl_capture_auto *a, const struct fl_camera_shot *shot);

/* Exposure of the next frame into its controls. */
void fl_capture_auto_controls(const struct fl_capture_auto *a, struct fl_camera_controls *controls);

/* White balance into the frame's and the shot's metadata. */
void fl_capture_auto_apply(const struct fl_capture_auto *a, struct fl_frame *frame,
                           struct fl_camera_shot *shot);

#endif
