/* A TIFF directory of a DNG under construction. The first failure sticks. */
#ifndef FL_DNG_LIST_H
#define FL_DNG_LIST_H

#include "firstlight/meta.h"

struct fl_dng_list {
    struct fl_exif *entries; /* all of directory 0 */
    fl_err err;
};

/* Errors: FL_ERR_MEMORY, in list->err. */
void fl_dng_list_open(struct fl_dng_list *list);
void fl_dng_list_close(struct fl_dng_list *list);

void fl_dng_put_bytes(struct fl_dng_list *list, int tag, int count, const uint8_t *values);
void fl_dng_put_undefined(struct fl_dng_list *list, int tag, size_t size, const uint8_t *data);
void fl_dng_put_text(struct fl_dng_list *list, int tag, const char *text);
void fl_dng_put_short(struct fl_dng_list *list, int tag, int value);
void fl_dng_put_shorts(struct fl_dng_list *list, int tag, int count, const uint16_t *values);
void fl_dng_put_long(struct fl_dng_list *list, int tag, uint32_t value);
void fl_dng_put_longs(struct fl_dng_list *list, int tag, int count, const uint32_t *values);
void fl_dng_put_doubles(struct fl_dng_list *list, int tag, int count, const double *values);

/* Fractions: the unsigned ones of values >= 0, the signed ones in millionths, of finite values. */
void fl_dng_put_ratios(struct fl_dng_list *list, int tag, int count, const double *values);
void fl_dng_put_signed(struct fl_dng_list *list, int tag, int count, const double *values);

/* Where the 32-bit values of a tag lie, to be changed; NULL without the tag. */
uint32_t *fl_dng_list_longs(struct fl_dng_list *list, int tag);

#endif
