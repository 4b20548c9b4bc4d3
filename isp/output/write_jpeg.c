/* JPEG files: EXIF with thumbnail, XMP and ICC segments before the picture. */
#include "writers.h"

#include "exif_write.h"
#include "jpeg_encode.h"
#include "thumbnail.h"

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
        const struct fl_jpeg_settings settings = {quality, FL_SUBSAMPLING_420, false, true, NULL,
                                                  0};
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

static fl_err put_exif(const struct fl_write_job *job, struct fl_blob *out)
{
    const struct fl_pixels full = view(job->frame);
    struct fl_pixels small = {0};
    struct fl_exif *list;
    fl_err err;

    FL_TRY(fl_job_exif(job, &list));
    if (job->options->thumbnail_width > 0) {
        err = fl_thumbnail_scale(&full, job->options->thumbnail_width, &small);
        if (err.code == FL_OK)
            err = put_exif_fitting(list, &small, out);
        free((void *)(uintptr_t)small.data);
    } else {
        fl_blob_put(out, exif_header, sizeof exif_header);
        err = fl_exif_write(list, NULL, out);
    }
    fl_exif_unref(list);
    return err;
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

static fl_err encode(const struct fl_write_job *job, const struct fl_jpeg_marker *marker, int count)
{
    const struct fl_pixels pixels = view(job->frame);
    const struct fl_jpeg_settings settings = {job->options->quality,
                                              job->options->subsampling,
                                              job->options->progressive,
                                              false,
                                              marker,
                                              count};
    const struct fl_jpeg_sink sink = {write_to_file, job->file};
    return fl_jpeg_encode(&pixels, &settings, &sink);
}

fl_err fl_write_jpeg(const struct fl_write_job *job)
{
    struct fl_blob exif = {0}, xmp = {0}, icc = {0};
    struct fl_jpeg_marker marker[MAX_MARKERS];
    int count = 0;
    fl_err err = put_exif(job, &exif);

    if (err.code == FL_OK) {
        fl_blob_put(&xmp, xmp_header, sizeof xmp_header);
        err = fl_job_xmp(job, &xmp);
    }
    if (err.code == FL_OK)
        err = put_icc(job, &icc);
    if (err.code == FL_OK) {
        add_markers(marker, &count, 0xe1, &exif);
        add_markers(marker, &count, 0xe1, &xmp);
        add_markers(marker, &count, 0xe2, &icc);
        err = encode(job, marker, count);
    }
    fl_blob_free(&exif);
    fl_blob_free(&xmp);
    fl_blob_free(&icc);
    return err;
}
