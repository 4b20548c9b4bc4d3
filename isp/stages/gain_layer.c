/* A layer of gains over the picture, made of one DNG opcode. */
#include "gain_layer.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>

#define VIGNETTE_K_MAX 1e6  /* far beyond any lens; keeps the polynomial finite */
#define MAP_POINTS_MAX 8192 /* a side; far beyond any map, bounds the work of a row */

struct fl_opcode_space fl_opcode_space_of(const struct fl_prepare *p)
{
    const struct fl_rect *active = &p->frame->meta.active;
    bool given = active->width > 0 && active->height > 0;
    struct fl_opcode_space s = {.image_width = given ? active->width : p->frame->width,
                                .image_height = given ? active->height : p->frame->height,
                                .x = p->active.x - (given ? active->x : 0),
                                .y = p->active.y - (given ? active->y : 0),
                                .width = p->flow->width,
                                .height = p->flow->height};
    return s;
}

/* Steps a pitch from the area's edge to the first affected pixel inside the picture. */
static int first_inside(int64_t edge, int64_t pitch)
{
    int64_t first = edge < 0 ? edge + (-edge + pitch - 1) / pitch * pitch : edge;
    return first > FL_MAX_DIMENSION ? FL_MAX_DIMENSION : (int)first;
}

static int last_inside(int64_t edge, int size)
{
    if (edge < 0)
        return 0;
    return edge < size ? (int)edge : size;
}

/* Place of a pixel's centre among the points of one axis: a + i b, for the picture's pixel i. */
static fl_err map_axis(int offset, int size, double origin, double spacing, int points, double *a,
                       double *b)
{
    *a = *b = 0.0;
    if (points == 1)
        return fl_success();
    if (!(spacing > 0.0) || !isfinite(spacing) || !isfinite(origin) || size < 1)
        return fl_error(FL_ERR_CORRUPT, "GainMap with spacing %g and origin %g", spacing, origin);
    *b = 1.0 / ((double)size * spacing);
    *a = (((double)offset + 0.5) / (double)size - origin) / spacing;
    if (!isfinite(*a) || !isfinite(*b))
        return fl_error(FL_ERR_CORRUPT, "GainMap with spacing %g and origin %g", spacing, origin);
    return fl_success();
}

/* Splits a place into the point left of it and the fraction towards the next. */
static int map_cell(double place, int points, float *fraction)
{
    double last = (double)(points - 1);
    double u = place > 0.0 ? place : 0.0;
    int i;
    u = u < last ? u : last;
    i = (int)u;
    if (i > points - 2)
        i = points > 1 ? points - 2 : 0;
    *fraction = (float)(u - (double)i);
    return i;
}

static fl_err map_values(const struct fl_opcode *op, double strength, struct fl_gain_map_layer *m)
{
    size_t points, count;
    if (!fl_size_mul((size_t)m->points_v, (size_t)m->points_h, &points) ||
        !fl_size_mul(points, (size_t)m->map_planes, &count) || count > SIZE_MAX / sizeof(float))
        return fl_error(FL_ERR_CORRUPT, "GainMap of %d x %d points", m->points_h, m->points_v);
    m->gain = malloc(count * sizeof *m->gain);
    if (!m->gain)
        return fl_error(FL_ERR_MEMORY, "out of memory for a GainMap");
    for (size_t i = 0; i < points; i++)
        for (size_t p = 0; p < (size_t)m->map_planes; p++) {
            float g = op->u.gain_map.gain[i * (size_t)m->map_planes + p];
            if (!(g > 0.0f) || !isfinite(g))
                return fl_error(FL_ERR_CORRUPT, "GainMap with a gain of %g", (double)g);
            m->gain[p * points + i] = (float)(1.0 + strength * ((double)g - 1.0));
            fl_gain_limit(&m->gain[p * points + i], 1);
        }
    return fl_success();
}

/* Where the affected columns lie between the points. */
static fl_err map_columns(struct fl_gain_map_layer *m)
{
    int cell = 0;
    m->columns = m->x1 > m->x0 ? (m->x1 - m->x0 - 1) / m->col_pitch + 1 : 0;
    m->fraction = malloc(((size_t)m->columns + 1) * sizeof *m->fraction);
    m->start = malloc(((size_t)m->points_h + 1) * sizeof *m->start);
    if (!m->fraction || !m->start)
        return fl_error(FL_ERR_MEMORY, "out of memory for a GainMap");
    m->start[0] = 0;
    for (int k = 0; k < m->columns; k++) {
        double x = (double)m->x0 + (double)k * m->col_pitch;
        int i = map_cell(m->h0 + x * m->per_h, m->points_h, &m->fraction[k]);
        while (cell < i)
            m->start[++cell] = k;
    }
    while (cell < m->points_h)
        m->start[++cell] = m->columns;
    return fl_success();
}

static fl_err map_make(const struct fl_opcode *op, const struct fl_opcode_space *space,
                       double strength, struct fl_gain_map_layer *m)
{
    const struct fl_rect area = op->u.gain_map.area;
    m->first_plane = op->u.gain_map.plane;
    m->planes = op->u.gain_map.planes;
    m->map_planes = op->u.gain_map.map_planes;
    m->row_pitch = op->u.gain_map.row_pitch;
    m->col_pitch = op->u.gain_map.col_pitch;
    m->points_v = op->u.gain_map.points_v;
    m->points_h = op->u.gain_map.points_h;
    if (m->row_pitch < 1 || m->col_pitch < 1 || m->points_v < 1 || m->points_h < 1 ||
        m->points_v > MAP_POINTS_MAX || m->points_h > MAP_POINTS_MAX || m->map_planes < 1 ||
        !op->u.gain_map.gain)
        return fl_error(FL_ERR_CORRUPT, "GainMap of %d x %d points, %d planes, pitch %d x %d",
                        m->points_h, m->points_v, m->map_planes, m->col_pitch, m->row_pitch);
    m->x0 = first_inside((int64_t)area.x - space->x, m->col_pitch);
    m->y0 = first_inside((int64_t)area.y - space->y, m->row_pitch);
    m->x1 = last_inside((int64_t)area.x - space->x + area.width, space->width);
    m->y1 = last_inside((int64_t)area.y - space->y + area.height, space->height);
    FL_TRY(map_axis(space->x, space->image_width, op->u.gain_map.origin_h, op->u.gain_map.spacing_h,
                    m->points_h, &m->h0, &m->per_h));
    FL_TRY(map_axis(space->y, space->image_height, op->u.gain_map.origin_v,
                    op->u.gain_map.spacing_v, m->points_v, &m->v0, &m->per_v));
    FL_TRY(map_values(op, strength, m));
    return map_columns(m);
}

static fl_err vignette_make(const struct fl_opcode *op, const struct fl_opcode_space *space,
                            double strength, struct fl_vignette_layer *v)
{
    double right = space->image_width - 1, bottom = space->image_height - 1;
    double cx = op->u.vignette.cx * right, cy = op->u.vignette.cy * bottom;
    double mx = fabs(cx) > fabs(right - cx) ? fabs(cx) : fabs(right - cx);
    double my = fabs(cy) > fabs(bottom - cy) ? fabs(cy) : fabs(bottom - cy);
    double m2 = mx * mx + my * my;
    if (!(fabs(op->u.vignette.cx) <= 16.0) || !(fabs(op->u.vignette.cy) <= 16.0))
        return fl_error(FL_ERR_CORRUPT, "FixVignetteRadial with centre %g, %g", op->u.vignette.cx,
                        op->u.vignette.cy);
    for (int i = 0; i < 5; i++) {
        if (!(fabs(op->u.vignette.k[i]) <= VIGNETTE_K_MAX))
            return fl_error(FL_ERR_CORRUPT, "FixVignetteRadial with coefficient %g",
                            op->u.vignette.k[i]);
        v->k[i] = (float)(strength * op->u.vignette.k[i]);
    }
    v->width = space->width;
    v->cx = (float)(cx - space->x);
    v->cy = (float)(cy - space->y);
    v->per_m2 = m2 > 0.0 ? (float)(1.0 / m2) : 0.0f;
    return fl_success();
}

fl_err fl_gain_layer_make(const struct fl_opcode *op, const struct fl_opcode_space *space,
                          const struct fl_kernels *kernels, double strength,
                          struct fl_gain_layer *layer)
{
    layer->kernels = kernels;
    layer->is_map = op->id == FL_OPCODE_GAIN_MAP;
    if (layer->is_map)
        return map_make(op, space, strength, &layer->u.map);
    return vignette_make(op, space, strength, &layer->u.vignette);
}

void fl_gain_layer_free(struct fl_gain_layer *layer)
{
    if (!layer->is_map)
        return;
    free(layer->u.map.gain);
    free(layer->u.map.fraction);
    free(layer->u.map.start);
}

size_t fl_gain_layer_work(const struct fl_gain_layer *layer)
{
    return layer->is_map ? (size_t)layer->u.map.points_h + 1 : 0;
}

/* The values of a plane of a map; NULL where the plane is not affected. */
static const float *map_plane(const struct fl_gain_map_layer *m, int plane)
{
    int index = plane - m->first_plane;
    if (index < 0 || index >= m->planes)
        return NULL;
    index = index < m->map_planes ? index : m->map_planes - 1;
    return m->gain + (size_t)index * (size_t)m->points_v * (size_t)m->points_h;
}

static void map_row(const struct fl_gain_layer *layer, int plane, int y, float *gain, float *work)
{
    const struct fl_gain_map_layer *m = &layer->u.map;
    const float *above = map_plane(m, plane), *below;
    float f;
    int v;
    if (!above || y < m->y0 || y >= m->y1 || (y - m->y0) % m->row_pitch != 0)
        return;
    v = map_cell(m->v0 + (double)y * m->per_v, m->points_v, &f);
    above += (size_t)v * (size_t)m->points_h;
    below = m->points_v > 1 ? above + m->points_h : above;
    for (int h = 0; h < m->points_h; h++)
        work[h] = above[h] + (below[h] - above[h]) * f;
    work[m->points_h] = work[m->points_h - 1];
    for (int h = 0; h < m->points_h; h++) {
        const float a = work[h], d = work[h + 1] - work[h];
        const float *fraction = m->fraction + m->start[h];
        int n = m->start[h + 1] - m->start[h];
        float *g;
        if (n == 0)
            continue;
        g = gain + m->x0 + (size_t)m->start[h] * (size_t)m->col_pitch;
        if (m->col_pitch <= 2)
            layer->kernels->gain_line(g, m->col_pitch, fraction, a, d, n);
        else
            for (int k = 0; k < n; k++)
                g[(size_t)k * (size_t)m->col_pitch] *= a + d * fraction[k];
    }
}

static inline float vignette_gain(const struct fl_vignette_layer *v, float r2)
{
    const float *k = v->k;
    return 1.0f + r2 * (k[0] + r2 * (k[1] + r2 * (k[2] + r2 * (k[3] + r2 * k[4]))));
}

void fl_gain_layer_row(const struct fl_gain_layer *layer, int plane, int y, float *gain,
                       float *work)
{
    const struct fl_vignette_layer *v = &layer->u.vignette;
    float dy, dy2;
    if (layer->is_map) {
        map_row(layer, plane, y, gain, work);
        return;
    }
    dy = (float)y - v->cy;
    dy2 = dy * dy * v->per_m2;
    for (int x = 0; x < v->width; x++) {
        float dx = (float)x - v->cx;
        gain[x] *= vignette_gain(v, dx * dx * v->per_m2 + dy2);
    }
}

static float map_at(const struct fl_gain_map_layer *m, int plane, float x, float y)
{
    const float *g = map_plane(m, plane);
    int column = (int)(x + 0.5f), row = (int)(y + 0.5f), h, v;
    size_t right, below;
    float fh, fv, top, bottom;
    if (!g || column < m->x0 || column >= m->x1 || row < m->y0 || row >= m->y1 ||
        (column - m->x0) % m->col_pitch != 0 || (row - m->y0) % m->row_pitch != 0)
        return 1.0f;
    h = map_cell(m->h0 + (double)x * m->per_h, m->points_h, &fh);
    v = map_cell(m->v0 + (double)y * m->per_v, m->points_v, &fv);
    right = m->points_h > 1;
    below = m->points_v > 1 ? (size_t)m->points_h : 0;
    g += (size_t)v * (size_t)m->points_h + (size_t)h;
    top = g[0] + (g[below] - g[0]) * fv;
    bottom = g[right] + (g[below + right] - g[right]) * fv;
    return top + (bottom - top) * fh;
}

float fl_gain_layer_at(const struct fl_gain_layer *layer, int plane, float x, float y)
{
    const struct fl_vignette_layer *v = &layer->u.vignette;
    float dx, dy;
    if (layer->is_map)
        return map_at(&layer->u.map, plane, x, y);
    dx = x - v->cx;
    dy = y - v->cy;
    return vignette_gain(v, dx * dx * v->per_m2 + dy * dy * v->per_m2);
}

void fl_gain_limit(float *gain, int n)
{
    for (int x = 0; x < n; x++) { /* NaN becomes the least */
        float g = gain[x] > FL_GAIN_MIN ? gain[x] : FL_GAIN_MIN;
        gain[x] = g < FL_GAIN_MAX ? g : FL_GAIN_MAX;
    }
}
