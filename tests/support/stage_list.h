/* Runs several stages one after another through the rows harness. */
#ifndef FL_STAGE_LIST_H
#define FL_STAGE_LIST_H

#include "rows_harness.h"

/* list: NULL-ended. All stages get the same setup; the parameters in it belong to the stages whose
 * names begin with `params_of`, the others get their defaults. Out-of-bounds writes are summed.
 * The result's `bypassed` says that every stage was. */
struct harness_result harness_run_list(const struct fl_stage *const *list,
                                       const struct harness_setup *setup, const char *params_of,
                                       const struct fl_flow *flow, const struct fl_planes *in,
                                       int block_rows);

#endif
