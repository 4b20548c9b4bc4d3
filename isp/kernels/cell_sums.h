/* What kernels find out about a row of statistics cells. */
#ifndef FL_CELL_SUMS_H
#define FL_CELL_SUMS_H

#include "control.h"

/* Pixels a side of what is looked at for bright colours. */
#define FL_BRIGHT_WINDOW 4

/* Arrays of two values a cell, of its even and of its odd columns; FL_KERNEL_SLACK values more may
 * be written. */
struct fl_cell_sums {
    float *level[2];  /* sums over even and odd rows */
    float *square[2]; /* the same of d^2, d = a(x, y) - a(x + 2, y) - a(x, y + 2) + a(x + 2, y + 2)
                         of the rows down to the last but two */
    float *clipped;   /* pixels at or above the clip level */
    float *most;      /* the largest value, at least 0 */
    float *step;      /* as fl_cell_step_weight says */
};

/* The greens of even rows less those of odd rows, with the middle of the cell as their centre: the
 * first even row and column are left out, the outer odd ones count half. */
static inline float fl_cell_step_weight(int column)
{
    return column == 0 ? 0.0F : column == 1 || column == FL_CELL - 1 ? 0.5F : 1.0F;
}

/* When a window is bright. */
struct fl_bright_rule {
    int color[4];    /* of the sites, 0..2 */
    float clip;      /* a window with a sample at or above this does not count */
    float least;     /* level of the largest colour from where on it does, */
    float per_level; /* 1 / (the level where it counts all - least) */
    float per_range; /* 1 / (range of a site's samples that halves its weight) */
};

#endif
