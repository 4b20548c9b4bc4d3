/* Writes JSON into a text. Every call adds one value; `key` is NULL inside arrays and at the top.
 * The result is valid for any input: text that is not UTF-8 gets U+FFFD in place of the bad bytes,
 * numbers that are not finite become null. */
#ifndef FL_JSON_H
#define FL_JSON_H

#include "text.h"

#include <stdint.h>

#define FL_JSON_DEPTH 16

/* Starts as {&text}; `indent` > 0 puts each value on a line of its own. */
struct fl_json {
    struct fl_text *out;
    int indent;
    int depth;
    bool filled[FL_JSON_DEPTH]; /* the open object or array has a value already */
};

void fl_json_begin_object(struct fl_json *json, const char *key);
void fl_json_end_object(struct fl_json *json);
void fl_json_begin_array(struct fl_json *json, const char *key);
void fl_json_end_array(struct fl_json *json);

void fl_json_string(struct fl_json *json, const char *key, const char *value); /* NULL: null */
void fl_json_number(struct fl_json *json, const char *key, double value);
void fl_json_int(struct fl_json *json, const char *key, int64_t value);
void fl_json_bool(struct fl_json *json, const char *key, bool value);
void fl_json_null(struct fl_json *json, const char *key);
void fl_json_numbers(struct fl_json *json, const char *key, const double *value, int count);
void fl_json_strings(struct fl_json *json, const char *key, const struct fl_text_list *list);

#endif
