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

static uint8_t average(int a, int b)
{
    return (uint8_t)((a + b + 1) >> 1);
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

void fl_quick_between_ref(const int16_t *a, const int16_t *b, int part, int16_t *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = (int16_t)(a[i] + product(saturated(b[i] - a[i]), part));
}

static int piecewise(const struct fl_quick_curve *curve, bool wide, int x)
{
    int at = largest(x, 0), zone = at < 2048 ? 0 : at < 8192 ? 1 : 2;
    int entry = 16 * zone + (at >> (FL_QUICK_PIECE + 2 * zone));
    if (wide)
        x = at < FL_QUICK_LIMIT ? at << FL_QUICK_EXTRA : at;
    return (int16_t)(curve->base[entry] + product((int16_t)curve->slope[entry], x));
}

void fl_quick_encode_ref(const uint16_t *code, const int16_t *const gain[2],
                         const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n)
{
    int16_t *const out[2] = {even, odd};
    for (int i = 0; i < n; i++)
        for (int p = 0; p < 2; p++) {
            int x = (uint16_t)(least(code[2 * i + p], rule->most[p]) * rule->scale[p]);
            int v = product((int16_t)largest(x - rule->black[p], 0), rule->gain[p]);
            if (gain) {
                int more = product(v - rule->margin, gain[p][i]);
                more = saturated(2 * saturated(2 * more)); /* gains are in units of 2^-13 */
                v = least(largest(saturated(v + more), 0), rule->white);
            }
            out[p][i] = (int16_t)piecewise(rule->curve, rule->wide, v);
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

/* Four times what a pixel's colour is above green along one line: 2 c + two - (13 near + 3 three) /
 * 8, the sums being of both pixels at distance 1, 2, 3; so that a flat line gives 0. *change: how
 * much the line changes. */
static int along(int c, const int near[2], const int two[2], const int three[2], int *change)
{
    int beside = near[0] + near[1], same = two[0] + two[1];
    *change = abs(near[0] - near[1]) + abs(same - 2 * c);
    return same + 2 * c - 2 * beside + product(beside - (three[0] + three[1]), 12288);
}

void fl_quick_difference_ref(const int16_t *const own[7], const int16_t *green, int phase,
                             int16_t *out, int n)
{
    for (int i = 0; i < n; i++) {
        const int16_t *c = own[3] + i, *g = green + i + phase;
        const int near_h[2] = {g[-1], g[0]}, near_v[2] = {own[2][i], own[4][i]};
        const int two_h[2] = {c[-1], c[1]}, two_v[2] = {own[1][i], own[5][i]};
        const int three_h[2] = {g[-2], g[1]}, three_v[2] = {own[0][i], own[6][i]};
        int gh, gv, h = along(*c, near_h, two_h, three_h, &gh);
        int v = along(*c, near_v, two_v, three_v, &gv);
        int lean = least(largest(gv - gh + FL_QUICK_LEAN, 0), 2 * FL_QUICK_LEAN - 1);
        out[i] = (int16_t)(v + product(256 * lean, h - v));
    }
}

/* 16 x a colour to linear: its square, over 15 bits. */
static int linear(int z16)
{
    int z = largest(saturated(z16), 0);
    return product(z, z);
}

/* Linear colours to a display value. The matrix is such that no sum leaves 16 bits. */
static int display(const struct fl_quick_color *rule, const int16_t m[3], int offset,
                   const int v[3])
{
    int sum = product(v[0], m[0]) + product(v[1], m[1]) + product(v[2], m[2]) + offset;
    for (int k = 0; k <= rule->shift; k++)
        sum = saturated(2 * sum);
    return piecewise(&rule->tone, rule->wide, sum);
}

static uint8_t code_of(int display)
{
    return (uint8_t)least(largest(display >> 3, 0), 255);
}

static void finish(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                   const int v[3], uint8_t *const rgb[3], uint8_t *luma, int x)
{
    const int16_t *m = rule->matrix[in->blue];
    for (int c = 0; c < 3; c++)
        rgb[c][x] = code_of(display(rule, m + 3 * c, rule->offset[c], v));
    luma[x] = average(average(rgb[0][x], rgb[2][x]), rgb[1][x]);
}

void fl_quick_color_ref(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                        uint8_t *const rgb[3], uint8_t *luma, int n)
{
    const int p = in->phase;
    const int16_t *up = in->third[0], *down = in->third[1], *own = in->own[1];
    for (int i = 0; i < n; i++) {
        int c = 16 * in->z[p][i], g = 16 * in->z[1 - p][i], v[3];
        /* sums of two differences: left of, at and right of column i */
        int left = up[i - 1] + down[i - 1], here = up[i] + down[i], right = up[i + 1] + down[i + 1];
        /* at red or blue: green is there but for the difference, the third colour on the corners */
        int green = saturated(c - 4 * own[i]);
        v[0] = linear(c);
        v[1] = linear(green);
        v[2] = linear(green + here + (p ? right : left));
        finish(in, rule, v, rgb, luma, 2 * i + p);
        /* at green: means of the four pixels around, two of which are means of their corners */
        int beside = own[i - p] + own[i + 1 - p];
        int above = (in->own[0][i - p] + in->own[0][i + 1 - p]) +
                    (in->own[2][i - p] + in->own[2][i + 1 - p]);
        v[0] = linear(g + beside + product(beside, 16384) + product(above, 8192));
        v[1] = linear(g);
        v[2] = linear(g + here + product(here, 16384) + product(left + right, 8192));
        finish(in, rule, v, rgb, luma, 2 * i + 1 - p);
    }
}

static uint8_t sharper(uint8_t code, int detail)
{
    return (uint8_t)least(largest(code + detail, 0), 255);
}

void fl_quick_sharpen_ref(const uint8_t *const rgb[3], const uint8_t *const luma[3],
                          const struct fl_quick_sharpen *rule, uint8_t *out, int n)
{
    for (int x = 0; x < n; x++) {
        int column[3], d;
        for (int k = -1; k <= 1; k++)
            column[k + 1] = average(average(luma[0][x + k], luma[2][x + k]), luma[1][x + k]);
        d = 64 * (luma[1][x] - average(average(column[0], column[2]), column[1]));
        d -= least(largest(d, rule->low), rule->high);
        d = least(largest(product(d, rule->amount), -127), 127);
        for (int c = 0; c < 3; c++)
            out[3 * x + c] = sharper(rgb[c][x], d);
    }
}

void fl_quick_store_ref(const uint8_t *const rgb[3], uint8_t *out, int n)
{
    for (int x = 0; x < n; x++)
        for (int c = 0; c < 3; c++)
            out[3 * x + c] = rgb[c][x];
}
