/* Between the stabilised red, green and blue of demosaic and the luminance and colour differences
 * of denoise, which live on the square root: z = cbrt(x + c), y = z^1.5 = sqrt(x + c), both with
 * their tangents below x = 0. */
#include "ref.h"

#include "opponent_back.h"

#include <math.h>

void fl_linear_to_root_ref(const float *in, float *out, float c, float root, int n)
{
    const float at_zero = root * sqrtf(root), slope = 0.5f / at_zero;
    for (int x = 0; x < n; x++) {
        float v = in[x], positive = v > 0.0f ? v : 0.0f;
        float line = at_zero + v * slope;
        out[x] = v > 0.0f ? sqrtf(positive + c) : line;
    }
}

void fl_root_to_linear_ref(const float *in, float *out, float c, float root, int n)
{
    const float at_zero = root * sqrtf(root), per_slope = 2.0f * at_zero;
    for (int x = 0; x < n; x++) {
        float y = in[x];
        out[x] = y > at_zero ? y * y - c : (y - at_zero) * per_slope;
    }
}

void fl_to_opponent_ref(float *r, float *g, float *b, float root, int n)
{
    const float slope = 1.5f * sqrtf(root);
    for (int x = 0; x < n; x++) {
        float z[3] = {r[x], g[x], b[x]}, y[3], u, v;
        for (int c = 0; c < 3; c++) {
            float above = z[c] > root ? z[c] : root, below = z[c] < root ? z[c] : root;
            y[c] = above * sqrtf(above) + (below - root) * slope;
        }
        u = y[0] - y[1];
        v = y[2] - y[1];
        r[x] = y[1] + 0.2f * (u + v); /* .2 R + .6 G + .2 B */
        g[x] = u;
        b[x] = v;
    }
}

static float linear_of(float y, const struct fl_opponent_back *to, int c)
{
    float x = y > to->at_zero ? y * y - to->c : (y - to->at_zero) * to->per_slope;
    float more = x * to->rise[c] + to->offset[c];
    more = more > 0.0f ? more : 0.0f;
    return x + (more < to->bias[c] ? more : to->bias[c]);
}

void fl_from_opponent_ref(const float *y, const float *u, const float *v,
                          const struct fl_opponent_back *to, float *r, float *g, float *b, int n)
{
    for (int x = 0; x < n; x++) {
        float red_green = u[x], blue_green = v[x];
        float green = y[x] - 0.2f * (red_green + blue_green);
        r[x] = linear_of(green + red_green, to, 0);
        g[x] = linear_of(green, to, 1);
        b[x] = linear_of(green + blue_green, to, 2);
    }
}
