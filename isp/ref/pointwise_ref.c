/* Pointwise kernels: unpacking, scaling, the stabilising curve, matrix, curve, encoding. */
#include "ref.h"

#include "curve.h"

#include <math.h>
#include <string.h>

void fl_unpack_u8_ref(const uint8_t *in, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (float)in[x];
}

void fl_unpack_u16_ref(const uint16_t *in, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (float)in[x];
}

void fl_offset_scale_ref(const float *in, float *out, const float sub[2], const float mul[2], int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (in[x] - sub[x & 1]) * mul[x & 1];
}

void fl_multiply_ref(const float *in, const float *gain, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x] * gain[x];
}

/* Cube root of v > 0: a first guess from the exponent (Kahan's bit trick, 1991), then two steps of
 * Halley's iteration; relative error below 2e-7. */
static float cube_root(float v)
{
    uint32_t bits;
    float y, y3;
    memcpy(&bits, &v, sizeof bits);
    /* A third of the bits by multiplication: floor(bits / 3) up to rounding, in float, because
     * integer division has no vector form. */
    bits = (uint32_t)(int32_t)((float)(int32_t)bits * (1.0f / 3.0f)) + 709921077u;
    memcpy(&y, &bits, sizeof y);
    y3 = y * y * y;
    y = y * ((y3 + (v + v)) / ((y3 + y3) + v));
    y3 = y * y * y;
    y = y * ((y3 + (v + v)) / ((y3 + y3) + v));
    return y;
}

void fl_multiply_between_ref(const float *in, const float *above, const float *below, float share,
                             float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x] * (above[x] + (below[x] - above[x]) * share);
}

void fl_gain_line_ref(float *gain, int pitch, const float *place, float left, float change, int n)
{
    for (int k = 0; k < n; k++)
        gain[k * pitch] *= left + change * place[k];
}

void fl_stabilise_ref(const float *in, float *out, float c, float root, float slope, int n)
{
    for (int x = 0; x < n; x++) {
        float v = in[x];
        float positive = v > 0.0f ? v : 0.0f;
        float curve = cube_root(positive + c);
        float line = root + v * slope;
        out[x] = v > 0.0f ? curve : line;
    }
}

void fl_unstabilise_ref(const float *in, float *out, float c, float root, float slope, int n)
{
    const float per_slope = 1.0f / slope;
    for (int x = 0; x < n; x++) {
        float z = in[x];
        float curve = z * z * z - c;
        float line = (z - root) * per_slope;
        out[x] = z > root ? curve : line;
    }
}

void fl_matrix3_ref(float *r, float *g, float *b, const float m[9], int n)
{
    for (int x = 0; x < n; x++) {
        float cr = r[x], cg = g[x], cb = b[x];
        r[x] = (m[0] * cr + m[1] * cg) + m[2] * cb;
        g[x] = (m[3] * cr + m[4] * cg) + m[5] * cb;
        b[x] = (m[6] * cr + m[7] * cg) + m[8] * cb;
    }
}

void fl_toe_ref(const float *in, float *out, float width, int n)
{
    const float square = width * width;
    for (int x = 0; x < n; x++)
        out[x] = 0.5f * (in[x] + sqrtf(in[x] * in[x] + square));
}

static float curve_at(const struct fl_curve *curve, float x)
{
    float v = x > 0.0f ? x : 0.0f; /* NaN becomes 0 */
    float knot, t;
    uint32_t bits;
    int i;
    v = (v < 1.0f ? v : 1.0f) * FL_CURVE_SCALE + FL_CURVE_BIAS;
    memcpy(&bits, &v, sizeof bits);
    i = (int)(bits >> FL_CURVE_SHIFT) - FL_CURVE_FIRST;
    bits = bits >> FL_CURVE_SHIFT << FL_CURVE_SHIFT;
    memcpy(&knot, &bits, sizeof knot);
    t = v - knot;
    return curve->coefficient[0][i] +
           t * (curve->coefficient[1][i] +
                t * (curve->coefficient[2][i] + t * curve->coefficient[3][i]));
}

void fl_curve_ref(const float *in, float *out, const struct fl_curve *curve, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = curve_at(curve, in[x]);
}

void fl_gamut_ref(float *r, float *g, float *b, const struct fl_gamut_rule *rule, int n)
{
    const float *luma = rule->luma;
    for (int x = 0; x < n; x++) {
        float y = (luma[0] * r[x] + luma[1] * g[x]) + luma[2] * b[x];
        float light = y > 0.0f ? y : 0.0f;
        float lo = r[x] < g[x] ? r[x] : g[x];
        float distance, knee, room, excess, kept, shrink;
        lo = lo < b[x] ? lo : b[x];
        distance = y - lo;
        knee = rule->knee * light;
        room = light - knee;
        excess = distance - knee;
        /* 1e-30: black has neither room nor excess */
        kept = knee + (room * excess) / sqrtf((room * room + excess * excess) + 1e-30f);
        shrink = kept / (distance > 1e-15f ? distance : 1e-15f);
        for (int c = 0; c < 3; c++) {
            float *v = (c == 0 ? r : c == 1 ? g : b) + x;
            float moved = light + (*v - y) * shrink;
            moved = moved > 0.0f ? moved : 0.0f; /* rounding */
            *v = excess > 0.0f ? moved : *v;
        }
    }
}

void fl_filmic_ref(float *r, float *g, float *b, const struct fl_curve *film,
                   const struct fl_curve *encode, float scale, int n)
{
    for (int x = 0; x < n; x++) {
        float sr = r[x] * scale, sg = g[x] * scale, sb = b[x] * scale;
        float hi = sr > sg ? sr : sg, lo = sr < sg ? sr : sg;
        float low, range, share;
        hi = hi > sb ? hi : sb;
        lo = lo < sb ? lo : sb;
        low = curve_at(film, lo);
        range = hi - lo;
        share = (curve_at(film, hi) - low) / (range > 1e-12f ? range : 1e-12f);
        r[x] = curve_at(encode, low + (sr - lo) * share);
        g[x] = curve_at(encode, low + (sg - lo) * share);
        b[x] = curve_at(encode, low + (sb - lo) * share);
    }
}

static float to_code(float v, float max)
{
    float positive = v > 0.0f ? v : 0.0f; /* NaN becomes 0 */
    float limited = positive < 1.0f ? positive : 1.0f;
    return limited * max + 0.5f;
}

void fl_encode_u8_ref(const float *r, const float *g, const float *b, uint8_t *out, int n)
{
    for (int x = 0; x < n; x++) {
        out[3 * x] = (uint8_t)(int)to_code(r[x], 255.0f);
        out[3 * x + 1] = (uint8_t)(int)to_code(g[x], 255.0f);
        out[3 * x + 2] = (uint8_t)(int)to_code(b[x], 255.0f);
    }
}

void fl_encode_u16_ref(const float *r, const float *g, const float *b, uint16_t *out, int n)
{
    for (int x = 0; x < n; x++) {
        out[3 * x] = (uint16_t)(int)to_code(r[x], 65535.0f);
        out[3 * x + 1] = (uint16_t)(int)to_code(g[x], 65535.0f);
        out[3 * x + 2] = (uint16_t)(int)to_code(b[x], 65535.0f);
    }
}

void fl_at_least_ref(const float *in, const float limit[2], uint64_t *bits, int n)
{
    for (int x = 0; x < n; x++) {
        if (x % 64 == 0)
            bits[x / 64] = 0;
        bits[x / 64] |= (uint64_t)(in[x] >= limit[x & 1]) << (x % 64);
    }
}
