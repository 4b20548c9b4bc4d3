/* A thin layer over GCC/Clang vector extensions: one source, compiled once per instruction set.
 * Only operations whose result IEEE 754 defines are offered, so every set gives the same bits. */
#ifndef FL_SIMD_H
#define FL_SIMD_H

#include <math.h>
#include <stdint.h>
#include <string.h>

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
    return vf_bits((mask & vi_bits(a)) | (~mask & vi_bits(b)));
}

/* a > b ? a : b, so that NaN in a gives b */
static inline vf vf_max(vf a, vf b)
{
    return vf_select(a > b, a, b);
}

/* a < b ? a : b */
static inline vf vf_min(vf a, vf b)
{
    return vf_select(a < b, a, b);
}

static inline vf vf_abs(vf v)
{
    return vf_bits(vi_bits(v) & 0x7fffffff);
}

static inline vf vf_from_int(vi v)
{
    return __builtin_convertvector(v, vf);
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

/* table[2 i], table[2 i + 1] for every lane */
static inline void vf_gather_pairs(const float *table, vi index, vf *first, vf *second)
{
    for (int i = 0; i < FL_LANES; i++) {
        (*first)[i] = table[2 * index[i]];
        (*second)[i] = table[2 * index[i] + 1];
    }
}

#endif
