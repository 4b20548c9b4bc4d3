/* Reading, developing and writing one file after the other. */
#include "convert_job.h"
#include "convert_report.h"
#include "raw_options.h"
#include "stdout_file.h"

#include "firstlight/source.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void keep_message(void *user, enum fl_level level, const char *message)
{
    struct fl_job_messages *m = user;
    struct fl_text_list *list = level <= FL_LOG_WARNING ? &m->warnings : &m->notes;
    pthread_mutex_lock(&m->lock);
    if (list->count < FL_JOB_MESSAGES)
        (void)fl_text_list_add(list, message);
    pthread_mutex_unlock(&m->lock);
}

/* How far the development is: it fills the middle of a file's part of the progress line. */
static bool on_progress(void *user, double fraction)
{
    struct fl_job *job = user;
    double part = 0.1 + 0.8 * fraction;
    if (job->item && part > job->part) {
        fl_console_advance(job->batch->console, job->item->input, part - job->part);
        job->part = part;
    }
    return atomic_load(job->batch->interrupted) == 0;
}

static int threads_of_job(const struct fl_convert_options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (options->threads > 0 || options->jobs == 1)
        return options->threads;
    return cores > options->jobs ? (int)(cores / options->jobs) : 1;
}

fl_err fl_job_open(struct fl_job *job, struct fl_batch *batch)
{
    const struct fl_convert_options *options = batch->options;
    struct fl_pipeline_config config = {0};
    memset(job, 0, sizeof *job);
    pthread_mutex_init(&job->messages.lock, NULL);
    job->batch = batch;
    job->log = (struct fl_log){keep_message, &job->messages, FL_LOG_NOTE};
    config.cpu = options->cpu;
    config.executor = options->executor;
    config.threads = threads_of_job(options);
    config.strip_rows = options->strip;
    config.log = &job->log;
    config.progress = on_progress;
    config.progress_user = job;
    return fl_pipeline_new(&config, &job->pipeline);
}

static void clear_messages(struct fl_job_messages *messages)
{
    fl_text_list_free(&messages->warnings);
    fl_text_list_free(&messages->notes);
}

void fl_job_close(struct fl_job *job)
{
    fl_pipeline_free(job->pipeline);
    clear_messages(&job->messages);
    pthread_mutex_destroy(&job->messages.lock);
}

static fl_err read_raw(struct fl_job *job, const struct fl_item *item, const struct fl_shot *shot,
                       struct fl_frame **raw)
{
    if (item->is_sim) {
        FL_TRY(fl_raw_options_refuse(&shot->raw));
        return fl_sim_input_capture(&item->sim, &job->log, raw);
    }
    return fl_source_read(item->input, &shot->raw, &job->log, raw);
}

static struct fl_write_options write_options(const struct fl_job *job, const struct fl_shot *shot)
{
    struct fl_write_options write = fl_write_options_default();
    write.type = shot->type;
    write.quality = shot->quality;
    write.subsampling = shot->subsampling;
    write.progressive = shot->progressive;
    write.compress = shot->compression == 0;
    write.threads = threads_of_job(job->batch->options);
    write.tuning = shot->settings.tuning;
    write.space = shot->settings.space;
    write.replace = job->batch->options->overwrite;
    return write;
}

static void say_cdn(struct fl_job *job, const struct fl_shot *shot)
{
    if (shot->cdn == FL_CDN_FAST || shot->cdn == FL_CDN_HQ)
        fl_log(&job->log, FL_LOG_NOTE, "denoise %s is taken as auto", fl_cdn_names[shot->cdn]);
}

static fl_err write_to_stdout(const struct fl_frame *frame, const struct fl_write_options *options,
                              const struct fl_log *log)
{
    struct fl_stdout_file file;
    FL_TRY(fl_stdout_begin(&file, "fl-convert"));
    return fl_stdout_end(&file, fl_write(fl_text_get(&file.path), frame, options, log));
}

/* A raw needs no development to be written as DNG. */
static fl_err write_raw(struct fl_job *job, const struct fl_item *item, const struct fl_shot *shot,
                        const struct fl_frame *raw)
{
    struct fl_write_options write = write_options(job, shot);
    if (job->batch->options->target == FL_TARGET_STDOUT)
        return write_to_stdout(raw, &write, &job->log);
    return fl_write(item->output, raw, &write, &job->log);
}

/* Standard output gets a file that is complete. */
static fl_err develop_to_stdout(struct fl_job *job, const struct fl_shot *shot,
                                const struct fl_frame *raw, struct fl_report *report)
{
    struct fl_write_options write = write_options(job, shot);
    struct fl_frame *picture;
    fl_err err;
    FL_TRY(fl_pipeline_run(job->pipeline, raw, &shot->settings, &picture, report));
    err = write_to_stdout(picture, &write, &job->log);
    fl_frame_unref(picture);
    return err;
}

static fl_err develop(struct fl_job *job, const struct fl_item *item, const struct fl_shot *shot,
                      const struct fl_frame *raw, struct fl_report *report)
{
    struct fl_write_options write = write_options(job, shot);
    say_cdn(job, shot);
    FL_TRY(fl_shot_apply(shot, job->pipeline));
    if (job->batch->options->target == FL_TARGET_STDOUT)
        return develop_to_stdout(job, shot, raw, report);
    return fl_develop(job->pipeline, raw, &shot->settings, item->output, &write, &job->log, report);
}

/* From the raw in memory to the file on disk. */
static fl_err make_output(struct fl_job *job, struct fl_item *item, const struct fl_shot *shot,
                          struct fl_frame *raw, struct fl_job_result *result)
{
    double begin_s = fl_console_clock();
    fl_err err;
    if (!item->output)
        FL_TRY(fl_batch_name_output(job->batch, item, &raw->meta));
    if (item->skip)
        return fl_success();
    FL_TRY(fl_batch_make_folders(item));
    if (shot->type == FL_FILE_DNG) {
        err = write_raw(job, item, shot, raw);
        result->width = raw->width;
        result->height = raw->height;
    } else {
        err = develop(job, item, shot, raw, &result->report);
        result->developed = err.code == FL_OK;
        result->width = result->report.width;
        result->height = result->report.height;
        result->develop_s = result->report.seconds;
    }
    result->write_s = fl_console_clock() - begin_s - result->develop_s;
    return err;
}

/* The tuning of this raw; that of a simulated capture is the one that it was made with. */
static const struct fl_tuning *choose_tuning(struct fl_job *job, const struct fl_item *item,
                                             const struct fl_meta *meta)
{
    if (item->is_sim && item->sim.tuning[0])
        return fl_tuning_choice_named(job->batch->tunings, item->sim.tuning, &job->log);
    return fl_tuning_choice_for(job->batch->tunings, meta, &job->log);
}

static fl_err convert(struct fl_job *job, struct fl_item *item, struct fl_job_result *result)
{
    struct fl_shot shot = *fl_item_shot(job->batch, item);
    struct fl_frame *raw = NULL;
    double begin_s = fl_console_clock();
    fl_err err;
    if (item->err.code != FL_OK || item->skip)
        return item->err;
    fl_console_advance(job->batch->console, item->input, 0);
    err = read_raw(job, item, &shot, &raw);
    result->read_s = fl_console_clock() - begin_s;
    if (err.code != FL_OK)
        return err;
    result->raw_width = raw->width;
    result->raw_height = raw->height;
    result->meta = raw->meta;
    result->meta.corrections = NULL;
    result->meta.exif = NULL;
    shot.settings.tuning = choose_tuning(job, item, &raw->meta);
    err = make_output(job, item, &shot, raw, result);
    fl_frame_unref(raw);
    return err;
}

static void one(struct fl_job *job, struct fl_item *item)
{
    struct fl_batch *batch = job->batch;
    struct fl_job_result result = {0};
    double megapixels;
    job->item = item;
    job->part = 0;
    result.err = batch->options->dry_run ? item->err : convert(job, item, &result);
    if (result.err.code == FL_OK)
        atomic_fetch_add(item->skip ? &batch->skipped : &batch->converted, 1);
    else if (result.err.code != FL_ERR_CANCELLED)
        atomic_fetch_add(&batch->failed, 1);
    megapixels = result.err.code == FL_OK ? 1e-6 * result.raw_width * result.raw_height : 0;
    fl_console_finish(batch->console, job->part, megapixels);
    if (result.err.code != FL_ERR_CANCELLED)
        fl_report_item(job, item, &result);
    clear_messages(&job->messages);
    job->item = NULL;
}

void fl_job_run(struct fl_job *job)
{
    struct fl_batch *batch = job->batch;
    for (;;) {
        int i;
        if (atomic_load(batch->interrupted) ||
            (batch->options->stop_on_error && atomic_load(&batch->failed) > 0))
            return;
        i = atomic_fetch_add(&batch->next, 1);
        if (i >= batch->count)
            return;
        one(job, &batch->item[i]);
    }
}
