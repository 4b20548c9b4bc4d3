/* A V4L2 capture device: opening, formats, controls. */
#ifndef FL_V4L2_DEVICE_H
#define FL_V4L2_DEVICE_H

#include "camera_driver.h"
#include "camera_rgb.h"

#include <linux/videodev2.h>

#define FL_V4L2_MODES 128

struct fl_v4l2_mode {
    uint32_t fourcc;
    enum fl_camera_layout layout; /* of processed pictures */
    struct fl_camera_mode mode;
};

/* What a pixel format is in our words. */
bool fl_v4l2_format(uint32_t fourcc, struct fl_format *format, enum fl_camera_layout *layout);

struct fl_v4l2_control {
    bool present;
    uint32_t id;
    int64_t min, max, now;
};

struct fl_v4l2_device {
    int fd;
    char path[192], card[64], driver[32];
    bool mplane; /* the API with planes, with one plane in use */
    uint32_t type;
    int mode_count;
    struct fl_v4l2_mode mode[FL_V4L2_MODES];
    struct fl_v4l2_control exposure, gain, vblank;
    double exposure_unit_s; /* of the exposure control; 0 = not known */
};

/* ioctl() that goes on after signals: 0 or an errno. */
int fl_v4l2_ioctl(int fd, unsigned long request, void *argument);

/* Errors of a device by errno: FL_ERR_BUSY, FL_ERR_GONE, FL_ERR_NOT_FOUND, FL_ERR_IO. */
fl_err fl_v4l2_error(const char *path, const char *what, int error);

/* Errors: as fl_camera_open(). */
fl_err fl_v4l2_device_open(const char *path, struct fl_v4l2_device *out) FL_MUST_USE;
void fl_v4l2_device_close(struct fl_v4l2_device *device);

/* Finds exposure and gain for pictures of this height; the format is set. */
void fl_v4l2_find_controls(struct fl_v4l2_device *device, int width);

/* Gain of a control's value and back: linear between 1 and the quotient of its ends. */
double fl_v4l2_gain_of(const struct fl_v4l2_control *control, int64_t value);
int64_t fl_v4l2_value_of(const struct fl_v4l2_control *control, double gain);

/* Sets what differs; *changed where anything did. */
fl_err fl_v4l2_set_exposure(struct fl_v4l2_device *device,
                            const struct fl_camera_controls *controls, int height,
                            bool *changed) FL_MUST_USE;

#endif
