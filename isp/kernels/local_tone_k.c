/* Local tone, vector source; isp/ref/local_tone_ref.c says what each must give. */
#include "kernel_names.h"

#include "simd.h"

static inline vf fast_log2(vf v)
{
    vi bits = vi_bits(v);
    vf e = vf_from_int((bits >> 23) - 127);
    vf t = vf_bits((bits & 0x7fffff) | 0x3f800000) - 1.0f;
    return e + (t + t * (1.0f - t) *
                        (0.44183587f + t * (-0.26653628f + t * (0.14701877f + t * -0.04424374f))));
}

static inline vf fast_exp2(vf v)
{
    vf shifted = v + 128.0f;
    vi e = vi_from_float(shifted);
    vf t = shifted - vf_from_int(e);
    vf p = 1.0f + t + t * (1.0f - t) * (-0.30699512f + t * (-0.06545551f + t * -0.01368946f));
    return p * vf_bits((e - 1) << 23);
}

void K(tone_bin)(const float *r, const float *g, const float *b, float *bin, float log2_min,
                 float per_step, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf l = (FL_TONE_RED * vf_load(r + x) + FL_TONE_GREEN * vf_load(g + x)) +
               FL_TONE_BLUE * vf_load(b + x);
        vf v = (fast_log2(vf_max(l, vf_set(0x1p-60f))) - log2_min) * per_step;
        v = vf_max(v, vf_set(0.0f));
        vf_store(bin + x, vf_min(v, vf_set((float)(FL_TONE_BINS - 1))));
    }
}

void K(tone_gain)(const float *bin, float *gain, const struct fl_tone_segment *segment, int n)
{
    vf position = vf_count();
    for (int x = 0; x < n; x += FL_LANES) {
        vf b = vf_load(bin + x);
        vi i = vi_from_float(b);
        vf t = b - vf_from_int(i);
        vf w = segment->weight + (position + (float)x) * segment->step;
        vf left = vf_lookup32(segment->value, i) + t * vf_lookup32(segment->rise, i);
        vf change =
            vf_lookup32(segment->value_change, i) + t * vf_lookup32(segment->rise_change, i);
        vf_store(gain + x, fast_exp2(left + w * change));
    }
}
