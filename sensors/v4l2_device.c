/* A V4L2 capture device: opening it, and what it can deliver. */
#include "v4l2_device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static const struct {
    uint32_t fourcc;
    const char *name; /* of a raw; NULL: a processed picture */
    enum fl_camera_layout layout;
} formats[] = {
    {V4L2_PIX_FMT_SRGGB8, "SRGGB8", 0},
    {V4L2_PIX_FMT_SGRBG8, "SGRBG8", 0},
    {V4L2_PIX_FMT_SGBRG8, "SGBRG8", 0},
    {V4L2_PIX_FMT_SBGGR8, "SBGGR8", 0},
    {V4L2_PIX_FMT_SRGGB10, "SRGGB10", 0},
    {V4L2_PIX_FMT_SGRBG10, "SGRBG10", 0},
    {V4L2_PIX_FMT_SGBRG10, "SGBRG10", 0},
    {V4L2_PIX_FMT_SBGGR10, "SBGGR10", 0},
    {V4L2_PIX_FMT_SRGGB10P, "SRGGB10_CSI2P", 0},
    {V4L2_PIX_FMT_SGRBG10P, "SGRBG10_CSI2P", 0},
    {V4L2_PIX_FMT_SGBRG10P, "SGBRG10_CSI2P", 0},
    {V4L2_PIX_FMT_SBGGR10P, "SBGGR10_CSI2P", 0},
    {V4L2_PIX_FMT_SRGGB12, "SRGGB12", 0},
    {V4L2_PIX_FMT_SGRBG12, "SGRBG12", 0},
    {V4L2_PIX_FMT_SGBRG12, "SGBRG12", 0},
    {V4L2_PIX_FMT_SBGGR12, "SBGGR12", 0},
    {V4L2_PIX_FMT_SRGGB12P, "SRGGB12_CSI2P", 0},
    {V4L2_PIX_FMT_SGRBG12P, "SGRBG12_CSI2P", 0},
    {V4L2_PIX_FMT_SGBRG12P, "SGBRG12_CSI2P", 0},
    {V4L2_PIX_FMT_SBGGR12P, "SBGGR12_CSI2P", 0},
    {V4L2_PIX_FMT_SRGGB14, "SRGGB14", 0},
    {V4L2_PIX_FMT_SGRBG14, "SGRBG14", 0},
    {V4L2_PIX_FMT_SGBRG14, "SGBRG14", 0},
    {V4L2_PIX_FMT_SBGGR14, "SBGGR14", 0},
    {V4L2_PIX_FMT_SRGGB14P, "SRGGB14_CSI2P", 0},
    {V4L2_PIX_FMT_SGRBG14P, "SGRBG14_CSI2P", 0},
    {V4L2_PIX_FMT_SGBRG14P, "SGBRG14_CSI2P", 0},
    {V4L2_PIX_FMT_SBGGR14P, "SBGGR14_CSI2P", 0},
    {V4L2_PIX_FMT_SRGGB16, "SRGGB16", 0},
    {V4L2_PIX_FMT_SGRBG16, "SGRBG16", 0},
    {V4L2_PIX_FMT_SGBRG16, "SGBRG16", 0},
    {V4L2_PIX_FMT_SBGGR16, "SBGGR16", 0},
    {V4L2_PIX_FMT_GREY, "R8", 0},
    {V4L2_PIX_FMT_Y10, "R10", 0},
    {V4L2_PIX_FMT_Y10P, "R10_CSI2P", 0},
    {V4L2_PIX_FMT_Y12, "R12", 0},
    {V4L2_PIX_FMT_Y14, "R14", 0},
    {V4L2_PIX_FMT_Y16, "R16", 0},
    {V4L2_PIX_FMT_RGB24, NULL, FL_LAYOUT_RGB},
    {V4L2_PIX_FMT_BGR24, NULL, FL_LAYOUT_BGR},
    {V4L2_PIX_FMT_YUYV, NULL, FL_LAYOUT_YUYV},
    {V4L2_PIX_FMT_UYVY, NULL, FL_LAYOUT_UYVY},
};

bool fl_v4l2_format(uint32_t fourcc, struct fl_format *format, enum fl_camera_layout *layout)
{
    static const struct fl_format rgb8 = {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U8, 8};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i].fourcc != fourcc)
            continue;
        *format = rgb8;
        *layout = formats[i].layout;
        return !formats[i].name || fl_format_parse(formats[i].name, format).code == FL_OK;
    }
    return false;
}

int fl_v4l2_ioctl(int fd, unsigned long request, void *argument)
{
    int result;
    do
        result = ioctl(fd, request, argument);
    while (result < 0 && errno == EINTR);
    return result < 0 ? errno : 0;
}

fl_err fl_v4l2_error(const char *path, const char *what, int error)
{
    if (error == EBUSY)
        return fl_error(FL_ERR_BUSY, "%s: another program has the camera", path);
    if (error == ENODEV || error == ENXIO)
        return fl_error(FL_ERR_GONE, "%s: the camera was unplugged", path);
    if (error == ENOENT)
        return fl_error(FL_ERR_NOT_FOUND, "%s: there is no such device", path);
    if (error == EPIPE)
        return fl_error(FL_ERR_UNSUPPORTED,
                        "%s: %s: the links before it have another format (see media-ctl)", path,
                        what);
    return fl_error(FL_ERR_IO, "%s: %s: %s", path, what, strerror(error));
}

static double fastest(int fd, uint32_t fourcc, int width, int height)
{
    struct v4l2_frmivalenum e;
    memset(&e, 0, sizeof e);
    e.pixel_format = fourcc;
    e.width = (uint32_t)width;
    e.height = (uint32_t)height;
    if (fl_v4l2_ioctl(fd, VIDIOC_ENUM_FRAMEINTERVALS, &e) != 0)
        return 0.0;
    const struct v4l2_fract *f =
        e.type == V4L2_FRMIVAL_TYPE_DISCRETE ? &e.discrete : &e.stepwise.min;
    return f->numerator ? (double)f->denominator / f->numerator : 0.0;
}

static bool add_mode(struct fl_v4l2_device *d, uint32_t fourcc, uint32_t width, uint32_t height)
{
    struct fl_v4l2_mode *m = &d->mode[d->mode_count];
    if (d->mode_count == FL_V4L2_MODES || width < 2 || height < 2 || width > FL_MAX_DIMENSION ||
        height > FL_MAX_DIMENSION)
        return false;
    memset(m, 0, sizeof *m);
    if (!fl_v4l2_format(fourcc, &m->mode.format, &m->layout))
        return false;
    m->fourcc = fourcc;
    m->mode.width = (int)width;
    m->mode.height = (int)height;
    m->mode.max_fps = fastest(d->fd, fourcc, (int)width, (int)height);
    d->mode_count++;
    return true;
}

/* The format that the device is set to; false where it is not one of ours. */
static bool add_current(struct fl_v4l2_device *d, uint32_t only)
{
    struct v4l2_format f;
    uint32_t fourcc, width, height;
    memset(&f, 0, sizeof f);
    f.type = d->type;
    if (fl_v4l2_ioctl(d->fd, VIDIOC_G_FMT, &f) != 0)
        return false;
    fourcc = d->mplane ? f.fmt.pix_mp.pixelformat : f.fmt.pix.pixelformat;
    width = d->mplane ? f.fmt.pix_mp.width : f.fmt.pix.width;
    height = d->mplane ? f.fmt.pix_mp.height : f.fmt.pix.height;
    return add_mode(d, only ? only : fourcc, width, height);
}

static void add_sizes(struct fl_v4l2_device *d, uint32_t fourcc)
{
    for (uint32_t i = 0; i < 64; i++) {
        struct v4l2_frmsizeenum e;
        memset(&e, 0, sizeof e);
        e.index = i;
        e.pixel_format = fourcc;
        if (fl_v4l2_ioctl(d->fd, VIDIOC_ENUM_FRAMESIZES, &e) != 0) {
            if (i == 0)
                add_current(d, fourcc);
            return;
        }
        if (e.type != V4L2_FRMSIZE_TYPE_DISCRETE) {
            add_current(d, fourcc);
            add_mode(d, fourcc, e.stepwise.max_width, e.stepwise.max_height);
            return;
        }
        add_mode(d, fourcc, e.discrete.width, e.discrete.height);
    }
}

/* At the end of a chain of entities only the format that fits the links will do: the one that was
 * set, as media-ctl and v4l2-ctl do. */
static void find_modes(struct fl_v4l2_device *d, bool chain)
{
    if (chain && add_current(d, 0))
        return;
    for (uint32_t i = 0; i < 128; i++) {
        struct v4l2_fmtdesc e;
        struct fl_format format;
        enum fl_camera_layout layout;
        memset(&e, 0, sizeof e);
        e.index = i;
        e.type = d->type;
        if (fl_v4l2_ioctl(d->fd, VIDIOC_ENUM_FMT, &e) != 0)
            return;
        if (fl_v4l2_format(e.pixelformat, &format, &layout))
            add_sizes(d, e.pixelformat);
    }
}

static fl_err look_at(struct fl_v4l2_device *d)
{
    struct v4l2_capability c;
    uint32_t caps;
    int error;
    memset(&c, 0, sizeof c);
    error = fl_v4l2_ioctl(d->fd, VIDIOC_QUERYCAP, &c);
    if (error == ENOTTY || error == EINVAL)
        return fl_error(FL_ERR_UNSUPPORTED, "%s is no V4L2 device", d->path);
    if (error)
        return fl_v4l2_error(d->path, "capabilities", error);
    caps = c.capabilities & V4L2_CAP_DEVICE_CAPS ? c.device_caps : c.capabilities;
    d->mplane = !(caps & V4L2_CAP_VIDEO_CAPTURE);
    if (!(caps & (V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_VIDEO_CAPTURE_MPLANE)) ||
        !(caps & V4L2_CAP_STREAMING))
        return fl_error(FL_ERR_UNSUPPORTED, "%s does not capture", d->path);
    d->type = d->mplane ? V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE : V4L2_BUF_TYPE_VIDEO_CAPTURE;
    snprintf(d->card, sizeof d->card, "%.*s", (int)sizeof c.card, (const char *)c.card);
    snprintf(d->driver, sizeof d->driver, "%.*s", (int)sizeof c.driver, (const char *)c.driver);
    find_modes(d, (caps & V4L2_CAP_IO_MC) != 0);
    return d->mode_count > 0
               ? fl_success()
               : fl_error(FL_ERR_UNSUPPORTED, "%s has no format that is understood", d->path);
}

fl_err fl_v4l2_device_open(const char *path, struct fl_v4l2_device *out)
{
    fl_err err;
    memset(out, 0, sizeof *out);
    snprintf(out->path, sizeof out->path, "%s", path);
    out->fd = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
    if (out->fd < 0)
        return fl_v4l2_error(path, "open", errno);
    err = look_at(out);
    if (err.code != FL_OK)
        fl_v4l2_device_close(out);
    return err;
}

void fl_v4l2_device_close(struct fl_v4l2_device *device)
{
    if (device->fd >= 0)
        close(device->fd);
    device->fd = -1;
}
