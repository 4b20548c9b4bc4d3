/* DNG pixels: strips and tiles, uncompressed, deflated or as lossless JPEG, into a frame.
 *
 * Decoding happens here and not in LibRaw: opcodes of list 1 and the linearisation table apply to
 * the stored codes, which LibRaw does not hand out (it linearises while it decodes). */
#include "dng_read.h"

#include "dng_float.h"
#include "ljpeg.h"
#include "mem.h"

#include "firstlight/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define HOST_IS_BIG_ENDIAN (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)

#define LARGE ((uint64_t)1 << 25) /* samples of a picture that a small file may not claim */

#define TILES_A_THREAD 4
#define THREADS_MAX    64
#define SCRATCH_MAX    ((size_t)64 << 20) /* bytes of all threads beyond the first */

/* A strip is a tile as wide as the image. */
struct layout {
    struct fl_tiff_entry offsets, counts;
    bool tiled;
    int tile_width, tile_height;
    int across, down;
    int stored_bits; /* of a sample: more than its bits where 16-bit words hold fewer */
    int predictor;   /* deflate: 1 none, 2 horizontal differences, 3 those of floats' bytes */
    int distance;    /* of the predictor, in samples of one kind: 1, 2 or 4 */
};

/* One tile: where its data is, and which pixels of the frame it covers. */
struct tile {
    const uint8_t *data;
    size_t size;
    int x, y;
    int rows;                 /* stored; the last strip has fewer */
    int cols_used, rows_used; /* inside the image */
    uint16_t *scratch;        /* room for it decoded; of floating point, also for one row */
};

static size_t row_bytes(const struct fl_dng *dng, const struct layout *l)
{
    return ((size_t)l->tile_width * (size_t)dng->samples * (size_t)l->stored_bits + 7) / 8;
}

static int rows_of(const struct fl_dng *dng, const struct layout *l, int tile)
{
    int rest = dng->height - tile / l->across * l->tile_height;
    return l->tiled || rest > l->tile_height ? l->tile_height : rest;
}

/* --- layout ------------------------------------------------------------------------------- */

static fl_err read_tile_size(const struct fl_dng *dng, struct layout *l)
{
    uint32_t width, height;
    l->tiled = fl_tiff_has(&dng->raw, FL_TAG_TILE_OFFSETS);
    FL_TRY(fl_tiff_get_uint(&dng->raw, l->tiled ? FL_TAG_TILE_LENGTH : FL_TAG_ROWS_PER_STRIP,
                            l->tiled ? 0 : UINT32_MAX, &height));
    width = (uint32_t)dng->width;
    if (l->tiled)
        FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_TILE_WIDTH, 0, &width));
    if (!l->tiled && height > (uint32_t)dng->height)
        height = (uint32_t)dng->height;
    if (width < 1 || height < 1 || width > FL_MAX_DIMENSION || height > FL_MAX_DIMENSION)
        return fl_error(FL_ERR_CORRUPT, "%s of %ux%u pixels, 1..%d expected",
                        l->tiled ? "tiles" : "strips", (unsigned)width, (unsigned)height,
                        FL_MAX_DIMENSION);
    l->tile_width = (int)width;
    l->tile_height = (int)height;
    l->across = (dng->width - 1) / l->tile_width + 1;
    l->down = (dng->height - 1) / l->tile_height + 1;
    return fl_success();
}

static fl_err read_places(const struct fl_dng *dng, struct layout *l)
{
    int offsets = l->tiled ? FL_TAG_TILE_OFFSETS : FL_TAG_STRIP_OFFSETS;
    int counts = l->tiled ? FL_TAG_TILE_BYTE_COUNTS : FL_TAG_STRIP_BYTE_COUNTS;
    int64_t tiles = (int64_t)l->across * l->down;
    FL_TRY(fl_tiff_find(&dng->raw, offsets, &l->offsets));
    FL_TRY(fl_tiff_find(&dng->raw, counts, &l->counts));
    if (l->offsets.count < tiles)
        return fl_error(FL_ERR_CORRUPT, "%s has %u values, %lld expected for %dx%d pixels",
                        fl_tiff_tag_name(offsets), (unsigned)l->offsets.count, (long long)tiles,
                        dng->width, dng->height);
    if (l->counts.count < tiles && dng->compression != FL_DNG_UNCOMPRESSED)
        return fl_error(FL_ERR_CORRUPT, "%s has %u values, %lld expected", fl_tiff_tag_name(counts),
                        (unsigned)l->counts.count, (long long)tiles);
    if (l->counts.count < tiles)
        l->counts.count = 0; /* uncompressed: the sizes follow from the geometry */
    return fl_success();
}

/* Some writers keep 10 to 15 bits in 16-bit words and say so by the byte count only. */
static int find_stored_bits(const struct fl_dng *dng, const struct layout *l)
{
    uint64_t words;
    if (dng->compression != FL_DNG_UNCOMPRESSED || l->counts.count == 0 || dng->bits <= 8 ||
        dng->is_float)
        return dng->bits;
    words = (uint64_t)l->tile_width * (uint64_t)rows_of(dng, l, 0) * (uint64_t)dng->samples;
    return fl_tiff_uint(&l->counts, 0) == 2 * words ? 16 : dng->bits;
}

/* DNG has predictors over 2 and 4 columns beside TIFF's. */
static fl_err read_predictor(const struct fl_dng *dng, struct layout *l)
{
    static const struct {
        uint32_t tag;
        int predictor, distance;
    } known[] = {{1, 1, 1},     {2, 2, 1},     {3, 3, 1},    {34892, 2, 2},
                 {34893, 2, 4}, {34894, 3, 2}, {34895, 3, 4}};
    uint32_t tag = 1;
    l->predictor = l->distance = 1;
    if (dng->compression != FL_DNG_DEFLATE && dng->compression != FL_DNG_DEFLATE_OLD)
        return fl_success();
    FL_TRY(fl_tiff_get_uint(&dng->raw, FL_TAG_PREDICTOR, 1, &tag));
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        bool whole = !dng->is_float && (dng->bits == 8 || dng->bits == 16);
        bool fits[] = {true, whole, dng->is_float};
        if (known[i].tag != tag || !fits[known[i].predictor - 1])
            continue;
        l->predictor = known[i].predictor;
        l->distance = known[i].distance;
        return fl_success();
    }
    return fl_error(FL_ERR_UNSUPPORTED, "Predictor %u with %d bits%s is not supported",
                    (unsigned)tag, dng->bits, dng->is_float ? " of floating point" : "");
}

static fl_err read_layout(const struct fl_dng *dng, struct layout *l)
{
    memset(l, 0, sizeof *l);
    FL_TRY(read_tile_size(dng, l));
    FL_TRY(read_places(dng, l));
    l->stored_bits = find_stored_bits(dng, l);
    return read_predictor(dng, l);
}

/* Bytes that a tile needs at its offset, and how many of them the file has. */
static void measure_tile(const struct fl_dng *dng, const struct layout *l, int index,
                         uint64_t *needed, uint64_t *present)
{
    uint64_t offset = fl_tiff_uint(&l->offsets, (uint32_t)index);
    uint64_t rest = offset < dng->tiff.size ? dng->tiff.size - offset : 0;
    uint64_t counted = rest;
    *needed = (uint64_t)row_bytes(dng, l) * (uint64_t)rows_of(dng, l, index);
    if (l->counts.count > 0)
        counted = fl_tiff_uint(&l->counts, (uint32_t)index);
    if (dng->compression != FL_DNG_UNCOMPRESSED)
        *needed = counted;
    *present = *needed < rest ? *needed : rest;
    *present = *present < counted ? *present : counted;
}

/* Checks that every tile lies in the file, and that so many pixels can come out of so few bytes:
 * before anything is allocated. */
static fl_err check_bounds(const struct fl_dng *dng, const struct layout *l)
{
    /* The least that a compressor spends on a sample: a bit for Huffman codes, 1/1032 byte for
     * deflate. No large picture of a real sensor comes near the latter: it would be a trap. */
    uint64_t gain = dng->compression == FL_DNG_LOSSLESS_JPEG ? 8 : 1100;
    uint64_t needed = 0, present = 0;
    uint64_t samples = (uint64_t)l->tile_width * (uint64_t)l->across * (uint64_t)dng->samples *
                       (uint64_t)dng->height;
    for (int i = 0; i < l->across * l->down; i++) {
        uint64_t n, p;
        measure_tile(dng, l, i, &n, &p);
        needed += n;
        present += p;
    }
    if (samples > LARGE && dng->compression != FL_DNG_LOSSLESS_JPEG)
        gain = 64;
    if (present < needed)
        return fl_error(FL_ERR_CORRUPT, "file ends after %llu of %llu bytes of pixel data",
                        (unsigned long long)present, (unsigned long long)needed);
    if (dng->compression != FL_DNG_UNCOMPRESSED && samples > present * gain)
        return fl_error(FL_ERR_CORRUPT, "%dx%d pixels cannot come out of %llu bytes", dng->width,
                        dng->height, (unsigned long long)present);
    return fl_success();
}

/* --- samples ------------------------------------------------------------------------------ */

/* Eight bytes as a number whose highest byte comes first; the compiler makes one load of it. */
static uint64_t load_be64(const uint8_t *p)
{
    return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 | (uint64_t)p[2] << 40 |
           (uint64_t)p[3] << 32 | (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
           (uint64_t)p[6] << 8 | p[7];
}

/* Unpacks samples of 9 to 15 bits that follow each other from the high bit down, which is the
 * order of TIFF whatever the file's byte order. */
static void unpack_bits(const uint8_t *in, int bits, int count, uint16_t *out)
{
    size_t bytes = ((size_t)count * (size_t)bits + 7) / 8;
    size_t at = 0; /* in bits */
    for (int i = 0; i < count; i++, at += (size_t)bits) {
        size_t byte = at / 8;
        uint64_t word;
        if (byte + 8 <= bytes) {
            word = load_be64(in + byte);
        } else { /* the last samples: what follows the row may not be ours to read */
            uint8_t rest[8] = {0};
            memcpy(rest, in + byte, bytes - byte);
            word = load_be64(rest);
        }
        out[i] = (uint16_t)(word << (at % 8) >> (64 - bits));
    }
}

/* Copies one row of samples as stored to one row of the frame. */
static void copy_row(const struct fl_dng *dng, int stored_bits, bool big_endian, const uint8_t *in,
                     int count, void *out)
{
    uint16_t *out16 = out;
    if (dng->is_float) {
        fl_dng_float_row(in, dng->bits, big_endian, dng->float_gain, count, out16);
    } else if (dng->format.packing == FL_PACK_U8) {
        memcpy(out, in, (size_t)count);
    } else if (stored_bits == 8) {
        for (int i = 0; i < count; i++)
            out16[i] = in[i];
    } else if (stored_bits == 16 && big_endian == HOST_IS_BIG_ENDIAN) {
        memcpy(out, in, 2 * (size_t)count);
    } else if (stored_bits == 16) {
        for (int i = 0; i < count; i++)
            out16[i] = fl_tiff_u16(in + 2 * (size_t)i, big_endian);
    } else {
        unpack_bits(in, stored_bits, count, out16);
    }
}

/* Writes a tile's rows, as stored, to the frame. */
static fl_err place_stored(const struct fl_dng *dng, const struct layout *l, const struct tile *t,
                           const uint8_t *data, struct fl_frame *frame)
{
    size_t pixel = frame->format.packing == FL_PACK_U8 ? 1 : 2 * (size_t)dng->samples;
    bool big_endian = dng->tiff.big_endian || l->predictor == 3;
    for (int y = 0; y < t->rows_used; y++) {
        uint8_t *out = (uint8_t *)frame->plane[0] + (size_t)(t->y + y) * frame->stride[0] +
                       (size_t)t->x * pixel;
        copy_row(dng, l->stored_bits, big_endian, data + (size_t)y * row_bytes(dng, l),
                 t->cols_used * dng->samples, out);
    }
    return fl_success();
}

/* --- deflate ------------------------------------------------------------------------------ */

/* Undoes horizontal differences of 8 or 16 bits in the file's byte order. */
static void undo_predictor(const struct fl_dng *dng, int distance, uint8_t *row, int count)
{
    int n = dng->samples * distance;
    for (int i = n; i < count && dng->bits == 8; i++)
        row[i] = (uint8_t)(row[i] + row[i - n]);
    for (int i = n; i < count && dng->bits == 16; i++) {
        uint8_t *p = row + 2 * (size_t)i;
        bool big = dng->tiff.big_endian;
        uint16_t v = (uint16_t)(fl_tiff_u16(p, big) + fl_tiff_u16(p - 2 * (size_t)n, big));
        p[big ? 0 : 1] = (uint8_t)(v >> 8);
        p[big ? 1 : 0] = (uint8_t)v;
    }
}

static fl_err decode_deflate(const struct fl_dng *dng, const struct layout *l, const struct tile *t,
                             struct fl_frame *frame)
{
    uint8_t *rows = (uint8_t *)t->scratch;
    size_t row = row_bytes(dng, l);
    uLongf got = (uLongf)(row * (size_t)t->rows);
    uLongf wanted = got;
    int status = uncompress(rows, &got, t->data, (uLong)t->size);
    if (status == Z_MEM_ERROR)
        return fl_error(FL_ERR_MEMORY, "out of memory for deflate");
    /* Z_BUF_ERROR with a full buffer: more data than pixels, which does no harm. */
    if ((status != Z_OK && status != Z_BUF_ERROR) || got != wanted)
        return fl_error(FL_ERR_CORRUPT, "deflate data is damaged or ends after %lu of %lu bytes",
                        (unsigned long)got, (unsigned long)wanted);
    for (int y = 0; y < t->rows && l->predictor == 2; y++)
        undo_predictor(dng, l->distance, rows + (size_t)y * row, l->tile_width * dng->samples);
    for (int y = 0; y < t->rows && l->predictor == 3; y++)
        fl_dng_float_unpredict(rows + (size_t)y * row, l->tile_width * dng->samples, dng->bits,
                               dng->samples * l->distance, rows + row * (size_t)l->tile_height);
    return place_stored(dng, l, t, rows, frame);
}

/* --- lossless JPEG ------------------------------------------------------------------------ */

/* The JPEG's samples, row by row, are the tile's, whatever their split into columns, components
 * and rows. Counts the JPEG rows to decode. */
static fl_err check_jpeg(const struct fl_dng *dng, const struct layout *l, const struct tile *t,
                         int *jpeg_rows)
{
    struct fl_ljpeg_info info;
    int64_t row, wanted;
    FL_TRY(fl_ljpeg_info(t->data, t->size, &info));
    if (info.bits > dng->bits)
        return fl_error(FL_ERR_CORRUPT, "lossless JPEG has %d bits, BitsPerSample is %d", info.bits,
                        dng->bits);
    row = (int64_t)info.width * info.components;
    wanted = (int64_t)l->tile_width * dng->samples * t->rows_used;
    *jpeg_rows = (int)((wanted + row - 1) / row);
    if (*jpeg_rows > info.height)
        return fl_error(FL_ERR_CORRUPT,
                        "lossless JPEG of %dx%d with %d components is smaller than "
                        "its tile of %dx%d",
                        info.width, info.height, info.components, l->tile_width, t->rows);
    if (row > (int64_t)l->tile_width * dng->samples * l->tile_height)
        return fl_error(FL_ERR_CORRUPT, "lossless JPEG is wider than its tile");
    return fl_success();
}

static fl_err decode_jpeg(const struct fl_dng *dng, const struct layout *l, const struct tile *t,
                          struct fl_frame *frame)
{
    size_t pixel = 2 * (size_t)dng->samples;
    int rows = 0;
    FL_TRY(check_jpeg(dng, l, t, &rows));
    FL_TRY(fl_ljpeg_decode(t->data, t->size, rows, t->scratch));
    for (int y = 0; y < t->rows_used; y++)
        memcpy((uint8_t *)frame->plane[0] + (size_t)(t->y + y) * frame->stride[0] +
                   (size_t)t->x * pixel,
               t->scratch + (size_t)y * (size_t)l->tile_width * (size_t)dng->samples,
               (size_t)t->cols_used * pixel);
    return fl_success();
}

/* --- all tiles ---------------------------------------------------------------------------- */

static fl_err decode_tile(const struct fl_dng *dng, const struct layout *l, int index,
                          uint16_t *scratch, struct fl_frame *frame)
{
    struct tile t;
    uint64_t needed, present;
    measure_tile(dng, l, index, &needed, &present);
    t.data = dng->tiff.data + fl_tiff_uint(&l->offsets, (uint32_t)index);
    t.size = (size_t)present;
    t.x = index % l->across * l->tile_width;
    t.y = index / l->across * l->tile_height;
    t.rows = rows_of(dng, l, index);
    t.scratch = scratch;
    t.cols_used = dng->width - t.x < l->tile_width ? dng->width - t.x : l->tile_width;
    t.rows_used = dng->height - t.y < t.rows ? dng->height - t.y : t.rows;
    if (dng->compression == FL_DNG_UNCOMPRESSED)
        return place_stored(dng, l, &t, t.data, frame);
    if (dng->compression == FL_DNG_LOSSLESS_JPEG)
        return decode_jpeg(dng, l, &t, frame);
    return decode_deflate(dng, l, &t, frame);
}

/* Bytes for one decoded tile, or twice that: a JPEG row may reach past the tile's end. Floating
 * point: a row more. 0 for none. */
static fl_err scratch_size(const struct fl_dng *dng, const struct layout *l, size_t *out)
{
    *out = 0;
    if (dng->compression == FL_DNG_UNCOMPRESSED)
        return fl_success();
    FL_TRY(fl_frame_check_size(l->tile_width, l->tile_height));
    if (fl_size_mul((size_t)l->tile_width * (size_t)dng->samples, (size_t)l->tile_height + 1,
                    out) &&
        fl_size_mul(*out, 2 * sizeof(uint16_t), out))
        return fl_success();
    return fl_error(FL_ERR_MEMORY, "out of memory for a tile of %dx%d pixels", l->tile_width,
                    l->tile_height);
}

/* Tiles shared out among threads; the frame does not depend on how. */
struct decoding {
    const struct fl_dng *dng;
    const struct layout *layout;
    struct fl_frame *frame;
    size_t scratch_size;
    uint16_t **scratch; /* of each worker */
    pthread_mutex_t lock;
    int failed; /* the first tile that failed, guarded by lock */
    fl_err err;
};

static void decode_one(void *user, int index, int worker)
{
    struct decoding *d = user;
    const struct layout *l = d->layout;
    fl_err err = fl_success();
    if (d->scratch_size > 0 && !d->scratch[worker]) {
        d->scratch[worker] = fl_aligned_alloc(d->scratch_size);
        if (!d->scratch[worker])
            err = fl_error(FL_ERR_MEMORY, "out of memory for a tile of %dx%d pixels", l->tile_width,
                           l->tile_height);
    }
    if (err.code == FL_OK)
        err = decode_tile(d->dng, l, index, d->scratch[worker], d->frame);
    if (err.code == FL_OK)
        return;
    pthread_mutex_lock(&d->lock);
    if (d->err.code == FL_OK || index < d->failed) {
        d->err = fl_error_context(err, "%s %d", l->tiled ? "tile" : "strip", index);
        d->failed = index;
    }
    pthread_mutex_unlock(&d->lock);
}

/* Threads that are worth it: a few tiles for each, and not too much memory. */
static int threads_for(const struct fl_dng *dng, const struct layout *l, size_t scratch)
{
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    size_t most = (size_t)(l->across * l->down) / TILES_A_THREAD;
    if (dng->compression == FL_DNG_UNCOMPRESSED || scratch == 0)
        return 1;
    if (most > SCRATCH_MAX / scratch)
        most = SCRATCH_MAX / scratch;
    if (online > 0 && most > (size_t)online)
        most = (size_t)online;
    return most < 1 ? 1 : most > THREADS_MAX ? THREADS_MAX : (int)most;
}

static fl_err decode_tiles(const struct fl_dng *dng, const struct layout *l, struct fl_frame *frame)
{
    struct decoding d = {.dng = dng, .layout = l, .frame = frame, .err = fl_success()};
    struct fl_pool *pool;
    struct fl_runner runner;
    FL_TRY(scratch_size(dng, l, &d.scratch_size));
    FL_TRY(fl_pool_new(threads_for(dng, l, d.scratch_size), &pool));
    runner = fl_pool_runner(pool);
    d.scratch = calloc((size_t)runner.workers, sizeof *d.scratch);
    pthread_mutex_init(&d.lock, NULL);
    if (d.scratch)
        runner.run(runner.self, l->across * l->down, decode_one, &d);
    else
        d.err = fl_error(FL_ERR_MEMORY, "out of memory for tiles");
    fl_pool_free(pool);
    for (int i = 0; d.scratch && i < runner.workers; i++)
        fl_aligned_free(d.scratch[i]);
    free(d.scratch);
    pthread_mutex_destroy(&d.lock);
    return d.err;
}

/* --- in place ----------------------------------------------------------------------------- */

/* Do the samples lie in the file as a frame has them: whole words in this machine's order, rows
 * one after the other through all strips? */
static bool is_as_stored(const struct fl_dng *dng, const struct layout *l)
{
    bool bytes = dng->format.packing == FL_PACK_U8;
    uint64_t next = fl_tiff_uint(&l->offsets, 0);
    if (dng->compression != FL_DNG_UNCOMPRESSED || dng->is_float || l->across != 1 ||
        (!bytes && next % 2 != 0) ||
        (!bytes && (l->stored_bits != 16 || dng->tiff.big_endian != HOST_IS_BIG_ENDIAN)))
        return false;
    for (int i = 0; i < l->down; i++) {
        if (fl_tiff_uint(&l->offsets, (uint32_t)i) != next)
            return false;
        next += (uint64_t)row_bytes(dng, l) * (uint64_t)rows_of(dng, l, i);
    }
    return true;
}

fl_err fl_dng_read_pixels(const struct fl_dng *dng, struct fl_mapped *map, struct fl_frame **out)
{
    struct layout l;
    struct fl_format format = dng->format;
    fl_err err;
    FL_TRY(read_layout(dng, &l));
    FL_TRY(check_bounds(dng, &l));
    if (!dng->is_float)
        format.bits = l.stored_bits; /* what a word may hold; the white level says what it means */
    if (is_as_stored(dng, &l))
        return fl_mapped_wrap(map, (size_t)fl_tiff_uint(&l.offsets, 0), dng->width, dng->height,
                              &format, row_bytes(dng, &l), out);
    err = fl_frame_new(dng->width, dng->height, &format, out);
    if (err.code == FL_OK)
        err = decode_tiles(dng, &l, *out);
    if (err.code != FL_OK) {
        fl_frame_unref(*out);
        *out = NULL;
    }
    return err;
}
