/* The kernels of the 16-bit chain, vector source: compiled once per instruction set. What each must
 * give, and why, stands in quick_ref.c. */
#include "quick_look.h"
#include "quick_names.h"
#include "quick_simd.h"
#include "quick_store.h"

FL_QUICK_DECLARE(FL_ISA);

void QUICK(encode)(const uint16_t *code, const int16_t *const gain[2],
                   const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n);

/* How far ahead of the reads the raw is fetched, in codes: rows are too far apart for the
 * hardware's own prefetching to be ready in time. */
#define FL_QUICK_AHEAD 1024

FL_INLINE vs light(vs code, vs most, vs black, int shift)
{
    return vus_subs(vus_min(code, most) << shift, black);
}

FL_INLINE vs shaded(vs x, vs margin, const int16_t *gain)
{
    vs more = vs_product(x - margin, vs_load(gain));
    more = vs_adds(more, more);
    more = vs_adds(more, more);
    return vs_max(vs_adds(x, more), vs_set(0));
}

FL_INLINE void encode_rows(const uint16_t *code, const int16_t *const gain[2],
                           const struct fl_quick_encode *rule, int16_t *const out[2], int n,
                           const int shift)
{
    const vs most = vs_set(rule->most), white = vs_set(FL_QUICK_WHITE);
    for (int i = 0; i < n; i += 2 * FL_SHORTS) {
        vs x[2][2]; /* phase, half */
        for (int h = 0; h < 2; h++) {
            const int16_t *p = (const int16_t *)code + 2 * i + 2 * h * FL_SHORTS;
            vs_split(vs_load(p), vs_load(p + FL_SHORTS), &x[0][h], &x[1][h]);
        }
        for (int p = 0; p < 2; p++) {
            const vs black = vs_set(rule->black[p]), margin = vs_set(rule->margin[p]);
            vs a = light(x[p][0], most, black, shift), b = light(x[p][1], most, black, shift);
            if (gain) {
                a = shaded(a, margin, gain[p] + i);
                b = shaded(b, margin, gain[p] + i + FL_SHORTS);
            }
            vs_steep(rule->curve[p], &a, &b);
            vs_store(out[p] + i, vs_min(a, white));
            vs_store(out[p] + i + FL_SHORTS, vs_min(b, white));
        }
    }
}

void QUICK(encode)(const uint16_t *code, const int16_t *const gain[2],
                   const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n)
{
    int16_t *const out[2] = {even, odd};
    if (gain)
        encode_rows(code, gain, rule, out, n, rule->shift);
    else if (rule->shift == 3)
        encode_rows(code, NULL, rule, out, n, 3);
    else
        encode_rows(code, NULL, rule, out, n, rule->shift);
}

void QUICK(repair)(const int16_t *row[5][2], const struct fl_quick_defect *rule, int16_t *even,
                   int16_t *odd, int n)
{
    const vs least = vs_set(rule->least);
    for (int p = 0; p < 2; p++) {
        const int16_t *same = row[2][p], *other = row[2][!p] - 1 + p;
        int16_t *out = p ? odd : even;
        for (int i = 0; i < n; i += FL_SHORTS) {
            vs v = vs_load(same + i), limit;
            vs a = vs_load(same + i - 1), b = vs_load(same + i + 1);
            vs c = vs_load(other + i), d = vs_load(other + i + 1);
            vs hi = vs_max(vs_max(a, b), vs_max(c, d)), lo = vs_min(vs_min(a, b), vs_min(c, d));
            a = vs_load(row[0][p] + i), b = vs_load(row[1][p] + i);
            c = vs_load(row[3][p] + i), d = vs_load(row[4][p] + i);
            hi = vs_max(hi, vs_max(vs_max(a, b), vs_max(c, d)));
            lo = vs_min(lo, vs_min(vs_min(a, b), vs_min(c, d)));
            limit = (hi - lo) + least;
            v = vs_below(hi + limit, v, hi, vs_below(v, lo - limit, lo, v));
            vs_store(out + i, v);
        }
    }
}

struct pair {
    vs a, b; /* the two pixels at one distance */
};

FL_INLINE struct pair pair_at(const int16_t *a, const int16_t *b)
{
    return (struct pair){vs_load(a), vs_load(b)};
}

FL_INLINE vs along(vs twice, struct pair near, struct pair two, struct pair three, struct pair four,
                   vs *change)
{
    vs bend = (two.a + two.b) - twice;
    *change = vs_abs(near.a - near.b) + vs_abs(bend);
    return (vs_product(bend, vs_set(8192)) + vs_product((four.a + four.b) - twice, vs_set(512))) -
           (vs_product((near.a + near.b) - twice, vs_set(13312)) +
            vs_product((three.a + three.b) - twice, vs_set(3072)));
}

void QUICK(difference)(const int16_t *const own[9], const int16_t *green, int phase, int16_t *out,
                       int n)
{
    const int16_t *c = own[4];
    green += phase;
    for (int i = 0; i < n; i += FL_SHORTS) {
        vs twice = vs_load(c + i) << 1, gh, gv, lean;
        vs h = along(twice, pair_at(green + i - 1, green + i), pair_at(c + i - 1, c + i + 1),
                     pair_at(green + i - 2, green + i + 1), pair_at(c + i - 2, c + i + 2), &gh);
        vs v = along(twice, pair_at(own[3] + i, own[5] + i), pair_at(own[2] + i, own[6] + i),
                     pair_at(own[1] + i, own[7] + i), pair_at(own[0] + i, own[8] + i), &gv);
        lean = vs_min(vs_max(gv - gh, vs_set(1 - FL_QUICK_LEAN)), vs_set(FL_QUICK_LEAN - 1));
        vs_store(out + i, (h + v) + vs_product(lean << FL_QUICK_LEAN_SHIFT, h - v));
    }
}

/* The cube of what was measured, which is within its limits. */
FL_INLINE vs measured(vs z4)
{
    vs z = z4 + z4;
    return vs_product(vs_product(z, z), z);
}

struct colors {
    vs v[3];
};

FL_INLINE vs linear(vs z4)
{
    vs z = vs_max(vs_adds(z4, z4), vs_set(0));
    return vs_product(vs_product(z, z), z);
}

/* One output colour of both pixels of a pair, before the tone curve. */
FL_INLINE vs mixed(const struct colors *c, const int16_t m[3], int offset, const int shift)
{
    vs sum = vs_adds(vs_adds(vs_product(c->v[0], vs_set(m[0])), vs_product(c->v[1], vs_set(m[1]))),
                     vs_adds(vs_product(c->v[2], vs_set(m[2])), vs_set(offset)));
    for (int k = 0; k <= shift; k++)
        sum = vs_adds(sum, sum);
    return vs_max(sum, vs_set(0));
}

FL_INLINE void color_row(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                         int16_t *const rgb[3], int16_t *luma, int n, const int p, const int shift,
                         const bool wide)
{
    const int16_t *up = in->third[0], *down = in->third[1], *own = in->own[1];
    const int16_t *up2 = in->own[0], *down2 = in->own[2], *m = rule->matrix[in->blue];
    for (int i = 0; i < n; i += FL_SHORTS) {
        vs c4 = vs_load(in->z[p] + i) << 2, g4 = vs_load(in->z[1 - p] + i) << 2;
        vs left = vs_load(up + i - 1) + vs_load(down + i - 1);
        vs here = vs_load(up + i) + vs_load(down + i);
        vs right = vs_load(up + i + 1) + vs_load(down + i + 1);
        vs o = vs_load(own + i), beside, above, join[2];
        vs luma0 = vs_set(0), luma1 = luma0;
        struct colors a, b; /* at the own colour, at green */
        vs green = c4 - (o + o);
        a.v[0] = measured(c4);
        a.v[1] = linear(green);
        a.v[2] = linear(vs_adds(green, (here + (p ? right : left)) >> 1));
        beside = vs_load(own + i - p) + vs_load(own + i + 1 - p);
        above = (vs_load(up2 + i - p) + vs_load(up2 + i + 1 - p)) +
                (vs_load(down2 + i - p) + vs_load(down2 + i + 1 - p));
        b.v[0] = linear(g4 + (((beside + (beside >> 1)) + (above >> 2)) >> 1));
        b.v[1] = measured(g4);
        b.v[2] = linear(g4 + (((here + (here >> 1)) + ((left + right) >> 2)) >> 1));
        for (int c = 0; c < 3; c++) {
            static const int16_t weight[3] = {6966, 23436, 2366};
            vs x = mixed(&a, m + 3 * c, rule->offset[c], shift);
            vs y = mixed(&b, m + 3 * c, rule->offset[c], shift);
            vs_plain(&rule->tone, &x, &y, wide);
            vs_join(p ? y : x, p ? x : y, &join[0], &join[1]);
            vs_store(rgb[c] + 2 * i, join[0]);
            vs_store(rgb[c] + 2 * i + FL_SHORTS, join[1]);
            luma0 += vs_product(join[0], vs_set(weight[c]));
            luma1 += vs_product(join[1], vs_set(weight[c]));
        }
        vs_store(luma + 2 * i, luma0);
        vs_store(luma + 2 * i + FL_SHORTS, luma1);
    }
}

void QUICK(color)(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                  int16_t *const rgb[3], int16_t *luma, int n)
{
    /* The usual cases by themselves, so that constants are constants. */
    if (rule->wide || rule->shift > 1)
        color_row(in, rule, rgb, luma, n, in->phase, rule->shift, rule->wide);
    else if (rule->shift == 1 && in->phase)
        color_row(in, rule, rgb, luma, n, 1, 1, false);
    else if (rule->shift == 1)
        color_row(in, rule, rgb, luma, n, 0, 1, false);
    else if (in->phase)
        color_row(in, rule, rgb, luma, n, 1, 0, false);
    else
        color_row(in, rule, rgb, luma, n, 0, 0, false);
}

FL_INLINE vs column(const int16_t *const luma[3], int x)
{
    return vus_average(vus_average(vs_load(luma[0] + x), vs_load(luma[2] + x)),
                       vs_load(luma[1] + x));
}

/* One vector of pixels from x on. */
FL_INLINE void sharpen_at(const int16_t *const rgb[3], const int16_t *const luma[3],
                          const struct fl_quick_sharpen *rule, int x, uint8_t *out)
{
    const vs threshold = vs_set(rule->threshold);
    vs blur = vus_average(vus_average(column(luma, x - 1), column(luma, x + 1)), column(luma, x));
    vs d = vs_load(luma[1] + x) - blur;
    d = d - vs_min(vs_max(d, -threshold), threshold);
    d = vs_adds(vs_product(d << 4, vs_set(rule->amount)), vs_set(FL_QUICK_CODE / 2));
    vs_store_rgb(out, vs_adds(vs_load(rgb[0] + x), d) >> 3, vs_adds(vs_load(rgb[1] + x), d) >> 3,
                 vs_adds(vs_load(rgb[2] + x), d) >> 3);
}

FL_INLINE void store_at(const int16_t *const rgb[3], int x, uint8_t *out)
{
    const vs half = vs_set(FL_QUICK_CODE / 2);
    vs_store_rgb(out, (vs_load(rgb[0] + x) + half) >> 3, (vs_load(rgb[1] + x) + half) >> 3,
                 (vs_load(rgb[2] + x) + half) >> 3);
}

void QUICK(sharpen)(const int16_t *const rgb[3], const int16_t *const luma[3],
                    const struct fl_quick_sharpen *rule, uint8_t *out, int n)
{
    uint8_t last[3 * FL_SHORTS];
    int x = 0;
    for (; x + FL_SHORTS <= n; x += FL_SHORTS)
        sharpen_at(rgb, luma, rule, x, out + 3 * x);
    if (x < n) {
        sharpen_at(rgb, luma, rule, x, last);
        memcpy(out + 3 * x, last, 3 * (size_t)(n - x));
    }
}

void QUICK(store)(const int16_t *const rgb[3], uint8_t *out, int n)
{
    uint8_t last[3 * FL_SHORTS];
    int x = 0;
    for (; x + FL_SHORTS <= n; x += FL_SHORTS)
        store_at(rgb, x, out + 3 * x);
    if (x < n) {
        store_at(rgb, x, last);
        memcpy(out + 3 * x, last, 3 * (size_t)(n - x));
    }
}

extern const struct fl_quick_kernels QUICK(kernels);

const struct fl_quick_kernels QUICK(kernels) = FL_QUICK_TABLE(FL_ISA_CPU, FL_ISA);
