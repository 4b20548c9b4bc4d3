/* JPEG compression in bands of rows.
 *
 * A band is compressed as a picture of its own. At a restart marker a decoder forgets what came
 * before, and so does the encoder at the beginning of a picture: the bands' data, one after the
 * other with restart markers between (ITU T.81, F.1.1.3 and E.1.4), are the whole picture's, behind
 * the first band's header with the whole height in it. */
#include "jpeg_bands.h"

#include "blob.h"
#include "thumbnail.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#define BAND_ROWS 64    /* whole blocks for every subsampling; restart intervals fit 16 bits */
#define MAX_SIDE  65500 /* libjpeg's; a band's height would never show it */

struct band {
    uint8_t *pixels; /* while rows arrive; guarded by the lock */
    int rows;
    atomic_int missing;
    struct fl_blob jpeg;
};

struct fl_jpeg_bands {
    int width, height, channels;
    struct fl_jpeg_settings settings;
    struct fl_thumbnail *thumbnail;
    pthread_mutex_t lock;
    fl_err err; /* guarded by the lock */
    int count;
    struct band *band;
};

static void note_error(struct fl_jpeg_bands *b, fl_err err)
{
    pthread_mutex_lock(&b->lock);
    if (b->err.code == FL_OK)
        b->err = err;
    pthread_mutex_unlock(&b->lock);
}

fl_err fl_jpeg_bands_error(struct fl_jpeg_bands *b)
{
    fl_err err;
    pthread_mutex_lock(&b->lock);
    err = b->err;
    pthread_mutex_unlock(&b->lock);
    return err;
}

/* Blocks of a whole band, which is what lies between two restart markers. */
static int restart_interval(const struct fl_jpeg_bands *b)
{
    bool wide = b->channels == 3 && b->settings.subsampling != FL_SUBSAMPLING_444;
    bool high = b->channels == 3 && b->settings.subsampling == FL_SUBSAMPLING_420;
    int block_width = wide ? 16 : 8, block_height = high ? 16 : 8;
    return (b->width + block_width - 1) / block_width * (BAND_ROWS / block_height);
}

fl_err fl_jpeg_bands_new(int width, int height, int channels,
                         const struct fl_jpeg_settings *settings, int thumbnail,
                         struct fl_jpeg_bands **out)
{
    struct fl_jpeg_bands *b;
    *out = NULL;
    if (width > MAX_SIDE || height > MAX_SIDE)
        return fl_error(FL_ERR_UNSUPPORTED, "JPEG: Maximum supported image dimension is %d pixels",
                        MAX_SIDE);
    b = calloc(1, sizeof *b);
    if (!b)
        return fl_error(FL_ERR_MEMORY, "out of memory for a JPEG");
    pthread_mutex_init(&b->lock, NULL);
    b->width = width;
    b->height = height;
    b->channels = channels;
    b->settings = *settings;
    b->settings.marker_count = 0;
    b->err = fl_success();
    b->count = (height - 1) / BAND_ROWS + 1;
    b->settings.restart_interval = b->count > 1 ? restart_interval(b) : 0;
    b->band = calloc((size_t)b->count, sizeof *b->band);
    for (int i = 0; b->band && i < b->count; i++) {
        int rest = height - i * BAND_ROWS;
        b->band[i].rows = rest < BAND_ROWS ? rest : BAND_ROWS;
        atomic_init(&b->band[i].missing, b->band[i].rows);
    }
    if (!b->band)
        b->err = fl_error(FL_ERR_MEMORY, "out of memory for a JPEG");
    else if (thumbnail > 0)
        b->err = fl_thumbnail_new(width, height, channels, thumbnail, &b->thumbnail);
    if (b->err.code != FL_OK) {
        fl_err err = b->err;
        fl_jpeg_bands_free(b);
        return err;
    }
    *out = b;
    return fl_success();
}

void fl_jpeg_bands_free(struct fl_jpeg_bands *b)
{
    if (!b)
        return;
    for (int i = 0; b->band && i < b->count; i++) {
        free(b->band[i].pixels);
        fl_blob_free(&b->band[i].jpeg);
    }
    free(b->band);
    fl_thumbnail_free(b->thumbnail);
    pthread_mutex_destroy(&b->lock);
    free(b);
}

static bool put_bytes(void *user, const void *data, size_t size)
{
    return fl_blob_put(user, data, size);
}

static void compress_band(struct fl_jpeg_bands *b, int index, const struct fl_pixels *pixels)
{
    struct band *band = &b->band[index];
    const struct fl_jpeg_sink sink = {put_bytes, &band->jpeg};
    fl_err err = fl_jpeg_encode(pixels, &b->settings, &sink);
    if (err.code == FL_OK && b->thumbnail)
        err = fl_thumbnail_add(b->thumbnail, index * BAND_ROWS, pixels);
    if (err.code != FL_OK)
        note_error(b, err);
}

static size_t row_bytes(const struct fl_jpeg_bands *b)
{
    return (size_t)b->width * (size_t)b->channels;
}

uint8_t *fl_jpeg_bands_row(struct fl_jpeg_bands *b, int y)
{
    struct band *band = &b->band[y / BAND_ROWS];
    uint8_t *pixels;
    pthread_mutex_lock(&b->lock);
    if (!band->pixels)
        band->pixels = malloc((size_t)band->rows * row_bytes(b));
    pixels = band->pixels;
    if (!pixels && b->err.code == FL_OK)
        b->err = fl_error(FL_ERR_MEMORY, "out of memory for rows of a JPEG");
    pthread_mutex_unlock(&b->lock);
    return pixels ? pixels + (size_t)(y % BAND_ROWS) * row_bytes(b) : NULL;
}

void fl_jpeg_bands_done(struct fl_jpeg_bands *b, int y)
{
    struct band *band = &b->band[y / BAND_ROWS];
    struct fl_pixels pixels = {NULL, row_bytes(b), b->width, band->rows, b->channels};
    if (atomic_fetch_sub_explicit(&band->missing, 1, memory_order_acq_rel) != 1)
        return;
    pthread_mutex_lock(&b->lock);
    pixels.data = band->pixels;
    pthread_mutex_unlock(&b->lock);
    if (pixels.data)
        compress_band(b, y / BAND_ROWS, &pixels);
    pthread_mutex_lock(&b->lock);
    free(band->pixels);
    band->pixels = NULL;
    pthread_mutex_unlock(&b->lock);
}

void fl_jpeg_bands_picture(struct fl_jpeg_bands *b, const struct fl_pixels *picture)
{
    for (int i = 0; i < b->count; i++) {
        struct fl_pixels rows = *picture;
        rows.data += (size_t)i * BAND_ROWS * picture->stride;
        rows.height = b->band[i].rows;
        compress_band(b, i, &rows);
        atomic_store(&b->band[i].missing, 0);
    }
}

fl_err fl_jpeg_bands_thumbnail(struct fl_jpeg_bands *b, struct fl_pixels *out)
{
    *out = (struct fl_pixels){0};
    return b->thumbnail ? fl_thumbnail_get(b->thumbnail, out) : fl_success();
}

/* --- the file ----------------------------------------------------------------------------- */

/* Where things stand in a JPEG of libjpeg's. */
struct places {
    size_t after_app0; /* markers of ours go here */
    size_t height;     /* two bytes in the frame header */
    size_t data, end;  /* compressed data, up to the end-of-image marker */
};

static bool find_places(const struct fl_blob *jpeg, struct places *out)
{
    size_t at = 2;
    *out = (struct places){.after_app0 = 2};
    while (at + 4 <= jpeg->size) {
        const uint8_t *p = jpeg->data + at;
        size_t length = (size_t)p[2] << 8 | p[3];
        if (p[0] != 0xff)
            return false;
        if (p[1] == 0xc0)
            out->height = at + 5;
        at += 2 + length;
        if (p[1] == 0xe0)
            out->after_app0 = at;
        if (p[1] == 0xda) {
            out->data = at;
            out->end = jpeg->size - 2;
            return out->height > 0 && out->data <= out->end;
        }
    }
    return false;
}

static bool write_markers(const struct fl_jpeg_marker *marker, int count,
                          const struct fl_jpeg_sink *sink)
{
    for (int i = 0; i < count; i++) {
        size_t length = marker[i].size + 2;
        const uint8_t head[4] = {0xff, (uint8_t)marker[i].code, (uint8_t)(length >> 8),
                                 (uint8_t)length};
        if (!sink->write(sink->user, head, sizeof head) ||
            !sink->write(sink->user, marker[i].data, marker[i].size))
            return false;
    }
    return true;
}

/* A band's data, and what follows: a restart marker, or the end of the image. */
static bool write_data(const struct fl_jpeg_bands *b, int index, const struct places *at,
                       const struct fl_jpeg_sink *sink)
{
    const uint8_t next[2] = {0xff, index + 1 < b->count ? (uint8_t)(0xd0 + index % 8) : 0xd9};
    return sink->write(sink->user, b->band[index].jpeg.data + at->data, at->end - at->data) &&
           sink->write(sink->user, next, sizeof next);
}

fl_err fl_jpeg_bands_write(struct fl_jpeg_bands *b, const struct fl_jpeg_marker *marker, int count,
                           const struct fl_jpeg_sink *sink)
{
    FL_TRY(fl_jpeg_bands_error(b));
    for (int i = 0; i < b->count; i++) {
        struct fl_blob *jpeg = &b->band[i].jpeg;
        struct places at;
        bool written = true;
        FL_TRY(fl_blob_check(jpeg, "a JPEG"));
        if (atomic_load(&b->band[i].missing) != 0 || !find_places(jpeg, &at))
            return fl_error(FL_ERR_INTERNAL, "rows of a JPEG are missing");
        if (i == 0) {
            jpeg->data[at.height] = (uint8_t)(b->height >> 8);
            jpeg->data[at.height + 1] = (uint8_t)b->height;
            written = sink->write(sink->user, jpeg->data, at.after_app0) &&
                      write_markers(marker, count, sink) &&
                      sink->write(sink->user, jpeg->data + at.after_app0, at.data - at.after_app0);
        }
        if (!written || !write_data(b, i, &at, sink))
            return fl_error(FL_ERR_IO, "writing failed");
    }
    return fl_success();
}
