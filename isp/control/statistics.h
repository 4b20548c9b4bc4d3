/* Pass 1: rows of linear pixels become cells of statistics. */
#ifndef FL_STATISTICS_H
#define FL_STATISTICS_H

#include "control.h"
#include "layout.h"

struct fl_kernels;

/* Allocates cells for a picture; all values are 0. Errors: FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
fl_err fl_statistics_new(int width, int height, struct fl_statistics *out) FL_MUST_USE;

/* Frees what fl_statistics_new() made; a zeroed struct is allowed. */
void fl_statistics_free(struct fl_statistics *stats);

/* What the sink needs to know about the rows that arrive. */
struct fl_statistics_sink {
    struct fl_statistics *stats;
    enum fl_cfa cfa; /* of a mosaic in plane 0; FL_CFA_NONE: planes 0..2 are red, green, blue */
    bool mono;       /* plane 0 is the only one and has no CFA */
    float clip;      /* a pixel at or above this level is clipped */
    const struct fl_kernels *kernels; /* NULL: the best there are */
};

/* A sink for fl_exec_rows(): user is a struct fl_statistics_sink. rows->y0 is a multiple of
 * FL_CELL, rows->n as well unless the picture ends. Writes only the cells of its rows, with a
 * fixed order of summation. Cells with values that are not finite count as clipped. */
void fl_statistics_rows(void *user, const struct fl_rows *rows);

#endif
