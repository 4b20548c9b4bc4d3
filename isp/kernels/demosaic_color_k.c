/* Red and blue from weighted differences, vector source; isp/ref/demosaic_color_ref.c says what it
 * must give.
 *
 * Rows go through rings of lines, one at a time: the mosaic's own colour, green, their difference,
 * and the third colour's difference at the own pixels. */
#include "kernel_names.h"

#include "demosaic_rule.h"
#include "halves.h"

#define PAIRS  124 /* that a tile makes */
#define MARGIN 2   /* pairs around that it looks at */
#define SPAN   (PAIRS + 2 * MARGIN)
#define LINE   (FL_TILE_PAD + SPAN + FL_TILE_PAD)
#define AHEAD  4 /* rows from the newest to the one that is fetched from memory meanwhile */

/* Rings, by row. */
struct tile {
    float color[8][LINE];               /* the mosaic at own pixels */
    float own[8][LINE], green[8][LINE]; /* green at own and at green pixels */
    float beside[8][LINE];              /* colour minus green at own pixels */
    float third[4][LINE];               /* the third colour minus green there */
    int span, pairs;                    /* of this tile */
};

/* One over the trust in a neighbour: how much green changes towards it and beyond. */
static inline vf doubt(vf here, vf near, vf far)
{
    return (vf_abs(near - here) + 0.5f * vf_abs(far - here)) + FL_COLOR_EPS;
}

/* Weights of two pairs of opposite neighbours, brought to one denominator. */
struct weights {
    vf a, b, c, d;
};

static inline struct weights weigh(vf a, vf b, vf c, vf d)
{
    vf ab = a * b, cd = c * d;
    return (struct weights){b * cd, a * cd, d * ab, c * ab};
}

static inline vf weighted(const struct weights *w, vf a, vf b, vf c, vf d)
{
    return (w->a * a + w->b * b) + (w->c * c + w->d * d);
}

static inline vf per_sum(const struct weights *w)
{
    return 1.0f / ((w->a + w->b) + (w->c + w->d));
}

static void cut(struct tile *t, const float *m, const float *g, int y, int s)
{
    float *color = *FL_RING(t->color, y), *own = *FL_RING(t->own, y);
    float *beside = *FL_RING(t->beside, y);
    fl_cut(g, s, own, *FL_RING(t->green, y), t->span);
    for (int k = 0; k < t->span; k += FL_LANES) {
        vf a = vf_load(m + 2 * k);
        vf b = k + FL_LANES / 2 < t->span ? vf_load(m + 2 * k + FL_LANES) : a;
        vf c = s ? vf_odd(a, b) : vf_even(a, b);
        fl_put(color, k, c);
        fl_put(beside, k, c - fl_at(own, k));
    }
}

/* The third colour at the own pixels of row y, from the four on their corners. */
static inline void make_third(struct tile *t, int y, const int s)
{
    const float *here = *FL_RING(t->own, y);
    const float *up = *FL_RING(t->own, y - 1), *down = *FL_RING(t->own, y + 1);
    const float *up2 = *FL_RING(t->own, y - 2), *down2 = *FL_RING(t->own, y + 2);
    const float *above = *FL_RING(t->beside, y - 1), *below = *FL_RING(t->beside, y + 1);
    float *third = *FL_RING(t->third, y);
    for (int k = 0; k < t->span; k += FL_LANES) {
        const int left = k + s - 1, right = k + s;
        vf c = fl_at(here, k);
        struct weights w = weigh(doubt(c, fl_at(up, left), fl_at(up2, k - 1)),
                                 doubt(c, fl_at(down, right), fl_at(down2, k + 1)),
                                 doubt(c, fl_at(up, right), fl_at(up2, k + 1)),
                                 doubt(c, fl_at(down, left), fl_at(down2, k - 1)));
        vf sum = weighted(&w, fl_at(above, left), fl_at(below, right), fl_at(above, right),
                          fl_at(below, left));
        fl_put(third, k, sum * per_sum(&w));
    }
}

/* Both colours of row y. */
static inline void make_colors(struct tile *t, int y, const int s, float *own, float *third)
{
    const float *here = *FL_RING(t->own, y), *beside = *FL_RING(t->beside, y);
    const float *up = *FL_RING(t->own, y - 1), *down = *FL_RING(t->own, y + 1);
    const float *above = *FL_RING(t->beside, y - 1), *below = *FL_RING(t->beside, y + 1);
    const float *green = *FL_RING(t->green, y), *color = *FL_RING(t->color, y);
    const float *up2 = *FL_RING(t->green, y - 2), *down2 = *FL_RING(t->green, y + 2);
    const float *d = *FL_RING(t->third, y);
    const float *d_up = *FL_RING(t->third, y - 1), *d_down = *FL_RING(t->third, y + 1);
    for (int i = 0; i < t->pairs; i += FL_LANES) {
        const int k = i + MARGIN, left = k - s, right = k + 1 - s;
        vf g = fl_at(green, k);
        struct weights w =
            weigh(doubt(g, fl_at(here, left), fl_at(green, k - 1)),
                  doubt(g, fl_at(here, right), fl_at(green, k + 1)),
                  doubt(g, fl_at(up, k), fl_at(up2, k)), doubt(g, fl_at(down, k), fl_at(down2, k)));
        vf share = per_sum(&w);
        vf d_own = weighted(&w, fl_at(beside, left), fl_at(beside, right), fl_at(d_up, k),
                            fl_at(d_down, k));
        vf d_third =
            weighted(&w, fl_at(d, left), fl_at(d, right), fl_at(above, k), fl_at(below, k));
        fl_join(own + 2 * i, s, fl_at(color, k), g + d_own * share, t->pairs - i);
        fl_join(third + 2 * i, s, fl_at(here, k) + fl_at(d, k), g + d_third * share, t->pairs - i);
    }
}

/* A row of a tile; out: the colour that even rows have, and the other. */
static inline void step(struct tile *t, int y, const int s, float *const *const out[2], int x0)
{
    if (y >= -2)
        make_third(t, y + 1, 1 - s);
    if (y >= 0)
        make_colors(t, y, s, out[y & 1][y] + x0, out[1 - (y & 1)][y] + x0);
}

void K(color_weighted)(float *const *m, float *const *g, int green, float *const *first,
                       float *const *second, int n, int rows)
{
    float *const *const out[2] = {first, second};
    struct tile t __attribute__((aligned(64)));
    memset(&t, 0, sizeof t);
    for (int x0 = 0; x0 < n; x0 += 2 * PAIRS) {
        int left = (n - x0) / 2, from = x0 - 2 * MARGIN;
        t.pairs = left < PAIRS ? left : PAIRS;
        t.span = t.pairs + 2 * MARGIN;
        for (int i = -3; i < rows + 4; i++) {
            const int y = i - 4; /* what is read to the sides was cut a row earlier */
            if (i + AHEAD < rows + 3) {
                fl_fetch(m[i + AHEAD] + from, 2 * t.span);
                fl_fetch(g[i + AHEAD] + from, 2 * t.span);
            }
            if (i >= 0 && i < rows) {
                fl_claim(first[i] + x0, 2 * t.pairs);
                fl_claim(second[i] + x0, 2 * t.pairs);
            }
            if (i < rows + 3)
                cut(&t, m[i] + from, g[i] + from, i, (green ^ i) & 1);
            if ((green ^ y) & 1)
                step(&t, y, 1, out, x0);
            else
                step(&t, y, 0, out, x0);
        }
    }
}
