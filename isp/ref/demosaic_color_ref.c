/* Red and blue at every pixel of a block, from the mosaic and green.
 *
 * m[y] and g[y] are rows of both; `green` is 1 where pixel 0 of row 0 is green. The other pixels of
 * a row are its own colour; the third colour stands in the rows above and below only. Sums are
 * written in pairs so that a mirrored picture gives mirrored bits. */
#include "ref.h"

#include "demosaic_rule.h"

#include <math.h>
#include <stdbool.h>

#define COLUMNS 64
#define ROWS    16 /* even */

/* One over the trust in the neighbour (dx, dy): how much green changes towards it and beyond. */
static float doubt(float *const *g, int x, int dx, int dy)
{
    float near = fabsf(g[dy][x + dx] - g[0][x]), far = fabsf(g[2 * dy][x + 2 * dx] - g[0][x]);
    return (near + 0.5f * far) + FL_COLOR_EPS;
}

/* Weights of neighbours, opposite ones paired: one over each doubt, times all four. */
struct weights {
    float w[4];
};

static struct weights weigh(float a, float b, float c, float d)
{
    float ab = a * b, cd = c * d;
    return (struct weights){{b * cd, a * cd, d * ab, c * ab}};
}

static float mean4(const struct weights *w, float a, float b, float c, float d)
{
    float share = 1.0f / ((w->w[0] + w->w[1]) + (w->w[2] + w->w[3]));
    return ((w->w[0] * a + w->w[1] * b) + (w->w[2] * c + w->w[3] * d)) * share;
}

/* Colour minus green at a pixel whose colour the mosaic has. */
static float known(float *const *m, float *const *g, int x, int y)
{
    return m[y][x] - g[y][x];
}

/* The third colour minus green at a pixel of its row's own colour. */
static float third(float *const *m, float *const *g, int x)
{
    struct weights w =
        weigh(doubt(g, x, -1, -1), doubt(g, x, 1, 1), doubt(g, x, 1, -1), doubt(g, x, -1, 1));
    return mean4(&w, known(m, g, x - 1, -1), known(m, g, x + 1, 1), known(m, g, x + 1, -1),
                 known(m, g, x - 1, 1));
}

/* The third colour's differences around COLUMNS x ROWS pixels; what stands at green ones is not
 * used. */
struct block {
    float third[ROWS + 2][COLUMNS + 2];
};

static void make_thirds(struct block *b, float *const *m, float *const *g, int green, int x0,
                        int columns, int rows)
{
    for (int j = 0; j < rows + 2; j++)
        for (int i = 0; i < columns + 2; i++) {
            int x = x0 + i - 1, y = j - 1;
            b->third[j][i] = ((x ^ y) & 1) == green ? third(m + y, g + y, x) : 0.0f;
        }
}

/* m, g: row of the pixel; d points at its difference in the block. */
static void pixel(float *const *m, float *const *g, int x, bool is_green,
                  float (*d)[COLUMNS + 2], int i, float *own, float *other)
{
    struct weights w;
    if (!is_green) {
        *own = m[0][x];
        *other = g[0][x] + d[0][i];
        return;
    }
    w = weigh(doubt(g, x, -1, 0), doubt(g, x, 1, 0), doubt(g, x, 0, -1), doubt(g, x, 0, 1));
    /* beside a green pixel stands its row's own colour, above and below the third */
    *own = g[0][x] + mean4(&w, known(m, g, x - 1, 0), known(m, g, x + 1, 0), d[-1][i], d[1][i]);
    *other = g[0][x] + mean4(&w, d[0][i - 1], d[0][i + 1], known(m, g, x, -1), known(m, g, x, 1));
}

void fl_color_weighted_ref(float *const *m, float *const *g, int green, float *const *first,
                           float *const *second, int n, int rows)
{
    struct block b;
    for (int y0 = 0; y0 < rows; y0 += ROWS)
        for (int x0 = 0; x0 < n; x0 += COLUMNS) {
            int columns = n - x0 < COLUMNS ? n - x0 : COLUMNS;
            int count = rows - y0 < ROWS ? rows - y0 : ROWS;
            make_thirds(&b, m + y0, g + y0, green, x0, columns, count);
            for (int y = y0; y < y0 + count; y++)
                for (int x = x0; x < x0 + columns; x++) {
                    float *own = y & 1 ? second[y] : first[y];
                    float *other = y & 1 ? first[y] : second[y];
                    pixel(m + y, g + y, x, ((x ^ y) & 1) != green, b.third + (y - y0 + 1),
                          x - x0 + 1, &own[x], &other[x]);
                }
        }
}
