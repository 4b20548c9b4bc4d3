/* The blocks that a block of a mosaic is compared with: a diamond, in the order of their sums. */
#ifndef FL_BLOCKS_AROUND_H
#define FL_BLOCKS_AROUND_H

#define FL_BLOCKS_AROUND 12

static const struct {
    int x, y;
} fl_blocks_around[FL_BLOCKS_AROUND] = {{0, -2}, {-1, -1}, {0, -1}, {1, -1}, {-2, 0}, {-1, 0},
                                        {1, 0},  {2, 0},   {-1, 1}, {0, 1},  {1, 1},  {0, 2}};

#endif
