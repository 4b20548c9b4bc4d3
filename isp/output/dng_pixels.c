/* The raw's pixels in a DNG.
 *
 * Tiles are compressed by all threads, a round of them at a time, and written in order: memory
 * stays bounded, and the file does not depend on how many threads there were. */
#include "dng_pixels.h"

#include "ljpeg_encode.h"
#include "unpack_row.h"

#include "firstlight/thread.h"

#include <stdlib.h>

#define TILE_SIDE    256 /* about; Adobe's size. Small enough for a level-2 cache */
#define ROUND        4   /* tiles of a round for each worker */
#define STRIP_BUFFER (1 << 20)

/* Tiles of about equal size; TIFF wants multiples of 16. */
static void split(int side, int *tile, int *count)
{
    *count = (side + TILE_SIDE - 1) / TILE_SIDE;
    *tile = ((side + *count - 1) / *count + 15) / 16 * 16;
    *count = (side + *tile - 1) / *tile;
}

void fl_dng_layout(const struct fl_frame *raw, bool compress, struct fl_dng_layout *out)
{
    *out = (struct fl_dng_layout){.tiled = compress,
                                  .bits = raw->format.packing == FL_PACK_U8 ? 8 : 16,
                                  .tile_width = raw->width,
                                  .tile_height = raw->height,
                                  .across = 1,
                                  .down = 1};
    if (!compress)
        return;
    split(raw->width, &out->tile_width, &out->across);
    split(raw->height, &out->tile_height, &out->down);
}

static fl_err too_large(const struct fl_frame *raw)
{
    return fl_error(FL_ERR_UNSUPPORTED, "a DNG of %dx%d pixels would exceed 4 GB", raw->width,
                    raw->height);
}

/* --- tiles -------------------------------------------------------------------------------- */

struct worker {
    struct fl_ljpeg jpeg;
    uint16_t *row; /* of a tile, padded */
};

struct work {
    const struct fl_frame *raw;
    const struct fl_dng_layout *layout;
    struct worker *worker;
    struct fl_blob *tile; /* of a round */
    fl_err *err;
    int first; /* tile of the round */
};

/* A mosaic's columns alternate between two components, so that each sample is predicted from its
 * own colour; so do Adobe's. A mono sensor's and linear RGB's are what they are. */
static int components_of(const struct fl_frame *raw)
{
    return raw->format.color == FL_COLOR_MOSAIC ? 2 : fl_format_channels(&raw->format);
}

/* Samples beyond the picture repeat those of their component: a difference of 0. */
static void pad_row(uint16_t *row, int used, int samples, int components)
{
    for (int i = used; i < samples; i++)
        row[i] = i >= components ? row[i - components] : row[0];
}

static void compress_tile(void *user, int index, int worker)
{
    struct work *w = user;
    const struct fl_dng_layout *l = w->layout;
    const struct fl_frame *raw = w->raw;
    struct fl_ljpeg *jpeg = &w->worker[worker].jpeg;
    uint16_t *row = w->worker[worker].row;
    int tile = w->first + index, channels = fl_format_channels(&raw->format);
    int components = components_of(raw), samples = l->tile_width * channels;
    int x = tile % l->across * l->tile_width, y = tile / l->across * l->tile_height;
    int cols = raw->width - x < l->tile_width ? raw->width - x : l->tile_width;

    fl_ljpeg_begin(jpeg, samples / components, l->tile_height, components, l->bits);
    for (int i = 0; i < l->tile_height; i++) {
        if (y + i >= raw->height) {
            fl_ljpeg_fill_row(jpeg);
            continue;
        }
        fl_unpack_row(&raw->format,
                      (const uint8_t *)raw->plane[0] + (size_t)(y + i) * raw->stride[0], x, cols,
                      row);
        pad_row(row, cols * channels, samples, components);
        fl_ljpeg_row(jpeg, row);
    }
    w->tile[index].size = 0;
    w->err[index] = fl_ljpeg_end(jpeg, &w->tile[index]);
}

static fl_err write_round(const struct fl_write_job *job, const struct work *w, int count,
                          uint64_t *at, uint32_t *offset, uint32_t *bytes)
{
    for (int i = 0; i < count; i++) {
        struct fl_blob *tile = &w->tile[i];
        FL_TRY(w->err[i]);
        if (tile->size % 2) /* TIFF wants offsets to be even */
            fl_blob_put(tile, "", 1);
        FL_TRY(fl_blob_check(tile, "lossless JPEG"));
        if (*at + tile->size > UINT32_MAX)
            return too_large(job->frame);
        if (!fl_atomic_write(job->file, tile->data, tile->size))
            return fl_atomic_error(job->file);
        offset[w->first + i] = (uint32_t)*at;
        bytes[w->first + i] = (uint32_t)tile->size;
        *at += tile->size;
    }
    return fl_success();
}

static fl_err open_workers(struct work *w, int workers)
{
    size_t samples = (size_t)w->layout->tile_width * (size_t)fl_format_channels(&w->raw->format);
    for (int i = 0; i < workers; i++) {
        w->worker[i].row = malloc(samples * sizeof *w->worker[i].row);
        if (!w->worker[i].row)
            return fl_error(FL_ERR_MEMORY, "out of memory for a tile");
        FL_TRY(fl_ljpeg_open(&w->worker[i].jpeg, samples * (size_t)w->layout->tile_height));
    }
    return fl_success();
}

static fl_err write_rounds(const struct fl_write_job *job, struct work *w,
                           const struct fl_runner *runner, uint32_t at, uint32_t *offset,
                           uint32_t *bytes)
{
    int tiles = w->layout->across * w->layout->down, round = runner->workers * ROUND;
    uint64_t position = at;
    FL_TRY(open_workers(w, runner->workers));
    for (w->first = 0; w->first < tiles; w->first += round) {
        int count = tiles - w->first < round ? tiles - w->first : round;
        runner->run(runner->self, count, compress_tile, w);
        FL_TRY(write_round(job, w, count, &position, offset, bytes));
    }
    return fl_success();
}

static fl_err write_tiles(const struct fl_write_job *job, const struct fl_dng_layout *l,
                          const struct fl_runner *runner, uint32_t at, uint32_t *offset,
                          uint32_t *bytes)
{
    int round = runner->workers * ROUND;
    struct work w = {.raw = job->frame, .layout = l};
    fl_err err;

    w.worker = calloc((size_t)runner->workers, sizeof *w.worker);
    w.tile = calloc((size_t)round, sizeof *w.tile);
    w.err = calloc((size_t)round, sizeof *w.err);
    err = w.worker && w.tile && w.err ? write_rounds(job, &w, runner, at, offset, bytes)
                                      : fl_error(FL_ERR_MEMORY, "out of memory for tiles");
    for (int i = 0; w.worker && i < runner->workers; i++) {
        fl_ljpeg_close(&w.worker[i].jpeg);
        free(w.worker[i].row);
    }
    for (int i = 0; w.tile && i < round; i++)
        fl_blob_free(&w.tile[i]);
    free(w.worker);
    free(w.tile);
    free(w.err);
    return err;
}

/* --- one strip ---------------------------------------------------------------------------- */

/* One row as the file has it, little-endian, over the codes it is made from. */
static void store_row(uint16_t *row, size_t samples, int bits)
{
    uint8_t *out = (uint8_t *)row; /* each write is behind the next read, or at it */
    for (size_t i = 0; i < samples; i++) {
        uint16_t v = row[i];
        if (bits == 8) {
            out[i] = (uint8_t)v;
        } else {
            out[2 * i] = (uint8_t)v;
            out[2 * i + 1] = (uint8_t)(v >> 8);
        }
    }
}

static fl_err write_strip(const struct fl_write_job *job, const struct fl_dng_layout *l,
                          uint32_t at, uint32_t *offset, uint32_t *bytes)
{
    const struct fl_frame *raw = job->frame;
    size_t samples = (size_t)raw->width * (size_t)fl_format_channels(&raw->format);
    size_t row_bytes = samples * (size_t)l->bits / 8;
    uint64_t total = (uint64_t)row_bytes * (uint64_t)raw->height;
    uint16_t *row;
    struct fl_blob rows = {0};
    bool ok = true;

    if (at + total > UINT32_MAX)
        return too_large(raw);
    row = malloc(samples * sizeof *row);
    if (!row)
        return fl_error(FL_ERR_MEMORY, "out of memory for a row");
    for (int y = 0; y < raw->height && ok; y++) {
        fl_unpack_row(&raw->format, (const uint8_t *)raw->plane[0] + (size_t)y * raw->stride[0], 0,
                      raw->width, row);
        store_row(row, samples, l->bits);
        ok = fl_blob_put(&rows, row, row_bytes);
        if (ok && (rows.size >= STRIP_BUFFER || y + 1 == raw->height)) {
            ok = fl_atomic_write(job->file, rows.data, rows.size);
            rows.size = 0;
        }
    }
    free(row);
    *offset = at;
    *bytes = (uint32_t)total;
    if (ok || !rows.failed) {
        fl_blob_free(&rows);
        return fl_atomic_error(job->file);
    }
    fl_blob_free(&rows);
    return fl_error(FL_ERR_MEMORY, "out of memory for rows");
}

fl_err fl_dng_write_pixels(const struct fl_write_job *job, const struct fl_dng_layout *layout,
                           uint32_t at, uint32_t *offset, uint32_t *bytes)
{
    struct fl_pool *pool;
    struct fl_runner runner;
    fl_err err;

    if (!layout->tiled)
        return write_strip(job, layout, at, offset, bytes);
    FL_TRY(fl_pool_new(layout->across * layout->down > 1 ? job->options->threads : 1, &pool));
    runner = fl_pool_runner(pool);
    err = write_tiles(job, layout, &runner, at, offset, bytes);
    fl_pool_free(pool);
    return err;
}
