/* Green at the red and blue pixels of a mosaic from the colour differences of four directions.
 *
 * m[y] is row y of the mosaic; `green` is 1 where pixel 0 of row 0 is green. Differences are
 * doubled: taps and FL_GREEN_EPS know. Sums are written in pairs so that a mirrored picture gives
 * mirrored bits, and sums of two rows' changes so that neighbours may share them. */
#include "ref.h"

#include "green_directions.h"

#include <math.h>

#define COLUMNS 64
#define ROWS    16
#define REACH   5 /* columns and rows around a pixel whose differences count */

/* Green minus colour, doubled, along rows and columns around COLUMNS x ROWS pixels, and its
 * changes. */
struct block {
    float along[ROWS + 2 * REACH][COLUMNS + 2 * REACH], down[ROWS + 2 * REACH][COLUMNS + 2 * REACH];
    float change_along[ROWS + 2 * REACH][COLUMNS + 2 * REACH];
    float change_down[ROWS + 2 * REACH][COLUMNS + 2 * REACH];
};

static bool is_green(int green, int x, int y)
{
    return ((x + y) & 1) != green;
}

/* What a pixel lacks, estimated along a line: mean of the two nearest plus the own colour's
 * curvature; 0 in a flat field. */
static float difference(bool is_green, float c, float near, float far)
{
    return is_green ? (c - near) + 0.5f * far : (near - c) - 0.5f * far;
}

/* The block at column x0 whose first row is m[0]. */
static void fill(struct block *b, float *const *m, int green, int x0, int columns, int rows)
{
    for (int j = 0; j < rows + 2 * REACH; j++)
        for (int i = 0; i < columns + 2 * REACH; i++) {
            int x = x0 + i - REACH, y = j - REACH;
            float *const *r = m + y;
            bool g = is_green(green, x, y);
            b->along[j][i] =
                difference(g, r[0][x], r[0][x - 1] + r[0][x + 1], r[0][x - 2] + r[0][x + 2]);
            b->down[j][i] = difference(g, r[0][x], r[-1][x] + r[1][x], r[-2][x] + r[2][x]);
        }
    for (int j = 1; j < rows + 2 * REACH - 1; j++)
        for (int i = 1; i < columns + 2 * REACH - 1; i++) {
            b->change_along[j][i] = fabsf(b->along[j][i + 1] - b->along[j][i - 1]);
            b->change_down[j][i] = fabsf(b->down[j + 1][i] - b->down[j - 1][i]);
        }
}

typedef const float plane[COLUMNS + 2 * REACH];

/* The squared sum of 5 x 3 changes, longer along the row. */
static float flat_along(plane *change, int j, int i)
{
    float column[5], sum;
    for (int k = 0; k < 5; k++)
        column[k] = (change[j - 1][i + k - 2] + change[j + 1][i + k - 2]) + change[j][i + k - 2];
    sum = ((column[0] + column[1]) + (column[3] + column[4])) + column[2];
    return sum * sum + FL_GREEN_EPS;
}

/* The same with columns for rows. */
static float flat_down(plane *change, int j, int i)
{
    float column[3], sum;
    for (int k = 0; k < 3; k++) {
        int x = i + k - 1;
        column[k] =
            ((change[j - 2][x] + change[j - 1][x]) + (change[j + 1][x] + change[j + 2][x])) +
            change[j][x];
    }
    sum = (column[0] + column[2]) + column[1];
    return sum * sum + FL_GREEN_EPS;
}

/* A one-sided mean, times its weights' sum. */
static float side(float d0, float d1, float d2, float d3, float d4)
{
    return (d0 + d1) + (FL_GREEN_FAR * (d2 + d3) + FL_GREEN_FARTHEST * d4);
}

static float fused(const struct block *b, int j, int i)
{
    const float *h = &b->along[j][i];
    plane *v = &b->down[j];
    float e = side(h[0], h[1], h[2], h[3], h[4]), w = side(h[0], h[-1], h[-2], h[-3], h[-4]);
    float s = side(v[0][i], v[1][i], v[2][i], v[3][i], v[4][i]);
    float n = side(v[0][i], v[-1][i], v[-2][i], v[-3][i], v[-4][i]);
    float fe = flat_along(b->change_along, j, i + 2), fw = flat_along(b->change_along, j, i - 2);
    float fs = flat_down(b->change_down, j + 2, i), fn = flat_down(b->change_down, j - 2, i);
    /* 1 / f of each, times all four f */
    float rows = fe * fw, columns = fs * fn;
    float we = fw * columns, ww = fe * columns, ws = fn * rows, wn = fs * rows;
    float sum = (we * e + ww * w) + (ws * s + wn * n);
    return FL_GREEN_SHARE * (sum / ((we + ww) + (ws + wn)));
}

void fl_green_directions_ref(float *const *m, int green, float *const *out, int n, int rows)
{
    struct block b;
    for (int y0 = 0; y0 < rows; y0 += ROWS)
        for (int x0 = 0; x0 < n; x0 += COLUMNS) {
            int columns = n - x0 < COLUMNS ? n - x0 : COLUMNS;
            int count = rows - y0 < ROWS ? rows - y0 : ROWS;
            int first_green = green ^ (y0 & 1);
            fill(&b, m + y0, first_green, x0, columns, count);
            for (int j = 0; j < count; j++)
                for (int i = 0; i < columns; i++) {
                    float c = m[y0 + j][x0 + i];
                    bool g = is_green(first_green, x0 + i, j);
                    out[y0 + j][x0 + i] = g ? c : c + fused(&b, j + REACH, i + REACH);
                }
        }
}
