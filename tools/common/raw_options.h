/* Options that describe a headerless dump or correct a file, for every tool that reads raws. */
#ifndef FL_RAW_OPTIONS_H
#define FL_RAW_OPTIONS_H

#include "options.h"

#include "firstlight/source.h"

/* --raw-format, --stride, --offset, --black, --white, --cfa; the target is a struct
 * fl_raw_description. The size of the raw is each tool's own --size. */
extern const struct fl_opt fl_raw_options[];

/* Whether the options fit together; width and height must be filled in. Errors: FL_ERR_RANGE. */
fl_err fl_raw_options_check(const struct fl_raw_description *raw) FL_MUST_USE;

/* Refuses them for simulated captures, where they would be ignored. Errors: FL_ERR_RANGE. */
fl_err fl_raw_options_refuse(const struct fl_raw_description *raw) FL_MUST_USE;

#endif
