/* Drawing for the procedural scenes: shapes and noise. */
#include "sim_paint.h"

#include "flmath.h"

#include <math.h>

struct fl_sim_rgb fl_sim_hex(unsigned code)
{
    struct fl_sim_rgb c = {fl_srgb_decode(((code >> 16) & 255) / 255.0),
                           fl_srgb_decode(((code >> 8) & 255) / 255.0),
                           fl_srgb_decode((code & 255) / 255.0)};
    return c;
}

static double positive_square(double v)
{
    return v > 0.0 ? v * v : 0.0;
}

double fl_sim_half_plane(double nx, double ny, double d, double px)
{
    double a = fabs(nx), b = fabs(ny), t = -d / px;
    if (a * b < 1e-5) /* too close to an axis for the differences below */
        return fl_sim_clamp(0.5 + t, 0.0, 1.0);
    /* The pixel projected on the normal has a trapezoidal density: box (a) convolved with box (b).
     * Its integral up to t, by second differences of the integral of a ramp. */
    return fl_sim_clamp((positive_square(t + 0.5 * (a + b)) - positive_square(t + 0.5 * (a - b)) -
                         positive_square(t - 0.5 * (a - b)) + positive_square(t - 0.5 * (a + b))) /
                            (2.0 * a * b),
                        0.0, 1.0);
}

double fl_sim_box(double x, double y, double w, double h, double r)
{
    double dx = fabs(x) - w + r, dy = fabs(y) - h + r;
    double ox = dx > 0.0 ? dx : 0.0, oy = dy > 0.0 ? dy : 0.0;
    double inside = dx > dy ? dx : dy;
    return (inside < 0.0 ? inside : sqrt(ox * ox + oy * oy)) - r;
}

double fl_sim_segment(double x, double y, double ax, double ay, double bx, double by, double r)
{
    double px = x - ax, py = y - ay, ux = bx - ax, uy = by - ay;
    double t = fl_sim_clamp((px * ux + py * uy) / (ux * ux + uy * uy), 0.0, 1.0);
    double dx = px - t * ux, dy = py - t * uy;
    return sqrt(dx * dx + dy * dy) - r;
}

double fl_sim_ellipse(double x, double y, double rx, double ry)
{
    double u = x / rx, v = y / ry, f = sqrt(u * u + v * v);
    double gx = u / rx, gy = v / ry, slope = sqrt(gx * gx + gy * gy);
    if (slope < 1e-12)
        return -(rx < ry ? rx : ry);
    return f * (f - 1.0) / slope; /* distance = value / |gradient| */
}

static uint32_t hash2(uint32_t x, uint32_t y, uint32_t seed)
{
    uint32_t h = seed * 0x27d4eb2fU + x * 0x85ebca77U + y * 0xc2b2ae3dU;
    h = (h ^ (h >> 15)) * 0x2c1b3c6dU;
    h = (h ^ (h >> 12)) * 0x297a2d39U;
    return h ^ (h >> 15);
}

double fl_sim_lattice(int32_t ix, int32_t iy, uint32_t seed)
{
    return (hash2((uint32_t)ix, (uint32_t)iy, seed) >> 8) * (1.0 / 16777215.0);
}

/* Dot product of a random gradient of the lattice point with the way from there. */
static double gradient(int32_t ix, int32_t iy, double dx, double dy, uint32_t seed)
{
    uint32_t h = hash2((uint32_t)ix, (uint32_t)iy, seed);
    double gx = (int32_t)(h >> 16 & 0xff) - 127.5, gy = (int32_t)(h >> 24) - 127.5;
    return (gx * dx + gy * dy) * (1.0 / 127.5);
}

double fl_sim_noise(double x, double y, uint32_t seed)
{
    double fx = floor(x), fy = floor(y), dx = x - fx, dy = y - fy, u, v;
    /* Unsigned steps wrap; coordinates are far from the limits of int32 anyway. */
    int32_t ix = (int32_t)fl_sim_clamp(fx, -2e9, 2e9), iy = (int32_t)fl_sim_clamp(fy, -2e9, 2e9);
    u = dx * dx * dx * (dx * (dx * 6.0 - 15.0) + 10.0);
    v = dy * dy * dy * (dy * (dy * 6.0 - 15.0) + 10.0);
    return fl_sim_mix(
        fl_sim_mix(gradient(ix, iy, dx, dy, seed), gradient(ix + 1, iy, dx - 1.0, dy, seed), u),
        fl_sim_mix(gradient(ix, iy + 1, dx, dy - 1.0, seed),
                   gradient(ix + 1, iy + 1, dx - 1.0, dy - 1.0, seed), u),
        v);
}

double fl_sim_fractal(double x, double y, int octaves, double roughness, double px, uint32_t seed)
{
    double sum = 0.0, amplitude = 1.0;
    for (int i = 0; i < octaves; i++) {
        double visible = 1.0 - fl_sim_smooth(0.25, 0.5, px); /* wavelength 1 over the pixel */
        if (visible <= 0.0)
            break;
        sum += amplitude * visible * fl_sim_noise(x, y, seed + (uint32_t)i);
        amplitude *= roughness;
        x = x * 2.0 + 17.3;
        y = y * 2.0 + 9.1;
        px *= 2.0;
    }
    return sum;
}
