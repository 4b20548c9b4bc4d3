/* Exposure and white balance for cameras that leave them to us.
 *
 * White is what the pipeline itself finds, on a small copy of the frame: one estimate serves the
 * picture, the DNG and the metadata. */
#include "capture_auto.h"

#include <math.h>
#include <string.h>

#define SMALL             384  /* pixels of the longer side */
#define SAME_STOPS        0.03 /* a white that differs by less stays */
#define GRID              15
#define AWB_CUSTOM_LOW_K  2500.0
#define AWB_CUSTOM_HIGH_K 10000.0

/* The temperatures that libcamera searches for each of rpicam's words. */
static const double awb_range_k[][2] = {
    [FL_AWB_AUTO] = {0, 0},           [FL_AWB_INCANDESCENT] = {2500, 3000},
    [FL_AWB_TUNGSTEN] = {3000, 3500}, [FL_AWB_FLUORESCENT] = {4000, 4700},
    [FL_AWB_INDOOR] = {3000, 5000},   [FL_AWB_DAYLIGHT] = {5500, 6500},
    [FL_AWB_CLOUDY] = {7000, 8500},   [FL_AWB_CUSTOM] = {AWB_CUSTOM_LOW_K, AWB_CUSTOM_HIGH_K},
};

/* Tables of the first channel, under the names that rpicam's options have. */
static void take_tuning(struct fl_capture_auto *a, const struct fl_tuning *tuning,
                        struct fl_meter_config *config)
{
    static const char *const meterings[] = {"centre-weighted", "spot", "matrix", "custom"};
    static const char *const exposures[] = {"normal", "short", "long", "custom"};
    const struct fl_exposure_channel *c;
    if (!tuning || tuning->exposure.channel_count < 1)
        return;
    c = &tuning->exposure.channel[0];
    for (int i = 0; i < c->mode_count; i++) {
        const struct fl_exposure_mode *m = &c->mode[i];
        if (strcmp(m->name, exposures[config->exposure_mode]) != 0)
            continue;
        a->ladder.count = m->count < FL_LADDER_MAX ? m->count : FL_LADDER_MAX;
        memcpy(a->ladder.exposure_s, m->exposure_s, (size_t)a->ladder.count * sizeof(double));
        memcpy(a->ladder.gain, m->gain, (size_t)a->ladder.count * sizeof(double));
        config->ladder = &a->ladder;
    }
    for (int i = 0; i < c->metering_count; i++) {
        const struct fl_metering_mode *m = &c->metering[i];
        if (m->cols != GRID || m->rows != GRID || strcmp(m->name, meterings[config->metering]) != 0)
            continue;
        memcpy(a->weights, m->weight, sizeof a->weights);
        config->weights = a->weights;
        config->metering = FL_METERING_CUSTOM;
    }
}

fl_err fl_capture_auto_open(struct fl_capture_auto *a, const struct fl_capture_options *o,
                            const struct fl_capture_camera *camera, const struct fl_tuning *tuning)
{
    struct fl_meter_config meter = {.metering = o->metering,
                                    .exposure_mode = o->exposure,
                                    .ev = o->ev,
                                    .exposure_s = o->shutter_s,
                                    .gain = o->gain,
                                    .flicker_s = o->flicker_s,
                                    .frame_s = o->framerate > 0.0 ? 1.0 / o->framerate : 0.0,
                                    .limits = camera->limits};
    struct fl_pipeline_config config = {.threads = 1};
    bool raw = camera->granted.mode.format.color != FL_COLOR_RGB;
    memset(a, 0, sizeof *a);
    a->options = o;
    a->exposes = raw && !camera->limits.own_exposure &&
                 (camera->limits.sets_exposure || camera->limits.sets_gain);
    a->balances =
        camera->granted.mode.format.color == FL_COLOR_MOSAIC && !camera->limits.own_white_balance;
    a->settings = fl_settings_default();
    a->settings.preset = FL_PRESET_FAST;
    a->settings.look = FL_LOOK_NEUTRAL;
    a->settings.tuning = tuning;
    take_tuning(a, tuning, &meter);
    fl_meter_init(&a->meter, &meter);
    if (o->awbgains[0] > 0.0 && raw) { /* fixed, whoever balances otherwise */
        a->balances = a->has_neutral = true;
        a->neutral[0] = 1.0 / o->awbgains[0];
        a->neutral[1] = 1.0;
        a->neutral[2] = 1.0 / o->awbgains[1];
    }
    return a->balances ? fl_pipeline_new(&config, &a->pipeline) : fl_success();
}

void fl_capture_auto_close(struct fl_capture_auto *a)
{
    fl_pipeline_free(a->pipeline);
    a->pipeline = NULL;
}

static fl_err estimate(struct fl_capture_auto *a, const struct fl_frame *small, double neutral[3])
{
    const double *range = awb_range_k[a->options->awb];
    struct fl_settings settings = a->settings;
    struct fl_report report;
    struct fl_frame *picture;
    settings.wb = FL_WB_AUTO;
    FL_TRY(fl_pipeline_run(a->pipeline, small, &settings, &picture, &report));
    fl_frame_unref(picture);
    if (range[1] > 0.0 && report.cct_k > 0.0 &&
        (report.cct_k < range[0] || report.cct_k > range[1])) {
        settings.wb = FL_WB_KELVIN;
        settings.temperature_k = report.cct_k < range[0] ? range[0] : range[1];
        FL_TRY(fl_pipeline_run(a->pipeline, small, &settings, &picture, &report));
        fl_frame_unref(picture);
    }
    for (int c = 0; c < 3; c++)
        neutral[c] = report.wb_gains[c] > 0.0 ? 1.0 / report.wb_gains[c] : 1.0;
    return fl_success();
}

/* Moves towards a new white, evenly in stops. */
static void approach(struct fl_capture_auto *a, const double neutral[3], double speed)
{
    double far = 0.0;
    for (int c = 0; c < 3; c++) {
        double stops = fabs(log2(neutral[c] / (a->has_neutral ? a->neutral[c] : 1.0)));
        far = stops > far ? stops : far;
    }
    if (a->has_neutral && speed < 1.0 && far < SAME_STOPS)
        return;
    for (int c = 0; c < 3; c++)
        a->neutral[c] = a->has_neutral && speed < 1.0
                            ? a->neutral[c] * pow(neutral[c] / a->neutral[c], speed)
                            : neutral[c];
    a->has_neutral = true;
}

static fl_err look_small(struct fl_capture_auto *a, const struct fl_frame *small,
                         const struct fl_camera_shot *shot, double speed)
{
    const double *known = a->has_neutral ? a->neutral : NULL;
    const double from_camera[3] = {shot->wb_gains[0] > 0.0 ? 1.0 / shot->wb_gains[0] : 1.0, 1.0,
                                   shot->wb_gains[1] > 0.0 ? 1.0 / shot->wb_gains[1] : 1.0};
    double neutral[3], before_s = shot->exposure_s * shot->gain;
    if (a->exposes) {
        FL_TRY(fl_meter_look(&a->meter, small, shot->exposure_s, shot->gain,
                             known ? known : from_camera, speed));
        if (a->meter.settled && speed < 1.0 && before_s > 0.0)
            a->meter.total_s = before_s; /* a steady series is worth more than a tenth of a stop */
    }
    if (a->balances && !(a->options->awbgains[0] > 0.0)) {
        FL_TRY(estimate(a, small, neutral));
        approach(a, neutral, speed);
    }
    return fl_success();
}

fl_err fl_capture_auto_look(struct fl_capture_auto *a, const struct fl_frame *frame,
                            const struct fl_camera_shot *shot, double speed)
{
    struct fl_frame *small;
    fl_err err;
    if ((!a->exposes && !a->balances) || frame->format.color == FL_COLOR_RGB)
        return fl_success();
    FL_TRY(fl_frame_reduce(frame, SMALL, &small));
    err = look_small(a, small, shot, speed);
    fl_frame_unref(small);
    return err;
}

bool fl_capture_auto_settled(const struct fl_capture_auto *a, const struct fl_camera_shot *shot)
{
    if (a->exposes)
        return a->meter.settled && (a->meter.frames > 1 || !a->balances); /* first without white */
    return shot->exposure_settled;
}

void fl_capture_auto_controls(const struct fl_capture_auto *a, struct fl_camera_controls *controls)
{
    if (a->exposes)
        fl_meter_controls(&a->meter, controls);
}

void fl_capture_auto_apply(const struct fl_capture_auto *a, struct fl_frame *frame,
                           struct fl_camera_shot *shot)
{
    if (a->exposes)
        shot->exposure_settled = a->meter.settled;
    if (!a->has_neutral || frame->format.color != FL_COLOR_MOSAIC)
        return;
    frame->meta.has_neutral = true;
    memcpy(frame->meta.neutral, a->neutral, sizeof a->neutral);
    shot->wb_gains[0] = a->neutral[1] / a->neutral[0];
    shot->wb_gains[1] = a->neutral[1] / a->neutral[2];
}
