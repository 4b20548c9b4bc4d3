/* Simulated cameras that take pictures of pictures. */
#ifndef QUALITY_TEST_CAMERA_H
#define QUALITY_TEST_CAMERA_H

#include "truth.h"

/* What the file says of its noise. */
enum noise_tag {
    TAG_RIGHT,  /* the truth */
    TAG_NONE,   /* nothing */
    TAG_HIGH,   /* four times the variance */
    TAG_LOW,    /* a quarter of it */
    TAG_ISO100, /* that of ISO 100, whatever the capture's is */
    NOISE_TAGS
};

struct shot {
    char camera[16]; /* "imx477", "dslr", "phone": see test_camera.c. "simcam": the library's own
                      * sensor with shading and defects, for scenes only */
    char light[8];   /* "D65", "A"; with "simcam" also a temperature, "5000K" */
    int iso;         /* 0 = without noise */
    enum noise_tag tag;
};

const char *noise_tag_name(enum noise_tag tag); /* "right", "none", "x4", "x0.25", "iso100" */

/* The same shot of a picture always has the same noise, and so has one at another ISO.
 * Errors: FL_ERR_RANGE (unknown camera or light), FL_ERR_MEMORY. */
fl_err shot_check(const struct shot *shot) FL_MUST_USE;
fl_err shot_take(const struct shot *shot, const struct truth *truth,
                 struct fl_frame **out) FL_MUST_USE;

#endif
