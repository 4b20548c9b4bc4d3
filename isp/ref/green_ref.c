/* Green equalisation. */
#include "ref.h"

#include "green_rule.h"

void fl_green_balance_ref(float *const *m, const struct fl_green_rule *rule, int green, float *out,
                          int n)
{
    for (int x = 0; x < n; x++) {
        float v = m[0][x], at = (float)x;
        float beside = 0.5f * (m[0][x - 1] + m[0][x + 1]);
        float above = 0.5f * (m[-1][x] + m[1][x]);
        float own = rule->own[0] + at * (rule->own[1] + at * rule->own[2]);
        float leak = (rule->beside * beside + rule->above * above) + own * v;
        out[x] = (x & 1) == green && v < rule->clip ? v - leak : v;
    }
}
