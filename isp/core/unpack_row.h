/* One row of any integer raw format as 16-bit samples. */
#ifndef FL_UNPACK_ROW_H
#define FL_UNPACK_ROW_H

#include "firstlight/format.h"

/* Samples [x, x + n) of a row (n x channels values for RGB) to out. `row` is the row's first byte.
 * Formats: U8, U16 and CSI2P of 10, 12 and 14 bits. Reads only bytes that hold these samples or
 * share a CSI-2 group with them. */
void fl_unpack_row(const struct fl_format *format, const void *row, int x, int n, uint16_t *out);

#endif
