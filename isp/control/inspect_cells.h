/* The part of inspection that looks at neighbourhoods. Private to inspect*.c. */
#ifndef FL_INSPECT_CELLS_H
#define FL_INSPECT_CELLS_H

#include "firstlight/inspect.h"

/* Fills noise, green_imbalance, hot_count and dead_count. active lies inside the frame; clip_dn has
 * been found before. Errors: FL_ERR_MEMORY. */
fl_err fl_inspect_cells(const struct fl_frame *raw, const struct fl_rect *active,
                        struct fl_inspection *out) FL_MUST_USE;

#endif
