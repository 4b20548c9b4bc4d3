/* Sums over the cells of statistics, vector source; isp/ref/cells_ref.c says what each must give.
 */
#include "kernel_names.h"

#include "cell_sums.h"
#include "simd.h"

#define CHUNK_CELLS 16 /* whose columns' sums are kept at a time */
#define CHUNK       (CHUNK_CELLS * FL_CELL)

/* Sums of columns, then of pairs of columns, and so on; room for reading two vectors at the end. */
struct columns {
    float level[2][CHUNK + 2 * FL_LANES], square[2][CHUNK + 2 * FL_LANES];
    float clipped[CHUNK + 2 * FL_LANES], most[CHUNK + 2 * FL_LANES], step[CHUNK + 2 * FL_LANES];
};

static inline void sum_columns(float *const *row, int x, vf clip, vi of_even_rows, vf weight,
                               struct columns *out, int at)
{
    vf level[2] = {vf_set(0), vf_set(0)}, square[2] = {vf_set(0), vf_set(0)};
    vf most = vf_set(0), before[2] = {vf_set(0), vf_set(0)}, even, odd;
    vi clipped = {0};
#pragma GCC unroll 16
    for (int y = 0; y < FL_CELL; y++) {
        vf a = vf_load(row[y] + x), d = a - vf_load(row[y] + x + 2);
        level[y & 1] += a;
        clipped -= a >= clip;
        most = vf_max(a, most);
        if (y >= 2) {
            vf change = before[y & 1] - d;
            square[y & 1] += change * change;
        }
        before[y & 1] = d;
    }
    even = level[0] - vf_load(row[0] + x);
    odd = level[1] - 0.5f * (vf_load(row[1] + x) + vf_load(row[FL_CELL - 1] + x));
    for (int p = 0; p < 2; p++) {
        vf_store(out->level[p] + at, level[p]);
        vf_store(out->square[p] + at, square[p]);
    }
    vf_store(out->clipped + at, vf_from_int(clipped));
    vf_store(out->most + at, most);
    vf_store(out->step + at, weight * vf_select(of_even_rows, even, odd));
}

/* Halves an array that alternates between even and odd columns. */
static inline void fold(const float *in, float *out, int n)
{
    for (int i = 0; i < n / 2; i += FL_LANES) {
        vf a = vf_load(in + 2 * i), b = vf_load(in + 2 * i + FL_LANES);
        vf_store(out + i, vf_even_pairs(a, b) + vf_odd_pairs(a, b));
    }
}

static inline void fold_most(const float *in, float *out, int n)
{
    for (int i = 0; i < n / 2; i += FL_LANES) {
        vf a = vf_load(in + 2 * i), b = vf_load(in + 2 * i + FL_LANES);
        vf_store(out + i, vf_max(vf_even_pairs(a, b), vf_odd_pairs(a, b)));
    }
}

/* From a value a column to two a cell. */
static inline void fold_cells(float *columns, float *out, int cells)
{
    fold(columns, columns, FL_CELL * cells);
    fold(columns, columns, FL_CELL / 2 * cells);
    fold(columns, out, FL_CELL / 4 * cells);
}

void K(cell_sums)(float *const *row, float clip, int green, int cells,
                  const struct fl_cell_sums *out)
{
    const vi of_even_rows = vf_pair(green ? 0.0f : 1.0f, green ? 1.0f : 0.0f) > vf_set(0.0f);
    struct columns c;
    float weight[FL_CELL];
    for (int i = 0; i < FL_CELL; i++)
        weight[i] = fl_cell_step_weight(i);
    for (int from = 0; from < cells; from += CHUNK_CELLS) {
        int count = cells - from < CHUNK_CELLS ? cells - from : CHUNK_CELLS;
        for (int x = 0; x < count * FL_CELL; x += FL_LANES)
            sum_columns(row, from * FL_CELL + x, vf_set(clip), of_even_rows,
                        vf_load(weight + x % FL_CELL), &c, x);
        for (int p = 0; p < 2; p++) {
            fold_cells(c.level[p], out->level[p] + 2 * from, count);
            fold_cells(c.square[p], out->square[p] + 2 * from, count);
        }
        fold_cells(c.clipped, out->clipped + 2 * from, count);
        fold_cells(c.step, out->step + 2 * from, count);
        fold_most(c.most, c.most, FL_CELL * count);
        fold_most(c.most, c.most, FL_CELL / 2 * count);
        fold_most(c.most, out->most + 2 * from, FL_CELL / 4 * count);
    }
}

/* --- bright windows ------------------------------------------------------------------------- */

#define GROUP       (FL_LANES * FL_BRIGHT_WINDOW) /* columns of a vector of windows */
#define GROUP_CELLS (GROUP / FL_CELL)

/* Samples of one site of each window. */
struct samples {
    vf sum, least, most;
};

/* Every fourth of the values from v + c on, and of those two behind. */
static inline void by_window(const vf v[4], int c, vf out[2])
{
    vf low = c ? vf_odd(v[0], v[1]) : vf_even(v[0], v[1]);
    vf high = c ? vf_odd(v[2], v[3]) : vf_even(v[2], v[3]);
    out[0] = vf_even(low, high);
    out[1] = vf_odd(low, high);
}

static inline struct samples look_at(const float *const row[4], int dx, int dy)
{
    const float u0 = dx ? 0.375f : 0.125f, v0 = dy ? 0.375f : 0.125f;
    const float u1 = 0.5f - u0, v1 = 0.5f - v0;
    vf sum[4], least[4], most[4], a[2];
    struct samples s;
    for (int i = 0; i < 4; i++) {
        vf near = vf_load(row[dy] + i * FL_LANES), far = vf_load(row[dy + 2] + i * FL_LANES);
        sum[i] = v0 * near + v1 * far;
        least[i] = vf_min(near, far);
        most[i] = vf_max(near, far);
    }
    by_window(sum, dx, a);
    s.sum = u0 * a[0] + u1 * a[1];
    by_window(least, dx, a);
    s.least = vf_min(a[0], a[1]);
    by_window(most, dx, a);
    s.most = vf_max(a[0], a[1]);
    return s;
}

/* Adds the windows of four rows. */
static inline void add_windows(const float *const row[4], const struct fl_bright_rule *rule,
                               vf out[4])
{
    const vf zero = vf_set(0.0f), one = vf_set(1.0f);
    vf color[3] = {zero, zero, zero}, most = zero, range = zero, largest = zero, t, weight;
    for (int site = 0; site < 4; site++) {
        struct samples s = look_at(row, site & 1, site >> 1);
        color[rule->color[site]] += (rule->color[site] == 1 ? 2.0f : 4.0f) * s.sum;
        most = vf_max(s.most, most);
        range = vf_max(s.most - s.least, range);
    }
    for (int c = 0; c < 3; c++) {
        color[c] = vf_max(color[c], zero);
        largest = vf_max(color[c], largest);
    }
    t = vf_min((largest - rule->least) * rule->per_level, one);
    range *= rule->per_range;
    weight = (t * t * (3.0f - 2.0f * t)) / (1.0f + range * range);
    weight = vf_select((t > zero) & (most < vf_set(rule->clip)), weight, zero);
    for (int c = 0; c < 3; c++)
        out[c] += weight * color[c];
    out[3] += weight;
}

/* The cells of a group, of which `cells` count. */
static inline void sum_group(float *const *row, int x, const struct fl_bright_rule *rule, int cells,
                             float *const out[4], int at)
{
    float copy[FL_BRIGHT_WINDOW][GROUP] = {{0}};
    vf sum[4] = {vf_set(0), vf_set(0), vf_set(0), vf_set(0)};
    for (int y = 0; y < FL_CELL; y += FL_BRIGHT_WINDOW) {
        const float *four[FL_BRIGHT_WINDOW];
        for (int i = 0; i < FL_BRIGHT_WINDOW; i++) {
            four[i] = row[y + i] + x;
            if (cells < GROUP_CELLS)
                four[i] = memcpy(copy[i], four[i], (size_t)(cells * FL_CELL) * sizeof(float));
        }
        add_windows(four, rule, sum);
    }
    for (int q = 0; q < 4; q++) {
        float v[FL_LANES];
        vf_store(v, sum[q]);
        for (int i = 0; i < cells; i++)
            out[q][at + i] = (v[4 * i] + v[4 * i + 1]) + (v[4 * i + 2] + v[4 * i + 3]);
    }
}

void K(cell_bright)(float *const *row, const struct fl_bright_rule *rule, int cells,
                    float *const out[4])
{
    for (int at = 0; at < cells; at += GROUP_CELLS)
        sum_group(row, at * FL_CELL, rule, cells - at < GROUP_CELLS ? cells - at : GROUP_CELLS, out,
                  at);
}
