/* The orthonormal 8-point DCT and its inverse by even and odd halves (Chen, Smith and Fralick
 * 1977), in a fixed order of operations. Included after DCT_TYPE and DCT_NAME(x) are defined: the
 * scalar reference uses it on float, the vector source on vectors. */
#ifndef FL_DCT8_H
#define FL_DCT8_H

#define DCT_C0 0.35355339059327379f /* sqrt(1/8) */
#define DCT_C1 0.49039264020161522f /* cos(j pi / 16) / 2 */
#define DCT_C2 0.46193976625564337f
#define DCT_C3 0.41573480615127262f
#define DCT_C5 0.27778511650980114f
#define DCT_C6 0.19134171618254492f
#define DCT_C7 0.09754516100806417f

#endif

static inline void DCT_NAME(forward)(const DCT_TYPE a[8], DCT_TYPE out[8])
{
    DCT_TYPE s0 = a[0] + a[7], s1 = a[1] + a[6], s2 = a[2] + a[5], s3 = a[3] + a[4];
    DCT_TYPE d0 = a[0] - a[7], d1 = a[1] - a[6], d2 = a[2] - a[5], d3 = a[3] - a[4];
    DCT_TYPE e0 = s0 + s3, e1 = s1 + s2, f0 = s0 - s3, f1 = s1 - s2;
    out[0] = (e0 + e1) * DCT_C0;
    out[4] = (e0 - e1) * DCT_C0;
    out[2] = f0 * DCT_C2 + f1 * DCT_C6;
    out[6] = f0 * DCT_C6 - f1 * DCT_C2;
    out[1] = (d0 * DCT_C1 + d1 * DCT_C3) + (d2 * DCT_C5 + d3 * DCT_C7);
    out[3] = (d0 * DCT_C3 - d1 * DCT_C7) - (d2 * DCT_C1 + d3 * DCT_C5);
    out[5] = (d0 * DCT_C5 - d1 * DCT_C1) + (d2 * DCT_C7 + d3 * DCT_C3);
    out[7] = (d0 * DCT_C7 - d1 * DCT_C5) + (d2 * DCT_C3 - d3 * DCT_C1);
}

static inline void DCT_NAME(inverse)(const DCT_TYPE c[8], DCT_TYPE out[8])
{
    DCT_TYPE p = (c[0] + c[4]) * DCT_C0, q = (c[0] - c[4]) * DCT_C0;
    DCT_TYPE r = c[2] * DCT_C2 + c[6] * DCT_C6, t = c[2] * DCT_C6 - c[6] * DCT_C2;
    DCT_TYPE s0 = p + r, s3 = p - r, s1 = q + t, s2 = q - t;
    DCT_TYPE d0 = (c[1] * DCT_C1 + c[3] * DCT_C3) + (c[5] * DCT_C5 + c[7] * DCT_C7);
    DCT_TYPE d1 = (c[1] * DCT_C3 - c[3] * DCT_C7) - (c[5] * DCT_C1 + c[7] * DCT_C5);
    DCT_TYPE d2 = (c[1] * DCT_C5 - c[3] * DCT_C1) + (c[5] * DCT_C7 + c[7] * DCT_C3);
    DCT_TYPE d3 = (c[1] * DCT_C7 - c[3] * DCT_C5) + (c[5] * DCT_C3 - c[7] * DCT_C1);
    out[0] = s0 + d0;
    out[7] = s0 - d0;
    out[1] = s1 + d1;
    out[6] = s1 - d1;
    out[2] = s2 + d2;
    out[5] = s2 - d2;
    out[3] = s3 + d3;
    out[4] = s3 - d3;
}
