/* The kernels of the 16-bit chain, vector source: compiled once per instruction set. What each must
 * give, and why, stands in quick_ref.c. */
#include "quick_look.h"
#include "quick_names.h"
#include "quick_simd.h"
#include "quick_store.h"

FL_QUICK_DECLARE(FL_ISA);

void QUICK(encode)(const uint16_t *code, const int16_t *const gain[2],
                   const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n);

void QUICK(between)(const int16_t *a, const int16_t *b, int part, int16_t *out, int n)
{
    for (int i = 0; i < n; i += FL_SHORTS) {
        vs v = vs_load(a + i);
        vs_store(out + i, v + vs_product(vs_subs(vs_load(b + i), v), vs_set(part)));
    }
}

/* Bytes that the raw is fetched before it is read, about a row of the usual sensors: the hardware
 * does not look that far, and in a burst before each row it costs twice as much. Fetching what is
 * not there does no harm. The same for pixels that are written. */
#define FL_QUICK_READ_AHEAD  8192u
#define FL_QUICK_WRITE_AHEAD 768u

FL_INLINE vs light(vs code, const struct fl_quick_encode *rule, int p)
{
    vs x = vus_min(code, vs_set(rule->most[p])) * vs_set(rule->scale[p]);
    return vs_product(vus_subs(x, vs_set(rule->black[p])), vs_set(rule->gain[p]));
}

FL_INLINE vs shaded(vs v, const struct fl_quick_encode *rule, const int16_t *gain)
{
    vs more = vs_product(v - vs_set(rule->margin), vs_load(gain));
    more = vs_adds(more, more);
    more = vs_adds(more, more);
    return vs_min(vs_max(vs_adds(v, more), vs_set(0)), vs_set(rule->white));
}

FL_INLINE void encode_rows(const uint16_t *code, const int16_t *const gain[2],
                           const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n,
                           const bool wide)
{
    const struct vs_tables tables = vs_tables_of(rule->curve);
    for (int i = 0; i < n; i += FL_SHORTS) {
        const int16_t *p = (const int16_t *)code + 2 * i;
        vs a, b;
        for (int k = 0; k < 4 * FL_SHORTS; k += 64)
            __builtin_prefetch((const void *)((uintptr_t)p + FL_QUICK_READ_AHEAD + (unsigned)k));
        vs_split(vs_load(p), vs_load(p + FL_SHORTS), &a, &b);
        a = light(a, rule, 0), b = light(b, rule, 1);
        if (gain) {
            a = shaded(a, rule, gain[0] + i);
            b = shaded(b, rule, gain[1] + i);
        }
        vs_curve(&tables, &a, &b, wide);
        vs_store(even + i, a);
        vs_store(odd + i, b);
    }
}

void QUICK(encode)(const uint16_t *code, const int16_t *const gain[2],
                   const struct fl_quick_encode *rule, int16_t *even, int16_t *odd, int n)
{
    if (rule->wide)
        encode_rows(code, gain, rule, even, odd, n, true);
    else if (gain)
        encode_rows(code, gain, rule, even, odd, n, false);
    else
        encode_rows(code, NULL, rule, even, odd, n, false);
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

FL_INLINE vs along(vs twice, struct pair near, struct pair two, struct pair three, vs *change)
{
    vs beside = near.a + near.b, same = two.a + two.b;
    *change = vs_abs(near.a - near.b) + vs_abs(same - twice);
    return ((same + twice) - (beside + beside)) +
           vs_product(beside - (three.a + three.b), vs_set(12288));
}

void QUICK(difference)(const int16_t *const own[7], const int16_t *green, int phase, int16_t *out,
                       int n)
{
    const int16_t *c = own[3];
    green += phase;
    for (int i = 0; i < n; i += FL_SHORTS) {
        vs here = vs_load(c + i), twice = here + here, gh, gv, lean;
        vs h = along(twice, pair_at(green + i - 1, green + i), pair_at(c + i - 1, c + i + 1),
                     pair_at(green + i - 2, green + i + 1), &gh);
        vs v = along(twice, pair_at(own[2] + i, own[4] + i), pair_at(own[1] + i, own[5] + i),
                     pair_at(own[0] + i, own[6] + i), &gv);
        lean = vs_max((gv - gh) + vs_set(FL_QUICK_LEAN), vs_set(0));
        lean = vs_min(lean, vs_set(2 * FL_QUICK_LEAN - 1)) * vs_set(256);
        vs_store(out + i, v + vs_product(lean, h - v));
    }
}

/* The square of what was measured, which is within its limits; and of anything. */
FL_INLINE vs measured(vs z)
{
    return vs_product(z, z);
}

FL_INLINE vs linear(vs z)
{
    return measured(vs_max(z, vs_set(0)));
}

struct colors {
    vs v[3];
};

/* A colour's row of the matrix and its offset, in all lanes: read from memory, where registers are
 * few. */
struct mixer {
    vs m[3], offset;
};

/* An output colour, before the tone curve. */
FL_INLINE vs mixed(const struct colors *c, const struct mixer *k, const int shift)
{
    vs sum = (vs_product(c->v[0], k->m[0]) + vs_product(c->v[1], k->m[1])) +
             (vs_product(c->v[2], k->m[2]) + k->offset);
    for (int i = 0; i <= shift; i++)
        sum = vs_adds(sum, sum);
    return sum;
}

/* The colours of columns 2 i + p, where one was measured, and of the others, where green was. */
FL_INLINE void interpolate(const struct fl_quick_color_rows *in, int i, const int p,
                           struct colors *a, struct colors *b)
{
    const int16_t *up = in->third[0] + i, *down = in->third[1] + i, *own = in->own[1] + i;
    const int16_t *up2 = in->own[0] + i - p, *down2 = in->own[2] + i - p;
    const vs half = vs_set(16384), quarter = vs_set(8192), scale = vs_set(16);
    vs c = vs_load(in->z[p] + i) * scale, g = vs_load(in->z[1 - p] + i) * scale;
    vs left = vs_load(up - 1) + vs_load(down - 1), right = vs_load(up + 1) + vs_load(down + 1);
    vs here = vs_load(up) + vs_load(down);
    vs beside = vs_load(own - p) + vs_load(own + 1 - p);
    vs above = (vs_load(up2) + vs_load(up2 + 1)) + (vs_load(down2) + vs_load(down2 + 1));
    vs green = vs_subs(c, vs_load(own) << 2);
    a->v[0] = measured(c);
    a->v[1] = linear(green);
    a->v[2] = linear(vs_adds(green, here + (p ? right : left)));
    beside = (beside + vs_product(beside, half)) + vs_product(above, quarter);
    here = (here + vs_product(here, half)) + vs_product(left + right, quarter);
    b->v[0] = linear(vs_adds(g, beside));
    b->v[1] = measured(g);
    b->v[2] = linear(vs_adds(g, here));
}

/* Pairs between the two halves of color(), small enough for the nearest cache: in one loop, the
 * tables of the curve would be loaded again for each colour. */
#define FL_QUICK_BLOCK 256

struct block {
    _Alignas(64) int16_t x[3][2][FL_QUICK_BLOCK]; /* colour, column */
};

/* Pairs first to end, through the matrix. */
FL_INLINE void mix_rows(const struct fl_quick_color_rows *in, const struct mixer mixer[3],
                        struct block *out, int first, int end, const int p, const int shift)
{
    for (int i = first; i < end; i += FL_SHORTS) {
        struct colors a, b;
        interpolate(in, i, p, &a, &b);
        for (int c = 0; c < 3; c++) {
            vs_store(out->x[c][p] + i - first, mixed(&a, &mixer[c], shift));
            vs_store(out->x[c][1 - p] + i - first, mixed(&b, &mixer[c], shift));
        }
    }
}

FL_INLINE void tone_row(const int16_t x[2][FL_QUICK_BLOCK], const struct fl_quick_curve *tone,
                        uint8_t *out, int n, const bool wide)
{
    const struct vs_tables tables = vs_tables_of(tone);
    for (int i = 0; i < n; i += FL_SHORTS) {
        vs a = vs_load(x[0] + i), b = vs_load(x[1] + i);
        vs_curve(&tables, &a, &b, wide);
        vb_store(out + 2 * i, vb_codes(a, b));
    }
}

FL_INLINE void luma_row(uint8_t *const rgb[3], uint8_t *luma, int first, int end)
{
    for (int x = 2 * first; x < 2 * end; x += 2 * FL_SHORTS)
        vb_store(luma + x, vb_average(vb_average(vb_load(rgb[0] + x), vb_load(rgb[2] + x)),
                                      vb_load(rgb[1] + x)));
}

FL_INLINE void color_row(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                         uint8_t *const rgb[3], uint8_t *luma, int n, const int p, const int shift,
                         const bool wide)
{
    struct mixer mixer[3];
    struct block block;
    for (int c = 0; c < 3; c++) {
        for (int k = 0; k < 3; k++)
            mixer[c].m[k] = vs_set(rule->matrix[in->blue][3 * c + k]);
        mixer[c].offset = vs_set(rule->offset[c]);
    }
    for (int first = 0; first < n; first += FL_QUICK_BLOCK) {
        int end = first + FL_QUICK_BLOCK < n ? first + FL_QUICK_BLOCK : n;
        mix_rows(in, mixer, &block, first, end, p, shift);
        for (int c = 0; c < 3; c++)
            tone_row((const int16_t(*)[FL_QUICK_BLOCK])block.x[c], &rule->tone, rgb[c] + 2 * first,
                     end - first, wide);
        luma_row(rgb, luma, first, end);
    }
}

void QUICK(color)(const struct fl_quick_color_rows *in, const struct fl_quick_color *rule,
                  uint8_t *const rgb[3], uint8_t *luma, int n)
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

FL_INLINE vb column(const uint8_t *const luma[3], int x)
{
    return vb_average(vb_average(vb_load(luma[0] + x), vb_load(luma[2] + x)), vb_load(luma[1] + x));
}

FL_INLINE vs detail(vs d, const struct fl_quick_sharpen *rule)
{
    d = d - vs_min(vs_max(d, vs_set(rule->low)), vs_set(rule->high));
    return vs_product(d, vs_set(rule->amount));
}

FL_INLINE vb sharper(const uint8_t *code, vb more, vb less)
{
    return vb_subs(vb_adds(vb_load(code), more), less);
}

/* The pixels that a vector of bytes has, from x on. */
FL_INLINE void sharpen_at(const uint8_t *const rgb[3], const uint8_t *const luma[3],
                          const struct fl_quick_sharpen *rule, int x, uint8_t *out)
{
    for (int k = 0; k < 6 * FL_SHORTS; k += 64)
        __builtin_prefetch((void *)((uintptr_t)out + FL_QUICK_WRITE_AHEAD + (unsigned)k), 1);
    vb blur = vb_average(vb_average(column(luma, x - 1), column(luma, x + 1)), column(luma, x));
    vb more, less;
    vs d[2];
    vb_difference(vb_load(luma[1] + x), blur, &d[0], &d[1]);
    vb_signed(detail(d[0], rule), detail(d[1], rule), &more, &less);
    vb_store_rgb(out, sharper(rgb[0] + x, more, less), sharper(rgb[1] + x, more, less),
                 sharper(rgb[2] + x, more, less));
}

FL_INLINE void store_at(const uint8_t *const rgb[3], int x, uint8_t *out)
{
    vb_store_rgb(out, vb_load(rgb[0] + x), vb_load(rgb[1] + x), vb_load(rgb[2] + x));
}

#define FL_BYTES_EACH ((int)sizeof(vb))

void QUICK(sharpen)(const uint8_t *const rgb[3], const uint8_t *const luma[3],
                    const struct fl_quick_sharpen *rule, uint8_t *out, int n)
{
    uint8_t last[3 * FL_BYTES_EACH];
    int x = 0;
    for (; x + FL_BYTES_EACH <= n; x += FL_BYTES_EACH)
        sharpen_at(rgb, luma, rule, x, out + 3 * x);
    if (x < n) {
        sharpen_at(rgb, luma, rule, x, last);
        memcpy(out + 3 * x, last, 3 * (size_t)(n - x));
    }
}

void QUICK(store)(const uint8_t *const rgb[3], uint8_t *out, int n)
{
    uint8_t last[3 * FL_BYTES_EACH];
    int x = 0;
    for (; x + FL_BYTES_EACH <= n; x += FL_BYTES_EACH)
        store_at(rgb, x, out + 3 * x);
    if (x < n) {
        store_at(rgb, x, last);
        memcpy(out + 3 * x, last, 3 * (size_t)(n - x));
    }
}

extern const struct fl_quick_kernels QUICK(kernels);

const struct fl_quick_kernels QUICK(kernels) = FL_QUICK_TABLE(FL_ISA_CPU, FL_ISA);
