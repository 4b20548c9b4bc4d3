/* DNG 1.4 files: a small preview in the first directory, the raw in a SubIFD, as Adobe's converter
 * lays them out.
 *
 * Written here and not by libtiff, which gives SubIFDs a type that the specification does not
 * allow, knows few of DNG's tags, and cannot take lossless JPEG. The directories stand in front:
 * their size does not depend on what they say, so they are written twice, the second time with the
 * places of what follows them. */
#include "dng_pixels.h"
#include "dng_preview.h"
#include "dng_tags.h"
#include "dng_tuning.h"
#include "exif_list.h"
#include "exif_write.h"
#include "jpeg_encode.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OTHER_BYTES (64 << 20) /* more than preview, tables and opcodes of any frame */

#define PREVIEW_QUALITY 88

enum { PHOTOMETRIC_YCBCR = 6, PHOTOMETRIC_CFA = 32803, PHOTOMETRIC_LINEAR_RAW = 34892 };
enum { COMPRESSION_NONE = 1, COMPRESSION_JPEG = 7 };

struct dng_file {
    const struct fl_write_job *job;
    struct fl_dng_layout layout;
    int preview_width, preview_height;
    struct fl_blob preview; /* a JPEG */
    struct fl_exif *exif;   /* of all directories, before they are told apart */
    struct fl_dng_list first, raw;
    uint32_t *offset, *bytes; /* of tiles or strip */
};

static int tile_count(const struct dng_file *d)
{
    return d->layout.across * d->layout.down;
}

static void put_image(struct fl_dng_list *l, int kind, int width, int height, int bits,
                      int channels, int photometric)
{
    const uint16_t depth[3] = {(uint16_t)bits, (uint16_t)bits, (uint16_t)bits};
    fl_dng_put_long(l, FL_DNG_NEW_SUBFILE_TYPE, (uint32_t)kind);
    fl_dng_put_long(l, FL_DNG_IMAGE_WIDTH, (uint32_t)width);
    fl_dng_put_long(l, FL_DNG_IMAGE_LENGTH, (uint32_t)height);
    fl_dng_put_shorts(l, FL_DNG_BITS_PER_SAMPLE, channels, depth);
    fl_dng_put_short(l, FL_DNG_SAMPLES_PER_PIXEL, channels);
    fl_dng_put_short(l, FL_DNG_PLANAR_CONFIGURATION, 1); /* interleaved */
    fl_dng_put_short(l, FL_DNG_PHOTOMETRIC, photometric);
}

static void put_exif(struct dng_file *d)
{
    struct fl_dng_list *l = &d->first;
    int i, gps = 0;
    for (i = 0; i < d->exif->count && l->err.code == FL_OK; i++) {
        const struct fl_exif_entry *e = &d->exif->entry[i];
        gps += e->ifd == FL_IFD_GPS;
        if (e->ifd == FL_IFD_MAIN)
            l->err =
                fl_exif_add(l->entries, FL_IFD_MAIN, e->tag, e->type, e->count, e->data, e->size);
    }
    fl_dng_put_long(l, FL_DNG_EXIF_IFD, 0);
    if (gps)
        fl_dng_put_long(l, FL_DNG_GPS_IFD, 0);
}

static bool add_bytes(void *user, const void *data, size_t size)
{
    return fl_blob_put(user, data, size);
}

static fl_err make_preview(struct dng_file *d)
{
    const struct fl_jpeg_settings settings = {.quality = PREVIEW_QUALITY, .bare = true};
    const struct fl_jpeg_sink sink = {add_bytes, &d->preview};
    struct fl_pixels small;
    fl_err err;
    FL_TRY(fl_dng_preview(d->job->frame, &small));
    d->preview_width = small.width;
    d->preview_height = small.height;
    err = fl_jpeg_encode(&small, &settings, &sink);
    free((void *)(uintptr_t)small.data);
    return d->preview.failed ? fl_blob_check(&d->preview, "a preview") : err;
}

static void put_preview(struct dng_file *d, struct fl_dng_list *l)
{
    static const uint16_t halves[2] = {2, 2}; /* colour at half the resolution */
    static const double weights[3] = {0.299, 0.587, 0.114};
    static const double range[6] = {0, 255, 128, 255, 128, 255};
    put_image(l, 1, d->preview_width, d->preview_height, 8, 3, PHOTOMETRIC_YCBCR);
    fl_dng_put_short(l, FL_DNG_COMPRESSION, COMPRESSION_JPEG);
    fl_dng_put_long(l, FL_DNG_STRIP_OFFSETS, 0);
    fl_dng_put_long(l, FL_DNG_ROWS_PER_STRIP, (uint32_t)d->preview_height);
    fl_dng_put_long(l, FL_DNG_STRIP_BYTE_COUNTS, (uint32_t)d->preview.size);
    fl_dng_put_ratios(l, FL_DNG_YCBCR_COEFFICIENTS, 3, weights);
    fl_dng_put_shorts(l, FL_DNG_YCBCR_SUB_SAMPLING, 2, halves);
    fl_dng_put_short(l, FL_DNG_YCBCR_POSITIONING, 1); /* centred */
    fl_dng_put_ratios(l, FL_DNG_REFERENCE_BLACK_WHITE, 6, range);
}

static fl_err put_first(struct dng_file *d)
{
    struct fl_dng_list *l = &d->first;
    struct fl_blob xmp = {0};

    put_preview(d, l);
    fl_dng_put_long(l, FL_DNG_SUB_IFDS, 0);
    put_exif(d);
    FL_TRY(fl_job_xmp(d->job, &xmp));
    fl_dng_put_bytes(l, FL_DNG_XMP, (int)xmp.size, xmp.data);
    fl_blob_free(&xmp);
    fl_dng_put_camera(d->job, l);
    return l->err;
}

static fl_err put_raw(struct dng_file *d)
{
    struct fl_dng_list *l = &d->raw;
    const struct fl_frame *raw = d->job->frame;
    bool mosaic = raw->format.color == FL_COLOR_MOSAIC, tiled = d->layout.tiled;

    put_image(l, 0, raw->width, raw->height, d->layout.bits, fl_format_channels(&raw->format),
              mosaic ? PHOTOMETRIC_CFA : PHOTOMETRIC_LINEAR_RAW);
    fl_dng_put_short(l, FL_DNG_COMPRESSION, tiled ? COMPRESSION_JPEG : COMPRESSION_NONE);
    if (tiled) {
        fl_dng_put_long(l, FL_DNG_TILE_WIDTH, (uint32_t)d->layout.tile_width);
        fl_dng_put_long(l, FL_DNG_TILE_LENGTH, (uint32_t)d->layout.tile_height);
    } else {
        fl_dng_put_long(l, FL_DNG_ROWS_PER_STRIP, (uint32_t)raw->height);
    }
    fl_dng_put_longs(l, tiled ? FL_DNG_TILE_OFFSETS : FL_DNG_STRIP_OFFSETS, tile_count(d),
                     d->offset);
    fl_dng_put_longs(l, tiled ? FL_DNG_TILE_BYTE_COUNTS : FL_DNG_STRIP_BYTE_COUNTS, tile_count(d),
                     d->bytes);
    fl_dng_put_raw(d->job, l);
    fl_dng_put_opcodes(d->job, l);
    return l->err;
}

static void set_long(struct fl_dng_list *l, int tag, uint32_t value)
{
    uint32_t *at = fl_dng_list_longs(l, tag);
    if (at)
        *at = value;
}

/* The directories as bytes for the start of the file. Their pointers take effect the next time. */
static fl_err lay_out(struct dng_file *d, struct fl_blob *out)
{
    static const uint8_t header[8] = {'I', 'I', 42, 0, 8, 0, 0, 0};
    uint32_t exif, gps, raw;

    out->size = 0;
    fl_blob_put(out, header, sizeof header);
    FL_TRY(fl_exif_write_directory(d->first.entries, FL_IFD_MAIN, 8, 0, out));
    FL_TRY(fl_exif_write_directories(d->exif, (uint32_t)out->size, out, &exif, &gps));
    raw = (uint32_t)out->size;
    FL_TRY(fl_exif_write_directory(d->raw.entries, FL_IFD_MAIN, raw, 0, out));
    if (out->size > OTHER_BYTES)
        return fl_error(FL_ERR_UNSUPPORTED, "the DNG's tags would need %zu bytes", out->size);
    set_long(&d->first, FL_DNG_EXIF_IFD, exif);
    set_long(&d->first, FL_DNG_GPS_IFD, gps);
    set_long(&d->first, FL_DNG_SUB_IFDS, raw);
    set_long(&d->first, FL_DNG_STRIP_OFFSETS, (uint32_t)out->size);
    return fl_success();
}

static fl_err write_blob(const struct fl_write_job *job, const struct fl_blob *blob)
{
    return fl_atomic_write(job->file, blob->data, blob->size) ? fl_success()
                                                              : fl_atomic_error(job->file);
}

static fl_err write_parts(struct dng_file *d, struct fl_blob *directories)
{
    const struct fl_write_job *job = d->job;
    size_t preview = d->preview.size;
    uint32_t at;
    uint32_t *list;

    FL_TRY(lay_out(d, directories));
    FL_TRY(write_blob(job, directories));
    if (!fl_atomic_write(job->file, d->preview.data, preview) ||
        !fl_atomic_write(job->file, "", preview % 2)) /* what follows begins at an even place */
        return fl_atomic_error(job->file);
    at = (uint32_t)(directories->size + preview + preview % 2);
    FL_TRY(fl_dng_write_pixels(job, &d->layout, at, d->offset, d->bytes));
    list = fl_dng_list_longs(&d->raw, d->layout.tiled ? FL_DNG_TILE_OFFSETS : FL_DNG_STRIP_OFFSETS);
    memcpy(list, d->offset, (size_t)tile_count(d) * sizeof *list);
    list = fl_dng_list_longs(&d->raw,
                             d->layout.tiled ? FL_DNG_TILE_BYTE_COUNTS : FL_DNG_STRIP_BYTE_COUNTS);
    memcpy(list, d->bytes, (size_t)tile_count(d) * sizeof *list);
    FL_TRY(lay_out(d, directories));
    if (fl_atomic_seek(job->file, 0, SEEK_SET) != 0)
        return fl_atomic_error(job->file);
    return write_blob(job, directories);
}

static fl_err write_all(struct dng_file *d)
{
    struct fl_blob directories = {0};
    fl_err err;

    d->offset = calloc((size_t)tile_count(d), sizeof *d->offset);
    d->bytes = calloc((size_t)tile_count(d), sizeof *d->bytes);
    fl_dng_list_open(&d->first);
    fl_dng_list_open(&d->raw);
    if (!d->offset || !d->bytes)
        return fl_error(FL_ERR_MEMORY, "out of memory for a DNG's tiles");
    FL_TRY(d->first.err);
    FL_TRY(d->raw.err);
    FL_TRY(fl_job_exif(d->job, &d->exif));
    FL_TRY(make_preview(d));
    FL_TRY(put_first(d));
    FL_TRY(put_raw(d));
    err = write_parts(d, &directories);
    fl_blob_free(&directories);
    return err;
}

static fl_err write_described(const struct fl_write_job *job)
{
    const struct fl_frame *raw = job->frame;
    struct dng_file d = {.job = job};
    uint64_t bytes;
    fl_err err;

    fl_dng_layout(raw, job->options->compress, &d.layout);
    bytes = (uint64_t)raw->width * (uint64_t)raw->height *
            (uint64_t)(fl_format_channels(&raw->format) * d.layout.bits / 8);
    if (bytes + OTHER_BYTES > UINT32_MAX)
        return fl_error(FL_ERR_UNSUPPORTED, "a DNG of %dx%d pixels would exceed 4 GB", raw->width,
                        raw->height);
    err = write_all(&d);
    fl_dng_list_close(&d.first);
    fl_dng_list_close(&d.raw);
    fl_exif_unref(d.exif);
    fl_blob_free(&d.preview);
    free(d.offset);
    free(d.bytes);
    return err;
}

fl_err fl_write_dng(const struct fl_write_job *job)
{
    struct fl_dng_described described;
    struct fl_write_job own = *job;
    fl_err err = fl_dng_describe(job->frame, job->options->tuning, &described);
    own.frame = &described.frame;
    if (err.code == FL_OK)
        err = write_described(&own);
    fl_dng_described_free(&described);
    return err;
}
