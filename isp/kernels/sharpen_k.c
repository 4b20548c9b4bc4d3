/* Unsharp masking of luma, vector source; isp/ref/sharpen_ref.c says what each must give. */
#include "kernel_names.h"

#include "sharpen_rule.h"
#include "simd.h"

void K(luma)(const float *r, const float *g, const float *b, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x,
                 (0.2126f * vf_load(r + x) + 0.7152f * vf_load(g + x)) + 0.0722f * vf_load(b + x));
}

void K(sharpen_columns)(const float *const row[5], const struct fl_sharpen_rule *rule, float *blur,
                        float *lo, float *hi, int n)
{
    const float *w = rule->weight;
    for (int x = 0; x < n; x += FL_LANES) {
        vf a = vf_load(row[1] + x), c = vf_load(row[2] + x), b = vf_load(row[3] + x);
        vf far = vf_load(row[0] + x) + vf_load(row[4] + x);
        vf_store(blur + x, (w[0] * c + w[1] * (a + b)) + w[2] * far);
        vf_store(lo + x, vf_min(vf_min(a, b), c));
        vf_store(hi + x, vf_max(vf_max(a, b), c));
    }
}

void K(sharpen_delta)(const float *luma, const float *blur, const float *lo, const float *hi,
                      const float *threshold, const struct fl_sharpen_rule *rule, float *delta,
                      int n)
{
    const float *w = rule->weight;
    for (int x = 0; x < n; x += FL_LANES) {
        vf sides = w[1] * (vf_load(blur + x - 1) + vf_load(blur + x + 1)) +
                   w[2] * (vf_load(blur + x - 2) + vf_load(blur + x + 2));
        vf here = vf_load(luma + x), limit = vf_load(threshold + x);
        vf detail = here - (w[0] * vf_load(blur + x) + sides);
        vf power = detail * detail, noise = limit * limit;
        vf wanted = here + rule->amount * (detail * (power / ((power + noise) + 1e-12f)));
        vf low = vf_min(vf_load(lo + x - 1), vf_load(lo + x + 1));
        vf high = vf_max(vf_load(hi + x - 1), vf_load(hi + x + 1));
        vf bottom = vf_min(low, vf_load(lo + x)) - rule->overshoot;
        vf top = vf_max(high, vf_load(hi + x)) + rule->overshoot;
        vf_store(delta + x, vf_min(vf_max(wanted, bottom), top) - here);
    }
}

void K(add)(const float *in, const float *delta, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_load(in + x) + vf_load(delta + x));
}
