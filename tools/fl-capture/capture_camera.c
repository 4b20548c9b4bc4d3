/* The camera as the options want it. */
#include "capture_camera.h"
#include "capture_exif.h"
#include "capture_geometry.h"
#include "sim_input.h"

#include "firstlight/tuning.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFERS 5   /* besides those of a burst: in the camera, and being developed */
#define WAIT_S  5.0 /* beyond the exposure itself, before a camera counts as stalled */

static fl_err open_sim(const char *source, const struct fl_log *log, struct fl_capture_camera *out)
{
    struct fl_sim_input sim;
    FL_TRY(fl_sim_input_parse(source, &sim));
    if (sim.tuning[0])
        FL_TRY(fl_tuning_open(sim.tuning, log, &out->simulated));
    sim.config.format = sim.format[0] ? sim.format : NULL;
    sim.config.tuning = out->simulated;
    return fl_camera_open_sim(&sim.config, log, &out->camera);
}

static fl_err open_by_number(int number, const struct fl_log *log, struct fl_camera **out)
{
    struct fl_camera_list list;
    fl_err err;
    int real = 0;
    FL_TRY(fl_camera_list_new(log, &list));
    for (; real < list.count && strcmp(list.camera[real].driver, "sim") != 0; real++)
        continue;
    if (real == 0)
        err = fl_error(FL_ERR_NOT_FOUND, "no camera found; --source sim is a simulated one");
    else if (number >= real)
        err = fl_error(FL_ERR_NOT_FOUND, "--camera %d: there %s only %d, counted from 0", number,
                       real == 1 ? "is" : "are", real);
    else
        err = fl_camera_open(list.camera[number].id, log, out);
    fl_camera_list_free(&list);
    return err;
}

static fl_err open_source(const struct fl_capture_options *o, const struct fl_log *log,
                          struct fl_capture_camera *out)
{
    if (!o->source)
        return open_by_number(o->camera, log, &out->camera);
    if (fl_sim_input_is(o->source))
        return fl_error_context(open_sim(o->source, log, out), "--source");
    return fl_error_context(fl_camera_open(o->source, log, &out->camera), "--source");
}

static void wanted_mode(const struct fl_capture_options *o, struct fl_camera_config *config)
{
    bool quarter = o->rotation == 90 || o->rotation == 270;
    memset(config, 0, sizeof *config);
    config->processed = o->processed;
    config->buffers = o->buffer_count > 1 ? o->buffer_count : BUFFERS + o->burst;
    config->width = quarter ? o->height : o->width;
    config->height = quarter ? o->width : o->height;
    if (o->roi[2] > 0.0) {
        config->width = (int)(config->width / o->roi[2]);
        config->height = (int)(config->height / o->roi[3]);
    }
    if (!o->mode.given)
        return;
    config->width = o->mode.width;
    config->height = o->mode.height;
    config->bits = o->mode.bits;
    config->packing = o->mode.packed ? FL_CAMERA_PACKED : FL_CAMERA_UNPACKED;
    config->exact = true;
}

static void say_granted(const struct fl_capture_camera *c, const struct fl_camera_config *wanted,
                        struct fl_console *console, int verbose)
{
    const struct fl_camera_mode *m = &c->granted.mode;
    struct fl_text text = {0};
    char name[32];
    fl_format_name(&m->format, name, sizeof name);
    if (m->lossy && verbose > 0)
        fl_console_complain(console, NULL,
                            "the camera grants only raws that are compressed with loss");
    else if (m->format.packing == FL_PACK_CSI2P && wanted->packing == FL_CAMERA_UNPACKED &&
             verbose > 1)
        fl_console_complain(console, NULL, "the camera grants packed raws");
    fl_text_printf(&text, "%s: %dx%d %s, %d buffers%s", fl_camera_info(c->camera)->name, m->width,
                   m->height, name, c->granted.buffers, c->granted.dmabuf ? ", dma-buf" : "");
    if (verbose > 1)
        fl_console_note(console, fl_text_get(&text));
    fl_text_free(&text);
}

fl_err fl_capture_camera_open(const struct fl_capture_options *options, struct fl_console *console,
                              const struct fl_log *log, struct fl_capture_camera *out)
{
    struct fl_camera_config wanted;
    fl_err err;
    memset(out, 0, sizeof *out);
    FL_TRY(fl_capture_exif(&options->exif, &out->exif));
    if (options->tuning_file && (!options->source || !fl_sim_input_is(options->source)))
        setenv("LIBCAMERA_RPI_TUNING_FILE", options->tuning_file, 1);
    err = open_source(options, log, out);
    if (err.code == FL_OK) {
        fl_camera_limits(out->camera, &out->limits);
        wanted_mode(options, &wanted);
        err = fl_camera_configure(out->camera, &wanted, &out->granted);
    }
    if (err.code == FL_OK) {
        say_granted(out, &wanted, console, options->verbose);
        err = fl_camera_start(out->camera);
    }
    if (err.code != FL_OK)
        fl_capture_camera_close(out);
    return err;
}

void fl_capture_camera_close(struct fl_capture_camera *camera)
{
    fl_camera_close(camera->camera);
    fl_exif_unref(camera->exif);
    fl_tuning_free(camera->simulated);
    camera->camera = NULL;
    camera->simulated = NULL;
    camera->exif = NULL;
}

void fl_capture_camera_controls(const struct fl_capture_options *o, struct fl_camera_controls *out)
{
    memset(out, 0, sizeof *out);
    out->exposure_s = o->shutter_s;
    out->gain = o->gain;
    out->frame_s = o->framerate > 0.0 ? 1.0 / o->framerate : 0.0;
    memcpy(out->wb_gains, o->awbgains, sizeof out->wb_gains);
    out->ev = o->ev;
    out->metering = o->metering;
    out->exposure_mode = o->exposure;
    out->awb = o->awb;
    out->flicker_s = o->flicker_s;
    out->focus = o->focus;
    out->focus_range = o->focus_range;
    out->focus_speed = o->focus_speed;
    memcpy(out->focus_window, o->focus_window, sizeof out->focus_window);
    out->has_lens_position = o->lens.given && !o->lens.standard;
    out->lens_position = o->lens.dioptres;
    if (out->has_lens_position && out->focus == FL_FOCUS_DEFAULT)
        out->focus = FL_FOCUS_MANUAL;
}

static fl_err wait_frame(struct fl_capture_camera *c, double timeout_s, struct fl_frame **frame,
                         struct fl_camera_shot *shot)
{
    fl_err err;
    for (int corrupt = 0; corrupt < 3; corrupt++) { /* a damaged frame is not the end */
        err = fl_camera_wait(c->camera, timeout_s, frame, shot);
        if (err.code != FL_ERR_CORRUPT)
            break;
        c->queued--;
    }
    if (err.code == FL_OK)
        c->queued--;
    return err;
}

static fl_err fill_queue(struct fl_capture_camera *c, const struct fl_camera_controls *controls)
{
    while (c->queued < c->granted.depth) {
        fl_err err = fl_camera_request(c->camera, controls);
        if (err.code == FL_ERR_BUSY && c->queued > 0)
            break; /* frames are still held elsewhere: fewer will do */
        FL_TRY(err);
        c->queued++;
    }
    return fl_success();
}

fl_err fl_capture_camera_frame(struct fl_capture_camera *camera,
                               const struct fl_capture_options *options,
                               const struct fl_camera_controls *controls, struct fl_frame **frame,
                               struct fl_camera_shot *shot)
{
    double timeout_s = WAIT_S + 3.0 * controls->exposure_s + 3.0 * controls->frame_s;
    fl_err err;
    FL_TRY(fill_queue(camera, controls));
    err = wait_frame(camera, timeout_s, frame, shot);
    if (err.code == FL_ERR_TIMEOUT) {
        FL_TRY(fl_camera_stop(camera->camera));
        camera->queued = 0;
        FL_TRY(fl_camera_start(camera->camera));
        FL_TRY(fill_queue(camera, controls));
        err = wait_frame(camera, timeout_s, frame, shot);
    }
    FL_TRY(err);
    fl_capture_geometry_apply(options, *frame);
    if (camera->exif && !(*frame)->meta.exif)
        (*frame)->meta.exif = fl_exif_ref(camera->exif);
    return fl_success();
}

static fl_err list_modes(const struct fl_camera_info *info, const struct fl_log *log)
{
    struct fl_camera *camera;
    struct fl_camera_mode mode;
    FL_TRY(fl_camera_open(info->id, log, &camera));
    for (int i = 0; fl_camera_mode(camera, i, &mode); i++) {
        char name[32];
        fl_format_name(&mode.format, name, sizeof name);
        printf("    %dx%d %s", mode.width, mode.height, name);
        if (mode.max_fps > 0.0)
            printf(" up to %.3g fps", mode.max_fps);
        printf("%s\n", mode.lossy ? ", compressed with loss" : "");
    }
    fl_camera_close(camera);
    return fl_success();
}

fl_err fl_capture_list_cameras(const struct fl_log *log)
{
    struct fl_camera_list list;
    FL_TRY(fl_camera_list_new(log, &list));
    for (int i = 0; i < list.count; i++) {
        fl_err err;
        if (strcmp(list.camera[i].driver, "sim") == 0)
            printf("--source %s : %s\n", list.camera[i].id, list.camera[i].name);
        else
            printf("%d : %s (%s)\n", i, list.camera[i].name, list.camera[i].id);
        err = list_modes(&list.camera[i], log);
        if (err.code != FL_OK)
            printf("    %s\n", err.message);
    }
    fl_camera_list_free(&list);
    return fflush(stdout) == 0 ? fl_success()
                               : fl_error(FL_ERR_IO, "standard output could not be written");
}
