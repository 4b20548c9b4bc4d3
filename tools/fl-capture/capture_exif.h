/* EXIF entries from the command line: IFD0.Artist=Me, EXIF.UserComment=..., GPS.... */
#ifndef FL_CAPTURE_EXIF_H
#define FL_CAPTURE_EXIF_H

#include "text.h"

#include "firstlight/meta.h"

/* A list with the entries, or NULL where there are none. Errors: FL_ERR_RANGE naming the entry,
 * FL_ERR_MEMORY. */
fl_err fl_capture_exif(const struct fl_text_list *entries, struct fl_exif **out) FL_MUST_USE;

#endif
