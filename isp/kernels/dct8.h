/* The 8-point DCT and its inverse in integers, each but for a factor on every coefficient, in a
 * fixed order of operations (Arai, Agui and Nakajima, "A fast DCT-SQ scheme for images", Trans.
 * IEICE E71, 1988): 29 additions and 5 multiplications. forward gives 2 sqrt(2) cos(k pi / 16) sqrt(2)
 * (k = 0: 2 sqrt(2)) times the orthonormal coefficient k; inverse, of the same, 8 times the input.
 *
 * Included after DCT_TYPE, DCT_NAME(x) and DCT_PRODUCT(a, b), (a b + 2^14) >> 15, are defined: the
 * scalar reference uses it on int, the vector source on vectors of 16 bits, where nothing
 * overflows: forward gives up to 10.06 times its largest input. */
#ifndef FL_DCT8_H
#define FL_DCT8_H

/* Fractions of 2^15: sqrt(1/2), sin(pi / 8), cos(pi / 8) - sin(pi / 8), cos + sin - 1; sqrt(2) - 1,
 * 2 cos(pi / 8) - 1, and twice the two before, less 1 and less 2. */
#define DCT8_R2   23170
#define DCT8_S2   12540
#define DCT8_A    17734
#define DCT8_B_1  10045
#define DCT8_R2_1 13573
#define DCT8_C2_1 27780
#define DCT8_A2_1 2700
#define DCT8_B2_2 20091

#endif

static inline void DCT_NAME(forward)(const DCT_TYPE a[8], DCT_TYPE out[8])
{
    DCT_TYPE s0 = a[0] + a[7], s1 = a[1] + a[6], s2 = a[2] + a[5], s3 = a[3] + a[4];
    DCT_TYPE d0 = a[0] - a[7], d1 = a[1] - a[6], d2 = a[2] - a[5], d3 = a[3] - a[4];
    DCT_TYPE e0 = s0 + s3, e1 = s1 + s2, f0 = s0 - s3;
    DCT_TYPE f1 = DCT_PRODUCT((s1 - s2) + f0, DCT8_R2);
    DCT_TYPE g0 = d3 + d2, g1 = DCT_PRODUCT(d2 + d1, DCT8_R2), g2 = d1 + d0;
    DCT_TYPE turn = DCT_PRODUCT(g0 - g2, DCT8_S2);
    DCT_TYPE h0 = DCT_PRODUCT(g0, DCT8_A) + turn, h2 = (g2 + DCT_PRODUCT(g2, DCT8_B_1)) + turn;
    DCT_TYPE p = d0 + g1, q = d0 - g1;
    out[0] = e0 + e1;
    out[4] = e0 - e1;
    out[2] = f0 + f1;
    out[6] = f0 - f1;
    out[1] = p + h2;
    out[7] = p - h2;
    out[5] = q + h0;
    out[3] = q - h0;
}

static inline void DCT_NAME(inverse)(const DCT_TYPE c[8], DCT_TYPE out[8])
{
    DCT_TYPE p = c[0] + c[4], q = c[0] - c[4], r = c[2] + c[6], m = c[2] - c[6];
    DCT_TYPE t = (m + DCT_PRODUCT(m, DCT8_R2_1)) - r;
    DCT_TYPE s0 = p + r, s3 = p - r, s1 = q + t, s2 = q - t;
    DCT_TYPE g0 = c[5] - c[3], g1 = c[1] + c[7], g2 = c[1] - c[7], g3 = c[5] + c[3];
    DCT_TYPE g = g0 + g2, turn = g + DCT_PRODUCT(g, DCT8_C2_1);
    DCT_TYPE d0 = g1 + g3, h = g1 - g3;
    DCT_TYPE d1 = (turn - (g0 + g0 + DCT_PRODUCT(g0, DCT8_B2_2))) - d0;
    DCT_TYPE d2 = (h + DCT_PRODUCT(h, DCT8_R2_1)) - d1;
    DCT_TYPE d3 = (turn - (g2 + DCT_PRODUCT(g2, DCT8_A2_1))) - d2;
    out[0] = s0 + d0;
    out[7] = s0 - d0;
    out[1] = s1 + d1;
    out[6] = s1 - d1;
    out[2] = s2 + d2;
    out[5] = s2 - d2;
    out[3] = s3 + d3;
    out[4] = s3 - d3;
}
