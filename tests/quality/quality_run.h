/* Runs quality cases: captures, develops, measures; several at a time. */
#ifndef QUALITY_RUN_H
#define QUALITY_RUN_H

#include "quality_case.h"

#define RUN_SETTINGS 16

struct run_options {
    struct truth_places places;
    int jobs;        /* 0 = one per core */
    int every;       /* take only every n-th picture of a mean; 0 or 1 = all */
    double strength; /* of denoise */
    int setting_count;
    const char *setting[RUN_SETTINGS]; /* "stage.key=value" */
    bool per_picture;                  /* list the pictures of a mean on stderr */
    const char *save;                  /* folder for results and truths as PNG; NULL = none */
};

/* Fills in pictures and value of each case; a case whose set is absent keeps pictures 0.
 * Errors: those of loading, capturing and developing. */
fl_err run_cases(const struct run_options *options, struct quality_case *cases,
                 int count) FL_MUST_USE;

#endif
