/* Pointwise kernels: unpacking, scaling, the stabilising curve, matrix, curve, encoding. */
#include "ref.h"

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
