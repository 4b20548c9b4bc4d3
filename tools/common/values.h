/* Values as they stand on a command line or in a sidecar: numbers, sizes, lists. Every message of
 * an error here is the end of a sentence, "must be 1..100", that the caller begins. */
#ifndef FL_VALUES_H
#define FL_VALUES_H

#include "firstlight/error.h"

#include <stddef.h>

/* "1..100", or "at least 1" where max is no limit (1e300 or more), into out. */
void fl_value_range_text(double min, double max, char *out, size_t size);

fl_err fl_value_number(const char *text, double min, double max, double *out) FL_MUST_USE;
fl_err fl_value_int(const char *text, double min, double max, long long *out) FL_MUST_USE;

/* on/off, true/false, yes/no, 1/0. */
fl_err fl_value_bool(const char *text, int *out) FL_MUST_USE;

/* Between least and most numbers separated by commas; *count says how many there were. */
fl_err fl_value_numbers(const char *text, double min, double max, int least, int most, double *out,
                        int *count) FL_MUST_USE;

/* WIDTHxHEIGHT; with `partial` also WIDTHx and xHEIGHT, the missing side being 0. */
fl_err fl_value_size(const char *text, int partial, int *width, int *height) FL_MUST_USE;

/* Index of the text in the NULL-ended choices. */
fl_err fl_value_choice(const char *text, const char *const *choices, int *out) FL_MUST_USE;

/* The candidate that `text` most likely meant, or NULL where none is near. */
const char *fl_value_nearest(const char *text, const char *const *candidates, int count);

#endif
