/* What is known about a shot. The names of rpicam's controls come first, with their units
 * (microseconds, 16-bit black levels); then what firstlight adds. */
#include "capture_metadata.h"
#include "json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* One value after the other, as JSON or as "Name=value" lines. */
struct writer {
    enum fl_metadata_format format;
    struct fl_text *out;
    struct fl_json json;
};

static void put_numbers(struct writer *w, const char *name, const double *v, int count)
{
    if (w->format == FL_METADATA_JSON) {
        fl_json_numbers(&w->json, name, v, count);
        return;
    }
    fl_text_printf(w->out, "%s=[ ", name);
    for (int i = 0; i < count; i++)
        fl_text_printf(w->out, "%s%.9g", i ? ", " : "", v[i]);
    fl_text_add(w->out, " ]\n");
}

static void put_number(struct writer *w, const char *name, double v)
{
    if (w->format == FL_METADATA_JSON)
        fl_json_number(&w->json, name, v);
    else
        fl_text_printf(w->out, "%s=%.9g\n", name, v);
}

static void put_int(struct writer *w, const char *name, int64_t v)
{
    if (w->format == FL_METADATA_JSON)
        fl_json_int(&w->json, name, v);
    else
        fl_text_printf(w->out, "%s=%lld\n", name, (long long)v);
}

static void put_bool(struct writer *w, const char *name, bool v)
{
    if (w->format == FL_METADATA_JSON)
        fl_json_bool(&w->json, name, v);
    else
        fl_text_printf(w->out, "%s=%d\n", name, v);
}

static void put_text(struct writer *w, const char *name, const char *v)
{
    if (!v || !*v)
        return;
    if (w->format == FL_METADATA_JSON) {
        fl_json_string(&w->json, name, v);
        return;
    }
    fl_text_printf(w->out, "%s=", name);
    fl_text_add_printable(w->out, v);
    fl_text_add(w->out, "\n");
}

/* What the camera said. */
static void put_shot(struct writer *w, const struct fl_camera_shot *s)
{
    static const char *const states[] = {NULL, "idle", "scanning", "focused", "failed"};
    put_int(w, "SensorTimestamp", (int64_t)s->timestamp_ns);
    if (s->exposure_s > 0)
        put_int(w, "ExposureTime", (int64_t)floor(s->exposure_s * 1e6 + 0.5));
    if (s->gain > 0)
        put_number(w, "AnalogueGain", s->gain);
    if (s->digital_gain > 0)
        put_number(w, "DigitalGain", s->digital_gain);
    if (s->frame_s > 0)
        put_int(w, "FrameDuration", (int64_t)floor(s->frame_s * 1e6 + 0.5));
    put_bool(w, "AeLocked", s->exposure_settled);
    if (s->lux > 0)
        put_number(w, "Lux", s->lux);
    if (s->has_ccm)
        put_numbers(w, "ColourCorrectionMatrix", s->ccm, 9);
    if (s->has_lens_position)
        put_number(w, "LensPosition", s->lens_position);
    if (s->focus_state != FL_FOCUS_STATE_UNKNOWN)
        put_text(w, "AfState", states[s->focus_state]);
    if (s->focus_fom > 0)
        put_int(w, "FocusFoM", s->focus_fom);
    if (s->sensor_temperature_c != 0)
        put_number(w, "SensorTemperature", s->sensor_temperature_c);
    if (s->crop[2] > 0) {
        const double crop[4] = {s->crop[0], s->crop[1], s->crop[2], s->crop[3]};
        put_numbers(w, "ScalerCrop", crop, 4);
    }
    put_int(w, "Sequence", (int64_t)s->sequence);
}

static void put_raw(struct writer *w, const struct fl_capture_facts *f)
{
    char name[32];
    fl_format_name(&f->format, name, sizeof name);
    put_text(w, "RawFormat", name);
    if (f->format.color != FL_COLOR_RGB) {
        double black[4];
        for (int i = 0; i < 4; i++)
            black[i] = (double)f->meta->black_dn[i] * (double)(1 << (16 - f->format.bits));
        put_numbers(w, "SensorBlackLevels", black, 4);
    }
    if (f->meta->noise[1].s > 0) {
        const double noise[2] = {f->meta->noise[1].s, f->meta->noise[1].o};
        put_numbers(w, "NoiseProfile", noise, 2);
    }
    put_text(w, "Camera", f->camera);
    put_text(w, "Model", f->meta->model);
    put_text(w, "DateTime", f->meta->date_time);
}

static void put_colors(struct writer *w, const struct fl_capture_facts *f)
{
    double gains[2] = {f->shot->wb_gains[0], f->shot->wb_gains[1]}, cct_k = f->shot->cct_k;
    if (f->report && f->report->wb_gains[0] > 0) {
        gains[0] = f->report->wb_gains[0];
        gains[1] = f->report->wb_gains[2];
    }
    if (!(cct_k > 0) && f->report)
        cct_k = f->report->cct_k;
    if (gains[0] > 0)
        put_numbers(w, "ColourGains", gains, 2);
    if (cct_k > 0)
        put_int(w, "ColourTemperature", (int64_t)floor(cct_k + 0.5));
}

void fl_capture_metadata(const struct fl_capture_facts *f, enum fl_metadata_format format,
                         struct fl_text *out)
{
    struct writer w = {.format = format, .out = out, .json = {.out = out, .indent = 4}};
    if (format == FL_METADATA_JSON)
        fl_json_begin_object(&w.json, NULL);
    put_shot(&w, f->shot);
    put_colors(&w, f);
    put_raw(&w, f);
    if (f->report) {
        put_int(&w, "Width", f->report->width);
        put_int(&w, "Height", f->report->height);
        put_number(&w, "ExposureEv", f->report->exposure_ev);
        put_number(&w, "DevelopSeconds", f->report->seconds);
    }
    put_text(&w, "Output", f->output);
    put_text(&w, "Raw", f->raw);
    if (format == FL_METADATA_JSON)
        fl_json_end_object(&w.json);
    if (format == FL_METADATA_JSON)
        fl_text_add(out, "\n");
}
