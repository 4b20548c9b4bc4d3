/* Inputs that are simulated captures: "sim:SCENE[,key=value...]". */
#ifndef FL_SIM_INPUT_H
#define FL_SIM_INPUT_H

#include "firstlight/source.h"

struct fl_sim_input {
    struct fl_sim_config config; /* points into `format` and the library's names only */
    char format[32];
    bool noise, shading;
};

bool fl_sim_input_is(const char *input);

/* Errors: FL_ERR_RANGE naming the key, the value and what is allowed. */
fl_err fl_sim_input_parse(const char *input, struct fl_sim_input *out) FL_MUST_USE;

/* A line each about the scenes and the keys, for the help. */
void fl_sim_input_help(void);

#endif
