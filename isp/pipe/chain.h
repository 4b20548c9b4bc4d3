/* A chain: the stages prepared for one frame. */
#ifndef FL_CHAIN_H
#define FL_CHAIN_H

#include "param_set.h"
#include "plan.h"

struct fl_chain {
    struct fl_step step[FL_MAX_STAGES]; /* those that run, in order */
    int count;
    struct fl_flow flow; /* what leaves the last step */
    int reports;         /* lines used in the report */
    const char *name[FL_REPORT_STAGES];
    bool bypassed[FL_REPORT_STAGES];
};

/* Prepares the stages in registry order. `template` has everything but params and flow.
 * until: the last stage to prepare, by stage or operation name; NULL: all. measuring: for pass 1,
 * without stages that statistics do not need. On failure nothing is left behind. Errors: those of
 * the stages, with the stage's name before the message. */
fl_err fl_chain_make(struct fl_chain *chain, const struct fl_prepare *template,
                     const struct fl_param_set *params, const char *until, bool measuring);
void fl_chain_free(struct fl_chain *chain);

#endif
