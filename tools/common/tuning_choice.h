/* Which tuning a raw is developed with: the one that was asked for, or that of its sensor. */
#ifndef FL_TUNING_CHOICE_H
#define FL_TUNING_CHOICE_H

#include "firstlight/log.h"
#include "firstlight/meta.h"
#include "firstlight/tuning.h"

struct fl_tuning_choice;

/* option: a file, a sensor, "none", or NULL for that of each raw's sensor where there is a file of
 * it. Errors: those of fl_tuning_open(), FL_ERR_MEMORY. NULL may be freed. */
fl_err fl_tuning_choice_new(const char *option, const struct fl_log *log,
                            struct fl_tuning_choice **out) FL_MUST_USE;
void fl_tuning_choice_free(struct fl_tuning_choice *choice);

/* NULL: none. It lives as long as the choice. Any thread. */
const struct fl_tuning *fl_tuning_choice_for(struct fl_tuning_choice *choice,
                                             const struct fl_meta *meta, const struct fl_log *log);

/* The same for a file or sensor, unless one was asked for. */
const struct fl_tuning *fl_tuning_choice_named(struct fl_tuning_choice *choice, const char *name,
                                               const struct fl_log *log);

#endif
