/* Rays against solids, in closed form. */
#include "sim_ray.h"

#include "sim_paint.h"

#define NEAREST 1e-6

/* Squeezes space along the axis so that the stretched ball becomes a sphere. */
static struct fl_sim_vec squeeze(const struct fl_sim_ball *b, struct fl_sim_vec v)
{
    return fl_sim_along(v, (1.0 / b->stretch - 1.0) * fl_sim_dot(v, b->axis), b->axis);
}

double fl_sim_hit_ball(const struct fl_sim_ball *b, const struct fl_sim_ray *ray)
{
    struct fl_sim_vec o = fl_sim_along(ray->o, -1.0, b->c), d = ray->d;
    double a = 1.0, half, c, root;
    if (b->stretch != 1.0) {
        o = squeeze(b, o);
        d = squeeze(b, d);
        a = fl_sim_dot(d, d);
    }
    half = fl_sim_dot(o, d);
    c = fl_sim_dot(o, o) - b->r * b->r;
    root = half * half - a * c;
    if (root <= 0.0)
        return -1.0;
    root = (-half - sqrt(root)) / a;
    return root > NEAREST ? root : -1.0;
}

struct fl_sim_vec fl_sim_ball_normal(const struct fl_sim_ball *b, struct fl_sim_vec p)
{
    struct fl_sim_vec n = fl_sim_along(p, -1.0, b->c);
    if (b->stretch != 1.0)
        n = squeeze(b, squeeze(b, n));
    return fl_sim_unit(n);
}

/* The point of the rod's axis nearest to p. */
static struct fl_sim_vec on_axis(const struct fl_sim_rod *rod, struct fl_sim_vec p)
{
    struct fl_sim_vec ab = fl_sim_along(rod->b, -1.0, rod->a);
    double t = fl_sim_dot(fl_sim_along(p, -1.0, rod->a), ab) / fl_sim_dot(ab, ab);
    return fl_sim_along(rod->a, fl_sim_clamp(t, 0.0, 1.0), ab);
}

struct fl_sim_vec fl_sim_rod_normal(const struct fl_sim_rod *rod, struct fl_sim_vec p)
{
    return fl_sim_unit(fl_sim_along(p, -1.0, on_axis(rod, p)));
}

double fl_sim_hit_rod(const struct fl_sim_rod *rod, const struct fl_sim_ray *ray)
{
    struct fl_sim_vec ab = fl_sim_along(rod->b, -1.0, rod->a);
    struct fl_sim_vec oa = fl_sim_along(ray->o, -1.0, rod->a);
    double abab = fl_sim_dot(ab, ab), abd = fl_sim_dot(ab, ray->d), aboa = fl_sim_dot(ab, oa);
    double a = abab - abd * abd, half = abab * fl_sim_dot(oa, ray->d) - aboa * abd;
    double c = abab * (fl_sim_dot(oa, oa) - rod->r * rod->r) - aboa * aboa;
    double root = half * half - a * c, t, along;
    struct fl_sim_ball end = {rod->a, rod->r, 1.0, {1.0, 0.0, 0.0}};
    if (root <= 0.0 || a <= 0.0)
        return -1.0;
    t = (-half - sqrt(root)) / a;
    along = aboa + t * abd;
    if (along > 0.0 && along < abab)
        return t > NEAREST ? t : -1.0;
    if (along >= abab)
        end.c = rod->b;
    return fl_sim_hit_ball(&end, ray);
}

double fl_sim_hit_card(const struct fl_sim_card *c, const struct fl_sim_ray *ray, double *u,
                       double *v)
{
    struct fl_sim_vec way = fl_sim_along(c->c, -1.0, ray->o), p;
    double slope = fl_sim_dot(ray->d, c->n), t;
    if (fabs(slope) < 1e-9)
        return -1.0;
    t = fl_sim_dot(way, c->n) / slope;
    p = fl_sim_along(fl_sim_along(ray->o, t, ray->d), -1.0, c->c);
    *u = fl_sim_dot(p, c->u);
    *v = fl_sim_dot(p, c->v);
    return t > NEAREST && fabs(*u) <= c->w && fabs(*v) <= c->h ? t : -1.0;
}

double fl_sim_hit_block(const struct fl_sim_block *b, const struct fl_sim_ray *ray, int *face,
                        double local[3])
{
    struct fl_sim_vec way = fl_sim_along(ray->o, -1.0, b->c);
    double enter = -1e30, leave = 1e30, o[3], d[3];
    for (int i = 0; i < 3; i++) {
        double near, far;
        o[i] = fl_sim_dot(way, b->axis[i]);
        d[i] = fl_sim_dot(ray->d, b->axis[i]);
        if (fabs(d[i]) < 1e-9)
            d[i] = 1e-9;
        near = (-b->half[i] - o[i]) / d[i];
        far = (b->half[i] - o[i]) / d[i];
        if (near > far) {
            double swap = near;
            near = far;
            far = swap;
        }
        if (near > enter) {
            enter = near;
            *face = i;
        }
        leave = far < leave ? far : leave;
    }
    for (int i = 0; i < 3; i++)
        local[i] = o[i] + enter * d[i];
    return enter < leave && enter > NEAREST ? enter : -1.0;
}

double fl_sim_light_past_ball(const struct fl_sim_ball *b, const struct fl_sim_ray *ray,
                              double size)
{
    struct fl_sim_vec o = squeeze(b, fl_sim_along(b->c, -1.0, ray->o));
    struct fl_sim_vec d = fl_sim_unit(squeeze(b, ray->d));
    double along = fl_sim_dot(o, d), off2;
    if (along <= 0.0)
        return 1.0;
    off2 = fl_sim_dot(o, o) - along * along;
    return fl_sim_smooth(-along * size, along * size, sqrt(off2 > 0.0 ? off2 : 0.0) - b->r);
}

double fl_sim_light_past_rod(const struct fl_sim_rod *rod, const struct fl_sim_ray *ray,
                             double size)
{
    /* The point of the rod nearest to the ray, from the two lines' common perpendicular. */
    struct fl_sim_vec ab = fl_sim_along(rod->b, -1.0, rod->a);
    struct fl_sim_vec oa = fl_sim_along(rod->a, -1.0, ray->o), q;
    double abab = fl_sim_dot(ab, ab), abd = fl_sim_dot(ab, ray->d);
    double s = (fl_sim_dot(oa, ray->d) * abd - fl_sim_dot(oa, ab)) / (abab - abd * abd + 1e-12);
    double along, off2;
    q = fl_sim_along(oa, fl_sim_clamp(s, 0.0, 1.0), ab);
    along = fl_sim_dot(q, ray->d);
    if (along <= 0.0)
        return 1.0;
    off2 = fl_sim_dot(q, q) - along * along;
    return fl_sim_smooth(-along * size - 1e-4, along * size + 1e-4,
                         sqrt(off2 > 0.0 ? off2 : 0.0) - rod->r);
}

double fl_sim_light_past_card(const struct fl_sim_card *c, const struct fl_sim_ray *ray,
                              double size)
{
    double slope = fl_sim_dot(ray->d, c->n), t;
    struct fl_sim_vec p;
    if (fabs(slope) < 1e-9)
        return 1.0;
    t = fl_sim_dot(fl_sim_along(c->c, -1.0, ray->o), c->n) / slope;
    if (t <= 1e-4)
        return 1.0;
    p = fl_sim_along(fl_sim_along(ray->o, t, ray->d), -1.0, c->c);
    return fl_sim_smooth(-t * size, t * size,
                         fl_sim_box(fl_sim_dot(p, c->u), fl_sim_dot(p, c->v), c->w, c->h, 0.0));
}
