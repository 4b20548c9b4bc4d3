/* The EXIF entries that a written picture gets: what still holds of the raw's, completed from the
 * frame's metadata and the picture itself. */
#ifndef FL_EXIF_LIST_H
#define FL_EXIF_LIST_H

#include "firstlight/meta.h"
#include "firstlight/pipeline.h"

/* TIFF field types. */
enum fl_tiff_type {
    FL_TIFF_BYTE = 1,
    FL_TIFF_ASCII = 2,
    FL_TIFF_SHORT = 3,
    FL_TIFF_LONG = 4,
    FL_TIFF_RATIONAL = 5,
    FL_TIFF_UNDEFINED = 7,
    FL_TIFF_SRATIONAL = 10,
    FL_TIFF_DOUBLE = 12
};

/* Bytes of one value; 0 for a type that this library neither keeps nor writes. */
uint32_t fl_tiff_type_size(int type);

enum { FL_IFD_MAIN = 0, FL_IFD_EXIF = 1, FL_IFD_GPS = 2 };

struct fl_exif_target {
    bool raw;          /* a DNG: nothing is said about rendered pixels */
    bool tiff;         /* the file itself is a TIFF */
    bool jpeg;         /* EXIF wants the components named */
    int channels;      /* 1 or 3 */
    int width, height; /* of the picture */
    enum fl_color_space space;
    const char *software;
};

/* Builds a new list with one reference. Errors: FL_ERR_MEMORY. */
fl_err fl_exif_build(const struct fl_meta *meta, const struct fl_exif_target *target,
                     struct fl_exif **out) FL_MUST_USE;

/* True for an entry that may be carried over: a known tag, of its type, with data that fits. */
bool fl_exif_keep(const struct fl_exif_entry *entry);

/* True for "YYYY:MM:DD HH:MM:SS" in digits. */
bool fl_exif_is_date(const char *text);

/* True for "+HH:MM" or "-HH:MM" in digits. */
bool fl_exif_is_offset(const char *text);

#endif
