/* Edge-stopping means, vector source; isp/ref/denoise_ref.c says what each must give.
 *
 * Sums have a fixed order, so each is one long chain of additions; two vectors at a time keep the
 * machine busy. */
#include "kernel_names.h"

#include "blocks_around.h"
#include "simd.h"

/* `vectors` is constant where this is inlined. */
static inline void edge_mean(float *const *in, float per_variance, float *out, int x, int vectors)
{
    vf centre[2], sum[2], total[2];
    for (int v = 0; v < vectors; v++) {
        centre[v] = vf_load(in[0] + x + v * FL_LANES);
        sum[v] = total[v] = vf_set(0.0f);
    }
    for (int j = -2; j <= 2; j++)
        for (int i = -2; i <= 2; i++)
            for (int v = 0; v < vectors; v++) {
                vf d = vf_load(in[j] + x + v * FL_LANES + i) - centre[v];
                vf t = vf_max(1.0f - (d * d) * per_variance, vf_set(0.0f));
                vf w = t * t;
                total[v] += w;
                sum[v] += w * d;
            }
    for (int v = 0; v < vectors; v++)
        vf_store(out + x + v * FL_LANES, centre[v] + sum[v] / total[v]);
}

void K(edge_mean)(float *const *in, float per_variance, float *out, int n)
{
    int x = 0;
    for (; x + FL_LANES < n; x += 2 * FL_LANES)
        edge_mean(in, per_variance, out, x, 2);
    if (x < n)
        edge_mean(in, per_variance, out, x, 1);
}

struct block_rule {
    vf per_reach[2]; /* of the two rows */
    float amount;
};

static inline void block_mean(float *const *in, const struct block_rule *rule, float *top,
                              float *bottom, int x, int vectors)
{
    vf old[2][2], sum[2][2], total[2];
    for (int v = 0; v < vectors; v++) {
        for (int row = 0; row < 2; row++)
            old[v][row] = sum[v][row] = vf_load(in[row] + x + v * FL_LANES);
        total[v] = vf_set(1.0f);
    }
    for (int k = 0; k < FL_BLOCKS_AROUND; k++)
        for (int v = 0; v < vectors; v++) {
            int at = x + v * FL_LANES + 2 * fl_blocks_around[k].x, row = 2 * fl_blocks_around[k].y;
            vf a = vf_load(in[row] + at), b = vf_load(in[row + 1] + at);
            vf da = a - old[v][0], db = b - old[v][1];
            vf d = (da * da) * rule->per_reach[0] + (db * db) * rule->per_reach[1];
            vf t = vf_max(1.0f - (d + vf_swap_pairs(d)), vf_set(0.0f)), w = t * t;
            total[v] += w;
            sum[v][0] += w * a;
            sum[v][1] += w * b;
        }
    for (int v = 0; v < vectors; v++)
        for (int row = 0; row < 2; row++)
            vf_store((row ? bottom : top) + x + v * FL_LANES,
                     old[v][row] + rule->amount * (sum[v][row] / total[v] - old[v][row]));
}

void K(block_mean)(float *const *in, const float per_reach[4], float amount, float *top,
                   float *bottom, int n)
{
    const struct block_rule rule = {
        {vf_pair(per_reach[0], per_reach[1]), vf_pair(per_reach[2], per_reach[3])},
        amount};
    int x = 0;
    for (; x + FL_LANES < n; x += 2 * FL_LANES)
        block_mean(in, &rule, top, bottom, x, 2);
    if (x < n)
        block_mean(in, &rule, top, bottom, x, 1);
}
