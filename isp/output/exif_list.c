/* Completes the EXIF entries of a picture from the frame's metadata.
 *
 * The metadata is the authority, because stages and users rewrite it; a carried-over number stays
 * where it says the same, as its fraction is the camera's own. */
#include "exif_list.h"

#include "rational.h"

#include <math.h>
#include <string.h>

/* A list under construction; the first failure sticks. */
struct builder {
    struct fl_exif *list;
    fl_err err;
};

static void add(struct builder *b, int ifd, int tag, int type, uint32_t count, const void *data)
{
    if (b->err.code == FL_OK)
        b->err = fl_exif_add(b->list, ifd, tag, type, count, data, count * fl_tiff_type_size(type));
}

static void add_short(struct builder *b, int ifd, int tag, uint16_t value)
{
    add(b, ifd, tag, FL_TIFF_SHORT, 1, &value);
}

static void add_long(struct builder *b, int ifd, int tag, uint32_t value)
{
    add(b, ifd, tag, FL_TIFF_LONG, 1, &value);
}

static void add_rational(struct builder *b, int ifd, int tag, double value)
{
    uint32_t fraction[2];
    fl_rational(value, fraction);
    add(b, ifd, tag, FL_TIFF_RATIONAL, 1, fraction);
}

/* `size` is the room that holds the text: a fixed array of the metadata may lack its zero. */
static void add_text(struct builder *b, int ifd, int tag, const char *text, size_t size)
{
    char copy[256];
    size_t length = strnlen(text, size < sizeof copy - 1 ? size : sizeof copy - 1);
    if (length == 0)
        return;
    memcpy(copy, text, length);
    copy[length] = '\0';
    add(b, ifd, tag, FL_TIFF_ASCII, (uint32_t)length + 1, copy);
}

/* Copies what still holds and is not in the list yet. A tag that comes twice counts once. */
static void carry_over(struct builder *b, const struct fl_exif *exif)
{
    int i;
    for (i = 0; exif && i < exif->count; i++) {
        const struct fl_exif_entry *e = &exif->entry[i];
        if (fl_exif_keep(e) && !fl_exif_find(b->list, e->ifd, e->tag))
            add(b, e->ifd, e->tag, e->type, e->count, e->data);
    }
}

/* The carried-over fraction, if it says what the metadata says, or the metadata's value. */
static void add_measure(struct builder *b, const struct fl_exif *exif, int tag, double value)
{
    const struct fl_exif_entry *e = fl_exif_find(exif, FL_IFD_EXIF, tag);
    uint32_t fraction[2];

    if (!(value > 0) || !isfinite(value))
        return; /* not known: the carried-over entry follows with the others */
    if (e && e->type == FL_TIFF_RATIONAL && fl_exif_keep(e)) {
        memcpy(fraction, e->data, sizeof fraction);
        if (fraction[1] && fabs((double)fraction[0] / fraction[1] - value) <= 0.01 * value) {
            add(b, FL_IFD_EXIF, tag, FL_TIFF_RATIONAL, 1, fraction);
            return;
        }
    }
    add_rational(b, FL_IFD_EXIF, tag, value);
}

/* The 16-bit tag saturates; EXIF 2.3 then wants the value in a 32-bit one. */
static void add_iso(struct builder *b, double iso)
{
    uint32_t value;
    if (!(iso >= 0.5) || iso > 4e9)
        return;
    value = (uint32_t)(iso + 0.5);
    add_short(b, FL_IFD_EXIF, 34855, value < 65535 ? (uint16_t)value : 65535);
    if (value < 65535)
        return;
    add_short(b, FL_IFD_EXIF, 34864, 2); /* SensitivityType: recommended exposure index */
    add_long(b, FL_IFD_EXIF, 34866, value);
}

/* When the file was changed, when the picture was taken, and when it became digital: all one. */
static void add_date(struct builder *b, const struct fl_meta *m)
{
    char date[sizeof m->date_time + 1] = {0}, decimals[sizeof m->sub_seconds + 1] = {0};
    char offset[sizeof m->utc_offset + 1] = {0};
    int i;

    memcpy(date, m->date_time, sizeof m->date_time);
    if (!fl_exif_is_date(date))
        return;
    add_text(b, FL_IFD_MAIN, 306, date, sizeof date);
    add_text(b, FL_IFD_EXIF, 36867, date, sizeof date);
    add_text(b, FL_IFD_EXIF, 36868, date, sizeof date);
    memcpy(decimals, m->sub_seconds, sizeof m->sub_seconds);
    memcpy(offset, m->utc_offset, sizeof m->utc_offset);
    for (i = 0; i < 3 && decimals[strspn(decimals, "0123456789")] == '\0'; i++)
        add_text(b, FL_IFD_EXIF, 37520 + i, decimals, sizeof decimals);
    for (i = 0; i < 3 && fl_exif_is_offset(offset); i++)
        add_text(b, FL_IFD_EXIF, 36880 + i, offset, sizeof offset);
}

static void add_shot(struct builder *b, const struct fl_meta *m)
{
    add_text(b, FL_IFD_MAIN, 271, m->make, sizeof m->make);
    add_text(b, FL_IFD_MAIN, 272, m->model, sizeof m->model);
    add_text(b, FL_IFD_EXIF, 42033, m->serial, sizeof m->serial);
    add_text(b, FL_IFD_EXIF, 42036, m->lens, sizeof m->lens);
    add_measure(b, m->exif, 33434, m->exposure_s);
    add_measure(b, m->exif, 33437, m->f_number);
    add_measure(b, m->exif, 37386, m->focal_mm);
    add_iso(b, m->iso);
    add_date(b, m);
}

/* What EXIF demands of a file that holds a finished picture. */
static void add_picture(struct builder *b, const struct fl_exif_target *t)
{
    static const uint8_t grey[4] = {1, 0, 0, 0}, color[4] = {1, 2, 3, 0}; /* Y, or Y Cb Cr */
    if (!t->tiff) { /* where the first directory says it, EXIF must not */
        add_long(b, FL_IFD_EXIF, 40962, (uint32_t)t->width);
        add_long(b, FL_IFD_EXIF, 40963, (uint32_t)t->height);
    }
    add_short(b, FL_IFD_EXIF, 40961, t->space == FL_SPACE_SRGB ? 1 : 65535);
    add(b, FL_IFD_EXIF, 40960, FL_TIFF_UNDEFINED, 4, "0100"); /* FlashpixVersion */
    if (!t->jpeg)
        return;
    add(b, FL_IFD_EXIF, 37121, FL_TIFF_UNDEFINED, 4, t->channels == 1 ? grey : color);
    add_short(b, FL_IFD_MAIN, 531, 1); /* YCbCrPositioning: centred */
}

fl_err fl_exif_build(const struct fl_meta *meta, const struct fl_exif_target *t,
                     struct fl_exif **out)
{
    static const uint8_t gps_version[4] = {2, 3, 0, 0};
    struct builder b = {fl_exif_new(), fl_success()};
    int orientation = meta->orientation;
    int i, gps = 0;

    *out = NULL;
    if (!b.list)
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    add_short(&b, FL_IFD_MAIN, 274,
              orientation >= 1 && orientation <= 8 ? (uint16_t)orientation : 1);
    add_rational(&b, FL_IFD_MAIN, 282, 72); /* X and YResolution: the value for "unknown" */
    add_rational(&b, FL_IFD_MAIN, 283, 72);
    add_short(&b, FL_IFD_MAIN, 296, 2); /* per inch */
    add_text(&b, FL_IFD_MAIN, 305, t->software, strlen(t->software));
    add(&b, FL_IFD_EXIF, 36864, FL_TIFF_UNDEFINED, 4, "0232"); /* ExifVersion */
    add_shot(&b, meta);
    if (!t->raw)
        add_picture(&b, t);
    carry_over(&b, meta->exif);
    for (i = 0; i < b.list->count; i++)
        gps += b.list->entry[i].ifd == FL_IFD_GPS;
    if (gps && !fl_exif_find(b.list, FL_IFD_GPS, 0))
        add(&b, FL_IFD_GPS, 0, FL_TIFF_BYTE, 4, gps_version);
    if (b.err.code != FL_OK) {
        fl_exif_unref(b.list);
        return b.err;
    }
    *out = b.list;
    return fl_success();
}
