/* Local tone: luminance bins and gains. */
#include "ref.h"

#include "control.h"
#include "fastlog.h"

void fl_tone_bin_ref(const float *r, const float *g, const float *b, float *bin, float log2_min,
                     float per_step, int n)
{
    const float last = (float)(FL_TONE_BINS - 1);
    for (int x = 0; x < n; x++) {
        float l = (FL_TONE_RED * r[x] + FL_TONE_GREEN * g[x]) + FL_TONE_BLUE * b[x];
        float v = (fl_fast_log2(l > 0x1p-60f ? l : 0x1p-60f) - log2_min) * per_step;
        v = v > 0.0f ? v : 0.0f;
        bin[x] = v < last ? v : last;
    }
}

void fl_tone_gain_ref(const float *bin, float *gain, const struct fl_tone_segment *segment, int n)
{
    for (int x = 0; x < n; x++) {
        int i = (int)bin[x];
        float t = bin[x] - (float)i;
        float w = segment->weight + (float)x * segment->step;
        float left = segment->value[i] + t * segment->rise[i];
        float change = segment->value_change[i] + t * segment->rise_change[i];
        gain[x] = fl_fast_exp2(left + w * change);
    }
}
