/* Pictures that a camera has developed itself, in the layouts that cameras use, as RGB. */
#ifndef FL_CAMERA_RGB_H
#define FL_CAMERA_RGB_H

#include "firstlight/frame.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Named by the order of bytes in memory. YUV is BT.601, full range unless `limited`. */
enum fl_camera_layout {
    FL_LAYOUT_NONE = 0,
    FL_LAYOUT_RGB,
    FL_LAYOUT_BGR,
    FL_LAYOUT_RGBX,
    FL_LAYOUT_BGRX,
    FL_LAYOUT_YUYV,
    FL_LAYOUT_UYVY,
    FL_LAYOUT_NV12,
    FL_LAYOUT_YUV420
};

struct fl_camera_picture {
    enum fl_camera_layout layout;
    bool limited; /* 16..235 */
    int width, height;
    const uint8_t *plane[3];
    size_t stride[3], size[3]; /* bytes of a row, bytes that are there */
};

/* Makes an RGB frame of 8 bits. Errors: FL_ERR_CORRUPT where planes are too short, FL_ERR_MEMORY,
 * FL_ERR_UNSUPPORTED. */
fl_err fl_camera_to_rgb(const struct fl_camera_picture *picture, struct fl_frame **out) FL_MUST_USE;

#ifdef __cplusplus
}
#endif

#endif
