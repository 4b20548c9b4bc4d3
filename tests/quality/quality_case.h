/* One line of a quality table: what was taken with which camera, how it was developed, and what
 * came out. */
#ifndef QUALITY_CASE_H
#define QUALITY_CASE_H

#include "firstlight/pipeline.h"
#include "measures.h"
#include "test_camera.h"

struct quality_case {
    char set[128], picture[48]; /* picture "mean": all of the set, averaged */
    struct shot shot;
    enum fl_preset preset;
    int pictures;           /* that the values are of; 0 = not run, or the set's data is absent */
    double value[MEASURES]; /* NAN where a measure does not apply */
};

#define CASE_KEYS "set,picture,camera,light,iso,tag,preset"

/* Reads the key columns of a CSV line and returns where the next column starts, or NULL.
 * Errors name what is wrong. */
fl_err case_parse(const char *line, struct quality_case *out, const char **rest) FL_MUST_USE;

/* The key as CSV, and the line of a table with its values; both end without a line feed. */
void case_format_key(const struct quality_case *c, char *out, size_t size);
void case_format(const struct quality_case *c, char *out, size_t size);

fl_err preset_parse(const char *name, enum fl_preset *out) FL_MUST_USE;
fl_err tag_parse(const char *name, enum noise_tag *out) FL_MUST_USE;
fl_err iso_parse(const char *text, int *out) FL_MUST_USE; /* "none" is 0 */

/* Formats a value with the digits of its measure; nothing for NAN. */
void measure_format(enum measure m, double value, char *out, size_t size);

#endif
