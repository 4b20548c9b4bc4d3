/* fl_develop(): from the raw to the file, with a JPEG compressed while the picture is made. */
#include "write_jpeg.h"

#include "exif_list.h"

struct development {
    struct fl_write_job job; /* its frame is there while begin() runs only */
    struct fl_jpeg_parts parts;
    struct fl_jpeg_bands *bands;
};

static fl_err begin(void *user, const struct fl_frame *picture)
{
    struct development *d = user;
    const struct fl_write_options *o = d->job.options;
    const struct fl_jpeg_settings settings = fl_jpeg_settings_of(o);
    fl_err err;
    FL_TRY(fl_write_check_pixels(picture, o->type));
    d->job.frame = picture;
    err = fl_jpeg_parts_make(&d->job, &d->parts);
    if (err.code == FL_OK)
        err =
            fl_jpeg_bands_new(picture->width, picture->height, fl_format_channels(&picture->format),
                              &settings, o->thumbnail_width, &d->bands);
    d->job.frame = NULL;
    return err;
}

static void *row(void *user, int y)
{
    struct development *d = user;
    return fl_jpeg_bands_row(d->bands, y);
}

static void done(void *user, int y)
{
    struct development *d = user;
    fl_jpeg_bands_done(d->bands, y);
}

static fl_err write_file(struct development *d, const char *path)
{
    FL_TRY(fl_jpeg_bands_error(d->bands));
    FL_TRY(fl_atomic_open(path, d->job.options->replace, &d->job.file));
    return fl_atomic_finish(d->job.file, fl_write_jpeg_bands(&d->job, &d->parts, d->bands));
}

/* Any other file: first the picture, then the file. */
static fl_err develop_whole(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                            const struct fl_settings *settings, const char *path,
                            const struct fl_write_options *options, const struct fl_log *log,
                            struct fl_report *report)
{
    struct fl_frame *picture;
    fl_err err;
    FL_TRY(fl_pipeline_run(pipeline, raw, settings, &picture, report));
    err = fl_write(path, picture, options, log);
    fl_frame_unref(picture);
    return err;
}

fl_err fl_develop(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                  const struct fl_settings *settings, const char *path,
                  const struct fl_write_options *options, const struct fl_log *log,
                  struct fl_report *report)
{
    struct fl_write_options o;
    struct development d = {.job = {NULL, &o, log, NULL}};
    const struct fl_picture_sink sink = {begin, row, done, &d};
    fl_err err;
    if (!path)
        return fl_error(FL_ERR_ARGUMENT, "no path to write");
    FL_TRY(fl_write_complete(options, &o));
    if (o.type != FL_FILE_JPEG || o.progressive || settings->bits != 8)
        return develop_whole(pipeline, raw, settings, path, &o, log, report);
    err = fl_pipeline_run_rows(pipeline, raw, settings, &sink, report);
    if (err.code == FL_OK)
        err = write_file(&d, path);
    fl_jpeg_parts_free(&d.parts);
    fl_jpeg_bands_free(d.bands);
    return err;
}
