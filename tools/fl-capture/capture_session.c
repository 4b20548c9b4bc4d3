/* A run of fl-capture: looks until it is time, then shoots.
 *
 * Pictures of a series belong to moments start + k x interval, however long one takes: moments that
 * have passed meanwhile are left out, so that a series does not drift. */
#include "capture_session.h"
#include "capture_auto.h"
#include "capture_developer.h"
#include "capture_trigger.h"
#include "tuning_choice.h"

#include <math.h>
#include <string.h>

#define FOREVER      1e18
#define LOOK_EVERY_S 0.2  /* once exposure is found */
#define LOOKS_MOST   24   /* until it must be */
#define SERIES_SPEED 0.25 /* of the way to a new exposure, between pictures of a series */
#define FOCUS_FRAMES 90

struct session {
    const struct fl_capture_options *o;
    struct fl_console *console;
    struct fl_log log;
    struct fl_tuning_choice *choice;
    const struct fl_tuning *tuning; /* NULL = none */
    struct fl_capture_camera camera;
    struct fl_capture_auto automatic;
    struct fl_developer *developer;
    struct fl_camera_controls controls;
    struct fl_camera_shot last; /* frame that was looked at */
    int counter, shots;
};

static void on_message(void *user, enum fl_level level, const char *message)
{
    struct session *s = user;
    if (s->o->verbose > (level <= FL_LOG_WARNING ? 0 : 1))
        fl_console_complain(s->console, NULL, message);
}

static bool is_series(const struct session *s)
{
    return s->o->timelapse_s > 0.0 || s->o->keypress || s->o->signal;
}

/* A frame, with exposure and white for the next one found from it. */
static fl_err take(struct session *s, double speed, struct fl_frame **frame,
                   struct fl_camera_shot *shot)
{
    fl_err err;
    fl_capture_auto_controls(&s->automatic, &s->controls);
    FL_TRY(fl_capture_camera_frame(&s->camera, s->o, &s->controls, frame, shot));
    err = fl_capture_auto_look(&s->automatic, *frame, shot, speed);
    s->last = *shot;
    if (err.code != FL_OK) {
        fl_frame_unref(*frame);
        *frame = NULL;
    }
    return err;
}

static fl_err look(struct session *s, double speed)
{
    struct fl_camera_shot shot;
    struct fl_frame *frame;
    FL_TRY(take(s, speed, &frame, &shot));
    fl_frame_unref(frame);
    return fl_success();
}

/* Looks until the exposure is found, or cannot be. */
static fl_err settle(struct session *s, double until_s)
{
    for (int i = 0; i < LOOKS_MOST; i++) {
        FL_TRY(look(s, 1.0));
        if (fl_capture_auto_settled(&s->automatic, &s->last) || fl_trigger_interrupted() ||
            fl_console_clock() >= until_s)
            break;
    }
    return fl_success();
}

/* Keeps looking until an event or the moment. */
static fl_err wait_until(struct session *s, double until_s, enum fl_event *event)
{
    for (;;) {
        double next_s = fl_console_clock() + LOOK_EVERY_S;
        bool settled = fl_capture_auto_settled(&s->automatic, &s->last);
        bool streams = s->camera.granted.depth > 1; /* frames come when they come */
        if (streams || !settled)
            next_s = 0.0;
        *event = fl_trigger_wait(next_s < until_s ? next_s : until_s);
        if (*event != FL_EVENT_NONE || fl_console_clock() >= until_s)
            return fl_success();
        FL_TRY(look(s, s->shots == 0 && !settled ? 1.0 : SERIES_SPEED));
        FL_TRY(fl_developer_error(s->developer));
    }
}

/* Moves the lens until the camera says that it is in focus. */
static fl_err focus(struct session *s)
{
    enum fl_camera_focus before = s->controls.focus;
    if (!s->o->focus_on_capture || !s->camera.limits.has_focus)
        return fl_success();
    s->controls.focus = FL_FOCUS_AUTO;
    s->controls.focus_trigger = true;
    for (int i = 0; i < FOCUS_FRAMES; i++) {
        FL_TRY(look(s, SERIES_SPEED));
        s->controls.focus_trigger = false;
        if (i > 2 * s->camera.granted.depth && s->last.focus_state != FL_FOCUS_STATE_SCANNING)
            break;
    }
    s->controls.focus = before;
    return fl_success();
}

/* One more frame of a shot, with all that is known about it. */
static fl_err add_frame(struct session *s, double speed, struct fl_capture_job *job)
{
    struct fl_frame *frame = NULL;
    struct fl_camera_shot shot;
    if (job->frames == 0)
        FL_TRY(take(s, speed, &frame, &shot));
    else
        FL_TRY(fl_capture_camera_frame(&s->camera, s->o, &s->controls, &frame, &shot));
    fl_capture_auto_apply(&s->automatic, frame, &shot);
    if (job->frames == 0)
        job->shot = shot;
    job->frame[job->frames++] = frame;
    return fl_success();
}

static fl_err shoot(struct session *s)
{
    struct fl_capture_job job = {.counter = s->counter};
    bool found = s->shots > 0 || fl_capture_auto_settled(&s->automatic, &s->last);
    fl_err err = focus(s);
    while (err.code == FL_OK && job.frames < s->o->burst)
        err = add_frame(s, found ? SERIES_SPEED : 1.0, &job);
    if (err.code != FL_OK) {
        for (int i = 0; i < job.frames; i++)
            fl_frame_unref(job.frame[i]);
        return err;
    }
    s->shots++;
    s->counter++;
    if (s->o->wrap > 0)
        s->counter %= s->o->wrap;
    return fl_developer_submit(s->developer, &job);
}

/* One picture at the end of the timeout, or at once. */
static fl_err run_single(struct session *s, double start_s)
{
    enum fl_event event = FL_EVENT_NONE;
    double until_s = s->o->timeout_s > 0.0 ? start_s + s->o->timeout_s : FOREVER;
    if (!s->o->immediate)
        FL_TRY(wait_until(s, until_s, &event));
    return event == FL_EVENT_QUIT ? fl_success() : shoot(s);
}

/* Pictures at moments, keys and signals, until the timeout. */
static fl_err run_series(struct session *s, double start_s)
{
    const double interval_s = s->o->timelapse_s;
    double end_s = s->o->timeout_s > 0.0 ? start_s + s->o->timeout_s : FOREVER;
    double slot = s->o->immediate ? 0.0 : 1.0; /* next moment of the series */
    for (;;) {
        double next_s = interval_s > 0.0 ? start_s + slot * interval_s : FOREVER, passed;
        enum fl_event event;
        if (next_s > end_s + 1e-6)
            next_s = FOREVER;
        FL_TRY(wait_until(s, next_s < end_s ? next_s : end_s, &event));
        if (event == FL_EVENT_QUIT || (event == FL_EVENT_NONE && next_s == FOREVER))
            return fl_success();
        FL_TRY(shoot(s));
        passed = interval_s > 0.0 ? floor((fl_console_clock() - start_s) / interval_s) : 0.0;
        if (event == FL_EVENT_NONE)
            slot = passed > slot ? passed + 1.0 : slot + 1.0;
    }
}

static void warn_without_effect(const struct session *s)
{
    const struct fl_capture_options *o = s->o;
    if (o->verbose > 0 && (o->preview_bool || o->preview_text || o->hdr))
        fl_console_complain(s->console, NULL,
                            "preview, viewfinder, post-processing and hdr options have no effect");
    if (o->verbose > 0 && o->ai != FL_AI_OFF)
        fl_console_complain(s->console, NULL,
                            "--ai: there is no neural stage yet; the picture is made without it");
    if (o->verbose > 0 && !o->output && !o->datetime && !o->timestamp && !o->metadata)
        fl_console_complain(s->console, NULL, "no --output: nothing will be written");
    if (o->verbose > 0 && o->processed && (o->roi[2] > 0.0 || o->rotation % 180))
        fl_console_complain(s->console, NULL,
                            "--roi and quarter turns need a raw, not --processed");
}

/* The tuning that was named, or the one of the camera's sensor where there is one. */
static fl_err load_tuning(struct session *s)
{
    const char *file = s->o->tuning_file;
    char sensor[64];
    bool named = file && strcmp(file, "-") != 0;
    FL_TRY(fl_error_context(fl_tuning_choice_new(named ? file : NULL, &s->log, &s->choice),
                            "--tuning-file"));
    if (named || fl_tuning_sensor_of(fl_camera_info(s->camera.camera)->name, sensor, sizeof sensor))
        s->tuning = fl_tuning_choice_named(s->choice, named ? file : sensor, &s->log);
    return fl_success();
}

static fl_err open_session(struct session *s)
{
    const struct fl_capture_options *o = s->o;
    struct fl_developer_config config = {.options = o, .console = s->console};
    FL_TRY(fl_capture_camera_open(o, s->console, &s->log, &s->camera));
    FL_TRY(load_tuning(s));
    FL_TRY(fl_capture_auto_open(&s->automatic, o, &s->camera, s->tuning));
    config.tuning = s->tuning;
    config.camera = fl_camera_info(s->camera.camera)->id;
    config.width = o->width;
    config.height = o->height;
    FL_TRY(fl_developer_new(&config, &s->developer));
    fl_capture_camera_controls(o, &s->controls);
    return fl_success();
}

static fl_err run_opened(struct session *s)
{
    double start_s = fl_console_clock();
    double settle_s =
        s->o->timeout_s > 0.0 && !s->o->immediate ? start_s + s->o->timeout_s : FOREVER;
    FL_TRY(settle(s, settle_s));
    if (fl_trigger_interrupted())
        return fl_success();
    return is_series(s) ? run_series(s, start_s) : run_single(s, start_s);
}

fl_err fl_capture_run(const struct fl_capture_options *options, struct fl_console *console,
                      int *written)
{
    struct session s = {.o = options, .console = console, .counter = options->framestart};
    fl_err err, late;
    s.log = (struct fl_log){on_message, &s, FL_LOG_NOTE};
    warn_without_effect(&s);
    err = open_session(&s);
    if (err.code == FL_OK)
        err = run_opened(&s);
    late = fl_developer_free(s.developer, written);
    if (err.code == FL_OK)
        err = late;
    fl_capture_auto_close(&s.automatic);
    fl_capture_camera_close(&s.camera);
    fl_tuning_choice_free(s.choice);
    return err;
}
