/* What a sensor's tuning changes in the stages' parameters. */
#ifndef FL_TUNED_PARAMS_H
#define FL_TUNED_PARAMS_H

#include "param_set.h"

/* The settings have a tuning. Errors: FL_ERR_RANGE when a parameter does not exist. */
fl_err fl_tuned_params(const struct fl_settings *settings, struct fl_param_set *set) FL_MUST_USE;

#endif
