/* TIFF files: 8 or 16 bit or 32-bit float, grey or RGB, in strips. */
#include "icc.h"
#include "tiff_file.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define STRIP_BYTES (256 * 1024) /* small enough for readers that decode parts */
#define LEVEL       2            /* deflate: 6 takes three times as long for 2 % less of a photo */

static int sample_bytes(const struct fl_frame *f)
{
    if (f->format.packing == FL_PACK_F32)
        return 4;
    return f->format.packing == FL_PACK_U16 ? 2 : 1;
}

static size_t row_bytes(const struct fl_frame *f)
{
    return (size_t)f->width * (size_t)(sample_bytes(f) * fl_format_channels(&f->format));
}

/* Classic TIFF addresses 4 GB; deflate may make noise a little larger. */
static bool needs_big(const struct fl_frame *f)
{
    uint64_t bytes = (uint64_t)row_bytes(f) * (uint64_t)f->height;
    return bytes + bytes / 256 + (16 << 20) > UINT32_MAX;
}

static void put_layout(struct fl_tiff_file *t, int rows_per_strip)
{
    const struct fl_frame *f = t->job->frame;
    bool is_float = f->format.packing == FL_PACK_F32;
    bool rgb = f->format.color == FL_COLOR_RGB;

    fl_tiff_set(t, TIFFTAG_SUBFILETYPE, 0);
    fl_tiff_set(t, TIFFTAG_IMAGEWIDTH, (uint32_t)f->width);
    fl_tiff_set(t, TIFFTAG_IMAGELENGTH, (uint32_t)f->height);
    fl_tiff_set(t, TIFFTAG_BITSPERSAMPLE, 8 * sample_bytes(f));
    fl_tiff_set(t, TIFFTAG_SAMPLEFORMAT, is_float ? SAMPLEFORMAT_IEEEFP : SAMPLEFORMAT_UINT);
    fl_tiff_set(t, TIFFTAG_SAMPLESPERPIXEL, fl_format_channels(&f->format));
    fl_tiff_set(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    fl_tiff_set(t, TIFFTAG_PHOTOMETRIC, rgb ? PHOTOMETRIC_RGB : PHOTOMETRIC_MINISBLACK);
    fl_tiff_set(t, TIFFTAG_ROWSPERSTRIP, (uint32_t)rows_per_strip);
    if (!t->job->options->compress) {
        fl_tiff_set(t, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
        return;
    }
    fl_tiff_set(t, TIFFTAG_COMPRESSION, COMPRESSION_ADOBE_DEFLATE);
    fl_tiff_set(t, TIFFTAG_PREDICTOR, is_float ? PREDICTOR_FLOATINGPOINT : PREDICTOR_HORIZONTAL);
    fl_tiff_set(t, TIFFTAG_ZIPQUALITY, LEVEL);
}

static fl_err put_metadata(struct fl_tiff_file *t)
{
    struct fl_blob icc = {0};
    fl_err err;

    FL_TRY(fl_tiff_put_exif(t));
    FL_TRY(fl_tiff_put_xmp(t));
    err = fl_job_icc(t->job, &icc);
    if (err.code == FL_OK)
        fl_tiff_set(t, TIFFTAG_ICCPROFILE, (uint32_t)icc.size, icc.data);
    fl_blob_free(&icc);
    return err;
}

static void interleave(const struct fl_frame *f, int y, float *out)
{
    int p, x;
    for (p = 0; p < f->planes; p++) {
        const float *row =
            (const float *)(const void *)((const uint8_t *)f->plane[p] + (size_t)y * f->stride[p]);
        for (x = 0; x < f->width; x++)
            out[x * f->planes + p] = row[x];
    }
}

/* Strips are copied: predictors work in place, and the frame is not ours to change. */
static fl_err put_pixels(struct fl_tiff_file *t, int rows_per_strip)
{
    const struct fl_frame *f = t->job->frame;
    size_t bytes = row_bytes(f);
    uint8_t *strip = fl_aligned_alloc(bytes * (size_t)rows_per_strip);
    int y, i;

    if (!strip)
        return fl_error(FL_ERR_MEMORY, "out of memory for a strip of TIFF");
    for (y = 0; y < f->height && !t->failed; y += rows_per_strip) {
        int rows = f->height - y < rows_per_strip ? f->height - y : rows_per_strip;
        size_t size = (size_t)rows * bytes;
        for (i = 0; i < rows; i++) {
            uint8_t *out = strip + (size_t)i * bytes;
            if (f->format.packing == FL_PACK_F32)
                interleave(f, y + i, (float *)(void *)out);
            else
                memcpy(out, (const uint8_t *)f->plane[0] + (size_t)(y + i) * f->stride[0], bytes);
        }
        fl_tiff_check(t, TIFFWriteEncodedStrip(t->tiff, (uint32_t)(y / rows_per_strip), strip,
                                               (tmsize_t)size) == (tmsize_t)size);
    }
    fl_aligned_free(strip);
    return fl_success();
}

fl_err fl_write_tiff(const struct fl_write_job *job)
{
    struct fl_tiff_file t;
    size_t bytes = row_bytes(job->frame);
    int rows_per_strip = bytes < STRIP_BYTES ? (int)(STRIP_BYTES / bytes) : 1;
    fl_err err, closed;

    if (rows_per_strip > job->frame->height)
        rows_per_strip = job->frame->height;
    FL_TRY(fl_tiff_open(&t, job, needs_big(job->frame)));
    put_layout(&t, rows_per_strip);
    err = put_metadata(&t);
    if (err.code == FL_OK)
        err = put_pixels(&t, rows_per_strip);
    closed = fl_tiff_close(&t);
    return err.code == FL_OK ? closed : err;
}
