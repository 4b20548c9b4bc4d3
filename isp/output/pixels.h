/* A read-only view of interleaved 8-bit samples. */
#ifndef FL_PIXELS_H
#define FL_PIXELS_H

#include <stddef.h>
#include <stdint.h>

struct fl_pixels {
    const uint8_t *data;
    size_t stride; /* bytes */
    int width, height;
    int channels; /* 1 or 3 */
};

#endif
