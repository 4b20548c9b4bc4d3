/* Rays against the few solids of the still life: intersections, soft shadows, contact shading. */
#ifndef FL_SIM_RAY_H
#define FL_SIM_RAY_H

#include <math.h>

struct fl_sim_vec {
    double x, y, z;
};

static inline struct fl_sim_vec fl_sim_vec(double x, double y, double z)
{
    struct fl_sim_vec v = {x, y, z};
    return v;
}

/* a + k * b */
static inline struct fl_sim_vec fl_sim_along(struct fl_sim_vec a, double k, struct fl_sim_vec b)
{
    return fl_sim_vec(a.x + k * b.x, a.y + k * b.y, a.z + k * b.z);
}

static inline double fl_sim_dot(struct fl_sim_vec a, struct fl_sim_vec b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline struct fl_sim_vec fl_sim_cross(struct fl_sim_vec a, struct fl_sim_vec b)
{
    return fl_sim_vec(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

static inline struct fl_sim_vec fl_sim_unit(struct fl_sim_vec a)
{
    double k = 1.0 / sqrt(fl_sim_dot(a, a));
    return fl_sim_vec(a.x * k, a.y * k, a.z * k);
}

/* d mirrored at a surface with normal n. */
static inline struct fl_sim_vec fl_sim_mirror(struct fl_sim_vec d, struct fl_sim_vec n)
{
    return fl_sim_along(d, -2.0 * fl_sim_dot(d, n), n);
}

struct fl_sim_ray {
    struct fl_sim_vec o, d; /* d has length 1 */
};

/* A ball, stretched along a unit axis. */
struct fl_sim_ball {
    struct fl_sim_vec c;
    double r, stretch; /* 1 = a sphere */
    struct fl_sim_vec axis;
};

/* True where a cone around the ray, of tangent `size`, stays outside the sphere: a cheap first test
 * for things inside it. */
static inline int fl_sim_misses(const struct fl_sim_ball *b, const struct fl_sim_ray *ray,
                                double size)
{
    double x = b->c.x - ray->o.x, y = b->c.y - ray->o.y, z = b->c.z - ray->o.z;
    double along = x * ray->d.x + y * ray->d.y + z * ray->d.z, away2 = x * x + y * y + z * z;
    double reach = b->r + (along > 0.0 ? along * size : 0.0);
    return away2 > b->r * b->r && (along < 0.0 || away2 - along * along > reach * reach);
}

/* A segment with a radius. */
struct fl_sim_rod {
    struct fl_sim_vec a, b;
    double r;
};

/* A rectangle: centre, unit edges u and v, unit normal, half sizes. */
struct fl_sim_card {
    struct fl_sim_vec c, u, v, n;
    double w, h;
};

/* A block: centre, unit axes along its width, height and depth, half sizes. */
struct fl_sim_block {
    struct fl_sim_vec c, axis[3];
    double half[3];
};

/* Distance along the ray to the first hit beyond 1e-6; negative = none. Normals point outwards. */
double fl_sim_hit_ball(const struct fl_sim_ball *b, const struct fl_sim_ray *ray);
struct fl_sim_vec fl_sim_ball_normal(const struct fl_sim_ball *b, struct fl_sim_vec p);
double fl_sim_hit_rod(const struct fl_sim_rod *rod, const struct fl_sim_ray *ray);
struct fl_sim_vec fl_sim_rod_normal(const struct fl_sim_rod *rod, struct fl_sim_vec p);
double fl_sim_hit_card(const struct fl_sim_card *c, const struct fl_sim_ray *ray, double *u,
                       double *v);

/* `face` is the axis that the hit face is perpendicular to; `local` the point in the block's axes.
 */
double fl_sim_hit_block(const struct fl_sim_block *b, const struct fl_sim_ray *ray, int *face,
                        double local[3]);

/* Share (0..1) of a light with the tangent of its angular radius `size` that passes the solid on
 * the way along `ray`. */
double fl_sim_light_past_ball(const struct fl_sim_ball *b, const struct fl_sim_ray *ray,
                              double size);
double fl_sim_light_past_rod(const struct fl_sim_rod *rod, const struct fl_sim_ray *ray,
                             double size);
double fl_sim_light_past_card(const struct fl_sim_card *c, const struct fl_sim_ray *ray,
                              double size);

/* Share of the sky above a surface at p with normal n that the ball leaves open. */
static inline double fl_sim_open_sky(const struct fl_sim_ball *b, struct fl_sim_vec p,
                                     struct fl_sim_vec n)
{
    double x = b->c.x - p.x, y = b->c.y - p.y, z = b->c.z - p.z, r2 = b->r * b->r;
    double d2 = x * x + y * y + z * z, facing = x * n.x + y * n.y + z * n.z, covered;
    if (facing <= 0.0 || d2 > 36.0 * r2)
        return 1.0;
    covered = facing / sqrt(d2) * r2 / d2;
    return covered > 1.0 ? 0.0 : 1.0 - covered;
}

#endif
