/* Where a raw file and its data disagree, in plain words. */
#ifndef FL_INSPECT_WARNINGS_H
#define FL_INSPECT_WARNINGS_H

#include "text.h"

#include "firstlight/firstlight.h"

/* Appends one sentence for each thing that will make the picture wrong or worse. `found` is NULL
 * where the data was not measured. false without memory. */
bool fl_inspect_warn(const struct fl_frame *raw, const struct fl_inspection *found,
                     struct fl_text_list *out);

/* The level at which site i of the 2x2 block saturates, as the file says or its bits imply. */
double fl_inspect_white_dn(const struct fl_frame *raw, int site);

/* Sites of the 2x2 block that mean anything: 4 of a mosaic, 1 of a mono frame. */
int fl_inspect_sites(const struct fl_frame *raw);

/* Pixels of the active area. */
int64_t fl_inspect_pixels(const struct fl_frame *raw);

#endif
