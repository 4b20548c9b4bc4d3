/* The two kinds of tuning files. */
#ifndef FL_CONTAINER_H
#define FL_CONTAINER_H

#include "block.h"

/* Raspberry Pi's, and our own profiles. Both fill *r->out; what they get before an error stays
 * there and is freed by the caller. Errors: FL_ERR_CORRUPT, FL_ERR_UNSUPPORTED, FL_ERR_MEMORY. */
fl_err fl_rpi_tuning_read(struct fl_block_reader *r) FL_MUST_USE;
fl_err fl_profile_read(struct fl_block_reader *r) FL_MUST_USE;

/* Our own profiles begin with the key `firstlight`. */
bool fl_profile_is(const struct fl_yaml_tree *tree);

#endif
