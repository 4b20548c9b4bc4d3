/* Memory for rows with room for mirrored borders, shared by the two executors. */
#ifndef FL_ROWS_H
#define FL_ROWS_H

#include "layout.h"

#include <stddef.h>

/* Planes whose rows have `pad` pixels left and right of the picture; capacity rows each. */
struct fl_row_store {
    struct fl_layout layout;
    int width;                  /* unshifted */
    int stride[FL_MAX_PLANES];  /* floats */
    int left[FL_MAX_PLANES];    /* floats before the first pixel */
    int rows[FL_MAX_PLANES];    /* capacity */
    float *data[FL_MAX_PLANES]; /* start of the first row's first pixel */
    float *memory;
};

/* rows and pad unshifted. Returns 0 without memory. */
int fl_row_store_init(struct fl_row_store *store, const struct fl_layout *layout, int width,
                      int rows, int pad);
void fl_row_store_free(struct fl_row_store *store);

/* Row of a plane, in the plane's own rows, wrapping at the capacity. */
float *fl_row_store_at(const struct fl_row_store *store, int plane, int row);

/* Mirrors the borders of the plane rows that belong to unshifted rows [y0, y0 + n): `pad` unshifted
 * pixels on both sides. */
void fl_row_store_mirror(const struct fl_row_store *store, int y0, int n, int pad);

/* Fills pointer tables for rows [y0, y0 + n) with halo rows, mirrored at the picture's height.
 * table: FL_MAX_PLANES arrays of at least n + 2 halo pointers each; row[p] is set to point into
 * them. */
void fl_row_store_point(const struct fl_row_store *store, int y0, int n, int halo, int height,
                        float **const table[FL_MAX_PLANES], struct fl_rows *rows);

#endif
