/* What the 16-bit chain needs beyond simd16.h: bytes, as many to a vector. */
#ifndef FL_QUICK_SIMD_H
#define FL_QUICK_SIMD_H

#include "quick_rules.h"

#include "simd16.h"

typedef uint8_t vb __attribute__((vector_size(FL_SHORTS * 2)));
typedef uint8_t vb16 __attribute__((vector_size(16)));

FL_INLINE vb vb_load(const uint8_t *p)
{
    vb v;
    memcpy(&v, p, sizeof v);
    return v;
}

FL_INLINE void vb_store(uint8_t *p, vb v)
{
    memcpy(p, &v, sizeof v);
}

/* Saturating difference. */
FL_INLINE vs vs_subs(vs a, vs b)
{
    return FL_OP(_mm512_subs_epi16, _mm256_subs_epi16, _mm_subs_epi16, vqsubq_s16(FL_S(a), FL_S(b)),
                 a, b);
}

/* Bytes: the mean, rounded up; saturating sum and difference. */
#if defined(__AVX512BW__)
#define FL_BYTE_OP(name, neon, a, b) (vb) _mm512_##name((__m512i)(a), (__m512i)(b))
#elif defined(__AVX2__)
#define FL_BYTE_OP(name, neon, a, b) (vb) _mm256_##name((__m256i)(a), (__m256i)(b))
#elif defined(__x86_64__)
#define FL_BYTE_OP(name, neon, a, b) (vb) _mm_##name((__m128i)(a), (__m128i)(b))
#else
#define FL_BYTE_OP(name, neon, a, b) (vb) neon((uint8x16_t)(a), (uint8x16_t)(b))
#endif

FL_INLINE vb vb_average(vb a, vb b)
{
    return FL_BYTE_OP(avg_epu8, vrhaddq_u8, a, b);
}

FL_INLINE vb vb_adds(vb a, vb b)
{
    return FL_BYTE_OP(adds_epu8, vqaddq_u8, a, b);
}

FL_INLINE vb vb_subs(vb a, vb b)
{
    return FL_BYTE_OP(subs_epu8, vqsubq_u8, a, b);
}

/* a < b ? x : y */
FL_INLINE vs vs_below(vs a, vs b, vs x, vs y)
{
#if defined(__AVX512BW__)
    return (vs)_mm512_mask_blend_epi16(_mm512_cmplt_epi16_mask((__m512i)a, (__m512i)b), (__m512i)y,
                                       (__m512i)x);
#elif defined(__AVX2__)
    return (vs)_mm256_blendv_epi8((__m256i)y, (__m256i)x, (__m256i)(a < b));
#elif defined(__x86_64__)
    return (vs)_mm_blendv_epi8((__m128i)y, (__m128i)x, (__m128i)(a < b));
#else
    return (vs)vbslq_s16((uint16x8_t)(a < b), FL_S(x), FL_S(y));
#endif
}

#endif
