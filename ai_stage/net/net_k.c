/* The network's kernels, vector source: compiled once per instruction set. What each must give
 * stands in net_ref.c.
 *
 * A convolution takes 4 channels of 2 vectors of pixels at a time: the 8 sums stay in registers, a
 * pair of weights is spread over a vector, and one instruction multiplies both channels of a pair
 * and adds the products. */
#include "net.h"
#include "net_names.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512BW__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif

#define VECTORS 2 /* of pixels at a time */

typedef int32_t vi __attribute__((vector_size(LANES * 4)));
typedef float vf __attribute__((vector_size(LANES * 4)));
typedef int16_t vh __attribute__((vector_size(LANES * 2)));

#define INLINE static inline __attribute__((always_inline))

FL_NET_DECLARE(FL_ISA);

INLINE vi load(const int16_t *p)
{
    vi v;
    memcpy(&v, p, sizeof v);
    return v;
}

INLINE vi splat(int32_t a)
{
    return a - (vi){0};
}

/* s + a0 b0 + a1 b1 of the two 16-bit halves. */
INLINE vi multiply_add(vi s, vi a, vi b)
{
#if defined(__AVX512BW__)
    return s + (vi)_mm512_madd_epi16((__m512i)a, (__m512i)b);
#elif defined(__AVX2__)
    return s + (vi)_mm256_madd_epi16((__m256i)a, (__m256i)b);
#elif defined(__x86_64__)
    return s + (vi)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    int16x8_t x = (int16x8_t)a, y = (int16x8_t)b;
    int32x4_t low = vmull_s16(vget_low_s16(x), vget_low_s16(y));
    return (vi)vaddq_s32((int32x4_t)s, vpaddq_s32(low, vmull_high_s16(x, y)));
#endif
}

INLINE vi vi_max(vi a, vi b)
{
    vi m = a > b;
    return (a & m) | (b & ~m);
}

INLINE vi vi_min(vi a, vi b)
{
    vi m = a < b;
    return (a & m) | (b & ~m);
}

INLINE void accumulate(const struct fl_net_conv *c, const int32_t *w, int x, const int side,
                       vi sum[4][VECTORS])
{
    for (int row = 0; row < side; row++)
        for (int p = 0; p < c->pairs; p++) {
            const int16_t *in = c->in[row * c->pairs + p] + 2 * (x - side / 2);
#pragma GCC unroll 3
            for (int t = 0; t < side; t++, in += 2, w += 4) {
                vi v[VECTORS];
                for (int j = 0; j < VECTORS; j++)
                    v[j] = load(in + 2 * LANES * j);
#pragma GCC unroll 4
                for (int k = 0; k < 4; k++) {
                    const vi spread = splat(w[k]);
                    for (int j = 0; j < VECTORS; j++)
                        sum[k][j] = multiply_add(sum[k][j], v[j], spread);
                }
            }
        }
}

INLINE vi activate(const struct fl_net_conv *c, vi v)
{
    v >>= c->shift;
    return vi_max(v, c->leak == FL_NET_RELU ? splat(0) : v >> c->leak);
}

INLINE vi within(vi v)
{
    return vi_max(vi_min(v, splat(FL_NET_MOST)), splat(-FL_NET_MOST));
}

/* Channels of a pair to the pair. */
INLINE void finish(const struct fl_net_conv *c, int pair, int x, vi even, vi odd)
{
    vi v;
    even = activate(c, even);
    odd = activate(c, odd);
    if (c->add) {
        v = load(c->add[pair] + 2 * x);
        even += v << 16 >> 16;
        odd += v >> 16;
    }
    v = (within(even) & 0xffff) | within(odd) << 16;
    memcpy(c->out[pair] + 2 * x, &v, sizeof v);
}

INLINE void convolve(const struct fl_net_conv *c, int n, const int side)
{
    for (int k = 0; k < c->channels; k += 4) {
        const int32_t *w = c->weight + (ptrdiff_t)k * side * side * c->pairs;
        for (int x = 0; x < n; x += VECTORS * LANES) {
            vi sum[4][VECTORS];
            for (int i = 0; i < 4; i++)
                for (int j = 0; j < VECTORS; j++)
                    sum[i][j] = splat(c->bias[k + i]);
            accumulate(c, w, x, side, sum);
            for (int i = 0; i < 4; i += 2)
                for (int j = 0; j < VECTORS; j++)
                    finish(c, (k + i) / 2, x + j * LANES, sum[i][j], sum[i + 1][j]);
        }
    }
}

INLINE int rounded_up(int n)
{
    return (n + FL_NET_STEP - 1) / FL_NET_STEP * FL_NET_STEP;
}

void NET(conv)(const struct fl_net_conv *c, int n)
{
    n = rounded_up(n);
    if (c->side == 3)
        convolve(c, n, 3);
    else
        convolve(c, n, 1);
}

#if LANES == 16
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define ODD  1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define LOW  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif LANES == 8
#define EVEN 0, 2, 4, 6, 8, 10, 12, 14
#define ODD  1, 3, 5, 7, 9, 11, 13, 15
#define LOW  0, 8, 1, 9, 2, 10, 3, 11
#define HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define EVEN 0, 2, 4, 6
#define ODD  1, 3, 5, 7
#define LOW  0, 4, 1, 5
#define HIGH 2, 6, 3, 7
#endif

void NET(split)(const int16_t *in, int16_t *even, int16_t *odd, int n)
{
    n = rounded_up(n);
    for (int x = 0; x < n; x += LANES) {
        vi a = load(in + 4 * x), b = load(in + 4 * x + 2 * LANES);
        vi e = __builtin_shufflevector(a, b, EVEN), o = __builtin_shufflevector(a, b, ODD);
        memcpy(even + 2 * x, &e, sizeof e);
        memcpy(odd + 2 * x, &o, sizeof o);
    }
}

void NET(join)(const int16_t *even, const int16_t *odd, int16_t *out, int n)
{
    n = rounded_up(n);
    for (int x = 0; x < n; x += LANES) {
        vi a = load(even + 2 * x), b = load(odd + 2 * x);
        vi low = __builtin_shufflevector(a, b, LOW), high = __builtin_shufflevector(a, b, HIGH);
        memcpy(out + 4 * x, &low, sizeof low);
        memcpy(out + 4 * x + 2 * LANES, &high, sizeof high);
    }
}

void NET(quantise)(const float *in, float scale, int16_t *out, int n)
{
    const vf most = (float)FL_NET_MOST - (vf){0}, least = -most;
    n = 2 * rounded_up(n);
    for (int i = 0; i < n; i += LANES) {
        vf v;
        vi m;
        vh h;
        memcpy(&v, in + i, sizeof v);
        v *= scale;
        m = v > least;
        v = (vf)(((vi)v & m) | ((vi)least & ~m));
        m = v < most;
        v = (vf)(((vi)v & m) | ((vi)most & ~m));
        h = __builtin_convertvector(__builtin_convertvector(v + 32768.5f, vi) - 32768, vh);
        memcpy(out + i, &h, sizeof h);
    }
}

void NET(expand)(const int16_t *in, float scale, float *out, int n)
{
    n = 2 * rounded_up(n);
    for (int i = 0; i < n; i += LANES) {
        vh h;
        vf v;
        memcpy(&h, in + i, sizeof h);
        v = __builtin_convertvector(__builtin_convertvector(h, vi), vf) * scale;
        memcpy(out + i, &v, sizeof v);
    }
}

const struct fl_net_kernels FL_NET_PASTE(kernels, FL_ISA);
const struct fl_net_kernels FL_NET_PASTE(kernels, FL_ISA) = FL_NET_TABLE(FL_ISA_CPU, FL_ISA);
