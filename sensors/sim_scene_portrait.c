/* A portrait: skin under soft light, hair, knitted wool, a background out of focus. Smooth
 * gradients beside fine texture, which is what denoising and tone are judged by. */
#include "sim_scene.h"

#include "sim_paint.h"
#include "sim_ray.h"

#include <math.h>

#define BLUR_DISCS 26

struct portrait {
    struct {
        double x, y, r;
        struct fl_sim_rgb color;
    } disc[BLUR_DISCS]; /* lights out of focus */
};

static struct fl_sim_vec unit(double x, double y, double z)
{
    return fl_sim_unit(fl_sim_vec(x, y, z));
}

static double dot(struct fl_sim_vec a, double x, double y, double z)
{
    return fl_sim_dot(a, fl_sim_vec(x, y, z));
}

static fl_err portrait_open(void *state, const struct fl_sim_view *view)
{
    static const struct fl_sim_rgb tints[4] = {
        {0.55, 0.33, 0.10}, {0.40, 0.42, 0.16}, {0.10, 0.26, 0.30}, {0.60, 0.22, 0.10}};
    struct portrait *p = state;
    (void)view;
    for (int i = 0; i < BLUR_DISCS; i++) {
        double strength = 0.12 + 0.5 * fl_sim_lattice(i, 3, 61) * fl_sim_lattice(i, 4, 61);
        p->disc[i].x = 3.6 * fl_sim_lattice(i, 0, 61) - 1.8;
        p->disc[i].y = 2.3 * fl_sim_lattice(i, 1, 61) - 1.3;
        p->disc[i].r = 0.10 + 0.14 * fl_sim_lattice(i, 2, 61);
        p->disc[i].color = fl_sim_scale(tints[i % 4], strength);
    }
    return fl_success();
}

static struct fl_sim_rgb background(const struct portrait *p, double x, double y)
{
    struct fl_sim_rgb warm = {0.27, 0.19, 0.10}, green = {0.07, 0.11, 0.055};
    struct fl_sim_rgb shade = {0.022, 0.034, 0.042};
    double drift = 0.25 * fl_sim_noise(x * 0.9, y * 0.9, 67);
    struct fl_sim_rgb c = fl_sim_blend(warm, green, fl_sim_smooth(-1.1, 0.3, x + drift));
    c = fl_sim_blend(c, shade, fl_sim_smooth(-0.6, 1.3, y + 0.6 * x + drift));
    for (int i = 0; i < BLUR_DISCS; i++) {
        double dx = x - p->disc[i].x, dy = y - p->disc[i].y, r = p->disc[i].r;
        double d2 = dx * dx + dy * dy;
        if (d2 < r * r * 1.2)
            c = fl_sim_add(
                c, fl_sim_scale(p->disc[i].color, fl_sim_smooth(1.12 * r, 0.86 * r, sqrt(d2)) *
                                                      (0.75 + 0.25 * d2 / (r * r))));
    }
    return c;
}

/* A smooth bump of height h, (1 - distance^2)^3: adds its slope to (sx, sy). */
static void bump(double x, double y, double rx, double ry, double h, double *sx, double *sy)
{
    double q = 1.0 - (x * x) / (rx * rx) - (y * y) / (ry * ry);
    if (q <= 0.0)
        return;
    *sx -= 6.0 * h * q * q * x / (rx * rx);
    *sy -= 6.0 * h * q * q * y / (ry * ry);
}

/* Skin: wrapped light, reddest at the terminator, with a broad and a narrow highlight. */
static struct fl_sim_rgb skin(struct fl_sim_rgb albedo, struct fl_sim_vec n, double gloss)
{
    double key = dot(n, -0.56, -0.50, 0.66), fill = 0.5 + 0.5 * dot(n, 0.5, -0.3, 0.81);
    double rim = fl_sim_smooth(0.45, 1.0, dot(n, 0.90, -0.35, -0.15));
    double half = dot(n, -0.307, -0.274, 0.911), broad, narrow;
    double r = fl_sim_clamp((key + 0.42) / 1.42, 0.0, 1.0);
    double g = fl_sim_clamp((key + 0.26) / 1.26, 0.0, 1.0);
    double b = fl_sim_clamp((key + 0.18) / 1.18, 0.0, 1.0);
    struct fl_sim_rgb c, light = {1.06 * r * r + 0.10 * fill, 1.02 * g * g + 0.105 * fill,
                                  0.96 * b * b + 0.115 * fill};
    half = half > 0.0 ? half * half : 0.0; /* ^2 */
    broad = half * half * half * half;     /* ^8 */
    broad *= broad;                        /* ^16 */
    narrow = broad * broad * broad * broad;
    c.r = albedo.r * light.r;
    c.g = albedo.g * light.g;
    c.b = albedo.b * light.b;
    c = fl_sim_add(c, fl_sim_gray(gloss * (0.05 * broad + 0.16 * narrow)));
    return fl_sim_add(c, fl_sim_scale(albedo, 0.9 * rim));
}

/* Eye at the origin: white, iris, pupil, a reflection of the window, the upper lid's shadow. */
static struct fl_sim_rgb eye(struct fl_sim_rgb c, double x, double y, double px)
{
    double lid = fl_sim_ellipse(x, y + 0.030, 0.085, 0.060); /* almond: where two ellipses meet */
    double base = fl_sim_ellipse(x, y - 0.034, 0.085, 0.060);
    double open = lid > base ? lid : base, r = sqrt(x * x + y * y);
    double fiber = fl_sim_noise(40.0 * x / (r + 0.01), 40.0 * y / (r + 0.01), 71);
    struct fl_sim_rgb iris = {0.10, 0.17, 0.16}, white = {0.50, 0.47, 0.45},
                      dark = {0.03, 0.016, 0.012};
    struct fl_sim_rgb e = fl_sim_scale(white, 0.75 + 3.0 * y - 2.0 * x);
    double lash = fl_sim_cover(fabs(base) - 0.006, px) * fl_sim_smooth(0.012, -0.004, y);
    e = fl_sim_blend(e, fl_sim_scale(iris, 0.8 + 0.35 * fiber + 14.0 * y),
                     fl_sim_cover(r - 0.029, px * 2));
    e = fl_sim_blend(e, fl_sim_gray(0.008), fl_sim_cover(r - 0.012, px));
    e = fl_sim_scale(e, fl_sim_mix(0.35, 1.0, fl_sim_smooth(0.0, -0.03, base)));
    e = fl_sim_blend(e, fl_sim_gray(1.3),
                     fl_sim_cover(fl_sim_box(x + 0.011, y + 0.011, 0.005, 0.006, 0.002), px));
    c = fl_sim_blend(c, e, fl_sim_cover(open, px));
    return fl_sim_blend(c, dark, 0.9 * lash);
}

/* Slope of the face's relief at (x, y) from the head's centre. */
static void relief(double x, double y, double *sx, double *sy)
{
    double ax = fabs(x), side = 0.0, sign = x < 0.0 ? -1.0 : 1.0;
    bump(ax - 0.125, y + 0.045, 0.095, 0.07, -0.016, &side, sy); /* sockets */
    bump(ax - 0.12, y + 0.13, 0.14, 0.06, 0.008, &side, sy);     /* brows */
    bump(ax - 0.16, y - 0.08, 0.15, 0.14, 0.009, &side, sy);     /* cheeks */
    bump(ax - 0.034, y - 0.115, 0.030, 0.028, 0.005, &side, sy); /* nostrils */
    bump(ax - 0.03, y - 0.212, 0.060, 0.024, 0.005, &side, sy);  /* upper lip */
    *sx += sign * side;
    bump(x, y - 0.01, 0.055, 0.20, 0.014, sx, sy);   /* ridge of the nose */
    bump(x, y - 0.095, 0.050, 0.055, 0.014, sx, sy); /* its tip */
    bump(x, y - 0.252, 0.085, 0.035, 0.008, sx, sy); /* lower lip */
    bump(x, y - 0.36, 0.10, 0.08, 0.008, sx, sy);    /* chin */
}

static struct fl_sim_rgb face_color(double x, double y, double px)
{
    struct fl_sim_rgb c = {0.60, 0.345, 0.235}, blush = {0.60, 0.24, 0.18},
                      lip = {0.46, 0.13, 0.115};
    double ax = fabs(x), smile = y + 0.9 * x * x,
           pores = fl_sim_fractal(x * 60.0, y * 60.0, 4, 0.75, px * 60.0, 73);
    double patchy = fl_sim_noise(x * 9.0, y * 9.0, 74);
    double upper = fl_sim_ellipse(ax - 0.026, smile - 0.235, 0.066, 0.027);
    double lower = fl_sim_ellipse(x, smile - 0.232, 0.084, 0.040);
    double mouth = smile < 0.232 ? upper : lower;
    double inner = fl_sim_segment(ax, y, 0.068, -0.112, 0.145, -0.134, 0.011);
    double outer = fl_sim_segment(ax, y, 0.145, -0.134, 0.205, -0.112, 0.011 - 0.1 * (ax - 0.145));
    double brow = inner < outer ? inner : outer;
    double hairs = fl_sim_fractal((ax + y) * 100.0, (ax - y) * 25.0, 3, 0.7, px * 100.0, 75);
    double dx = ax - 0.17, dy = y - 0.10;
    c = fl_sim_blend(c, blush, 0.45 * fl_sim_smooth(0.14, 0.0, sqrt(dx * dx + dy * dy)));
    c = fl_sim_scale(c, 1.0 + 0.05 * pores + 0.05 * patchy);
    c = fl_sim_blend(c, lip, 0.85 * fl_sim_smooth(0.006, -0.012, mouth));
    c = fl_sim_scale(c, 1.0 - 0.75 * fl_sim_smooth(0.005, 0.0, fabs(smile - 0.233)) *
                                  fl_sim_smooth(0.085, 0.06, ax));
    c = fl_sim_scale(
        c, 1.0 - 0.7 * fl_sim_smooth(0.004, -0.008,
                                     fl_sim_ellipse(ax - 0.021, y - 0.139, 0.014, 0.008)));
    return fl_sim_scale(c, 1.0 - 0.75 * fl_sim_smooth(0.012, -0.006, brow) * (0.8 + 0.4 * hairs));
}

/* The head: an ellipsoid with a chin, its relief, its features. */
static struct fl_sim_rgb head(struct fl_sim_rgb c, double x, double y, double px)
{
    double narrow = 1.0 - 0.24 * fl_sim_smooth(0.02, 0.5, y);
    double u = x / (0.315 * narrow), v = y / 0.445, inside = 1.0 - u * u - v * v;
    double outline = fl_sim_ellipse(x, y, 0.315 * narrow, 0.445), sx = 0.0, sy = 0.0, nz;
    struct fl_sim_vec n;
    struct fl_sim_rgb s;
    if (outline > px)
        return c;
    nz = sqrt(inside > 0.0 ? inside : 0.0);
    relief(x, y, &sx, &sy);
    n = unit(u - 2.2 * sx * nz, v * 0.75 - 2.2 * sy * nz, nz + 1e-3);
    s = skin(face_color(x, y, px), n, 1.0);
    s = eye(s, x + 0.125, y + 0.035, px);
    s = eye(s, x - 0.125, y + 0.035, px);
    return fl_sim_blend(c, s, fl_sim_cover(outline, px));
}

static struct fl_sim_rgb neck(struct fl_sim_rgb c, double x, double y, double px)
{
    double half = 0.142 + 0.07 * fl_sim_smooth(0.48, 0.85, y);
    double outline = fabs(x) - half, u = fl_sim_clamp(x / half, -1.0, 1.0);
    struct fl_sim_rgb albedo = {0.57, 0.325, 0.225};
    double shadow = fl_sim_mix(0.30, 1.0, fl_sim_smooth(0.30, 0.62, y + 0.25 * x));
    if (outline > px || y < 0.05 || y > 0.9)
        return c;
    c = fl_sim_blend(
        c, fl_sim_scale(skin(albedo, unit(u, -0.05, sqrt(1.0 - u * u) + 0.05), 0.4), shadow),
        fl_sim_cover(outline, px));
    return c;
}

/* Knitted wool: ribs of V-shaped stitches over rounded shoulders. */
static struct fl_sim_rgb wool(struct fl_sim_rgb c, double x, double y, double px)
{
    double slope = fabs(x) > 0.19 ? fabs(x) - 0.19 : 0.0, dip = fl_sim_clamp(x / 0.19, -1.0, 1.0);
    double top = 0.45 + 0.24 * slope + 0.30 * slope * slope + 0.09 * sqrt(1.0 - dip * dip);
    double inside = (top - y) * 0.8, rib = x * 26.0, across = rib - floor(rib) - 0.5, stitch, fuzz;
    double roll = fl_sim_smooth(0.0, 0.055, y - top);
    struct fl_sim_rgb yarn = {0.075, 0.16, 0.21};
    struct fl_sim_vec n;
    double light;
    if (inside > px)
        return c;
    stitch = y * 34.0 + 1.2 * fabs(across);
    stitch = fabs(stitch - floor(stitch) - 0.5);
    n = unit(0.55 * x + 0.9 * across, -0.75 + 0.5 * (y - top) + 0.6 * (stitch - 0.25), 0.8);
    fuzz = 1.0 + 0.25 * fl_sim_fractal(x * 150.0, y * 150.0, 3, 0.7, px * 150.0, 81);
    light = 0.16 + 1.0 * fl_sim_clamp(dot(n, -0.56, -0.50, 0.66), 0.0, 1.0);
    light *= (0.55 + 0.45 * fl_sim_smooth(0.5, 0.2, stitch)) *
             (1.0 - 0.6 * fl_sim_smooth(0.3, 0.5, fabs(across)));
    return fl_sim_blend(c, fl_sim_scale(yarn, light * fuzz * (0.45 + 0.55 * roll)),
                        fl_sim_cover(inside, px));
}

/* Strands that fall from the parting: fine lines along the fall, and a band of sheen. */
static struct fl_sim_rgb strands(double x, double y, double px)
{
    double fall = fl_sim_smooth(-0.62, 0.15, y), u = (x - 0.07) / (0.16 + 0.84 * fall);
    double wave = 0.035 * fl_sim_noise(x * 4.0, y * 3.0, 91);
    double lock = fl_sim_fractal((u + wave) * 16.0, y * 1.6, 3, 0.6, px * 16.0, 92);
    double fine = fl_sim_fractal((u + wave) * 170.0, y * 5.0, 3, 0.8, px * 170.0, 93);
    double sheen = fl_sim_smooth(0.16, 0.0, fabs(y + 0.36 + 0.5 * x * x + 0.10 * lock));
    double light = fl_sim_smooth(0.55, -0.45, x) * fl_sim_smooth(0.9, -0.5, y);
    struct fl_sim_rgb brown = {0.105, 0.050, 0.024}, shine = {0.30, 0.20, 0.125};
    struct fl_sim_rgb c =
        fl_sim_scale(brown, (0.35 + 1.3 * light) * (1.0 + 0.35 * lock + 0.55 * fine));
    sheen *= 0.25 + 0.75 * light;
    return fl_sim_add(c, fl_sim_scale(shine, sheen * (0.5 + 0.4 * fine + 0.3 * lock)));
}

static double hair_behind(double x, double y)
{
    double cap = fl_sim_ellipse(x, y + 0.06, 0.40, 0.50);
    double fall =
        fl_sim_box(x, y - 0.22, 0.385 + 0.03 * fl_sim_noise(y * 3.0, 0.5, 95), 0.36, 0.16);
    return cap < fall ? cap : fall;
}

/* Hair in front: above the hairline and along the temples. */
static double hair_front(double x, double y)
{
    double line = -0.225 - 0.13 * fl_sim_smooth(0.26, 0.0, fabs(x - 0.07)) + 2.0 * x * x * x * x;
    double over = (y - line) * 0.7, cap = fl_sim_ellipse(x, y + 0.06, 0.40, 0.50);
    double back = hair_behind(x, y), frame = 0.262 + 0.05 * y - fabs(x);
    double side = frame > back ? frame : back, top = over > cap ? over : cap;
    return side < top ? side : top;
}

static struct fl_sim_rgb portrait_at(const struct portrait *p, double x, double y, double px)
{
    double hx = x, hy = y + 0.16, back = hair_behind(hx, hy), front = hair_front(hx, hy);
    struct fl_sim_rgb c = background(p, x, y);
    if (back < px)
        c = fl_sim_blend(c, fl_sim_scale(strands(hx, hy, px), 0.45), fl_sim_cover(back, px));
    c = neck(c, x, hy, px);
    c = wool(c, x, y, px);
    c = head(c, hx, hy, px);
    if (front < 0.05)
        c = fl_sim_scale(c, 1.0 - 0.45 * fl_sim_smooth(0.05, 0.0, front) * fl_sim_cover(back, px));
    if (front < px)
        c = fl_sim_blend(c, strands(hx, hy, px), fl_sim_cover(front, px));
    return c;
}

static void portrait_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    double sy = fl_sim_scene_y(view, y);
    for (int x = 0; x < view->width; x++)
        fl_sim_store(rgb + (size_t)x * 3,
                     portrait_at(state, fl_sim_scene_x(view, x), sy, view->px));
}

const struct fl_sim_scene fl_sim_scene_portrait = {
    "portrait",
    "a face under soft light, hair and wool, before a blurred background",
    sizeof(struct portrait),
    portrait_open,
    portrait_row,
    NULL};
