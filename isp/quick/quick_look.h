/* Piecewise curves by look-ups in registers, for two vectors at a time; quick_rules.h says what a
 * curve is, quick_ref.c what it must give. */
#ifndef FL_QUICK_LOOK_H
#define FL_QUICK_LOOK_H

#include "quick_simd.h"

/* x << extra where x < limit. */
FL_INLINE vs widened(vs x, int limit, int extra)
{
    return vs_below(x, vs_set(limit), x << extra, x);
}

#if defined(__AVX512BW__)

/* Sixty-four entries of 16 bits are two registers, and a look-up is a permutation. */
FL_INLINE vs vs_entry(const uint16_t *table, __m512i index)
{
    return (vs)_mm512_permutex2var_epi16(_mm512_loadu_si512(table), index,
                                         _mm512_loadu_si512(table + 32));
}

FL_INLINE vs vs_value(const struct fl_quick_curve *curve, __m512i entry, vs x)
{
    return vs_entry(curve->base, entry) + vs_product(vs_entry(curve->slope, entry), x);
}

FL_INLINE vs vs_plain_one(const struct fl_quick_curve *curve, vs v, const bool wide)
{
    const __m512i x = (__m512i)v, sixteen = _mm512_set1_epi16(16);
    __mmask32 zone0 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(1024));
    __mmask32 zone1 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(8192));
    __m512i entry = _mm512_add_epi16(_mm512_srli_epi16(x, 11), _mm512_set1_epi16(32));
    entry = _mm512_mask_add_epi16(entry, zone1, _mm512_srli_epi16(x, 9), sixteen);
    entry = _mm512_mask_srli_epi16(entry, zone0, x, 6);
    if (wide)
        v = (vs)_mm512_mask_slli_epi16(x, zone1, x, FL_QUICK_PLAIN_EXTRA);
    return vs_value(curve, entry, v);
}

FL_INLINE vs vs_steep_one(const struct fl_quick_curve *curve, vs v)
{
    const __m512i x = (__m512i)v;
    __mmask32 zone0 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(512));
    __mmask32 zone1 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(2048));
    __mmask32 zone2 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(8192));
    __m512i entry = _mm512_add_epi16(_mm512_srli_epi16(x, 11), _mm512_set1_epi16(48));
    entry = _mm512_mask_add_epi16(entry, zone2, _mm512_srli_epi16(x, 9), _mm512_set1_epi16(32));
    entry = _mm512_mask_add_epi16(entry, zone1, _mm512_srli_epi16(x, 7), _mm512_set1_epi16(16));
    entry = _mm512_mask_srli_epi16(entry, zone0, x, 5);
    return vs_value(curve, entry, (vs)_mm512_mask_slli_epi16(x, zone1, x, FL_QUICK_STEEP_EXTRA));
}

FL_INLINE void vs_plain(const struct fl_quick_curve *curve, vs *a, vs *b, const bool wide)
{
    *a = vs_plain_one(curve, *a, wide);
    *b = vs_plain_one(curve, *b, wide);
}

FL_INLINE void vs_steep(const struct fl_quick_curve *curve, vs *a, vs *b)
{
    *a = vs_steep_one(curve, *a);
    *b = vs_steep_one(curve, *b);
}

#elif defined(__x86_64__)

/* Two vectors' indices share one register of bytes. A byte of 16 or more gets its highest bit set
 * (by a saturating sum with 0x70), for which pshufb gives 0: each zone answers for its own entries
 * only, and the answers are ored. */
#if defined(__AVX2__)
typedef __m256i fl_bytes;
#define FL_BYTES(name)  _mm256_##name
#define FL_BIT_OR(a, b) _mm256_or_si256(a, b)
#define FL_TABLE(t)     _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(t)))
#else
typedef __m128i fl_bytes;
#define FL_BYTES(name)  _mm_##name
#define FL_BIT_OR(a, b) _mm_or_si128(a, b)
#define FL_TABLE(t)     _mm_loadu_si128((const __m128i *)(t))
#endif

FL_INLINE fl_bytes index_of(vs a, vs b, int shift)
{
    fl_bytes i = FL_BYTES(packus_epi16)((fl_bytes)((vus)a >> shift), (fl_bytes)((vus)b >> shift));
    return shift == 11 ? i : FL_BYTES(adds_epu8)(i, FL_BYTES(set1_epi8)(0x70)); /* 11: the last */
}

/* One byte of the table, for zones first, first + step, ... */
FL_INLINE fl_bytes look(const uint8_t *table, const fl_bytes *index, int zones, int first, int step)
{
    fl_bytes v = FL_BYTES(shuffle_epi8)(FL_TABLE(table + 16 * first), index[first]);
    for (int z = first + step; z < zones; z += step)
        v = FL_BIT_OR(v, FL_BYTES(shuffle_epi8)(FL_TABLE(table + 16 * z), index[z]));
    return v;
}

/* base + slope x for both vectors; xa, xb are what the slopes are multiplied with. */
FL_INLINE void add_slopes(const struct fl_quick_curve *curve, const fl_bytes *index, int zones,
                          int fine, int step, vs xa, vs xb, vs *a, vs *b)
{
    fl_bytes base0 = look(curve->byte[0], index, zones, 0, 1);
    fl_bytes base1 = look(curve->byte[1], index, zones, 0, 1);
    fl_bytes slope0 = look(curve->byte[2], index, zones, fine, step);
    fl_bytes slope1 = look(curve->byte[3], index, zones, 0, 1);
    *a = (vs)FL_BYTES(unpacklo_epi8)(base0, base1) +
         vs_product((vs)FL_BYTES(unpacklo_epi8)(slope0, slope1), xa);
    *b = (vs)FL_BYTES(unpackhi_epi8)(base0, base1) +
         vs_product((vs)FL_BYTES(unpackhi_epi8)(slope0, slope1), xb);
}

FL_INLINE void vs_plain(const struct fl_quick_curve *curve, vs *a, vs *b, const bool wide)
{
    const fl_bytes index[3] = {index_of(*a, *b, 6), index_of(*a, *b, 9), index_of(*a, *b, 11)};
    vs xa = wide ? widened(*a, FL_QUICK_PLAIN_LIMIT, FL_QUICK_PLAIN_EXTRA) : *a;
    vs xb = wide ? widened(*b, FL_QUICK_PLAIN_LIMIT, FL_QUICK_PLAIN_EXTRA) : *b;
    add_slopes(curve, index, 3, 2, 1, xa, xb, a, b);
}

FL_INLINE void vs_steep(const struct fl_quick_curve *curve, vs *a, vs *b)
{
    const fl_bytes index[4] = {index_of(*a, *b, 5), index_of(*a, *b, 7), index_of(*a, *b, 9),
                               index_of(*a, *b, 11)};
    vs xa = widened(*a, FL_QUICK_STEEP_LIMIT, FL_QUICK_STEEP_EXTRA);
    vs xb = widened(*b, FL_QUICK_STEEP_LIMIT, FL_QUICK_STEEP_EXTRA);
    add_slopes(curve, index, 4, 1, 2, xa, xb, a, b);
}

#else

/* Indices of two vectors as bytes; tbl looks up 64 at once and gives 0 beyond. */
FL_INLINE uint8x16_t index_of(vs a, vs b)
{
    return vuzp1q_u8((uint8x16_t)a, (uint8x16_t)b);
}

FL_INLINE void add_slopes(const struct fl_quick_curve *curve, uint8x16_t index, vs xa, vs xb, vs *a,
                          vs *b)
{
    uint8x16_t byte[4];
    for (int i = 0; i < 4; i++)
        byte[i] = vqtbl4q_u8(vld1q_u8_x4(curve->byte[i]), index);
    *a = (vs)vzip1q_u8(byte[0], byte[1]) + vs_product((vs)vzip1q_u8(byte[2], byte[3]), xa);
    *b = (vs)vzip2q_u8(byte[0], byte[1]) + vs_product((vs)vzip2q_u8(byte[2], byte[3]), xb);
}

FL_INLINE vs plain_entry(vs x)
{
    vs entry = vs_below(x, vs_set(8192), (x >> 9) + (int16_t)16, (x >> 11) + (int16_t)32);
    return vs_below(x, vs_set(1024), x >> 6, entry);
}

FL_INLINE vs steep_entry(vs x)
{
    vs entry = vs_below(x, vs_set(8192), (x >> 9) + (int16_t)32, (x >> 11) + (int16_t)48);
    entry = vs_below(x, vs_set(2048), (x >> 7) + (int16_t)16, entry);
    return vs_below(x, vs_set(512), x >> 5, entry);
}

FL_INLINE void vs_plain(const struct fl_quick_curve *curve, vs *a, vs *b, const bool wide)
{
    vs xa = wide ? widened(*a, FL_QUICK_PLAIN_LIMIT, FL_QUICK_PLAIN_EXTRA) : *a;
    vs xb = wide ? widened(*b, FL_QUICK_PLAIN_LIMIT, FL_QUICK_PLAIN_EXTRA) : *b;
    add_slopes(curve, index_of(plain_entry(*a), plain_entry(*b)), xa, xb, a, b);
}

FL_INLINE void vs_steep(const struct fl_quick_curve *curve, vs *a, vs *b)
{
    vs xa = widened(*a, FL_QUICK_STEEP_LIMIT, FL_QUICK_STEEP_EXTRA);
    vs xb = widened(*b, FL_QUICK_STEEP_LIMIT, FL_QUICK_STEEP_EXTRA);
    add_slopes(curve, index_of(steep_entry(*a), steep_entry(*b)), xa, xb, a, b);
}

#endif

#endif
