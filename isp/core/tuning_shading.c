/* Gains that even out a lens's fall-off, from tables over the whole sensor. */
#include "firstlight/tuning_shading.h"

#include <stddef.h>

/* Tables are divided by something in this interval: a broken one must not make endless gains. */
#define LEAST_TABLE 1e-6
#define GAIN_MIN    (1.0 / 64.0)
#define GAIN_MAX    64.0

/* The two tables around a temperature, each with its share over its least value; a share of 0
 * where one is enough. */
struct mix {
    const float *a, *b;
    double of_a, of_b;
};

static double least_of(const float *gain, int count)
{
    double least = (double)gain[0];
    for (int i = 1; i < count; i++)
        least = (double)gain[i] < least ? (double)gain[i] : least;
    return least > LEAST_TABLE ? least : LEAST_TABLE;
}

static struct mix one_table(const struct fl_shading_table *t, int count)
{
    struct mix m = {t->gain, t->gain, 1.0 / least_of(t->gain, count), 0.0};
    return m;
}

static struct mix tables_at(const struct fl_shading_table *t, int tables, int count, double cct_k)
{
    struct mix m;
    double w;
    int i = 0;
    if (!(cct_k > t[0].cct_k))
        return one_table(&t[0], count);
    if (cct_k >= t[tables - 1].cct_k)
        return one_table(&t[tables - 1], count);
    while (cct_k >= t[i + 1].cct_k)
        i++;
    w = (cct_k - t[i].cct_k) / (t[i + 1].cct_k - t[i].cct_k);
    m.a = t[i].gain;
    m.b = t[i + 1].gain;
    m.of_a = (1.0 - w) / least_of(m.a, count);
    m.of_b = w / least_of(m.b, count);
    return m;
}

/* Place among the cells' centres of a point at share u of the frame; the cell left of it and how
 * far right of its centre, beyond 0..1 outside the outermost centres. */
struct place {
    int cell;
    double f;
};

static struct place place_at(double u, double start, double size, bool flip, int cells)
{
    struct place p;
    double at = (start + size * (flip ? 1.0 - u : u)) * cells - 0.5;
    p.cell = at > 0.0 ? (at < cells - 1 ? (int)at : cells - 1) : 0;
    if (p.cell > cells - 2)
        p.cell = cells > 1 ? cells - 2 : 0;
    p.f = cells > 1 ? at - p.cell : 0.0;
    return p;
}

static double value_at(const float *table, int cols, int rows, struct place x, struct place y)
{
    const float *p = table + (size_t)y.cell * (size_t)cols + (size_t)x.cell;
    size_t right = cols > 1, below = rows > 1 ? (size_t)cols : 0;
    double top = (1.0 - x.f) * (double)p[0] + x.f * (double)p[right];
    double bottom = (1.0 - x.f) * (double)p[below] + x.f * (double)p[below + right];
    return (1.0 - y.f) * top + y.f * bottom;
}

static float limited(double gain)
{
    gain = gain > GAIN_MIN ? gain : GAIN_MIN; /* NaN as well */
    return (float)(gain < GAIN_MAX ? gain : GAIN_MAX);
}

/* What of the sensor is shown: a view that makes no sense counts as the whole. */
static struct fl_sensor_view checked(const struct fl_sensor_view *view)
{
    struct fl_sensor_view whole = {0.0, 0.0, 1.0, 1.0, false, false};
    if (!view)
        return whole;
    whole.flip_h = view->flip_h;
    whole.flip_v = view->flip_v;
    if (!(view->x >= 0.0) || !(view->y >= 0.0) || !(view->width > 0.0) || !(view->height > 0.0) ||
        !(view->x + view->width <= 1.0 + 1e-9) || !(view->y + view->height <= 1.0 + 1e-9))
        return whole;
    return *view;
}

bool fl_shading_gains(const struct fl_shading *s, double cct_k, const struct fl_sensor_view *view,
                      int cols, int rows, float *gain)
{
    const struct fl_sensor_view v = checked(view);
    const size_t plane = (size_t)cols * (size_t)rows;
    const int count = s->cols * s->rows;
    struct mix color[2] = {{0}};
    if (count < 1 || (!s->luminance && s->red_count < 1 && s->blue_count < 1))
        return false;
    if (s->red_count > 0)
        color[0] = tables_at(s->red, s->red_count, count, cct_k);
    if (s->blue_count > 0)
        color[1] = tables_at(s->blue, s->blue_count, count, cct_k);
    for (size_t i = 0; i < plane; i++) {
        double px = (double)(int)(i % (size_t)cols) / (cols - 1);
        double py = (double)(int)(i / (size_t)cols) / (rows - 1), luminance = 1.0;
        struct place x = place_at(px, v.x, v.width, v.flip_h, s->cols);
        struct place y = place_at(py, v.y, v.height, v.flip_v, s->rows);
        if (s->luminance)
            luminance +=
                s->luminance_strength * (value_at(s->luminance, s->cols, s->rows, x, y) - 1.0);
        gain[plane + i] = limited(luminance);
        for (int c = 0; c < 2; c++) {
            const struct mix *m = &color[c];
            double g = m->a ? m->of_a * value_at(m->a, s->cols, s->rows, x, y) : 1.0;
            if (m->of_b > 0.0)
                g += m->of_b * value_at(m->b, s->cols, s->rows, x, y);
            gain[2 * (size_t)c * plane + i] = limited(luminance * g);
        }
    }
    return true;
}
