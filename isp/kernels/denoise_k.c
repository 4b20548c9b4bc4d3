/* Edge-stopping means, vector source; isp/ref/denoise_ref.c says what each must give. */
#include "kernel_names.h"

#include "simd.h"

void K(edge_mean)(float *const *in, float per_variance, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf centre = vf_load(in[0] + x), sum = vf_set(0.0f), total = sum;
        for (int j = -2; j <= 2; j++)
            for (int i = -2; i <= 2; i++) {
                vf d = vf_load(in[j] + x + i) - centre;
                vf t = vf_max(1.0f - (d * d) * per_variance, vf_set(0.0f));
                vf w = t * t;
                total += w;
                sum += w * d;
            }
        vf_store(out + x, centre + sum / total);
    }
}

void K(block_mean)(float *const *in, const float per_variance[4], float amount, float *top,
                   float *bottom, int n)
{
    const vf pv_top = vf_pair(per_variance[0], per_variance[1]);
    const vf pv_bottom = vf_pair(per_variance[2], per_variance[3]);
    for (int x = 0; x < n; x += FL_LANES) {
        vf old_top = vf_load(in[0] + x), old_bottom = vf_load(in[1] + x);
        vf sum_top = vf_set(0.0f), sum_bottom = sum_top, total = sum_top;
        for (int j = -2; j <= 2; j++)
            for (int i = -2; i <= 2; i++) {
                vf a = vf_load(in[2 * j] + x + 2 * i), b = vf_load(in[2 * j + 1] + x + 2 * i);
                vf da = a - old_top, db = b - old_bottom;
                vf d = (da * da) * pv_top + (db * db) * pv_bottom;
                vf t = 1.125f - 0.125f * (d + vf_swap_pairs(d));
                vf s = vf_min(vf_max(t, vf_set(0.0f)), vf_set(1.0f));
                vf s2 = s * s, s4 = s2 * s2, w = s4 * s4;
                total += w;
                sum_top += w * a;
                sum_bottom += w * b;
            }
        vf_store(top + x, old_top + amount * (sum_top / total - old_top));
        vf_store(bottom + x, old_bottom + amount * (sum_bottom / total - old_bottom));
    }
}
