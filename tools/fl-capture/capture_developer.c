/* The developing thread: a queue of one, so that at most two shots are held at a time. */
#include "capture_developer.h"
#include "capture_output.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct fl_developer {
    struct fl_capture_output output;
    struct fl_pipeline *pipeline;
    struct fl_log log;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    struct fl_capture_job job;
    bool has_job, stopping;
    fl_err err; /* of a shot, not asked for yet */
    int written;
};

static void drop_frames(struct fl_capture_job *job)
{
    for (int i = 0; i < job->frames; i++)
        fl_frame_unref(job->frame[i]);
    job->frames = 0;
}

static void on_message(void *user, enum fl_level level, const char *message)
{
    struct fl_developer *d = user;
    const struct fl_capture_options *o = d->output.config.options;
    if (o->verbose > (level <= FL_LOG_WARNING ? 0 : 1))
        fl_console_complain(d->output.config.console, NULL, message);
}

static void *run(void *user)
{
    struct fl_developer *d = user;
    struct fl_capture_job job;
    fl_err err;
    for (;;) {
        pthread_mutex_lock(&d->lock);
        while (!d->has_job && !d->stopping)
            pthread_cond_wait(&d->changed, &d->lock);
        if (!d->has_job) {
            pthread_mutex_unlock(&d->lock);
            return NULL;
        }
        job = d->job;
        d->has_job = false;
        pthread_cond_broadcast(&d->changed);
        pthread_mutex_unlock(&d->lock);
        err = fl_capture_output_write(&d->output, d->pipeline, &job);
        drop_frames(&job);
        pthread_mutex_lock(&d->lock);
        if (err.code != FL_OK && d->err.code == FL_OK)
            d->err = err;
        d->written += err.code == FL_OK;
        pthread_mutex_unlock(&d->lock);
    }
}

static fl_err open_pipeline(struct fl_developer *d)
{
    struct fl_pipeline_config config = {.threads = d->output.config.options->threads,
                                        .log = &d->log};
    FL_TRY(fl_pipeline_new(&config, &d->pipeline));
    return fl_capture_output_open(&d->output, d->pipeline);
}

fl_err fl_developer_new(const struct fl_developer_config *config, struct fl_developer **out)
{
    struct fl_developer *d = calloc(1, sizeof *d);
    fl_err err;
    *out = NULL;
    if (!d)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    d->output.config = *config;
    d->log = (struct fl_log){on_message, d, FL_LOG_NOTE};
    d->output.log = &d->log;
    pthread_mutex_init(&d->lock, NULL);
    pthread_cond_init(&d->changed, NULL);
    err = open_pipeline(d);
    if (err.code == FL_OK && pthread_create(&d->thread, NULL, run, d) != 0)
        err = fl_error(FL_ERR_MEMORY, "no thread could be started");
    if (err.code != FL_OK) {
        fl_pipeline_free(d->pipeline);
        pthread_cond_destroy(&d->changed);
        pthread_mutex_destroy(&d->lock);
        free(d);
        return err;
    }
    *out = d;
    return err;
}

fl_err fl_developer_error(struct fl_developer *developer)
{
    fl_err err;
    pthread_mutex_lock(&developer->lock);
    err = developer->err;
    developer->err = fl_success();
    pthread_mutex_unlock(&developer->lock);
    return err;
}

fl_err fl_developer_submit(struct fl_developer *developer, const struct fl_capture_job *job)
{
    pthread_mutex_lock(&developer->lock);
    while (developer->has_job)
        pthread_cond_wait(&developer->changed, &developer->lock);
    developer->job = *job;
    developer->has_job = true;
    pthread_cond_broadcast(&developer->changed);
    pthread_mutex_unlock(&developer->lock);
    return fl_developer_error(developer);
}

fl_err fl_developer_free(struct fl_developer *developer, int *written)
{
    fl_err err;
    if (!developer)
        return fl_success();
    pthread_mutex_lock(&developer->lock);
    developer->stopping = true;
    pthread_cond_broadcast(&developer->changed);
    pthread_mutex_unlock(&developer->lock);
    pthread_join(developer->thread, NULL);
    err = developer->err;
    *written = developer->written;
    fl_pipeline_free(developer->pipeline);
    pthread_cond_destroy(&developer->changed);
    pthread_mutex_destroy(&developer->lock);
    free(developer);
    return err;
}
