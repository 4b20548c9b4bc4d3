/* JPEG files: EXIF with thumbnail, XMP and ICC segments before the picture. */
#include "writers.h"

#include "exif_write.h"
#include "jpeg_bands.h"
#include "thumbnail.h"
#include "write_jpeg.h"

#include <stdlib.h>
#include <string.h>

#define ICC_HEADER_SIZE   14
#define ICC_SEGMENT_MAX   (FL_JPEG_MARKER_MAX - ICC_HEADER_SIZE)
#define MAX_MARKERS       16
#define THUMBNAIL_QUALITY 80

static const char exif_header[6] = "Exif\0"; /* and the array's own zero */
static const char xmp_header[29] = "http://ns.adobe.com/xap/1.0/";
static const char icc_header[12] = "ICC_PROFILE";

static bool write_to_file(void *user, const void *data, size_t size)
{
    return fl_atomic_write(user, data, size);
}

static bool write_to_blob(void *user, const void *data, size_t size)
{
    return fl_blob_put(user, data, size);
}

static struct fl_pixels view(const struct fl_frame *f)
{
    struct fl_pixels p = {f->plane[0], f->stride[0], f->width, f->height,
                          fl_format_channels(&f->format)};
    return p;
}

/* EXIF with a thumbnail compressed harder and harder until the segment's 64 KB hold both; without
 * one where even that fails. */
static fl_err put_exif_fitting(const struct fl_exif *list, const struct fl_pixels *small,
                               struct fl_blob *out)
{
    int quality;
    for (quality = THUMBNAIL_QUALITY; quality >= 10; quality -= 10) {
        struct fl_blob thumbnail = {0};
        const struct fl_jpeg_settings settings = {.quality = quality, .bare = true};
        const struct fl_jpeg_sink sink = {write_to_blob, &thumbnail};
        fl_err err = fl_jpeg_encode(small, &settings, &sink);
        out->size = 0;
        fl_blob_put(out, exif_header, sizeof exif_header);
        if (err.code == FL_OK)
            err = fl_exif_write(list, &thumbnail, out);
        fl_blob_free(&thumbnail);
        if (err.code != FL_OK || out->size <= FL_JPEG_MARKER_MAX)
            return err;
    }
    out->size = 0;
    fl_blob_put(out, exif_header, sizeof exif_header);
    return fl_exif_write(list, NULL, out);
}

/* small has no pixels where there is no thumbnail. */
static fl_err put_exif(const struct fl_exif *list, const struct fl_pixels *small,
                       struct fl_blob *out)
{
    if (small->data)
        return put_exif_fitting(list, small, out);
    fl_blob_put(out, exif_header, sizeof exif_header);
    return fl_exif_write(list, NULL, out);
}

/* Profiles may need several segments, numbered from 1; the blob gets them one after the other. */
static fl_err put_icc(const struct fl_write_job *job, struct fl_blob *out)
{
    struct fl_blob profile = {0};
    fl_err err = fl_job_icc(job, &profile);
    size_t count = (profile.size + ICC_SEGMENT_MAX - 1) / ICC_SEGMENT_MAX;
    size_t i;

    for (i = 0; err.code == FL_OK && i < count; i++) {
        size_t begin = i * ICC_SEGMENT_MAX;
        size_t rest = profile.size - begin;
        const uint8_t number[2] = {(uint8_t)(i + 1), (uint8_t)count};
        fl_blob_put(out, icc_header, sizeof icc_header);
        fl_blob_put(out, number, sizeof number);
        fl_blob_put(out, profile.data + begin, rest < ICC_SEGMENT_MAX ? rest : ICC_SEGMENT_MAX);
    }
    fl_blob_free(&profile);
    return err.code == FL_OK ? fl_blob_check(out, "the ICC profile") : err;
}

/* Splits a blob of full segments and one rest into markers. */
static void add_markers(struct fl_jpeg_marker *marker, int *count, int code,
                        const struct fl_blob *b)
{
    size_t at;
    for (at = 0; at < b->size && *count < MAX_MARKERS; at += FL_JPEG_MARKER_MAX) {
        size_t rest = b->size - at;
        struct fl_jpeg_marker m = {code, b->data + at,
                                   rest < FL_JPEG_MARKER_MAX ? rest : FL_JPEG_MARKER_MAX};
        marker[(*count)++] = m;
    }
}

fl_err fl_jpeg_parts_make(const struct fl_write_job *job, struct fl_jpeg_parts *parts)
{
    fl_err err;
    *parts = (struct fl_jpeg_parts){0};
    err = fl_job_exif(job, &parts->exif);
    if (err.code == FL_OK) {
        fl_blob_put(&parts->xmp, xmp_header, sizeof xmp_header);
        err = fl_job_xmp(job, &parts->xmp);
    }
    if (err.code == FL_OK)
        err = put_icc(job, &parts->icc);
    return err;
}

void fl_jpeg_parts_free(struct fl_jpeg_parts *parts)
{
    fl_exif_unref(parts->exif);
    fl_blob_free(&parts->xmp);
    fl_blob_free(&parts->icc);
}

struct fl_jpeg_settings fl_jpeg_settings_of(const struct fl_write_options *o)
{
    return (struct fl_jpeg_settings){
        .quality = o->quality, .subsampling = o->subsampling, .progressive = o->progressive};
}

/* Everything before the picture, and the picture: from bands, or whole. */
static fl_err write_picture(const struct fl_write_job *job, const struct fl_jpeg_parts *parts,
                            const struct fl_pixels *small, struct fl_jpeg_bands *bands,
                            const struct fl_pixels *whole)
{
    const struct fl_jpeg_sink sink = {write_to_file, job->file};
    struct fl_jpeg_settings settings = fl_jpeg_settings_of(job->options);
    struct fl_jpeg_marker marker[MAX_MARKERS];
    struct fl_blob exif = {0};
    fl_err err = put_exif(parts->exif, small, &exif);
    if (err.code == FL_OK)
        err = fl_blob_check(&exif, "EXIF");
    if (err.code == FL_OK) {
        settings.marker = marker;
        add_markers(marker, &settings.marker_count, 0xe1, &exif);
        add_markers(marker, &settings.marker_count, 0xe1, &parts->xmp);
        add_markers(marker, &settings.marker_count, 0xe2, &parts->icc);
        err = bands ? fl_jpeg_bands_write(bands, marker, settings.marker_count, &sink)
                    : fl_jpeg_encode(whole, &settings, &sink);
    }
    fl_blob_free(&exif);
    return err;
}

fl_err fl_write_jpeg_bands(const struct fl_write_job *job, const struct fl_jpeg_parts *parts,
                           struct fl_jpeg_bands *bands)
{
    struct fl_pixels small;
    FL_TRY(fl_jpeg_bands_error(bands));
    FL_TRY(fl_jpeg_bands_thumbnail(bands, &small));
    return write_picture(job, parts, &small, bands, NULL);
}

/* A progressive picture is compressed as a whole. */
static fl_err write_progressive(const struct fl_write_job *job, const struct fl_jpeg_parts *parts,
                                const struct fl_pixels *whole)
{
    struct fl_thumbnail *thumbnail = NULL;
    struct fl_pixels small = {0};
    fl_err err = fl_success();
    if (job->options->thumbnail_width > 0)
        err = fl_thumbnail_new(whole->width, whole->height, whole->channels,
                               job->options->thumbnail_width, &thumbnail);
    if (err.code == FL_OK && thumbnail)
        err = fl_thumbnail_add(thumbnail, 0, whole);
    if (err.code == FL_OK && thumbnail)
        err = fl_thumbnail_get(thumbnail, &small);
    if (err.code == FL_OK)
        err = write_picture(job, parts, &small, NULL, whole);
    fl_thumbnail_free(thumbnail);
    return err;
}

static fl_err write_baseline(const struct fl_write_job *job, const struct fl_jpeg_parts *parts,
                             const struct fl_pixels *whole)
{
    const struct fl_jpeg_settings settings = fl_jpeg_settings_of(job->options);
    struct fl_jpeg_bands *bands;
    fl_err err;
    FL_TRY(fl_jpeg_bands_new(whole->width, whole->height, whole->channels, &settings,
                             job->options->thumbnail_width, &bands));
    fl_jpeg_bands_picture(bands, whole);
    err = fl_write_jpeg_bands(job, parts, bands);
    fl_jpeg_bands_free(bands);
    return err;
}

fl_err fl_write_jpeg(const struct fl_write_job *job)
{
    const struct fl_pixels whole = view(job->frame);
    struct fl_jpeg_parts parts;
    fl_err err = fl_jpeg_parts_make(job, &parts);
    if (err.code == FL_OK)
        err = job->options->progressive ? write_progressive(job, &parts, &whole)
                                        : write_baseline(job, &parts, &whole);
    fl_jpeg_parts_free(&parts);
    return err;
}
