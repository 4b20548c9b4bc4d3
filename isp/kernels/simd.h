/* A thin layer over GCC/Clang vector extensions: one source, compiled once per instruction set.
 * Only operations whose result IEEE 754 defines are offered, so every set gives the same bits. */
#ifndef FL_SIMD_H
#define FL_SIMD_H

#include "reciprocal.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define FL_LANES 16
#elif defined(__AVX2__)
#define FL_LANES 8
#else
#define FL_LANES 4
#endif

typedef float vf __attribute__((vector_size(FL_LANES * 4)));
typedef int32_t vi __attribute__((vector_size(FL_LANES * 4)));
typedef uint32_t vu __attribute__((vector_size(FL_LANES * 4)));
typedef uint16_t vu16 __attribute__((vector_size(FL_LANES * 2)));
typedef int16_t vs16 __attribute__((vector_size(FL_LANES * 2)));
typedef uint8_t vu8 __attribute__((vector_size(FL_LANES)));

static inline vf vf_load(const float *p)
{
    vf v;
    memcpy(&v, p, sizeof v);
    return v;
}

static inline void vf_store(float *p, vf v)
{
    memcpy(p, &v, sizeof v);
}

static inline vf vf_set(float a)
{
    return a - (vf){0};
}

/* a, b, a, b, ... */
static inline vf vf_pair(float a, float b)
{
    float lanes[FL_LANES];
    for (int i = 0; i < FL_LANES; i += 2) {
        lanes[i] = a;
        lanes[i + 1] = b;
    }
    return vf_load(lanes);
}

static inline vi vi_bits(vf v)
{
    return (vi)v;
}

static inline vf vf_bits(vi v)
{
    return (vf)v;
}

/* mask ? a : b, lane by lane; masks come from comparisons */
static inline vf vf_select(vi mask, vf a, vf b)
{
#if defined(__AVX2__) && !defined(__AVX512F__)
    return (vf)_mm256_blendv_ps((__m256)b, (__m256)a, (__m256)mask);
#else
    return vf_bits((mask & vi_bits(a)) | (~mask & vi_bits(b)));
#endif
}

/* a > b ? a : b, so that NaN in a gives b: what x86 has an instruction for. */
static inline vf vf_max(vf a, vf b)
{
#if defined(__AVX512F__)
    return (vf)_mm512_max_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_max_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
    return (vf)_mm_max_ps((__m128)a, (__m128)b);
#else
    return vf_select(a > b, a, b);
#endif
}

/* a < b ? a : b */
static inline vf vf_min(vf a, vf b)
{
#if defined(__AVX512F__)
    return (vf)_mm512_min_ps((__m512)a, (__m512)b);
#elif defined(__AVX2__)
    return (vf)_mm256_min_ps((__m256)a, (__m256)b);
#elif defined(__x86_64__)
    return (vf)_mm_min_ps((__m128)a, (__m128)b);
#else
    return vf_select(a < b, a, b);
#endif
}

/* a > b ? x : y, in fewer steps than vf_select() where comparisons have registers of their own */
static inline vf vf_above(vf a, vf b, vf x, vf y)
{
#if defined(__AVX512F__)
    __mmask16 above = _mm512_cmp_ps_mask((__m512)a, (__m512)b, _CMP_GT_OQ);
    return (vf)_mm512_mask_blend_ps(above, (__m512)y, (__m512)x);
#elif defined(__SSE4_1__) && !defined(__AVX2__)
    return (vf)_mm_blendv_ps((__m128)y, (__m128)x, (__m128)(a > b));
#else
    return vf_select(a > b, x, y);
#endif
}

static inline vf vf_abs(vf v)
{
    return vf_bits(vi_bits(v) & 0x7fffffff);
}

static inline vf vf_from_int(vi v)
{
    return __builtin_convertvector(v, vf);
}

/* Unsigned integers of memory as floats. */
static inline vf vf_load_u8(const uint8_t *p)
{
#if defined(__AVX512F__)
    return (vf)_mm512_cvtepi32_ps(_mm512_cvtepu8_epi32(_mm_loadu_si128((const __m128i *)p)));
#elif defined(__AVX2__)
    return (vf)_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_loadl_epi64((const __m128i *)p)));
#else
    uint32_t four;
    memcpy(&four, p, sizeof four);
#if defined(__SSE4_1__)
    return (vf)_mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_cvtsi32_si128((int)four)));
#else
    vi v = {(int)(four & 255), (int)(four >> 8 & 255), (int)(four >> 16 & 255), (int)(four >> 24)};
    return vf_from_int(v);
#endif
#endif
}

static inline vf vf_load_u16(const uint16_t *p)
{
#if defined(__SSE4_1__) && !defined(__AVX2__)
    return (vf)_mm_cvtepi32_ps(_mm_cvtepu16_epi32(_mm_loadl_epi64((const __m128i *)p)));
#else
    vu16 v;
    memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, vf);
#endif
}

static inline vf vf_load_s16(const int16_t *p)
{
#if defined(__SSE4_1__) && !defined(__AVX2__)
    return (vf)_mm_cvtepi32_ps(_mm_cvtepi16_epi32(_mm_loadl_epi64((const __m128i *)p)));
#else
    vs16 v;
    memcpy(&v, p, sizeof v);
    return __builtin_convertvector(v, vf);
#endif
}

/* toward zero; the value must fit */
static inline vi vi_from_float(vf v)
{
    return __builtin_convertvector(v, vi);
}

static inline vf vf_sqrt(vf v)
{
    vf out;
    for (int i = 0; i < FL_LANES; i++)
        out[i] = sqrtf(v[i]);
    return out;
}

/* The values `by` lanes earlier or later than `at`, from the vectors before and after it; by is a
 * constant. */
#if defined(__AVX512F__)
#define vf_before(before, at, by)                                                                  \
    ((vf)_mm512_alignr_epi32((__m512i)(at), (__m512i)(before), FL_LANES - (by)))
#define vf_after(at, after, by) ((vf)_mm512_alignr_epi32((__m512i)(after), (__m512i)(at), by))
#elif defined(__AVX2__)
#define FL_MIDDLE(a, b) _mm256_permute2x128_si256((__m256i)(a), (__m256i)(b), 0x21)
#define vf_before(before, at, by)                                                                  \
    ((vf)_mm256_alignr_epi8((__m256i)(at), FL_MIDDLE(before, at), 16 - 4 * (by)))
#define vf_after(at, after, by)                                                                    \
    ((vf)_mm256_alignr_epi8(FL_MIDDLE(at, after), (__m256i)(at), 4 * (by)))
#elif defined(__x86_64__)
#define vf_before(before, at, by)                                                                  \
    ((vf)_mm_alignr_epi8((__m128i)(at), (__m128i)(before), 16 - 4 * (by)))
#define vf_after(at, after, by) ((vf)_mm_alignr_epi8((__m128i)(after), (__m128i)(at), 4 * (by)))
#else
#define vf_before(before, at, by)                                                                  \
    ((vf)vextq_f32((float32x4_t)(before), (float32x4_t)(at), FL_LANES - (by)))
#define vf_after(at, after, by) ((vf)vextq_f32((float32x4_t)(at), (float32x4_t)(after), by))
#endif

/* fl_rough_reciprocal() and fl_fast_reciprocal(). */
static inline vf vf_rough_reciprocal(vf x)
{
    vf y = vf_bits(FL_RECIPROCAL_GUESS - vi_bits(x));
    vf error = 1.0f - x * y;
    return y + y * (error + error * error);
}

static inline vf vf_fast_reciprocal(vf x)
{
    vf y = vf_rough_reciprocal(x);
    return y + y * (1.0f - x * y);
}

/* The entries of a table that an index's low four bits name: a permutation of registers where there
 * is one. */
static inline vf vf_lookup16(const float table[16], vi index)
{
#if defined(__AVX512F__)
    return (vf)_mm512_permutexvar_ps((__m512i)index, _mm512_loadu_ps(table));
#elif defined(__AVX2__)
    __m256i i = (__m256i)index;
    __m256 low = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table), i);
    __m256 high = _mm256_permutevar8x32_ps(_mm256_loadu_ps(table + 8), i);
    /* bit 3 of the index to the sign that blendv looks at */
    return (vf)_mm256_blendv_ps(low, high, _mm256_castsi256_ps(_mm256_slli_epi32(i, 28)));
#elif defined(__aarch64__)
    uint8x16x4_t t = vld1q_u8_x4((const uint8_t *)table);
    /* lane index i becomes the bytes 4i, 4i+1, 4i+2, 4i+3 */
    uint32x4_t bytes =
        vaddq_u32(vmulq_n_u32(vandq_u32((uint32x4_t)index, vdupq_n_u32(15)), 0x04040404u),
                  vdupq_n_u32(0x03020100u));
    return (vf)vqtbl4q_u8(t, vreinterpretq_u8_u32(bytes));
#else
    vf out;
    for (int i = 0; i < FL_LANES; i++)
        out[i] = table[index[i] & 15];
    return out;
#endif
}

/* left[i], left[i + 1], right[i] and right[i + 1] for every lane, 0 <= i < 32. */
static inline void vf_lookup_pairs(const float left[33], const float right[33], vi index, vf out[4])
{
#if defined(__SSE4_1__) && !defined(__AVX2__)
    __m128 ab = _mm_setzero_ps(), cd = ab;
    for (int k = 0; k < 4; k += 2) {
        const float *table = k == 0 ? left : right;
        ab = _mm_loadl_pi(ab, (const __m64 *)(const void *)(table + index[0]));
        ab = _mm_loadh_pi(ab, (const __m64 *)(const void *)(table + index[1]));
        cd = _mm_loadl_pi(cd, (const __m64 *)(const void *)(table + index[2]));
        cd = _mm_loadh_pi(cd, (const __m64 *)(const void *)(table + index[3]));
        out[k] = (vf)_mm_shuffle_ps(ab, cd, 0x88);
        out[k + 1] = (vf)_mm_shuffle_ps(ab, cd, 0xdd);
    }
#else
    const float *const table[4] = {left, left + 1, right, right + 1};
    for (int k = 0; k < 4; k++) {
#if defined(__AVX512F__)
        out[k] = (vf)_mm512_permutex2var_ps(_mm512_loadu_ps(table[k]), (__m512i)index,
                                            _mm512_loadu_ps(table[k] + 16));
#else
        vf low = vf_lookup16(table[k], index), high = vf_lookup16(table[k] + 16, index);
        out[k] = vf_select(index > 15, high, low);
#endif
    }
#endif
}

/* The entries of up to four tables that an index's low four bits name; row: the same entries, those
 * of one index together, which is quicker where there is no permutation of 16 values. */
static inline void vf_lookup16s(const float (*table)[16], const float (*row)[4], int count,
                                vi index, vf *out)
{
#if defined(__SSE4_1__) && !defined(__AVX2__)
    __m128 a = _mm_loadu_ps(row[index[0] & 15]), b = _mm_loadu_ps(row[index[1] & 15]);
    __m128 c = _mm_loadu_ps(row[index[2] & 15]), d = _mm_loadu_ps(row[index[3] & 15]);
    __m128 ab = _mm_unpacklo_ps(a, b), cd = _mm_unpacklo_ps(c, d);
    (void)table;
    out[0] = (vf)_mm_movelh_ps(ab, cd);
    out[1] = (vf)_mm_movehl_ps(cd, ab);
    ab = _mm_unpackhi_ps(a, b);
    cd = _mm_unpackhi_ps(c, d);
    out[2] = (vf)_mm_movelh_ps(ab, cd);
    if (count > 3)
        out[3] = (vf)_mm_movehl_ps(cd, ab);
#else
    (void)row;
    for (int k = 0; k < count; k++)
        out[k] = vf_lookup16(table[k], index);
#endif
}

/* Bit i is set where lane i of a mask is; masks come from comparisons. */
static inline unsigned vi_lane_bits(vi mask)
{
#if defined(__AVX512F__)
    return _mm512_cmplt_epi32_mask((__m512i)mask, _mm512_setzero_si512());
#elif defined(__AVX2__)
    return (unsigned)_mm256_movemask_ps((__m256)mask);
#elif defined(__x86_64__)
    return (unsigned)_mm_movemask_ps((__m128)mask);
#elif defined(__aarch64__)
    const uint32x4_t bit = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32((uint32x4_t)mask, bit));
#else
    unsigned bits = 0;
    for (int i = 0; i < FL_LANES; i++)
        bits |= (mask[i] ? 1u : 0u) << i;
    return bits;
#endif
}

/* The lowest n bits of a word, all of them from 64 on; n >= 1. */
static inline uint64_t vi_bits_below(int n)
{
    return n < 64 ? ((uint64_t)1 << n) - 1 : ~(uint64_t)0;
}

/* 0, 1, 2, ... */
static inline vf vf_count(void)
{
    float lanes[FL_LANES];
    for (int i = 0; i < FL_LANES; i++)
        lanes[i] = (float)i;
    return vf_load(lanes);
}

/* Lane orders: neighbours swapped; even and odd elements of two vectors in a row; and back. */
#if FL_LANES == 16
#define FL_SWAP     1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14
#define FL_EVEN     0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#define FL_ODD      1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31
#define FL_ZIP_LOW  0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23
#define FL_ZIP_HIGH 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31
#elif FL_LANES == 8
#define FL_SWAP     1, 0, 3, 2, 5, 4, 7, 6
#define FL_EVEN     0, 2, 4, 6, 8, 10, 12, 14
#define FL_ODD      1, 3, 5, 7, 9, 11, 13, 15
#define FL_ZIP_LOW  0, 8, 1, 9, 2, 10, 3, 11
#define FL_ZIP_HIGH 4, 12, 5, 13, 6, 14, 7, 15
#else
#define FL_SWAP     1, 0, 3, 2
#define FL_EVEN     0, 2, 4, 6
#define FL_ODD      1, 3, 5, 7
#define FL_ZIP_LOW  0, 4, 1, 5
#define FL_ZIP_HIGH 2, 6, 3, 7
#endif
#if FL_LANES == 16
#define FL_EVEN_PAIRS 0, 1, 4, 5, 8, 9, 12, 13, 16, 17, 20, 21, 24, 25, 28, 29
#define FL_ODD_PAIRS  2, 3, 6, 7, 10, 11, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31
#elif FL_LANES == 8
#define FL_EVEN_PAIRS 0, 1, 4, 5, 8, 9, 12, 13
#define FL_ODD_PAIRS  2, 3, 6, 7, 10, 11, 14, 15
#else
#define FL_EVEN_PAIRS 0, 1, 4, 5
#define FL_ODD_PAIRS  2, 3, 6, 7
#endif
#define FL_SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)

static inline vf vf_swap_pairs(vf v)
{
    return FL_SHUFFLE(v, v, FL_SWAP);
}

static inline vf vf_even(vf a, vf b)
{
    return FL_SHUFFLE(a, b, FL_EVEN);
}

static inline vf vf_odd(vf a, vf b)
{
    return FL_SHUFFLE(a, b, FL_ODD);
}

/* Elements 0, 1, 4, 5, ... and 2, 3, 6, 7, ... of two vectors in a row. */
static inline vf vf_even_pairs(vf a, vf b)
{
    return FL_SHUFFLE(a, b, FL_EVEN_PAIRS);
}

static inline vf vf_odd_pairs(vf a, vf b)
{
    return FL_SHUFFLE(a, b, FL_ODD_PAIRS);
}

/* a[0], b[0], a[1], b[1], ...: the first and the second vector of them */
static inline vf vf_zip_low(vf a, vf b)
{
    return FL_SHUFFLE(a, b, FL_ZIP_LOW);
}

static inline vf vf_zip_high(vf a, vf b)
{
    return FL_SHUFFLE(a, b, FL_ZIP_HIGH);
}

#endif
