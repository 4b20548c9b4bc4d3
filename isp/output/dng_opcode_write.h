/* Decoded DNG opcodes as the bytes of an OpcodeList tag. */
#ifndef FL_DNG_OPCODE_WRITE_H
#define FL_DNG_OPCODE_WRITE_H

#include "firstlight/meta.h"

#include "blob.h"

/* Appends the opcodes of one list (1..3), in order; nothing where there are none. `cfa` is the one
 * at the active area's corner. Errors: FL_ERR_ARGUMENT for contradicting counts, FL_ERR_MEMORY. */
fl_err fl_dng_opcodes_write(const struct fl_corrections *corrections, int list, enum fl_cfa cfa,
                            struct fl_blob *out) FL_MUST_USE;

#endif
