/* The public pipeline: checks the frame, decides, develops, reports. */
#include "firstlight/pipeline.h"

#include "black_check.h"
#include "cfa_check.h"
#include "chain_run.h"
#include "decide.h"
#include "encode.h"
#include "finish.h"
#include "flmath.h"
#include "quick.h"
#include "stages.h"
#include "tuned_frame.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct fl_pipeline {
    struct fl_pipeline_config config;
    const struct fl_kernels *kernels;
    struct fl_pool *pool; /* NULL with the caller's runner */
    struct fl_runner runner;
    struct fl_overrides overrides;
    pthread_mutex_t progress_lock;
    bool stopped; /* the progress function said so; guarded by progress_lock */
};

fl_err fl_pipeline_new(const struct fl_pipeline_config *config, struct fl_pipeline **out)
{
    static const struct fl_pipeline_config defaults;
    struct fl_pipeline *p;

    *out = NULL;
    config = config ? config : &defaults;
    if (config->strip_rows < 0)
        return fl_error(FL_ERR_ARGUMENT, "strip rows %d: must not be negative", config->strip_rows);
    if (config->runner && config->runner->workers < 1)
        return fl_error(FL_ERR_ARGUMENT, "a runner needs at least one worker");
    if (!fl_kernels_for(config->cpu))
        return fl_error(FL_ERR_UNSUPPORTED, "this machine or build has no %s kernels",
                        fl_cpu_name(config->cpu));
    p = calloc(1, sizeof *p);
    if (!p)
        return fl_error(FL_ERR_MEMORY, "out of memory for a pipeline");
    p->config = *config;
    p->kernels = fl_kernels_for(config->cpu);
    if (config->runner) {
        p->runner = *config->runner;
    } else {
        fl_err err = fl_pool_new(config->threads, &p->pool);
        if (err.code != FL_OK) {
            free(p);
            return err;
        }
        p->runner = fl_pool_runner(p->pool);
    }
    pthread_mutex_init(&p->progress_lock, NULL);
    *out = p;
    return fl_success();
}

void fl_pipeline_free(struct fl_pipeline *pipeline)
{
    if (!pipeline)
        return;
    fl_pool_free(pipeline->pool);
    pthread_mutex_destroy(&pipeline->progress_lock);
    free(pipeline);
}

fl_err fl_pipeline_set(struct fl_pipeline *pipeline, const char *key, const char *value)
{
    return fl_overrides_set(&pipeline->overrides, key, value);
}

void fl_pipeline_reset(struct fl_pipeline *pipeline)
{
    pipeline->overrides.count = 0;
}

/* The caller's progress function for one part of a run, from one thread at a time. */
struct progress {
    struct fl_pipeline *pipeline;
    double begin, length;
};

static bool report_progress(void *user, double done)
{
    struct progress *g = user;
    struct fl_pipeline *p = g->pipeline;
    bool stopped;
    pthread_mutex_lock(&p->progress_lock);
    if (!p->stopped)
        p->stopped = !p->config.progress(p->config.progress_user, g->begin + g->length * done);
    stopped = p->stopped;
    pthread_mutex_unlock(&p->progress_lock);
    return stopped;
}

/* One development, from frame to frame. */
struct run {
    struct fl_pipeline *pipeline;
    const struct fl_settings *settings;
    const struct fl_frame *raw;  /* the caller's, */
    struct fl_frame frame;       /* and with metadata that its pixels do not contradict */
    struct fl_tuned_frame tuned; /* what the frame's metadata have from the tuning */
    struct fl_decide decide;
    struct fl_exec exec;
    struct progress progress;
    struct fl_control control;
    struct fl_chain chain;
    double *seconds;                    /* per worker and report line */
    const struct fl_picture_sink *sink; /* for the picture's rows; NULL: they go to out */
    struct fl_frame *out;
    int width, height; /* of the picture */
};

static bool inside(const struct fl_rect *r, int width, int height)
{
    return r->x >= 0 && r->y >= 0 && r->width >= 1 && r->height >= 1 && r->x < width &&
           r->y < height && r->width <= width - r->x && r->height <= height - r->y;
}

/* The rectangles that the chain works on: even-sized for mosaics, so that CFA blocks are whole. */
static fl_err locate(struct fl_decide *d)
{
    const struct fl_meta *m = &d->frame->meta;
    const struct fl_frame *f = d->frame;
    struct fl_rect whole = {0, 0, f->width, f->height};

    d->active = m->active.width ? m->active : whole;
    if (!inside(&d->active, f->width, f->height))
        return fl_error(FL_ERR_CORRUPT, "active area %d,%d %dx%d is outside the frame of %dx%d",
                        d->active.x, d->active.y, d->active.width, d->active.height, f->width,
                        f->height);
    if (f->format.color == FL_COLOR_MOSAIC) {
        d->active.width &= ~1;
        d->active.height &= ~1;
    }
    if (d->active.width < 2 || d->active.height < 2)
        return fl_error(FL_ERR_UNSUPPORTED, "active area of %dx%d is smaller than 2x2",
                        d->active.width, d->active.height);
    d->crop = (struct fl_rect){0, 0, d->active.width, d->active.height};
    if (m->default_crop.width) {
        struct fl_rect c = m->default_crop;
        if (!inside(&c, d->active.width + 1, d->active.height + 1))
            return fl_error(FL_ERR_CORRUPT,
                            "default crop %d,%d %dx%d is outside the active area "
                            "of %dx%d",
                            c.x, c.y, c.width, c.height, d->active.width, d->active.height);
        /* Rounding the active area down to even may have cut the crop's last pixel. */
        c.width = c.x + c.width > d->active.width ? d->active.width - c.x : c.width;
        c.height = c.y + c.height > d->active.height ? d->active.height - c.y : c.height;
        if (c.width >= 1 && c.height >= 1)
            d->crop = c;
    }
    d->orientation = m->orientation >= 1 && m->orientation <= 8 ? m->orientation : 1;
    return fl_success();
}

static fl_err check_frame(const struct fl_frame *f)
{
    const struct fl_format *format = &f->format;
    FL_TRY(fl_frame_check_size(f->width, f->height));
    if (!f->plane[0] || format->bits < 1 || format->bits > 16)
        return fl_error(FL_ERR_ARGUMENT, "frame has no integer pixels");
    if (format->color == FL_COLOR_MOSAIC && format->cfa == FL_CFA_NONE)
        return fl_error(FL_ERR_ARGUMENT, "mosaic frame without a CFA");
    return fl_success();
}

/* A picture's metadata: the raw's, without what only holds for raws. */
static void carry_meta(const struct fl_frame *raw, struct fl_frame *out)
{
    out->meta = raw->meta;
    out->meta.orientation = 1;
    out->meta.active = out->meta.default_crop = (struct fl_rect){0, 0, out->width, out->height};
    out->meta.masked_count = 0;
    out->meta.corrections = NULL;
    out->meta.exif = fl_exif_ref(raw->meta.exif);
}

/* Tells the sink what will come. */
static fl_err begin_sink(const struct run *r, const struct fl_encode *encode)
{
    struct fl_frame picture = {
        .width = encode->width, .height = encode->height, .format = encode->format};
    fl_err err;
    carry_meta(r->raw, &picture);
    err = r->sink->begin(r->sink->user, &picture);
    fl_exif_unref(picture.meta.exif);
    return err;
}

/* Rows of a picture that was made whole. */
static void pass_rows(void *user, int index, int worker)
{
    const struct run *r = user;
    const struct fl_frame *f = r->out;
    int end = (index + 1) * FL_BLOCK_ROWS < f->height ? (index + 1) * FL_BLOCK_ROWS : f->height;
    (void)worker;
    for (int y = index * FL_BLOCK_ROWS; y < end; y++) {
        void *to = r->sink->row(r->sink->user, y);
        if (to)
            memcpy(to, (const char *)f->plane[0] + (size_t)y * f->stride[0],
                   fl_format_row_bytes(&f->format, f->width));
        r->sink->done(r->sink->user, y);
    }
}

static uint8_t *quick_room(void *user, int y)
{
    return fl_encode_place(user, y);
}

static void quick_pixels(void *user, int y, const uint8_t *pixels)
{
    fl_encode_codes(user, pixels, y);
}

static void quick_done(void *user, int y)
{
    fl_encode_row_done(user, y);
}

/* The 16-bit chain, where preset, frame and settings are for it; *done says so. */
static fl_err run_quick(struct run *r, const struct fl_prepare *prepare, struct fl_encode *encode,
                        bool *done)
{
    const struct fl_quick_sink sink = {quick_room, quick_pixels, quick_done, encode};
    const char *why = "it makes samples of 16 bits and more";
    struct fl_quick *quick;
    fl_err err = fl_success();

    *done = false;
    if (r->settings->preset != FL_PRESET_FAST || r->settings->until || r->settings->finish)
        return err;
    quick = malloc(sizeof *quick);
    if (!quick)
        return fl_error(FL_ERR_MEMORY, "out of memory for the 16-bit chain");
    *done = encode->format.packing == FL_PACK_U8 &&
            fl_quick_make(quick, prepare, r->chain.step, r->chain.count, &why);
    if (*done) {
        quick->report = r->chain.reports++;
        r->chain.name[quick->report] = "quick";
        err = fl_quick_run(quick, &r->exec, &sink);
    } else {
        fl_log(r->decide.log, FL_LOG_NOTE, "preset fast takes the float chain: %s", why);
    }
    free(quick);
    return err;
}

/* With the caller's last step between chain and encoder. */
static fl_err run_finished(struct run *r, const struct fl_prepare *prepare,
                           const struct fl_encode *encode)
{
    struct fl_finish_sink finish;
    const struct fl_sink sink = {fl_finish_rows, &finish};
    const char *why;
    if (!fl_finish_fits(&r->chain.flow, encode, &why))
        return fl_error(FL_ERR_UNSUPPORTED, "no last step over this picture: %s", why);
    FL_TRY(fl_finish_begin(&finish, r->settings->finish, prepare, &r->chain.flow, encode));
    return fl_finish_end(&finish,
                         fl_chain_run(&r->chain, &r->exec, r->pipeline->config.executor, &sink));
}

static fl_err run_chain(struct run *r, const struct fl_prepare *prepare, struct fl_encode *encode)
{
    struct fl_sink sink = {fl_encode_rows, encode};
    bool done;
    r->progress = (struct progress){r->pipeline, 0.1, 0.9};
    r->exec.seconds = r->seconds;
    r->width = encode->width;
    r->height = encode->height;
    FL_TRY(run_quick(r, prepare, encode, &done));
    if (done)
        return fl_success();
    if (r->settings->finish)
        return run_finished(r, prepare, encode);
    return fl_chain_run(&r->chain, &r->exec, r->pipeline->config.executor, &sink);
}

/* The chain's result to a frame, and from there to the sink where there is one. */
static fl_err develop_whole(struct run *r, const struct fl_prepare *prepare,
                            struct fl_encode *encode)
{
    const struct fl_runner *runner = &r->pipeline->runner;
    FL_TRY(fl_encode_to_frame(encode));
    r->out = encode->frame;
    FL_TRY(run_chain(r, prepare, encode));
    carry_meta(r->raw, r->out);
    if (r->sink)
        runner->run(runner->self, (r->out->height - 1) / FL_BLOCK_ROWS + 1, pass_rows, r);
    return fl_success();
}

static fl_err develop(struct run *r)
{
    struct fl_pipeline *p = r->pipeline;
    struct fl_prepare prepare = {.frame = r->decide.frame,
                                 .active = r->decide.active,
                                 .cfa = r->decide.cfa,
                                 .crop = r->decide.crop,
                                 .orientation = r->decide.orientation,
                                 .control = &r->control,
                                 .settings = r->settings,
                                 .kernels = p->kernels,
                                 .log = p->config.log};
    struct fl_encode encode;
    int bits = r->settings->until && r->settings->bits == 8 ? 16 : r->settings->bits;

    FL_TRY(fl_chain_make(&r->chain, &prepare, r->decide.params, r->settings->until, false));
    fl_encode_begin(&encode, &r->chain.flow, bits, r->decide.orientation, p->kernels);
    if (r->sink)
        FL_TRY(begin_sink(r, &encode));
    if (!r->sink || !fl_encode_fits_sink(&encode))
        return develop_whole(r, &prepare, &encode);
    encode.sink = r->sink;
    return run_chain(r, &prepare, &encode);
}

static void fill_report(const struct run *r, double seconds, struct fl_report *report)
{
    const struct fl_pipeline *p = r->pipeline;
    memset(report, 0, sizeof *report);
    report->cpu = p->kernels->cpu;
    report->threads = p->runner.workers;
    report->seconds = seconds;
    report->stage_count = r->chain.reports;
    for (int i = 0; i < r->chain.reports; i++) {
        report->stage[i].name = r->chain.name[i];
        report->stage[i].bypassed = r->chain.bypassed[i];
        for (int w = 0; w < p->runner.workers; w++)
            report->stage[i].seconds += r->seconds[(size_t)w * FL_REPORT_STAGES + (size_t)i];
    }
    memcpy(report->wb_gains, r->control.wb_gain, sizeof report->wb_gains);
    report->cct_k = r->control.cct_k;
    report->exposure_ev = fl_log2(r->control.exposure_gain);
    report->noise = r->control.noise[1];
    report->width = r->width;
    report->height = r->height;
}

/* A black level of 0 that the pixels contradict is replaced. */
static void check_black(struct run *r)
{
    float pedestal;
    if (r->frame.format.color == FL_COLOR_RGB)
        return;
    pedestal = fl_black_check(&r->frame, &r->decide.active);
    if (!(pedestal > 0.0f))
        return;
    for (int i = 0; i < 4; i++)
        r->frame.meta.black_dn[i] = pedestal;
    fl_log(r->decide.log, FL_LOG_WARNING,
           "the file gives no black level, and no pixel is near 0: %g is taken "
           "(black.level=0 insists)",
           (double)pedestal);
}

/* The CFA to develop with: the file's, a corrected one, or the one that the user insists on. */
static enum fl_cfa choose_cfa(const struct fl_decide *d)
{
    const struct fl_unpack_params *q = fl_param_set_of(d->params, &fl_stage_unpack);
    enum fl_cfa declared = d->frame->format.cfa, found;
    if (d->frame->format.color != FL_COLOR_MOSAIC)
        return FL_CFA_NONE;
    if (q->cfa >= FL_UNPACK_CFA_GIVEN)
        return (enum fl_cfa)(q->cfa - FL_UNPACK_CFA_GIVEN + FL_CFA_RGGB);
    if (q->cfa == FL_UNPACK_CFA_FILE)
        return declared;
    found = fl_cfa_check(d->frame, &d->active);
    if (found != declared)
        fl_log(d->log, FL_LOG_WARNING,
               "the file says that its CFA is %s, which its pixels contradict: developed as %s "
               "(unpack.cfa=file insists)",
               fl_cfa_name(declared), fl_cfa_name(found));
    return found;
}

/* The picture is measured with the maps for the light to expect, and made with those for what was
 * found. */
static fl_err tune_shading(struct run *r, double cct_k)
{
    if (!r->settings->tuning)
        return fl_success();
    return fl_tuned_shading(&r->tuned, r->settings->tuning, cct_k, r->decide.cfa, &r->decide.active,
                            &r->frame);
}

static fl_err run_all(struct run *r)
{
    struct fl_pipeline *p = r->pipeline;
    FL_TRY(locate(&r->decide));
    r->seconds = calloc((size_t)p->runner.workers * FL_REPORT_STAGES, sizeof *r->seconds);
    if (!r->seconds)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    r->exec.runner = &p->runner;
    r->exec.strip_rows = p->config.strip_rows;
    if (p->config.progress) {
        r->exec.cancelled = report_progress;
        r->exec.cancel_user = &r->progress;
    }
    r->progress = (struct progress){p, 0.0, 0.1};
    if (r->settings->tuning)
        fl_tuned_levels(r->settings->tuning, r->decide.log, &r->frame);
    check_black(r);
    r->decide.cfa = choose_cfa(&r->decide);
    FL_TRY(tune_shading(r, fl_tuned_guess_cct(r->settings, &r->frame.meta)));
    FL_TRY(fl_decide(&r->decide, &r->control));
    FL_TRY(tune_shading(r, r->control.cct_k));
    return develop(r);
}

/* *out stays NULL with a sink. */
static fl_err run_once(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                       const struct fl_settings *settings, const struct fl_picture_sink *sink,
                       struct fl_frame **out, struct fl_report *report)
{
    struct run r;
    struct fl_param_set *params;
    struct timespec t0, t1;
    fl_err err;

    FL_TRY(fl_settings_check(settings));
    FL_TRY(check_frame(raw));
    FL_TRY(fl_param_set_new(settings, &pipeline->overrides, &params));
    clock_gettime(CLOCK_MONOTONIC, &t0);
    memset(&r, 0, sizeof r);
    r.pipeline = pipeline;
    r.settings = settings;
    r.sink = sink;
    r.raw = raw;
    r.frame = *raw;
    r.decide = (struct fl_decide){.frame = &r.frame,
                                  .settings = settings,
                                  .params = params,
                                  .kernels = pipeline->kernels,
                                  .exec = &r.exec,
                                  .executor = pipeline->config.executor,
                                  .log = pipeline->config.log};
    pipeline->stopped = false;
    err = run_all(&r);
    clock_gettime(CLOCK_MONOTONIC, &t1);
    if (err.code == FL_OK && report)
        fill_report(&r, (double)(t1.tv_sec - t0.tv_sec) + 1e-9 * (double)(t1.tv_nsec - t0.tv_nsec),
                    report);
    if (err.code == FL_OK && out)
        *out = r.out;
    else
        fl_frame_unref(r.out);
    fl_chain_free(&r.chain);
    fl_control_free(&r.control);
    fl_tuned_free(&r.tuned);
    fl_param_set_free(params);
    free(r.seconds);
    return err;
}

fl_err fl_pipeline_run(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                       const struct fl_settings *settings, struct fl_frame **out,
                       struct fl_report *report)
{
    *out = NULL;
    return run_once(pipeline, raw, settings, NULL, out, report);
}

fl_err fl_pipeline_run_rows(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                            const struct fl_settings *settings, const struct fl_picture_sink *sink,
                            struct fl_report *report)
{
    if (settings->bits == 32)
        return fl_error(FL_ERR_ARGUMENT, "rows of a picture are of 8 or 16 bits");
    return run_once(pipeline, raw, settings, sink, NULL, report);
}
