/* The still life: where things are, what a ray hits, and what light reaches a point. */
#include "sim_still_life.h"

#include <string.h>

#define TABLE_BACK 1.75 /* z of the table's far edge */
#define LIGHT_SIZE 0.11 /* tangent of half the light's angle */

static struct fl_sim_vec vec(double x, double y, double z)
{
    return fl_sim_vec(x, y, z);
}

static void place_balls(struct fl_sim_still_life *w)
{
    static const struct fl_sim_ball balls[FL_SIM_BALL_COUNT] = {
        {{0.52, 0.40, 0.10}, 0.40, 1.0, {1.0, 0.0, 0.0}},
        {{1.18, 0.35, -0.52}, 0.35, 1.0, {1.0, 0.0, 0.0}},
        {{1.32, 0.86, 0.72}, 0.50, 1.0, {1.0, 0.0, 0.0}},
        {{-0.36, 0.22, -0.72}, 0.22, 1.0, {1.0, 0.0, 0.0}},
        {{-1.42, 0.21, -0.60}, 0.21, 1.42, {0.8, 0.0, 0.6}},
        {{0.08, 0.13, -0.98}, 0.13, 1.0, {1.0, 0.0, 0.0}},
        {{0.35, 0.12, -1.12}, 0.12, 1.0, {1.0, 0.0, 0.0}},
        {{0.36, 0.125, -0.82}, 0.125, 1.0, {1.0, 0.0, 0.0}}};
    memcpy(w->ball, balls, sizeof balls);
}

static void place_rods(struct fl_sim_still_life *w)
{
    static const struct fl_sim_ball around = {{-0.92, 0.05, -1.37}, 0.75, 1.0, {1.0, 0.0, 0.0}};
    static const struct fl_sim_rod rods[FL_SIM_ROD_COUNT] = {
        {{1.18, 0.60, -0.52}, {1.24, 0.84, -0.50}, 0.022},
        {{-1.40, 0.050, -1.20}, {-0.72, 0.050, -1.44}, 0.050},
        {{-1.42, 0.050, -1.38}, {-0.80, 0.050, -1.66}, 0.050},
        {{-0.96, 0.050, -1.16}, {-0.42, 0.050, -1.58}, 0.050},
        {{-1.22, 0.146, -1.28}, {-0.68, 0.146, -1.52}, 0.050}};
    memcpy(w->rod, rods, sizeof rods);
    w->rods = around;
}

/* A book lying on its side, turned about the vertical. */
static struct fl_sim_block book(double x, double y, double z, double dx, double dz, double w,
                                double h, double d)
{
    struct fl_sim_block b = {{x, y, z}, {{dx, 0, dz}, {0, 1, 0}, {-dz, 0, dx}}, {w, h, d}};
    b.axis[0] = fl_sim_unit(b.axis[0]);
    b.axis[2] = fl_sim_unit(b.axis[2]);
    return b;
}

static void place_books(struct fl_sim_still_life *w)
{
    static const struct fl_sim_ball around = {{1.33, 0.18, 0.76}, 1.10, 1.0, {1.0, 0.0, 0.0}};
    w->book[0] = book(1.30, 0.10, 0.75, 1.0, 0.16, 0.85, 0.10, 0.60);
    w->book[1] = book(1.36, 0.28, 0.78, 1.0, -0.10, 0.70, 0.08, 0.52);
    w->books = around;
}

/* A rectangle with the normal n whose edge u is level. */
static struct fl_sim_card card(struct fl_sim_vec c, struct fl_sim_vec u, struct fl_sim_vec n,
                               double w, double h)
{
    struct fl_sim_card k = {c, u, u, n, w, h};
    k.n = fl_sim_unit(n);
    k.u = fl_sim_unit(fl_sim_along(u, -fl_sim_dot(u, k.n), k.n));
    k.v = fl_sim_cross(k.u, k.n);
    return k;
}

void fl_sim_still_life_init(struct fl_sim_still_life *w)
{
    memset(w, 0, sizeof *w);
    fl_sim_chart_patches(w->patch);
    place_balls(w);
    place_rods(w);
    place_books(w);
    w->chart =
        card(vec(-0.85, 0.69, 0.80), vec(1.0, 0.0, -0.22), vec(0.20, 0.30, -0.93), 1.05, 0.72);
    w->cloth = card(vec(1.15, 0.003, -0.90), vec(1.0, 0.0, 0.28), vec(0.0, 1.0, 0.0), 0.85, 0.55);
    w->eye = vec(0.0, 1.10, -4.20);
    w->ahead = fl_sim_unit(vec(0.0, -0.52, 3.90));
    w->right = vec(1.0, 0.0, 0.0);
    w->up = fl_sim_cross(w->ahead, w->right);
    w->ahead = fl_sim_along(vec(0.0, 0.0, 0.0), 2.55, w->ahead);
    w->light = fl_sim_unit(vec(-0.58, 0.70, -0.46));
}

struct fl_sim_ray fl_sim_camera_ray(const struct fl_sim_still_life *w, double x, double y)
{
    struct fl_sim_ray ray;
    ray.o = w->eye;
    ray.d = fl_sim_unit(fl_sim_along(fl_sim_along(w->ahead, x, w->right), -y, w->up));
    return ray;
}

/* Keeps a hit that is nearer than what was found so far. */
static void keep(struct fl_sim_hit *hit, double t, enum fl_sim_thing thing, int index)
{
    if (t > 0.0 && t < hit->t) {
        hit->t = t;
        hit->thing = thing;
        hit->index = index;
    }
}

static void trace_flat(const struct fl_sim_still_life *w, const struct fl_sim_ray *ray,
                       struct fl_sim_hit *hit)
{
    double u, v, t = ray->d.y < -1e-9 ? -ray->o.y / ray->d.y : -1.0;
    if (t > 1e-6 && ray->o.z + t * ray->d.z < TABLE_BACK) {
        keep(hit, t, FL_SIM_TABLE, 0);
        hit->u = ray->o.x + t * ray->d.x;
        hit->v = ray->o.z + t * ray->d.z;
    }
    t = fl_sim_hit_card(&w->cloth, ray, &u, &v);
    if (t > 0.0 && t < hit->t) {
        keep(hit, t, FL_SIM_CLOTH, 0);
        hit->u = u;
        hit->v = v;
    }
    t = fl_sim_hit_card(&w->chart, ray, &u, &v);
    if (t > 0.0 && t < hit->t) {
        keep(hit, t, FL_SIM_CHART, 0);
        hit->u = u;
        hit->v = v;
    }
}

static void trace_books(const struct fl_sim_still_life *w, const struct fl_sim_ray *ray,
                        struct fl_sim_hit *hit)
{
    for (int i = 0; i < FL_SIM_BLOCK_COUNT; i++) {
        double local[3];
        int face = 0;
        double t = fl_sim_hit_block(&w->book[i], ray, &face, local);
        if (t > 0.0 && t < hit->t) {
            keep(hit, t, FL_SIM_BOOK, i);
            hit->face = face;
            hit->u = local[face == 0 ? 2 : 0];
            hit->v = local[face == 1 ? 2 : 1];
        }
    }
}

/* Where and how the surface lies at the hit. */
static void complete(const struct fl_sim_still_life *w, const struct fl_sim_ray *ray,
                     struct fl_sim_hit *hit)
{
    hit->p = fl_sim_along(ray->o, hit->t, ray->d);
    switch (hit->thing) {
    case FL_SIM_BALL:
        hit->n = fl_sim_ball_normal(&w->ball[hit->index], hit->p);
        break;
    case FL_SIM_ROD:
        hit->n = fl_sim_rod_normal(&w->rod[hit->index], hit->p);
        break;
    case FL_SIM_BOOK:
        hit->n = w->book[hit->index].axis[hit->face];
        break;
    case FL_SIM_CHART:
        hit->n = w->chart.n;
        break;
    default:
        hit->n = vec(0.0, 1.0, 0.0);
    }
    if (fl_sim_dot(hit->n, ray->d) > 0.0)
        hit->n = fl_sim_along(vec(0.0, 0.0, 0.0), -1.0, hit->n);
}

void fl_sim_trace(const struct fl_sim_still_life *w, const struct fl_sim_ray *ray,
                  struct fl_sim_hit *hit)
{
    hit->thing = FL_SIM_SKY;
    hit->index = hit->face = 0;
    hit->u = hit->v = 0.0;
    hit->t = 1e9;
    trace_flat(w, ray, hit);
    if (!fl_sim_misses(&w->books, ray, 0.0))
        trace_books(w, ray, hit);
    keep(hit, fl_sim_hit_rod(&w->rod[FL_SIM_ROD_STEM], ray), FL_SIM_ROD, FL_SIM_ROD_STEM);
    if (!fl_sim_misses(&w->rods, ray, 0.0))
        for (int i = FL_SIM_ROD_CRAYON; i < FL_SIM_ROD_COUNT; i++)
            keep(hit, fl_sim_hit_rod(&w->rod[i], ray), FL_SIM_ROD, i);
    for (int i = 0; i < FL_SIM_BALL_COUNT; i++)
        keep(hit, fl_sim_hit_ball(&w->ball[i], ray), FL_SIM_BALL, i);
    if (hit->thing != FL_SIM_SKY)
        complete(w, ray, hit);
}

/* A book's shadow is that of its top and of its bottom, which overlap at this light's angle. */
static double past_book(const struct fl_sim_block *b, const struct fl_sim_ray *ray)
{
    struct fl_sim_card side = {b->c, b->axis[0], b->axis[2], b->axis[1], b->half[0], b->half[2]};
    double top, middle;
    middle = fl_sim_light_past_card(&side, ray, LIGHT_SIZE);
    side.c.y += b->half[1] - 1e-3;
    top = fl_sim_light_past_card(&side, ray, LIGHT_SIZE);
    return top < middle ? top : middle;
}

static double sunlight(const struct fl_sim_still_life *w, struct fl_sim_vec p)
{
    struct fl_sim_ray ray = {p, w->light};
    double light = fl_sim_light_past_card(&w->chart, &ray, LIGHT_SIZE);
    for (int i = 0; i < FL_SIM_BALL_COUNT && light > 0.0; i++)
        if (w->ball[i].stretch != 1.0 || !fl_sim_misses(&w->ball[i], &ray, LIGHT_SIZE))
            light *= fl_sim_light_past_ball(&w->ball[i], &ray, LIGHT_SIZE);
    light *= fl_sim_light_past_rod(&w->rod[FL_SIM_ROD_STEM], &ray, LIGHT_SIZE);
    if (!fl_sim_misses(&w->rods, &ray, LIGHT_SIZE))
        for (int i = FL_SIM_ROD_CRAYON; i < FL_SIM_ROD_COUNT; i++)
            light *= fl_sim_light_past_rod(&w->rod[i], &ray, LIGHT_SIZE);
    if (!fl_sim_misses(&w->books, &ray, LIGHT_SIZE))
        for (int i = 0; i < FL_SIM_BLOCK_COUNT; i++)
            light *= past_book(&w->book[i], &ray);
    return light;
}

struct fl_sim_rgb fl_sim_irradiance(const struct fl_sim_still_life *w, struct fl_sim_vec p,
                                    struct fl_sim_vec n)
{
    static const struct fl_sim_rgb sun = {1.12, 0.98, 0.80};
    static const struct fl_sim_rgb sky = {0.19, 0.225, 0.28}, ground = {0.105, 0.07, 0.045};
    struct fl_sim_vec above = fl_sim_along(p, 2e-3, n);
    double facing = fl_sim_dot(n, w->light), open = 1.0;
    struct fl_sim_rgb light = fl_sim_blend(ground, sky, 0.5 + 0.5 * n.y);
    for (int i = 0; i < FL_SIM_BALL_COUNT; i++)
        open *= fl_sim_open_sky(&w->ball[i], p, n);
    if (n.y > 0.5 && p.y < 0.05) { /* things that lie flat darken the table where they touch it */
        double dx = fl_sim_dot(fl_sim_along(p, -1.0, w->chart.c), w->chart.u);
        double dz = fl_sim_dot(fl_sim_along(p, -1.0, w->chart.c), w->chart.n);
        open *=
            1.0 - 0.5 * fl_sim_smooth(0.7, 0.0, fl_sim_box(dx, dz + 0.2, w->chart.w, 0.02, 0.0));
    }
    light = fl_sim_scale(light, open);
    if (facing > 0.0)
        light = fl_sim_add(light, fl_sim_scale(sun, facing * sunlight(w, above)));
    return light;
}

/* The sun behind thin cloud, as four panes of a window: the highlight on everything that shines. */
static double highlight(const struct fl_sim_still_life *w, struct fl_sim_vec d)
{
    struct fl_sim_vec side = fl_sim_unit(fl_sim_cross(w->light, vec(0.0, 1.0, 0.0)));
    struct fl_sim_vec up = fl_sim_cross(side, w->light);
    double along = fl_sim_dot(d, w->light), x, y;
    if (along <= 0.3)
        return 0.0;
    x = fabs(fl_sim_dot(d, side) / along);
    y = fabs(fl_sim_dot(d, up) / along);
    return fl_sim_smooth(0.012, -0.012, fl_sim_box(x - 0.085, y - 0.105, 0.070, 0.09, 0.01));
}

static struct fl_sim_rgb sky(double azimuth, double height)
{
    static const struct fl_sim_rgb low = {1.05, 0.80, 0.56}, middle = {0.66, 0.70, 0.80};
    static const struct fl_sim_rgb high = {0.24, 0.39, 0.70}, lit = {1.12, 0.86, 0.68};
    double veil = 0.0;
    struct fl_sim_rgb c = fl_sim_blend(low, middle, fl_sim_smooth(0.0, 0.13, height));
    c = fl_sim_blend(c, high, fl_sim_smooth(0.06, 0.30, height));
    if (height < 0.9) /* higher up, where only reflections look, streaks would wind up to circles */
        veil = fl_sim_fractal(azimuth * 2.6 + 4.0, height * 13.0, 3, 0.45, 0.0, 101);
    return fl_sim_blend(c, lit,
                        0.75 * fl_sim_smooth(0.0, 0.7, veil) * fl_sim_smooth(0.9, 0.4, height));
}

struct fl_sim_rgb fl_sim_surroundings(const struct fl_sim_still_life *w, struct fl_sim_vec d)
{
    static const struct fl_sim_rgb hills = {0.36, 0.38, 0.44}, woods = {0.085, 0.105, 0.055};
    static const struct fl_sim_rgb field = {0.26, 0.22, 0.085}, dusk = {0.20, 0.21, 0.25};
    static const struct fl_sim_rgb glare = {9.0, 8.2, 7.0};
    double flat = sqrt(d.x * d.x + d.z * d.z) + 1e-9, height = d.y / flat, azimuth = d.x / flat;
    double ridge = 0.042 + 0.030 * fl_sim_noise(azimuth * 3.2 + 1.0, 0.5, 102);
    double canopy = -0.004 + 0.034 * fl_sim_fractal(azimuth * 7.0, 0.5, 3, 0.5, 0.0, 103);
    double meadow = fl_sim_noise(azimuth * 6.0, height * 20.0, 104);
    struct fl_sim_rgb c = sky(azimuth, height);
    c = fl_sim_blend(c, hills, fl_sim_smooth(0.008, -0.008, height - ridge));
    c = fl_sim_blend(c, fl_sim_blend(woods, field, 0.25 + 0.25 * meadow),
                     fl_sim_smooth(0.014, -0.014, height - canopy));
    c = fl_sim_blend(c, field, fl_sim_smooth(-0.03, -0.13, height + 0.03 * meadow));
    c = fl_sim_blend(c, dusk, fl_sim_smooth(0.1, -0.4, d.z)); /* behind the camera */
    return fl_sim_add(c, fl_sim_scale(glare, highlight(w, d)));
}
