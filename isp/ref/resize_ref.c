/* A weighted sum of rows, kept between the values of its core; stages/resize.c says why. */
#include "ref.h"

#include "filter_taps.h"

void fl_filter_rows_ref(const float *in, ptrdiff_t stride, const struct fl_filter_taps *taps,
                        float *out, int n)
{
    for (int x = 0; x < n; x++) {
        const float *at = in + x, *core = at + taps->core_first * stride;
        float sum = taps->weight[0] * at[0], lo = core[0], hi = core[0];
        for (int i = 1; i < taps->count; i++)
            sum += taps->weight[i] * at[i * stride];
        for (int i = 1; i < taps->core_count; i++) {
            float v = core[i * stride];
            lo = v < lo ? v : lo;
            hi = v > hi ? v : hi;
        }
        sum = sum > lo ? sum : lo;
        out[x] = sum < hi ? sum : hi;
    }
}
