/* An even part of the cells: of large pictures it says as much as all of them. */
#ifndef FL_CELL_WALK_H
#define FL_CELL_WALK_H

#include <stdbool.h>

/* Cells that are enough for percentiles and means of the whole picture. */
#define FL_WALK_CELLS 8192

/* Every step-th cell of a row, beginning one further from row to row. */
struct fl_cell_walk {
    int cols, rows, step;
    int col, row; /* the current one */
};

/* Stands before the first of at most about `most` of cols x rows cells. */
static inline struct fl_cell_walk fl_cell_walk_start(int cols, int rows, int most)
{
    struct fl_cell_walk w = {cols, rows, 1, 0, 0};
    while ((double)cols * rows > (double)most * w.step)
        w.step++;
    w.col = -w.step;
    return w;
}

static inline bool fl_cell_walk_next(struct fl_cell_walk *w)
{
    w->col += w->step;
    while (w->col >= w->cols) {
        w->row++;
        if (w->row >= w->rows)
            return false;
        w->col = w->row % w->step; /* may lie behind few columns */
    }
    return w->row < w->rows;
}

#endif
