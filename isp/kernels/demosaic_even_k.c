/* Red and blue from equally weighted neighbours, vector source; isp/ref/demosaic_even_ref.c says
 * what it must give. */
#include "kernel_names.h"

#include "simd.h"

static inline vf minus_green(float *const *m, float *const *g, int k, int x)
{
    return vf_load(m[k] + x) - vf_load(g[k] + x);
}

static inline vf beside(float *const *m, float *const *g, int k, int x)
{
    return minus_green(m, g, k, x - 1) + minus_green(m, g, k, x + 1);
}

static inline vf above(float *const *m, float *const *g, int x)
{
    return minus_green(m, g, -1, x) + minus_green(m, g, 1, x);
}

void K(color_even)(float *const *m, float *const *g, int green, float *own, float *third, int n)
{
    const vi is_green = vf_pair(green ? 1.0f : 0.0f, green ? 0.0f : 1.0f) > vf_set(0.5f);
    for (int x = 0; x < n; x += FL_LANES) {
        vf h = beside(m, g, 0, x), h2 = beside(m, g, -2, x) + beside(m, g, 2, x);
        vf v = above(m, g, x), v2 = above(m, g, x - 2) + above(m, g, x + 2);
        vf corners = beside(m, g, -1, x) + beside(m, g, 1, x);
        vf centre = vf_load(g[0] + x);
        vf_store(own + x,
                 vf_select(is_green, centre + (0.375f * h + 0.0625f * h2), vf_load(m[0] + x)));
        vf_store(third + x,
                 centre + vf_select(is_green, 0.375f * v + 0.0625f * v2, 0.25f * corners));
    }
}
