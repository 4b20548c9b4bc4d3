/* Names of pictures: a counter in rpicam's printf style, or the time. */
#ifndef FL_CAPTURE_NAME_H
#define FL_CAPTURE_NAME_H

#include "text.h"

#include <stdbool.h>

/* At most one %d (also %i, %u), with a width such as %04d, and %%. Errors: FL_ERR_RANGE. */
fl_err fl_capture_name_check(const char *name_template) FL_MUST_USE;

/* Appends the name with the counter in place. The template must have passed the check. */
void fl_capture_name_expand(const char *name_template, int counter, struct fl_text *out);

/* Appends FOLDER/ (none where NULL or empty) and the time of now: MMDDhhmmss, or seconds since
 * 1970, and ".extension". */
void fl_capture_name_time(const char *folder, bool seconds, const char *extension,
                          struct fl_text *out);

/* Appends `name` with `extension` in place of its own; with `part` > 0 "-NN" before that. */
void fl_capture_name_beside(const char *name, int part, const char *extension, struct fl_text *out);

#endif
