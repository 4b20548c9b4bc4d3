/* Local tone: luminance bins and gains. */
#include "ref.h"

#include "control.h"

#include <string.h>

void fl_mix_ref(const float *a, const float *b, float weight, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = a[x] + (b[x] - a[x]) * weight;
}

void fl_tone_bin_ref(const float *r, const float *g, const float *b, float *bin, int32_t first,
                     float per_bit, int n)
{
    const float last = (float)(FL_TONE_BINS - 1);
    for (int x = 0; x < n; x++) {
        float l = (FL_TONE_RED * r[x] + FL_TONE_GREEN * g[x]) + FL_TONE_BLUE * b[x];
        float v = l > 0x1p-60f ? l : 0x1p-60f;
        int32_t bits;
        memcpy(&bits, &v, sizeof bits);
        v = (float)(bits - first) * per_bit;
        v = v > 0.0f ? v : 0.0f;
        bin[x] = v < last ? v : last;
    }
}

void fl_tone_gain_ref(const float *bin, float *gain, const struct fl_tone_segment *segment, int n)
{
    for (int x = 0; x < n; x++) {
        int i = (int)bin[x];
        const float *l = segment->left + i, *r = segment->right + i;
        float t = bin[x] - (float)i;
        float w = segment->weight + (float)(segment->x + x) * segment->step;
        float left = l[0] + t * (l[1] - l[0]), right = r[0] + t * (r[1] - r[0]);
        gain[x] = left + w * (right - left);
    }
}
