/* Raspberry Pi tuning files. */
#ifndef FL_RPI_TUNING_H
#define FL_RPI_TUNING_H

#include "yaml_value.h"

#include "firstlight/log.h"

/* Fills *out from a tree; what it gets before an error stays there and is freed by the caller.
 * Errors: FL_ERR_CORRUPT, FL_ERR_UNSUPPORTED, FL_ERR_MEMORY. */
fl_err fl_rpi_tuning_read(const struct fl_yaml_tree *tree, const struct fl_log *log,
                          struct fl_tuning *out) FL_MUST_USE;

/* rpi.awb and rpi.nn.awb: curve, priors, modes. Same errors. */
fl_err fl_rpi_awb_read(const struct fl_yaml_tree *tree, const struct fl_yaml_node *awb,
                       const struct fl_log *log, struct fl_tuning *out) FL_MUST_USE;

#endif
