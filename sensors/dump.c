/* Headerless dumps: the description says what the bytes are, and is checked against their number.
 */
#include "dump.h"

#include "mem.h"
#include "overrides.h"
#include "tiff_dir.h"

#define HOST_IS_LITTLE_ENDIAN (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

/* What the description comes to. */
struct dump_layout {
    struct fl_format format;
    size_t row_bytes, stride, offset;
};

static fl_err check_layout(const struct fl_raw_description *d, size_t file_size,
                           struct dump_layout *l)
{
    size_t needed;
    FL_TRY(fl_format_parse(d->format, &l->format));
    FL_TRY(fl_frame_check_size(d->width, d->height));
    l->row_bytes = fl_format_row_bytes(&l->format, d->width);
    l->stride = d->stride ? d->stride : l->row_bytes;
    l->offset = d->offset;
    if (l->stride < l->row_bytes)
        return fl_error(FL_ERR_RANGE, "stride %zu is shorter than the %zu bytes of %d %s pixels",
                        l->stride, l->row_bytes, d->width, d->format);
    if (!fl_size_mul(l->stride, (size_t)d->height - 1, &needed) ||
        !fl_size_add(needed, l->row_bytes, &needed) || !fl_size_add(needed, l->offset, &needed))
        return fl_error(FL_ERR_RANGE, "stride %zu and offset %zu exceed any file", l->stride,
                        l->offset);
    if (needed > file_size)
        return fl_error(FL_ERR_CORRUPT,
                        "file has %zu bytes, %dx%d %s with stride %zu and offset %zu needs %zu: "
                        "check size, format, stride and offset",
                        file_size, d->width, d->height, d->format, l->stride, l->offset, needed);
    return fl_success();
}

/* Copies 16-bit samples that lie at odd addresses, or in the other byte order. */
static fl_err copy_words(const struct fl_mapped *map, const struct fl_raw_description *d,
                         const struct dump_layout *l, struct fl_frame **out)
{
    FL_TRY(fl_frame_new(d->width, d->height, &l->format, out));
    for (int y = 0; y < d->height; y++) {
        const uint8_t *in = map->data + l->offset + (size_t)y * l->stride;
        uint16_t *row = (uint16_t *)((uint8_t *)(*out)->plane[0] + (size_t)y * (*out)->stride[0]);
        for (int x = 0; x < d->width; x++)
            row[x] = fl_tiff_u16(in + 2 * (size_t)x, false);
    }
    return fl_success();
}

fl_err fl_dump_read(struct fl_mapped *map, const struct fl_raw_description *d,
                    struct fl_frame **out)
{
    struct dump_layout l;
    struct fl_meta meta = {.active = {0, 0, d->width, d->height}};
    bool words;
    int max_dn;
    FL_TRY(check_layout(d, map->size, &l));
    max_dn = (1 << l.format.bits) - 1;
    for (int i = 0; i < 4; i++)
        meta.white_dn[i] = (float)max_dn;
    FL_TRY(fl_override_levels(d, max_dn, &meta));
    words = l.format.packing == FL_PACK_U16;
    if (words && (!HOST_IS_LITTLE_ENDIAN || l.offset % 2 != 0 || l.stride % 2 != 0))
        FL_TRY(copy_words(map, d, &l, out));
    else
        FL_TRY(fl_mapped_wrap(map, l.offset, d->width, d->height, &l.format, l.stride, out));
    (*out)->meta = meta;
    return fl_success();
}
