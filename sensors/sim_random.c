/* Counter-based random numbers and the three distributions that a sensor needs.
 *
 * Sources: SplitMix64's finaliser (Steele, Lea, Flood, 2014); normal quantile by algorithm AS 241
 * (Wichura, 1988); Poisson by inversion for small means and by transformed rejection, PTRS, for the
 * others (Hoermann, 1993). */
#include "sim_random.h"

#include "flmath.h"

#include <math.h>

#define GOLDEN 0x9e3779b97f4a7c15ULL

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31);
}

struct fl_sim_stream fl_sim_stream(uint64_t key, uint64_t counter)
{
    struct fl_sim_stream s = {mix(mix(key + GOLDEN) ^ mix(counter * GOLDEN + 1))};
    return s;
}

uint64_t fl_sim_next(struct fl_sim_stream *s)
{
    s->state += GOLDEN;
    return mix(s->state);
}

double fl_sim_uniform(struct fl_sim_stream *s)
{
    return ((double)(fl_sim_next(s) >> 12) + 0.5) * (1.0 / 4503599627370496.0);
}

/* c[0] + c[1] x + ... + c[7] x^7 */
static double polynomial(const double c[8], double x)
{
    double sum = c[7];
    for (int i = 6; i >= 0; i--)
        sum = sum * x + c[i];
    return sum;
}

/* Quantile in the outer 15 %: r = sqrt(-ln p). */
static double normal_tail(double r)
{
    static const double near_num[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                       5.76949722146069140550e0,  3.64784832476320460504e0,
                                       1.27045825245236838258e0,  2.41780725177450611770e-1,
                                       2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double near_den[8] = {1.0,
                                       2.05319162663775882187e0,
                                       1.67638483018380384940e0,
                                       6.89767334985100004550e-1,
                                       1.48103976427480074590e-1,
                                       1.51986665636164571966e-2,
                                       5.47593808499534494600e-4,
                                       1.05075007164441684324e-9};
    static const double far_num[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                      1.78482653991729133580e0,  2.96560571828504891230e-1,
                                      2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                      2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_den[8] = {1.0,
                                      5.99832206555887937690e-1,
                                      1.36929880922735805310e-1,
                                      1.48753612908506148525e-2,
                                      7.86869131145613259100e-4,
                                      1.84631831751005468180e-5,
                                      1.42151175831644588870e-7,
                                      2.04426310338993978564e-15};
    if (r <= 5.0)
        return polynomial(near_num, r - 1.6) / polynomial(near_den, r - 1.6);
    return polynomial(far_num, r - 5.0) / polynomial(far_den, r - 5.0);
}

double fl_sim_normal(struct fl_sim_stream *s)
{
    static const double num[8] = {3.3871328727963666080e0,  1.3314166789178437745e+2,
                                  1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                  4.5921953931549871457e+4, 6.7265770927008700853e+4,
                                  3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double den[8] = {1.0,
                                  4.2313330701600911252e+1,
                                  6.8718700749205790830e+2,
                                  5.3941960214247511077e+3,
                                  2.1213794301586595867e+4,
                                  3.9307895800092710610e+4,
                                  2.8729085735721942674e+4,
                                  5.2264952788528545610e+3};
    double p = fl_sim_uniform(s), q = p - 0.5, z;
    if (fabs(q) <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(num, r) / polynomial(den, r);
    }
    z = normal_tail(sqrt(-fl_ln(q < 0.0 ? p : 1.0 - p)));
    return q < 0.0 ? -z : z;
}

/* ln k! : exact products while they are small, then Stirling's series. */
static double ln_factorial(double k)
{
    double z = k + 1.0;
    if (k < 10.0) {
        double product = 1.0;
        for (int i = 2; i <= (int)k; i++)
            product *= i;
        return fl_ln(product);
    }
    return (z - 0.5) * fl_ln(z) - z + 0.91893853320467274178 /* ln sqrt(2 pi) */
           + (1.0 / 12.0 - (1.0 / 360.0 - 1.0 / (1260.0 * z * z)) / (z * z)) / z;
}

/* Walks up the distribution function until it passes u. */
static double poisson_inversion(double u, double mean)
{
    double p = fl_exp(-mean), sum = p, k = 0.0;
    while (u > sum && k < 200.0) {
        k += 1.0;
        p *= mean / k;
        sum += p;
    }
    return k;
}

double fl_sim_poisson(struct fl_sim_stream *s, double mean)
{
    double root, b, a, inverse_alpha, v_r;
    if (!(mean > 0.0))
        return 0.0;
    if (mean < 10.0)
        return poisson_inversion(fl_sim_uniform(s), mean);
    root = sqrt(mean);
    b = 0.931 + 2.53 * root;
    a = -0.059 + 0.02483 * b;
    inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    v_r = 0.9277 - 3.6224 / (b - 2.0);
    for (;;) {
        double u = fl_sim_uniform(s) - 0.5, v = fl_sim_uniform(s);
        double us = 0.5 - fabs(u);
        double k = floor((2.0 * a / us + b) * u + mean + 0.43);
        if (us >= 0.07 && v <= v_r)
            return k;
        if (k < 0.0 || (us < 0.013 && v > us))
            continue;
        if (fl_ln(v * inverse_alpha / (a / (us * us) + b)) <=
            k * fl_ln(mean) - mean - ln_factorial(k))
            return k;
    }
}
