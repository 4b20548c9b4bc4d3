/* The shot and the camera from EXIF and TIFF/EP tags, and the entries to carry over. */
#include "exif_read.h"

#include "flmath.h"
#include "tiff_tags.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ENTRIES    512
#define MAX_ENTRY_SIZE 4096 /* bytes; larger ones are thumbnails and maker's blobs */

enum { IFD0 = 0, IFD_EXIF = 1, IFD_GPS = 2 };

struct exif_dirs {
    struct fl_tiff_dir ifd0, exif, gps;
    const struct fl_log *log;
};

/* Opens the directory that a tag of IFD0 points to; absent where there is none. */
static void open_child(const struct exif_dirs *d, int tag, struct fl_tiff_dir *out)
{
    uint32_t offset;
    fl_err err = fl_tiff_get_uint(&d->ifd0, tag, 0, &offset);
    memset(out, 0, sizeof *out);
    if (err.code == FL_OK && offset != 0)
        err = fl_tiff_dir_open(d->ifd0.tiff, offset, out);
    if (err.code != FL_OK)
        fl_log(d->log, FL_LOG_NOTE, "%s is skipped: %s", fl_tiff_tag_name(tag), err.message);
}

/* The tag from the EXIF directory, or from IFD0, where TIFF/EP has it. */
static bool find(const struct exif_dirs *d, int tag, struct fl_tiff_entry *e)
{
    if (fl_tiff_find(&d->exif, tag, e).code == FL_OK && e->count > 0)
        return true;
    return fl_tiff_find(&d->ifd0, tag, e).code == FL_OK && e->count > 0;
}

static void read_text(const struct exif_dirs *d, int tag, char *out, size_t size)
{
    struct fl_tiff_entry e;
    if (out[0] == '\0' && find(d, tag, &e) && (e.type == FL_TIFF_ASCII || e.type == FL_TIFF_BYTE))
        fl_tiff_text(&e, out, size);
}

/* A positive number below `limit`; otherwise *out stays. */
static bool read_positive(const struct exif_dirs *d, int tag, double limit, double *out)
{
    struct fl_tiff_entry e;
    double v;
    if (*out != 0.0 || !find(d, tag, &e))
        return false;
    v = fl_tiff_real(&e, 0);
    if (!(v > 0.0 && v < limit))
        return false;
    *out = v;
    return true;
}

/* 2^(scale * value) of an APEX tag, where the plain tag is absent. */
static void read_apex(const struct exif_dirs *d, int tag, double scale, double *out)
{
    struct fl_tiff_entry e;
    if (*out == 0.0 && find(d, tag, &e)) {
        double v = fl_tiff_real(&e, 0);
        if (fabs(v) < 32.0 && v != 0.0)
            *out = fl_exp2(scale * v);
    }
}

/* 'd' in the shape stands for a digit, 's' for a sign. */
static bool has_shape(const char *s, const char *shape)
{
    for (int i = 0; shape[i]; i++) {
        bool digit = s[i] >= '0' && s[i] <= '9', sign = s[i] == '+' || s[i] == '-';
        if (shape[i] == 'd' ? !digit : shape[i] == 's' ? !sign : s[i] != shape[i])
            return false;
    }
    return s[strlen(shape)] == '\0';
}

/* Cameras that do not know the time write zeros. */
static bool is_date(const char *s)
{
    return has_shape(s, "dddd:dd:dd dd:dd:dd") && strpbrk(s, "123456789");
}

/* Decimals of the second and time zone of the date that was taken. */
static void read_date_details(const struct exif_dirs *d, bool original, struct fl_meta *meta)
{
    char decimals[sizeof meta->sub_seconds] = "", offset[sizeof meta->utc_offset + 1] = "";
    read_text(d, original ? FL_TAG_SUB_SEC_TIME_ORIGINAL : FL_TAG_SUB_SEC_TIME, decimals,
              sizeof decimals);
    read_text(d, original ? FL_TAG_OFFSET_TIME_ORIGINAL : FL_TAG_OFFSET_TIME, offset,
              sizeof offset);
    if (decimals[strspn(decimals, "0123456789")] == '\0')
        memcpy(meta->sub_seconds, decimals, sizeof decimals);
    if (has_shape(offset, "sdd:dd"))
        memcpy(meta->utc_offset, offset, sizeof meta->utc_offset);
}

static void read_date(const struct exif_dirs *d, struct fl_meta *meta)
{
    static const int tags[] = {FL_TAG_DATE_TIME_ORIGINAL, FL_TAG_DATE_TIME};
    for (int i = 0; i < 2 && meta->date_time[0] == '\0'; i++) {
        char text[sizeof meta->date_time + 1] = "";
        read_text(d, tags[i], text, sizeof text);
        if (!is_date(text))
            continue;
        memcpy(meta->date_time, text, sizeof meta->date_time);
        read_date_details(d, i == 0, meta);
    }
}

static void read_shot(const struct exif_dirs *d, struct fl_meta *meta)
{
    uint32_t orientation;
    read_date(d, meta);
    read_positive(d, FL_TAG_EXPOSURE_TIME, 1e6, &meta->exposure_s);
    read_apex(d, FL_TAG_SHUTTER_SPEED_VALUE, -1.0, &meta->exposure_s);
    read_positive(d, FL_TAG_F_NUMBER, 1e3, &meta->f_number);
    read_apex(d, FL_TAG_APERTURE_VALUE, 0.5, &meta->f_number);
    read_positive(d, FL_TAG_FOCAL_LENGTH, 1e5, &meta->focal_mm);
    /* 65535 says "does not fit": the value is in the newer tags then. */
    read_positive(d, FL_TAG_ISO, 65535.0, &meta->iso);
    read_positive(d, FL_TAG_RECOMMENDED_EXPOSURE_INDEX, 1e9, &meta->iso);
    read_positive(d, FL_TAG_ISO_SPEED, 1e9, &meta->iso);
    if (meta->orientation == 0 &&
        fl_tiff_get_uint(&d->ifd0, FL_TAG_ORIENTATION, 0, &orientation).code == FL_OK &&
        orientation >= 1 && orientation <= 8)
        meta->orientation = (int)orientation;
}

static void read_camera(const struct exif_dirs *d, struct fl_meta *meta)
{
    read_text(d, FL_TAG_MAKE, meta->make, sizeof meta->make);
    read_text(d, FL_TAG_MODEL, meta->model, sizeof meta->model);
    read_text(d, FL_TAG_UNIQUE_CAMERA_MODEL, meta->unique_model, sizeof meta->unique_model);
    read_text(d, FL_TAG_CAMERA_SERIAL_NUMBER, meta->serial, sizeof meta->serial);
    read_text(d, FL_TAG_BODY_SERIAL_NUMBER, meta->serial, sizeof meta->serial);
    read_text(d, FL_TAG_LENS_MODEL, meta->lens, sizeof meta->lens);
    read_text(d, FL_TAG_SOFTWARE, meta->software, sizeof meta->software);
}

/* --- entries to carry over ---------------------------------------------------------------- */

/* Where an entry of a directory belongs in the output, or -1 for what must not be carried over:
 * image structure, pointers, and maker notes, whose inner offsets would be wrong elsewhere. */
static int target_ifd(int ifd, int tag)
{
    static const uint16_t descriptive[] = {
        FL_TAG_IMAGE_DESCRIPTION, FL_TAG_MAKE,   FL_TAG_MODEL,         FL_TAG_SOFTWARE,
        FL_TAG_DATE_TIME,         FL_TAG_ARTIST, FL_TAG_HOST_COMPUTER, FL_TAG_COPYRIGHT};
    if (ifd == IFD_GPS)
        return tag <= 0x1f ? IFD_GPS : -1;
    if (tag == FL_TAG_EXIF_IFD || tag == FL_TAG_GPS_IFD || tag == FL_TAG_MAKER_NOTE ||
        tag == FL_TAG_INTEROPERABILITY_IFD)
        return -1;
    for (size_t i = 0; i < sizeof descriptive / sizeof *descriptive; i++)
        if (tag == descriptive[i])
            return ifd == IFD0 ? IFD0 : -1;
    /* EXIF's own range; TIFF/EP writers put such tags into IFD0. */
    return tag >= FL_TAG_EXPOSURE_TIME && tag < FL_TAG_DNG_VERSION ? IFD_EXIF : -1;
}

/* Data in the machine's byte order. Text gets an end. */
static uint8_t *native_copy(const struct fl_tiff_entry *e, uint32_t *size)
{
    size_t unit = fl_tiff_value_size(e->type), extra = 0;
    uint8_t *out;
    if (e->type == FL_TIFF_RATIONAL || e->type == FL_TIFF_SRATIONAL)
        unit = 4;
    if (e->type == FL_TIFF_ASCII && (e->size == 0 || e->data[e->size - 1] != '\0'))
        extra = 1;
    out = calloc(1, e->size + extra + 1);
    if (!out)
        return NULL;
    for (size_t i = 0; i + unit <= e->size; i += unit) {
        uint16_t two;
        uint32_t four;
        double eight;
        switch (unit) {
        case 2:
            two = fl_tiff_u16(e->data + i, e->big_endian);
            memcpy(out + i, &two, 2);
            break;
        case 4:
            four = fl_tiff_u32(e->data + i, e->big_endian);
            memcpy(out + i, &four, 4);
            break;
        case 8:
            eight = fl_tiff_f64(e->data + i, e->big_endian);
            memcpy(out + i, &eight, 8);
            break;
        default:
            out[i] = e->data[i];
        }
    }
    *size = (uint32_t)(e->size + extra);
    return out;
}

static fl_err add_entry(struct fl_exif *exif, int ifd, const struct fl_tiff_entry *e)
{
    uint32_t size;
    uint8_t *data;
    fl_err err;
    if (exif->count >= MAX_ENTRIES || fl_exif_find(exif, ifd, e->tag))
        return fl_success();
    data = native_copy(e, &size);
    if (!data)
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    err = fl_exif_add(exif, ifd, e->tag, e->type, e->type == FL_TIFF_ASCII ? size : e->count, data,
                      size);
    free(data);
    return err;
}

static fl_err carry_over(const struct fl_tiff_dir *dir, int ifd, const struct fl_log *log,
                         struct fl_exif *exif)
{
    for (int i = 0; dir->tiff && i < dir->count && i < MAX_ENTRIES; i++) {
        struct fl_tiff_entry e;
        fl_err err = fl_tiff_entry_at(dir, i, &e);
        int target = target_ifd(ifd, e.tag);
        if (target < 0 || e.count == 0)
            continue;
        if (err.code != FL_OK)
            fl_log(log, FL_LOG_NOTE, "EXIF tag %d is skipped: %s", e.tag, err.message);
        else if (e.size <= MAX_ENTRY_SIZE)
            FL_TRY(add_entry(exif, target, &e));
    }
    return fl_success();
}

fl_err fl_exif_read(const struct fl_tiff_dir *ifd0, const struct fl_log *log, struct fl_meta *meta)
{
    struct exif_dirs d = {.ifd0 = *ifd0, .log = log};
    open_child(&d, FL_TAG_EXIF_IFD, &d.exif);
    open_child(&d, FL_TAG_GPS_IFD, &d.gps);
    read_camera(&d, meta);
    read_shot(&d, meta);
    if (!meta->exif)
        meta->exif = fl_exif_new();
    if (!meta->exif)
        return fl_error(FL_ERR_MEMORY, "out of memory for EXIF");
    FL_TRY(carry_over(&d.exif, IFD_EXIF, log, meta->exif));
    FL_TRY(carry_over(&d.ifd0, IFD0, log, meta->exif));
    return carry_over(&d.gps, IFD_GPS, log, meta->exif);
}
