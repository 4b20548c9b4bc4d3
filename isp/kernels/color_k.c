/* Colour and tone, vector source; isp/ref/color_ref.c says what each kernel must give. */
#include "kernel_names.h"

#include "curve_at.h"

struct rgb {
    vf r, g, b;
};

static inline struct rgb rgb_load(const float *r, const float *g, const float *b, int x)
{
    return (struct rgb){vf_load(r + x), vf_load(g + x), vf_load(b + x)};
}

static inline struct rgb multiplied(const float m[9], struct rgb c)
{
    return (struct rgb){(m[0] * c.r + m[1] * c.g) + m[2] * c.b,
                        (m[3] * c.r + m[4] * c.g) + m[5] * c.b,
                        (m[6] * c.r + m[7] * c.g) + m[8] * c.b};
}

void K(matrix3)(float *restrict r, float *restrict g, float *restrict b, const float m[9], int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        struct rgb c = multiplied(m, rgb_load(r, g, b, x));
        vf_store(r + x, c.r);
        vf_store(g + x, c.g);
        vf_store(b + x, c.b);
    }
}

static inline vf toe(vf v, float reach, float per_four)
{
    vf above = vf_max(v + reach, vf_set(0.0f));
    vf bent = vf_min(above, vf_set(2.0f * reach));
    return bent * bent * per_four + (above - bent);
}

void K(matrix3_toe)(float *restrict r, float *restrict g, float *restrict b, const float m[9],
                    float reach, int n)
{
    const float per_four = 0.25f / reach;
    for (int x = 0; x < n; x += FL_LANES) {
        struct rgb c = multiplied(m, rgb_load(r, g, b, x));
        vf_store(r + x, toe(c.r, reach, per_four));
        vf_store(g + x, toe(c.g, reach, per_four));
        vf_store(b + x, toe(c.b, reach, per_four));
    }
}

void K(scale3)(float *restrict r, float *restrict g, float *restrict b, const float *gain, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf by = vf_load(gain + x);
        vf_store(r + x, vf_load(r + x) * by);
        vf_store(g + x, vf_load(g + x) * by);
        vf_store(b + x, vf_load(b + x) * by);
    }
}

void K(curve)(const float *in, float *out, const struct fl_curve *curve, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, curve_at(curve, curve_argument(vf_load(in + x))));
}

void K(gamut)(float *restrict r, float *restrict g, float *restrict b,
              const struct fl_gamut_rule *rule, int n)
{
    const vf zero = vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES) {
        struct rgb c = rgb_load(r, g, b, x);
        vf y = (rule->luma[0] * c.r + rule->luma[1] * c.g) + rule->luma[2] * c.b;
        vf light = vf_max(y, zero);
        vf distance = y - vf_min(vf_min(c.r, c.g), c.b);
        vf knee = rule->knee * light;
        vf room = light - knee, excess = vf_max(distance - knee, zero);
        vf square = excess * excess;
        vf divisor = ((room * room + room * excess) + square) * (knee + excess);
        vf cut = square * excess / (divisor + 1e-30f);
        vf_store(r + x, vf_max(c.r - (c.r - y) * cut, zero));
        vf_store(g + x, vf_max(c.g - (c.g - y) * cut, zero));
        vf_store(b + x, vf_max(c.b - (c.b - y) * cut, zero));
    }
}

void K(filmic)(float *restrict r, float *restrict g, float *restrict b,
               const struct fl_filmic_rule *rule, int n)
{
    const vf least = vf_set(FL_CURVE_BIAS);
    for (int x = 0; x < n; x += FL_LANES) {
        struct rgb c = rgb_load(r, g, b, x);
        vf hi = vf_max(vf_max(c.r, c.g), c.b), lo = vf_min(vf_min(c.r, c.g), c.b);
        vf low = parabola_at(&rule->film, curve_limited(lo * rule->scale + FL_CURVE_BIAS));
        vf high = parabola_at(&rule->film, curve_limited(hi * rule->scale + FL_CURVE_BIAS));
        vf share = (high - low) * vf_fast_reciprocal(vf_max(vf_set(1e-12f), hi - lo));
        vf_store(r + x, parabola_at(&rule->encode, vf_max(low + (c.r - lo) * share, least)));
        vf_store(g + x, parabola_at(&rule->encode, vf_max(low + (c.g - lo) * share, least)));
        vf_store(b + x, parabola_at(&rule->encode, vf_max(low + (c.b - lo) * share, least)));
    }
}

void K(adjust)(float *restrict r, float *restrict g, float *restrict b,
               const struct fl_adjust_rule *rule, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        struct rgb c = rgb_load(r, g, b, x);
        vf luma = (0.2126f * c.r + 0.7152f * c.g) + 0.0722f * c.b;
        vf level = luma * rule->slope + rule->level;
        vf_store(r + x, level + (c.r - luma) * rule->chroma);
        vf_store(g + x, level + (c.g - luma) * rule->chroma);
        vf_store(b + x, level + (c.b - luma) * rule->chroma);
    }
}
