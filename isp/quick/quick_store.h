/* Three vectors of 16-bit codes to interleaved bytes, saturated to 0..255. */
#ifndef FL_QUICK_STORE_H
#define FL_QUICK_STORE_H

#include "quick_simd.h"

#if defined(__x86_64__)

/* In each 16 bytes: eight reds and eight greens in one register, eight blues in another, become
 * bytes 0..15 and 16..23 of eight pixels. */
static const int8_t fl_store_order[4][16] = {
    {0, 8, -1, 1, 9, -1, 2, 10, -1, 3, 11, -1, 4, 12, -1, 5},
    {-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1},
    {13, -1, 6, 14, -1, 7, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1},
    {-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, -1, -1, -1, -1, -1, -1}};

#if defined(__AVX512BW__)
#define FL_STORE(name)    _mm512_##name
#define FL_STORE_OR(a, b) _mm512_or_si512(a, b)
#define FL_STORE_ORDER(k)                                                                          \
    _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)fl_store_order[k]))
#elif defined(__AVX2__)
#define FL_STORE(name)    _mm256_##name
#define FL_STORE_OR(a, b) _mm256_or_si256(a, b)
#define FL_STORE_ORDER(k)                                                                          \
    _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)fl_store_order[k]))
#else
#define FL_STORE(name)    _mm_##name
#define FL_STORE_OR(a, b) _mm_or_si128(a, b)
#define FL_STORE_ORDER(k) _mm_loadu_si128((const __m128i *)fl_store_order[k])
#endif

FL_INLINE void vs_store_rgb(uint8_t *out, vs r, vs g, vs b)
{
    FL_REGISTER rg = FL_STORE(packus_epi16)((FL_REGISTER)r, (FL_REGISTER)g);
    FL_REGISTER bb = FL_STORE(packus_epi16)((FL_REGISTER)b, (FL_REGISTER)b);
    FL_REGISTER first = FL_STORE_OR(FL_STORE(shuffle_epi8)(rg, FL_STORE_ORDER(0)),
                                    FL_STORE(shuffle_epi8)(bb, FL_STORE_ORDER(1)));
    FL_REGISTER rest = FL_STORE_OR(FL_STORE(shuffle_epi8)(rg, FL_STORE_ORDER(2)),
                                   FL_STORE(shuffle_epi8)(bb, FL_STORE_ORDER(3)));
#if defined(__AVX512BW__)
    const __m512i low = _mm512_set_epi64(5, 4, 10, 3, 2, 8, 1, 0);
    const __m512i high = _mm512_set_epi64(0, 0, 0, 0, 14, 7, 6, 12);
    _mm512_storeu_si512(out, _mm512_permutex2var_epi64(first, low, rest));
    _mm256_storeu_si256((__m256i *)(out + 64),
                        _mm512_castsi512_si256(_mm512_permutex2var_epi64(first, high, rest)));
#elif defined(__AVX2__)
    _mm_storeu_si128((__m128i *)out, _mm256_castsi256_si128(first));
    _mm_storel_epi64((__m128i *)(out + 16), _mm256_castsi256_si128(rest));
    _mm_storeu_si128((__m128i *)(out + 24), _mm256_extracti128_si256(first, 1));
    _mm_storel_epi64((__m128i *)(out + 40), _mm256_extracti128_si256(rest, 1));
#else
    _mm_storeu_si128((__m128i *)out, first);
    _mm_storel_epi64((__m128i *)(out + 16), rest);
#endif
}

#else

FL_INLINE void vs_store_rgb(uint8_t *out, vs r, vs g, vs b)
{
    const uint8x8x3_t v = {{vqmovun_s16(FL_S(r)), vqmovun_s16(FL_S(g)), vqmovun_s16(FL_S(b))}};
    vst3_u8(out, v);
}

#endif

#endif
