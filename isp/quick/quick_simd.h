/* What the 16-bit chain needs of 16-bit lanes beyond simd16.h. */
#ifndef FL_QUICK_SIMD_H
#define FL_QUICK_SIMD_H

#include "quick_rules.h"

#include "simd16.h"

typedef uint8_t vb16 __attribute__((vector_size(16)));

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
