/* Opens a model, and develops with it; what fails costs no picture. */
#include "ai_host.h"

#include <dlfcn.h>
#include <math.h>
#include <nettle/sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LARGEST_MODEL (256L << 20)
#define MOST_HALO     512
#define MOST_ALIGN    256

struct fl_ai_options fl_ai_options_default(void)
{
    return (struct fl_ai_options){.strength = 1.0, .workers = 1};
}

const char *fl_ai_status_name(enum fl_ai_status status)
{
    static const char *const names[] = {"not asked", "used", "not needed", "failed"};
    return names[status];
}

static void hash(const void *data, size_t size, char text[65])
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, size, data);
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

static fl_err read_file(const char *path, void **data, size_t *size)
{
    FILE *f = fopen(path, "rb");
    long length = -1;
    fl_err err = fl_error(FL_ERR_IO, "%s: cannot be read", path);
    *data = NULL;
    if (!f)
        return err;
    if (fseek(f, 0, SEEK_END) == 0)
        length = ftell(f);
    if (length > LARGEST_MODEL)
        err = fl_error(FL_ERR_UNSUPPORTED, "%s: a model of more than 256 MB", path);
    else if (length > 0 && fseek(f, 0, SEEK_SET) == 0 && (*data = malloc((size_t)length)) &&
             fread(*data, 1, (size_t)length, f) == (size_t)length)
        err = fl_success();
    *size = (size_t)length;
    fclose(f);
    if (err.code != FL_OK) {
        free(*data);
        *data = NULL;
    }
    return err;
}

static bool plausible(const struct fl_ai_session *s)
{
    return s->align >= 2 && s->align <= MOST_ALIGN && (s->align & (s->align - 1)) == 0 &&
           s->halo <= MOST_HALO && s->halo % s->align == 0;
}

static fl_err start_session(struct fl_ai *ai, const char *path, const void *model, size_t size)
{
    char message[FL_MESSAGE_MAX] = "";
    const struct fl_ai_request request = {.size = sizeof request,
                                          .workers = (uint32_t)ai->workers,
                                          .model = model,
                                          .model_size = size,
                                          .model_path = path,
                                          .message = message,
                                          .message_size = sizeof message};
    ai->session.size = sizeof ai->session;
    if (ai->backend->open(&request, &ai->session) != 0) {
        message[sizeof message - 1] = '\0';
        return fl_error(FL_ERR_UNSUPPORTED, "%s%sbackend %s: %s", path ? path : "",
                        path ? ": " : "", ai->backend->name, message[0] ? message : "refuses it");
    }
    ai->open = true;
    if (!plausible(&ai->session))
        return fl_error(FL_ERR_UNSUPPORTED, "backend %s: halo %u, align %u make no sense",
                        ai->backend->name, ai->session.halo, ai->session.align);
    return fl_success();
}

static fl_err open_model(struct fl_ai *ai, const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    void *model = NULL;
    size_t size = 0;
    fl_err err;
    if (path) {
        FL_TRY(read_file(path, &model, &size));
        snprintf(ai->model_name, sizeof ai->model_name, "%s", slash ? slash + 1 : path);
        hash(model, size, ai->sha256);
    }
    err = start_session(ai, path, model, size);
    free(model);
    return err;
}

fl_err fl_ai_open(const struct fl_ai_options *options, struct fl_ai **out)
{
    struct fl_ai *ai;
    fl_err err;
    *out = NULL;
    if (!(options->strength >= 0.0 && options->strength <= 1.0))
        return fl_error(FL_ERR_RANGE, "strength %g of the neural stage: must be 0..1",
                        options->strength);
    if (options->workers < 1 || options->workers > 256 || options->tile < 0)
        return fl_error(FL_ERR_RANGE, "the neural stage: %d workers, tiles of %d pixels",
                        options->workers, options->tile);
    ai = calloc(1, sizeof *ai);
    if (!ai)
        return fl_error(FL_ERR_MEMORY, "out of memory for the neural stage");
    ai->strength = options->strength;
    ai->workers = options->workers;
    ai->tile = options->tile;
    err = fl_ai_find_backend(options->backend, &ai->backend, &ai->library);
    if (err.code == FL_OK)
        err = open_model(ai, options->model);
    if (err.code != FL_OK) {
        fl_ai_close(ai);
        return err;
    }
    *out = ai;
    return err;
}

void fl_ai_close(struct fl_ai *ai)
{
    if (!ai)
        return;
    if (ai->open)
        ai->backend->close(ai->session.self);
    if (ai->library)
        dlclose(ai->library);
    free(ai);
}

static void describe(const struct fl_ai *ai, struct fl_ai_report *report)
{
    snprintf(report->backend, sizeof report->backend, "%s", ai->backend->name);
    memcpy(report->model, ai->model_name, sizeof report->model);
    memcpy(report->sha256, ai->sha256, sizeof report->sha256);
    report->strength = ai->strength;
}

/* *again: the picture has to be made without the stage. */
static fl_err try_with(struct fl_ai *ai, struct fl_pipeline *pipeline, const struct fl_frame *raw,
                       const struct fl_settings *settings, const char *path,
                       const struct fl_write_options *options, const struct fl_log *log,
                       struct fl_report *report, struct fl_ai_report *ai_report, bool *again)
{
    struct fl_settings with = *settings;
    struct fl_ai_picture *picture;
    struct fl_finish finish;
    fl_err err, why;
    FL_TRY(fl_ai_picture_new(ai, &picture, &finish));
    with.finish = &finish;
    err = fl_develop(pipeline, raw, &with, path, options, log, report);
    *again = true;
    if (fl_ai_picture_failed(picture, &why)) {
        ai_report->status = FL_AI_FAILED;
        snprintf(ai_report->reason, sizeof ai_report->reason, "%s", why.message);
    } else if (!fl_ai_picture_begun(picture)) {
        ai_report->status = FL_AI_NOT_NEEDED;
        snprintf(ai_report->reason, sizeof ai_report->reason, "%s", err.message);
    } else {
        *again = false;
        ai_report->status = FL_AI_USED;
        fl_ai_picture_report(picture, ai_report);
    }
    fl_ai_picture_free(picture);
    return err;
}

fl_err fl_ai_develop(struct fl_ai *ai, struct fl_pipeline *pipeline, const struct fl_frame *raw,
                     const struct fl_settings *settings, const char *path,
                     const struct fl_write_options *options, const struct fl_log *log,
                     struct fl_report *report, struct fl_ai_report *ai_report)
{
    struct fl_ai_report own;
    bool again = false;
    fl_err err;
    ai_report = ai_report ? ai_report : &own;
    memset(ai_report, 0, sizeof *ai_report);
    if (!ai)
        return fl_develop(pipeline, raw, settings, path, options, log, report);
    describe(ai, ai_report);
    err = try_with(ai, pipeline, raw, settings, path, options, log, report, ai_report, &again);
    return again ? fl_develop(pipeline, raw, settings, path, options, log, report) : err;
}
