/* Unsharp masking of luma; stages/sharpen.c says why. */
#include "ref.h"

#include "sharpen_rule.h"

void fl_luma_ref(const float *r, const float *g, const float *b, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (0.2126f * r[x] + 0.7152f * g[x]) + 0.0722f * b[x];
}

void fl_sharpen_columns_ref(const float *const row[5], const struct fl_sharpen_rule *rule,
                            float *blur, float *lo, float *hi, int n)
{
    const float *w = rule->weight;
    for (int x = 0; x < n; x++) {
        float a = row[1][x], c = row[2][x], b = row[3][x];
        float low = a < b ? a : b, high = a > b ? a : b;
        blur[x] = (w[0] * c + w[1] * (a + b)) + w[2] * (row[0][x] + row[4][x]);
        lo[x] = low < c ? low : c;
        hi[x] = high > c ? high : c;
    }
}

static float least(const float *v)
{
    float side = v[-1] < v[1] ? v[-1] : v[1];
    return side < v[0] ? side : v[0];
}

static float largest(const float *v)
{
    float side = v[-1] > v[1] ? v[-1] : v[1];
    return side > v[0] ? side : v[0];
}

void fl_sharpen_delta_ref(const float *luma, const float *blur, const float *lo, const float *hi,
                          const float *threshold, const struct fl_sharpen_rule *rule, float *delta,
                          int n)
{
    const float *w = rule->weight;
    for (int x = 0; x < n; x++) {
        float sides = w[1] * (blur[x - 1] + blur[x + 1]) + w[2] * (blur[x - 2] + blur[x + 2]);
        float detail = luma[x] - (w[0] * blur[x] + sides);
        float power = detail * detail, noise = threshold[x] * threshold[x];
        float wanted = luma[x] + rule->amount * (detail * (power / ((power + noise) + 1e-12f)));
        float bottom = least(lo + x) - rule->overshoot, top = largest(hi + x) + rule->overshoot;
        wanted = wanted > bottom ? wanted : bottom;
        wanted = wanted < top ? wanted : top;
        delta[x] = wanted - luma[x];
    }
}

void fl_add_ref(const float *in, const float *delta, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x] + delta[x];
}
