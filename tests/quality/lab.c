/* CIELAB (CIE 15) and CIEDE2000.
 *
 * Source: Sharma, Wu, Dalal, The CIEDE2000 color-difference formula: implementation notes,
 * supplementary test data, and mathematical observations, Color Research & Application 30 (2005).
 */
#include "lab.h"

#include "flmath.h"
#include "picture.h"

#include <math.h>

static double lab_curve(double t)
{
    return t > 216.0 / 24389.0 ? fl_cbrt(t) : (24389.0 / 27.0 * t + 16.0) / 116.0;
}

struct lab lab_of_pixel(const uint8_t rgb[3])
{
    /* linear sRGB -> XYZ, each row divided by the white's */
    static const double to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                     0.0721750, 0.0193339, 0.1191920, 0.9503041};
    const double *linear = picture_linear_table();
    double f[3];
    struct lab out;
    for (int i = 0; i < 3; i++) {
        const double *m = to_xyz + (size_t)i * 3;
        double v = m[0] * linear[rgb[0]] + m[1] * linear[rgb[1]] + m[2] * linear[rgb[2]];
        f[i] = lab_curve(v / (m[0] + m[1] + m[2]));
    }
    out.l = 116.0 * f[1] - 16.0;
    out.a = 500.0 * (f[0] - f[1]);
    out.b = 200.0 * (f[1] - f[2]);
    return out;
}

double lab_distance(struct lab p, struct lab q)
{
    double l = p.l - q.l, a = p.a - q.a, b = p.b - q.b;
    return sqrt(l * l + a * a + b * b);
}

#define DEGREE (FL_PI / 180.0)

static double pow7(double v)
{
    double v2 = v * v;
    return v2 * v2 * v2 * v;
}

/* C^7 / (C^7 + 25^7), under the root */
static double chroma_weight(double c)
{
    return sqrt(pow7(c) / (pow7(c) + 6103515625.0));
}

/* Hue angle 0..360 degrees; 0 for grey. */
static double hue(double a, double b)
{
    double h = a == 0.0 && b == 0.0 ? 0.0 : fl_atan2(b, a) / DEGREE;
    return h < 0.0 ? h + 360.0 : h;
}

/* Hue difference and mean hue in degrees. */
static void hues(double c1, double h1, double c2, double h2, double *difference, double *mean)
{
    double d = h2 - h1, sum = h1 + h2;
    if (c1 * c2 == 0.0) {
        *difference = 0.0;
        *mean = sum;
        return;
    }
    *difference = d > 180.0 ? d - 360.0 : d < -180.0 ? d + 360.0 : d;
    if (fabs(d) <= 180.0)
        *mean = sum / 2.0;
    else
        *mean = (sum < 360.0 ? sum + 360.0 : sum - 360.0) / 2.0;
}

static double cosine(double degrees)
{
    return fl_cos(degrees * DEGREE);
}

double lab_ciede2000(struct lab p, struct lab q)
{
    double g =
        0.5 *
        (1.0 - chroma_weight((sqrt(p.a * p.a + p.b * p.b) + sqrt(q.a * q.a + q.b * q.b)) / 2.0));
    double a1 = (1.0 + g) * p.a, a2 = (1.0 + g) * q.a;
    double c1 = sqrt(a1 * a1 + p.b * p.b), c2 = sqrt(a2 * a2 + q.b * q.b);
    double dh, h, dl = q.l - p.l, dc = c2 - c1, c = (c1 + c2) / 2.0;
    double l50 = (p.l + q.l) / 2.0 - 50.0, t, sl, sc, sh, theta, rt, big_h;
    hues(c1, hue(a1, p.b), c2, hue(a2, q.b), &dh, &h);
    big_h = 2.0 * sqrt(c1 * c2) * fl_sin(dh / 2.0 * DEGREE);
    t = 1.0 - 0.17 * cosine(h - 30.0) + 0.24 * cosine(2.0 * h) + 0.32 * cosine(3.0 * h + 6.0) -
        0.20 * cosine(4.0 * h - 63.0);
    sl = 1.0 + 0.015 * l50 * l50 / sqrt(20.0 + l50 * l50);
    sc = 1.0 + 0.045 * c;
    sh = 1.0 + 0.015 * c * t;
    theta = 30.0 * fl_exp(-((h - 275.0) / 25.0) * ((h - 275.0) / 25.0));
    rt = -fl_sin(2.0 * theta * DEGREE) * 2.0 * chroma_weight(c);
    dl /= sl;
    dc /= sc;
    big_h /= sh;
    return sqrt(dl * dl + dc * dc + big_h * big_h + rt * dc * big_h);
}
