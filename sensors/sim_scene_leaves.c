/* Dead leaves: opaque discs whose radii follow a power law, as objects in natural pictures do, so
 * that texture and occlusion exist at every scale (Lee, Mumford, Huang, 2001).
 *
 * The discs of a periodic tile are generated from front to back and filed in the cells of a grid;
 * a cell that one disc covers wholly takes no more. A pixel composes the discs of its cell. */
#include "sim_scene.h"

#include "sim_paint.h"
#include "sim_random.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define TILE_W     3.2 /* scene units: more than the box that is always visible */
#define TILE_H     2.4
#define CELL       0.0125
#define COLS       256 /* TILE_W / CELL */
#define ROWS       192
#define RADIUS_MIN 0.005
#define RADIUS_MAX 0.35
#define MAX_DISCS  600000 /* the last open cells close long before */
#define KEY_LEAVES 0x6c6561766573ULL

struct disc {
    float x, y, r;
    float red, green, blue;
};

struct entry {
    int disc, next; /* next entry of the same cell; -1 = last */
};

struct leaves {
    struct disc *disc;
    struct entry *entry;
    int disc_count, disc_room, entry_count, entry_room;
    int first[ROWS * COLS], last[ROWS * COLS];
    unsigned char closed[ROWS * COLS];
    int open_cells;
};

static void leaves_close(void *state)
{
    struct leaves *l = state;
    free(l->disc);
    free(l->entry);
}

/* A third grey or muted, the rest from pastel to fully saturated; luminance spread over 5 stops. */
static void pick_color(struct fl_sim_stream *s, struct disc *d)
{
    double hue = 6.0 * fl_sim_uniform(s), vividness = fl_sim_uniform(s);
    double level = fl_sim_uniform(s), ramp[3];
    double saturation = vividness < 0.35 ? 0.3 * vividness : 1.25 * vividness - 0.33;
    level = 0.03 + 0.87 * level * level;
    for (int c = 0; c < 3; c++) {
        double distance = fabs(hue - 2.0 * c); /* from this primary, around the circle of 6 */
        double share = 2.0 - (distance > 3.0 ? 6.0 - distance : distance);
        ramp[c] = level * (1.0 - saturation * (1.0 - fl_sim_clamp(share, 0.0, 1.0)));
    }
    d->red = (float)ramp[0];
    d->green = (float)ramp[1];
    d->blue = (float)ramp[2];
}

/* Radii with density r^-3 between the limits: equal area for every octave. */
static struct disc pick_disc(int index)
{
    struct fl_sim_stream s = fl_sim_stream(KEY_LEAVES, (uint64_t)index);
    double ratio = RADIUS_MIN / RADIUS_MAX;
    struct disc d;
    d.x = (float)(TILE_W * fl_sim_uniform(&s));
    d.y = (float)(TILE_H * fl_sim_uniform(&s));
    d.r = (float)(RADIUS_MIN / sqrt(1.0 - fl_sim_uniform(&s) * (1.0 - ratio * ratio)));
    pick_color(&s, &d);
    return d;
}

/* Room for one more element; NULL, and the array as it was, without memory. */
static void *grow(void *array, int count, int *room, size_t size)
{
    int more = *room ? *room * 2 : 4096;
    void *grown;
    if (count < *room)
        return array;
    grown = realloc(array, (size_t)more * size);
    if (grown)
        *room = more;
    return grown;
}

static bool add_entry(struct leaves *l, int cell, int disc)
{
    struct entry *grown = grow(l->entry, l->entry_count, &l->entry_room, sizeof *grown);
    if (!grown)
        return false;
    l->entry = grown;
    l->entry[l->entry_count].disc = disc;
    l->entry[l->entry_count].next = -1;
    if (l->first[cell] < 0)
        l->first[cell] = l->entry_count;
    else
        l->entry[l->last[cell]].next = l->entry_count;
    l->last[cell] = l->entry_count++;
    return true;
}

/* Files the disc, which is number disc_count, in every open cell that it touches. */
static bool file_disc(struct leaves *l, const struct disc *d, double px)
{
    double reach = (double)d->r + px, hidden = (double)d->r - px;
    int x0 = (int)floor((d->x - reach) / CELL), x1 = (int)floor((d->x + reach) / CELL);
    int y0 = (int)floor((d->y - reach) / CELL), y1 = (int)floor((d->y + reach) / CELL);
    for (int cy = y0; cy <= y1; cy++)
        for (int cx = x0; cx <= x1; cx++) {
            int cell = (cy + ROWS) % ROWS * COLS + (cx + COLS) % COLS;
            double dx = fabs((cx + 0.5) * CELL - d->x), dy = fabs((cy + 0.5) * CELL - d->y);
            double nx = dx > CELL / 2 ? dx - CELL / 2 : 0.0, fx = dx + CELL / 2;
            double ny = dy > CELL / 2 ? dy - CELL / 2 : 0.0, fy = dy + CELL / 2;
            if (l->closed[cell] || nx * nx + ny * ny > reach * reach)
                continue;
            if (!add_entry(l, cell, l->disc_count))
                return false;
            if (hidden > 0.0 && fx * fx + fy * fy < hidden * hidden) {
                l->closed[cell] = 1;
                l->open_cells--;
            }
        }
    return true;
}

/* Pixels larger than a cell are sampled more than once, so that few discs reach into a cell. */
static int samples_per_side(const struct fl_sim_view *view)
{
    return view->px < 8.0 * CELL ? (int)(view->px / CELL) + 1 : 8;
}

static fl_err leaves_open(void *state, const struct fl_sim_view *view)
{
    struct leaves *l = state;
    double px = view->px / samples_per_side(view);
    px = px < CELL ? px : CELL; /* pictures of a few pixels */
    l->open_cells = ROWS * COLS;
    for (int i = 0; i < ROWS * COLS; i++)
        l->first[i] = -1;
    for (int i = 0; i < MAX_DISCS && l->open_cells > 0; i++) {
        struct disc d = pick_disc(i);
        struct disc *grown = grow(l->disc, l->disc_count, &l->disc_room, sizeof d);
        int before = l->entry_count;
        if (grown)
            l->disc = grown;
        if (!grown || !file_disc(l, &d, px)) {
            leaves_close(l);
            return fl_error(FL_ERR_MEMORY, "out of memory for scene 'leaves'");
        }
        l->disc[l->disc_count] = d;
        l->disc_count += l->entry_count > before; /* a disc that nobody sees is not kept */
    }
    return fl_success();
}

/* Distance along one axis of the periodic tile, -size/2..size/2. */
static double wrap(double d, double size)
{
    return d > size / 2 ? d - size : d < -size / 2 ? d + size : d;
}

static struct fl_sim_rgb leaves_at(const struct leaves *l, double x, double y, double px)
{
    struct fl_sim_rgb sum = fl_sim_gray(0.0);
    double left = 1.0; /* share of the pixel not covered yet */
    int cx = (int)(x / CELL), cy = (int)(y / CELL);
    int cell = (cy < ROWS ? cy : ROWS - 1) * COLS + (cx < COLS ? cx : COLS - 1);
    for (int e = l->first[cell]; e >= 0 && left > 0.0; e = l->entry[e].next) {
        const struct disc *d = &l->disc[l->entry[e].disc];
        double dx = wrap(x - d->x, TILE_W), dy = wrap(y - d->y, TILE_H), reach = d->r + px;
        double d2 = dx * dx + dy * dy, cover;
        if (d2 >= reach * reach)
            continue;
        cover = left * fl_sim_cover(sqrt(d2) - d->r, px);
        sum.r += cover * d->red;
        sum.g += cover * d->green;
        sum.b += cover * d->blue;
        left -= cover;
    }
    return fl_sim_add(sum, fl_sim_gray(0.18 * (left > 0.0 ? left : 0.0)));
}

/* Mean of n x n samples; coordinates wrap into the tile. */
static struct fl_sim_rgb leaves_pixel(const struct leaves *l, double x, double y, double px, int n)
{
    struct fl_sim_rgb sum = fl_sim_gray(0.0);
    for (int i = 0; i < n * n; i++) {
        int col = i % n, row = i / n;
        double sx = x + ((col + 0.5) / n - 0.5) * px + TILE_W / 2;
        double sy = y + ((row + 0.5) / n - 0.5) * px + TILE_H / 2;
        sx -= floor(sx / TILE_W) * TILE_W;
        sy -= floor(sy / TILE_H) * TILE_H;
        sum = fl_sim_add(sum, leaves_at(l, sx, sy, px / n));
    }
    return fl_sim_scale(sum, 1.0 / (n * n));
}

static void leaves_row(const void *state, const struct fl_sim_view *view, int y, double *rgb)
{
    double sy = fl_sim_scene_y(view, y);
    int n = samples_per_side(view);
    for (int x = 0; x < view->width; x++)
        fl_sim_store(rgb + (size_t)x * 3,
                     leaves_pixel(state, fl_sim_scene_x(view, x), sy, view->px, n));
}

const struct fl_sim_scene fl_sim_scene_leaves = {
    "leaves",
    "dead leaves: overlapping discs of all sizes and colours",
    sizeof(struct leaves),
    leaves_open,
    leaves_row,
    leaves_close};
