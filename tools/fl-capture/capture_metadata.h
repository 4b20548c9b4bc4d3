/* What is known about a shot, in rpicam's words: JSON or lines of text. */
#ifndef FL_CAPTURE_METADATA_H
#define FL_CAPTURE_METADATA_H

#include "capture_options.h"

struct fl_capture_facts {
    const struct fl_camera_shot *shot;
    const struct fl_meta *meta;
    const struct fl_report *report; /* NULL: not developed */
    const char *camera;             /* its name */
    const char *output, *raw;       /* files; NULL = none */
    struct fl_format format;        /* of the frame */
};

void fl_capture_metadata(const struct fl_capture_facts *facts, enum fl_metadata_format format,
                         struct fl_text *out);

#endif
