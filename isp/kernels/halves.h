/* Rows of a mosaic cut in two: the pixels of the row's own colour, red or blue, and the green ones.
 *
 * Both sites ask for other formulas, so vectors hold one kind only and nothing is computed that is
 * thrown away. Columns are worked on in tiles whose lines fit the nearest cache.
 *
 * Pair k of a tile is columns 2k and 2k + 1; s is 1 where the own colour stands in the odd one.
 * Left and right of own pixel k are green pixels k + s - 1 and k + s, left and right of green pixel
 * k own pixels k - s and k + 1 - s; above and below stands the other kind at the same k. */
#ifndef FL_HALVES_H
#define FL_HALVES_H

#include "simd.h"

#define FL_TILE_PAD 16 /* floats before and behind a line that shifted loads reach */

static inline vf fl_at(const float *line, int k)
{
    return vf_load(line + FL_TILE_PAD + k);
}

static inline void fl_put(float *line, int k, vf v)
{
    vf_store(line + FL_TILE_PAD + k, v);
}

/* Line of row y in a ring; y is at least -240, which all lengths used divide. */
#define FL_RING(ring, y) (&(ring)[(unsigned)((y) + 240) % (sizeof(ring) / sizeof *(ring))])

/* Cuts a row into two lines, from its even pixel `row` on; writes whole vectors, and reads no more
 * than 14 pixels behind the last pair. */
static inline void fl_cut(const float *row, int s, float *own, float *green, int pairs)
{
    float *even = (s ? green : own) + FL_TILE_PAD, *odd = (s ? own : green) + FL_TILE_PAD;
    for (int k = 0; k < pairs; k += FL_LANES) {
        vf a = vf_load(row + 2 * k);
        vf b = k + FL_LANES / 2 < pairs ? vf_load(row + 2 * k + FL_LANES) : a;
        vf_store(even + k, vf_even(a, b));
        vf_store(odd + k, vf_odd(a, b));
    }
}

/* Asks for a row's pixels from memory, to read or to write them: no machine guesses short pieces of
 * many rows. */
static inline void fl_fetch(const float *row, int pixels)
{
    for (int x = 0; x < pixels; x += 16)
        __builtin_prefetch(row + x, 0);
}

static inline void fl_claim(const float *row, int pixels)
{
    for (int x = 0; x < pixels; x += 16)
        __builtin_prefetch(row + x, 1);
}

/* One vector of pairs back into a row that ends after `left` more pairs. */
static inline void fl_join(float *row, int s, vf own, vf green, int left)
{
    vf even = s ? green : own, odd = s ? own : green;
    vf_store(row, vf_zip_low(even, odd));
    if (left > FL_LANES / 2)
        vf_store(row + FL_LANES, vf_zip_high(even, odd));
}

#endif
