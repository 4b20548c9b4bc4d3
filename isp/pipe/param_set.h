/* The parameters of all operations for one run: defaults, then preset, look, tuning and
 * overrides. */
#ifndef FL_PARAM_SET_H
#define FL_PARAM_SET_H

#include "stage.h"

#define FL_MAX_OVERRIDES 64

/* "stage.param" = value, as given by the caller. */
struct fl_overrides {
    int count;
    struct {
        char key[64], value[128];
    } item[FL_MAX_OVERRIDES];
};

/* Adds, replaces or (value NULL) removes an override after checking it.
 * Errors: FL_ERR_RANGE, FL_ERR_MEMORY when there are too many. */
fl_err fl_overrides_set(struct fl_overrides *o, const char *key, const char *value);

struct fl_param_set;

/* Preset, look and tuning are those of the settings. Errors: FL_ERR_MEMORY, FL_ERR_INTERNAL when a
 * preset names something that does not exist. */
fl_err fl_param_set_new(const struct fl_settings *settings, const struct fl_overrides *o,
                        struct fl_param_set **out);
void fl_param_set_free(struct fl_param_set *set);

/* The parameter struct that a stage shares with the other passes of its operation; NULL: none. */
const void *fl_param_set_of(const struct fl_param_set *set, const struct fl_stage *stage);

/* Sets a parameter by its key, or multiplies a float by a factor, within its interval. Errors:
 * FL_ERR_RANGE. */
fl_err fl_param_set_put(struct fl_param_set *set, const char *key, const char *value) FL_MUST_USE;
fl_err fl_param_set_scale(struct fl_param_set *set, const char *key, double factor) FL_MUST_USE;

#endif
