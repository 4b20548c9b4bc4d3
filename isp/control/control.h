/* What the first pass measures and what control decides from it: plain values that stages read. */
#ifndef FL_CONTROL_H
#define FL_CONTROL_H

#include "firstlight/pipeline.h"

/* Pixels a side of a statistics cell; even, so that a cell holds whole CFA blocks. */
#define FL_CELL 16

/* Share of the clipping level from where on a pixel is bright. */
#define FL_BRIGHT 0.6F

/* Parts of a cell whose noise is measured one by one. */
#define FL_NOISE_PARTS 4

/* Pass 1: the frame in cells, linear, black 0, white 1, after lens shading, before white balance.
 * Arrays hold cols x rows values; a cell at the right or bottom edge may cover fewer pixels. */
struct fl_statistics {
    int width, height; /* pixels of the picture */
    int cols, rows;
    float *mean[3];    /* red, green, blue; mono: all three alike */
    float *clipped;    /* share of the cell's pixels at or above the clipping level, 0..1 */
    float *green_step; /* of a Bayer mosaic: green of even rows less green of odd rows, about the
                          same centre; 0 in cells that are not whole */
    float *most;       /* the cell's largest sample */
    float *bright[4];  /* mean over the cell of red, green and blue times a weight, and of the
                          weight: 0 where the largest of the three is below FL_BRIGHT or any is
                          clipped, 1 close to the clipping level where it is smooth */
    float *noise[3];   /* variance of the noise in the cell, from differences between neighbours of
                          one colour; texture makes it larger, never smaller */
    float *part[FL_NOISE_PARTS]; /* the same by parts that share no pixel: the four sites of a
                                    mosaic or of mono, row by row; of planes red, green, blue, 0 */
};

/* Most luminance bins of a tone grid. */
#define FL_TONE_BINS 32

/* Luminance that the tone grid is made for and looked up with: closer to equal weights than Y of
 * CIE, so that saturated blue and red are not taken for shadows. */
#define FL_TONE_RED   0.25F
#define FL_TONE_GREEN 0.5F
#define FL_TONE_BLUE  0.25F

/* Gains for local tone mapping as a bilateral grid: a function of place and of the pixel's own
 * luminance, because a map of place alone has halos at every edge that runs through a cell.
 *
 * For a pixel at (x, y) of the active area with linear output RGB, exposure applied:
 *     l = log2(FL_TONE_RED R + FL_TONE_GREEN G + FL_TONE_BLUE B)     (the first bin where <= 0)
 *     u = (x + 0.5) / cell - 0.5,  v = (y + 0.5) / cell - 0.5,  b = (l - log2_min) / log2_step
 * each clamped to [0, size - 1]; log2_gain is trilinear in (u, v, b) and the pixel is multiplied
 * by 2^log2_gain. l + log2_gain(l) rises with l everywhere. */
struct fl_tone_grid {
    int cols, rows;            /* 0: no local tone */
    int bins;                  /* of luminance, 2..FL_TONE_BINS */
    int cell;                  /* pixels a side of a grid cell; a multiple of FL_CELL */
    float log2_min, log2_step; /* luminance of the first bin, stops between bins */
    float *log2_gain;          /* [(row * cols + col) * bins + bin], stops */
};

/* Bins of log2 ratios: FL_HIGHLIGHT_STEP stops each, the middle one at 0. */
#define FL_HIGHLIGHT_BINS 25
#define FL_HIGHLIGHT_STEP 0.25F

static inline float fl_highlight_bin(float log2_ratio)
{
    float bin = log2_ratio * (1.0F / FL_HIGHLIGHT_STEP) + 0.5F * (FL_HIGHLIGHT_BINS - 1);
    bin = bin > 0.0F ? bin : 0.0F;
    return bin < FL_HIGHLIGHT_BINS - 1 ? bin : FL_HIGHLIGHT_BINS - 1;
}

/* Weighted sums of white-balanced colours that are bright and not clipped, near a place; c + 1 and
 * c + 2 are colours modulo 3. */
struct fl_highlight_node {
    /* colour c, and the mean of the others, by log2 of c + 1 over c + 2 */
    float one[3][FL_HIGHLIGHT_BINS][2];
    /* colours c, c + 1 and c + 2 of what has at least this log2 of the lesser of c + 1 and c + 2
     * over c, each in shares of its clip level */
    float two[3][FL_HIGHLIGHT_BINS][3];
    float all[3];
};

/* The node at (col, row) stands in the middle of its cell; samples look it up bilinearly, by place
 * and bin. */
struct fl_highlight_grid {
    float most;           /* the frame's largest sample, before white balance */
    int cols, rows, cell; /* nodes; pixels a side of a cell. 0: nothing is known */
    struct fl_highlight_node *node;
};

#define FL_GREEN_PLACE 6

/* The greens of even rows less those of odd rows, after lens shading and before white balance:
 *     red R + blue B + p(u, v) G,
 * p = place . (1, u, v, u^2, u v, v^2), u and v from -1/2 to 1/2 over the picture. */
struct fl_green_fit {
    double
        imbalance; /* root mean square of that relative to G beyond what chance makes; 0 = none */
    double red, blue, place[FL_GREEN_PLACE];
};

/* Everything decided before pass 2. */
struct fl_control {
    double wb_gain[3];    /* red, green, blue; green 1 */
    double cct_k;         /* of the white point; 0 = unknown */
    double matrix[9];     /* white-balanced camera RGB -> linear output RGB; white stays white */
    double exposure_gain; /* linear, all sources together */
    double white;         /* standard look: level after local tone that becomes display white */
    struct fl_green_fit green;
    struct fl_tone_grid grid;
    struct fl_highlight_grid highlights;
    struct fl_noise noise[3]; /* what denoise should believe: measured, tagged, or both */
};

#endif
