/* Parsers of values in rpicam's grammar. Errors are ends of sentences, "must be ...". */
#ifndef FL_CAPTURE_VALUES_H
#define FL_CAPTURE_VALUES_H

#include "firstlight/error.h"

#include <stdbool.h>

/* Seconds from "5sec", "100ms", "2min"; a bare number is in milliseconds, or microseconds. */
fl_err fl_parse_duration_ms(void *seconds, const char *value);
fl_err fl_parse_duration_us(void *seconds, const char *value);

/* x,y,width,height as shares of the picture: double[4]; 0,0,0,0 = none. */
fl_err fl_parse_share_box(void *box, const char *value);

/* W:H[:bits[:P|U]] */
struct fl_capture_mode {
    int width, height, bits;
    bool packed, given;
};
fl_err fl_parse_mode(void *mode, const char *value);

/* 0, 90, 180, 270 */
fl_err fl_parse_rotation(void *degrees, const char *value);

/* RED,BLUE: double[2]; 0,0 = automatic. */
fl_err fl_parse_gains(void *gains, const char *value);

/* A number of dioptres, or "default": struct fl_lens_position. */
struct fl_lens_position {
    bool given, standard;
    double dioptres;
};
fl_err fl_parse_lens_position(void *position, const char *value);

/* W:H:QUALITY or none: the longer side in pixels, negative = none. */
fl_err fl_parse_thumb(void *side, const char *value);

/* Nine numbers: struct fl_capture_ccm. */
struct fl_capture_ccm {
    bool given;
    double m[9];
};
fl_err fl_parse_capture_ccm(void *ccm, const char *value);

#endif
