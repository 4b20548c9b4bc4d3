/* Exposure and gain of a V4L2 device.
 *
 * Sensors count exposure in lines, whose duration follows from the pixel rate; other devices in
 * units of 100 us. What a step of gain means is up to the sensor: here it is taken as linear, and
 * the control loop, which looks at the frames, makes good what is wrong with that. */
#include "v4l2_device.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#define EXPOSURE_MARGIN 8 /* lines that a frame is longer than its exposure */

static bool find_control(int fd, uint32_t id, struct fl_v4l2_control *out)
{
    struct v4l2_queryctrl q;
    struct v4l2_control c = {.id = id};
    memset(out, 0, sizeof *out);
    memset(&q, 0, sizeof q);
    q.id = id;
    if (fl_v4l2_ioctl(fd, VIDIOC_QUERYCTRL, &q) != 0 || (q.flags & V4L2_CTRL_FLAG_DISABLED) ||
        q.maximum <= q.minimum)
        return false;
    out->id = id;
    out->min = q.minimum;
    out->max = q.maximum;
    if (fl_v4l2_ioctl(fd, VIDIOC_G_CTRL, &c) != 0)
        return false;
    out->now = c.value;
    out->present = true;
    return true;
}

static bool get_int64(int fd, uint32_t id, int64_t *out)
{
    struct v4l2_ext_control c;
    struct v4l2_ext_controls list;
    memset(&c, 0, sizeof c);
    memset(&list, 0, sizeof list);
    c.id = id;
    list.which = V4L2_CTRL_WHICH_CUR_VAL;
    list.count = 1;
    list.controls = &c;
    if (fl_v4l2_ioctl(fd, VIDIOC_G_EXT_CTRLS, &list) != 0)
        return false;
    *out = c.value64;
    return true;
}

/* The device's own automatics would work against ours. */
static void switch_off(int fd, uint32_t id, int32_t value)
{
    struct v4l2_control c = {.id = id, .value = value};
    (void)fl_v4l2_ioctl(fd, VIDIOC_S_CTRL, &c);
}

void fl_v4l2_find_controls(struct fl_v4l2_device *d, int width)
{
    struct v4l2_control hblank = {.id = V4L2_CID_HBLANK};
    int64_t rate = 0;
    switch_off(d->fd, V4L2_CID_EXPOSURE_AUTO, V4L2_EXPOSURE_MANUAL);
    switch_off(d->fd, V4L2_CID_AUTOGAIN, 0);
    d->exposure_unit_s = 0.0;
    if (find_control(d->fd, V4L2_CID_EXPOSURE_ABSOLUTE, &d->exposure))
        d->exposure_unit_s = 1e-4;
    else if (find_control(d->fd, V4L2_CID_EXPOSURE, &d->exposure)) {
        find_control(d->fd, V4L2_CID_VBLANK, &d->vblank);
        if (get_int64(d->fd, V4L2_CID_PIXEL_RATE, &rate) && rate > 0 &&
            fl_v4l2_ioctl(d->fd, VIDIOC_G_CTRL, &hblank) == 0)
            d->exposure_unit_s = (double)(width + hblank.value) / (double)rate;
        else
            d->exposure_unit_s = 3e-5; /* a line of a usual sensor */
    }
    if (!find_control(d->fd, V4L2_CID_ANALOGUE_GAIN, &d->gain))
        find_control(d->fd, V4L2_CID_GAIN, &d->gain);
}

double fl_v4l2_gain_of(const struct fl_v4l2_control *c, int64_t value)
{
    if (c->min > 0)
        return (double)value / (double)c->min;
    return 1.0 + 15.0 * (double)(value - c->min) / (double)(c->max - c->min);
}

int64_t fl_v4l2_value_of(const struct fl_v4l2_control *c, double gain)
{
    double value = c->min > 0 ? gain * (double)c->min
                              : (double)c->min + (gain - 1.0) / 15.0 * (double)(c->max - c->min);
    if (!(value > (double)c->min))
        return c->min;
    return value < (double)c->max ? (int64_t)floor(value + 0.5) : c->max;
}

static fl_err set_value(const struct fl_v4l2_device *d, struct fl_v4l2_control *c, int64_t value,
                        bool *changed)
{
    struct v4l2_control v = {.id = c->id, .value = (int32_t)value};
    int error;
    if (!c->present || value == c->now)
        return fl_success();
    error = fl_v4l2_ioctl(d->fd, VIDIOC_S_CTRL, &v);
    if (error == ENODEV || error == ENXIO)
        return fl_v4l2_error(d->path, "control", error);
    *changed = *changed || error == 0;
    c->now = error == 0 ? v.value : c->now; /* the driver may have rounded */
    return fl_success();
}

/* Long exposures need long frames. */
static fl_err make_room(struct fl_v4l2_device *d, int64_t lines, int height, bool *changed)
{
    int64_t blank = lines + EXPOSURE_MARGIN - height;
    struct fl_v4l2_control fresh;
    if (!d->vblank.present)
        return fl_success();
    blank = blank > d->vblank.min ? blank : d->vblank.min;
    FL_TRY(set_value(d, &d->vblank, blank < d->vblank.max ? blank : d->vblank.max, changed));
    if (find_control(d->fd, d->exposure.id, &fresh))
        d->exposure = fresh;
    return fl_success();
}

fl_err fl_v4l2_set_exposure(struct fl_v4l2_device *d, const struct fl_camera_controls *controls,
                            int height, bool *changed)
{
    *changed = false;
    if (controls->exposure_s > 0.0 && d->exposure.present) {
        int64_t value = (int64_t)floor(controls->exposure_s / d->exposure_unit_s + 0.5);
        FL_TRY(make_room(d, value, height, changed));
        value = value > d->exposure.min ? value : d->exposure.min;
        FL_TRY(
            set_value(d, &d->exposure, value < d->exposure.max ? value : d->exposure.max, changed));
    }
    if (controls->gain > 0.0 && d->gain.present)
        FL_TRY(set_value(d, &d->gain, fl_v4l2_value_of(&d->gain, controls->gain), changed));
    return fl_success();
}
