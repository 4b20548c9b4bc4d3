/* 16-bit lanes in one spelling for every instruction set, beside simd.h for floats. Intrinsics
 * stand here alone: for saturating and rounding operations, which vector extensions do not have,
 * and where compilers make poor shuffles (measured: the interleaved store by a factor of 3 to 10).
 * Everything is exact, so all sets give the same bits. */
#ifndef FL_SIMD16_H
#define FL_SIMD16_H

#include "simd.h"

#if defined(__x86_64__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512BW__)
#define FL_SHORTS 32
#elif defined(__AVX2__)
#define FL_SHORTS 16
#else
#define FL_SHORTS 8
#endif

typedef int16_t vs __attribute__((vector_size(FL_SHORTS * 2)));
typedef uint16_t vus __attribute__((vector_size(FL_SHORTS * 2)));

#define FL_INLINE static inline __attribute__((always_inline))

FL_INLINE vs vs_load(const int16_t *p)
{
    vs v;
    memcpy(&v, p, sizeof v);
    return v;
}

FL_INLINE void vs_store(int16_t *p, vs v)
{
    memcpy(p, &v, sizeof v);
}

FL_INLINE vs vs_set(int a)
{
    return (int16_t)a - (vs){0};
}

/* Operations that take two vectors: one intrinsic for each instruction set. */
#if defined(__AVX512BW__)
#define FL_REGISTER                      __m512i
#define FL_OP(zmm, ymm, xmm, neon, a, b) (vs) zmm((__m512i)(a), (__m512i)(b))
#elif defined(__AVX2__)
#define FL_REGISTER                      __m256i
#define FL_OP(zmm, ymm, xmm, neon, a, b) (vs) ymm((__m256i)(a), (__m256i)(b))
#elif defined(__x86_64__)
#define FL_REGISTER                      __m128i
#define FL_OP(zmm, ymm, xmm, neon, a, b) (vs) xmm((__m128i)(a), (__m128i)(b))
#else
#define FL_OP(zmm, ymm, xmm, neon, a, b) (vs)(neon)
#endif
#define FL_S(v) ((int16x8_t)(v))
#define FL_U(v) ((uint16x8_t)(v))

FL_INLINE vs vs_min(vs a, vs b)
{
    return FL_OP(_mm512_min_epi16, _mm256_min_epi16, _mm_min_epi16, vminq_s16(FL_S(a), FL_S(b)), a,
                 b);
}

FL_INLINE vs vs_max(vs a, vs b)
{
    return FL_OP(_mm512_max_epi16, _mm256_max_epi16, _mm_max_epi16, vmaxq_s16(FL_S(a), FL_S(b)), a,
                 b);
}

FL_INLINE vs vs_abs(vs a)
{
#if defined(__AVX512BW__)
    return (vs)_mm512_abs_epi16((__m512i)a);
#elif defined(__AVX2__)
    return (vs)_mm256_abs_epi16((__m256i)a);
#elif defined(__x86_64__)
    return (vs)_mm_abs_epi16((__m128i)a);
#else
    return (vs)vabsq_s16(FL_S(a));
#endif
}

/* Saturating sum. */
FL_INLINE vs vs_adds(vs a, vs b)
{
    return FL_OP(_mm512_adds_epi16, _mm256_adds_epi16, _mm_adds_epi16, vqaddq_s16(FL_S(a), FL_S(b)),
                 a, b);
}

/* (a b + 2^14) >> 15; not both -32768. */
FL_INLINE vs vs_product(vs a, vs b)
{
    return FL_OP(_mm512_mulhrs_epi16, _mm256_mulhrs_epi16, _mm_mulhrs_epi16,
                 vqrdmulhq_s16(FL_S(a), FL_S(b)), a, b);
}

/* Unsigned: the smaller; a - b, not below 0; the mean, rounded up. */
FL_INLINE vs vus_min(vs a, vs b)
{
    return FL_OP(_mm512_min_epu16, _mm256_min_epu16, _mm_min_epu16, vminq_u16(FL_U(a), FL_U(b)), a,
                 b);
}

FL_INLINE vs vus_subs(vs a, vs b)
{
    return FL_OP(_mm512_subs_epu16, _mm256_subs_epu16, _mm_subs_epu16, vqsubq_u16(FL_U(a), FL_U(b)),
                 a, b);
}

FL_INLINE vs vus_average(vs a, vs b)
{
    return FL_OP(_mm512_avg_epu16, _mm256_avg_epu16, _mm_avg_epu16, vrhaddq_u16(FL_U(a), FL_U(b)),
                 a, b);
}

/* a and b, one after the other in memory, to their even and odd elements. */
FL_INLINE void vs_split(vs a, vs b, vs *even, vs *odd)
{
#if defined(__AVX512BW__)
    const __m512i low = _mm512_set1_epi32(0xffff);
    __m512i x =
        _mm512_packus_epi32(_mm512_and_si512((__m512i)a, low), _mm512_and_si512((__m512i)b, low));
    __m512i y =
        _mm512_packus_epi32(_mm512_srli_epi32((__m512i)a, 16), _mm512_srli_epi32((__m512i)b, 16));
    const __m512i order = _mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0);
    *even = (vs)_mm512_permutexvar_epi64(order, x);
    *odd = (vs)_mm512_permutexvar_epi64(order, y);
#elif defined(__AVX2__)
    const __m256i low = _mm256_set1_epi32(0xffff);
    __m256i x =
        _mm256_packus_epi32(_mm256_and_si256((__m256i)a, low), _mm256_and_si256((__m256i)b, low));
    __m256i y =
        _mm256_packus_epi32(_mm256_srli_epi32((__m256i)a, 16), _mm256_srli_epi32((__m256i)b, 16));
    *even = (vs)_mm256_permute4x64_epi64(x, 0xd8);
    *odd = (vs)_mm256_permute4x64_epi64(y, 0xd8);
#elif defined(__x86_64__)
    const __m128i low = _mm_set1_epi32(0xffff);
    *even = (vs)_mm_packus_epi32(_mm_and_si128((__m128i)a, low), _mm_and_si128((__m128i)b, low));
    *odd = (vs)_mm_packus_epi32(_mm_srli_epi32((__m128i)a, 16), _mm_srli_epi32((__m128i)b, 16));
#else
    *even = (vs)vuzp1q_s16(FL_S(a), FL_S(b));
    *odd = (vs)vuzp2q_s16(FL_S(a), FL_S(b));
#endif
}

/* And back. */
FL_INLINE void vs_join(vs even, vs odd, vs *a, vs *b)
{
#if defined(__AVX512BW__)
    __m512i x = _mm512_unpacklo_epi16((__m512i)even, (__m512i)odd);
    __m512i y = _mm512_unpackhi_epi16((__m512i)even, (__m512i)odd);
    const __m512i first = _mm512_set_epi64(11, 10, 3, 2, 9, 8, 1, 0);
    const __m512i second = _mm512_set_epi64(15, 14, 7, 6, 13, 12, 5, 4);
    *a = (vs)_mm512_permutex2var_epi64(x, first, y);
    *b = (vs)_mm512_permutex2var_epi64(x, second, y);
#elif defined(__AVX2__)
    __m256i x = _mm256_unpacklo_epi16((__m256i)even, (__m256i)odd);
    __m256i y = _mm256_unpackhi_epi16((__m256i)even, (__m256i)odd);
    *a = (vs)_mm256_permute2x128_si256(x, y, 0x20);
    *b = (vs)_mm256_permute2x128_si256(x, y, 0x31);
#elif defined(__x86_64__)
    *a = (vs)_mm_unpacklo_epi16((__m128i)even, (__m128i)odd);
    *b = (vs)_mm_unpackhi_epi16((__m128i)even, (__m128i)odd);
#else
    *a = (vs)vzip1q_s16(FL_S(even), FL_S(odd));
    *b = (vs)vzip2q_s16(FL_S(even), FL_S(odd));
#endif
}

/* The last lane of before, then all of v but its last. */
FL_INLINE vs vs_shift_in(vs before, vs v)
{
#if defined(__AVX512BW__)
    const __m512i one_back = _mm512_add_epi16(
        _mm512_set_epi16(30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12,
                         11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, -1),
        _mm512_set1_epi16(32));
    return (vs)_mm512_permutex2var_epi16((__m512i)before, one_back, (__m512i)v);
#elif defined(__AVX2__)
    __m256i across = _mm256_permute2x128_si256((__m256i)before, (__m256i)v, 0x21);
    return (vs)_mm256_alignr_epi8((__m256i)v, across, 14);
#elif defined(__x86_64__)
    return (vs)_mm_alignr_epi8((__m128i)v, (__m128i)before, 14);
#else
    return (vs)vextq_s16(FL_S(before), FL_S(v), 7);
#endif
}

/* Of as many vectors of 32 bits as it takes; their values fit. */
#define FL_HALVES (FL_SHORTS / FL_LANES)

FL_INLINE vs vs_from_ints(const vi v[FL_HALVES])
{
#if defined(__AVX512BW__)
    __m512i both = _mm512_packs_epi32((__m512i)v[0], (__m512i)v[1]);
    return (vs)_mm512_permutexvar_epi64(_mm512_set_epi64(7, 5, 3, 1, 6, 4, 2, 0), both);
#elif defined(__AVX2__)
    __m256i both = _mm256_packs_epi32((__m256i)v[0], (__m256i)v[1]);
    return (vs)_mm256_permute4x64_epi64(both, 0xd8);
#elif defined(__x86_64__)
    return (vs)_mm_packs_epi32((__m128i)v[0], (__m128i)v[1]);
#else
    return (vs)vcombine_s16(vmovn_s32((int32x4_t)v[0]), vmovn_s32((int32x4_t)v[1]));
#endif
}

#endif
