/* Edge-stopping means: of luminance over 5x5 pixels, and of a mosaic over blocks of 2x2. */
#include "ref.h"

#include "blocks_around.h"

void fl_edge_mean_ref(float *const *in, float per_variance, float *out, int n)
{
    for (int x = 0; x < n; x++) {
        float centre = in[0][x], sum = 0.0f, total = 0.0f;
        for (int j = -2; j <= 2; j++)
            for (int i = -2; i <= 2; i++) {
                float d = in[j][x + i] - centre;
                float t = 1.0f - (d * d) * per_variance;
                float w = t > 0.0f ? t * t : 0.0f;
                total += w;
                sum += w * d;
            }
        out[x] = centre + sum / total;
    }
}

/* Distance of the 2x2 block at column x + 2i, row 2j from the one at column x, the sum of its four
 * squared differences, each over its own reach. */
static float block_distance(float *const *in, const float per_reach[4], int x, int i, int j)
{
    float d[4];
    for (int k = 0; k < 4; k++) {
        float t = in[2 * j + (k >> 1)][x + 2 * i + (k & 1)] - in[k >> 1][x + (k & 1)];
        d[k] = (t * t) * per_reach[k];
    }
    return (d[0] + d[2]) + (d[1] + d[3]);
}

void fl_block_mean_ref(float *const *in, const float per_reach[4], float amount, float *top,
                       float *bottom, int n)
{
    for (int x = 0; x < n; x += 2) {
        float sum[4], total = 1.0f;
        for (int k = 0; k < 4; k++)
            sum[k] = in[k >> 1][x + (k & 1)];
        for (int b = 0; b < FL_BLOCKS_AROUND; b++) {
            int i = fl_blocks_around[b].x, j = fl_blocks_around[b].y;
            float t = 1.0f - block_distance(in, per_reach, x, i, j);
            float w = t > 0.0f ? t * t : 0.0f;
            total += w;
            for (int k = 0; k < 4; k++)
                sum[k] += w * in[2 * j + (k >> 1)][x + 2 * i + (k & 1)];
        }
        for (int k = 0; k < 4; k++) {
            float old = in[k >> 1][x + (k & 1)];
            float *out = k >> 1 ? bottom : top;
            out[x + (k & 1)] = old + amount * (sum[k] / total - old);
        }
    }
}
