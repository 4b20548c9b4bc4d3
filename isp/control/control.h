/* What the first pass measures and what control decides from it: plain values that stages read. */
#ifndef FL_CONTROL_H
#define FL_CONTROL_H

#include "firstlight/pipeline.h"

#define FL_CELL 16 /* pixels a side of a statistics cell; even, so that a cell holds whole CFA blocks */

/* Pass 1: the frame in cells, linear, black 0, white 1, after lens shading, before white balance.
 * Arrays hold cols x rows values; a cell at the right or bottom edge may cover fewer pixels. */
struct fl_statistics {
    int width, height; /* pixels of the picture */
    int cols, rows;
    float *mean[3]; /* red, green, blue; mono: all three alike */
    float *clipped; /* share of the cell's pixels at or above the clipping level, 0..1 */
    float *noise[3]; /* variance of the noise in the cell, from differences between neighbours of
                        one colour; texture makes it larger, never smaller */
};

/* A coarse map of gains for local tone mapping, bilinear between cell centres. */
struct fl_tone_grid {
    int cols, rows; /* 0: no local tone */
    int cell;       /* pixels a side of a grid cell */
    float *log2_gain;
};

/* Everything decided before pass 2. */
struct fl_control {
    double wb_gain[3];       /* red, green, blue; green 1 */
    double cct_k;            /* of the white point; 0 = unknown */
    double matrix[9];        /* white-balanced camera RGB -> linear output RGB; white stays white */
    double exposure_gain;    /* linear, all sources together */
    double white;            /* standard look: scene value, after exposure, that display white shows */
    struct fl_tone_grid grid;
    struct fl_noise noise[3]; /* what denoise should believe: measured, tagged, or both */
};

#endif
