/* DNG 1.4 files: a small preview in the first directory, the raw in a SubIFD, as Adobe's converter
 * lays them out. Pixels are stored as 8 or 16 bit without compression, in one strip. */
#include "dng_preview.h"
#include "dng_tags.h"

#include "unpack_row.h"

#include <stdlib.h>

#define WRITE_BUFFER (1 << 20)  /* bytes; libtiff would take a whole strip, here the whole raw */
#define OTHER_BYTES  (64 << 20) /* more than preview, tables and opcodes of any frame */

enum { PHOTOMETRIC_COLOR_FILTER_ARRAY = 32803, PHOTOMETRIC_LINEAR_RAW = 34892 };

static int sample_bits(const struct fl_frame *raw)
{
    return raw->format.packing == FL_PACK_U8 ? 8 : 16;
}

static void put_layout(struct fl_tiff_file *t, int width, int height, int bits, int channels)
{
    fl_tiff_set(t, TIFFTAG_IMAGEWIDTH, (uint32_t)width);
    fl_tiff_set(t, TIFFTAG_IMAGELENGTH, (uint32_t)height);
    fl_tiff_set(t, TIFFTAG_BITSPERSAMPLE, bits);
    fl_tiff_set(t, TIFFTAG_SAMPLESPERPIXEL, channels);
    fl_tiff_set(t, TIFFTAG_PLANARCONFIG, PLANARCONFIG_CONTIG);
    fl_tiff_set(t, TIFFTAG_COMPRESSION, COMPRESSION_NONE);
    fl_tiff_set(t, TIFFTAG_ROWSPERSTRIP, (uint32_t)height);
}

static fl_err put_preview(struct fl_tiff_file *t)
{
    struct fl_pixels small;
    tmsize_t size;

    FL_TRY(fl_dng_preview(t->job->frame, &small));
    put_layout(t, small.width, small.height, 8, 3);
    fl_tiff_set(t, TIFFTAG_SUBFILETYPE, FILETYPE_REDUCEDIMAGE);
    fl_tiff_set(t, TIFFTAG_PHOTOMETRIC, PHOTOMETRIC_RGB);
    size = (tmsize_t)small.stride * small.height;
    fl_tiff_check(t,
                  TIFFWriteEncodedStrip(t->tiff, 0, (void *)(uintptr_t)small.data, size) == size);
    free((void *)(uintptr_t)small.data);
    return fl_success();
}

static fl_err put_pixels(struct fl_tiff_file *t)
{
    const struct fl_frame *raw = t->job->frame;
    const uint8_t *pixels = raw->plane[0];
    size_t samples = (size_t)raw->width * (size_t)fl_format_channels(&raw->format);
    uint16_t *row = malloc(samples * sizeof *row);
    int y;
    size_t i;

    if (!row)
        return fl_error(FL_ERR_MEMORY, "out of memory for a row");
    fl_tiff_check(t, TIFFWriteBufferSetup(t->tiff, NULL, WRITE_BUFFER));
    for (y = 0; y < raw->height && !t->failed; y++) {
        fl_unpack_row(&raw->format, pixels + (size_t)y * raw->stride[0], 0, raw->width, row);
        if (sample_bits(raw) == 8) {
            uint8_t *narrow = (uint8_t *)row; /* in place: each write is behind the next read */
            for (i = 0; i < samples; i++)
                narrow[i] = (uint8_t)row[i];
        }
        fl_tiff_check(t, TIFFWriteScanline(t->tiff, row, (uint32_t)y, 0) == 1);
    }
    free(row);
    return fl_success();
}

static fl_err put_first(struct fl_tiff_file *t)
{
    uint64_t place[1] = {0}; /* of the SubIFD; filled in when that is written */

    fl_dng_register(t);
    FL_TRY(fl_tiff_put_exif(t));
    FL_TRY(fl_tiff_put_xmp(t));
    fl_dng_put_camera(t);
    fl_tiff_set(t, TIFFTAG_SUBIFD, 1, place);
    FL_TRY(put_preview(t));
    fl_tiff_check(t, TIFFWriteDirectory(t->tiff));
    return fl_success();
}

static fl_err put_raw(struct fl_tiff_file *t)
{
    const struct fl_frame *raw = t->job->frame;
    bool mosaic = raw->format.color == FL_COLOR_MOSAIC;

    fl_dng_register(t);
    put_layout(t, raw->width, raw->height, sample_bits(raw), fl_format_channels(&raw->format));
    fl_tiff_set(t, TIFFTAG_SUBFILETYPE, 0);
    fl_tiff_set(t, TIFFTAG_PHOTOMETRIC,
                mosaic ? PHOTOMETRIC_COLOR_FILTER_ARRAY : PHOTOMETRIC_LINEAR_RAW);
    FL_TRY(fl_dng_put_raw(t));
    FL_TRY(fl_dng_put_opcodes(t));
    FL_TRY(put_pixels(t));
    fl_tiff_check(t, TIFFWriteDirectory(t->tiff));
    return fl_success();
}

fl_err fl_write_dng(const struct fl_write_job *job)
{
    const struct fl_frame *raw = job->frame;
    uint64_t bytes = (uint64_t)raw->width * (uint64_t)raw->height *
                     (uint64_t)(fl_format_channels(&raw->format) * sample_bits(raw) / 8);
    struct fl_tiff_file t;
    fl_err err, closed;

    if (bytes + OTHER_BYTES > UINT32_MAX)
        return fl_error(FL_ERR_UNSUPPORTED, "a DNG of %dx%d pixels would exceed 4 GB", raw->width,
                        raw->height);
    FL_TRY(fl_tiff_open(&t, job, false));
    err = put_first(&t);
    if (err.code == FL_OK)
        err = put_raw(&t);
    closed = fl_tiff_close(&t);
    return err.code == FL_OK ? closed : err;
}
