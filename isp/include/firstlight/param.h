/* Parameter tables: one entry per parameter drives defaults, range checks, --set, help and docs. */
#ifndef FIRSTLIGHT_PARAM_H
#define FIRSTLIGHT_PARAM_H

#include "firstlight/error.h"

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

enum fl_param_type {
    FL_PARAM_BOOL,  /* int, 0 or 1 */
    FL_PARAM_INT,   /* int */
    FL_PARAM_FLOAT, /* float; count > 1: an array */
    FL_PARAM_ENUM   /* int, index into choices */
};

struct fl_param {
    const char *name; /* NULL ends a table */
    enum fl_param_type type;
    size_t offset; /* into the stage's parameter struct */
    int count;     /* elements; 0 means 1 */
    const char *unit;
    double min, max;
    double def;                 /* default of every element */
    const char *const *choices; /* NULL-ended, for FL_PARAM_ENUM */
    const char *doc;            /* one line */
};

/* Fills a parameter struct with the defaults of its table. */
FL_API void fl_param_defaults(const struct fl_param *table, void *params);

/* Sets one parameter from text: numbers, on/off/true/false, a choice, or comma-separated floats.
 * Errors: FL_ERR_RANGE naming the key, the value and what is allowed. */
FL_API fl_err fl_param_set(const struct fl_param *table, void *params, const char *name,
                           const char *value) FL_MUST_USE;

/* Writes the current value of a parameter as text that fl_param_set() takes. */
FL_API void fl_param_format(const struct fl_param *param, const void *params, char *out,
                            size_t size);

#ifdef __cplusplus
}
#endif
#endif
