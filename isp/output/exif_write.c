/* EXIF entries as TIFF directories.
 *
 * Written here and not by libtiff or libexif: libtiff turns the camera's fractions into floats and
 * back (1/100 becomes 5368709/536870912) and knows only some tags; one writer of a hundred lines
 * serves JPEG, PNG, TIFF and DNG alike. */
#include "exif_write.h"

#include "exif_list.h"

#include <stdlib.h>
#include <string.h>

enum { TAG_EXIF_IFD = 34665, TAG_GPS_IFD = 34853 };

/* One directory: its entries in ascending tag order. */
struct directory {
    struct fl_exif_entry *entry;
    uint32_t count, room;
    uint32_t bytes; /* table and values */
};

static int by_tag(const void *a, const void *b)
{
    return ((const struct fl_exif_entry *)a)->tag - ((const struct fl_exif_entry *)b)->tag;
}

static uint32_t even(uint32_t n)
{
    return n + (n & 1);
}

/* Room for `extra` entries beside those of the list that belong to this directory. */
static bool open_directory(struct directory *d, const struct fl_exif *list, int ifd, uint32_t extra)
{
    int i;
    *d = (struct directory){0};
    d->room = (uint32_t)list->count + extra;
    d->entry = calloc(d->room ? d->room : 1, sizeof *d->entry);
    for (i = 0; d->entry && i < list->count; i++)
        if (list->entry[i].ifd == ifd)
            d->entry[d->count++] = list->entry[i];
    return d->entry != NULL;
}

static void add_entry(struct directory *d, int tag, int type, void *data, uint32_t size)
{
    struct fl_exif_entry e = {0, (uint16_t)tag, (uint16_t)type, 1, size, data};
    d->entry[d->count++] = e;
}

/* Sorts and measures; no entry may be added afterwards. */
static void close_directory(struct directory *d)
{
    uint32_t i;
    if (d->count == 0)
        return;
    qsort(d->entry, d->count, sizeof *d->entry, by_tag);
    d->bytes = 2 + 12 * d->count + 4;
    for (i = 0; i < d->count; i++)
        if (d->entry[i].size > 4)
            d->bytes += even(d->entry[i].size);
}

static void put_values(struct fl_blob *out, const struct fl_exif_entry *e)
{
    bool fraction = e->type == FL_TIFF_RATIONAL || e->type == FL_TIFF_SRATIONAL;
    uint32_t step = fraction ? 4 : fl_tiff_type_size(e->type);
    uint32_t i;

    if (step == 1) {
        fl_blob_put(out, e->data, e->size);
        return;
    }
    for (i = 0; i < e->size; i += step) {
        uint16_t v16;
        uint32_t v32;
        uint64_t v64;
        if (step == 2) {
            memcpy(&v16, e->data + i, sizeof v16);
            fl_blob_put_le16(out, v16);
        } else if (step == 8) {
            memcpy(&v64, e->data + i, sizeof v64);
            fl_blob_put_le64(out, v64);
        } else {
            memcpy(&v32, e->data + i, sizeof v32);
            fl_blob_put_le32(out, v32);
        }
    }
}

static void pad(struct fl_blob *out, uint32_t size, uint32_t to)
{
    static const uint8_t zero[4] = {0};
    if (size < to)
        fl_blob_put(out, zero, to - size);
}

/* `at` is the directory's offset in the file, `next` that of the directory that follows. */
static void put_directory(struct fl_blob *out, const struct directory *d, uint32_t at,
                          uint32_t next)
{
    uint32_t values = at + 2 + 12 * d->count + 4;
    uint32_t i;

    if (d->count == 0)
        return;
    fl_blob_put_le16(out, (uint16_t)d->count);
    for (i = 0; i < d->count; i++) {
        const struct fl_exif_entry *e = &d->entry[i];
        fl_blob_put_le16(out, e->tag);
        fl_blob_put_le16(out, e->type);
        fl_blob_put_le32(out, e->count);
        if (e->size > 4) {
            fl_blob_put_le32(out, values);
            values += even(e->size);
        } else {
            put_values(out, e);
            pad(out, e->size, 4);
        }
    }
    fl_blob_put_le32(out, next);
    for (i = 0; i < d->count; i++)
        if (d->entry[i].size > 4) {
            put_values(out, &d->entry[i]);
            pad(out, d->entry[i].size, even(d->entry[i].size));
        }
}

fl_err fl_exif_write_directory(const struct fl_exif *list, int ifd, uint32_t base, uint32_t next,
                               struct fl_blob *out)
{
    struct directory d;
    if (!open_directory(&d, list, ifd, 0))
        return fl_error(FL_ERR_MEMORY, "out of memory for a TIFF directory");
    close_directory(&d);
    put_directory(out, &d, base, next);
    free(d.entry);
    return fl_blob_check(out, "a TIFF directory");
}

fl_err fl_exif_write_directories(const struct fl_exif *list, uint32_t base, struct fl_blob *out,
                                 uint32_t *exif_offset, uint32_t *gps_offset)
{
    struct directory exif, gps = {0};
    bool ok =
        open_directory(&exif, list, FL_IFD_EXIF, 0) && open_directory(&gps, list, FL_IFD_GPS, 0);

    *exif_offset = *gps_offset = 0;
    if (ok) {
        close_directory(&exif);
        close_directory(&gps);
        *exif_offset = exif.count ? base : 0;
        *gps_offset = gps.count ? base + exif.bytes : 0;
        put_directory(out, &exif, base, 0);
        put_directory(out, &gps, base + exif.bytes, 0);
    }
    free(exif.entry);
    free(gps.entry);
    return ok ? fl_blob_check(out, "EXIF") : fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
}

/* The second directory of an EXIF stream describes the thumbnail. */
static void put_thumbnail(struct fl_blob *out, uint32_t at, const struct fl_blob *thumbnail)
{
    uint16_t jpeg = 6, inch = 2;
    uint32_t resolution[2] = {72, 1};
    struct fl_exif_entry entry[6];
    struct directory d = {entry, 0, 6, 0};
    uint32_t offset = 0, length = (uint32_t)thumbnail->size;

    add_entry(&d, 259, FL_TIFF_SHORT, &jpeg, 2);
    add_entry(&d, 282, FL_TIFF_RATIONAL, resolution, 8);
    add_entry(&d, 283, FL_TIFF_RATIONAL, resolution, 8);
    add_entry(&d, 296, FL_TIFF_SHORT, &inch, 2);
    add_entry(&d, 513, FL_TIFF_LONG, &offset, 4);
    add_entry(&d, 514, FL_TIFF_LONG, &length, 4);
    close_directory(&d);
    offset = at + d.bytes;
    put_directory(out, &d, at, 0);
    fl_blob_put(out, thumbnail->data, thumbnail->size);
}

fl_err fl_exif_write(const struct fl_exif *list, const struct fl_blob *thumbnail,
                     struct fl_blob *out)
{
    static const uint8_t header[8] = {'I', 'I', 42, 0, 8, 0, 0, 0};
    struct fl_blob sub = {0};
    struct directory first;
    uint32_t exif_offset, gps_offset, sub_base, thumbnail_offset;
    fl_err err;

    if (!open_directory(&first, list, FL_IFD_MAIN, 2))
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    /* a dry run tells which directories there are; the size of the first one follows from it */
    err = fl_exif_write_directories(list, sizeof header, &sub, &exif_offset, &gps_offset);
    if (exif_offset)
        add_entry(&first, TAG_EXIF_IFD, FL_TIFF_LONG, &exif_offset, 4);
    if (gps_offset)
        add_entry(&first, TAG_GPS_IFD, FL_TIFF_LONG, &gps_offset, 4);
    close_directory(&first);
    sub_base = (uint32_t)sizeof header + first.bytes;
    sub.size = 0;
    if (err.code == FL_OK)
        err = fl_exif_write_directories(list, sub_base, &sub, &exif_offset, &gps_offset);
    if (err.code == FL_OK) {
        thumbnail_offset = thumbnail ? sub_base + (uint32_t)sub.size : 0;
        fl_blob_put(out, header, sizeof header);
        put_directory(out, &first, 8, thumbnail_offset);
        fl_blob_put(out, sub.data, sub.size);
        if (thumbnail)
            put_thumbnail(out, thumbnail_offset, thumbnail);
        err = fl_blob_check(out, "EXIF");
    }
    fl_blob_free(&sub);
    free(first.entry);
    return err;
}
