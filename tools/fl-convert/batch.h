/* A batch: the inputs with their settings and outputs, worked out before anything heavy begins. */
#ifndef FL_BATCH_H
#define FL_BATCH_H

#include "claims.h"
#include "console.h"
#include "convert_options.h"
#include "sim_input.h"
#include "tuning_choice.h"

#include <stdatomic.h>

struct fl_item {
    char *input;         /* as given, or found in a folder */
    size_t folder_bytes; /* of `input`: the folder that it was found below, or 0 */
    int counter;         /* from 1, in the order of the inputs */
    bool is_sim;
    struct fl_sim_input sim;
    struct fl_shot *own;       /* with the sidecar's settings; NULL: the batch's */
    struct fl_text_list texts; /* that `own` points into */
    char *sidecar;             /* path of the sidecar that was read, or NULL */
    char *output;              /* NULL until it is known; of a template: from the file itself */
    size_t new_bytes;          /* of `output`, at its end: sub-folders to be made, and the name */
    bool skip;                 /* --skip-existing, and it exists */
    fl_err err;                /* why it cannot be done */
};

struct fl_batch {
    const struct fl_convert_options *options;
    struct fl_shot shot; /* the command line's, finished */
    struct fl_console *console;
    struct fl_tuning_choice *tunings;
    struct fl_pipeline *pipeline; /* the first job's; checks stage parameters while planning */
    struct fl_item *item;
    int count, capacity;
    struct fl_claims claims; /* under claims_lock once the work has begun */
    pthread_mutex_t claims_lock;
    atomic_int next; /* item to begin */
    atomic_int converted, skipped, failed;
    const atomic_int *interrupted; /* signal that asked to stop, or 0 */
};

/* Settings of an item. */
const struct fl_shot *fl_item_shot(const struct fl_batch *batch, const struct fl_item *item);

/* Lists folders, reads sidecars, names outputs and finds collisions. What is wrong with one input
 * is kept in its item. Errors: FL_ERR_RANGE (a usage error), FL_ERR_MEMORY. */
fl_err fl_batch_plan(struct fl_batch *batch, const struct fl_text_list *inputs) FL_MUST_USE;

/* Names the output of an item whose template needs what the file says, and claims it. Any job. */
fl_err fl_batch_name_output(struct fl_batch *batch, struct fl_item *item,
                            const struct fl_meta *meta) FL_MUST_USE;

/* Makes the sub-folders of an item's output. Errors: FL_ERR_IO. Any job. */
fl_err fl_batch_make_folders(const struct fl_item *item) FL_MUST_USE;

void fl_batch_free(struct fl_batch *batch);

#endif
