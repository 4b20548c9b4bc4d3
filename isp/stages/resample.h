/* Filters that resample a line of pixels to another length. */
#ifndef FL_RESAMPLE_H
#define FL_RESAMPLE_H

#include "firstlight/error.h"

#include "filter_taps.h"

enum fl_resample_filter { FL_RESAMPLE_LANCZOS3, FL_RESAMPLE_AREA };

/* Per output sample: where its taps begin, and the taps. */
struct fl_resample {
    int in, out; /* samples */
    int *first;
    struct fl_filter_taps *taps;
    float *weights;
    double noise; /* variance of white noise is multiplied by this */
};

/* in, out >= 1. Errors: FL_ERR_MEMORY; free in any case. */
fl_err fl_resample_make(int in, int out, enum fl_resample_filter filter, struct fl_resample *r);
void fl_resample_free(struct fl_resample *r);

#endif
