/* A bounded reader of TIFF directories in memory: the tags of DNG, TIFF/EP raws and EXIF.
 *
 * Nothing is allocated and nothing is trusted: an entry is handed out only when its whole value
 * lies inside the file. Values keep their stored type, so that EXIF entries can be carried over as
 * they are. Any thread. */
#ifndef FL_TIFF_DIR_H
#define FL_TIFF_DIR_H

#include "firstlight/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fl_tiff_type {
    FL_TIFF_BYTE = 1,
    FL_TIFF_ASCII,
    FL_TIFF_SHORT,
    FL_TIFF_LONG,
    FL_TIFF_RATIONAL,
    FL_TIFF_SBYTE,
    FL_TIFF_UNDEFINED,
    FL_TIFF_SSHORT,
    FL_TIFF_SLONG,
    FL_TIFF_SRATIONAL,
    FL_TIFF_FLOAT,
    FL_TIFF_DOUBLE,
    FL_TIFF_IFD
};

struct fl_tiff {
    const uint8_t *data;
    size_t size;
    bool big_endian;
    uint32_t first; /* offset of the first directory */
};

struct fl_tiff_dir {
    const struct fl_tiff *tiff; /* NULL: an absent directory, which has no entries */
    size_t at;                  /* offset of its first entry */
    int count;
    uint32_t next; /* offset of the next directory, 0 = none */
};

struct fl_tiff_entry {
    uint16_t tag, type;
    uint32_t count;      /* values; 0 = the tag is absent */
    const uint8_t *data; /* as stored, in the file's byte order */
    size_t size;         /* bytes */
    bool big_endian;
};

/* Reads the header. False where it is no TIFF (nor one of the variants RW2 and ORF). */
bool fl_tiff_read_header(const uint8_t *data, size_t size, struct fl_tiff *out);

/* True for the 64-bit variant, which this reader does not take. */
bool fl_tiff_is_big(const uint8_t *data, size_t size);

/* Opens the directory at `offset`. Errors: FL_ERR_CORRUPT where it leaves the file. */
fl_err fl_tiff_dir_open(const struct fl_tiff *tiff, uint32_t offset,
                        struct fl_tiff_dir *out) FL_MUST_USE;

/* Entry `index` < dir->count. Errors: FL_ERR_CORRUPT where its value leaves the file or its type
 * is unknown; tag, type and count are set even then. */
fl_err fl_tiff_entry_at(const struct fl_tiff_dir *dir, int index,
                        struct fl_tiff_entry *out) FL_MUST_USE;

/* The first entry with that tag; count 0 where there is none. Errors: as above. */
fl_err fl_tiff_find(const struct fl_tiff_dir *dir, int tag, struct fl_tiff_entry *out) FL_MUST_USE;

/* True where the directory has the tag, valid or not. */
bool fl_tiff_has(const struct fl_tiff_dir *dir, int tag);

/* Value `index` < count as a number: a rational may be infinite or NaN; 0 for text. */
double fl_tiff_real(const struct fl_tiff_entry *entry, uint32_t index);

/* Value `index` as an unsigned integer; UINT32_MAX for what does not fit. */
uint32_t fl_tiff_uint(const struct fl_tiff_entry *entry, uint32_t index);

/* Reads one unsigned value of a tag: `fallback` where it is absent. Errors: FL_ERR_CORRUPT. */
fl_err fl_tiff_get_uint(const struct fl_tiff_dir *dir, int tag, uint32_t fallback,
                        uint32_t *out) FL_MUST_USE;

/* Copies text without trailing blanks; bytes that are not printable become '?'. */
void fl_tiff_text(const struct fl_tiff_entry *entry, char *out, size_t size);

/* Bytes of one value of a type, 0 for an unknown type. */
size_t fl_tiff_value_size(int type);

/* Numbers at `p`, in the byte order given. */
uint16_t fl_tiff_u16(const uint8_t *p, bool big_endian);
uint32_t fl_tiff_u32(const uint8_t *p, bool big_endian);
float fl_tiff_f32(const uint8_t *p, bool big_endian);
double fl_tiff_f64(const uint8_t *p, bool big_endian);

#endif
