/* Green from four directions, vector source; isp/ref/demosaic_green_ref.c says what it must give.
 *
 * Two rows at a time go through rings of lines: the mosaic, its differences, how these change, sums
 * of that; each as far behind the one before as it looks below. Loops that look to the sides begin
 * when those that feed them are through the tile. */
#include "kernel_names.h"

#include "green_directions.h"
#include "halves.h"

#define PAIRS  120 /* that a tile makes */
#define MARGIN 4   /* pairs around that it looks at */
#define AHEAD  4   /* rows from the newest to the one that is fetched from memory meanwhile */
#define SPAN   (PAIRS + 2 * MARGIN)
#define LINE   (FL_TILE_PAD + SPAN + FL_TILE_PAD)

struct halves {
    float own[LINE], green[LINE];
};

/* Rings, by row. */
struct tile {
    struct halves mosaic[8];
    struct halves along[4], down[12];              /* differences */
    struct halves change_along[6], change_down[6]; /* of the differences */
    struct halves column_along[2], column_down[2]; /* sums of three and of five rows' changes */
    float flat_along[2][LINE], flat_down[6][LINE]; /* squared sums of windows' changes */
    int s;                                         /* of even rows, see halves.h */
    int rows, span, pairs;                         /* of this tile */
};

struct both {
    vf own, green;
};

static inline struct both load(const struct halves *h, int k)
{
    return (struct both){fl_at(h->own, k), fl_at(h->green, k)};
}

static inline void store(struct halves *h, int k, struct both v)
{
    fl_put(h->own, k, v.own);
    fl_put(h->green, k, v.green);
}

/* Twice green minus colour at a pixel of the own colour and at a green one. */
static inline vf at_own(vf c, vf near, vf far)
{
    return (near - c) - 0.5f * far;
}

static inline vf at_green(vf c, vf near, vf far)
{
    return (c - near) + 0.5f * far;
}

/* r: a row of the mosaic and two above and below. */
static inline struct both down_of(const struct both r[5])
{
    return (struct both){at_own(r[2].own, r[1].green + r[3].green, r[0].own + r[4].own),
                         at_green(r[2].green, r[1].own + r[3].own, r[0].green + r[4].green)};
}

/* Of the rows above and below a row. */
static inline struct both change_of(struct both up, struct both down)
{
    return (struct both){vf_abs(down.green - up.green), vf_abs(down.own - up.own)};
}

static inline struct both three_rows(const struct both c[3])
{
    return (struct both){(c[0].green + c[2].green) + c[1].own, (c[0].own + c[2].own) + c[1].green};
}

static inline struct both five_rows(const struct both c[5])
{
    return (struct both){((c[0].own + c[1].green) + (c[3].green + c[4].own)) + c[2].own,
                         ((c[0].green + c[1].own) + (c[3].own + c[4].green)) + c[2].green};
}

/* Differences down the columns of rows y and y + 1, changes a row before, their sums two more. */
static void look_down(struct tile *t, int y)
{
    for (int k = 0; k < t->span; k += FL_LANES) {
        struct both m[6], d[4], c[6];
        for (int i = 0; i < 6; i++)
            m[i] = load(FL_RING(t->mosaic, y - 2 + i), k);
        for (int i = 0; i < 2; i++) {
            d[i] = load(FL_RING(t->down, y - 2 + i), k);
            d[2 + i] = down_of(m + i);
            store(FL_RING(t->down, y + i), k, d[2 + i]);
        }
        for (int i = 0; i < 4; i++)
            c[i] = load(FL_RING(t->change_down, y - 5 + i), k);
        for (int i = 0; i < 2; i++) {
            c[4 + i] = change_of(d[i], d[2 + i]);
            store(FL_RING(t->change_down, y - 1 + i), k, c[4 + i]);
        }
        for (int i = 0; i < 2; i++)
            store(FL_RING(t->column_down, y - 3 + i), k, five_rows(c + i));
    }
}

static inline void along_row(const struct halves *m, struct halves *d, const int s, int k)
{
    fl_put(d->own, k,
           at_own(fl_at(m->own, k), fl_at(m->green, k + s - 1) + fl_at(m->green, k + s),
                  fl_at(m->own, k - 1) + fl_at(m->own, k + 1)));
    fl_put(d->green, k,
           at_green(fl_at(m->green, k), fl_at(m->own, k - s) + fl_at(m->own, k + 1 - s),
                    fl_at(m->green, k - 1) + fl_at(m->green, k + 1)));
}

static inline void put_flat(float *flat, int k, vf sum)
{
    fl_put(flat, k, sum * sum + FL_GREEN_EPS);
}

/* Differences along rows y and y + 1, of which y is even; flatness down the same. */
static inline void look_along(struct tile *t, int y, const int s)
{
    for (int k = 0; k < t->span; k += FL_LANES)
        for (int i = 0; i < 2; i++) {
            const struct halves *sum = FL_RING(t->column_down, y + i);
            const int odd = i ? 1 - s : s;
            along_row(FL_RING(t->mosaic, y + i), FL_RING(t->along, y + i), odd, k);
            put_flat(*FL_RING(t->flat_down, y + i), k,
                     (fl_at(sum->green, k + odd - 1) + fl_at(sum->green, k + odd)) +
                         fl_at(sum->own, k));
        }
}

/* Changes of rows y + 2 and y + 3, y being even, and their sums at y and y + 1. */
static inline void change_along(struct tile *t, int y, const int s)
{
    for (int k = 0; k < t->span; k += FL_LANES) {
        struct both c[5];
        for (int i = 0; i < 3; i++)
            c[i] = load(FL_RING(t->change_along, y - 1 + i), k);
        for (int i = 0; i < 2; i++) {
            const struct halves *d = FL_RING(t->along, y + 2 + i);
            const int odd = i ? 1 - s : s;
            c[3 + i].own = vf_abs(fl_at(d->green, k + odd) - fl_at(d->green, k + odd - 1));
            c[3 + i].green = vf_abs(fl_at(d->own, k + 1 - odd) - fl_at(d->own, k - odd));
            store(FL_RING(t->change_along, y + 2 + i), k, c[3 + i]);
        }
        for (int i = 0; i < 2; i++)
            store(FL_RING(t->column_along, y + i), k, three_rows(c + i));
    }
}

static inline void flat_along(struct tile *t, int y, const int s)
{
    for (int k = 0; k < t->span; k += FL_LANES)
        for (int i = 0; i < 2; i++) {
            const struct halves *sum = FL_RING(t->column_along, y + i);
            const int odd = i ? 1 - s : s;
            vf left = fl_at(sum->own, k - 1) + fl_at(sum->green, k + odd - 1);
            vf right = fl_at(sum->green, k + odd) + fl_at(sum->own, k + 1);
            put_flat(*FL_RING(t->flat_along, y + i), k, (left + right) + fl_at(sum->own, k));
        }
}

/* A one-sided mean, times its weights' sum. */
static inline vf side(vf d0, vf d1, vf d2, vf d3, vf d4)
{
    return (d0 + d1) + (FL_GREEN_FAR * (d2 + d3) + FL_GREEN_FARTHEST * d4);
}

/* Differences in four directions over their flatness, brought to one denominator. */
static inline vf fuse(vf e, vf w, vf s, vf n, vf fe, vf fw, vf fs, vf fn)
{
    vf rows = fe * fw, columns = fs * fn;
    vf we = fw * columns, ww = fe * columns, ws = fn * rows, wn = fs * rows;
    vf sum = (we * e + ww * w) + (ws * s + wn * n);
    return FL_GREEN_SHARE * (sum / ((we + ww) + (ws + wn)));
}

static inline void make_green(struct tile *t, int y, const int s, const float *m, float *out)
{
    const struct halves *h = FL_RING(t->along, y), *d[9];
    const float *flat = *FL_RING(t->flat_along, y);
    const float *flat_s = *FL_RING(t->flat_down, y + 2), *flat_n = *FL_RING(t->flat_down, y - 2);
    for (int j = 0; j < 9; j++)
        d[j] = FL_RING(t->down, y - 4 + j);
    for (int i = 0; i < t->pairs; i += FL_LANES) {
        const int k = i + MARGIN;
        vf c0 = fl_at(h->own, k), c1 = fl_at(d[4]->own, k);
        vf e = side(c0, fl_at(h->green, k + s), fl_at(h->own, k + 1), fl_at(h->green, k + s + 1),
                    fl_at(h->own, k + 2));
        vf w = side(c0, fl_at(h->green, k + s - 1), fl_at(h->own, k - 1),
                    fl_at(h->green, k + s - 2), fl_at(h->own, k - 2));
        vf so = side(c1, fl_at(d[5]->green, k), fl_at(d[6]->own, k), fl_at(d[7]->green, k),
                     fl_at(d[8]->own, k));
        vf no = side(c1, fl_at(d[3]->green, k), fl_at(d[2]->own, k), fl_at(d[1]->green, k),
                     fl_at(d[0]->own, k));
        vf g = fuse(e, w, so, no, fl_at(flat, k + 1), fl_at(flat, k - 1), fl_at(flat_s, k),
                    fl_at(flat_n, k));
        vf a = vf_load(m + 2 * i);
        vf b = i + FL_LANES / 2 < t->pairs ? vf_load(m + 2 * i + FL_LANES) : a;
        vf c = s ? vf_odd(a, b) : vf_even(a, b), green = s ? vf_even(a, b) : vf_odd(a, b);
        fl_join(out + 2 * i, s, c + g, green, t->pairs - i);
    }
}

/* Rows y + 5 and y + 6 are new; what the rows of the tile need of those before is made at any y. */
static inline void step(struct tile *t, float *const *m, float *const *out, int x0, int y,
                        const int s)
{
    for (int i = y + 4; i < y + 6; i++)
        if (i >= 0 && i < t->rows)
            fl_claim(out[i] + x0, 2 * t->pairs);
    if (y >= -10)
        look_down(t, y + 5);
    if (y < -4)
        return;
    look_along(t, y + 2, s);
    change_along(t, y, s);
    if (y < 0)
        return;
    flat_along(t, y, s);
    make_green(t, y, s, m[y] + x0, out[y] + x0);
    make_green(t, y + 1, 1 - s, m[y + 1] + x0, out[y + 1] + x0);
}

static void run_tile(struct tile *t, float *const *m, float *const *out, int x0, int rows)
{
    for (int y = -14; y < rows; y += 2) {
        for (int i = y + 7; i < y + 9; i++) {
            struct halves *h = FL_RING(t->mosaic, i);
            fl_cut(m[i] + x0 - 2 * MARGIN, (t->s ^ i) & 1, h->own, h->green, t->span);
            if (i + AHEAD < rows + 7)
                fl_fetch(m[i + AHEAD] + x0 - 2 * MARGIN, 2 * t->span);
        }
        if (t->s)
            step(t, m, out, x0, y, 1);
        else
            step(t, m, out, x0, y, 0);
    }
}

void K(green_directions)(float *const *m, int green, float *const *out, int n, int rows)
{
    struct tile t __attribute__((aligned(64)));
    memset(&t, 0, sizeof t);
    t.s = green;
    t.rows = rows;
    for (int x0 = 0; x0 < n; x0 += 2 * PAIRS) {
        int left = (n - x0) / 2;
        t.pairs = left < PAIRS ? left : PAIRS;
        t.span = t.pairs + 2 * MARGIN;
        run_tile(&t, m, out, x0, rows);
    }
}
