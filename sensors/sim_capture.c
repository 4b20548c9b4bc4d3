/* The simulated sensor's public functions: scene, sensor, frame. */
#include "firstlight/source.h"

#include "mem.h"
#include "sim_scene.h"
#include "sim_sensor.h"

#include "firstlight/thread.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SCENE_COUNT 9

static const struct fl_sim_scene *const scenes[SCENE_COUNT] = {
    &fl_sim_scene_chart,  &fl_sim_scene_zoneplate, &fl_sim_scene_edge,
    &fl_sim_scene_leaves, &fl_sim_scene_stops,     &fl_sim_scene_portrait,
    &fl_sim_scene_photo,  &fl_sim_scene_flat,      &fl_sim_scene_ramp};

const char *fl_sim_scene_name(int index)
{
    return index >= 0 && index < SCENE_COUNT ? scenes[index]->name : NULL;
}

const char *fl_sim_scene_summary(int index)
{
    return index >= 0 && index < SCENE_COUNT ? scenes[index]->summary : NULL;
}

static fl_err find_scene(const char *name, const struct fl_sim_scene **out)
{
    char known[160] = "";
    size_t used = 0;
    for (int i = 0; i < SCENE_COUNT; i++) {
        if (strcmp(scenes[i]->name, name) == 0) {
            *out = scenes[i];
            return fl_success();
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 scenes[i]->name);
    }
    return fl_error(FL_ERR_RANGE, "unknown scene '%.40s'; known: %s", name, known);
}

static fl_err check_interval(const char *name, double value, double min, double max)
{
    if (value >= min && value <= max) /* false for NaN */
        return fl_success();
    return fl_error(FL_ERR_RANGE, "simulated sensor: %s %g is outside %g..%g", name, value, min,
                    max);
}

static fl_err check_side(const char *name, int value)
{
    if (value == 0 || (value >= 2 && value <= FL_MAX_DIMENSION && value % 2 == 0))
        return fl_success();
    return fl_error(FL_ERR_RANGE, "simulated sensor: %s %d must be even and in 2..%d", name, value,
                    FL_MAX_DIMENSION);
}

static fl_err check_config(const struct fl_sim_config *config)
{
    FL_TRY(check_side("width", config->width));
    FL_TRY(check_side("height", config->height));
    if ((int64_t)config->width * config->height >
        FL_MAX_PIXELS / 2) /* masked columns come on top */
        return fl_error(FL_ERR_RANGE, "simulated sensor: %dx%d exceeds %lld megapixels",
                        config->width, config->height, (long long)(FL_MAX_PIXELS / 2 >> 20));
    if (config->iso != 0.0)
        FL_TRY(check_interval("iso", config->iso, 100.0, 25600.0));
    FL_TRY(check_interval("exposure_ev", config->exposure_ev, -10.0, 10.0));
    if (config->cct_k != 0.0)
        FL_TRY(check_interval("cct_k", config->cct_k, 2500.0, 10000.0));
    return check_interval("defects_ppm", config->defects_ppm, 0.0, 10000.0);
}

/* A camera pointed at a scene. */
struct setup {
    struct fl_sim_sensor sensor;
    struct fl_sim_view view;
    const struct fl_sim_scene *scene;
    void *state;  /* of the scene */
    double *rgb;  /* one row of radiance */
    uint16_t *dn; /* one row of codes */
};

static void close_setup(struct setup *s)
{
    if (s->state && s->scene->close)
        s->scene->close(s->state);
    free(s->state);
    free(s->rgb);
    free(s->dn);
}

/* Lays the scene out for the picture's size and allocates one row. */
static fl_err open_rows(struct setup *s)
{
    double by_height = 2.0 / s->sensor.height, by_width = 8.0 / 3.0 / s->sensor.width;
    fl_err err;

    s->view.width = s->sensor.width;
    s->view.height = s->sensor.height;
    s->view.px = by_height > by_width ? by_height : by_width;
    s->rgb = malloc((size_t)s->sensor.width * 3 * sizeof *s->rgb);
    s->dn = malloc(((size_t)s->sensor.width + FL_SIM_MASKED_COLUMNS) * sizeof *s->dn);
    s->state = calloc(1, s->scene->state_size + 1);
    if (!s->rgb || !s->dn || !s->state) {
        free(s->state); /* not opened: must not be closed */
        s->state = NULL;
        return fl_error(FL_ERR_MEMORY, "out of memory for scene '%s'", s->scene->name);
    }
    err = s->scene->open ? s->scene->open(s->state, &s->view) : fl_success();
    if (err.code != FL_OK) {
        free(s->state);
        s->state = NULL;
    }
    return err;
}

/* On failure, too, close_setup() is due. */
static fl_err open_setup(const struct fl_sim_config *config, struct setup *s)
{
    struct fl_format format;
    memset(s, 0, sizeof *s);
    FL_TRY(find_scene(config->scene ? config->scene : "chart", &s->scene));
    FL_TRY(fl_format_parse(config->format ? config->format : "SRGGB12", &format));
    FL_TRY(check_config(config));
    fl_sim_sensor_init(config, &format, &s->sensor);
    FL_TRY(fl_sim_sensor_tune(config, &s->sensor));
    return open_rows(s);
}

static fl_err capture(struct setup *s, const struct fl_sim_config *config, struct fl_frame **out)
{
    const struct fl_sim_sensor *sensor = &s->sensor;
    int width = sensor->masked + sensor->width;
    struct fl_frame *frame;
    fl_err err = fl_frame_new(width, sensor->height, &sensor->format, &frame);
    if (err.code != FL_OK)
        return err;
    err = fl_sim_meta(sensor, config, &frame->meta);
    if (err.code != FL_OK) {
        fl_frame_unref(frame);
        return err;
    }
    for (int y = 0; y < sensor->height; y++) {
        s->scene->row(s->state, &s->view, y, s->rgb);
        fl_sim_sensor_row(sensor, y, s->rgb, s->dn);
        fl_sim_pack_row(&sensor->format, s->dn, width,
                        (char *)frame->plane[0] + (size_t)y * frame->stride[0]);
    }
    *out = frame;
    return err;
}

/* One row of the truth; a monochrome sensor's is the luminance that it sees. */
static void truth_row(const struct setup *s, int y, struct fl_frame *frame)
{
    const double *mono = s->sensor.mono_response;
    for (int x = 0; x < frame->width; x++) {
        const double *p = s->rgb + (size_t)x * 3;
        double light = mono[0] * p[0] + mono[1] * p[1] + mono[2] * p[2];
        for (int c = 0; c < 3; c++) {
            float *row = (float *)((char *)frame->plane[c] + (size_t)y * frame->stride[c]);
            bool is_mono = s->sensor.format.color == FL_COLOR_MONO;
            row[x] = (float)(is_mono ? light : p[c] * s->sensor.exposure);
        }
    }
}

static fl_err render_truth(struct setup *s, struct fl_frame **out)
{
    static const struct fl_format format = {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_F32, 32};
    FL_TRY(fl_frame_new(s->sensor.width, s->sensor.height, &format, out));
    (*out)->meta.active = (struct fl_rect){0, 0, s->sensor.width, s->sensor.height};
    (*out)->meta.default_crop = (*out)->meta.active;
    (*out)->meta.orientation = 1;
    for (int y = 0; y < s->sensor.height; y++) {
        s->scene->row(s->state, &s->view, y, s->rgb);
        truth_row(s, y, *out);
    }
    return fl_success();
}

/* Rows of light for several threads: each worker has a row of radiance of its own. */
struct light_job {
    const struct setup *setup;
    double *rgb; /* workers x width x 3 */
    float *light;
};

static void light_row(void *user, int y, int worker)
{
    const struct light_job *job = user;
    const struct setup *s = job->setup;
    double *rgb = job->rgb + (size_t)worker * (size_t)s->sensor.width * 3;
    size_t width = (size_t)(s->sensor.masked + s->sensor.width);
    s->scene->row(s->state, &s->view, y, rgb);
    fl_sim_sensor_light_row(&s->sensor, y, rgb, job->light + (size_t)y * width);
}

static fl_err render_light(struct setup *s, float *light)
{
    struct light_job job = {.setup = s, .light = light};
    struct fl_pool *pool;
    struct fl_runner runner;
    FL_TRY(fl_pool_new(0, &pool));
    runner = fl_pool_runner(pool);
    job.rgb = malloc((size_t)runner.workers * (size_t)s->sensor.width * 3 * sizeof *job.rgb);
    if (job.rgb)
        runner.run(runner.self, s->sensor.height, light_row, &job);
    fl_pool_free(pool);
    if (!job.rgb)
        return fl_error(FL_ERR_MEMORY, "out of memory for scene '%s'", s->scene->name);
    free(job.rgb);
    return fl_success();
}

fl_err fl_sim_light(const struct fl_sim_config *config, struct fl_sim_sensor *sensor, float **light)
{
    struct setup s;
    fl_err err;
    *light = NULL;
    err = open_setup(config, &s);
    if (err.code == FL_OK) {
        *sensor = s.sensor;
        *light = malloc((size_t)(s.sensor.masked + s.sensor.width) * (size_t)s.sensor.height *
                        sizeof **light);
        err = *light ? render_light(&s, *light)
                     : fl_error(FL_ERR_MEMORY, "out of memory for scene '%s'", s.scene->name);
    }
    if (err.code != FL_OK) {
        free(*light);
        *light = NULL;
    }
    close_setup(&s);
    return err;
}

fl_err fl_sim_check(const struct fl_sim_config *config)
{
    const struct fl_sim_scene *scene;
    struct fl_format format;
    FL_TRY(find_scene(config->scene ? config->scene : "chart", &scene));
    FL_TRY(fl_format_parse(config->format ? config->format : "SRGGB12", &format));
    return check_config(config);
}

fl_err fl_sim_capture(const struct fl_sim_config *config, struct fl_frame **out)
{
    struct setup s;
    fl_err err;
    *out = NULL;
    err = open_setup(config, &s);
    if (err.code == FL_OK)
        err = capture(&s, config, out);
    close_setup(&s);
    return err;
}

fl_err fl_sim_truth(const struct fl_sim_config *config, struct fl_frame **out)
{
    struct setup s;
    fl_err err;
    *out = NULL;
    err = open_setup(config, &s);
    if (err.code == FL_OK)
        err = render_truth(&s, out);
    close_setup(&s);
    return err;
}
