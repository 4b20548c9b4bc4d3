/* A bounded reader of TIFF directories in memory (TIFF 6.0, section 2). */
#include "tiff_dir.h"

#include "tiff_tags.h"

#include <math.h>
#include <string.h>

#define ENTRY_SIZE 12

uint16_t fl_tiff_u16(const uint8_t *p, bool big_endian)
{
    return (uint16_t)(big_endian ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

uint32_t fl_tiff_u32(const uint8_t *p, bool big_endian)
{
    uint32_t first = fl_tiff_u16(p, big_endian), second = fl_tiff_u16(p + 2, big_endian);
    return big_endian ? first << 16 | second : second << 16 | first;
}

float fl_tiff_f32(const uint8_t *p, bool big_endian)
{
    uint32_t bits = fl_tiff_u32(p, big_endian);
    float f;
    memcpy(&f, &bits, sizeof f);
    return f;
}

double fl_tiff_f64(const uint8_t *p, bool big_endian)
{
    uint64_t first = fl_tiff_u32(p, big_endian), second = fl_tiff_u32(p + 4, big_endian);
    uint64_t bits = big_endian ? first << 32 | second : second << 32 | first;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

size_t fl_tiff_value_size(int type)
{
    static const unsigned char sizes[] = {0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4};
    return type >= 0 && (size_t)type < sizeof sizes ? sizes[type] : 0;
}

bool fl_tiff_read_header(const uint8_t *data, size_t size, struct fl_tiff *out)
{
    uint16_t magic;
    if (size < 8 || data[0] != data[1] || (data[0] != 'I' && data[0] != 'M'))
        return false;
    out->data = data;
    out->size = size;
    out->big_endian = data[0] == 'M';
    out->first = fl_tiff_u32(data + 4, out->big_endian);
    magic = fl_tiff_u16(data + 2, out->big_endian);
    return magic == 42 || magic == 0x55 /* Panasonic RW2 */ || magic == 0x4f52 ||
           magic == 0x5352; /* Olympus ORF: "RO", "RS" */
}

bool fl_tiff_is_big(const uint8_t *data, size_t size)
{
    return size >= 4 && (memcmp(data, "II\x2b", 4) == 0 || memcmp(data, "MM\0\x2b", 4) == 0);
}

fl_err fl_tiff_dir_open(const struct fl_tiff *tiff, uint32_t offset, struct fl_tiff_dir *out)
{
    size_t bytes;
    memset(out, 0, sizeof *out);
    if (tiff->size < 2 || offset > tiff->size - 2 || offset < 8)
        return fl_error(FL_ERR_CORRUPT, "directory at offset %u is outside the file's %zu bytes",
                        (unsigned)offset, tiff->size);
    out->count = fl_tiff_u16(tiff->data + offset, tiff->big_endian);
    out->at = (size_t)offset + 2;
    bytes = (size_t)out->count * ENTRY_SIZE;
    if (bytes > tiff->size - out->at) {
        fl_err err = fl_error(FL_ERR_CORRUPT,
                              "directory of %d entries at offset %u runs past the end of the file",
                              out->count, (unsigned)offset);
        memset(out, 0, sizeof *out);
        return err;
    }
    out->tiff = tiff;
    if (tiff->size - out->at - bytes >= 4) /* some writers leave the last link out */
        out->next = fl_tiff_u32(tiff->data + out->at + bytes, tiff->big_endian);
    return fl_success();
}

fl_err fl_tiff_entry_at(const struct fl_tiff_dir *dir, int index, struct fl_tiff_entry *out)
{
    const struct fl_tiff *tiff = dir->tiff;
    const uint8_t *p = tiff->data + dir->at + (size_t)index * ENTRY_SIZE;
    uint64_t size;
    uint32_t offset;

    memset(out, 0, sizeof *out);
    out->big_endian = tiff->big_endian;
    out->tag = fl_tiff_u16(p, tiff->big_endian);
    out->type = fl_tiff_u16(p + 2, tiff->big_endian);
    out->count = fl_tiff_u32(p + 4, tiff->big_endian);
    size = (uint64_t)out->count * fl_tiff_value_size(out->type);
    if (fl_tiff_value_size(out->type) == 0)
        return fl_error(FL_ERR_CORRUPT, "%s has the unknown type %d", fl_tiff_tag_name(out->tag),
                        out->type);
    if (size <= 4) {
        out->data = p + 8;
    } else {
        offset = fl_tiff_u32(p + 8, tiff->big_endian);
        if (offset > tiff->size || size > tiff->size - offset)
            return fl_error(FL_ERR_CORRUPT,
                            "%s: its %u values at offset %u run past the end of "
                            "the file",
                            fl_tiff_tag_name(out->tag), (unsigned)out->count, (unsigned)offset);
        out->data = tiff->data + offset;
    }
    out->size = (size_t)size;
    return fl_success();
}

/* Index of the first entry with that tag, or -1. */
static int index_of(const struct fl_tiff_dir *dir, int tag)
{
    for (int i = 0; dir->tiff && i < dir->count; i++)
        if (fl_tiff_u16(dir->tiff->data + dir->at + (size_t)i * ENTRY_SIZE,
                        dir->tiff->big_endian) == tag)
            return i;
    return -1;
}

bool fl_tiff_has(const struct fl_tiff_dir *dir, int tag)
{
    return index_of(dir, tag) >= 0;
}

fl_err fl_tiff_find(const struct fl_tiff_dir *dir, int tag, struct fl_tiff_entry *out)
{
    int i = index_of(dir, tag);
    memset(out, 0, sizeof *out);
    return i < 0 ? fl_success() : fl_tiff_entry_at(dir, i, out);
}

double fl_tiff_real(const struct fl_tiff_entry *e, uint32_t index)
{
    const uint8_t *p = e->data + (size_t)index * fl_tiff_value_size(e->type);
    switch (e->type) {
    case FL_TIFF_BYTE:
    case FL_TIFF_UNDEFINED:
        return p[0];
    case FL_TIFF_SBYTE:
        return (int8_t)p[0];
    case FL_TIFF_SHORT:
        return fl_tiff_u16(p, e->big_endian);
    case FL_TIFF_SSHORT:
        return (int16_t)fl_tiff_u16(p, e->big_endian);
    case FL_TIFF_LONG:
    case FL_TIFF_IFD:
        return fl_tiff_u32(p, e->big_endian);
    case FL_TIFF_SLONG:
        return (int32_t)fl_tiff_u32(p, e->big_endian);
    case FL_TIFF_RATIONAL: {
        double above = fl_tiff_u32(p, e->big_endian), below = fl_tiff_u32(p + 4, e->big_endian);
        return below != 0.0 ? above / below : above != 0.0 ? HUGE_VAL : (double)NAN;
    }
    case FL_TIFF_SRATIONAL: {
        double above = (int32_t)fl_tiff_u32(p, e->big_endian);
        double below = (int32_t)fl_tiff_u32(p + 4, e->big_endian);
        return below != 0.0 ? above / below : above != 0.0 ? HUGE_VAL : (double)NAN;
    }
    case FL_TIFF_FLOAT:
        return fl_tiff_f32(p, e->big_endian);
    case FL_TIFF_DOUBLE:
        return fl_tiff_f64(p, e->big_endian);
    default:
        return 0.0;
    }
}

uint32_t fl_tiff_uint(const struct fl_tiff_entry *e, uint32_t index)
{
    double v = fl_tiff_real(e, index);
    return v >= 0.0 && v < 4294967295.0 ? (uint32_t)v : UINT32_MAX;
}

fl_err fl_tiff_get_uint(const struct fl_tiff_dir *dir, int tag, uint32_t fallback, uint32_t *out)
{
    struct fl_tiff_entry e;
    *out = fallback;
    FL_TRY(fl_tiff_find(dir, tag, &e));
    if (e.count > 0)
        *out = fl_tiff_uint(&e, 0);
    return fl_success();
}

void fl_tiff_text(const struct fl_tiff_entry *e, char *out, size_t size)
{
    size_t n = 0;
    while (n < e->size && n + 1 < size && e->data[n]) {
        unsigned char c = e->data[n];
        out[n++] = c < 0x20 || c == 0x7f ? '?' : (char)c;
    }
    while (n > 0 && out[n - 1] == ' ')
        n--;
    out[n] = '\0';
}
