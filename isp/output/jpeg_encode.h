/* JPEG compression, to a file or to memory. */
#ifndef FL_JPEG_ENCODE_H
#define FL_JPEG_ENCODE_H

#include "firstlight/output.h"

#include "pixels.h"

#include <stdbool.h>

/* Takes the bytes in order; false stops the encoder. */
struct fl_jpeg_sink {
    bool (*write)(void *user, const void *data, size_t size);
    void *user;
};

/* A segment between the header and the picture. */
struct fl_jpeg_marker {
    int code; /* 0xE1 is APP1 */
    const void *data;
    size_t size; /* at most FL_JPEG_MARKER_MAX */
};

#define FL_JPEG_MARKER_MAX 65533

struct fl_jpeg_settings {
    int quality; /* 1..100 */
    enum fl_subsampling subsampling;
    bool progressive;
    bool bare; /* no JFIF header: EXIF allows no application segment in a thumbnail */
    const struct fl_jpeg_marker *marker;
    int marker_count;
    int restart_interval; /* blocks between restart markers; 0: none */
};

/* Grey or RGB, as `pixels` has channels. Errors: FL_ERR_IO when the sink refused,
 * FL_ERR_UNSUPPORTED for a side over 65500 pixels, FL_ERR_MEMORY. */
fl_err fl_jpeg_encode(const struct fl_pixels *pixels, const struct fl_jpeg_settings *settings,
                      const struct fl_jpeg_sink *sink) FL_MUST_USE;

#endif
