/* Ten stops of light: a room seen against its window. From 0.002 in the bookshelf to 16 at the
 * lamp's bulb, with a step wedge and a logarithmic ramp that measure it. */
#include "sim_scene.h"

#include "flmath.h"
#include "sim_paint.h"

#include <math.h>

#define WEDGE_STEPS 12 /* radiance 2^-9 .. 2^2, a stop each */

/* Wall: bounced daylight everywhere, and the lamp's pool of warm light. */
static struct fl_sim_rgb wall(double x, double y, double px)
{
    double dx = x - 0.82, dy = y + 0.10, lamp = 1.0 / (1.0 + (dx * dx + dy * dy) / 0.07);
    double plaster = 1.0 + 0.10 * fl_sim_fractal(x * 14.0, y * 14.0, 5, 0.6, px * 14.0, 11);
    struct fl_sim_rgb day = {0.040, 0.043, 0.047}, warm = {0.95, 0.55, 0.24};
    day = fl_sim_scale(day, 1.0 - 0.45 * fl_sim_smooth(-0.2, 1.0, y));
    return fl_sim_scale(fl_sim_add(day, fl_sim_scale(warm, lamp * lamp)), plaster);
}

/* Planks in perspective, in shadow but for the window's light on them. */
static struct fl_sim_rgb floor_boards(double x, double y, double px)
{
    double depth = 1.0 / ((y > 0.6 ? y : 0.6) - 0.30), u = x * depth, v = depth * 2.2;
    double board = floor(v * 1.6), fine = px * depth * 9.0;
    double grain = fl_sim_fractal(u * 2.0, v * 26.0, 4, 0.6, fine * 3.0, 23);
    double tone = (0.75 + 0.5 * fl_sim_lattice((int)board, 0, 29)) * (1.0 + 0.25 * grain);
    double gap = fabs(v * 1.6 - board - 0.5) > 0.47 ? 0.5 : 1.0;
    double lit =
        fl_sim_smooth(0.09, 0.0, fl_sim_box(u + 0.55 - 0.3 * (v - 5.0), v - 5.1, 0.75, 0.7, 0.0));
    struct fl_sim_rgb wood = {0.46, 0.25, 0.12};
    return fl_sim_scale(wood, tone * gap * (0.022 + 1.6 * lit));
}

/* Sky, cloud, hills and trees behind the panes. */
static struct fl_sim_rgb outdoors(double x, double y, double px)
{
    struct fl_sim_rgb zenith = {3.0, 4.6, 7.4}, horizon = {6.2, 7.0, 7.6}, cloud = {9.5, 9.4, 9.2};
    struct fl_sim_rgb far_hill = {1.4, 1.8, 2.1}, tree = {0.22, 0.42, 0.12};
    double puff = fl_sim_fractal(x * 3.0, y * 6.0, 5, 0.55, px * 6.0, 3);
    double ridge = 0.0 + 0.05 * fl_sim_noise(x * 3.0, 0.5, 5);
    double canopy = 0.09 + 0.05 * fl_sim_fractal(x * 7.0, 0.5, 5, 0.6, px * 7.0, 7);
    double leaves = 1.0 + 0.6 * fl_sim_fractal(x * 28.0, y * 28.0, 4, 0.7, px * 28.0, 8);
    struct fl_sim_rgb c = fl_sim_blend(zenith, horizon, fl_sim_smooth(-0.75, 0.05, y));
    c = fl_sim_blend(c, cloud, 0.9 * fl_sim_smooth(0.05, 0.55, puff));
    c = fl_sim_blend(c, far_hill, fl_sim_cover(ridge - y, px * 1.5));
    return fl_sim_blend(c, fl_sim_scale(tree, leaves), fl_sim_cover(canopy - y, px * 1.5));
}

static struct fl_sim_rgb window(struct fl_sim_rgb c, double x, double y, double px)
{
    double wx = x + 0.60, wy = y + 0.32;
    double outer = fl_sim_box(wx, wy, 0.46, 0.54, 0.01);
    double pane = fl_sim_box(fabs(wx) - 0.215, fabs(wy) - 0.255, 0.185, 0.225, 0.0);
    double depth = fl_sim_smooth(0.0, -0.05, outer);
    struct fl_sim_rgb frame = {0.16, 0.165, 0.17};
    if (outer > px)
        return c;
    c = fl_sim_blend(c, fl_sim_scale(frame, 0.5 + 0.9 * depth), fl_sim_cover(outer, px));
    if (pane < px)
        c = fl_sim_blend(c, outdoors(x, y, px), fl_sim_cover(pane, px));
    return c;
}

/* Thin cloth hanging beside the window: what passes through it of the sky, in folds. */
static struct fl_sim_rgb curtain(struct fl_sim_rgb c, double x, double y, double px)
{
    double left = -1.26, right = -1.0 + 0.06 * y, fold, weave;
    double inside =
        fl_sim_box(x - 0.5 * (left + right), y + 0.28, 0.5 * (right - left), 0.66, 0.02);
    struct fl_sim_rgb cloth = {0.62, 0.60, 0.55};
    if (inside > px)
        return c;
    fold = fl_sin(95.0 * (x + 1.26) / (0.26 + 0.06 * y) * 0.28);
    weave = 1.0 + 0.08 * fl_sim_fractal(x * 90.0, y * 30.0, 3, 0.7, px * 90.0, 13);
    cloth =
        fl_sim_scale(cloth, (1.1 + 0.5 * fold) * weave * fl_sim_mix(0.45, 1.0, (x + 1.3) / 0.3));
    return fl_sim_blend(c, cloth, fl_sim_cover(inside, px));
}

/* One book: its spine's colour, bands and cloth, in the little light that reaches the shelf. */
static struct fl_sim_rgb book(double u, double v, double top, int index, double px)
{
    double a = fl_sim_lattice(index, 1, 41), b = fl_sim_lattice(index, 2, 41);
    double cloth = 1.0 + 0.5 * fl_sim_fractal(u * 120.0, v * 120.0, 3, 0.7, px * 120.0, 43);
    double band = fl_sim_smooth(0.02, 0.0, fabs(v - top - 0.04 - 0.05 * b));
    double round = 1.0 - 0.7 * fl_sim_smooth(0.25, 0.5, fabs(u * 25.0 - floor(u * 25.0) - 0.5));
    struct fl_sim_rgb c = {0.08 + 0.5 * a * a, 0.10 + 0.3 * b * b, 0.12 + 0.4 * (1 - a) * b};
    struct fl_sim_rgb gold = {0.75, 0.55, 0.2};
    return fl_sim_scale(fl_sim_blend(fl_sim_scale(c, cloth), gold, 0.7 * band), round);
}

/* Shelf under the window, against the light: the deepest shadows. */
static struct fl_sim_rgb bookshelf(struct fl_sim_rgb c, double x, double y, double px)
{
    double box = fl_sim_box(x + 0.56, y - 0.46, 0.62, 0.17, 0.004), top, light;
    double inner = fl_sim_box(x + 0.56, y - 0.47, 0.595, 0.14, 0.0);
    int index = (int)floor((x + 2.0) * 25.0);
    if (box > px)
        return c;
    top = 0.36 + 0.06 * fl_sim_lattice(index, 0, 41);
    light = 0.006 + 0.022 * fl_sim_smooth(-0.3, 0.1, x); /* some lamp light on the right */
    c = fl_sim_blend(c, fl_sim_gray(0.010), fl_sim_cover(box, px));
    if (inner < px) {
        struct fl_sim_rgb b = fl_sim_scale(book(x + 2.0, y, top, index, px), light);
        b = fl_sim_blend(fl_sim_gray(0.0006), b, fl_sim_cover(top - y, px));
        c = fl_sim_blend(c, b, fl_sim_cover(inner, px));
    }
    return c;
}

/* Table with the lamp: a glowing shade, and the bulb seen under its rim. */
static struct fl_sim_rgb lamp(struct fl_sim_rgb c, double x, double y, double px)
{
    double lx = x - 0.82, rim = 0.30, half = 0.13 + 0.11 * (y + 0.42) / 0.42;
    double shade = fl_sim_box(0.0, y + 0.21, 1.0, 0.21, 0.0), side = (fabs(lx) - half) * 0.965;
    double table = fl_sim_box(lx, y - 0.385, 0.42, 0.025, 0.008);
    double leg = fl_sim_box(fabs(lx) - 0.36, y - 0.56, 0.025, 0.16, 0.0);
    double pole = fl_sim_box(lx, y - 0.16, 0.018, 0.20, 0.0);
    double foot = fl_sim_ellipse(lx, y - 0.35, 0.12, 0.03);
    double bulb = fl_sim_ellipse(lx, y - 0.015, 0.05, 0.035);
    double glow = fl_sim_mix(1.3, 4.2, fl_sim_smooth(-0.42, 0.02, y)) * (1.0 - 8.0 * lx * lx);
    struct fl_sim_rgb wood = {0.20, 0.09, 0.035}, brass = {0.55, 0.36, 0.12};
    struct fl_sim_rgb cloth = {1.0, 0.66, 0.34}, white_hot = {17.0, 14.5, 10.5};
    double grain = 1.0 + 0.4 * fl_sim_fractal(x * 6.0, y * 90.0, 4, 0.6, px * 90.0, 51);
    double shine = fl_sim_smooth(0.014, 0.0, fabs(lx + 0.006));
    c = fl_sim_blend(c, fl_sim_scale(wood, 0.05), fl_sim_cover(leg, px));
    c = fl_sim_blend(c, fl_sim_scale(wood, grain * (y < rim + 0.08 ? 1.4 : 0.25)),
                     fl_sim_cover(table, px));
    c = fl_sim_blend(c, fl_sim_scale(brass, 0.3), fl_sim_cover(foot, px));
    c = fl_sim_blend(c, fl_sim_scale(brass, 0.15 + 1.2 * shine), fl_sim_cover(pole, px));
    c = fl_sim_blend(c, white_hot, fl_sim_cover(bulb, px));
    return fl_sim_blend(c, fl_sim_scale(cloth, glow),
                        fl_sim_cover(shade > side ? shade : side, px));
}

/* A grey wedge of WEDGE_STEPS stops over a ramp of the same range. */
static struct fl_sim_rgb wedge(struct fl_sim_rgb c, double x, double y, double px)
{
    double card = fl_sim_box(x, y - 0.87, 1.24, 0.10, 0.01), u = (x + 1.2) / 2.4 * WEDGE_STEPS;
    double patch = fl_sim_box(x, y - 0.835, 1.2, 0.045, 0.0);
    double ramp = fl_sim_box(x, y - 0.915, 1.2, 0.025, 0.0);
    if (card > px)
        return c;
    c = fl_sim_blend(c, fl_sim_gray(0.03), fl_sim_cover(card, px));
    if (patch < px)
        c = fl_sim_blend(c,
                         fl_sim_gray(fl_exp2(floor(fl_sim_clamp(u, 0.0, WEDGE_STEPS - 0.5)) - 9)),
                         fl_sim_cover(patch, px));
    if (ramp < px)
        c = fl_sim_blend(c, fl_sim_gray(fl_exp2(u - 9.5)), fl_sim_cover(ramp, px));
    return c;
}

static void stops_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    double sy = fl_sim_scene_y(view, y), px = view->px;
    (void)state;
    for (int x = 0; x < view->width; x++) {
        double sx = fl_sim_scene_x(view, x), below = fl_sim_cover(0.62 - sy, px);
        struct fl_sim_rgb c = fl_sim_gray(0.0);
        if (below < 1.0)
            c = wall(sx, sy, px);
        if (below > 0.0)
            c = fl_sim_blend(c, floor_boards(sx, sy, px), below);
        c = window(c, sx, sy, px);
        c = curtain(c, sx, sy, px);
        c = bookshelf(c, sx, sy, px);
        if (sx > 0.3 && sx < 1.34)
            c = lamp(c, sx, sy, px);
        c = wedge(c, sx, sy, px);
        fl_sim_store(rgb + (size_t)x * 3, c);
    }
}

const struct fl_sim_scene fl_sim_scene_stops = {
    "stops",   "a room with a bright window and a lamp: more than ten stops, with a step wedge",
    0,         NULL,
    stops_row, NULL};
