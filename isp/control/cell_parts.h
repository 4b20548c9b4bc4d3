/* Cells of statistics that kernels do not sum: those at the edges, and bright windows there and in
 * planes. Private to statistics.c. */
#ifndef FL_CELL_PARTS_H
#define FL_CELL_PARTS_H

#include "cell_sums.h"

#include <stdbool.h>

/* Sums over a cell, or over a plane of it; sites are 2 (y & 1) + (x & 1). */
struct fl_cell {
    float level[4], square[4]; /* as struct fl_cell_sums says */
    float clipped, most, step;
};

/* Part of a cell that lies in the picture; squares are known in fewer columns and rows. */
struct fl_cell_size {
    int columns, rows, square_columns, square_rows;
};

struct fl_cell_size fl_cell_size_of(int width, int x0, int rows);

/* Sums the cell at column x0; row: its rows. green: column of green in even rows. */
void fl_cell_part(float *const *row, int x0, const struct fl_cell_size *size, float clip, int green,
                  struct fl_cell *out);

/* The same as the kernel for one cell of any size, and for planes 0..2 where there is no mosaic. */
void fl_cell_part_bright(float *const *const row[3], bool mosaic, int x0,
                         const struct fl_cell_size *size, const struct fl_bright_rule *rule,
                         float out[4]);

#endif
