/* Memory for rows with room for mirrored borders, shared by the two executors. */
#ifndef FL_ROWS_H
#define FL_ROWS_H

#include "layout.h"

#include <stddef.h>

/* Planes of some rows with some pixels left and right of the picture. */
struct fl_row_store {
    struct fl_layout layout;
    int width;                  /* unshifted */
    int stride[FL_MAX_PLANES];  /* floats */
    int rows[FL_MAX_PLANES];    /* capacity */
    int pad[FL_MAX_PLANES];     /* mirrored pixels left and right; 0 where the memory is shared */
    float *data[FL_MAX_PLANES]; /* start of the first row's first pixel */
    size_t bytes;               /* of memory that it needs, a multiple of FL_ALIGN */
    int of[FL_MAX_PLANES];      /* as struct fl_row_need says */
    size_t offset[FL_MAX_PLANES];
};

/* Memory of one plane, unshifted: rows and pixels left and right; `of` >= 0: that plane of the
 * store before, in the same memory. */
struct fl_row_need {
    int of, rows, pad;
};

/* Plans a store. need: one per plane; before: the store that planes may be shared with, or NULL.
 * Returns 0 where it would be larger than memory can be. */
int fl_row_store_init(struct fl_row_store *store, const struct fl_layout *layout, int width,
                      const struct fl_row_need *need, const struct fl_row_store *before);

/* Gives it its memory, aligned to FL_ALIGN; before: the same store, in its place already. */
void fl_row_store_place(struct fl_row_store *store, void *memory,
                        const struct fl_row_store *before);

/* Row of a plane, in the plane's own rows, wrapping at the capacity. */
float *fl_row_store_at(const struct fl_row_store *store, int plane, int row);

/* Mirrors the borders of the plane rows that belong to unshifted rows [y0, y0 + n), by as many
 * pixels as each plane has room for. */
void fl_row_store_mirror(const struct fl_row_store *store, int y0, int n);

/* Fills pointer tables for rows [y0, y0 + n) with halo rows, mirrored at the picture's height.
 * table: FL_MAX_PLANES arrays of at least n + 2 halo pointers each; row[p] is set to point into
 * them. */
void fl_row_store_point(const struct fl_row_store *store, int y0, int n, int halo, int height,
                        float **const table[FL_MAX_PLANES], struct fl_rows *rows);

#endif
