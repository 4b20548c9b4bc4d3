/* Cells of statistics at the edges of the picture, one by one, and bright windows of planes. */
#include "cell_parts.h"

#include <string.h>

static int within(int n, int most)
{
    return n < 0 ? 0 : n < most ? n : most;
}

struct fl_cell_size fl_cell_size_of(int width, int x0, int rows)
{
    struct fl_cell_size s = {within(width - x0, FL_CELL), within(rows, FL_CELL),
                             within(width - x0 - 2, FL_CELL), within(rows - 2, FL_CELL - 2)};
    return s;
}

static float step_of(float *const *row, int x0, int green, const float level[2][FL_CELL])
{
    float sum[2] = {0.0F, 0.0F};
    for (int i = 0; i < FL_CELL; i++) {
        float even = level[0][i] - row[0][x0 + i];
        float odd = level[1][i] - 0.5F * (row[1][x0 + i] + row[FL_CELL - 1][x0 + i]);
        bool of_even_rows = (i & 1) == green;
        sum[of_even_rows ? 0 : 1] += fl_cell_step_weight(i) * (of_even_rows ? even : odd);
    }
    return sum[0] - sum[1];
}

void fl_cell_part(float *const *row, int x0, const struct fl_cell_size *size, float clip, int green,
                  struct fl_cell *out)
{
    float level[2][FL_CELL] = {{0}};
    memset(out, 0, sizeof *out);
    for (int y = 0; y < size->rows; y++)
        for (int i = 0; i < size->columns; i++) {
            float a = row[y][x0 + i];
            level[y & 1][i] += a;
            out->clipped += a >= clip ? 1.0F : 0.0F;
            out->most = a > out->most ? a : out->most;
        }
    for (int y = 0; y < size->square_rows; y++)
        for (int i = 0; i < size->square_columns; i++) {
            const float *a = row[y] + x0 + i, *b = row[y + 2] + x0 + i;
            float d = (a[0] - a[2]) - (b[0] - b[2]);
            out->square[2 * (y & 1) + (i & 1)] += d * d;
        }
    for (int i = 0; i < FL_CELL; i++)
        for (int p = 0; p < 2; p++)
            out->level[2 * p + (i & 1)] += level[p][i];
    if (size->columns == FL_CELL && size->rows == FL_CELL)
        out->step = step_of(row, x0, green, (const float(*)[FL_CELL])level);
}

/* Samples of one site or plane in a window. */
struct samples {
    float sum, least, most;
};

/* Samples from (dx, dy) on in steps, weighted so that all colours have the window's middle as their
 * centre. */
static struct samples look_at(float *const *row, int x, int dx, int dy, int step)
{
    static const float weight[FL_BRIGHT_WINDOW] = {0.125F, 0.375F, 0.375F, 0.125F};
    struct samples s = {0.0F, row[dy][x + dx], row[dy][x + dx]};
    for (int v = dy; v < FL_BRIGHT_WINDOW; v += step)
        for (int u = dx; u < FL_BRIGHT_WINDOW; u += step) {
            float a = row[v][x + u];
            s.sum += weight[v] * weight[u] * a;
            s.least = a < s.least ? a : s.least;
            s.most = a > s.most ? a : s.most;
        }
    return s;
}

/* Adds the mean colour of a window that is bright, but nowhere clipped. Its colours stand at
 * different places, so that smooth windows tell more. */
static void add_window(float *const *const row[3], bool mosaic, int x, int y,
                       const struct fl_bright_rule *rule, float out[4])
{
    float color[3] = {0}, largest = 0.0F, range = 0.0F, t, weight;
    for (int i = 0; i < (mosaic ? 4 : 3); i++) {
        struct samples s =
            mosaic ? look_at(row[0] + y, x, i & 1, i >> 1, 2) : look_at(row[i] + y, x, 0, 0, 1);
        int c = mosaic ? rule->color[i] : i;
        if (!(s.most < rule->clip))
            return;
        color[c] += (!mosaic ? 1.0F : c == 1 ? 2.0F : 4.0F) * s.sum;
        range = s.most - s.least > range ? s.most - s.least : range;
    }
    for (int c = 0; c < 3; c++)
        largest = color[c] > largest ? color[c] : largest;
    t = (largest - rule->least) * rule->per_level;
    if (!(t > 0.0F))
        return;
    t = t < 1.0F ? t : 1.0F;
    range *= rule->per_range;
    weight = t * t * (3.0F - 2.0F * t) / (1.0F + range * range);
    for (int c = 0; c < 3; c++)
        out[c] += weight * (color[c] > 0.0F ? color[c] : 0.0F);
    out[3] += weight;
}

void fl_cell_part_bright(float *const *const row[3], bool mosaic, int x0,
                         const struct fl_cell_size *size, const struct fl_bright_rule *rule,
                         float out[4])
{
    for (int i = 0; i < 4; i++)
        out[i] = 0.0F;
    for (int y = 0; y + FL_BRIGHT_WINDOW <= size->rows; y += FL_BRIGHT_WINDOW)
        for (int x = 0; x + FL_BRIGHT_WINDOW <= size->columns; x += FL_BRIGHT_WINDOW)
            add_window(row, mosaic, x0 + x, y, rule, out);
}
