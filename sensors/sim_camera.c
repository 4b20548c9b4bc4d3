/* The simulated camera: requests of frames in front of a scene that stands still.
 *
 * Exposure time and gain change the picture and its noise as on a sensor; a frame comes as soon as
 * it is asked for, or at the frame rate that was asked for. */
#include "camera_driver.h"
#include "camera_pool.h"
#include "sim_shutter.h"

#include "mem.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define QUEUE          64
#define BASE_EXPOSURE  0.01 /* seconds that radiance 1 fills the green pixels in, at gain 1 */
#define EXPOSURE_MIN_S 2e-5
#define EXPOSURE_MAX_S 200.0
#define GAIN_MAX       64.0
#define SIZES          4
#define FORMATS        4

static const int sizes[SIZES][2] = {{4056, 3040}, {2028, 1520}, {1332, 990}, {640, 480}};
static const char *const formats[FORMATS] = {"SRGGB12", "SRGGB12_CSI2P", "SRGGB10",
                                             "SRGGB10_CSI2P"};

struct sim_camera {
    struct fl_sim_config scene;
    char scene_name[32], format_name[32];
    struct fl_sim_config shot; /* the scene, with the mode's size and format */
    struct fl_sim_shutter *shutter;
    struct fl_meta meta; /* owns its attachments */
    struct fl_camera_pool *pool;
    struct fl_frame *queued[QUEUE];
    struct fl_camera_controls controls[QUEUE];
    int first, count;
    uint64_t sequence;
    double last_s;
    double exposure_s, gain; /* that stay in force */
    int width, height;
    size_t stride;
};

static fl_err list(const struct fl_log *log, struct fl_camera_list *out)
{
    (void)log;
    return fl_camera_list_add(out, "sim", "", "simulated sensor, sim:SCENE");
}

fl_err fl_sim_camera_new(const struct fl_sim_config *scene, struct fl_camera_info *info,
                         void **self)
{
    struct sim_camera *c;
    FL_TRY(fl_sim_check(scene));
    if (scene->defects_ppm > 0.0)
        return fl_error(FL_ERR_UNSUPPORTED, "the simulated camera has no defects");
    c = calloc(1, sizeof *c);
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory for the simulated camera");
    c->scene = *scene;
    snprintf(c->scene_name, sizeof c->scene_name, "%s", scene->scene ? scene->scene : "photo");
    c->scene.scene = c->scene_name;
    if (scene->format) {
        snprintf(c->format_name, sizeof c->format_name, "%s", scene->format);
        c->scene.format = c->format_name;
    }
    c->exposure_s = BASE_EXPOSURE;
    c->gain = 1.0;
    snprintf(info->id, sizeof info->id, "sim:%s", c->scene_name);
    snprintf(info->name, sizeof info->name, "%s",
             scene->tuning && scene->tuning->sensor[0] ? scene->tuning->sensor : "SimCam");
    *self = c;
    return fl_success();
}

static fl_err sim_open(const char *id, const struct fl_log *log, struct fl_camera_info *info,
                       void **self)
{
    struct fl_sim_config scene = {.scene = *id ? id : NULL};
    (void)log;
    return fl_sim_camera_new(&scene, info, self);
}

static void forget(struct sim_camera *c)
{
    for (; c->count > 0; c->count--, c->first = (c->first + 1) % QUEUE)
        fl_frame_unref(c->queued[c->first]);
    fl_sim_shutter_free(c->shutter);
    fl_corrections_unref(c->meta.corrections);
    fl_camera_pool_release(c->pool);
    c->shutter = NULL;
    c->meta.corrections = NULL;
    c->pool = NULL;
}

static void sim_close(void *self)
{
    forget(self);
    free(self);
}

static bool sim_mode(const void *self, int index, struct fl_camera_mode *out)
{
    const struct sim_camera *c = self;
    int own_format = c->scene.format != NULL, own_size = c->scene.width > 0;
    int formats_here = own_format ? 1 : FORMATS, sizes_here = own_size ? 1 : SIZES;
    memset(out, 0, sizeof *out);
    if (index >= formats_here * sizes_here)
        return false;
    out->width = own_size ? c->scene.width : sizes[index / formats_here][0];
    out->height = own_size ? c->scene.height : sizes[index / formats_here][1];
    return fl_format_parse(own_format ? c->scene.format : formats[index % formats_here],
                           &out->format)
               .code == FL_OK;
}

static void sim_limits(const void *self, struct fl_camera_limits *out)
{
    (void)self;
    out->sets_exposure = out->sets_gain = true;
    out->exposure_min_s = EXPOSURE_MIN_S;
    out->exposure_max_s = EXPOSURE_MAX_S;
    out->gain_min = 1.0;
    out->gain_max = GAIN_MAX;
}

static fl_err sim_configure(void *self, const struct fl_camera_config *config,
                            struct fl_camera_granted *granted)
{
    struct sim_camera *c = self;
    int index;
    FL_TRY(fl_camera_choose_mode(self, sim_mode, config, &index));
    forget(c);
    sim_mode(self, index, &granted->mode);
    granted->buffers = config->buffers;
    granted->depth = 1;
    fl_format_name(&granted->mode.format, c->format_name, sizeof c->format_name);
    c->shot = c->scene;
    c->shot.width = granted->mode.width;
    c->shot.height = granted->mode.height;
    c->shot.format = c->format_name;
    FL_TRY(fl_sim_check(&c->shot));
    FL_TRY(fl_sim_shutter_new(&c->shot, &c->shutter));
    c->width = fl_sim_shutter_sensor(c->shutter)->masked + granted->mode.width;
    c->height = granted->mode.height;
    c->stride = fl_row_stride(fl_format_row_bytes(&granted->mode.format, c->width));
    memset(&c->meta, 0, sizeof c->meta);
    FL_TRY(fl_sim_meta(fl_sim_shutter_sensor(c->shutter), &c->shot, &c->meta));
    c->meta.has_neutral = false; /* a sensor does not know the light */
    return fl_camera_pool_new(config->buffers, c->stride * (size_t)c->height, &c->pool);
}

static fl_err sim_start(void *self)
{
    struct sim_camera *c = self;
    c->sequence = 0;
    c->last_s = 0.0;
    return fl_success();
}

static fl_err sim_request(void *self, const struct fl_camera_controls *controls)
{
    struct sim_camera *c = self;
    int last = (c->first + c->count) % QUEUE;
    if (c->count == QUEUE)
        return fl_error(FL_ERR_BUSY, "all buffers of the camera are in use");
    FL_TRY(fl_camera_pool_frame(c->pool, c->width, c->height,
                                &fl_sim_shutter_sensor(c->shutter)->format, c->stride,
                                &c->queued[last]));
    c->controls[last] = *controls;
    c->count++;
    return fl_success();
}

static double clock_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void sleep_s(double seconds)
{
    struct timespec t = {(time_t)seconds, (long)(1e9 * (seconds - floor(seconds)))};
    while (nanosleep(&t, &t) != 0 && errno == EINTR)
        continue;
}

/* Waits for the frame's turn. */
static fl_err pace(struct sim_camera *c, double frame_s, double timeout_s)
{
    double left_s = c->last_s > 0.0 ? c->last_s + frame_s - clock_s() : 0.0;
    if (left_s > timeout_s) {
        sleep_s(timeout_s);
        return fl_error(FL_ERR_TIMEOUT, "no frame within %g s", timeout_s);
    }
    if (frame_s > 0.0 && left_s > 0.0)
        sleep_s(left_s);
    c->last_s = clock_s();
    return fl_success();
}

static double within(double v, double low, double high)
{
    return v > low ? (v < high ? v : high) : low;
}

/* The frame's own view of the metadata. */
static void describe(const struct sim_camera *c, const struct fl_noise *noise,
                     struct fl_frame *frame)
{
    double range = (double)c->meta.white_dn[0] - (double)c->meta.black_dn[0];
    struct fl_meta *m = &frame->meta;
    *m = c->meta;
    m->corrections = fl_corrections_ref(c->meta.corrections);
    m->exposure_s = c->exposure_s;
    m->iso = 100.0 * c->gain;
    fl_camera_date(m);
    for (int i = 0; i < 3 && noise->s > 0.0 && c->meta.noise[0].s > 0.0; i++)
        m->noise[i] = (struct fl_noise){noise->s, noise->o + 1.0 / (12.0 * range * range)};
}

static fl_err sim_wait(void *self, double timeout_s, struct fl_frame **out,
                       struct fl_camera_shot *shot)
{
    struct sim_camera *c = self;
    const struct fl_camera_controls *controls = &c->controls[c->first];
    struct fl_frame *frame = c->queued[c->first];
    struct fl_noise noise;
    FL_TRY(pace(c, controls->frame_s, timeout_s));
    c->first = (c->first + 1) % QUEUE;
    c->count--;
    if (controls->exposure_s > 0.0)
        c->exposure_s = within(controls->exposure_s, EXPOSURE_MIN_S, EXPOSURE_MAX_S);
    if (controls->gain > 0.0)
        c->gain = within(controls->gain, 1.0, GAIN_MAX);
    fl_sim_shutter_noise(&c->shot, c->gain, &noise);
    fl_sim_shutter_expose(c->shutter, c->exposure_s / BASE_EXPOSURE * c->gain, &noise,
                          ++c->sequence, frame);
    describe(c, &noise, frame);
    shot->sequence = c->sequence;
    shot->timestamp_ns = (uint64_t)(1e9 * c->last_s);
    shot->exposure_s = c->exposure_s;
    shot->gain = c->gain;
    shot->digital_gain = 1.0;
    shot->frame_s = controls->frame_s;
    *out = frame;
    return fl_success();
}

static fl_err sim_stop(void *self)
{
    struct sim_camera *c = self;
    for (; c->count > 0; c->count--, c->first = (c->first + 1) % QUEUE)
        fl_frame_unref(c->queued[c->first]);
    return fl_success();
}

const struct fl_camera_driver fl_sim_camera_driver = {
    .name = "sim",
    .list = list,
    .open = sim_open,
    .close = sim_close,
    .mode = sim_mode,
    .limits = sim_limits,
    .configure = sim_configure,
    .start = sim_start,
    .request = sim_request,
    .wait = sim_wait,
    .stop = sim_stop,
};
