/* Sums over the cells of statistics. */
#include "ref.h"

#include "cell_sums.h"

/* Halves an array that alternates between even and odd columns. */
static void fold(float *v, int n)
{
    for (int i = 0; i < n / 2; i += 2)
        for (int p = 0; p < 2; p++)
            v[i + p] = v[2 * i + p] + v[2 * i + 2 + p];
}

static void fold_most(float *v, int n)
{
    for (int i = 0; i < n / 2; i += 2)
        for (int p = 0; p < 2; p++) {
            float a = v[2 * i + p], b = v[2 * i + 2 + p];
            v[i + p] = a > b ? a : b;
        }
}

/* Sums down one column of a cell. */
struct column {
    float level[2], square[2], clipped, most;
};

static struct column sum_column(float *const *row, int x, float clip)
{
    struct column s = {{0}, {0}, 0, 0};
    for (int y = 0; y < FL_CELL; y++) {
        float a = row[y][x];
        s.level[y & 1] += a;
        s.clipped += a >= clip ? 1.0f : 0.0f;
        s.most = a > s.most ? a : s.most;
        if (y >= 2) {
            float d = (row[y - 2][x] - row[y - 2][x + 2]) - (a - row[y][x + 2]);
            s.square[y & 1] += d * d;
        }
    }
    return s;
}

static float step_of(float *const *row, int x, int green, const struct column *s)
{
    float even = s->level[0] - row[0][x];
    float odd = s->level[1] - 0.5f * (row[1][x] + row[FL_CELL - 1][x]);
    return fl_cell_step_weight(x % FL_CELL) * ((x & 1) == green ? even : odd);
}

void fl_cell_sums_ref(float *const *row, float clip, int green, int cells,
                      const struct fl_cell_sums *out)
{
    float *const sum[6] = {out->level[0],  out->level[1], out->square[0],
                           out->square[1], out->clipped,  out->step};
    for (int cell = 0; cell < cells; cell++) {
        float v[6][FL_CELL], most[FL_CELL];
        for (int i = 0; i < FL_CELL; i++) {
            int x = cell * FL_CELL + i;
            struct column s = sum_column(row, x, clip);
            for (int p = 0; p < 2; p++) {
                v[p][i] = s.level[p];
                v[2 + p][i] = s.square[p];
            }
            v[4][i] = s.clipped;
            v[5][i] = step_of(row, x, green, &s);
            most[i] = s.most;
        }
        for (int n = FL_CELL; n > 2; n /= 2) {
            for (int q = 0; q < 6; q++)
                fold(v[q], n);
            fold_most(most, n);
        }
        for (int p = 0; p < 2; p++) {
            for (int q = 0; q < 6; q++)
                sum[q][2 * cell + p] = v[q][p];
            out->most[2 * cell + p] = most[p];
        }
    }
}

/* --- bright windows ------------------------------------------------------------------------- */

/* Samples of one site of a window. */
struct samples {
    float sum, least, most;
};

/* Weighted so that all colours have the window's middle as their centre. */
static struct samples look_at(float *const *row, int x, int dx, int dy)
{
    const float *near = row[dy] + x + dx, *far = row[dy + 2] + x + dx;
    const float u0 = dx ? 0.375f : 0.125f, v0 = dy ? 0.375f : 0.125f;
    const float u1 = 0.5f - u0, v1 = 0.5f - v0;
    float least[2], most[2];
    struct samples s;
    for (int i = 0; i < 2; i++) {
        least[i] = near[2 * i] < far[2 * i] ? near[2 * i] : far[2 * i];
        most[i] = near[2 * i] > far[2 * i] ? near[2 * i] : far[2 * i];
    }
    s.sum = u0 * (v0 * near[0] + v1 * far[0]) + u1 * (v0 * near[2] + v1 * far[2]);
    s.least = least[0] < least[1] ? least[0] : least[1];
    s.most = most[0] > most[1] ? most[0] : most[1];
    return s;
}

/* Adds the colour of the window at (x, row[0]) times its weight, and the weight. */
static void add_window(float *const *row, int x, const struct fl_bright_rule *rule, float out[4])
{
    float color[3] = {0}, most = 0.0f, range = 0.0f, largest = 0.0f, t, weight;
    for (int site = 0; site < 4; site++) {
        struct samples s = look_at(row, x, site & 1, site >> 1);
        color[rule->color[site]] += (rule->color[site] == 1 ? 2.0f : 4.0f) * s.sum;
        most = s.most > most ? s.most : most;
        range = s.most - s.least > range ? s.most - s.least : range;
    }
    for (int c = 0; c < 3; c++) {
        color[c] = color[c] > 0.0f ? color[c] : 0.0f;
        largest = color[c] > largest ? color[c] : largest;
    }
    t = (largest - rule->least) * rule->per_level;
    t = t < 1.0f ? t : 1.0f;
    range *= rule->per_range;
    weight = (t * t * (3.0f - 2.0f * t)) / (1.0f + range * range);
    weight = t > 0.0f && most < rule->clip ? weight : 0.0f;
    for (int c = 0; c < 3; c++)
        out[c] += weight * color[c];
    out[3] += weight;
}

void fl_cell_bright_ref(float *const *row, const struct fl_bright_rule *rule, int cells,
                        float *const out[4])
{
    const int windows = FL_CELL / FL_BRIGHT_WINDOW;
    for (int cell = 0; cell < cells; cell++) {
        float sum[FL_CELL / FL_BRIGHT_WINDOW][4] = {{0}};
        for (int y = 0; y < FL_CELL; y += FL_BRIGHT_WINDOW)
            for (int i = 0; i < windows; i++)
                add_window(row + y, cell * FL_CELL + i * FL_BRIGHT_WINDOW, rule, sum[i]);
        for (int q = 0; q < 4; q++)
            out[q][cell] = (sum[0][q] + sum[1][q]) + (sum[2][q] + sum[3][q]);
    }
}
