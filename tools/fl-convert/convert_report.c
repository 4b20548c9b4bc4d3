/* JSON objects and lines about files. */
#include "convert_report.h"
#include "json.h"

static const char *const wb_names[] = {"as-shot", "auto", "kelvin", "gains", "box"};

static void json_wb(struct fl_json *json, const struct fl_settings *s)
{
    const double box[4] = {s->wb_box.x, s->wb_box.y, s->wb_box.width, s->wb_box.height};
    fl_json_string(json, "wb", wb_names[s->wb]);
    if (s->wb == FL_WB_KELVIN) {
        fl_json_number(json, "temperature_k", s->temperature_k);
        fl_json_number(json, "tint", s->tint);
    } else if (s->wb == FL_WB_GAINS) {
        fl_json_numbers(json, "wb_gains", s->wb_gains, 2);
    } else if (s->wb == FL_WB_BOX) {
        fl_json_numbers(json, "wb_box", box, 4);
    }
}

static void json_settings(struct fl_json *json, const struct fl_shot *shot)
{
    const struct fl_settings *s = &shot->settings;
    fl_json_begin_object(json, "settings");
    fl_json_string(json, "format", fl_file_type_extension(shot->type));
    if (shot->type == FL_FILE_JPEG) {
        fl_json_int(json, "quality", shot->quality);
        fl_json_string(json, "subsampling", fl_subsampling_names[shot->subsampling]);
        fl_json_bool(json, "progressive", shot->progressive);
    } else {
        fl_json_string(json, "compression", fl_compression_names[shot->compression]);
    }
    fl_json_int(json, "bits", s->bits);
    fl_json_string(json, "preset", fl_preset_names[s->preset]);
    fl_json_string(json, "look", fl_look_names[s->look]);
    json_wb(json, s);
    fl_json_number(json, "lux", s->lux);
    fl_json_number(json, "ev", s->ev);
    fl_json_string(json, "denoise", s->denoise == FL_DENOISE_OFF ? "off" : fl_cdn_names[shot->cdn]);
    fl_json_number(json, "denoise_strength", s->denoise_strength);
    fl_json_number(json, "sharpness", s->sharpness);
    fl_json_number(json, "contrast", s->contrast);
    fl_json_number(json, "saturation", s->saturation);
    fl_json_number(json, "brightness", s->brightness);
    if (s->has_ccm)
        fl_json_numbers(json, "ccm", s->ccm, 9);
    fl_json_string(json, "color_space", fl_space_names[s->space]);
    fl_json_string(json, "until", s->until);
    fl_json_strings(json, "set", &shot->set);
    fl_json_end_object(json);
}

static void json_camera(struct fl_json *json, const struct fl_job_result *result)
{
    const struct fl_meta *meta = &result->meta;
    fl_json_begin_object(json, "raw");
    fl_json_int(json, "width", result->raw_width);
    fl_json_int(json, "height", result->raw_height);
    fl_json_string(json, "make", meta->make[0] ? meta->make : NULL);
    fl_json_string(json, "model", meta->model[0] ? meta->model : NULL);
    fl_json_string(json, "date_time", meta->date_time[0] ? meta->date_time : NULL);
    fl_json_number(json, "exposure_s", meta->exposure_s);
    fl_json_number(json, "iso", meta->iso);
    fl_json_end_object(json);
}

static void json_development(struct fl_json *json, const struct fl_report *report)
{
    fl_json_string(json, "cpu", fl_cpu_name(report->cpu));
    fl_json_int(json, "threads", report->threads);
    fl_json_numbers(json, "wb_gains", report->wb_gains, 3);
    fl_json_number(json, "cct_k", report->cct_k);
    fl_json_number(json, "exposure_ev", report->exposure_ev);
    fl_json_begin_object(json, "noise");
    fl_json_number(json, "s", report->noise.s);
    fl_json_number(json, "o", report->noise.o);
    fl_json_end_object(json);
    fl_json_begin_array(json, "stages");
    for (int i = 0; i < report->stage_count && i < FL_REPORT_STAGES; i++) {
        fl_json_begin_object(json, NULL);
        fl_json_string(json, "name", report->stage[i].name);
        fl_json_number(json, "seconds", report->stage[i].seconds);
        fl_json_bool(json, "bypassed", report->stage[i].bypassed);
        fl_json_end_object(json);
    }
    fl_json_end_array(json);
}

static void json_times(struct fl_json *json, const struct fl_job_result *result)
{
    fl_json_begin_object(json, "seconds");
    fl_json_number(json, "read", result->read_s);
    fl_json_number(json, "develop", result->develop_s);
    fl_json_number(json, "write", result->write_s);
    fl_json_end_object(json);
}

static void print_json(const struct fl_job *job, const struct fl_item *item,
                       const struct fl_job_result *result)
{
    const bool done = result->err.code == FL_OK && result->width > 0;
    struct fl_text text = {0};
    struct fl_json json = {.out = &text};
    fl_json_begin_object(&json, NULL);
    fl_json_string(&json, "input", item->input);
    fl_json_string(&json, "output", item->output);
    fl_json_bool(&json, "ok", result->err.code == FL_OK);
    fl_json_bool(&json, "skipped", item->skip);
    if (job->batch->options->dry_run)
        fl_json_bool(&json, "dry_run", true);
    fl_json_string(&json, "code", fl_code_name(result->err.code));
    fl_json_string(&json, "error",
                   result->err.code == FL_OK ? NULL
                                             : fl_console_reason(item->input, result->err.message));
    fl_json_string(&json, "sidecar", item->sidecar);
    json_settings(&json, fl_item_shot(job->batch, item));
    if (result->raw_width > 0)
        json_camera(&json, result);
    if (done) {
        fl_json_int(&json, "width", result->width);
        fl_json_int(&json, "height", result->height);
    }
    if (result->developed)
        json_development(&json, &result->report);
    json_times(&json, result);
    fl_json_strings(&json, "warnings", &job->messages.warnings);
    fl_json_strings(&json, "notes", &job->messages.notes);
    fl_json_end_object(&json);
    fl_console_print(job->batch->console,
                     text.failed ? "{\"ok\":false,\"error\":\"out of memory\"}" : text.data);
    fl_text_free(&text);
}

/* "a.dng -> a.jpg" with what is worth knowing. */
static void add_line(const struct fl_job *job, const struct fl_item *item,
                     const struct fl_job_result *result, struct fl_text *line)
{
    const struct fl_report *report = &result->report;
    fl_text_printf(line, "%s -> %s", item->input,
                   item->output ? item->output : job->batch->options->output);
    if (item->skip)
        fl_text_add(line, "  skipped, it exists");
    if (result->width > 0)
        fl_text_printf(line, "  %dx%d  read %.2f, develop %.2f, write %.2f s", result->width,
                       result->height, result->read_s, result->develop_s, result->write_s);
    if (result->developed) {
        fl_text_printf(line, "  wb %.3f,%.3f", report->wb_gains[0], report->wb_gains[2]);
        if (report->cct_k > 0)
            fl_text_printf(line, " (%.0f K)", report->cct_k);
        fl_text_printf(line, "  exposure %+.2f EV", report->exposure_ev);
    }
}

static void print_messages(const struct fl_job *job, const struct fl_item *item)
{
    const struct fl_text_list *lists[] = {&job->messages.warnings, &job->messages.notes};
    static const char *const kinds[] = {"warning", "note"};
    for (int k = 0; k < (job->batch->options->verbose ? 2 : 1); k++) {
        for (int i = 0; i < lists[k]->count; i++) {
            struct fl_text text = {0};
            fl_text_printf(&text, "%s: %s", kinds[k], lists[k]->item[i]);
            fl_console_complain(job->batch->console, item->input, fl_text_get(&text));
            fl_text_free(&text);
        }
    }
}

void fl_report_item(const struct fl_job *job, const struct fl_item *item,
                    const struct fl_job_result *result)
{
    const struct fl_convert_options *options = job->batch->options;
    struct fl_text line = {0};
    if (options->json)
        print_json(job, item, result);
    if (result->err.code != FL_OK) { /* one line for a failed file, whatever else was said */
        fl_console_complain(job->batch->console, item->input, result->err.message);
        return;
    }
    if (!options->quiet)
        print_messages(job, item);
    if (!options->verbose && !options->dry_run)
        return;
    add_line(job, item, result, &line);
    if (options->verbose)
        fl_console_note(job->batch->console, fl_text_get(&line));
    else if (!options->json)
        fl_console_print(job->batch->console, fl_text_get(&line));
    fl_text_free(&line);
}
