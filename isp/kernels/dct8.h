/* The 8-point DCT and its inverse, each but for a factor on every coefficient, in a fixed order of
 * operations (Arai, Agui and Nakajima, "A fast DCT-SQ scheme for images", Trans. IEICE E71, 1988):
 * 29 additions and 5 multiplications. forward gives DCT8_GAIN(k) / sqrt(1/8) times the orthonormal
 * coefficient k, and inverse wants DCT8_GAIN(k) * sqrt(1/8) times it; so there and back is 8 times
 * the input, whatever the factors, and in two dimensions DCT8_BACK. Included after DCT_TYPE and
 * DCT_NAME(x) are defined: the scalar reference uses it on float, the vector source on vectors. */
#ifndef FL_DCT8_H
#define FL_DCT8_H

#define DCT8_BACK 64.0f

#define DCT8_R2   0.70710678118654752f /* sqrt(1/2) */
#define DCT8_R2X2 1.41421356237309505f
#define DCT8_S2   0.38268343236508977f /* sin(pi / 8) */
#define DCT8_A    0.54119610014619698f /* cos(pi / 8) - sin(pi / 8) */
#define DCT8_B    1.30656296487637653f /* cos(pi / 8) + sin(pi / 8) */
#define DCT8_C2X2 1.84775906502257351f /* 2 cos(pi / 8) */
#define DCT8_AX2  1.08239220029239397f
#define DCT8_BX2  2.61312592975275306f

#endif

static inline void DCT_NAME(forward)(const DCT_TYPE a[8], DCT_TYPE out[8])
{
    DCT_TYPE s0 = a[0] + a[7], s1 = a[1] + a[6], s2 = a[2] + a[5], s3 = a[3] + a[4];
    DCT_TYPE d0 = a[0] - a[7], d1 = a[1] - a[6], d2 = a[2] - a[5], d3 = a[3] - a[4];
    DCT_TYPE e0 = s0 + s3, e1 = s1 + s2, f0 = s0 - s3;
    DCT_TYPE f1 = ((s1 - s2) + f0) * DCT8_R2;
    DCT_TYPE g0 = d3 + d2, g1 = (d2 + d1) * DCT8_R2, g2 = d1 + d0;
    DCT_TYPE turn = (g0 - g2) * DCT8_S2;
    DCT_TYPE h0 = g0 * DCT8_A + turn, h2 = g2 * DCT8_B + turn;
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
    DCT_TYPE p = c[0] + c[4], q = c[0] - c[4], r = c[2] + c[6];
    DCT_TYPE t = (c[2] - c[6]) * DCT8_R2X2 - r;
    DCT_TYPE s0 = p + r, s3 = p - r, s1 = q + t, s2 = q - t;
    DCT_TYPE g0 = c[5] - c[3], g1 = c[1] + c[7], g2 = c[1] - c[7], g3 = c[5] + c[3];
    DCT_TYPE turn = (g0 + g2) * DCT8_C2X2;
    DCT_TYPE d0 = g1 + g3;
    DCT_TYPE d1 = (turn - g0 * DCT8_BX2) - d0;
    DCT_TYPE d2 = (g1 - g3) * DCT8_R2X2 - d1;
    DCT_TYPE d3 = (turn - g2 * DCT8_AX2) - d2;
    out[0] = s0 + d0;
    out[7] = s0 - d0;
    out[1] = s1 + d1;
    out[6] = s1 - d1;
    out[2] = s2 + d2;
    out[5] = s2 - d2;
    out[3] = s3 + d3;
    out[4] = s3 - d3;
}
