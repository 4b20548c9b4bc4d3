/* A last step over the finished picture, before it becomes codes: display-encoded red, green and
 * blue as floats, 0..1. The neural stage is one. */
#ifndef FIRSTLIGHT_FINISH_H
#define FIRSTLIGHT_FINISH_H

#include "firstlight/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The picture that will come: cropped, not yet turned upright. */
struct fl_finish_picture {
    int width, height;
    /* Where the mosaic's first red sample stands: column and row 0 or 1. 0 without a mosaic. */
    int red_x, red_y;
    /* The noise that the raw has, carried through white balance, matrix, exposure and encoding to
     * where its n pixels are now, but not through the noise reduction: the standard deviation, mean
     * of the three channels, in units of the display. Any thread. */
    void (*noise)(const void *chain, const float *const rgb[3], float *sigma, int n);
    const void *chain;
};

/* Takes n rows from y on of the picture: rgb[p] + i * stride is row y + i of a plane. Every row
 * once, in any order. Any thread. */
struct fl_finish_target {
    void (*rows)(void *self, int y, int n, const float *const rgb[3], int stride);
    void *self;
};

struct fl_finish {
    /* Before the first row; picture is there until end(), the target as well. An error ends the
     * run. */
    fl_err (*begin)(void *user, const struct fl_finish_picture *picture,
                    const struct fl_finish_target *target);
    /* Row y + i of a plane p is row[p][i]; for this call only. Every row once, in any order, from
     * several threads at a time. */
    void (*rows)(void *user, int y, int n, const float *const *const row[3]);
    /* After the last row, or when the run fails (complete is false). Where it succeeds, every row
     * has gone to the target. An error is the run's. */
    fl_err (*end)(void *user, bool complete);
    void *user;
};

#ifdef __cplusplus
}
#endif
#endif
