/* Pointwise kernels, vector source; isp/ref/pointwise_ref.c says what each must give. */
#include "kernel_names.h"

#include "simd.h"

void K(unpack_u8)(const uint8_t *in, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_load_u8(in + x));
}

void K(unpack_u16)(const uint16_t *in, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_load_u16(in + x));
}

void K(offset_scale)(const float *in, float *out, const float sub[2], const float mul[2], int n)
{
    const vf s = vf_pair(sub[0], sub[1]), m = vf_pair(mul[0], mul[1]);
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, (vf_load(in + x) - s) * m);
}

void K(multiply)(const float *in, const float *gain, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_load(in + x) * vf_load(gain + x));
}

void K(multiply_between)(const float *in, const float *above, const float *below, float share,
                         float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vf a = vf_load(above + x), b = vf_load(below + x);
        vf_store(out + x, vf_load(in + x) * (a + (b - a) * share));
    }
}

/* Columns between those of a pitch of 2 are multiplied by 1. */
void K(gain_line)(float *gain, int pitch, const float *place, float left, float change, int n)
{
    const vf one = vf_set(1.0f);
    int k = 0;
    /* one less: the column behind the last may belong to somebody else */
    for (; k + FL_LANES < n; k += FL_LANES) {
        vf line = left + change * vf_load(place + k);
        float *g = gain + k * pitch;
        if (pitch == 1) {
            vf_store(g, vf_load(g) * line);
            continue;
        }
        vf_store(g, vf_load(g) * vf_zip_low(line, one));
        vf_store(g + FL_LANES, vf_load(g + FL_LANES) * vf_zip_high(line, one));
    }
    for (; k < n; k++)
        gain[k * pitch] *= left + change * place[k];
}

static inline vf cube_root(vf v)
{
    vi bits = vi_from_float(vf_from_int(vi_bits(v)) * (1.0f / 3.0f)) + 709921077;
    vf y = vf_bits(bits);
    vf y3 = y * y * y;
    y = y * ((y3 + (v + v)) / ((y3 + y3) + v));
    y3 = y * y * y;
    return y * ((y3 + (v + v)) / ((y3 + y3) + v));
}

void K(stabilise)(const float *in, float *out, float c, float root, float slope, int n)
{
    const vf zero = vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES) {
        vf v = vf_load(in + x);
        vf curve = cube_root(vf_max(v, zero) + c);
        vf line = root + v * slope;
        vf_store(out + x, vf_select(v > zero, curve, line));
    }
}

void K(unstabilise)(const float *in, float *out, float c, float root, float slope, int n)
{
    const float per_slope = 1.0f / slope;
    for (int x = 0; x < n; x += FL_LANES) {
        vf z = vf_load(in + x);
        vf curve = z * z * z - c;
        vf line = (z - root) * per_slope;
        vf_store(out + x, vf_select(z > root, curve, line));
    }
}

static inline vi to_code(const float *p, float max)
{
    vf positive = vf_max(vf_load(p), vf_set(0.0f));
    return vi_from_float(vf_min(positive, vf_set(1.0f)) * max + 0.5f);
}

/* Pixels of four bytes each become pixels of three; a third as many bytes more are written. */
static inline void put_pixels(vi pixels, uint8_t *out)
{
#if defined(__AVX512F__)
    const __m512i three = _mm512_broadcast_i32x4(
        _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    const __m512i together =
        _mm512_setr_epi32(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
    __m512i v = _mm512_shuffle_epi8((__m512i)pixels, three);
    _mm512_storeu_si512(out, _mm512_permutexvar_epi32(together, v));
#elif defined(__AVX2__)
    const __m256i three = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1));
    const __m256i together = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);
    __m256i v = _mm256_shuffle_epi8((__m256i)pixels, three);
    _mm256_storeu_si256((__m256i *)(void *)out, _mm256_permutevar8x32_epi32(v, together));
#else
    typedef uint8_t bytes16 __attribute__((vector_size(16)));
    bytes16 v = (bytes16)pixels;
    v = __builtin_shufflevector(v, v, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15);
    memcpy(out, &v, sizeof v);
#endif
}

void K(encode_u8)(const float *r, const float *g, const float *b, uint8_t *out, int n)
{
    int x = 0;
    for (; x < n; x += FL_LANES) {
        vi pixels =
            to_code(r + x, 255.0f) | to_code(g + x, 255.0f) << 8 | to_code(b + x, 255.0f) << 16;
        uint8_t last[4 * FL_LANES];
        if (x + FL_LANES + FL_LANES / 3 + 1 <= n) {
            put_pixels(pixels, out + 3 * x);
            continue;
        }
        put_pixels(pixels, last);
        memcpy(out + 3 * x, last, 3 * (size_t)(n - x < FL_LANES ? n - x : FL_LANES));
    }
}

/* Lanes to interleaved codes, one by one: the output has no slack. */
void K(encode_u16)(const float *r, const float *g, const float *b, uint16_t *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES) {
        vi cr = to_code(r + x, 65535.0f), cg = to_code(g + x, 65535.0f);
        vi cb = to_code(b + x, 65535.0f);
        int count = n - x < FL_LANES ? n - x : FL_LANES;
        uint16_t *o = out + 3 * x;
        for (int i = 0; i < count; i++) {
            o[3 * i] = (uint16_t)cr[i];
            o[3 * i + 1] = (uint16_t)cg[i];
            o[3 * i + 2] = (uint16_t)cb[i];
        }
    }
}

void K(at_least)(const float *in, const float limit[2], uint64_t *bits, int n)
{
    const vf least = vf_pair(limit[0], limit[1]);
    uint64_t word = 0;
    for (int x = 0; x < n; x += FL_LANES) {
        word |= (uint64_t)vi_lane_bits(vf_load(in + x) >= least) << (x % 64);
        if (x % 64 == 64 - FL_LANES || x + FL_LANES >= n) {
            bits[x / 64] = word & vi_bits_below(n - x / 64 * 64);
            word = 0;
        }
    }
}
