/* What the caller knows better than the file. */
#ifndef FL_OVERRIDES_H
#define FL_OVERRIDES_H

#include "firstlight/source.h"

/* Puts the levels that a description gives into `meta`; black patterns and deltas of the file go.
 * `max_dn`: the largest code. Errors: FL_ERR_RANGE. */
fl_err fl_override_levels(const struct fl_raw_description *description, double max_dn,
                          struct fl_meta *meta) FL_MUST_USE;

/* Gives a mosaic another CFA. Errors: FL_ERR_UNSUPPORTED where the frame is no mosaic. */
fl_err fl_override_cfa(enum fl_cfa cfa, const struct fl_log *log,
                       struct fl_frame *frame) FL_MUST_USE;

#endif
