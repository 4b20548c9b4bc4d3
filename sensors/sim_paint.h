/* Drawing for the procedural scenes: antialiased coverage, blending, band-limited noise.
 *
 * Shapes are signed distances (negative inside) turned into coverage by the size of a pixel, so
 * that one evaluation a pixel gives honest edges at any resolution. */
#ifndef FL_SIM_PAINT_H
#define FL_SIM_PAINT_H

#include <stdint.h>

struct fl_sim_rgb {
    double r, g, b;
};

static inline double fl_sim_clamp(double v, double lo, double hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

static inline double fl_sim_mix(double a, double b, double t)
{
    return a + (b - a) * t;
}

/* 0 at a, 1 at b, with a smooth start and end. */
static inline double fl_sim_smooth(double a, double b, double v)
{
    double t = fl_sim_clamp((v - a) / (b - a), 0.0, 1.0);
    return t * t * (3.0 - 2.0 * t);
}

static inline struct fl_sim_rgb fl_sim_gray(double v)
{
    struct fl_sim_rgb c = {v, v, v};
    return c;
}

static inline struct fl_sim_rgb fl_sim_scale(struct fl_sim_rgb c, double k)
{
    struct fl_sim_rgb s = {c.r * k, c.g * k, c.b * k};
    return s;
}

static inline struct fl_sim_rgb fl_sim_add(struct fl_sim_rgb a, struct fl_sim_rgb b)
{
    struct fl_sim_rgb s = {a.r + b.r, a.g + b.g, a.b + b.b};
    return s;
}

/* a where t is 0, b where t is 1. */
static inline struct fl_sim_rgb fl_sim_blend(struct fl_sim_rgb a, struct fl_sim_rgb b, double t)
{
    struct fl_sim_rgb s = {fl_sim_mix(a.r, b.r, t), fl_sim_mix(a.g, b.g, t),
                           fl_sim_mix(a.b, b.b, t)};
    return s;
}

static inline void fl_sim_store(double *rgb, struct fl_sim_rgb c)
{
    rgb[0] = c.r;
    rgb[1] = c.g;
    rgb[2] = c.b;
}

/* Colour of an sRGB hexadecimal code, 0xrrggbb. Slow: for tables. */
struct fl_sim_rgb fl_sim_hex(unsigned code);

/* Part of a pixel inside a shape at signed distance d from the pixel's centre. */
static inline double fl_sim_cover(double d, double px)
{
    return fl_sim_clamp(0.5 - d / px, 0.0, 1.0);
}

/* Exact part of a square pixel on the side of a straight edge where d < 0; (nx, ny) is its unit
 * normal. */
double fl_sim_half_plane(double nx, double ny, double d, double px);

/* Signed distances: box with half sizes w, h and corner radius r; segment with radius r; ellipse
 * (first-order near its outline). */
double fl_sim_box(double x, double y, double w, double h, double r);
double fl_sim_segment(double x, double y, double ax, double ay, double bx, double by, double r);
double fl_sim_ellipse(double x, double y, double rx, double ry);

/* Uniform 0..1 from lattice coordinates. */
double fl_sim_lattice(int32_t ix, int32_t iy, uint32_t seed);

/* Smooth noise of wavelength about 1, mean 0, within -1..1. */
double fl_sim_noise(double x, double y, uint32_t seed);

/* Sum of octaves, each half the size and `roughness` times the amplitude of the one before, about
 * -1..1. px is the size of a pixel in the same units: octaves that it cannot show fade out. */
double fl_sim_fractal(double x, double y, int octaves, double roughness, double px, uint32_t seed);

#endif
