/* A raw frame as a DNG describes it: completed by what is known of its sensor. */
#ifndef FL_DNG_TUNING_H
#define FL_DNG_TUNING_H

#include "firstlight/output.h"

struct fl_dng_described {
    struct fl_frame frame;             /* the raw's pixels, with metadata of its own */
    struct fl_corrections corrections; /* the raw's own, with gain maps added */
    struct fl_opcode *opcode;
    float *gain; /* of the added maps */
};

/* tuning NULL: as the frame is. Free *out in any case, before the raw. Errors: FL_ERR_MEMORY. */
fl_err fl_dng_describe(const struct fl_frame *raw, const struct fl_tuning *tuning,
                       struct fl_dng_described *out) FL_MUST_USE;
void fl_dng_described_free(struct fl_dng_described *described);

#endif
