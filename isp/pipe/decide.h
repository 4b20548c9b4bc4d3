/* Pass 1: measures the frame and decides what the stages need to know. */
#ifndef FL_DECIDE_H
#define FL_DECIDE_H

#include "chain.h"

struct fl_decide {
    const struct fl_frame *frame;
    const struct fl_settings *settings;
    struct fl_rect active; /* even-sized, in frame pixels */
    enum fl_cfa cfa;       /* of the active area; FL_CFA_NONE when there is none */
    struct fl_rect crop;   /* picture to show, in active pixels */
    int orientation;
    const struct fl_param_set *params;
    const struct fl_kernels *kernels;
    const struct fl_exec *exec;
    enum fl_executor executor;
    const struct fl_log *log;
};

/* Fills *control; free it with fl_control_free() in any case.
 * Errors: those of the stages up to lens shading, FL_ERR_RANGE (box), FL_ERR_MEMORY,
 * FL_ERR_CANCELLED. */
fl_err fl_decide(const struct fl_decide *d, struct fl_control *control);
void fl_control_free(struct fl_control *control);

#endif
