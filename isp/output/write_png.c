/* PNG files, 8 or 16 bit, grey or RGB. */
#include "writers.h"

#include "exif_write.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

/* Everything that outlives a jump out of the library. */
struct encoder {
    const struct fl_write_job *job;
    png_structp png;
    png_infop info;
    struct fl_blob exif, xmp, icc;
    char message[160];
};

static void on_error(png_structp png, png_const_charp message)
{
    struct encoder *e = png_get_error_ptr(png);
    snprintf(e->message, sizeof e->message, "%s", message);
    png_longjmp(png, 1);
}

static void on_warning(png_structp png, png_const_charp message)
{
    struct encoder *e = png_get_error_ptr(png);
    fl_log(e->job->log, FL_LOG_DEBUG, "PNG: %s", message);
}

static void on_write(png_structp png, png_bytep data, png_size_t size)
{
    if (!fl_atomic_write(png_get_io_ptr(png), data, size))
        png_error(png, "writing failed");
}

/* The file's commit flushes. */
static void on_flush(png_structp png)
{
    (void)png;
}

static void put_colour_space(struct encoder *e)
{
    bool grey = e->job->frame->format.color == FL_COLOR_MONO;
    if (e->job->options->space == FL_SPACE_SRGB || grey)
        png_set_sRGB_gAMA_and_cHRM(e->png, e->info, PNG_sRGB_INTENT_PERCEPTUAL);
    else
        png_set_iCCP(e->png, e->info, "Display P3", PNG_COMPRESSION_TYPE_BASE, e->icc.data,
                     (png_uint_32)e->icc.size);
}

static void put_metadata(struct encoder *e)
{
    char keyword[] = "XML:com.adobe.xmp";
    png_text text;

    memset(&text, 0, sizeof text);
    text.compression = PNG_ITXT_COMPRESSION_NONE;
    text.key = keyword;
    text.text = (char *)e->xmp.data;
    text.itxt_length = e->xmp.size;
    png_set_text(e->png, e->info, &text, 1);
    png_set_eXIf_1(e->png, e->info, (png_uint_32)e->exif.size, e->exif.data);
    put_colour_space(e);
}

/* One fixed filter and a low level: higher levels and the library's own search for filters take up
 * to five times as long for photographs 2 % smaller. */
static void put_effort(struct encoder *e)
{
    bool deflate = e->job->options->compress;
    png_set_filter(e->png, PNG_FILTER_TYPE_BASE, deflate ? PNG_FILTER_PAETH : PNG_FILTER_NONE);
    png_set_compression_level(e->png, deflate ? 2 : 0);
}

/* The part that may jump. */
static void compress(struct encoder *e)
{
    const struct fl_frame *f = e->job->frame;
    const uint16_t probe = 1;
    uint8_t first;
    int y;

    png_set_write_fn(e->png, e->job->file, on_write, on_flush);
    png_set_IHDR(e->png, e->info, (png_uint_32)f->width, (png_uint_32)f->height,
                 f->format.packing == FL_PACK_U16 ? 16 : 8,
                 f->format.color == FL_COLOR_RGB ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY,
                 PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    put_effort(e);
    put_metadata(e);
    png_write_info(e->png, e->info);
    memcpy(&first, &probe, 1);
    if (f->format.packing == FL_PACK_U16 && first == 1)
        png_set_swap(e->png); /* PNG is big-endian, this machine is not */
    for (y = 0; y < f->height; y++)
        png_write_row(e->png, (const uint8_t *)f->plane[0] + (size_t)y * f->stride[0]);
    png_write_end(e->png, NULL); /* with the info it would write the EXIF chunk twice */
}

static fl_err run(struct encoder *e)
{
    if (setjmp(png_jmpbuf(e->png)) == 0) {
        compress(e);
        return fl_success();
    }
    return fl_error(FL_ERR_UNSUPPORTED, "PNG: %s", e->message);
}

static fl_err prepare(struct encoder *e)
{
    struct fl_exif *list;
    fl_err err;

    FL_TRY(fl_job_xmp(e->job, &e->xmp));
    if (!fl_blob_put(&e->xmp, "", 1)) /* the library wants a string */
        return fl_blob_check(&e->xmp, "XMP");
    e->xmp.size--;
    FL_TRY(fl_job_icc(e->job, &e->icc));
    FL_TRY(fl_job_exif(e->job, &list));
    err = fl_exif_write(list, NULL, &e->exif);
    fl_exif_unref(list);
    return err;
}

fl_err fl_write_png(const struct fl_write_job *job)
{
    struct encoder e = {.job = job};
    fl_err err = prepare(&e);

    if (err.code == FL_OK)
        e.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &e, on_error, on_warning);
    if (e.png)
        e.info = png_create_info_struct(e.png);
    if (e.info)
        err = run(&e);
    else if (err.code == FL_OK)
        err = fl_error(FL_ERR_MEMORY, "out of memory for PNG");
    png_destroy_write_struct(&e.png, &e.info);
    fl_blob_free(&e.exif);
    fl_blob_free(&e.xmp);
    fl_blob_free(&e.icc);
    return err;
}
