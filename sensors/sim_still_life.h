/* The world of the scene "photo": things on a table, outdoors at the end of a day. */
#ifndef FL_SIM_STILL_LIFE_H
#define FL_SIM_STILL_LIFE_H

#include "sim_chart.h"
#include "sim_ray.h"

enum {
    FL_SIM_BALL_ORANGE,
    FL_SIM_BALL_APPLE,
    FL_SIM_BALL_GLAZE,
    FL_SIM_BALL_CHROME,
    FL_SIM_BALL_LEMON,
    FL_SIM_BALL_CHERRY,
    FL_SIM_BALL_COUNT = FL_SIM_BALL_CHERRY + 3
};
enum { FL_SIM_ROD_STEM, FL_SIM_ROD_CRAYON, FL_SIM_ROD_COUNT = FL_SIM_ROD_CRAYON + 4 };
enum { FL_SIM_BLOCK_COUNT = 2 };

/* Units: about 10 cm. x to the right, y up from the table's top, z away from the camera. */
struct fl_sim_still_life {
    struct fl_sim_rgb patch[24];
    struct fl_sim_ball ball[FL_SIM_BALL_COUNT];
    struct fl_sim_rod rod[FL_SIM_ROD_COUNT];
    struct fl_sim_block book[FL_SIM_BLOCK_COUNT];
    struct fl_sim_card chart, cloth;
    struct fl_sim_ball rods, books;          /* spheres around all of them */
    struct fl_sim_vec eye, right, up, ahead; /* camera; `ahead` carries the focal length */
    struct fl_sim_vec light;
};

enum fl_sim_thing {
    FL_SIM_SKY,
    FL_SIM_TABLE,
    FL_SIM_CLOTH,
    FL_SIM_CHART,
    FL_SIM_BOOK,
    FL_SIM_ROD,
    FL_SIM_BALL
};

/* Where a ray ends. u, v: position on flat things, in world units. */
struct fl_sim_hit {
    enum fl_sim_thing thing;
    int index, face;
    double t, u, v;
    struct fl_sim_vec p, n;
};

void fl_sim_still_life_init(struct fl_sim_still_life *w);

/* The ray of the camera through a point of the picture, in scene units. */
struct fl_sim_ray fl_sim_camera_ray(const struct fl_sim_still_life *w, double x, double y);

/* First thing on the ray's way. */
void fl_sim_trace(const struct fl_sim_still_life *w, const struct fl_sim_ray *ray,
                  struct fl_sim_hit *hit);

/* Light that arrives at p on a surface with normal n: sun through soft shadows, and open sky. */
struct fl_sim_rgb fl_sim_irradiance(const struct fl_sim_still_life *w, struct fl_sim_vec p,
                                    struct fl_sim_vec n);

/* What is seen where nothing is hit: sky, hills and field, out of focus. */
struct fl_sim_rgb fl_sim_surroundings(const struct fl_sim_still_life *w, struct fl_sim_vec d);

#endif
