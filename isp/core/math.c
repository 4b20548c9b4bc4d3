/* Elementary functions with the same bits on every machine: argument reduction to a small interval
 * and a power series evaluated by Horner's rule (Muller, Elementary Functions, 2016). */
#include "flmath.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define LN2_HIGH                                                                                   \
    0.693147180369123816490 /* ln 2 with the low bits cleared: k * LN2_HIGH is exact               \
                             */
#define LN2_LOW 1.90821492927058770002e-10
#define LN2     0.69314718055994530942

/* 2^k for -1022 <= k <= 1023. */
static double power_of_two(int k)
{
    uint64_t bits = (uint64_t)(k + 1023) << 52;
    double d;
    memcpy(&d, &bits, sizeof d);
    return d;
}

double fl_exp(double x)
{
    double k, r, sum = 1.0;
    int i;
    if (!(x > -708.0))
        return 0.0;
    if (x > 708.0)
        x = 708.0;
    k = floor(x / LN2 + 0.5);
    r = (x - k * LN2_HIGH) - k * LN2_LOW;
    for (i = 18; i >= 1; i--)
        sum = 1.0 + sum * r / i;
    return sum * power_of_two((int)k);
}

double fl_ln(double x)
{
    uint64_t bits;
    int e = 0, i;
    double m, t, t2, sum = 0.0;
    if (!(x > 0.0))
        return -1e300;
    if (x < 2.3e-308) { /* lift subnormals */
        x *= 18014398509481984.0;
        e = -54;
    }
    memcpy(&bits, &x, sizeof bits);
    e += (int)(bits >> 52) - 1023;
    bits = (bits & 0xfffffffffffffULL) | (1023ULL << 52);
    memcpy(&m, &bits, sizeof m);
    if (m > 1.41421356237309504880) {
        m *= 0.5;
        e++;
    }
    /* log m = 2 atanh((m-1)/(m+1)) */
    t = (m - 1.0) / (m + 1.0);
    t2 = t * t;
    for (i = 23; i >= 1; i -= 2)
        sum = 1.0 / i + sum * t2;
    return e * LN2_HIGH + (2.0 * t * sum + e * LN2_LOW);
}

double fl_pow(double x, double y)
{
    if (!(x > 0.0))
        return 0.0;
    return fl_exp(y * fl_ln(x));
}

double fl_exp2(double x)
{
    double k = floor(x + 0.5);
    if (!(k > -1020.0))
        return 0.0;
    if (k > 1020.0)
        return power_of_two(1020);
    return fl_exp((x - k) * LN2) * power_of_two((int)k);
}

double fl_log2(double x)
{
    return fl_ln(x) / LN2;
}

double fl_cbrt(double x)
{
    double a = fabs(x), y;
    int i;
    if (a == 0.0)
        return 0.0;
    y = fl_exp(fl_ln(a) / 3.0);
    for (i = 0; i < 2; i++)
        y = y - (y * y * y - a) / (3.0 * y * y);
    return x < 0.0 ? -y : y;
}

/* sin and cos of |r| <= pi/4 */
static double sin_core(double r)
{
    double r2 = r * r, sum = 1.0;
    int i;
    for (i = 18; i >= 2; i -= 2)
        sum = 1.0 - sum * r2 / (i * (i + 1));
    return r * sum;
}

static double cos_core(double r)
{
    double r2 = r * r, sum = 1.0;
    int i;
    for (i = 19; i >= 1; i -= 2)
        sum = 1.0 - sum * r2 / (i * (i + 1));
    return sum;
}

static double sin_quadrant(double x, int shift)
{
    double k = floor(x * (2.0 / FL_PI) + 0.5);
    double r = (x - k * 1.57079632673412561417) - k * 6.07710050650619224932e-11;
    int q = (int)((int64_t)k & 3);
    switch ((q + shift) & 3) {
    case 0:
        return sin_core(r);
    case 1:
        return cos_core(r);
    case 2:
        return -sin_core(r);
    default:
        return -cos_core(r);
    }
}

double fl_sin(double x)
{
    return sin_quadrant(x, 0);
}

double fl_cos(double x)
{
    return sin_quadrant(x, 1);
}

/* atan of 0 <= t <= 1, halving the angle twice so that the series converges quickly */
static double atan_core(double t)
{
    double t2, sum = 0.0;
    int i;
    t = t / (1.0 + sqrt(1.0 + t * t));
    t = t / (1.0 + sqrt(1.0 + t * t));
    t2 = t * t;
    for (i = 25; i >= 1; i -= 2)
        sum = 1.0 / i - sum * t2;
    return 4.0 * t * sum;
}

double fl_atan2(double y, double x)
{
    double ax = fabs(x), ay = fabs(y), a;
    if (ax == 0.0 && ay == 0.0)
        return 0.0;
    a = ay <= ax ? atan_core(ay / ax) : FL_PI / 2 - atan_core(ax / ay);
    if (x < 0.0)
        a = FL_PI - a;
    return y < 0.0 ? -a : a;
}

void fl_mat3_mul(const double a[9], const double b[9], double out[9])
{
    double m[9];
    int i, j;
    for (i = 0; i < 3; i++)
        for (j = 0; j < 3; j++)
            m[i * 3 + j] = a[i * 3] * b[j] + a[i * 3 + 1] * b[3 + j] + a[i * 3 + 2] * b[6 + j];
    memcpy(out, m, sizeof m);
}

int fl_mat3_inverse(const double a[9], double out[9])
{
    double c[9], det, scale = 0.0;
    int i;
    for (i = 0; i < 9; i++)
        scale = fabs(a[i]) > scale ? fabs(a[i]) : scale;
    c[0] = a[4] * a[8] - a[5] * a[7];
    c[1] = a[2] * a[7] - a[1] * a[8];
    c[2] = a[1] * a[5] - a[2] * a[4];
    c[3] = a[5] * a[6] - a[3] * a[8];
    c[4] = a[0] * a[8] - a[2] * a[6];
    c[5] = a[2] * a[3] - a[0] * a[5];
    c[6] = a[3] * a[7] - a[4] * a[6];
    c[7] = a[1] * a[6] - a[0] * a[7];
    c[8] = a[0] * a[4] - a[1] * a[3];
    det = a[0] * c[0] + a[1] * c[3] + a[2] * c[6];
    if (!(fabs(det) > 1e-12 * scale * scale * scale)) /* also catches NaN */
        return 0;
    for (i = 0; i < 9; i++)
        out[i] = c[i] / det;
    return 1;
}

void fl_mat3_apply(const double m[9], const double v[3], double out[3])
{
    double r[3];
    int i;
    for (i = 0; i < 3; i++)
        r[i] = m[i * 3] * v[0] + m[i * 3 + 1] * v[1] + m[i * 3 + 2] * v[2];
    memcpy(out, r, sizeof r);
}

double fl_srgb_encode(double linear)
{
    return linear <= 0.0031308 ? linear * 12.92 : 1.055 * fl_pow(linear, 1.0 / 2.4) - 0.055;
}

double fl_srgb_decode(double encoded)
{
    return encoded <= 0.04045 ? encoded / 12.92 : fl_pow((encoded + 0.055) / 1.055, 2.4);
}
