/* From a shot to its files. */
#include "capture_output.h"
#include "capture_metadata.h"
#include "capture_name.h"
#include "capture_plain.h"
#include "stdout_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool is_plain(enum fl_encoding encoding)
{
    return encoding >= FL_ENCODE_BMP;
}

static enum fl_file_type file_type(enum fl_encoding encoding)
{
    return encoding == FL_ENCODE_PNG    ? FL_FILE_PNG
           : encoding == FL_ENCODE_TIFF ? FL_FILE_TIFF
           : encoding == FL_ENCODE_DNG  ? FL_FILE_DNG
                                        : FL_FILE_JPEG;
}

static void fill_settings(struct fl_capture_output *output)
{
    const struct fl_capture_options *o = output->config.options;
    struct fl_settings *s = &output->settings;
    *s = fl_settings_default();
    s->preset = o->preset;
    s->look = o->look;
    s->denoise = o->denoise == FL_CAPTURE_DENOISE_OFF ? FL_DENOISE_OFF : FL_DENOISE_AUTO;
    s->brightness = o->brightness;
    s->contrast = o->contrast;
    s->saturation = o->saturation;
    s->sharpness = o->sharpness;
    s->has_ccm = o->ccm.given;
    memcpy(s->ccm, o->ccm.m, sizeof s->ccm);
    s->tuning = output->config.tuning;
    s->width = output->config.width;
    s->height = output->config.height;
    s->bits = o->encoding == FL_ENCODE_RGB48 ? 16 : 8;
}

static fl_err apply_set(const struct fl_capture_options *o, struct fl_pipeline *pipeline)
{
    if (o->denoise == FL_CAPTURE_CDN_OFF)
        FL_TRY(fl_pipeline_set(pipeline, "chroma_denoise.strength", "0"));
    for (int i = 0; i < o->set.count; i++) {
        const char *text = o->set.item[i], *equals = strchr(text, '=');
        char key[96];
        if (!equals || equals == text || (size_t)(equals - text) >= sizeof key)
            return fl_error(FL_ERR_RANGE, "--set '%.80s' must be STAGE.PARAM=VALUE", text);
        snprintf(key, sizeof key, "%.*s", (int)(equals - text), text);
        FL_TRY(fl_error_context(fl_pipeline_set(pipeline, key, equals + 1), "--set"));
    }
    return fl_success();
}

fl_err fl_capture_output_open(struct fl_capture_output *output, struct fl_pipeline *pipeline)
{
    const struct fl_capture_options *o = output->config.options;
    fill_settings(output);
    output->write = fl_write_options_default();
    output->write.type = file_type(o->encoding);
    output->write.quality = o->quality;
    output->write.thumbnail_width = o->thumb;
    output->write.replace = true;
    output->write.tuning = output->config.tuning;
    FL_TRY(fl_settings_check(&output->settings));
    return apply_set(o, pipeline);
}

/* The name of a shot's picture; empty where nothing is to be written. */
static void name_shot(const struct fl_capture_options *o, int counter, struct fl_text *out)
{
    if (o->datetime || o->timestamp)
        fl_capture_name_time(o->output, o->timestamp, fl_encoding_names[o->encoding], out);
    else if (o->output)
        fl_capture_name_expand(o->output, counter, out);
}

/* What the camera has developed itself is written as it is. */
static fl_err write_processed(const struct fl_capture_output *output, const char *path,
                              const struct fl_frame *picture)
{
    const struct fl_capture_options *o = output->config.options;
    if (is_plain(o->encoding))
        return fl_capture_write_plain(path, picture, o->encoding);
    return fl_write(path, picture, &output->write, output->log);
}

static fl_err write_picture(const struct fl_capture_output *output, struct fl_pipeline *pipeline,
                            const char *path, const struct fl_capture_job *job,
                            struct fl_report *report)
{
    const struct fl_capture_options *o = output->config.options;
    const struct fl_frame *raw = job->frame[0];
    struct fl_settings settings = output->settings;
    struct fl_frame *picture;
    fl_err err;
    if (raw->format.color == FL_COLOR_RGB)
        return write_processed(output, path, raw);
    if (o->encoding == FL_ENCODE_DNG)
        return fl_write(path, raw, &output->write, output->log);
    if (job->shot.has_ccm && !settings.has_ccm && !settings.tuning) {
        settings.has_ccm = true;
        memcpy(settings.ccm, job->shot.ccm, sizeof settings.ccm);
    }
    if (settings.lux <= 0)
        settings.lux = job->shot.lux;
    if (!is_plain(o->encoding))
        return fl_develop(pipeline, raw, &settings, path, &output->write, output->log, report);
    FL_TRY(fl_pipeline_run(pipeline, raw, &settings, &picture, report));
    err = fl_capture_write_plain(path, picture, o->encoding);
    fl_frame_unref(picture);
    return err;
}

static fl_err write_raws(const struct fl_capture_output *output, const char *name,
                         const struct fl_capture_job *job, struct fl_text *first)
{
    struct fl_write_options write = output->write;
    write.type = FL_FILE_DNG;
    for (int i = 0; i < job->frames; i++) {
        struct fl_text path = {0};
        fl_err err;
        fl_capture_name_beside(name, job->frames > 1 ? i + 1 : 0, "dng", &path);
        err = path.failed ? fl_error(FL_ERR_MEMORY, "out of memory")
                          : fl_write(path.data, job->frame[i], &write, output->log);
        if (i == 0)
            fl_text_add(first, fl_text_get(&path));
        fl_text_free(&path);
        FL_TRY(err);
    }
    return fl_success();
}

/* Puts the link in place of an older one in one step. */
static fl_err update_link(const char *link, const char *target)
{
    struct fl_text temporary = {0};
    fl_err err = fl_success();
    fl_text_printf(&temporary, "%s.%ld.tmp", link, (long)getpid());
    if (temporary.failed)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    unlink(temporary.data);
    if (symlink(target, temporary.data) != 0 || rename(temporary.data, link) != 0) {
        err = fl_error(FL_ERR_IO, "--latest %s: %s", link, strerror(errno));
        unlink(temporary.data);
    }
    fl_text_free(&temporary);
    return err;
}

static fl_err write_metadata(const struct fl_capture_output *output,
                             const struct fl_capture_job *job, const struct fl_report *report,
                             const char *name, const char *raw)
{
    const struct fl_capture_options *o = output->config.options;
    const struct fl_capture_facts facts = {.shot = &job->shot,
                                           .meta = &job->frame[0]->meta,
                                           .report = report->width > 0 ? report : NULL,
                                           .camera = output->config.camera,
                                           .output = name,
                                           .raw = raw,
                                           .format = job->frame[0]->format};
    struct fl_text text = {0}, path = {0};
    fl_err err = fl_success();
    fl_capture_metadata(&facts, o->metadata_format, &text);
    fl_capture_name_expand(o->metadata, job->counter, &path);
    if (text.failed || path.failed)
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    else if (strcmp(o->metadata, "-") == 0)
        err = fwrite(text.data, 1, text.length, stdout) == text.length && fflush(stdout) == 0
                  ? fl_success()
                  : fl_error(FL_ERR_IO, "standard output: %s", strerror(errno));
    else
        err = fl_write_bytes(path.data, text.data, text.length, true);
    fl_text_free(&text);
    fl_text_free(&path);
    return err;
}

static void say(const struct fl_capture_output *output, const struct fl_capture_job *job,
                const struct fl_report *report, const char *name)
{
    struct fl_text line = {0};
    fl_text_printf(&line, "%s  %.6g ms, gain %.3g", name, 1e3 * job->shot.exposure_s,
                   job->shot.gain);
    if (report->width > 0)
        fl_text_printf(&line, ", %dx%d developed in %.2f s", report->width, report->height,
                       report->seconds);
    fl_console_note(output->config.console, fl_text_get(&line));
    fl_text_free(&line);
}

/* The picture, to a file or to standard output. */
static fl_err write_to(const struct fl_capture_output *output, struct fl_pipeline *pipeline,
                       const char *name, const struct fl_capture_job *job, struct fl_report *report)
{
    struct fl_stdout_file file;
    if (strcmp(name, "-") != 0)
        return write_picture(output, pipeline, name, job, report);
    FL_TRY(fl_stdout_begin(&file, "fl-capture"));
    return fl_stdout_end(&file,
                         write_picture(output, pipeline, fl_text_get(&file.path), job, report));
}

fl_err fl_capture_output_write(struct fl_capture_output *output, struct fl_pipeline *pipeline,
                               const struct fl_capture_job *job)
{
    const struct fl_capture_options *o = output->config.options;
    struct fl_text name = {0}, raw = {0};
    struct fl_report report;
    fl_err err = fl_success();
    memset(&report, 0, sizeof report);
    name_shot(o, job->counter, &name);
    if (name.failed)
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    /* The raw first: should developing fail, it is safe. */
    if (err.code == FL_OK && name.length > 0 && (o->raw || job->frames > 1) &&
        !(o->encoding == FL_ENCODE_DNG && job->frames == 1))
        err = write_raws(output, name.data, job, &raw);
    if (err.code == FL_OK && name.length > 0 && !(o->encoding == FL_ENCODE_DNG && job->frames > 1))
        err = write_to(output, pipeline, name.data, job, &report);
    if (err.code == FL_OK && o->metadata)
        err = write_metadata(output, job, &report, name.length ? name.data : NULL,
                             raw.length ? raw.data : NULL);
    if (err.code == FL_OK && o->latest && name.length > 0)
        err = update_link(o->latest, name.data);
    if (err.code == FL_OK && o->verbose >= 2)
        say(output, job, &report, fl_text_get(&name));
    fl_text_free(&name);
    fl_text_free(&raw);
    return err;
}
