/* Parsers of the options whose values are not plain numbers or words. */
#ifndef FL_SHOT_VALUES_H
#define FL_SHOT_VALUES_H

#include "firstlight/error.h"

fl_err fl_parse_file_type(void *shot, const char *value);
fl_err fl_parse_bits(void *bits, const char *value);
fl_err fl_parse_any_size(void *width_height, const char *value);
fl_err fl_parse_wb(void *settings, const char *value);
fl_err fl_parse_wb_box(void *settings, const char *value);
fl_err fl_parse_awbgains(void *settings, const char *value);
fl_err fl_parse_denoise(void *shot, const char *value);
fl_err fl_parse_ccm(void *settings, const char *value);
fl_err fl_parse_until(void *name, const char *value);
fl_err fl_parse_override(void *list, const char *value);
fl_err fl_parse_cpu(void *cpu, const char *value);

#endif
