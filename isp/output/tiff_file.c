/* libtiff on an atomic file. */
#include "tiff_file.h"

#include "exif_list.h"
#include "exif_write.h"

#include <stdarg.h>
#include <stdio.h>

static tmsize_t on_read(thandle_t handle, void *data, tmsize_t size)
{
    return (tmsize_t)fl_atomic_read((struct fl_atomic_file *)handle, data, (size_t)size);
}

static tmsize_t on_write(thandle_t handle, void *data, tmsize_t size)
{
    return fl_atomic_write((struct fl_atomic_file *)handle, data, (size_t)size) ? size : -1;
}

static toff_t on_seek(thandle_t handle, toff_t offset, int whence)
{
    return (toff_t)fl_atomic_seek((struct fl_atomic_file *)handle, (int64_t)offset, whence);
}

/* Committing or removing the file is its owner's job. */
static int on_close(thandle_t handle)
{
    (void)handle;
    return 0;
}

static toff_t on_size(thandle_t handle)
{
    int64_t size = fl_atomic_size((struct fl_atomic_file *)handle);
    return size < 0 ? 0 : (toff_t)size;
}

static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list args)
{
    struct fl_tiff_file *t = user;
    (void)tiff;
    (void)module;
    if (!t->failed)
        vsnprintf(t->message, sizeof t->message, format, args);
    t->failed = true;
    return 1;
}

static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list args)
{
    const struct fl_tiff_file *t = user;
    char message[160];
    (void)tiff;
    (void)module;
    vsnprintf(message, sizeof message, format, args);
    fl_log(t->job->log, FL_LOG_DEBUG, "TIFF: %s", message);
    return 1;
}

static fl_err tiff_error(const struct fl_tiff_file *t)
{
    return fl_error(FL_ERR_IO, "TIFF: %s", t->message[0] ? t->message : "the library failed");
}

fl_err fl_tiff_open(struct fl_tiff_file *t, const struct fl_write_job *job, bool big)
{
    TIFFOpenOptions *options = TIFFOpenOptionsAlloc();

    *t = (struct fl_tiff_file){.job = job};
    if (!options)
        return fl_error(FL_ERR_MEMORY, "out of memory for TIFF");
    TIFFOpenOptionsSetErrorHandlerExtR(options, on_error, t);
    TIFFOpenOptionsSetWarningHandlerExtR(options, on_warning, t);
    t->tiff = TIFFClientOpenExt("picture", big ? "w8l" : "wl", job->file, on_read, on_write,
                                on_seek, on_close, on_size, NULL, NULL, options);
    TIFFOpenOptionsFree(options);
    return t->tiff ? fl_success() : tiff_error(t);
}

void fl_tiff_set(struct fl_tiff_file *t, uint32_t tag, ...)
{
    va_list args;
    va_start(args, tag);
    fl_tiff_check(t, TIFFVSetField(t->tiff, tag, args) == 1);
    va_end(args);
}

void fl_tiff_check(struct fl_tiff_file *t, bool ok)
{
    if (!ok)
        t->failed = true;
}

uint32_t fl_tiff_append(struct fl_tiff_file *t, const struct fl_blob *bytes)
{
    int64_t at = fl_atomic_seek(t->job->file, 0, SEEK_END);
    if (at > 0 && at % 2 && fl_atomic_write(t->job->file, "", 1))
        at++;
    if (at <= 0 || at + (int64_t)bytes->size > UINT32_MAX ||
        !fl_atomic_write(t->job->file, bytes->data, bytes->size)) {
        t->failed = true;
        return 0;
    }
    return (uint32_t)at;
}

/* The first directory is libtiff's: it gets the texts one by one. */
static void put_texts(struct fl_tiff_file *t, const struct fl_exif *list)
{
    int i;
    for (i = 0; i < list->count; i++)
        if (list->entry[i].ifd == FL_IFD_MAIN && list->entry[i].type == FL_TIFF_ASCII)
            fl_tiff_set(t, list->entry[i].tag, (const char *)list->entry[i].data);
}

static fl_err put_directories(struct fl_tiff_file *t, const struct fl_exif *list)
{
    struct fl_blob bytes = {0};
    int64_t at = fl_atomic_size(t->job->file);
    uint32_t exif_offset, gps_offset;
    fl_err err;

    if (at <= 0 || at > INT32_MAX)
        return tiff_error(t);
    err =
        fl_exif_write_directories(list, (uint32_t)(at + at % 2), &bytes, &exif_offset, &gps_offset);
    if (err.code == FL_OK && fl_tiff_append(t, &bytes)) {
        fl_tiff_set(t, TIFFTAG_EXIFIFD, (uint64_t)exif_offset);
        if (gps_offset)
            fl_tiff_set(t, TIFFTAG_GPSIFD, (uint64_t)gps_offset);
    }
    fl_blob_free(&bytes);
    return err;
}

fl_err fl_tiff_put_exif(struct fl_tiff_file *t)
{
    struct fl_exif *list;
    const struct fl_exif_entry *orientation;
    uint16_t value = ORIENTATION_TOPLEFT;
    fl_err err = fl_success();

    FL_TRY(fl_job_exif(t->job, &list));
    put_texts(t, list);
    orientation = fl_exif_find(list, FL_IFD_MAIN, TIFFTAG_ORIENTATION);
    if (orientation)
        value = *(const uint16_t *)(const void *)orientation->data;
    fl_tiff_set(t, TIFFTAG_ORIENTATION, value);
    fl_tiff_set(t, TIFFTAG_XRESOLUTION, 72.0);
    fl_tiff_set(t, TIFFTAG_YRESOLUTION, 72.0);
    fl_tiff_set(t, TIFFTAG_RESOLUTIONUNIT, RESUNIT_INCH);
    if (TIFFIsBigTIFF(t->tiff))
        fl_log(t->job->log, FL_LOG_NOTE, "a TIFF file over 4 GB is written without EXIF directory");
    else
        err = put_directories(t, list);
    fl_exif_unref(list);
    return err;
}

fl_err fl_tiff_put_xmp(struct fl_tiff_file *t)
{
    struct fl_blob xmp = {0};
    fl_err err = fl_job_xmp(t->job, &xmp);
    if (err.code == FL_OK)
        fl_tiff_set(t, TIFFTAG_XMLPACKET, (uint32_t)xmp.size, xmp.data);
    fl_blob_free(&xmp);
    return err;
}

fl_err fl_tiff_close(struct fl_tiff_file *t)
{
    TIFFClose(t->tiff);
    t->tiff = NULL;
    return t->failed ? tiff_error(t) : fl_success();
}
