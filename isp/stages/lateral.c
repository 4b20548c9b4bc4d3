/* Lateral colour by a tuning's tables: where red and blue of a pixel come from. */
#include "lateral.h"

#define SHIFT_MAX 8.0f /* pixels: more than any lens that is worth a tuning */

/* Place among the points along one axis: at + pixel * per. Points are as far apart as the whole
 * sensor by their number; a mirrored picture runs through them backwards. */
static void axis(double start, double size, bool flip, int image, int offset, float *at, float *per)
{
    double points = FL_CAC_SIDE - 1, step = size * points / image;
    double first = start * points + (offset + 0.5) * step;
    *at = (float)(flip ? (2.0 * start + size) * points - first : first);
    *per = (float)(flip ? -step : step);
}

bool fl_lateral_make(const struct fl_prepare *p, struct fl_lateral *l)
{
    const struct fl_opcode_space space = fl_opcode_space_of(p);
    const struct fl_tuning *t = p->settings->tuning;
    struct fl_sensor_view v = p->frame->meta.view;
    if (!t || !t->lateral.known)
        return false;
    if (!(v.x >= 0.0) || !(v.y >= 0.0) || !(v.width > 0.0) || !(v.height > 0.0) ||
        !(v.x + v.width <= 1.0 + 1e-9) || !(v.y + v.height <= 1.0 + 1e-9)) {
        v.x = v.y = 0.0;
        v.width = v.height = 1.0;
    }
    *l = (struct fl_lateral){.shift = {{t->lateral.red_x, t->lateral.red_y},
                                       {NULL, NULL},
                                       {t->lateral.blue_x, t->lateral.blue_y}},
                             .sign_x = v.flip_h ? -1.0f : 1.0f,
                             .sign_y = v.flip_v ? -1.0f : 1.0f};
    axis(v.x, v.width, v.flip_h, space.image_width, space.x, &l->u0, &l->per_u);
    axis(v.y, v.height, v.flip_v, space.image_height, space.y, &l->v0, &l->per_v);
    return true;
}

/* The point before a place, and the share of the way to the next. */
static int point_before(float at, float *f)
{
    float last = (float)(FL_CAC_SIDE - 1);
    int i;
    at = at > 0.0f ? at : 0.0f; /* NaN as well */
    at = at < last ? at : last;
    i = (int)at < FL_CAC_SIDE - 2 ? (int)at : FL_CAC_SIDE - 2;
    *f = at - (float)i;
    return i;
}

static float shift_at(const float *table, int col, int row, float fx, float fy)
{
    const float *a = table + row * FL_CAC_SIDE + col, *b = a + FL_CAC_SIDE;
    float top = a[0] + (a[1] - a[0]) * fx, bottom = b[0] + (b[1] - b[0]) * fx;
    float s = top + (bottom - top) * fy;
    s = s > -SHIFT_MAX ? s : -SHIFT_MAX; /* NaN as well */
    return s < SHIFT_MAX ? s : SHIFT_MAX;
}

void fl_lateral_row(const struct fl_lateral *l, int plane, int y, float *dx, float *dy, int n)
{
    if (!l->shift[plane][0])
        return;
    for (int x = 0; x < n; x++) {
        float fx, fy;
        int col = point_before(l->u0 + ((float)x + dx[x]) * l->per_u, &fx);
        int row = point_before(l->v0 + ((float)y + dy[x]) * l->per_v, &fy);
        dx[x] -= l->sign_x * shift_at(l->shift[plane][0], col, row, fx, fy);
        dy[x] -= l->sign_y * shift_at(l->shift[plane][1], col, row, fx, fy);
    }
}
