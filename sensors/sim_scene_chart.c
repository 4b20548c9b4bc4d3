/* Test charts: ColorChecker, slanted edges. */
#include "sim_scene.h"

#include "flmath.h"
#include "sim_chart.h"

#include <math.h>

/* ColorChecker Classic, published sRGB values, dark skin to black, left to right, top to bottom. */
static const unsigned patch_srgb[24] = {0x735244, 0xc29682, 0x627a9d, 0x576c43, 0x8580b1, 0x67bdaa,
                                        0xd67e2c, 0x505ba6, 0xc15a63, 0x5e3c6c, 0x9dbc40, 0xe0a32e,
                                        0x383d96, 0x469449, 0xaf363c, 0xe7c71f, 0xbb5695, 0x0885a1,
                                        0xf3f3f2, 0xc8c8c8, 0xa0a0a0, 0x7a7a79, 0x555555, 0x343434};

struct chart {
    struct fl_sim_rgb patch[24];
};

void fl_sim_chart_patches(struct fl_sim_rgb out[24])
{
    for (int i = 0; i < 24; i++)
        out[i] = fl_sim_hex(patch_srgb[i]);
}

/* Distance of patch centres, and half a patch. */
#define PATCH_PITCH 0.40
#define PATCH_HALF  0.165

static fl_err chart_open(void *state, const struct fl_sim_view *view)
{
    struct chart *chart = state;
    (void)view;
    fl_sim_chart_patches(chart->patch);
    return fl_success();
}

static void chart_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    const struct chart *chart = state;
    double sy = fl_sim_scene_y(view, y);
    int row = (int)fl_sim_clamp(floor(sy / PATCH_PITCH) + 2.0, 0.0, 3.0);
    double py = sy - (row - 1.5) * PATCH_PITCH;
    for (int x = 0; x < view->width; x++) {
        double sx = fl_sim_scene_x(view, x);
        int col = (int)fl_sim_clamp(floor(sx / PATCH_PITCH) + 3.0, 0.0, 5.0);
        double px = sx - (col - 2.5) * PATCH_PITCH;
        double frame = fl_sim_cover(fl_sim_box(sx, sy, 1.25, 0.85, 0.03), view->px);
        double inside = fl_sim_cover(fl_sim_box(px, py, PATCH_HALF, PATCH_HALF, 0.0), view->px);
        struct fl_sim_rgb c = fl_sim_blend(fl_sim_gray(0.18), fl_sim_gray(0.015), frame);
        fl_sim_store(rgb + (size_t)x * 3, fl_sim_blend(c, chart->patch[row * 6 + col], inside));
    }
}

const struct fl_sim_scene fl_sim_scene_chart = {
    "chart",
    "a ColorChecker Classic with its published sRGB colours on 18 % grey",
    sizeof(struct chart),
    chart_open,
    chart_row,
    NULL};

/* Slanted squares, 4 x 3, each turned by 5 degrees: surround and square. */
static const struct fl_sim_rgb edge_colors[12][2] = {
    {{0.02, 0.02, 0.02}, {0.80, 0.80, 0.80}},       /* 40:1 */
    {{0.20, 0.20, 0.20}, {0.80, 0.80, 0.80}},       /* 4:1, as in ISO 12233 */
    {{0.16, 0.16, 0.16}, {0.20, 0.20, 0.20}},       /* 1.25:1 */
    {{0.004, 0.004, 0.004}, {0.016, 0.016, 0.016}}, /* 4:1 in deep shadow */
    {{0.18, 0.18, 0.18}, {0.60, 0.04, 0.04}},       /* red on grey */
    {{0.18, 0.18, 0.18}, {0.04, 0.50, 0.06}},       /* green on grey */
    {{0.18, 0.18, 0.18}, {0.04, 0.06, 0.60}},       /* blue on grey */
    {{0.60, 0.05, 0.05}, {0.04, 0.20, 0.06}},       /* green on red */
    {{0.05, 0.08, 0.60}, {0.75, 0.60, 0.03}},       /* yellow on blue */
    {{0.50, 0.06, 0.45}, {0.10, 0.60, 0.55}},       /* cyan on magenta */
    {{0.90, 0.90, 0.90}, {0.60, 0.02, 0.02}},       /* red on white */
    {{0.50, 0.50, 0.50}, {2.00, 2.00, 2.00}},       /* past the clip */
};

static void edge_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    double nx = fl_cos(5.0 * FL_PI / 180.0), ny = fl_sin(5.0 * FL_PI / 180.0), px = view->px;
    double sy = fl_sim_scene_y(view, y);
    int row = (int)fl_sim_clamp(floor(sy * 1.5 + 1.5), 0.0, 2.0);
    double dy = sy - (row - 1) / 1.5;
    (void)state;
    for (int x = 0; x < view->width; x++) {
        double sx = fl_sim_scene_x(view, x);
        int col = (int)fl_sim_clamp(floor(sx * 1.5 + 2.0), 0.0, 3.0);
        double dx = sx - (col - 1.5) / 1.5;
        double u = dx * nx + dy * ny, v = dy * nx - dx * ny;
        const struct fl_sim_rgb *c = edge_colors[row * 4 + col];
        double inside = fl_sim_half_plane(nx, ny, fabs(u) - 0.2, px) *
                        fl_sim_half_plane(-ny, nx, fabs(v) - 0.2, px);
        fl_sim_store(rgb + (size_t)x * 3, fl_sim_blend(c[0], c[1], inside));
    }
}

const struct fl_sim_scene fl_sim_scene_edge = {
    "edge",   "squares turned by 5 degrees: contrasts from 1.25:1 to 40:1, and coloured ones",
    0,        NULL,
    edge_row, NULL};
