/* All stages, in the order of the chain. */
#ifndef FL_REGISTRY_H
#define FL_REGISTRY_H

#include "stage.h"

/* NULL past the end. */
const struct fl_stage *fl_registry(int index);

/* Whether two stage names are passes of one operation: equal up to the first dot. */
bool fl_registry_same_operation(const char *a, const char *b);

/* Whether `name` means this stage: its full name, or its operation's. */
bool fl_registry_matches(const struct fl_stage *stage, const char *name);

#endif
