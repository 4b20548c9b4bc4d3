/* WarpRectilinear: where the pixels of an undistorted picture come from, and reading a picture
 * between its pixels. */
#ifndef FL_WARP_H
#define FL_WARP_H

#include "gain_layer.h"

struct fl_warp_polynomial {
    float radial[4]; /* radial[0] less one: what remains is a displacement */
    float tangential[2];
};

struct fl_warp {
    int planes; /* 1: the same for all */
    struct fl_warp_polynomial plane[3];
    float cx, cy, m, per_m; /* centre in pixels of the picture; distance to the farthest corner */
};

/* Errors: FL_ERR_CORRUPT. *identity: it changes nothing. */
fl_err fl_warp_make(const struct fl_opcode *op, const struct fl_opcode_space *space,
                    struct fl_warp *warp, bool *identity);

/* For a row of output pixels that come from (x + dx[x], y + dy[x]) of the warped picture: replaces
 * these by where they come from in the picture before the warp. */
void fl_warp_row(const struct fl_warp *warp, int plane, int y, float *dx, float *dy, int n);

/* Interpolation weights of six pixels for 512 places between the middle two. */
#define FL_WARP_PHASES 512
#define FL_WARP_TAPS   6

struct fl_warp_table {
    float weight[FL_WARP_PHASES][FL_WARP_TAPS];
};

void fl_warp_table_make(struct fl_warp_table *table);

/* A row of a plane of the picture, read at (x + dx[x], y + dy[x]). */
void fl_warp_read(const struct fl_warp_table *table, const struct fl_planes *in, int plane, int y,
                  const float *dx, const float *dy, float *out, int n);

#endif
