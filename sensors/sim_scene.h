/* Procedural scenes: what is in front of the simulated camera.
 *
 * Radiance is linear sRGB with a D65 white, 1 = a white surface at nominal exposure; light sources
 * exceed 1. Scenes are the same at any size: they are laid out in scene units, y downwards, with
 * the origin in the middle of the picture and the box |x| <= 4/3, |y| <= 1 always inside it. */
#ifndef FL_SIM_SCENE_H
#define FL_SIM_SCENE_H

#include "firstlight/error.h"

#include <stddef.h>

struct fl_sim_view {
    int width, height; /* pixels */
    double px;         /* side of a pixel in scene units */
};

struct fl_sim_scene {
    const char *name, *summary;
    size_t state_size;
    /* Fills a zeroed state, may be NULL. A failing open leaves nothing to close. */
    fl_err (*open)(void *state, const struct fl_sim_view *view);
    /* Renders row y into width interleaved RGB pixels; values >= 0. Any order of rows. */
    void (*row)(const void *state, const struct fl_sim_view *view, int y, double *rgb);
    void (*close)(void *state); /* may be NULL */
};

extern const struct fl_sim_scene fl_sim_scene_chart, fl_sim_scene_zoneplate, fl_sim_scene_edge,
    fl_sim_scene_leaves, fl_sim_scene_stops, fl_sim_scene_portrait, fl_sim_scene_photo,
    fl_sim_scene_flat, fl_sim_scene_ramp;

/* Scene coordinates of the centre of a pixel. */
static inline double fl_sim_scene_x(const struct fl_sim_view *view, int x)
{
    return (x + 0.5 - 0.5 * view->width) * view->px;
}

static inline double fl_sim_scene_y(const struct fl_sim_view *view, int y)
{
    return (y + 0.5 - 0.5 * view->height) * view->px;
}

#endif
