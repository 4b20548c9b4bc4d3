/* A TIFF directory under construction: entries of each type, copied into a list. */
#include "dng_list.h"

#include "exif_list.h"
#include "rational.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MILLION 1000000

static void put(struct fl_dng_list *l, int tag, int type, size_t count, const void *data)
{
    if (l->err.code == FL_OK)
        l->err = fl_exif_add(l->entries, FL_IFD_MAIN, tag, type, (uint32_t)count, data,
                             (uint32_t)(count * fl_tiff_type_size(type)));
}

void fl_dng_list_open(struct fl_dng_list *l)
{
    l->entries = fl_exif_new();
    l->err = l->entries ? fl_success() : fl_error(FL_ERR_MEMORY, "out of memory for DNG tags");
}

void fl_dng_list_close(struct fl_dng_list *l)
{
    fl_exif_unref(l->entries);
    l->entries = NULL;
}

void fl_dng_put_bytes(struct fl_dng_list *l, int tag, int count, const uint8_t *values)
{
    put(l, tag, FL_TIFF_BYTE, (size_t)count, values);
}

void fl_dng_put_undefined(struct fl_dng_list *l, int tag, size_t size, const uint8_t *data)
{
    put(l, tag, FL_TIFF_UNDEFINED, size, data);
}

void fl_dng_put_text(struct fl_dng_list *l, int tag, const char *text)
{
    put(l, tag, FL_TIFF_ASCII, strlen(text) + 1, text);
}

void fl_dng_put_short(struct fl_dng_list *l, int tag, int value)
{
    uint16_t v = (uint16_t)value;
    put(l, tag, FL_TIFF_SHORT, 1, &v);
}

void fl_dng_put_shorts(struct fl_dng_list *l, int tag, int count, const uint16_t *values)
{
    put(l, tag, FL_TIFF_SHORT, (size_t)count, values);
}

void fl_dng_put_long(struct fl_dng_list *l, int tag, uint32_t value)
{
    put(l, tag, FL_TIFF_LONG, 1, &value);
}

void fl_dng_put_longs(struct fl_dng_list *l, int tag, int count, const uint32_t *values)
{
    put(l, tag, FL_TIFF_LONG, (size_t)count, values);
}

void fl_dng_put_doubles(struct fl_dng_list *l, int tag, int count, const double *values)
{
    put(l, tag, FL_TIFF_DOUBLE, (size_t)count, values);
}

static void put_fractions(struct fl_dng_list *l, int tag, int type, int count, const double *values)
{
    uint32_t *fractions;
    if (l->err.code != FL_OK)
        return;
    fractions = calloc((size_t)count, 2 * sizeof *fractions);
    if (!fractions) {
        l->err = fl_error(FL_ERR_MEMORY, "out of memory for DNG tags");
        return;
    }
    for (int i = 0; i < count; i++) {
        double limited = fmax(-2147, fmin(2147, values[i]));
        if (type == FL_TIFF_RATIONAL) {
            fl_rational(values[i], fractions + 2 * i);
        } else {
            fractions[2 * i] = (uint32_t)(int32_t)floor(limited * MILLION + 0.5);
            fractions[2 * i + 1] = MILLION;
        }
    }
    put(l, tag, type, (size_t)count, fractions);
    free(fractions);
}

void fl_dng_put_ratios(struct fl_dng_list *l, int tag, int count, const double *values)
{
    put_fractions(l, tag, FL_TIFF_RATIONAL, count, values);
}

void fl_dng_put_signed(struct fl_dng_list *l, int tag, int count, const double *values)
{
    put_fractions(l, tag, FL_TIFF_SRATIONAL, count, values);
}

uint32_t *fl_dng_list_longs(struct fl_dng_list *l, int tag)
{
    const struct fl_exif_entry *e = fl_exif_find(l->entries, FL_IFD_MAIN, tag);
    return e && e->type == FL_TIFF_LONG ? (uint32_t *)(void *)e->data : NULL;
}
