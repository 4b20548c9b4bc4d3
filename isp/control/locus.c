/* The Planckian locus in CIE 1960 uv as a function of reciprocal temperature.
 *
 * Two rational functions of t = 1000 K / T, fitted to Planck's law (c2 = 1.4388e-2 m K) seen by the
 * CIE 1931 observer, interpolated to 1 nm over 380..770 nm; they are within 2e-5 of it in u and v
 * for every T above 1000 K. */
#include "locus.h"

#include <math.h>

#define TINT_PER_UV 3000.0
#define T_MIN       0.02 /* 50000 K */
#define T_MAX       1.0  /* 1000 K */
#define SCAN_STEPS  98

static void planck_uv(double t, double uv[2])
{
    uv[0] = ((((1.307457 * t + 4.5920351) * t + 2.4629242) * t + 0.50604314) * t + 0.18001135) /
            ((((2.8446354 * t + 2.4107135) * t + 11.459595) * t + 2.4885554) * t + 1.0);
    uv[1] = ((((24.326556 * t - 0.11572653) * t + 7.0354729) * t + 0.071027786) * t + 0.2636704) /
            ((((76.361365 * t - 11.019723) * t + 23.298608) * t - 0.58900027) * t + 1.0);
}

/* Unit tangent, towards lower temperatures. */
static void tangent(double t, double out[2])
{
    const double h = 1e-4;
    double a[2], b[2], length;
    planck_uv(t - h, a);
    planck_uv(t + h, b);
    length = sqrt((b[0] - a[0]) * (b[0] - a[0]) + (b[1] - a[1]) * (b[1] - a[1]));
    out[0] = (b[0] - a[0]) / length;
    out[1] = (b[1] - a[1]) / length;
}

/* Position of uv relative to the locus at t: along the tangent and along the normal, which points
 * to green. */
static void offset_at(double t, const double uv[2], double *along, double *across)
{
    double p[2], d[2];
    planck_uv(t, p);
    tangent(t, d);
    *along = (uv[0] - p[0]) * d[0] + (uv[1] - p[1]) * d[1];
    *across = (uv[1] - p[1]) * d[0] - (uv[0] - p[0]) * d[1];
}

void fl_locus_xy(double kelvin, double tint, double xy[2])
{
    double t = kelvin > 1000.0 ? 1000.0 / kelvin : T_MAX;
    double uv[2], d[2], u, v, scale;
    t = t < T_MIN ? T_MIN : t;
    planck_uv(t, uv);
    tangent(t, d);
    u = uv[0] - d[1] * tint / TINT_PER_UV;
    v = uv[1] + d[0] * tint / TINT_PER_UV;
    scale = 1.0 / (2.0 * u - 8.0 * v + 4.0);
    xy[0] = 3.0 * u * scale;
    xy[1] = 2.0 * v * scale;
}

/* Grid point of the locus next to uv: where to look closer. */
static double nearest_on_grid(const double uv[2])
{
    double best = T_MIN, best_distance = 1e300;
    for (int i = 0; i <= SCAN_STEPS; i++) {
        double t = T_MIN + (T_MAX - T_MIN) * i / SCAN_STEPS, p[2], distance;
        planck_uv(t, p);
        distance = (uv[0] - p[0]) * (uv[0] - p[0]) + (uv[1] - p[1]) * (uv[1] - p[1]);
        if (distance < best_distance) {
            best_distance = distance;
            best = t;
        }
    }
    return best;
}

void fl_locus_temperature(const double xy[2], double *kelvin, double *tint)
{
    double scale = -2.0 * xy[0] + 12.0 * xy[1] + 3.0;
    double uv[2], t, low, high, along, across;
    if (!(scale > 1e-6))
        scale = 1e-6;
    uv[0] = 4.0 * xy[0] / scale;
    uv[1] = 6.0 * xy[1] / scale;
    t = nearest_on_grid(uv);
    low = t - (T_MAX - T_MIN) / SCAN_STEPS;
    high = t + (T_MAX - T_MIN) / SCAN_STEPS;
    low = low < T_MIN ? T_MIN : low;
    high = high > T_MAX ? T_MAX : high;
    for (int i = 0; i < 40; i++) { /* the foot of the perpendicular, by bisection */
        t = 0.5 * (low + high);
        offset_at(t, uv, &along, &across);
        if (along > 0.0)
            low = t;
        else
            high = t;
    }
    offset_at(t, uv, &along, &across);
    *kelvin = 1000.0 / t;
    *tint = across * TINT_PER_UV;
}
