/* All stages, in the order of the chain. */
#ifndef FL_REGISTRY_H
#define FL_REGISTRY_H

#include "stage.h"

/* NULL past the end. */
const struct fl_stage *fl_registry(int index);

/* By name; NULL when there is none. */
const struct fl_stage *fl_registry_find(const char *name);

#endif
