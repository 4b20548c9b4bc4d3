/* Green equalisation, vector source; isp/ref/green_ref.c says what it must give. */
#include "kernel_names.h"

#include "green_rule.h"
#include "simd.h"

void K(green_balance)(float *const *m, const struct fl_green_rule *rule, int green, float *out,
                      int n)
{
    const vi is_green = vf_pair(green ? 0.0f : 1.0f, green ? 1.0f : 0.0f) > vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES) {
        vf v = vf_load(m[0] + x), at = (float)x + vf_count();
        vf beside = 0.5f * (vf_load(m[0] + x - 1) + vf_load(m[0] + x + 1));
        vf above = 0.5f * (vf_load(m[-1] + x) + vf_load(m[1] + x));
        vf own = rule->own[0] + at * (rule->own[1] + at * rule->own[2]);
        vf leak = (rule->beside * beside + rule->above * above) + own * v;
        vf_store(out + x, vf_select(is_green & (v < rule->clip), v - leak, v));
    }
}
