/* The camera as the options want it: chosen, configured, and what its frames are to show. */
#ifndef FL_CAPTURE_CAMERA_H
#define FL_CAPTURE_CAMERA_H

#include "capture_options.h"
#include "console.h"

struct fl_capture_camera {
    struct fl_camera *camera;
    struct fl_camera_granted granted;
    struct fl_camera_limits limits;
    struct fl_exif *exif;        /* for every frame; NULL = none */
    struct fl_tuning *simulated; /* the sensor that the simulated camera is; NULL = its own */
    int queued;
};

/* Opens, configures and starts. Errors: those of the camera, FL_ERR_RANGE for --exif. */
fl_err fl_capture_camera_open(const struct fl_capture_options *options, struct fl_console *console,
                              const struct fl_log *log, struct fl_capture_camera *out) FL_MUST_USE;
void fl_capture_camera_close(struct fl_capture_camera *camera);

/* The next frame with these controls, or with earlier ones while requests are queued. Shows what
 * the options want of it (crop, orientation), and has their EXIF. The caller owns a reference.
 * Errors: as fl_camera_wait(); a camera that stalls is started anew once. */
fl_err fl_capture_camera_frame(struct fl_capture_camera *camera,
                               const struct fl_capture_options *options,
                               const struct fl_camera_controls *controls, struct fl_frame **frame,
                               struct fl_camera_shot *shot) FL_MUST_USE;

/* What the options fix, for every request. */
void fl_capture_camera_controls(const struct fl_capture_options *options,
                                struct fl_camera_controls *out);

/* --list-cameras on standard output. */
fl_err fl_capture_list_cameras(const struct fl_log *log) FL_MUST_USE;

#endif
