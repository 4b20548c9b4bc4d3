/* Rows and planes: how pixels are handed from stage to stage. */
#ifndef FL_LAYOUT_H
#define FL_LAYOUT_H

#include <stdint.h>

#define FL_MAX_PLANES 8

/* Planes of 32-bit float. A plane of shift s holds one value for 2^s x 2^s pixels: its width and
 * height are those of the picture divided by 2^s, rounded up. */
struct fl_layout {
    int planes;
    uint8_t shift[FL_MAX_PLANES];
};

/* Consecutive rows [y0, y0 + n) of every plane.
 *
 * row[p][i] is the first pixel of a plane's row, for i from -(halo_y >> shift) up to, but not
 * including, (n >> shift) + (halo_y >> shift); x runs from -(halo_x >> shift) to the plane's width
 * plus (halo_x >> shift). Beyond the picture's edges the picture continues mirrored without
 * repeating the edge (... 2 1 0 1 2 ...), which keeps the CFA phase. Row pointers, not base and
 * stride, because rings wrap.
 *
 * y0 is a multiple of 2^(largest shift) and even; n as well, unless the picture ends there.
 * Kernels may write up to FL_ROW_SLACK floats past the end of an output row. */
struct fl_rows {
    float *const *row[FL_MAX_PLANES];
    int y0, n;
    int width, height; /* of the whole picture, unshifted */
    int x0;            /* 0, but for FL_STAGE_COLUMNS: the first column of a part width wide */
};

#define FL_ROW_SLACK 16

/* Whole planes, for stages that take their input from anywhere. */
struct fl_planes {
    float *data[FL_MAX_PLANES];
    int stride[FL_MAX_PLANES]; /* floats */
    int width, height;         /* unshifted */
    struct fl_layout layout;
};

static inline struct fl_layout fl_layout_of(int planes)
{
    struct fl_layout l = {planes, {0}};
    return l;
}

/* Width or height of a plane of the given shift. */
static inline int fl_shifted(int size, int shift)
{
    return (size + (1 << shift) - 1) >> shift;
}

/* Index of the pixel that stands at i when a line of n pixels continues mirrored at both ends. */
static inline int fl_mirror(int i, int n)
{
    int period = 2 * (n - 1);
    if (n == 1)
        return 0;
    i %= period;
    if (i < 0)
        i += period;
    return i < n ? i : period - i;
}

#endif
