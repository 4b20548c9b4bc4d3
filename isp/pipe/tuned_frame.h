/* A frame's metadata, completed by what is known about its sensor. What the file itself says goes
 * before. */
#ifndef FL_TUNED_FRAME_H
#define FL_TUNED_FRAME_H

#include "firstlight/pipeline.h"

struct fl_tuned_frame {
    struct fl_corrections corrections; /* the frame's own, with gain maps added */
    struct fl_opcode *opcode;
    float *gain;  /* of the added maps; NULL: none */
    double cct_k; /* that they are for */
};

/* Black level and noise where the frame has none. */
void fl_tuned_levels(const struct fl_tuning *tuning, const struct fl_log *log,
                     struct fl_frame *frame);

/* The temperature to expect before the picture was looked at. */
double fl_tuned_guess_cct(const struct fl_settings *settings, const struct fl_meta *meta);

/* Gain maps for light of a temperature, unless the frame has its own or the tuning none; once more
 * for another temperature. *tuned begins all-zero, belongs to the frame from here on, and is freed
 * with fl_tuned_free() when the frame is no longer used. Errors: FL_ERR_MEMORY. */
fl_err fl_tuned_shading(struct fl_tuned_frame *tuned, const struct fl_tuning *tuning, double cct_k,
                        enum fl_cfa cfa, const struct fl_rect *active,
                        struct fl_frame *frame) FL_MUST_USE;
void fl_tuned_free(struct fl_tuned_frame *tuned);

#endif
