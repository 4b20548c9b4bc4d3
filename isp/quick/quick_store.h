/* Display values to bytes in pixel order, bytes to interleaved pixels, and the detail of luma. */
#ifndef FL_QUICK_STORE_H
#define FL_QUICK_STORE_H

#include "quick_simd.h"

#if defined(__x86_64__)

#if defined(__AVX512BW__)
#define FL_STORE(name)    _mm512_##name
#define FL_STORE_TABLE(t) _mm512_broadcast_i32x4(_mm_loadu_si128((const __m128i *)(t)))
#elif defined(__AVX2__)
#define FL_STORE(name)    _mm256_##name
#define FL_STORE_TABLE(t) _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(t)))
#else
#define FL_STORE(name)    _mm_##name
#define FL_STORE_TABLE(t) _mm_loadu_si128((const __m128i *)(t))
#endif

/* Display values of even and odd pixels to the codes of all in order. */
FL_INLINE vb vb_codes(vs even, vs odd)
{
    static const int8_t order[16] = {0, 8, 1, 9, 2, 10, 3, 11, 4, 12, 5, 13, 6, 14, 7, 15};
    const FL_REGISTER eighth = FL_STORE(set1_epi16)(1 << 13);
    FL_REGISTER v = FL_STORE(packus_epi16)(FL_STORE(mulhi_epi16)((FL_REGISTER)even, eighth),
                                           FL_STORE(mulhi_epi16)((FL_REGISTER)odd, eighth));
    return (vb)FL_STORE(shuffle_epi8)(v, FL_STORE_TABLE(order));
}

/* 64 (a - b), of the first and the second half of each 16 bytes, */
FL_INLINE void vb_difference(vb a, vb b, vs *first, vs *second)
{
    const FL_REGISTER weight = FL_STORE(set1_epi16)((int16_t)0xc040); /* 64, -64 */
    FL_REGISTER lo = FL_STORE(unpacklo_epi8)((FL_REGISTER)a, (FL_REGISTER)b);
    FL_REGISTER hi = FL_STORE(unpackhi_epi8)((FL_REGISTER)a, (FL_REGISTER)b);
    *first = (vs)FL_STORE(maddubs_epi16)(lo, weight);
    *second = (vs)FL_STORE(maddubs_epi16)(hi, weight);
}

/* and back to bytes: what is above 0 and what is below. */
FL_INLINE void vb_signed(vs first, vs second, vb *above, vb *below)
{
    FL_REGISTER v = FL_STORE(packs_epi16)((FL_REGISTER)first, (FL_REGISTER)second);
    const FL_REGISTER zero = FL_STORE(set1_epi16)(0);
    *above = (vb)FL_STORE(max_epi8)(v, zero);
    *below = (vb)FL_STORE(max_epi8)(FL_STORE(subs_epi8)(zero, v), zero);
}

/* Sixteen reds, greens and blues fill three times 16 bytes: byte j of chunk k has colour (k + j) %
 * 3 of pixel (16 k + j) / 3. In the same order for all chunks, each colour is turned once; */
static const int8_t fl_store_order[3][16] = {
    {0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10, 5},
    {5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15, 10},
    {10, 5, 0, 11, 6, 1, 12, 7, 2, 13, 8, 3, 14, 9, 4, 15}};

/* a at j % 3 = 0, b at 1, c at 2. */
#if defined(__AVX512BW__)
FL_INLINE FL_REGISTER fl_store_mix(FL_REGISTER a, FL_REGISTER b, FL_REGISTER c)
{
    a = _mm512_mask_blend_epi8(0x9249924992499249, c, a);
    return _mm512_mask_blend_epi8(0x2492249224922492, a, b);
}
#else
static const int8_t fl_store_place[2][16] = {{-1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1},
                                             {0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0, 0}};

FL_INLINE FL_REGISTER fl_store_mix(FL_REGISTER a, FL_REGISTER b, FL_REGISTER c)
{
    a = FL_STORE(blendv_epi8)(c, a, FL_STORE_TABLE(fl_store_place[0]));
    return FL_STORE(blendv_epi8)(a, b, FL_STORE_TABLE(fl_store_place[1]));
}
#endif

#if defined(__AVX512BW__)
FL_INLINE void fl_store_chunks(uint8_t *out, __m512i x, __m512i y, __m512i z)
{
    __m512i a = _mm512_permutex2var_epi64(x, _mm512_set_epi64(3, 2, 0, 0, 9, 8, 1, 0), y);
    __m512i b = _mm512_permutex2var_epi64(x, _mm512_set_epi64(13, 12, 5, 4, 0, 0, 11, 10), y);
    __m512i c = _mm512_permutex2var_epi64(x, _mm512_set_epi64(0, 0, 15, 14, 7, 6, 0, 0), y);
    a = _mm512_mask_permutexvar_epi64(a, 0x30, _mm512_set_epi64(0, 0, 1, 0, 0, 0, 0, 0), z);
    b = _mm512_mask_permutexvar_epi64(b, 0x0c, _mm512_set_epi64(0, 0, 0, 0, 3, 2, 0, 0), z);
    c = _mm512_mask_permutexvar_epi64(c, 0xc3, _mm512_set_epi64(7, 6, 0, 0, 0, 0, 5, 4), z);
    _mm512_storeu_si512(out, a);
    _mm512_storeu_si512(out + 64, b);
    _mm512_storeu_si512(out + 128, c);
}
#elif defined(__AVX2__)
FL_INLINE void fl_store_chunks(uint8_t *out, __m256i x, __m256i y, __m256i z)
{
    _mm256_storeu_si256((__m256i *)out, _mm256_permute2x128_si256(x, y, 0x20));
    _mm256_storeu_si256((__m256i *)(out + 32), _mm256_permute2x128_si256(z, x, 0x30));
    _mm256_storeu_si256((__m256i *)(out + 64), _mm256_permute2x128_si256(y, z, 0x31));
}
#else
FL_INLINE void fl_store_chunks(uint8_t *out, __m128i x, __m128i y, __m128i z)
{
    _mm_storeu_si128((__m128i *)out, x);
    _mm_storeu_si128((__m128i *)(out + 16), y);
    _mm_storeu_si128((__m128i *)(out + 32), z);
}
#endif

FL_INLINE void vb_store_rgb(uint8_t *out, vb r, vb g, vb b)
{
    FL_REGISTER x = FL_STORE(shuffle_epi8)((FL_REGISTER)r, FL_STORE_TABLE(fl_store_order[0]));
    FL_REGISTER y = FL_STORE(shuffle_epi8)((FL_REGISTER)g, FL_STORE_TABLE(fl_store_order[1]));
    FL_REGISTER z = FL_STORE(shuffle_epi8)((FL_REGISTER)b, FL_STORE_TABLE(fl_store_order[2]));
    fl_store_chunks(out, fl_store_mix(x, y, z), fl_store_mix(y, z, x), fl_store_mix(z, x, y));
}

#else

FL_INLINE vb vb_codes(vs even, vs odd)
{
    return (vb)vcombine_u8(vzip1_u8(vqshrun_n_s16(FL_S(even), 3), vqshrun_n_s16(FL_S(odd), 3)),
                           vzip2_u8(vqshrun_n_s16(FL_S(even), 3), vqshrun_n_s16(FL_S(odd), 3)));
}

FL_INLINE void vb_difference(vb a, vb b, vs *first, vs *second)
{
    uint8x16_t x = (uint8x16_t)a, y = (uint8x16_t)b;
    *first = (vs)vshlq_n_u16(vsubl_u8(vget_low_u8(x), vget_low_u8(y)), 6);
    *second = (vs)vshlq_n_u16(vsubl_high_u8(x, y), 6);
}

FL_INLINE void vb_signed(vs first, vs second, vb *above, vb *below)
{
    int8x16_t v = vqmovn_high_s16(vqmovn_s16(FL_S(first)), FL_S(second));
    *above = (vb)vmaxq_s8(v, vdupq_n_s8(0));
    *below = (vb)vmaxq_s8(vqnegq_s8(v), vdupq_n_s8(0));
}

FL_INLINE void vb_store_rgb(uint8_t *out, vb r, vb g, vb b)
{
    const uint8x16x3_t v = {{(uint8x16_t)r, (uint8x16_t)g, (uint8x16_t)b}};
    vst3q_u8(out, v);
}

#endif

#endif
