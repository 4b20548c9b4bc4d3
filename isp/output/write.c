/* fl_write(): checks the request, opens the file atomically, and calls the format's writer. */
#include "writers.h"

#include "exif_list.h"
#include "icc.h"
#include "xmp.h"

#include "firstlight/firstlight.h"

#include <string.h>
#include <strings.h>

#define DEFAULT_QUALITY   93
#define DEFAULT_THUMBNAIL 320
#define MAX_THUMBNAIL     1024
#define MAX_THREADS       256

struct fl_write_options fl_write_options_default(void)
{
    struct fl_write_options o = {0};
    o.quality = DEFAULT_QUALITY;
    o.compress = true;
    o.thumbnail_width = DEFAULT_THUMBNAIL;
    return o;
}

struct type_name {
    const char *name;
    enum fl_file_type type;
};

static const struct type_name type_names[] = {
    {"jpg", FL_FILE_JPEG}, {"jpeg", FL_FILE_JPEG}, {"png", FL_FILE_PNG},
    {"tif", FL_FILE_TIFF}, {"tiff", FL_FILE_TIFF}, {"dng", FL_FILE_DNG},
};

fl_err fl_file_type_parse(const char *name, enum fl_file_type *out)
{
    size_t i;
    for (i = 0; name && i < sizeof type_names / sizeof *type_names; i++)
        if (strcasecmp(name, type_names[i].name) == 0) {
            *out = type_names[i].type;
            return fl_success();
        }
    return fl_error(FL_ERR_RANGE, "file type '%s' is not one of jpg, png, tif, dng",
                    name ? name : "");
}

const char *fl_file_type_extension(enum fl_file_type type)
{
    static const char *const names[] = {"jpg", "png", "tif", "dng"};
    size_t i = (size_t)type;
    return i < sizeof names / sizeof *names ? names[i] : "";
}

static fl_err check_options(const struct fl_write_options *o)
{
    if ((unsigned)o->type > FL_FILE_DNG)
        return fl_error(FL_ERR_ARGUMENT, "file type %d is unknown", (int)o->type);
    if (o->quality < 0 || o->quality > 100)
        return fl_error(FL_ERR_RANGE, "quality %d is outside 1..100", o->quality);
    if ((unsigned)o->subsampling > FL_SUBSAMPLING_444)
        return fl_error(FL_ERR_ARGUMENT, "chroma subsampling %d is unknown", (int)o->subsampling);
    if ((unsigned)o->space > FL_SPACE_P3)
        return fl_error(FL_ERR_ARGUMENT, "colour space %d is unknown", (int)o->space);
    if (o->thumbnail_width > MAX_THUMBNAIL)
        return fl_error(FL_ERR_RANGE, "thumbnail width %d is above %d", o->thumbnail_width,
                        MAX_THUMBNAIL);
    if (o->threads < 0 || o->threads > MAX_THREADS)
        return fl_error(FL_ERR_RANGE, "threads %d: must be 0..%d", o->threads, MAX_THREADS);
    return fl_success();
}

static fl_err check_frame(const struct fl_frame *f)
{
    size_t row_bytes = fl_format_row_bytes(&f->format, f->width);
    int planes = f->format.packing == FL_PACK_F32 ? fl_format_channels(&f->format) : 1;
    int p;

    FL_TRY(fl_frame_check_size(f->width, f->height));
    if (row_bytes == 0 || f->planes != planes)
        return fl_error(FL_ERR_ARGUMENT, "the frame's pixel format is not valid");
    for (p = 0; p < planes; p++)
        if (!f->plane[p] || f->stride[p] < row_bytes)
            return fl_error(FL_ERR_ARGUMENT, "the frame's rows do not fit its stride");
    return fl_success();
}

fl_err fl_write_check_pixels(const struct fl_frame *f, enum fl_file_type type)
{
    const struct fl_format *format = &f->format;
    bool is_float = format->packing == FL_PACK_F32;
    bool ok = false;
    char name[32];

    switch (type) {
    case FL_FILE_DNG:
        ok = !is_float;
        break;
    case FL_FILE_JPEG:
        ok = format->packing == FL_PACK_U8 && format->bits == 8;
        break;
    case FL_FILE_TIFF:
    case FL_FILE_PNG:
        ok = (format->packing == FL_PACK_U8 && format->bits == 8) ||
             (format->packing == FL_PACK_U16 && format->bits == 16) ||
             (is_float && type == FL_FILE_TIFF);
        break;
    }
    if (type != FL_FILE_DNG && format->color == FL_COLOR_MOSAIC)
        ok = false;
    if (ok)
        return fl_success();
    fl_format_name(format, name, sizeof name);
    return fl_error(FL_ERR_UNSUPPORTED, "a %s file cannot hold %s pixels",
                    fl_file_type_extension(type), name);
}

fl_err fl_job_exif(const struct fl_write_job *job, struct fl_exif **out)
{
    const struct fl_frame *f = job->frame;
    const struct fl_exif_target target = {
        .raw = job->options->type == FL_FILE_DNG,
        .tiff = job->options->type == FL_FILE_TIFF,
        .jpeg = job->options->type == FL_FILE_JPEG,
        .channels = fl_format_channels(&f->format),
        .width = f->width,
        .height = f->height,
        .space = job->options->space,
        .software = job->options->software,
    };
    return fl_exif_build(&f->meta, &target, out);
}

fl_err fl_job_xmp(const struct fl_write_job *job, struct fl_blob *out)
{
    const struct fl_xmp xmp = {FL_XMP_DIGITAL_CAPTURE, job->options->software};
    return fl_xmp_write(&xmp, out);
}

fl_err fl_job_icc(const struct fl_write_job *job, struct fl_blob *out)
{
    return fl_icc_write(job->options->space, fl_format_channels(&job->frame->format), out);
}

static fl_err write_format(const struct fl_write_job *job)
{
    switch (job->options->type) {
    case FL_FILE_JPEG:
        return fl_write_jpeg(job);
    case FL_FILE_PNG:
        return fl_write_png(job);
    case FL_FILE_TIFF:
        return fl_write_tiff(job);
    case FL_FILE_DNG:
        return fl_write_dng(job);
    }
    return fl_error(FL_ERR_INTERNAL, "no writer for file type %d", (int)job->options->type);
}

fl_err fl_write_complete(const struct fl_write_options *given, struct fl_write_options *out)
{
    *out = given ? *given : fl_write_options_default();
    FL_TRY(check_options(out));
    if (out->quality == 0)
        out->quality = DEFAULT_QUALITY;
    if (out->thumbnail_width == 0)
        out->thumbnail_width = DEFAULT_THUMBNAIL;
    if (!out->software)
        out->software = "firstlight " FL_VERSION;
    return fl_success();
}

fl_err fl_write(const char *path, const struct fl_frame *frame,
                const struct fl_write_options *options, const struct fl_log *log)
{
    struct fl_write_options o;
    struct fl_write_job job = {frame, &o, log, NULL};

    if (!path || !frame)
        return fl_error(FL_ERR_ARGUMENT, "no %s to write", path ? "frame" : "path");
    FL_TRY(fl_write_complete(options, &o));
    FL_TRY(check_frame(frame));
    FL_TRY(fl_write_check_pixels(frame, o.type));
    FL_TRY(fl_atomic_open(path, o.replace, &job.file));
    return fl_atomic_finish(job.file, write_format(&job));
}
