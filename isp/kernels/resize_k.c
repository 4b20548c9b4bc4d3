/* A weighted sum of rows, vector source; isp/ref/resize_ref.c says what it must give. */
#include "kernel_names.h"

#include "filter_taps.h"
#include "simd.h"

void K(filter_rows)(const float *in, ptrdiff_t stride, const struct fl_filter_taps *taps,
                    float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        const float *at = in + x, *core = at + taps->core_first * stride;
        vf sum = taps->weight[0] * vf_load(at), lo = vf_load(core), hi = lo;
        for (int i = 1; i < taps->count; i++)
            sum += taps->weight[i] * vf_load(at + i * stride);
        for (int i = 1; i < taps->core_count; i++) {
            vf v = vf_load(core + i * stride);
            lo = vf_min(v, lo);
            hi = vf_max(v, hi);
        }
        vf_store(out + x, vf_min(vf_max(sum, lo), hi));
    }
}
