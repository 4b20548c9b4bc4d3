/* Scenes for measuring one thing: flat, ramp, zone plates. */
#include "sim_scene.h"

#include "flmath.h"
#include "sim_paint.h"

#include <math.h>

static void flat_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    (void)state;
    (void)y;
    for (int i = 0; i < view->width * 3; i++)
        rgb[i] = 0.18;
}

const struct fl_sim_scene fl_sim_scene_flat = {"flat", "a uniform 18 % grey", 0, NULL, flat_row,
                                               NULL};

static void ramp_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    (void)state;
    (void)y;
    for (int x = 0; x < view->width; x++)
        fl_sim_store(rgb + (size_t)x * 3, fl_sim_gray((x + 0.5) / view->width));
}

const struct fl_sim_scene fl_sim_scene_ramp = {
    "ramp", "grey rising linearly from 0 at the left to 1 at the right", 0, NULL, ramp_row, NULL};

/* Zone plates: cos(pi r^2 / 2R), r in pixels, whose frequency rises linearly to Nyquist (half a
 * cycle a pixel) at r = R, where it fades to its mean. Each quadrant has its own pair of colours.
 */
static const struct fl_sim_rgb plate_colors[4][2] = {
    {{0.02, 0.02, 0.02}, {0.90, 0.90, 0.90}}, /* luminance */
    {{0.80, 0.10, 0.10}, {0.10, 0.31, 0.31}}, /* red against cyan of the same luminance */
    {{0.55, 0.42, 0.02}, {0.35, 0.42, 0.95}}, /* yellow against blue */
    {{0.10, 0.70, 0.10}, {0.75, 0.12, 0.75}}, /* green against magenta */
};

static void zoneplate_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    int half_w = view->width / 2, half_h = view->height / 2, bottom = y >= half_h;
    double radius = 0.5 * (half_w < half_h ? half_w : half_h);
    double dy = (y + 0.5) - (bottom ? 1.5 : 0.5) * half_h;
    (void)state;
    for (int x = 0; x < view->width; x++) {
        int right = x >= half_w;
        const struct fl_sim_rgb *c = plate_colors[bottom * 2 + right];
        double dx = (x + 0.5) - (right ? 1.5 : 0.5) * half_w, r2 = dx * dx + dy * dy;
        double fade = 1.0 - fl_sim_smooth(0.95, 1.0, sqrt(r2) / radius);
        double wave = fade > 0.0 ? fade * fl_cos(FL_PI * r2 / (2.0 * radius)) : 0.0;
        fl_sim_store(rgb + (size_t)x * 3, fl_sim_blend(c[0], c[1], 0.5 + 0.5 * wave));
    }
}

const struct fl_sim_scene fl_sim_scene_zoneplate = {
    "zoneplate",
    "four circular chirps up to Nyquist: grey, red-cyan, yellow-blue, green-magenta",
    0,
    NULL,
    zoneplate_row,
    NULL};
