/* JPEG compression with libjpeg-turbo. */
#include "jpeg_encode.h"

#include <setjmp.h>
#include <stdio.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#define SINK_BUFFER 32768

/* The library reports errors by a callback that must not return: it jumps back to encode(). All
 * that is needed after the jump lives here, not in registers. */
struct encoder {
    struct jpeg_compress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct jpeg_destination_mgr destination;
    jmp_buf failed;
    const struct fl_jpeg_sink *sink;
    bool sink_refused;
    fl_err err;
    JOCTET buffer[SINK_BUFFER];
};

static void on_error(j_common_ptr common)
{
    struct encoder *e = common->client_data;
    char message[JMSG_LENGTH_MAX];

    if (e->sink_refused) {
        e->err = fl_error(FL_ERR_IO, "writing failed");
    } else {
        bool memory = common->err->msg_code == JERR_OUT_OF_MEMORY;
        (*common->err->format_message)(common, message);
        e->err = fl_error(memory ? FL_ERR_MEMORY : FL_ERR_UNSUPPORTED, "JPEG: %s", message);
    }
    longjmp(e->failed, 1);
}

/* Warnings concern decoding only. */
static void on_message(j_common_ptr common, int level)
{
    (void)common;
    (void)level;
}

static void start_sink(j_compress_ptr jpeg)
{
    struct encoder *e = jpeg->client_data;
    e->destination.next_output_byte = e->buffer;
    e->destination.free_in_buffer = SINK_BUFFER;
}

static void drain(struct encoder *e, size_t size)
{
    if (size && !e->sink->write(e->sink->user, e->buffer, size)) {
        e->sink_refused = true;
        ERREXIT(&e->jpeg, JERR_FILE_WRITE);
    }
}

static boolean full_sink(j_compress_ptr jpeg)
{
    drain(jpeg->client_data, SINK_BUFFER);
    start_sink(jpeg);
    return TRUE;
}

static void end_sink(j_compress_ptr jpeg)
{
    struct encoder *e = jpeg->client_data;
    drain(e, SINK_BUFFER - e->destination.free_in_buffer);
}

static void set_subsampling(j_compress_ptr jpeg, enum fl_subsampling subsampling)
{
    if (jpeg->num_components != 3)
        return;
    jpeg->comp_info[0].h_samp_factor = subsampling == FL_SUBSAMPLING_444 ? 1 : 2;
    jpeg->comp_info[0].v_samp_factor = subsampling == FL_SUBSAMPLING_420 ? 2 : 1;
}

static void configure(j_compress_ptr jpeg, const struct fl_pixels *p,
                      const struct fl_jpeg_settings *s)
{
    jpeg->image_width = (JDIMENSION)p->width;
    jpeg->image_height = (JDIMENSION)p->height;
    jpeg->input_components = p->channels;
    jpeg->in_color_space = p->channels == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(jpeg);
    jpeg_set_quality(jpeg, s->quality, TRUE);
    set_subsampling(jpeg, s->subsampling);
    if (s->progressive)
        jpeg_simple_progression(jpeg);
    jpeg->write_JFIF_header = !s->bare;
    jpeg->restart_interval = (unsigned)s->restart_interval;
    jpeg->density_unit = 1; /* pixels per inch, as EXIF says */
    jpeg->X_density = 72;
    jpeg->Y_density = 72;
}

/* The part that may jump. */
static void compress(struct encoder *e, const struct fl_pixels *p, const struct fl_jpeg_settings *s)
{
    int i;
    jpeg_create_compress(&e->jpeg);
    e->jpeg.dest = &e->destination;
    configure(&e->jpeg, p, s);
    jpeg_start_compress(&e->jpeg, TRUE);
    for (i = 0; i < s->marker_count; i++)
        jpeg_write_marker(&e->jpeg, s->marker[i].code, s->marker[i].data,
                          (unsigned)s->marker[i].size);
    while (e->jpeg.next_scanline < e->jpeg.image_height) {
        /* the library's type lacks const; it only reads */
        JSAMPROW row = (JSAMPROW)(uintptr_t)(p->data + (size_t)e->jpeg.next_scanline * p->stride);
        jpeg_write_scanlines(&e->jpeg, &row, 1);
    }
    jpeg_finish_compress(&e->jpeg);
}

/* On its own, so that no local variable of the caller is changed between setjmp and the jump. */
static void run(struct encoder *e, const struct fl_pixels *p, const struct fl_jpeg_settings *s)
{
    if (setjmp(e->failed) == 0)
        compress(e, p, s);
    jpeg_destroy_compress(&e->jpeg);
}

fl_err fl_jpeg_encode(const struct fl_pixels *pixels, const struct fl_jpeg_settings *settings,
                      const struct fl_jpeg_sink *sink)
{
    struct encoder e;

    memset(&e.jpeg, 0, sizeof e.jpeg);
    e.jpeg.err = jpeg_std_error(&e.errors);
    e.jpeg.client_data = &e;
    e.errors.error_exit = on_error;
    e.errors.emit_message = on_message;
    e.destination.init_destination = start_sink;
    e.destination.empty_output_buffer = full_sink;
    e.destination.term_destination = end_sink;
    e.sink = sink;
    e.sink_refused = false;
    e.err = fl_success();
    run(&e, pixels, settings);
    return e.err;
}
