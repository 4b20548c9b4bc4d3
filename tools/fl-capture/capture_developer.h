/* Developing and writing shots on a thread of its own, while the camera takes the next one. */
#ifndef FL_CAPTURE_DEVELOPER_H
#define FL_CAPTURE_DEVELOPER_H

#include "capture_options.h"
#include "console.h"

#define FL_BURST_MAX 32

/* A shot with all its frames; the developer takes the references. */
struct fl_capture_job {
    int counter; /* for %d */
    int frames;
    struct fl_frame *frame[FL_BURST_MAX];
    struct fl_camera_shot shot; /* of the first */
};

struct fl_developer;

struct fl_developer_config {
    const struct fl_capture_options *options;
    const struct fl_tuning *tuning; /* NULL = none */
    const char *camera;
    int width, height; /* of pictures; 0 = the frame's */
    struct fl_console *console;
};

/* Starts the thread. Errors: FL_ERR_RANGE (a setting), FL_ERR_MEMORY. */
fl_err fl_developer_new(const struct fl_developer_config *config,
                        struct fl_developer **out) FL_MUST_USE;

/* Hands a shot over; waits where one waits already. The frames' references go with it in any case.
 * Errors: those of earlier shots, once each. */
fl_err fl_developer_submit(struct fl_developer *developer,
                           const struct fl_capture_job *job) FL_MUST_USE;

/* The failure of a shot, if there was one since the last question. */
fl_err fl_developer_error(struct fl_developer *developer) FL_MUST_USE;

/* Finishes what was handed over and ends the thread. Errors: those of shots. *written: pictures
 * that are there. NULL is allowed. */
fl_err fl_developer_free(struct fl_developer *developer, int *written) FL_MUST_USE;

#endif
