/* Inputs that are simulated captures: "sim:SCENE[,key=value...]". */
#ifndef FL_SIM_INPUT_H
#define FL_SIM_INPUT_H

#include "firstlight/source.h"

struct fl_sim_input {
    struct fl_sim_config config; /* points into `format` and the library's names only */
    char format[32];
    char tuning[256]; /* file or sensor; empty = none */
    bool noise, shading;
};

bool fl_sim_input_is(const char *input);

/* Errors: FL_ERR_RANGE naming the key, the value and what is allowed. */
fl_err fl_sim_input_parse(const char *input, struct fl_sim_input *out) FL_MUST_USE;

/* Takes the picture. Errors: those of fl_sim_capture() and fl_tuning_open(). */
fl_err fl_sim_input_capture(const struct fl_sim_input *input, const struct fl_log *log,
                            struct fl_frame **out) FL_MUST_USE;

/* A line each about the scenes and the keys, for the help. */
void fl_sim_input_help(void);

#endif
