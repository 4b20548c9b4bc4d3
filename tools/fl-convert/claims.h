/* Which paths a batch reads and writes: two inputs must not have one output, and no output may
 * replace an input. */
#ifndef FL_CLAIMS_H
#define FL_CLAIMS_H

#include "firstlight/error.h"

#include <stdbool.h>
#include <stddef.h>

struct fl_claim {
    char *path;
    const char *owner; /* the input that it belongs to; not owned */
    bool is_input;
};

/* Starts all-zero. */
struct fl_claims {
    struct fl_claim *slot;
    size_t count, capacity;
};

/* The one name of a file, whatever links and dots its folder is written with. The file itself need
 * not exist, nor the folders that its last `new_bytes` bytes name.
 * Errors: FL_ERR_IO naming the folder that is not there, FL_ERR_MEMORY. */
fl_err fl_claims_key(const char *path, size_t new_bytes, char **out) FL_MUST_USE;

/* Takes a key for `owner`. An input may be claimed more than once.
 * Errors: FL_ERR_RANGE saying who has it, FL_ERR_MEMORY. */
fl_err fl_claims_add(struct fl_claims *claims, const char *key, const char *owner,
                     bool is_input) FL_MUST_USE;

void fl_claims_free(struct fl_claims *claims);

#endif
