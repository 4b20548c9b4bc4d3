/* Elementary functions with the same bits on every machine.
 *
 * The C library's differ in the last place between versions and CPUs, so nothing that influences
 * pixels may call them. These use only + - * / and sqrt, which IEEE 754 defines exactly; relative
 * error is below 4e-15 over the stated domains. floor(), fabs(), sqrt() and integer conversions of
 * the C library are exact and may be used. */
#ifndef FL_MATH_H
#define FL_MATH_H

double fl_exp(double x);           /* |x| <= 700; beyond: 0 or a huge finite value */
double fl_ln(double x);            /* x > 0; otherwise -1e300 */
double fl_pow(double x, double y); /* x >= 0; 0^y = 0 */
double fl_exp2(double x);
double fl_log2(double x);
double fl_cbrt(double x); /* any sign */
double fl_sin(double x);  /* |x| <= 1e6 */
double fl_cos(double x);
double fl_atan2(double y, double x); /* -pi..pi */

#define FL_PI 3.14159265358979323846

/* out = a * b, out = inverse(a): row-major 3x3; out may alias an input. The inverse of a singular
 * matrix (|det| < 1e-12 of the scale) returns 0, otherwise 1. */
void fl_mat3_mul(const double a[9], const double b[9], double out[9]);
int fl_mat3_inverse(const double a[9], double out[9]);
void fl_mat3_apply(const double m[9], const double v[3], double out[3]);

/* sRGB transfer curve, both ways, extended linearly below 0; 0..1. */
double fl_srgb_encode(double linear);
double fl_srgb_decode(double encoded);

#endif
