/* Test pictures as planes of float, and rows of them fed to a sink as an executor would. */
#ifndef FL_FEED_H
#define FL_FEED_H

#include "control.h"
#include "plan.h"

#include <stdint.h>
#include <stdlib.h>

/* Deterministic noise: xorshift, and a sum of twelve uniforms for a normal deviate. */
static inline uint32_t feed_random(uint32_t *seed)
{
    *seed ^= *seed << 13;
    *seed ^= *seed >> 17;
    *seed ^= *seed << 5;
    return *seed;
}

static inline double feed_uniform(uint32_t *seed)
{
    return feed_random(seed) / 4294967296.0;
}

static inline double feed_normal(uint32_t *seed)
{
    double sum = -6.0;
    for (int i = 0; i < 12; i++)
        sum += feed_uniform(seed);
    return sum;
}

/* Feeds a picture without padding to a sink, the last block of rows first. */
static inline void feed_rows(void (*rows)(void *user, const struct fl_rows *rows), void *user,
                             float *const plane[3], int width, int height)
{
    for (int y = (height - 1) / FL_BLOCK_ROWS * FL_BLOCK_ROWS; y >= 0; y -= FL_BLOCK_ROWS) {
        float *row[3][FL_BLOCK_ROWS];
        struct fl_rows r = {.y0 = y, .width = width, .height = height};
        r.n = height - y < FL_BLOCK_ROWS ? height - y : FL_BLOCK_ROWS;
        for (int p = 0; p < 3 && plane[p]; p++) {
            for (int i = 0; i < r.n; i++)
                row[p][i] = plane[p] + (size_t)(y + i) * (size_t)width;
            r.row[p] = row[p];
        }
        rows(user, &r);
    }
}

#endif
