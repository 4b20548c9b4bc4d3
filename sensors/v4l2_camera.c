/* Cameras behind V4L2 nodes that deliver raw frames: industrial ones, unicam, loopbacks, and
 * webcams for pictures that they have developed themselves. */
#include "v4l2_buffers.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NODES       64
#define DELAY       2 /* frames that a change of exposure takes on most sensors */
#define START_FRAME 1 /* the first may have begun before */
#define SPARE       2 /* buffers that wait in the driver: some do not run with fewer */

struct v4l2_camera {
    struct fl_v4l2_device device;
    struct fl_v4l2_buffers *buffers;
    const struct fl_v4l2_mode *mode;
    int width, height;
    size_t stride;
    double frame_s;
    int queued;     /* buffers in the driver */
    int requested;  /* frames that are due */
    int discard;    /* frames that come before them */
    double fresh_s; /* and what was taken earlier than this */
};

/* Parts of Raspberry Pi's image processors, which are no cameras. */
static bool is_processor(const char *driver)
{
    static const char *const names[] = {"bcm2835-isp", "bcm2835-codec", "pispbe",
                                        "rpivid",      "rpi-hevc-dec",  "bcm2835_isp"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(driver, names[i]) == 0)
            return true;
    return false;
}

/* libcamera drives these as a whole. */
static bool is_libcameras(const char *driver, const struct fl_camera_list *list)
{
    bool known = strncmp(driver, "unicam", 6) == 0 || strncmp(driver, "rp1-cfe", 7) == 0;
    for (int i = 0; known && i < list->count; i++)
        if (strcmp(list->camera[i].driver, "libcamera") == 0)
            return true;
    return false;
}

static bool has_raw(const struct fl_v4l2_device *d)
{
    for (int i = 0; i < d->mode_count; i++)
        if (d->mode[i].mode.format.color != FL_COLOR_RGB)
            return true;
    return false;
}

static fl_err list(const struct fl_log *log, struct fl_camera_list *out)
{
    fl_err err = fl_success();
    struct fl_v4l2_device *d = malloc(sizeof *d);
    (void)log;
    if (!d)
        return fl_error(FL_ERR_MEMORY, "out of memory for a camera");
    for (int i = 0; i < NODES && err.code == FL_OK; i++) {
        char path[32];
        snprintf(path, sizeof path, "/dev/video%d", i);
        if (fl_v4l2_device_open(path, d).code != FL_OK)
            continue;
        if (has_raw(d) && !is_processor(d->driver) && !is_libcameras(d->driver, out))
            err = fl_camera_list_add(out, "v4l2", path, d->card);
        fl_v4l2_device_close(d);
    }
    free(d);
    return err;
}

static fl_err open_camera(const char *id, const struct fl_log *log, struct fl_camera_info *info,
                          void **self)
{
    struct v4l2_camera *c = calloc(1, sizeof *c);
    fl_err err;
    (void)log;
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory for a camera");
    err = fl_v4l2_device_open(*id ? id : "/dev/video0", &c->device);
    if (err.code != FL_OK) {
        free(c);
        return err;
    }
    snprintf(info->id, sizeof info->id, "v4l2:%.180s", c->device.path);
    snprintf(info->name, sizeof info->name, "%s", c->device.card);
    fl_v4l2_find_controls(&c->device, c->device.mode[0].mode.width);
    *self = c;
    return err;
}

static void close_camera(void *self)
{
    struct v4l2_camera *c = self;
    fl_v4l2_buffers_release(c->buffers, &c->device);
    fl_v4l2_device_close(&c->device);
    free(c);
}

static bool mode(const void *self, int index, struct fl_camera_mode *out)
{
    const struct v4l2_camera *c = self;
    if (index >= c->device.mode_count)
        return false;
    *out = c->device.mode[index].mode;
    return true;
}

static void limits(const void *self, struct fl_camera_limits *out)
{
    const struct fl_v4l2_device *d = &((const struct v4l2_camera *)self)->device;
    out->sets_exposure = d->exposure.present;
    out->sets_gain = d->gain.present;
    out->gain_min = out->gain_max = 1.0;
    if (d->gain.present)
        out->gain_max = fl_v4l2_gain_of(&d->gain, d->gain.max);
    if (!d->exposure.present)
        return;
    out->exposure_min_s = (double)(d->exposure.min > 0 ? d->exposure.min : 1) * d->exposure_unit_s;
    out->exposure_max_s = (double)d->exposure.max * d->exposure_unit_s;
    if (d->vblank.present && (double)d->vblank.max * d->exposure_unit_s > out->exposure_max_s)
        out->exposure_max_s = (double)d->vblank.max * d->exposure_unit_s;
}

/* Sets the format, and reads what became of it. */
static fl_err set_format(struct v4l2_camera *c, const struct fl_v4l2_mode *m)
{
    struct fl_v4l2_device *d = &c->device;
    struct v4l2_format f;
    uint32_t fourcc;
    int error;
    memset(&f, 0, sizeof f);
    f.type = d->type;
    if (d->mplane) {
        f.fmt.pix_mp.width = (uint32_t)m->mode.width;
        f.fmt.pix_mp.height = (uint32_t)m->mode.height;
        f.fmt.pix_mp.pixelformat = m->fourcc;
        f.fmt.pix_mp.num_planes = 1;
    } else {
        f.fmt.pix.width = (uint32_t)m->mode.width;
        f.fmt.pix.height = (uint32_t)m->mode.height;
        f.fmt.pix.pixelformat = m->fourcc;
    }
    error = fl_v4l2_ioctl(d->fd, VIDIOC_S_FMT, &f);
    if (error)
        return fl_v4l2_error(d->path, "format", error);
    fourcc = d->mplane ? f.fmt.pix_mp.pixelformat : f.fmt.pix.pixelformat;
    c->width = (int)(d->mplane ? f.fmt.pix_mp.width : f.fmt.pix.width);
    c->height = (int)(d->mplane ? f.fmt.pix_mp.height : f.fmt.pix.height);
    c->stride = d->mplane ? f.fmt.pix_mp.plane_fmt[0].bytesperline : f.fmt.pix.bytesperline;
    if (fourcc != m->fourcc || c->width < 2 || c->height < 2 || c->width > FL_MAX_DIMENSION ||
        c->height > FL_MAX_DIMENSION || (d->mplane && f.fmt.pix_mp.num_planes != 1))
        return fl_error(FL_ERR_UNSUPPORTED, "%s does not grant the mode that it lists", d->path);
    if (c->stride == 0)
        c->stride = fl_format_row_bytes(&m->mode.format, c->width);
    return fl_success();
}

static void read_rate(struct v4l2_camera *c)
{
    struct v4l2_streamparm p;
    memset(&p, 0, sizeof p);
    p.type = c->device.type;
    c->frame_s = 0.0;
    if (fl_v4l2_ioctl(c->device.fd, VIDIOC_G_PARM, &p) == 0 &&
        p.parm.capture.timeperframe.denominator)
        c->frame_s =
            (double)p.parm.capture.timeperframe.numerator / p.parm.capture.timeperframe.denominator;
}

static fl_err configure(void *self, const struct fl_camera_config *config,
                        struct fl_camera_granted *granted)
{
    struct v4l2_camera *c = self;
    int index;
    FL_TRY(fl_camera_choose_mode(self, mode, config, &index));
    fl_v4l2_buffers_release(c->buffers, &c->device);
    c->buffers = NULL;
    c->mode = &c->device.mode[index];
    FL_TRY(set_format(c, c->mode));
    FL_TRY(fl_v4l2_buffers_new(&c->device, config->buffers, &c->buffers));
    fl_v4l2_find_controls(&c->device, c->width);
    read_rate(c);
    granted->mode = c->mode->mode;
    granted->mode.width = c->width;
    granted->mode.height = c->height;
    granted->buffers = fl_v4l2_buffers_count(c->buffers);
    granted->depth = 1;
    granted->dmabuf = fl_v4l2_buffers_dmabuf(c->buffers);
    return fl_success();
}

static fl_err start(void *self)
{
    struct v4l2_camera *c = self;
    int error = fl_v4l2_ioctl(c->device.fd, VIDIOC_STREAMON, &c->device.type);
    c->queued = c->requested = 0;
    c->discard = START_FRAME;
    return error ? fl_v4l2_error(c->device.path, "start", error) : fl_success();
}

static double clock_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Gives the driver what is free: what was requested, and some to spare. */
static fl_err fill_queue(struct v4l2_camera *c)
{
    while (c->queued < c->requested + SPARE) {
        fl_err err = fl_v4l2_buffers_queue(c->buffers, &c->device);
        if (err.code == FL_ERR_BUSY && c->queued >= c->requested)
            break;
        FL_TRY(err);
        c->queued++;
    }
    return fl_success();
}

static fl_err request(void *self, const struct fl_camera_controls *controls)
{
    struct v4l2_camera *c = self;
    bool changed;
    fl_err err;
    FL_TRY(fl_v4l2_set_exposure(&c->device, controls, c->height, &changed));
    if (changed)
        c->discard = DELAY;
    if (changed || c->requested == 0)
        c->fresh_s = clock_s();
    c->requested++;
    err = fill_queue(c);
    if (err.code != FL_OK)
        c->requested--;
    return err;
}

/* The next filled buffer. */
static fl_err next_buffer(struct v4l2_camera *c, double until_s, struct fl_v4l2_filled *filled)
{
    for (;;) {
        double left_s = until_s - clock_s();
        struct pollfd p = {c->device.fd, POLLIN, 0};
        int error = fl_v4l2_buffers_dequeue(c->buffers, &c->device, filled);
        if (error != EAGAIN)
            return error ? fl_v4l2_error(c->device.path, "frame", error) : fl_success();
        if (left_s <= 0.0)
            return fl_error(FL_ERR_TIMEOUT, "%s: no frame came in time", c->device.path);
        if (poll(&p, 1, (int)(1e3 * (left_s < 1.0 ? left_s : 1.0)) + 1) > 0 &&
            (p.revents & (POLLERR | POLLHUP | POLLNVAL))) {
            struct timespec pause = {0, 10000000};
            struct v4l2_capability gone;
            error = fl_v4l2_ioctl(c->device.fd, VIDIOC_QUERYCAP, &gone);
            if (error)
                return fl_v4l2_error(c->device.path, "frame", error);
            nanosleep(&pause, NULL); /* an error that passes must not keep the processor busy */
        }
    }
}

static void describe(const struct v4l2_camera *c, const struct fl_v4l2_filled *filled,
                     struct fl_frame *frame, struct fl_camera_shot *shot)
{
    const struct fl_v4l2_device *d = &c->device;
    struct fl_meta *m = &frame->meta;
    shot->sequence = filled->sequence;
    shot->timestamp_ns = filled->timestamp_ns;
    shot->frame_s = c->frame_s;
    shot->dmabuf_fd = frame->format.color == FL_COLOR_RGB ? -1 : filled->dmabuf_fd;
    if (d->exposure.present)
        shot->exposure_s = (double)d->exposure.now * d->exposure_unit_s;
    shot->gain = d->gain.present ? fl_v4l2_gain_of(&d->gain, d->gain.now) : 1.0;
    m->active = m->default_crop = (struct fl_rect){0, 0, c->width, c->height};
    m->orientation = 1;
    m->exposure_s = shot->exposure_s;
    m->iso = d->gain.present ? 100.0 * shot->gain : 0.0;
    snprintf(m->model, sizeof m->model, "%s", d->card);
    snprintf(m->unique_model, sizeof m->unique_model, "%s", d->card);
    fl_camera_date(m);
}

static fl_err make_frame(struct v4l2_camera *c, const struct fl_v4l2_filled *filled,
                         struct fl_frame **out)
{
    struct fl_camera_picture p = {
        .layout = c->mode->layout,
        .width = c->width,
        .height = c->height,
        .plane = {filled->data},
        .stride = {c->stride},
        .size = {filled->bytes < filled->size ? filled->bytes : filled->size}};
    fl_err err;
    if (c->mode->mode.format.color != FL_COLOR_RGB)
        return fl_v4l2_buffers_frame(c->buffers, filled, c->width, c->height, &c->mode->mode.format,
                                     c->stride, out);
    p.limited = true;
    err = fl_camera_to_rgb(&p, out);
    fl_v4l2_buffers_drop(c->buffers, filled->index);
    return err;
}

/* Whether a frame was exposed before it was asked for, or before its controls took effect. */
static bool is_early(struct v4l2_camera *c, const struct fl_v4l2_filled *filled)
{
    if (filled->monotonic && 1e-9 * (double)filled->timestamp_ns < c->fresh_s)
        return true;
    if (c->discard == 0)
        return false;
    c->discard--;
    return true;
}

static fl_err wait_frame(void *self, double timeout_s, struct fl_frame **out,
                         struct fl_camera_shot *shot)
{
    struct v4l2_camera *c = self;
    struct fl_v4l2_filled filled;
    double until_s = clock_s() + timeout_s;
    for (;;) {
        FL_TRY(next_buffer(c, until_s, &filled));
        c->queued--;
        if (!is_early(c, &filled))
            break;
        fl_v4l2_buffers_drop(c->buffers, filled.index);
        FL_TRY(fill_queue(c));
    }
    c->requested--;
    if (filled.damaged) {
        fl_v4l2_buffers_drop(c->buffers, filled.index);
        return fl_error(FL_ERR_CORRUPT, "%s: a frame arrived damaged", c->device.path);
    }
    FL_TRY(make_frame(c, &filled, out));
    describe(c, &filled, *out, shot);
    return fl_success();
}

static fl_err stop(void *self)
{
    struct v4l2_camera *c = self;
    int error = fl_v4l2_ioctl(c->device.fd, VIDIOC_STREAMOFF, &c->device.type);
    fl_v4l2_buffers_reset(c->buffers);
    return error ? fl_v4l2_error(c->device.path, "stop", error) : fl_success();
}

const struct fl_camera_driver fl_v4l2_camera_driver = {
    .name = "v4l2",
    .list = list,
    .open = open_camera,
    .close = close_camera,
    .mode = mode,
    .limits = limits,
    .configure = configure,
    .start = start,
    .request = request,
    .wait = wait_frame,
    .stop = stop,
};
