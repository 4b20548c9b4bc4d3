/* Pointwise kernels of colour and tone: matrix, gamut, curves. */
#include "ref.h"

#include "curve_at_ref.h"
#include "reciprocal.h"

void fl_matrix3_ref(float *r, float *g, float *b, const float m[9], int n)
{
    for (int x = 0; x < n; x++) {
        float cr = r[x], cg = g[x], cb = b[x];
        r[x] = (m[0] * cr + m[1] * cg) + m[2] * cb;
        g[x] = (m[3] * cr + m[4] * cg) + m[5] * cb;
        b[x] = (m[6] * cr + m[7] * cg) + m[8] * cb;
    }
}

/* A parabola from (-reach, 0) to (reach, reach), which the line goes on from. */
static float toe(float v, float reach, float per_four)
{
    float above = v + reach > 0.0f ? v + reach : 0.0f;
    float bent = above < 2.0f * reach ? above : 2.0f * reach;
    return bent * bent * per_four + (above - bent);
}

void fl_matrix3_toe_ref(float *r, float *g, float *b, const float m[9], float reach, int n)
{
    const float per_four = 0.25f / reach;
    fl_matrix3_ref(r, g, b, m, n);
    for (int x = 0; x < n; x++) {
        r[x] = toe(r[x], reach, per_four);
        g[x] = toe(g[x], reach, per_four);
        b[x] = toe(b[x], reach, per_four);
    }
}

void fl_scale3_ref(float *r, float *g, float *b, const float *gain, int n)
{
    for (int x = 0; x < n; x++) {
        r[x] *= gain[x];
        g[x] *= gain[x];
        b[x] *= gain[x];
    }
}

void fl_curve_ref(const float *in, float *out, const struct fl_curve *curve, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = curve_at(curve, curve_argument(in[x]));
}

void fl_gamut_ref(float *r, float *g, float *b, const struct fl_gamut_rule *rule, int n)
{
    const float *luma = rule->luma;
    for (int x = 0; x < n; x++) {
        float y = (luma[0] * r[x] + luma[1] * g[x]) + luma[2] * b[x];
        float light = y > 0.0f ? y : 0.0f;
        float lo = r[x] < g[x] ? r[x] : g[x];
        float distance, knee, room, excess, square, divisor, cut;
        lo = lo < b[x] ? lo : b[x];
        distance = y - lo;
        knee = rule->knee * light;
        room = light - knee;
        excess = distance - knee;
        excess = excess > 0.0f ? excess : 0.0f;
        square = excess * excess;
        /* 1e-30: black has neither room nor excess */
        divisor = ((room * room + room * excess) + square) * (knee + excess);
        cut = square * excess / (divisor + 1e-30f);
        for (int c = 0; c < 3; c++) {
            float *v = (c == 0 ? r : c == 1 ? g : b) + x;
            float moved = *v - (*v - y) * cut;
            *v = moved > 0.0f ? moved : 0.0f; /* rounding, and what is darker than black */
        }
    }
}

/* Between what film gives for the smallest and the largest channel nothing exceeds the curve's end,
 * up to rounding, which it has room for. NaN becomes 0. */
static float encode_of(const struct fl_filmic_rule *rule, float v)
{
    return parabola_at(&rule->encode, v > FL_CURVE_BIAS ? v : FL_CURVE_BIAS);
}

void fl_filmic_ref(float *r, float *g, float *b, const struct fl_filmic_rule *rule, int n)
{
    for (int x = 0; x < n; x++) {
        float hi = r[x] > g[x] ? r[x] : g[x], lo = r[x] < g[x] ? r[x] : g[x];
        float low, high, range, share;
        hi = hi > b[x] ? hi : b[x];
        lo = lo < b[x] ? lo : b[x];
        low = parabola_at(&rule->film, curve_limited(lo * rule->scale + FL_CURVE_BIAS));
        high = parabola_at(&rule->film, curve_limited(hi * rule->scale + FL_CURVE_BIAS));
        range = hi - lo;
        /* NaN stays; then all channels are encode_of(NaN) */
        share = (high - low) * fl_fast_reciprocal(1e-12f > range ? 1e-12f : range);
        r[x] = encode_of(rule, low + (r[x] - lo) * share);
        g[x] = encode_of(rule, low + (g[x] - lo) * share);
        b[x] = encode_of(rule, low + (b[x] - lo) * share);
    }
}

void fl_adjust_ref(float *r, float *g, float *b, const struct fl_adjust_rule *rule, int n)
{
    for (int x = 0; x < n; x++) {
        float luma = (0.2126f * r[x] + 0.7152f * g[x]) + 0.0722f * b[x];
        float level = luma * rule->slope + rule->level;
        r[x] = level + (r[x] - luma) * rule->chroma;
        g[x] = level + (g[x] - luma) * rule->chroma;
        b[x] = level + (b[x] - luma) * rule->chroma;
    }
}
