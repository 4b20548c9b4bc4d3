/* Runs several stages one after another through the rows harness. */
#include "stage_list.h"

#include <string.h>

struct harness_result harness_run_list(const struct fl_stage *const *list,
                                       const struct harness_setup *setup, const char *params_of,
                                       const struct fl_flow *flow, const struct fl_planes *in,
                                       int block_rows)
{
    struct harness_result all = {.flow = *flow, .bypassed = true};
    for (int i = 0; list[i] && all.err.code == FL_OK; i++) {
        struct harness_setup one = *setup;
        struct harness_result r;
        if (!params_of || strncmp(list[i]->name, params_of, strlen(params_of)) != 0)
            one.params = NULL;
        r = harness_run(list[i], &one, &all.flow, i ? &all.planes : in, block_rows);
        r.guard_errors += all.guard_errors;
        r.bypassed = r.bypassed && all.bypassed;
        if (i)
            harness_result_free(&all);
        all = r;
    }
    return all;
}
