/* A picture that a person might take: fruit, a glazed ball, books, crayons, a napkin and a colour
 * chart on a wooden table at the end of a day. Every kind of content in one frame: smooth shading,
 * fine texture, saturated colour, deep shadow, highlights past the clip.
 *
 * One ray a pixel, sixteen where the pixel's corners do not see the same thing. */
#include "sim_scene.h"

#include "sim_still_life.h"

#include <math.h>
#include <stdint.h>

/* What light does at a point. */
struct surface {
    struct fl_sim_rgb albedo;
    struct fl_sim_vec n;
    double mirror; /* reflectance at right angles; 0 = matt */
};

static fl_err photo_open(void *state, const struct fl_sim_view *view)
{
    (void)view;
    fl_sim_still_life_init(state);
    return fl_success();
}

static double sixth_power(double v)
{
    return v * v * v * v * v * v;
}

/* Boards along the view, grain along the boards, a dark joint between them. */
static void table(const struct fl_sim_hit *hit, double foot, struct surface *s)
{
    double board = hit->u / 0.62 + 0.3, index = floor(board),
           edge = 0.5 - fabs(board - index - 0.5);
    double tone = 0.80 + 0.35 * fl_sim_lattice((int32_t)index, 0, 201);
    double shift = 9.0 * fl_sim_lattice((int32_t)index, 1, 201);
    double bend = 0.05 * fl_sim_noise(hit->u * 2.0, hit->v * 1.1 + shift, 202);
    double rings =
        fl_sim_fractal((hit->u + bend) * 9.0, hit->v * 0.45 + shift, 4, 0.6, foot * 9.0, 203);
    double fiber = fl_sim_fractal(hit->u * 60.0, hit->v * 2.5 + shift, 3, 0.7, foot * 60.0, 204);
    struct fl_sim_rgb light = {0.40, 0.225, 0.105}, dark = {0.20, 0.088, 0.034};
    s->albedo = fl_sim_blend(light, dark, fl_sim_clamp(0.45 + 0.75 * rings, 0.0, 1.0));
    s->albedo = fl_sim_scale(s->albedo, tone * (1.0 + 0.22 * fiber));
    s->albedo =
        fl_sim_scale(s->albedo, fl_sim_mix(0.25, 1.0, fl_sim_smooth(0.004, 0.016 + foot, edge)));
}

/* Linen: threads over and under each other, with a border of stripes. */
static void cloth(const struct fl_sim_hit *hit, double foot, struct surface *s)
{
    double a = hit->u * 80.0, b = hit->v * 80.0,
           show = 1.0 - fl_sim_smooth(0.15, 0.45, foot * 80.0);
    double ia = floor(a), ib = floor(b), fa = a - ia - 0.5, fb = b - ib - 0.5;
    double over = ((int64_t)ia + (int64_t)ib) & 1 ? fa : fb;
    double thread = 1.0 - show * 2.2 * over * over;
    double edge = 0.55 - fabs(hit->v), blue, red, slub;
    struct fl_sim_rgb linen = {0.74, 0.70, 0.62}, indigo = {0.035, 0.075, 0.30},
                      brick = {0.52, 0.07, 0.045};
    slub = 1.0 + 0.08 * fl_sim_fractal(hit->u * 30.0, hit->v * 200.0, 2, 0.6, foot * 200.0, 211);
    blue = fl_sim_cover(fabs(edge - 0.16) - 0.05, foot);
    red = fl_sim_cover(fabs(edge - 0.26) - 0.014, foot) +
          fl_sim_cover(fabs(edge - 0.06) - 0.014, foot);
    s->albedo = fl_sim_blend(fl_sim_blend(linen, indigo, blue), brick, red);
    s->albedo = fl_sim_scale(s->albedo, thread * slub);
    s->n = fl_sim_unit(
        fl_sim_vec(0.10 * fl_sim_noise(hit->u * 3.0, hit->v * 3.0, 212) - show * 0.5 * fa, 1.0,
                   0.10 * fl_sim_noise(hit->u * 3.0, hit->v * 3.0, 213) - show * 0.5 * fb));
}

/* Which patch of the chart lies at (u, v); -1 = the frame between them. */
static int chart_patch(double u, double v)
{
    double col = u / 0.33 + 3.0, row = 2.0 - v / 0.33;
    double fc = col - floor(col) - 0.5, fr = row - floor(row) - 0.5;
    if (col < 0.0 || col >= 6.0 || row < 0.0 || row >= 4.0 || fabs(fc) > 0.43 || fabs(fr) > 0.43)
        return -1;
    return (int)row * 6 + (int)col;
}

/* Cloth binding with a gold line, pages on the three other sides. */
static void book(const struct fl_sim_hit *hit, double foot, struct surface *s)
{
    static const struct fl_sim_rgb covers[2] = {{0.045, 0.125, 0.075}, {0.35, 0.055, 0.05}};
    static const double half_height[2] = {0.10, 0.08};
    double board = half_height[hit->index] - fabs(hit->v), grain;
    struct fl_sim_rgb paper = {0.66, 0.58, 0.43};
    grain = fl_sim_fractal(hit->u * 90.0, hit->v * 90.0, 3, 0.7, foot * 90.0, 221);
    s->albedo = fl_sim_scale(covers[hit->index], 1.0 + 0.35 * grain);
    s->mirror = 0.012;
    if (hit->face == 1)
        return;
    if (hit->face == 0) { /* page edges between the boards */
        double leaf = fl_sim_fractal(hit->u * 2.0, hit->v * 110.0, 2, 0.6, foot * 110.0, 222);
        s->albedo = fl_sim_blend(s->albedo, fl_sim_scale(paper, 1.0 + 0.4 * leaf),
                                 fl_sim_cover(0.018 - board, foot));
        s->mirror = 0.0;
    } else { /* the spine */
        struct fl_sim_rgb gold = {0.75, 0.52, 0.17};
        double line = fabs(fabs(hit->u) - 0.42) - 0.012,
               title = fl_sim_box(hit->u, hit->v, 0.20, 0.035, 0.0);
        double letters = fl_sim_noise(hit->u * 42.0, hit->v * 30.0, 223);
        s->albedo = fl_sim_blend(s->albedo, gold, fl_sim_cover(line, foot));
        s->albedo = fl_sim_blend(s->albedo, gold,
                                 fl_sim_cover(title, foot) * fl_sim_smooth(0.0, 0.2, letters));
    }
}

/* Wax crayons in paper sleeves, and the apple's stem. */
static void rod(const struct fl_sim_still_life *w, const struct fl_sim_hit *hit, struct surface *s)
{
    static const struct fl_sim_rgb wax[FL_SIM_ROD_COUNT] = {{0.16, 0.09, 0.04},
                                                            {0.03, 0.11, 0.55},
                                                            {0.80, 0.42, 0.02},
                                                            {0.03, 0.38, 0.10},
                                                            {0.62, 0.03, 0.16}};
    const struct fl_sim_rod *r = &w->rod[hit->index];
    struct fl_sim_vec ab = fl_sim_along(r->b, -1.0, r->a);
    double t = fl_sim_dot(fl_sim_along(hit->p, -1.0, r->a), ab) / fl_sim_dot(ab, ab);
    s->albedo = wax[hit->index];
    s->mirror = 0.03;
    if (hit->index != FL_SIM_ROD_STEM) {
        double sleeve = fl_sim_smooth(0.13, 0.14, t) * fl_sim_smooth(0.87, 0.86, t);
        double ring = fl_sim_smooth(0.010, 0.006, fabs(fabs(t - 0.5) - 0.32));
        s->albedo = fl_sim_scale(s->albedo, 1.0 - 0.45 * sleeve);
        s->albedo = fl_sim_blend(s->albedo, fl_sim_gray(0.02), ring);
        s->mirror *= 1.0 - 0.6 * sleeve;
    }
}

/* Peel: pits and bumps that follow two slanting directions over the ball. */
static void peel(struct surface *s, double scale, double depth, double foot, uint32_t seed)
{
    double a = (s->n.x + 0.35 * s->n.z) * scale, b = (s->n.y + 0.35 * s->n.z) * scale;
    double px = foot * scale * 2.5;
    double bumps = depth * (1.0 - fl_sim_smooth(0.25, 0.5, px));
    double dx = fl_sim_noise(a, b, seed), dy = fl_sim_noise(a + 31.7, b - 12.9, seed);
    s->n = fl_sim_unit(fl_sim_vec(s->n.x + bumps * dx, s->n.y + bumps * dy, s->n.z));
    s->albedo = fl_sim_scale(s->albedo, 1.0 + 0.5 * bumps * (dx + dy));
}

static void apple(struct surface *s, double foot)
{
    struct fl_sim_rgb green = {0.36, 0.47, 0.06}, red = {0.50, 0.045, 0.03},
                      pit = {0.20, 0.16, 0.03};
    double streak =
        fl_sim_fractal(14.0 * s->n.x / (1.1 - s->n.y), 1.5 * s->n.y, 3, 0.7, foot * 20.0, 231);
    double spots = fl_sim_noise(s->n.x * 26.0, s->n.y * 26.0 + s->n.z * 9.0, 232);
    double blush =
        fl_sim_smooth(-0.15, 0.75, 0.75 * s->n.x + 0.35 * s->n.y - 0.1 * s->n.z + 0.35 * streak);
    s->albedo = fl_sim_blend(green, red, blush);
    s->albedo = fl_sim_blend(s->albedo, fl_sim_gray(0.6), 0.35 * fl_sim_smooth(0.55, 0.75, spots));
    s->albedo = fl_sim_blend(s->albedo, pit, fl_sim_smooth(0.90, 0.985, s->n.y));
    s->mirror = 0.04;
}

static void ball(const struct fl_sim_hit *hit, double foot, struct surface *s)
{
    static const struct fl_sim_rgb orange = {0.78, 0.255, 0.012}, lemon = {0.80, 0.58, 0.035};
    static const struct fl_sim_rgb glaze = {0.012, 0.075, 0.23}, cherry = {0.30, 0.012, 0.022};
    static const struct fl_sim_rgb calyx = {0.10, 0.13, 0.035};
    switch (hit->index) {
    case FL_SIM_BALL_ORANGE:
        s->albedo = orange;
        s->albedo = fl_sim_blend(orange, calyx,
                                 fl_sim_smooth(0.988, 0.994, s->n.y + 0.12 * s->n.z + 0.004));
        s->mirror = 0.03;
        peel(s, 26.0, 0.16, foot, 241);
        break;
    case FL_SIM_BALL_LEMON:
        s->albedo = lemon;
        s->mirror = 0.03;
        peel(s, 18.0, 0.12, foot, 242);
        break;
    case FL_SIM_BALL_APPLE:
        apple(s, foot);
        break;
    case FL_SIM_BALL_CHROME:
        s->albedo = fl_sim_gray(0.0);
        s->mirror = 0.72;
        break;
    case FL_SIM_BALL_GLAZE: {
        double cloud = fl_sim_fractal(s->n.x * 3.0, s->n.y * 3.0 + s->n.z, 4, 0.6, foot * 6.0, 243);
        s->albedo = fl_sim_scale(glaze, 1.0 + 0.7 * cloud);
        s->mirror = 0.06;
        break;
    }
    default:
        s->albedo = cherry;
        s->mirror = 0.05;
    }
}

/* foot: size of the pixel on the surface. */
static struct surface surface_at(const struct fl_sim_still_life *w, const struct fl_sim_hit *hit,
                                 double foot)
{
    struct surface s = {{0.0, 0.0, 0.0}, hit->n, 0.0};
    int patch;
    switch (hit->thing) {
    case FL_SIM_TABLE:
        table(hit, foot, &s);
        break;
    case FL_SIM_CLOTH:
        cloth(hit, foot, &s);
        break;
    case FL_SIM_CHART:
        patch = chart_patch(hit->u, hit->v);
        s.albedo = patch < 0 ? fl_sim_gray(0.022) : w->patch[patch];
        break;
    case FL_SIM_BOOK:
        book(hit, foot, &s);
        break;
    case FL_SIM_ROD:
        rod(w, hit, &s);
        break;
    default:
        ball(hit, foot, &s);
    }
    return s;
}

/* Light that leaves a hit towards the ray's origin: scattered, and mirrored up to `bounces` times.
 */
static struct fl_sim_rgb radiance(const struct fl_sim_still_life *w, const struct fl_sim_ray *ray,
                                  double px, int bounces)
{
    struct fl_sim_hit hit;
    struct surface s;
    struct fl_sim_rgb c, light;
    double facing, reflect;
    fl_sim_trace(w, ray, &hit);
    if (hit.thing == FL_SIM_SKY)
        return fl_sim_surroundings(w, ray->d);
    s = surface_at(w, &hit, hit.t * px);
    light = fl_sim_irradiance(w, hit.p, s.n);
    c.r = s.albedo.r * light.r;
    c.g = s.albedo.g * light.g;
    c.b = s.albedo.b * light.b;
    if (s.mirror <= 0.0)
        return c;
    facing = 1.0 + fl_sim_dot(ray->d, s.n);
    reflect = s.mirror + (1.0 - s.mirror) * sixth_power(fl_sim_clamp(facing, 0.0, 1.0)) * 0.7;
    if (reflect > 0.004) {
        struct fl_sim_ray next = {fl_sim_along(hit.p, 1e-4, hit.n),
                                  fl_sim_unit(fl_sim_mirror(ray->d, s.n))};
        struct fl_sim_rgb seen = bounces > 0 ? radiance(w, &next, px * 2.0, bounces - 1)
                                             : fl_sim_surroundings(w, next.d);
        c = fl_sim_add(fl_sim_scale(c, 1.0 - reflect), fl_sim_scale(seen, reflect));
    }
    return c;
}

/* A number for what is seen at a point: where it changes within a pixel, there is an edge. */
static int identity(const struct fl_sim_still_life *w, double x, double y)
{
    struct fl_sim_ray ray = fl_sim_camera_ray(w, x, y);
    struct fl_sim_hit hit;
    int id;
    fl_sim_trace(w, &ray, &hit);
    id = (int)hit.thing * 1024 + hit.index * 64 + hit.face * 16;
    if (hit.thing == FL_SIM_CHART)
        id += 2 + chart_patch(hit.u, hit.v);
    if (hit.thing == FL_SIM_BALL && hit.index == FL_SIM_BALL_CHROME) {
        struct fl_sim_ray next = {hit.p, fl_sim_mirror(ray.d, hit.n)};
        fl_sim_trace(w, &next, &hit);
        id = id * 64 + (int)hit.thing * 8 + hit.index;
    }
    return id;
}

static struct fl_sim_rgb supersample(const struct fl_sim_still_life *w, double x, double y,
                                     double px)
{
    struct fl_sim_rgb sum = fl_sim_gray(0.0);
    for (int i = 0; i < 16; i++) {
        int col = i % 4, row = i / 4;
        double sx = x + (col - 1.5) * 0.25 * px, sy = y + (row - 1.5) * 0.25 * px;
        struct fl_sim_ray ray = fl_sim_camera_ray(w, sx, sy);
        sum = fl_sim_add(sum, radiance(w, &ray, px * 0.39, 1));
    }
    return fl_sim_scale(sum, 1.0 / 16.0);
}

static void photo_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    const struct fl_sim_still_life *w = state;
    double px = view->px, half = 0.5 * px, sy = fl_sim_scene_y(view, y);
    double left = fl_sim_scene_x(view, 0) - half;
    int top = identity(w, left, sy - half), bottom = identity(w, left, sy + half);
    for (int x = 0; x < view->width; x++) {
        double sx = fl_sim_scene_x(view, x);
        int next_top = identity(w, sx + half, sy - half),
            next_bottom = identity(w, sx + half, sy + half);
        struct fl_sim_ray ray = fl_sim_camera_ray(w, sx, sy);
        struct fl_sim_rgb c;
        if (top == bottom && top == next_top && top == next_bottom)
            c = radiance(w, &ray, px * 0.39, 2); /* 1 / focal length */
        else
            c = supersample(w, sx, sy, px);
        fl_sim_store(rgb + (size_t)x * 3, c);
        top = next_top;
        bottom = next_bottom;
    }
}

const struct fl_sim_scene fl_sim_scene_photo = {
    "photo",
    "a still life with fruit, books and a colour chart at the end of a day",
    sizeof(struct fl_sim_still_life),
    photo_open,
    photo_row,
    NULL};
