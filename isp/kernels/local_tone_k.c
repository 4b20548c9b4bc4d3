/* Local tone, vector source; isp/ref/local_tone_ref.c says what each must give. */
#include "kernel_names.h"

#include "simd.h"

void K(mix)(const float *a, const float *b, float weight, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf v = vf_load(a + x);
        vf_store(out + x, v + (vf_load(b + x) - v) * weight);
    }
}

void K(tone_bin)(const float *r, const float *g, const float *b, float *bin, int32_t first,
                 float per_bit, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf l = (FL_TONE_RED * vf_load(r + x) + FL_TONE_GREEN * vf_load(g + x)) +
               FL_TONE_BLUE * vf_load(b + x);
        vf v = vf_from_int(vi_bits(vf_max(l, vf_set(0x1p-60f))) - first) * per_bit;
        v = vf_max(v, vf_set(0.0f));
        vf_store(bin + x, vf_min(v, vf_set((float)(FL_TONE_BINS - 1))));
    }
}

void K(tone_gain)(const float *bin, float *gain, const struct fl_tone_segment *segment, int n)
{
    const vf position = vf_count() + (float)segment->x;
    for (int x = 0; x < n; x += FL_LANES) {
        vf b = vf_load(bin + x), at[4], left, right;
        vi i = vi_from_float(b) & (FL_TONE_BINS - 1); /* whatever lies behind the n-th pixel */
        vf t = b - vf_from_int(i);
        vf w = segment->weight + (position + (float)x) * segment->step;
        vf_lookup_pairs(segment->left, segment->right, i, at);
        left = at[0] + t * (at[1] - at[0]);
        right = at[2] + t * (at[3] - at[2]);
        vf_store(gain + x, left + w * (right - left));
    }
}
