/* Reading a raw file: looks at its first bytes and hands it to the reader for its kind. */
#include "firstlight/source.h"

#include "dng_read.h"
#include "dump.h"
#include "exif_read.h"
#include "libraw_source.h"
#include "mapped_file.h"
#include "overrides.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

bool fl_source_is_raw_name(const char *path)
{
    static const char *const extensions[] = {
        "dng", "nef", "nrw", "cr2", "cr3", "crw", "arw", "srf", "sr2", "raf", "orf", "rw2", "rwl",
        "pef", "srw", "erf", "3fr", "fff", "iiq", "mos", "mrw", "dcr", "kdc", "mef", "x3f", "raw"};
    const char *name = base_name(path), *dot = strrchr(name, '.');
    for (size_t i = 0; dot && dot != name && i < sizeof extensions / sizeof *extensions; i++)
        if (strcasecmp(dot + 1, extensions[i]) == 0)
            return true;
    return false;
}

/* Bytes that start a kind of file. */
struct signature {
    size_t at;
    const char *bytes;
    size_t size;
    const char *kind;
};

static const struct signature *match(const struct fl_mapped *map, const struct signature *table,
                                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (map->size >= table[i].at + table[i].size &&
            memcmp(map->data + table[i].at, table[i].bytes, table[i].size) == 0)
            return &table[i];
    return NULL;
}

/* True for files that say themselves that they are a camera's. LibRaw takes others too, by their
 * size alone: a 786432-byte dump of any sensor passes for one camera's. */
static bool is_vendor_raw(const struct fl_mapped *map)
{
    static const struct signature raws[] = {
        {0, "II\x1a\0\0\0HEAPCCDR", 14, "Canon CRW"},
        {4, "ftypcrx ", 8, "Canon CR3"},
        {0, "FUJIFILMCCD-RAW", 15, "Fujifilm RAF"},
        {0, "FOVb", 4, "Sigma X3F"},
        {0, "\0MRM", 4, "Minolta MRW"},
        {0, "IIII", 4, "Phase One IIQ"},
        {0, "MMMM", 4, "Phase One IIQ"},
        {0, "ARRI", 4, "ARRI"},
        {0, "NOKIARAW", 8, "Nokia"},
    };
    return match(map, raws, sizeof raws / sizeof *raws) != NULL;
}

static fl_err not_raw(const struct fl_mapped *map)
{
    static const struct signature pictures[] = {{0, "\xff\xd8\xff", 3, "a JPEG picture"},
                                                {0, "\x89PNG", 4, "a PNG picture"},
                                                {0, "GIF8", 4, "a GIF picture"},
                                                {0, "RIFF", 4, "a RIFF file (WebP, AVI)"},
                                                {0, "BM", 2, "a BMP picture"},
                                                {4, "ftyp", 4, "an ISO media file (HEIC, AVIF)"},
                                                {0, "%PDF", 4, "a PDF document"}};
    const struct signature *s = match(map, pictures, sizeof pictures / sizeof *pictures);
    if (s)
        return fl_error(FL_ERR_UNSUPPORTED, "is %s, not a raw file", s->kind);
    return fl_error(FL_ERR_UNSUPPORTED, "is no raw file that firstlight knows (for a headerless "
                                        "dump, give its format and size)");
}

/* `ifd0` is NULL where the file is no TIFF. */
static fl_err read_vendor(const char *path, size_t file_size, const struct fl_tiff_dir *ifd0,
                          const struct fl_log *log, struct fl_frame **out)
{
    struct fl_meta known = {.orientation = 0};
    fl_err err = fl_success();
    if (ifd0)
        err = fl_exif_read(ifd0, log, &known);
    if (err.code == FL_OK)
        err = fl_libraw_read(path, file_size, &known, log, out);
    if (err.code != FL_OK)
        fl_exif_unref(known.exif);
    return err;
}

static fl_err read_mapped(const char *path, struct fl_mapped *map,
                          const struct fl_raw_description *description, const struct fl_log *log,
                          struct fl_frame **out)
{
    struct fl_tiff tiff;
    struct fl_tiff_dir ifd0;
    if (description && description->format)
        return fl_dump_read(map, description, out);
    if (fl_tiff_is_big(map->data, map->size))
        return fl_error(FL_ERR_UNSUPPORTED, "is a BigTIFF, which is not supported");
    if (!fl_tiff_read_header(map->data, map->size, &tiff)) {
        if (!is_vendor_raw(map))
            return not_raw(map);
        return read_vendor(path, map->size, NULL, log, out);
    }
    FL_TRY(fl_tiff_dir_open(&tiff, tiff.first, &ifd0));
    if (fl_tiff_has(&ifd0, FL_TAG_DNG_VERSION))
        return fl_dng_read(&tiff, &ifd0, map, log, out);
    return read_vendor(path, map->size, &ifd0, log, out);
}

/* What the description says beside a dump's layout holds for every kind of file. */
static fl_err apply_overrides(const struct fl_raw_description *d, const struct fl_log *log,
                              struct fl_frame *frame)
{
    if (!d->format) /* a dump has its levels already */
        FL_TRY(fl_override_levels(d, 65535.0, &frame->meta));
    return d->cfa == FL_CFA_NONE ? fl_success() : fl_override_cfa(d->cfa, log, frame);
}

fl_err fl_source_read(const char *path, const struct fl_raw_description *description,
                      const struct fl_log *log, struct fl_frame **out)
{
    struct fl_mapped map;
    fl_err err = fl_mapped_open(path, &map);
    *out = NULL;
    if (err.code == FL_OK)
        err = read_mapped(path, &map, description, log, out);
    fl_mapped_close(&map); /* empty where the frame took it over */
    if (err.code == FL_OK && description)
        err = apply_overrides(description, log, *out);
    if (err.code != FL_OK && *out) {
        fl_frame_unref(*out);
        *out = NULL;
    }
    return fl_error_context(err, "%s", base_name(path));
}
