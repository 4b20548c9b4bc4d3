/* Rows between the order of pixels and that of phases (dct_shrink.h). */
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

/* step * FL_SHORTS values to FL_SHORTS of each phase; step 4 has its own way before. */
FL_INLINE void dct_to_phases(const int16_t *in, int step, int phase, int16_t *out)
{
    if (step == 3) {
        for (int i = 0; i < FL_SHORTS; i += 8)
            thirds_apart(in + 3 * i,
                         (int16_t *const[]){out + i, out + phase + i, out + 2 * phase + i});
    } else {
        for (int i = 0; i < FL_SHORTS; i++)
            for (int m = 0; m < step; m++)
                out[m * phase + i] = in[i * step + m];
    }
}

/* Four vectors of pixels to one of each of four phases. */
FL_INLINE void dct_fourths_apart(const float *in, vf out[4])
{
    vf a = vf_load(in), b = vf_load(in + FL_LANES);
    vf c = vf_load(in + 2 * FL_LANES), d = vf_load(in + 3 * FL_LANES);
    vf even[2] = {vf_even(a, b), vf_even(c, d)}, odd[2] = {vf_odd(a, b), vf_odd(c, d)};
    out[0] = vf_even(even[0], even[1]);
    out[1] = vf_even(odd[0], odd[1]);
    out[2] = vf_odd(even[0], even[1]);
    out[3] = vf_odd(odd[0], odd[1]);
}

FL_INLINE void thirds_together(const vf in[3], float *out)
{
    float of[3][FL_LANES];
    for (int m = 0; m < 3; m++)
        vf_store(of[m], in[m]);
    for (int i = 0; i < FL_LANES; i += 4) {
        dct_four p[3], a, b, c;
        for (int m = 0; m < 3; m++)
            memcpy(&p[m], of[m] + i, sizeof p[m]);
        a = __builtin_shufflevector(p[0], p[1], 0, 4, 0, 1);
        b = __builtin_shufflevector(p[0], p[1], 5, 0, 2, 6);
        c = __builtin_shufflevector(p[0], p[1], 0, 3, 7, 0);
        p[0] = __builtin_shufflevector(a, p[2], 0, 1, 4, 3);
        p[1] = __builtin_shufflevector(b, p[2], 0, 5, 2, 3);
        p[2] = __builtin_shufflevector(c, p[2], 6, 1, 2, 7);
        memcpy(out + 3 * i, p, sizeof p);
    }
}

/* A vector of each phase to pixels. */
FL_INLINE void dct_to_pixels(const vf in[8], int step, float *out)
{
    if (step == 4) {
        vf a = vf_zip_low(in[0], in[2]), b = vf_zip_high(in[0], in[2]);
        vf c = vf_zip_low(in[1], in[3]), d = vf_zip_high(in[1], in[3]);
        vf_store(out, vf_zip_low(a, c));
        vf_store(out + FL_LANES, vf_zip_high(a, c));
        vf_store(out + 2 * FL_LANES, vf_zip_low(b, d));
        vf_store(out + 3 * FL_LANES, vf_zip_high(b, d));
    } else if (step == 3) {
        thirds_together(in, out);
    } else {
        for (int m = 0; m < step; m++)
            for (int i = 0; i < FL_LANES; i++)
                out[i * step + m] = in[m][i];
    }
}

#endif
