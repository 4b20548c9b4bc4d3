/* Between the chain and the encoder: hands finished rows to the caller's last step. */
#ifndef FL_FINISH_H
#define FL_FINISH_H

#include "encode.h"
#include "firstlight/finish.h"

struct fl_finish_sink {
    const struct fl_finish *finish;
    const struct fl_kernels *kernels;
    const struct fl_encode *encode;
    struct fl_curve noise; /* of luma */
    struct fl_finish_picture picture;
    struct fl_finish_target target;
};

/* Whether there is something for a last step to work on: a display-encoded colour picture that was
 * not resized; *why says what is in the way. */
bool fl_finish_fits(const struct fl_flow *flow, const struct fl_encode *encode, const char **why);

/* Begins the caller's step. sink and encode must stay where they are until fl_finish_end(). */
fl_err fl_finish_begin(struct fl_finish_sink *sink, const struct fl_finish *finish,
                       const struct fl_prepare *prepare, const struct fl_flow *flow,
                       const struct fl_encode *encode);

/* A sink's function (see fl_sink); user is the fl_finish_sink. */
void fl_finish_rows(void *user, const struct fl_rows *rows);

/* Ends the step; err is the chain's. Returns the first error of the two. */
fl_err fl_finish_end(struct fl_finish_sink *sink, fl_err err);

#endif
