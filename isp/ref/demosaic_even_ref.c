/* Red and blue from equally weighted neighbours: demosaic_ref.c says what the arguments are. */
#include "ref.h"

/* Colour minus green, k rows below and at column x; and of two pixels at one distance. */
static float minus_green(float *const *m, float *const *g, int k, int x)
{
    return m[k][x] - g[k][x];
}

static float beside(float *const *m, float *const *g, int k, int x)
{
    return minus_green(m, g, k, x - 1) + minus_green(m, g, k, x + 1);
}

static float above(float *const *m, float *const *g, int x)
{
    return minus_green(m, g, -1, x) + minus_green(m, g, 1, x);
}

void fl_color_even_ref(float *const *m, float *const *g, int green, float *own, float *third, int n)
{
    for (int x = 0; x < n; x++) {
        float h = beside(m, g, 0, x), h2 = beside(m, g, -2, x) + beside(m, g, 2, x);
        float v = above(m, g, x), v2 = above(m, g, x - 2) + above(m, g, x + 2);
        float corners = beside(m, g, -1, x) + beside(m, g, 1, x);
        int is_green = (x & 1) != green;
        own[x] = is_green ? g[0][x] + (0.375f * h + 0.0625f * h2) : m[0][x];
        third[x] = g[0][x] + (is_green ? 0.375f * v + 0.0625f * v2 : 0.25f * corners);
    }
}
