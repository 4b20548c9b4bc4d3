/* Makes DNG files for tests: directories and structure. Pixels are encoded in dng_writer_pixels.c.
 */
#include "dng_writer.h"

#include "dng_writer_pixels.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_TAGS  96
#define MAX_TILES 4096

struct entry {
    int tag, type;
    uint32_t count;
    uint8_t *data;
    size_t size;
    bool automatic; /* an offset that is filled in when the file is built */
};

struct dir {
    int count;
    struct entry entry[MAX_TAGS];
};

struct dngw {
    bool big_endian;
    bool sub_ifd;
    struct dir dir[DNGW_DIRS];
    struct dngw_blob list[3]; /* opcodes behind each other, after their count */
    int tiles;
    struct dngw_tile tile[MAX_TILES];
};

static void *checked(void *p)
{
    if (!p)
        abort();
    return p;
}

struct dngw *dngw_new(bool big_endian)
{
    struct dngw *w = checked(calloc(1, sizeof *w));
    w->big_endian = big_endian;
    DNGW_SET(w, DNGW_IFD0, 50706, DNGW_BYTE, 1, 4, 0, 0);
    return w;
}

static void free_tiles(struct dngw *w)
{
    for (int i = 0; i < w->tiles; i++)
        free(w->tile[i].data);
    w->tiles = 0;
}

void dngw_free(struct dngw *w)
{
    for (int d = 0; d < DNGW_DIRS; d++)
        for (int i = 0; i < w->dir[d].count; i++)
            free(w->dir[d].entry[i].data);
    free_tiles(w);
    free(w);
}

void dngw_use_sub_ifd(struct dngw *w)
{
    w->sub_ifd = true;
}

/* --- tags --------------------------------------------------------------------------------- */

static struct dir *dir_of(struct dngw *w, enum dngw_dir dir)
{
    return &w->dir[dir == DNGW_RAW && !w->sub_ifd ? DNGW_IFD0 : dir];
}

static struct entry *find(struct dngw *w, enum dngw_dir dir, int tag)
{
    struct dir *d = dir_of(w, dir);
    for (int i = 0; i < d->count; i++)
        if (d->entry[i].tag == tag)
            return &d->entry[i];
    return NULL;
}

void dngw_drop(struct dngw *w, enum dngw_dir dir, int tag)
{
    struct entry *e = find(w, dir, tag);
    struct dir *d = dir_of(w, dir);
    if (!e)
        return;
    free(e->data);
    memmove(e, e + 1, (size_t)(d->entry + d->count - (e + 1)) * sizeof *e);
    d->count--;
}

/* Keeps entries in ascending order, as TIFF wants them. */
void dngw_bytes(struct dngw *w, enum dngw_dir dir, int tag, int type, uint32_t count,
                const void *data, size_t size)
{
    struct dir *d = dir_of(w, dir);
    int at;
    dngw_drop(w, dir, tag);
    if (d->count == MAX_TAGS)
        abort();
    for (at = d->count; at > 0 && d->entry[at - 1].tag > tag; at--)
        d->entry[at] = d->entry[at - 1];
    d->entry[at] = (struct entry){tag, type, count, checked(calloc(1, size + 4)), size, false};
    memcpy(d->entry[at].data, data, size);
    d->count++;
}

static uint8_t *put16(uint8_t *p, bool big, uint32_t v)
{
    p[big ? 1 : 0] = (uint8_t)v;
    p[big ? 0 : 1] = (uint8_t)(v >> 8);
    return p + 2;
}

static uint8_t *put32(uint8_t *p, bool big, uint32_t v)
{
    put16(p + (big ? 2 : 0), big, v & 0xffff);
    put16(p + (big ? 0 : 2), big, v >> 16);
    return p + 4;
}

static uint8_t *put64(uint8_t *p, bool big, uint64_t v)
{
    put32(p + (big ? 4 : 0), big, (uint32_t)v);
    put32(p + (big ? 0 : 4), big, (uint32_t)(v >> 32));
    return p + 8;
}

static uint8_t *put_rational(uint8_t *p, bool big, double v)
{
    uint32_t below = fabs(v) < 200000.0 ? 10000 : 1;
    if (isnan(v) || isinf(v)) {
        p = put32(p, big, isnan(v) ? 0 : 1);
        return put32(p, big, 0);
    }
    p = put32(p, big, (uint32_t)(int64_t)llround(v * below));
    return put32(p, big, below);
}

static uint8_t *put_value(uint8_t *p, bool big, enum dngw_type type, double v)
{
    float f = (float)v;
    uint32_t bits;
    uint64_t bits64;
    switch (type) {
    case DNGW_SHORT:
    case DNGW_SSHORT:
        return put16(p, big, (uint32_t)(int64_t)v & 0xffff);
    case DNGW_LONG:
    case DNGW_SLONG:
    case DNGW_IFD:
        return put32(p, big, (uint32_t)(int64_t)v);
    case DNGW_RATIONAL:
    case DNGW_SRATIONAL:
        return put_rational(p, big, v);
    case DNGW_FLOAT:
        memcpy(&bits, &f, sizeof bits);
        return put32(p, big, bits);
    case DNGW_DOUBLE:
        memcpy(&bits64, &v, sizeof bits64);
        return put64(p, big, bits64);
    default:
        *p = (uint8_t)(int)v;
        return p + 1;
    }
}

void dngw_set(struct dngw *w, enum dngw_dir dir, int tag, enum dngw_type type, uint32_t count,
              const double *values)
{
    uint8_t *data = checked(malloc((size_t)count * 8 + 1)), *p = data;
    for (uint32_t i = 0; i < count; i++)
        p = put_value(p, w->big_endian, type, values[i]);
    dngw_bytes(w, dir, tag, (int)type, count, data, (size_t)(p - data));
    free(data);
}

void dngw_text(struct dngw *w, enum dngw_dir dir, int tag, const char *text)
{
    dngw_bytes(w, dir, tag, DNGW_ASCII, (uint32_t)strlen(text) + 1, text, strlen(text) + 1);
}

/* Makes room for offsets. */
static void set_automatic(struct dngw *w, enum dngw_dir dir, int tag, uint32_t count)
{
    double *zeros = checked(calloc(count, sizeof *zeros));
    dngw_set(w, dir, tag, DNGW_LONG, count, zeros);
    find(w, dir, tag)->automatic = true;
    free(zeros);
}

/* --- opcodes ------------------------------------------------------------------------------ */

static void append(struct dngw_blob *blob, const void *data, size_t size)
{
    if (size > sizeof blob->data - blob->size)
        abort();
    memcpy(blob->data + blob->size, data, size);
    blob->size += size;
}

void dngw_u32(struct dngw_blob *blob, uint32_t v)
{
    uint8_t b[4];
    put32(b, true, v);
    append(blob, b, sizeof b);
}

void dngw_f32(struct dngw_blob *blob, double v)
{
    uint8_t b[4];
    put_value(b, true, DNGW_FLOAT, v);
    append(blob, b, sizeof b);
}

void dngw_f64(struct dngw_blob *blob, double v)
{
    uint8_t b[8];
    put_value(b, true, DNGW_DOUBLE, v);
    append(blob, b, sizeof b);
}

void dngw_opcode(struct dngw *w, int list, uint32_t id, uint32_t flags,
                 const struct dngw_blob *blob)
{
    static const int tags[3] = {51008, 51009, 51022};
    struct dngw_blob *all = &w->list[list - 1];
    if (all->size == 0)
        dngw_u32(all, 0);
    all->data[3]++;
    dngw_u32(all, id);
    dngw_u32(all, 0x01030000);
    dngw_u32(all, flags);
    dngw_u32(all, (uint32_t)blob->size);
    append(all, blob->data, blob->size);
    dngw_bytes(w, DNGW_RAW, tags[list - 1], DNGW_UNDEFINED, (uint32_t)all->size, all->data,
               all->size);
}

/* --- the image ---------------------------------------------------------------------------- */

static void set_image_tags(struct dngw *w, const struct dngw_image *m)
{
    double bits[3] = {m->bits, m->bits, m->bits};
    uint32_t samples = m->samples == 3 ? 3 : 1;
    static const int compression[] = {1, 1, 8, 7};
    DNGW_SET(w, DNGW_RAW, 254, DNGW_LONG, 0);
    DNGW_SET(w, DNGW_RAW, 256, DNGW_LONG, m->width);
    DNGW_SET(w, DNGW_RAW, 257, DNGW_LONG, m->height);
    dngw_set(w, DNGW_RAW, 258, DNGW_SHORT, samples, bits);
    DNGW_SET(w, DNGW_RAW, 259, DNGW_SHORT, compression[m->packing]);
    DNGW_SET(w, DNGW_RAW, 262, DNGW_SHORT, samples == 3 || m->mono ? 34892 : 32803);
    DNGW_SET(w, DNGW_RAW, 277, DNGW_SHORT, samples);
    DNGW_SET(w, DNGW_RAW, 284, DNGW_SHORT, 1);
    if (samples == 1 && !m->mono) {
        DNGW_SET(w, DNGW_RAW, 33421, DNGW_SHORT, 2, 2);
        DNGW_SET(w, DNGW_RAW, 33422, DNGW_BYTE, 0, 1, 1, 2);
    }
    if (m->floats)
        DNGW_SET(w, DNGW_RAW, 339, DNGW_SHORT, 3);
    if (m->packing == DNGW_DEFLATE && m->predictor)
        DNGW_SET(w, DNGW_RAW, 317, DNGW_SHORT, m->predictor);
    if (m->tile_width) {
        DNGW_SET(w, DNGW_RAW, 322, DNGW_LONG, m->tile_width);
        DNGW_SET(w, DNGW_RAW, 323, DNGW_LONG, m->tile_height);
    } else if (m->rows_per_strip) {
        DNGW_SET(w, DNGW_RAW, 278, DNGW_LONG, m->rows_per_strip);
    }
}

void dngw_image(struct dngw *w, const struct dngw_image *m)
{
    int strip = m->rows_per_strip ? m->rows_per_strip : m->height;
    int tile_width = m->tile_width ? m->tile_width : m->width;
    int tile_height = m->tile_width ? m->tile_height : strip;
    double sizes[MAX_TILES];
    free_tiles(w);
    for (int y = 0; y < m->height; y += tile_height)
        for (int x = 0; x < m->width; x += tile_width) {
            int rows = m->tile_width || m->height - y > tile_height ? tile_height : m->height - y;
            if (w->tiles == MAX_TILES)
                abort();
            w->tile[w->tiles] = dngw_encode(m, w->big_endian, x, y, tile_width, rows);
            sizes[w->tiles] = (double)w->tile[w->tiles].size;
            w->tiles++;
        }
    set_image_tags(w, m);
    dngw_set(w, DNGW_RAW, m->tile_width ? 325 : 279, DNGW_LONG, (uint32_t)w->tiles, sizes);
    set_automatic(w, DNGW_RAW, m->tile_width ? 324 : 273, (uint32_t)w->tiles);
}

/* --- the file ----------------------------------------------------------------------------- */

static size_t round_up_2(size_t n)
{
    return n + (n & 1);
}

static size_t dir_size(const struct dir *d)
{
    size_t size = 2 + 12 * (size_t)d->count + 4;
    for (int i = 0; i < d->count; i++)
        if (d->entry[i].size > 4)
            size += round_up_2(d->entry[i].size);
    return size;
}

static void write_dir(const struct dngw *w, const struct dir *d, uint8_t *file, size_t at)
{
    uint8_t *p = put16(file + at, w->big_endian, (uint32_t)d->count);
    size_t data_at = at + 2 + 12 * (size_t)d->count + 4;
    for (int i = 0; i < d->count; i++) {
        const struct entry *e = &d->entry[i];
        p = put16(p, w->big_endian, (uint32_t)e->tag);
        p = put16(p, w->big_endian, (uint32_t)e->type);
        p = put32(p, w->big_endian, e->count);
        if (e->size > 4) {
            memcpy(file + data_at, e->data, e->size);
            p = put32(p, w->big_endian, (uint32_t)data_at);
            data_at += round_up_2(e->size);
        } else {
            memcpy(p, e->data, e->size);
            p += 4;
        }
    }
}

/* Puts the tiles' places into the offsets, unless a test has replaced that tag. */
static void fill_tile_offsets(struct dngw *w, size_t at)
{
    static const int tags[2] = {273, 324};
    for (int t = 0; t < 2; t++) {
        struct entry *e = find(w, DNGW_RAW, tags[t]);
        uint8_t *p = e ? e->data : NULL;
        size_t next = at;
        for (int i = 0; e && e->automatic && i < w->tiles; i++) {
            p = put32(p, w->big_endian, (uint32_t)next);
            next += round_up_2(w->tile[i].size);
        }
    }
}

uint8_t *dngw_build(struct dngw *w, size_t *size)
{
    static const int pointers[DNGW_DIRS] = {0, 330, 34665, 34853};
    size_t at[DNGW_DIRS + 1] = {8}, end;
    uint8_t *file, *p;
    for (int d = 1; d < DNGW_DIRS; d++)
        if (w->dir[d].count && !find(w, DNGW_IFD0, pointers[d]))
            set_automatic(w, DNGW_IFD0, pointers[d], 1);
    for (int d = 0; d < DNGW_DIRS; d++)
        at[d + 1] = at[d] + (w->dir[d].count ? dir_size(&w->dir[d]) : 0);
    end = at[DNGW_DIRS];
    for (int i = 0; i < w->tiles; i++)
        end += round_up_2(w->tile[i].size);
    fill_tile_offsets(w, at[DNGW_DIRS]);
    for (int d = 1; d < DNGW_DIRS; d++) {
        struct entry *e = find(w, DNGW_IFD0, pointers[d]);
        if (e && e->automatic)
            put32(e->data, w->big_endian, (uint32_t)at[d]);
    }
    file = checked(calloc(1, end));
    memcpy(file, w->big_endian ? "MM" : "II", 2);
    put16(file + 2, w->big_endian, 42);
    put32(file + 4, w->big_endian, 8);
    for (int d = 0; d < DNGW_DIRS; d++)
        if (w->dir[d].count)
            write_dir(w, &w->dir[d], file, at[d]);
    p = file + at[DNGW_DIRS];
    for (int i = 0; i < w->tiles; i++) {
        memcpy(p, w->tile[i].data, w->tile[i].size);
        p += round_up_2(w->tile[i].size);
    }
    *size = end;
    return file;
}

void dngw_save(const uint8_t *data, size_t size, char *path, size_t path_size)
{
    const char *folder = getenv("TMPDIR");
    int fd;
    snprintf(path, path_size, "%s/fl_test_XXXXXX", folder ? folder : "/tmp");
    fd = mkstemp(path);
    if (fd < 0 || write(fd, data, size) != (ssize_t)size || close(fd) != 0)
        abort();
}
