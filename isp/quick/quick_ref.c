/* The kernels of the 16-bit chain, to be read: the specification and the fallback. Integers only,
 * so that every instruction set and compiler gives the same bits. */
#include "quick_names.h"

#include <stdlib.h>

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int largest(int a, int b)
{
    return a > b ? a : b;
}

static int16_t saturated(int v)
{
    return (int16_t)least(largest(v, -32768), 32767);
}

/* The rounding high product that SSSE3 and NEON have: a b / 2^15. */
static int16_t product(int a, int b)
{
    return (int16_t)((a * b + 0x4000) >> 15);
}

static int average(int a, int b)
{
    return ((uint16_t)a + (uint16_t)b + 1) >> 1;
}

void fl_quick_widen_u8_ref(const uint8_t *in, uint16_t *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = in[i];
}

void fl_quick_widen_csi10_ref(const uint8_t *in, uint16_t *out, int n)
{
    for (int i = 0; i < n; i += 4, in += 5)
        for (int k = 0; k < 4; k++)
            out[i + k] = (uint16_t)(in[k] << 2 | (in[4] >> (2 * k) & 3));
}

void fl_quick_widen_csi12_ref(const uint8_t *in, uint16_t *out, int n)
{
    for (int i = 0; i < n; i += 2, in += 3)
        for (int k = 0; k < 2; k++)
            out[i + k] = (uint16_t)(in[k] << 4 | (in[2] >> (4 * k) & 15));
}

static int steep(const struct fl_quick_curve *curve, int x)
{
    int zone = x < 512 ? 0 : x < 2048 ? 1 : x < 8192 ? 2 : 3;
    int entry = 16 * zone + (x >> (FL_QUICK_STEEP_SHIFT + 2 * zone));
    int wide = x < FL_QUICK_STEEP_LIMIT ? x << FL_QUICK_STEEP_EXTRA : x;
    return (int16_t)(curve->base[entry] + product((int16_t)curve->slope[entry], wide));
}

static int plain(const struct fl_quick_curve *curve, bool wide, int x)
{
    int zone = x < 1024 ? 0 : x < 8192 ? 1 : 2;
    int entry = 16 * zone + (x >> (zone == 0 ? 6 : zone == 1 ? 9 : 11));
    if (wide && x < FL_QUICK_PLAIN_LIMIT)
        x <<= FL_QUICK_PLAIN_EXTRA;
    return (int16_t)(curve->base[entry] + product((int16_t)curve->slope[entry], x));
}

void fl_quick_encode_ref(const uint16_t *code, const int16_t *const gain[2],
                         const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n)
{
    int16_t *const out[2] = {even, odd};
    for (int i = 0; i < n; i++)
        for (int p = 0; p < 2; p++) {
            int x = least(code[2 * i + p], rule->most) << rule->shift;
            x = largest(x - rule->black[p], 0);
            if (gain) {
                int v = x - rule->margin[p], more = product(v, gain[p][i]);
                more = saturated(2 * saturated(2 * more)); /* gains are in units of 2^-13 */
                x = largest(saturated(x + more), 0);
            }
            out[p][i] = (int16_t)least(steep(rule->curve[p], x), FL_QUICK_WHITE);
        }
}

void fl_quick_repair_ref(const int16_t *row[5][2], const struct fl_quick_defect *rule,
                         int16_t *even, int16_t *odd, int n)
{
    int16_t *const out[2] = {even, odd};
    for (int i = 0; i < n; i++)
        for (int p = 0; p < 2; p++) {
            const int16_t *same = row[2][p], *other = row[2][!p];
            const int around[8] = {same[i - 1],  same[i + 1],  other[i - 1 + p], other[i + p],
                                   row[0][p][i], row[1][p][i], row[3][p][i],     row[4][p][i]};
            int hi = around[0], lo = around[0], v = same[i], limit;
            for (int k = 1; k < 8; k++) {
                hi = largest(hi, around[k]);
                lo = least(lo, around[k]);
            }
            limit = (hi - lo) + rule->least;
            out[p][i] = (int16_t)(v > hi + limit ? hi : v < lo - limit ? lo : v);
        }
}

/* Twice what a pixel's colour is above green along one line: c[k] is the pixel at distance k, up to
 * four either way. 2 (c - green) = (30 c0 - 26 one + 16 two - 6 three + four) / 32, the sums being
 * of both pixels at a distance; written with what they differ from c by, so that a flat line gives
 * 0. Half of that, so that sums of two fit. *change: how much the line changes. */
static int along(int c, const int near[2], const int two[2], const int three[2], const int four[2],
                 int *change)
{
    int bend = two[0] + two[1] - 2 * c;
    *change = abs(near[0] - near[1]) + abs(bend);
    return product(bend, 8192) + product(four[0] + four[1] - 2 * c, 512) -
           product(near[0] + near[1] - 2 * c, 13312) - product(three[0] + three[1] - 2 * c, 3072);
}

void fl_quick_difference_ref(const int16_t *const own[9], const int16_t *green, int phase,
                             int16_t *out, int n)
{
    for (int i = 0; i < n; i++) {
        const int16_t *c = own[4] + i, *g = green + i + phase;
        const int near_h[2] = {g[-1], g[0]}, near_v[2] = {own[3][i], own[5][i]};
        const int two_h[2] = {c[-1], c[1]}, two_v[2] = {own[2][i], own[6][i]};
        const int three_h[2] = {g[-2], g[1]}, three_v[2] = {own[1][i], own[7][i]};
        const int four_h[2] = {c[-2], c[2]}, four_v[2] = {own[0][i], own[8][i]};
        int gh, gv, h = along(*c, near_h, two_h, three_h, four_h, &gh);
        int v = along(*c, near_v, two_v, three_v, four_v, &gv);
        int lean = least(largest(gv - gh, 1 - FL_QUICK_LEAN), FL_QUICK_LEAN - 1);
        out[i] = (int16_t)(h + v + product(lean * (1 << FL_QUICK_LEAN_SHIFT), h - v));
    }
}

/* 4 x a colour to linear: its cube, over 15 bits. */
static int linear(int z4)
{
    int z = largest(saturated(2 * z4), 0);
    return product(product(z, z), z);
}

static int display(const struct fl_quick_color *rule, const int16_t m[3], int offset,
                   const int v[3])
{
    int sum = saturated(saturated(product(v[0], m[0]) + product(v[1], m[1])) +
                        saturated(product(v[2], m[2]) + offset));
    for (int k = 0; k <= rule->shift; k++)
        sum = saturated(2 * sum);
    return plain(&rule->tone, rule->wide, largest(sum, 0));
}

static void finish(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                   const int v[3], int16_t *const rgb[3], int16_t *luma, int x)
{
    const int16_t *m = rule->matrix[in->blue];
    for (int c = 0; c < 3; c++)
        rgb[c][x] = (int16_t)display(rule, m + 3 * c, rule->offset[c], v);
    luma[x] =
        (int16_t)(product(rgb[0][x], 6966) + product(rgb[1][x], 23436) + product(rgb[2][x], 2366));
}

void fl_quick_color_ref(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                        int16_t *const rgb[3], int16_t *luma, int n)
{
    const int p = in->phase;
    const int16_t *up = in->third[0], *down = in->third[1], *own = in->own[1];
    for (int i = 0; i < n; i++) {
        int c = in->z[p][i], g = in->z[1 - p][i], v[3];
        /* sums of two differences, each twice its value: left of, at and right of column i */
        int left = up[i - 1] + down[i - 1], here = up[i] + down[i], right = up[i + 1] + down[i + 1];
        /* at red or blue: green is there but for the difference, the third colour on the corners */
        v[0] = linear(4 * c);
        v[1] = linear(4 * c - 2 * own[i]);
        v[2] = linear(saturated(4 * c - 2 * own[i] + ((here + (p ? right : left)) >> 1)));
        finish(in, rule, v, rgb, luma, 2 * i + p);
        /* at green: means of the four pixels around, two of which are means of their corners */
        int beside = own[i - p] + own[i + 1 - p];
        int above = (in->own[0][i - p] + in->own[0][i + 1 - p]) +
                    (in->own[2][i - p] + in->own[2][i + 1 - p]);
        v[0] = linear(4 * g + (((beside + (beside >> 1)) + (above >> 2)) >> 1));
        v[1] = linear(4 * g);
        v[2] = linear(4 * g + (((here + (here >> 1)) + ((left + right) >> 2)) >> 1));
        finish(in, rule, v, rgb, luma, 2 * i + 1 - p);
    }
}

static uint8_t code_of(int display)
{
    return (uint8_t)least(largest(display >> 3, 0), 255);
}

void fl_quick_sharpen_ref(const int16_t *const rgb[3], const int16_t *const luma[3],
                          const struct fl_quick_sharpen *rule, uint8_t *out, int n)
{
    for (int x = 0; x < n; x++) {
        int column[3], d;
        for (int k = -1; k <= 1; k++)
            column[k + 1] = average(average(luma[0][x + k], luma[2][x + k]), luma[1][x + k]);
        d = luma[1][x] - average(average(column[0], column[2]), column[1]);
        d -= least(largest(d, -rule->threshold), rule->threshold);
        d = saturated(product((int16_t)(16 * d), rule->amount) + FL_QUICK_CODE / 2);
        for (int c = 0; c < 3; c++)
            out[3 * x + c] = code_of(saturated(rgb[c][x] + d));
    }
}

void fl_quick_store_ref(const int16_t *const rgb[3], uint8_t *out, int n)
{
    for (int x = 0; x < n; x++)
        for (int c = 0; c < 3; c++)
            out[3 * x + c] = code_of(rgb[c][x] + FL_QUICK_CODE / 2);
}
