/* Piecewise curves by look-ups in registers, for two vectors at a time; quick_rules.h says what a
 * curve is, quick_ref.c what it must give. */
#ifndef FL_QUICK_LOOK_H
#define FL_QUICK_LOOK_H

#include "quick_simd.h"

#if defined(__AVX512BW__)

/* Sixty-four entries of 16 bits are two registers, and a look-up is a permutation. */
struct vs_tables {
    __m512i base[2], slope[2];
};

FL_INLINE struct vs_tables vs_tables_of(const struct fl_quick_curve *curve)
{
    struct vs_tables t;
    for (int i = 0; i < 2; i++) {
        t.base[i] = _mm512_loadu_si512(curve->base + 32 * i);
        t.slope[i] = _mm512_loadu_si512(curve->slope + 32 * i);
    }
    return t;
}

FL_INLINE vs vs_value(const struct vs_tables *t, __m512i entry, vs x)
{
    return (vs)_mm512_permutex2var_epi16(t->base[0], entry, t->base[1]) +
           vs_product((vs)_mm512_permutex2var_epi16(t->slope[0], entry, t->slope[1]), x);
}

FL_INLINE vs vs_curve_one(const struct vs_tables *t, vs v, const bool wide)
{
    const __m512i x = _mm512_max_epi16((__m512i)v, _mm512_setzero_si512());
    __mmask32 zone0 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(2048));
    __mmask32 zone1 = _mm512_cmplt_epi16_mask(x, _mm512_set1_epi16(FL_QUICK_LIMIT));
    __m512i entry = _mm512_add_epi16(_mm512_srli_epi16(x, 11), _mm512_set1_epi16(32));
    entry = _mm512_mask_add_epi16(entry, zone1, _mm512_srli_epi16(x, 9), _mm512_set1_epi16(16));
    entry = _mm512_mask_srli_epi16(entry, zone0, x, 7);
    if (wide)
        v = (vs)_mm512_mask_slli_epi16(x, zone1, x, FL_QUICK_EXTRA);
    return vs_value(t, entry, v);
}

FL_INLINE void vs_curve(const struct vs_tables *t, vs *a, vs *b, const bool wide)
{
    *a = vs_curve_one(t, *a, wide);
    *b = vs_curve_one(t, *b, wide);
}

#elif defined(__x86_64__)

/* Two vectors' indices share one register of bytes, x >> 7, which is the lowest zone's index and
 * shifted further those of the others. A byte of 16 or more gets its highest bit set (by a
 * saturating sum with 0x70), for which pshufb gives 0: each zone answers for its own entries only,
 * and the answers are ored. Multiplications shift where other units have more to do. */
#if defined(__AVX2__)
typedef __m256i fl_bytes;
#define FL_BYTES(name)     _mm256_##name
#define FL_BIT_OR(a, b)    _mm256_or_si256(a, b)
#define FL_BYTES_AND(a, b) _mm256_and_si256(a, b)
#define FL_TABLE(t)        _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(t)))
#else
typedef __m128i fl_bytes;
#define FL_BYTES(name)     _mm_##name
#define FL_BIT_OR(a, b)    _mm_or_si128(a, b)
#define FL_BYTES_AND(a, b) _mm_and_si128(a, b)
#define FL_TABLE(t)        _mm_loadu_si128((const __m128i *)(t))
#endif

FL_INLINE fl_bytes bytes_shifted(fl_bytes v, int shift)
{
    return FL_BYTES_AND(FL_BYTES(srli_epi16)(v, shift), FL_BYTES(set1_epi8)((char)(255 >> shift)));
}

FL_INLINE void indices_of(vs a, vs b, fl_bytes index[FL_QUICK_ZONES])
{
    const fl_bytes places = FL_BYTES(set1_epi16)(1 << (16 - FL_QUICK_PIECE));
    const fl_bytes above = FL_BYTES(set1_epi8)(0x70);
    fl_bytes x = FL_BYTES(packus_epi16)(FL_BYTES(mulhi_epi16)((fl_bytes)a, places),
                                        FL_BYTES(mulhi_epi16)((fl_bytes)b, places));
    index[0] = FL_BYTES(adds_epu8)(x, above);
    index[1] = FL_BYTES(adds_epu8)(bytes_shifted(x, 2), above);
    index[2] = bytes_shifted(x, 4);
}

FL_INLINE vs widened(vs x)
{
    x = vs_max(x, vs_set(0));
    return vs_below(x, vs_set(FL_QUICK_LIMIT), x << FL_QUICK_EXTRA, x);
}

/* Of the low byte of slopes the highest zone only. */
struct vs_tables {
    fl_bytes base[2][FL_QUICK_ZONES], slope[2][FL_QUICK_ZONES];
};

FL_INLINE struct vs_tables vs_tables_of(const struct fl_quick_curve *curve)
{
    struct vs_tables t;
    for (int z = 0; z < FL_QUICK_ZONES; z++)
        for (int i = 0; i < 2; i++) {
            t.base[i][z] = FL_TABLE(curve->byte[i] + 16 * z);
            t.slope[i][z] = FL_TABLE(curve->byte[2 + i] + 16 * z);
        }
    return t;
}

FL_INLINE fl_bytes look(const fl_bytes table[FL_QUICK_ZONES], const fl_bytes index[FL_QUICK_ZONES])
{
    fl_bytes v = FL_BYTES(shuffle_epi8)(table[0], index[0]);
    for (int z = 1; z < FL_QUICK_ZONES; z++)
        v = FL_BIT_OR(v, FL_BYTES(shuffle_epi8)(table[z], index[z]));
    return v;
}

FL_INLINE void vs_curve(const struct vs_tables *t, vs *a, vs *b, const bool wide)
{
    fl_bytes index[FL_QUICK_ZONES];
    indices_of(*a, *b, index);
    fl_bytes slope0 = FL_BYTES(shuffle_epi8)(t->slope[0][2], index[2]);
    fl_bytes slope1 = look(t->slope[1], index);
    fl_bytes base0 = look(t->base[0], index), base1 = look(t->base[1], index);
    vs xa = wide ? widened(*a) : *a, xb = wide ? widened(*b) : *b;
    *a = (vs)FL_BYTES(unpacklo_epi8)(base0, base1) +
         vs_product((vs)FL_BYTES(unpacklo_epi8)(slope0, slope1), xa);
    *b = (vs)FL_BYTES(unpackhi_epi8)(base0, base1) +
         vs_product((vs)FL_BYTES(unpackhi_epi8)(slope0, slope1), xb);
}

#else

/* Indices of two vectors as bytes; tbl looks up 48 at once and gives 0 beyond. */
FL_INLINE uint8x16_t index_of(vs a, vs b)
{
    return vuzp1q_u8((uint8x16_t)a, (uint8x16_t)b);
}

struct vs_tables {
    uint8x16x3_t byte[4];
};

FL_INLINE struct vs_tables vs_tables_of(const struct fl_quick_curve *curve)
{
    struct vs_tables t;
    for (int i = 0; i < 4; i++)
        t.byte[i] = vld1q_u8_x3(curve->byte[i]);
    return t;
}

FL_INLINE void add_slopes(const struct vs_tables *t, uint8x16_t index, vs xa, vs xb, vs *a, vs *b)
{
    uint8x16_t byte[4];
    for (int i = 0; i < 4; i++)
        byte[i] = vqtbl3q_u8(t->byte[i], index);
    *a = (vs)vzip1q_u8(byte[0], byte[1]) + vs_product((vs)vzip1q_u8(byte[2], byte[3]), xa);
    *b = (vs)vzip2q_u8(byte[0], byte[1]) + vs_product((vs)vzip2q_u8(byte[2], byte[3]), xb);
}

FL_INLINE vs entry_of(vs x)
{
    vs entry = vs_below(x, vs_set(FL_QUICK_LIMIT), (x >> 9) + (int16_t)16, (x >> 11) + (int16_t)32);
    return vs_below(x, vs_set(2048), x >> 7, entry);
}

FL_INLINE void vs_curve(const struct vs_tables *t, vs *a, vs *b, const bool wide)
{
    vs ca = vs_max(*a, vs_set(0)), cb = vs_max(*b, vs_set(0)), xa = *a, xb = *b;
    if (wide) {
        xa = vs_below(ca, vs_set(FL_QUICK_LIMIT), ca << FL_QUICK_EXTRA, ca);
        xb = vs_below(cb, vs_set(FL_QUICK_LIMIT), cb << FL_QUICK_EXTRA, cb);
    }
    add_slopes(t, index_of(entry_of(ca), entry_of(cb)), xa, xb, a, b);
}

#endif

#endif
