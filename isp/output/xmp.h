/* The XMP packet of a written file. */
#ifndef FL_XMP_H
#define FL_XMP_H

#include "blob.h"

/* Picture made by one exposure of a camera's sensor (IPTC vocabulary). */
#define FL_XMP_DIGITAL_CAPTURE "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"

struct fl_xmp {
    const char *digital_source_type; /* IPTC URI */
    const char *creator_tool;
};

/* Appends the packet. Errors: FL_ERR_MEMORY. */
fl_err fl_xmp_write(const struct fl_xmp *xmp, struct fl_blob *out) FL_MUST_USE;

#endif
