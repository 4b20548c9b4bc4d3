/* The public side of cameras: finds the driver, keeps the order of calls. */
#include "camera_driver.h"

#include <stdlib.h>
#include <string.h>

struct fl_camera {
    const struct fl_camera_driver *driver;
    void *self;
    struct fl_camera_info info;
    bool configured, started;
    int waiting; /* frames that were requested and have not come */
};

static const struct fl_camera_driver *const drivers[] = {
#ifdef FL_HAVE_LIBCAMERA
    &fl_libcamera_driver,
#endif
#ifdef FL_HAVE_V4L2
    &fl_v4l2_camera_driver,
#endif
    &fl_sim_camera_driver,
};
#define DRIVERS (sizeof drivers / sizeof *drivers)

fl_err fl_camera_list_new(const struct fl_log *log, struct fl_camera_list *out)
{
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < DRIVERS; i++) {
        fl_err err = drivers[i]->list(log, out);
        if (err.code == FL_ERR_MEMORY) {
            fl_camera_list_free(out);
            return err;
        }
        if (err.code != FL_OK)
            fl_log(log, FL_LOG_WARNING, "%s: %s", drivers[i]->name, err.message);
    }
    return fl_success();
}

void fl_camera_list_free(struct fl_camera_list *list)
{
    free(list->camera);
    memset(list, 0, sizeof *list);
}

static struct fl_camera *new_camera(const struct fl_camera_driver *driver)
{
    struct fl_camera *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->driver = driver;
    strncpy(c->info.driver, driver->name, sizeof c->info.driver - 1);
    return c;
}

static fl_err open_with(const struct fl_camera_driver *driver, const char *id,
                        const struct fl_log *log, struct fl_camera **out)
{
    struct fl_camera *c = new_camera(driver);
    fl_err err;
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory for a camera");
    err = driver->open(id, log, &c->info, &c->self);
    if (err.code != FL_OK) {
        free(c);
        return err;
    }
    *out = c;
    return err;
}

/* The first camera that is not simulated. */
static fl_err open_first(const struct fl_log *log, struct fl_camera **out)
{
    struct fl_camera_list list;
    fl_err err;
    FL_TRY(fl_camera_list_new(log, &list));
    if (list.count == 0 || strcmp(list.camera[0].driver, "sim") == 0)
        err = fl_error(FL_ERR_NOT_FOUND, "no camera found; 'sim' is a simulated one");
    else
        err = fl_camera_open(list.camera[0].id, log, out);
    fl_camera_list_free(&list);
    return err;
}

fl_err fl_camera_open(const char *id, const struct fl_log *log, struct fl_camera **out)
{
    *out = NULL;
    if (!id || !*id)
        return open_first(log, out);
    for (size_t i = 0; i < DRIVERS; i++) {
        size_t length = strlen(drivers[i]->name);
        if (strncmp(id, drivers[i]->name, length) == 0 && (id[length] == ':' || !id[length]))
            return open_with(drivers[i], id + length + (id[length] == ':'), log, out);
    }
#ifdef FL_HAVE_V4L2
    if (id[0] == '/')
        return open_with(&fl_v4l2_camera_driver, id, log, out);
#endif
    if (strncmp(id, "libcamera", 9) == 0 || strncmp(id, "v4l2", 4) == 0 || id[0] == '/')
        return fl_error(FL_ERR_UNSUPPORTED, "%.100s: this build of firstlight lacks the driver",
                        id);
    return fl_error(FL_ERR_NOT_FOUND, "no camera is named '%.100s'", id);
}

fl_err fl_camera_open_sim(const struct fl_sim_config *scene, const struct fl_log *log,
                          struct fl_camera **out)
{
    struct fl_camera *c = new_camera(&fl_sim_camera_driver);
    fl_err err;
    (void)log;
    *out = NULL;
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory for a camera");
    err = fl_sim_camera_new(scene, &c->info, &c->self);
    if (err.code != FL_OK) {
        free(c);
        return err;
    }
    *out = c;
    return err;
}

void fl_camera_close(struct fl_camera *camera)
{
    if (!camera)
        return;
    if (camera->started)
        (void)fl_camera_stop(camera).code;
    camera->driver->close(camera->self);
    free(camera);
}

const struct fl_camera_info *fl_camera_info(const struct fl_camera *camera)
{
    return &camera->info;
}

bool fl_camera_mode(const struct fl_camera *camera, int index, struct fl_camera_mode *out)
{
    return index >= 0 && camera->driver->mode(camera->self, index, out);
}

void fl_camera_limits(const struct fl_camera *camera, struct fl_camera_limits *out)
{
    memset(out, 0, sizeof *out);
    camera->driver->limits(camera->self, out);
}

fl_err fl_camera_configure(struct fl_camera *camera, const struct fl_camera_config *config,
                           struct fl_camera_granted *granted)
{
    struct fl_camera_config wanted = *config;
    memset(granted, 0, sizeof *granted);
    if (camera->started)
        return fl_error(FL_ERR_ARGUMENT, "a camera cannot be configured while it runs");
    if (wanted.buffers == 0)
        wanted.buffers = 4;
    if (wanted.buffers < 2 || wanted.buffers > 64)
        return fl_error(FL_ERR_RANGE, "buffers %d is outside 2..64", wanted.buffers);
    FL_TRY(camera->driver->configure(camera->self, &wanted, granted));
    camera->configured = true;
    return fl_success();
}

fl_err fl_camera_start(struct fl_camera *camera)
{
    if (!camera->configured || camera->started)
        return fl_error(FL_ERR_ARGUMENT, camera->started ? "the camera runs already"
                                                         : "the camera was not configured");
    FL_TRY(camera->driver->start(camera->self));
    camera->started = true;
    camera->waiting = 0;
    return fl_success();
}

fl_err fl_camera_request(struct fl_camera *camera, const struct fl_camera_controls *controls)
{
    if (!camera->started)
        return fl_error(FL_ERR_ARGUMENT, "the camera does not run");
    FL_TRY(camera->driver->request(camera->self, controls));
    camera->waiting++;
    return fl_success();
}

fl_err fl_camera_wait(struct fl_camera *camera, double timeout_s, struct fl_frame **out,
                      struct fl_camera_shot *shot)
{
    fl_err err;
    *out = NULL;
    memset(shot, 0, sizeof *shot);
    shot->dmabuf_fd = -1;
    if (!camera->started || camera->waiting == 0)
        return fl_error(FL_ERR_ARGUMENT, "no frame was requested");
    err = camera->driver->wait(camera->self, timeout_s, out, shot);
    if (err.code == FL_OK || err.code == FL_ERR_CORRUPT)
        camera->waiting--;
    return err;
}

fl_err fl_camera_stop(struct fl_camera *camera)
{
    if (!camera->started)
        return fl_success();
    camera->started = false;
    return camera->driver->stop(camera->self);
}
