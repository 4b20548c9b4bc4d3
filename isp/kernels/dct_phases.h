/* Rows between the order of pixels and that of phases (dct_shrink.h), a vector of each at a time.
 */
#ifndef FL_DCT_PHASES_H
#define FL_DCT_PHASES_H

#include "simd.h"
#include "simd16.h"

typedef int16_t dct_eight __attribute__((vector_size(16)));
typedef float dct_four __attribute__((vector_size(16)));

FL_INLINE void thirds_apart(const int16_t *in, int16_t *const out[3])
{
    dct_eight a, b, c, t[3];
    memcpy(&a, in, sizeof a);
    memcpy(&b, in + 8, sizeof b);
    memcpy(&c, in + 16, sizeof c);
    t[0] = __builtin_shufflevector(a, b, 0, 3, 6, 9, 12, 15, 0, 0);
    t[1] = __builtin_shufflevector(a, b, 1, 4, 7, 10, 13, 0, 0, 0);
    t[2] = __builtin_shufflevector(a, b, 2, 5, 8, 11, 14, 0, 0, 0);
    t[0] = __builtin_shufflevector(t[0], c, 0, 1, 2, 3, 4, 5, 10, 13);
    t[1] = __builtin_shufflevector(t[1], c, 0, 1, 2, 3, 4, 8, 11, 14);
    t[2] = __builtin_shufflevector(t[2], c, 0, 1, 2, 3, 4, 9, 12, 15);
    for (int m = 0; m < 3; m++)
        memcpy(out[m], &t[m], sizeof t[m]);
}

FL_INLINE void thirds_together(const int16_t *const in[3], int16_t *out)
{
    dct_eight p[3], a, b, c;
    for (int m = 0; m < 3; m++)
        memcpy(&p[m], in[m], sizeof p[m]);
    a = __builtin_shufflevector(p[0], p[1], 0, 8, 0, 1, 9, 0, 2, 10);
    b = __builtin_shufflevector(p[0], p[1], 0, 3, 11, 0, 4, 12, 0, 5);
    c = __builtin_shufflevector(p[0], p[1], 13, 0, 6, 14, 0, 7, 15, 0);
    a = __builtin_shufflevector(a, p[2], 0, 1, 8, 3, 4, 9, 6, 7);
    b = __builtin_shufflevector(b, p[2], 10, 1, 2, 11, 4, 5, 12, 7);
    c = __builtin_shufflevector(c, p[2], 0, 13, 2, 3, 14, 5, 6, 15);
    memcpy(out, &a, sizeof a);
    memcpy(out + 8, &b, sizeof b);
    memcpy(out + 16, &c, sizeof c);
}

/* step * FL_SHORTS values to FL_SHORTS of each phase. */
FL_INLINE void dct_to_phases(const int16_t *in, int step, int phase, int16_t *out)
{
    if (step == 4) {
        vs a, b, c, d, even[2], odd[2];
        vs_split(vs_load(in), vs_load(in + FL_SHORTS), &even[0], &odd[0]);
        vs_split(vs_load(in + 2 * FL_SHORTS), vs_load(in + 3 * FL_SHORTS), &even[1], &odd[1]);
        vs_split(even[0], even[1], &a, &c);
        vs_split(odd[0], odd[1], &b, &d);
        vs_store(out, a);
        vs_store(out + phase, b);
        vs_store(out + 2 * phase, c);
        vs_store(out + 3 * phase, d);
    } else if (step == 3) {
        for (int i = 0; i < FL_SHORTS; i += 8)
            thirds_apart(in + 3 * i,
                         (int16_t *const[]){out + i, out + phase + i, out + 2 * phase + i});
    } else {
        for (int i = 0; i < FL_SHORTS; i++)
            for (int m = 0; m < step; m++)
                out[m * phase + i] = in[i * step + m];
    }
}

/* And back. */
FL_INLINE void dct_from_phases(const int16_t *in, int step, int phase, int16_t *out)
{
    if (step == 4) {
        vs a, b, c, d, v[4];
        vs_join(vs_load(in), vs_load(in + 2 * phase), &a, &b);
        vs_join(vs_load(in + phase), vs_load(in + 3 * phase), &c, &d);
        vs_join(a, c, &v[0], &v[1]);
        vs_join(b, d, &v[2], &v[3]);
        for (int i = 0; i < 4; i++)
            vs_store(out + i * FL_SHORTS, v[i]);
    } else if (step == 3) {
        for (int i = 0; i < FL_SHORTS; i += 8)
            thirds_together((const int16_t *const[]){in + i, in + phase + i, in + 2 * phase + i},
                            out + 3 * i);
    } else {
        for (int i = 0; i < FL_SHORTS; i++)
            for (int m = 0; m < step; m++)
                out[i * step + m] = in[m * phase + i];
    }
}

/* What belongs to the first phases of blocks, and to the last, to every column; a vector of each.
 */
FL_INLINE void dct_spread(const float *most, const float *least, int step, float *out)
{
    if (step == 4) {
        vf v = vf_load(most), a = vf_zip_low(v, v), b = vf_zip_high(v, v);
        vf_store(out, vf_zip_low(a, a));
        vf_store(out + FL_LANES, vf_zip_high(a, a));
        vf_store(out + 2 * FL_LANES, vf_zip_low(b, b));
        vf_store(out + 3 * FL_LANES, vf_zip_high(b, b));
    } else if (step == 3) {
        for (int i = 0; i < FL_LANES; i += 4) {
            dct_four m, l, v[3];
            memcpy(&m, most + i, sizeof m);
            memcpy(&l, least + i, sizeof l);
            v[0] = __builtin_shufflevector(m, l, 0, 0, 4, 1);
            v[1] = __builtin_shufflevector(m, l, 1, 5, 2, 2);
            v[2] = __builtin_shufflevector(m, l, 6, 3, 3, 7);
            memcpy(out + 3 * i, v, sizeof v);
        }
    } else {
        for (int i = 0; i < FL_LANES; i++)
            for (int m = 0; m < step; m++)
                out[i * step + m] = m > 7 % step ? least[i] : most[i];
    }
}

#endif
