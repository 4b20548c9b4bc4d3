/* What:   Rebuilds what the sensor clipped, before demosaic: clipped areas would otherwise turn
 *         magenta, because white balance puts the clip levels of the three colours apart, and
 *         demosaic would draw false colours around them.
 * Model:  A clipped sample v of one colour is estimated from the means a and b of the other two in
 *         the 3x3 pixels around it:
 *             e = rho (a + b) / 2,   rho = sum(m v) / sum(m (a + b) / 2)
 *         over the samples of that colour in 13x13 pixels around that have nothing clipped within
 *         two pixels, m their brightness: the colour beside the clipped area. rho fades to 1, grey,
 *         where no such sample is near.
 *             out = v + w v q^2 / (q + 0.01),   q = max(0, e / v - 1)
 *         w rises from 0 at 0.95 of the clip level to 1 at it. Small excesses count less, so that
 *         white that just clips stays white. Where all three colours clip, all get the level of the
 *         largest: grey.
 *         Modes: clip cuts all colours at the lowest clip level; blend has rho = 1.
 * Source: estimating a clipped channel from the mean of the others on the mosaic is the idea of
 *         darktable's "inpaint opposed" (2022); local rho and the transitions are own; figures in
 *         docs/decisions/0006-highlights-before-demosaic.md.
 * Domain: linear, white-balanced mosaic or RGB -> the same. Samples below 0.95 of their clip level
 *         do not change by a bit, and none becomes smaller but in mode clip.
 * Halo:   8.
 * Cost:   2 operations per sample; about 250 more for one that is clipped. */
#include "stages.h"

#include "mem.h"

#include <string.h>

#define TAPS   7 /* every second pixel from -REACH to REACH */
#define REACH  6
#define MARGIN 2 /* pixels around a clipped one that are not trusted */
#define HALO   (REACH + MARGIN)
#define ROWS   (2 * HALO + 1)
#define START  0.95f             /* of the clip level */
#define SOFT   0.01f             /* excesses below this count less */
#define PRIOR  (0.01f * 16 * 16) /* weight of grey, against that of all neighbours */

enum { MODE_CLIP, MODE_BLEND, MODE_OPPOSED };

static const float tap_weight[TAPS] = {1, 2, 3, 4, 3, 2, 1};

struct highlights_params {
    int mode;
};

static const char *const modes[] = {"clip", "blend", "opposed", NULL};
static const struct fl_param highlights_params[] = {
    {"mode", FL_PARAM_ENUM, offsetof(struct highlights_params, mode), 0, NULL, 0, 2, MODE_OPPOSED,
     modes, "clip: cut to white; blend: from the other colours; opposed: and the colour around"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct highlights_state {
    int mode, planes;
    enum fl_cfa cfa;
    float level;       /* lowest clip level */
    float start[3];    /* where a colour begins to count as clipped */
    float per_rise[3]; /* 1 / (clip - start) */
    void (*at_least)(const float *in, const float limit[2], uint64_t *bits, int n);
};

/* The colour beside a clipped area: sums over one column's trusted samples of one colour. */
struct column {
    float value, reference;
    int done;
};

/* Working memory of a call: which pixels of the rows around are near a clipped one. Of words of
 * bits, bit 0 stands for x = -HALO. */
struct work {
    uint64_t *near[ROWS]; /* of row y at (y + HALO) % ROWS */
    bool any[ROWS];
    uint64_t *clipped;     /* of one row */
    struct column *column; /* x from -REACH */
};

/* A sample with its surroundings. */
struct sample {
    float v, a, b; /* own, and the means of the other two colours around */
    int colour, colour_a, colour_b;
};

static size_t flag_words(int width)
{
    return ((size_t)width + 2 * HALO + 63) / 64;
}

static size_t flag_bytes(int width)
{
    return fl_round_up(flag_words(width) * sizeof(uint64_t), 64);
}

static fl_err highlights_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct highlights_params *params = p->params;
    struct highlights_state *s = state;
    struct fl_flow *flow = p->flow;
    const float *clip = flow->clip;
    float most = 0.0f;

    s->planes = flow->layout.planes;
    if (flow->mono || (s->planes != 3 && (s->planes != 1 || flow->cfa == FL_CFA_NONE)) ||
        !(clip[0] > 0.0f && clip[1] > 0.0f && clip[2] > 0.0f)) {
        out->bypass = true;
        return fl_success();
    }
    s->at_least = p->kernels->at_least;
    s->mode = params->mode;
    s->cfa = flow->cfa;
    s->level = clip[0];
    for (int c = 0; c < 3; c++) {
        s->start[c] = START * clip[c];
        s->per_rise[c] = 1.0f / (clip[c] - s->start[c]);
        s->level = clip[c] < s->level ? clip[c] : s->level;
        most = clip[c] > most ? clip[c] : most;
    }
    for (int c = 0; c < 3; c++)
        flow->clip[c] = s->mode == MODE_CLIP ? s->level : most;
    if (s->mode == MODE_CLIP)
        return fl_success();
    out->halo_x = out->halo_y = HALO;
    out->scratch_size = (ROWS + 1) * flag_bytes(flow->width) +
                        ((size_t)flow->width + 2 * REACH) * sizeof(struct column);
    return fl_success();
}

static int colour_at(const struct highlights_state *s, int plane, int x, int y)
{
    return s->planes == 3 ? plane : fl_cfa_color(s->cfa, x & 1, y & 1);
}

/* All pixels within MARGIN = 2 of a marked one. */
static void widen(const uint64_t *clipped, uint64_t *near, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        uint64_t b = clipped[i], left = i > 0 ? clipped[i - 1] : 0;
        uint64_t right = i + 1 < words ? clipped[i + 1] : 0;
        near[i] |= b | b << 1 | b << 2 | b >> 1 | b >> 2;
        near[i] |= left >> 63 | left >> 62 | right << 63 | right << 62;
    }
}

/* Row y + HALO enters the window. */
static void flag_row(const struct highlights_state *s, const struct fl_rows *in, int y,
                     struct work *work)
{
    const int at = (y + HALO) % ROWS;
    const size_t words = flag_words(in->width);
    work->any[at] = false;
    for (int p = 0; p < s->planes; p++) {
        const float start[2] = {s->start[colour_at(s, p, 0, y)], s->start[colour_at(s, p, 1, y)]};
        uint64_t any = 0;
        s->at_least(in->row[p][y] - HALO, start, work->clipped, in->width + 2 * HALO);
        for (size_t i = 0; i < words; i++)
            any |= work->clipped[i];
        if (any == 0)
            continue;
        if (!work->any[at])
            memset(work->near[at], 0, words * sizeof *work->near[at]);
        work->any[at] = true;
        widen(work->clipped, work->near[at], words);
    }
}

/* Is nothing clipped within MARGIN of a pixel of row y? */
static bool is_trusted(const struct work *work, int x, int y)
{
    const int bit = x + HALO;
    for (int i = y - MARGIN; i <= y + MARGIN; i++)
        if (work->any[(i + HALO) % ROWS] &&
            (work->near[(i + HALO) % ROWS][bit / 64] >> (bit % 64) & 1) != 0)
            return false;
    return true;
}

static struct sample look(const struct highlights_state *s, const struct fl_rows *in, int plane,
                          int x, int y)
{
    const float *up = in->row[0][y - 1], *here = in->row[0][y], *down = in->row[0][y + 1];
    float sides, above, corners;
    struct sample k = {.colour = colour_at(s, plane, x, y)};
    if (s->planes == 3) {
        k.colour_a = (plane + 1) % 3;
        k.colour_b = (plane + 2) % 3;
        k.v = in->row[plane][y][x];
        k.a = in->row[k.colour_a][y][x];
        k.b = in->row[k.colour_b][y][x];
        return k;
    }
    sides = 0.5f * (here[x - 1] + here[x + 1]);
    above = 0.5f * (up[x] + down[x]);
    corners = 0.25f * ((up[x - 1] + up[x + 1]) + (down[x - 1] + down[x + 1]));
    k.v = here[x];
    k.colour_a = colour_at(s, plane, x + 1, y);
    k.colour_b = k.colour == 1 ? 2 - k.colour_a : 2 - k.colour;
    k.a = k.colour == 1 ? sides : 0.5f * (sides + above);
    k.b = k.colour == 1 ? above : corners;
    return k;
}

static float positive(float v)
{
    return v > 0.0f ? v : 0.0f;
}

/* Sums of the trusted samples at x in every second row around y. */
static void sum_column(const struct highlights_state *s, const struct fl_rows *in,
                       const struct work *work, int plane, int x, int y, struct column *column)
{
    column->value = column->reference = 0.0f;
    column->done = 1;
    for (int i = 0; i < TAPS; i++) {
        int row = y - REACH + 2 * i;
        struct sample k;
        float weight;
        if (!is_trusted(work, x, row))
            continue;
        k = look(s, in, plane, x, row);
        weight = tap_weight[i] * positive((k.v + k.a) + k.b);
        column->value += weight * positive(k.v);
        column->reference += weight * positive(0.5f * (k.a + k.b));
    }
}

/* The ratio of a colour to the mean of the others beside the clipped area. */
static float ratio_around(const struct highlights_state *s, const struct fl_rows *in,
                          const struct work *work, int plane, int x, int y, const struct sample *k)
{
    float value = 0.0f, expected = 0.0f, prior, ratio;
    for (int i = 0; i < TAPS; i++) {
        int at = x - REACH + 2 * i;
        struct column *column = &work->column[at + REACH];
        if (!column->done)
            sum_column(s, in, work, plane, at, y, column);
        value += tap_weight[i] * column->value;
        expected += tap_weight[i] * column->reference;
    }
    prior = PRIOR * positive((k->v + k->a) + k->b) * positive(0.5f * (k->a + k->b)) + 1e-20f;
    ratio = (value + prior) / (expected + prior);
    ratio = ratio > 0.25f ? ratio : 0.25f;
    return ratio < 4.0f ? ratio : 4.0f;
}

/* How far a sample is clipped: 0 no, 1 fully. */
static float clipped(const struct highlights_state *s, int colour, float v)
{
    float t = (v - s->start[colour]) * s->per_rise[colour];
    t = positive(t);
    t = t < 1.0f ? t : 1.0f;
    return t * t * (3.0f - 2.0f * t);
}

static float rebuilt(const struct highlights_state *s, const struct sample *k, float ratio)
{
    float w = clipped(s, k->colour, k->v), v = k->v, top = v;
    float all = w * (clipped(s, k->colour_a, k->a) * clipped(s, k->colour_b, k->b));
    float excess = ratio * positive(0.5f * (k->a + k->b)) / v - 1.0f;
    if (excess > 0.0f)
        v += w * (v * (excess * (excess / (excess + SOFT))));
    top = k->a > top ? k->a : top;
    top = k->b > top ? k->b : top;
    return v + all * (top - v);
}

static void rebuild_row(const struct highlights_state *s, const struct fl_rows *in,
                        const struct work *work, int plane, int y, float *out)
{
    const float *row = in->row[plane][y];
    const float start[2] = {s->start[colour_at(s, plane, 0, y)],
                            s->start[colour_at(s, plane, 1, y)]};
    bool fresh = true;
    memcpy(out, row, (size_t)in->width * sizeof *out);
    if (!work->any[(y + HALO) % ROWS])
        return;
    s->at_least(row, start, work->clipped, in->width);
    for (int i = 0; i < (in->width + 63) / 64; i++)
        for (uint64_t left = work->clipped[i]; left != 0; left &= left - 1) {
            int x = 64 * i + __builtin_ctzll(left);
            struct sample k = look(s, in, plane, x, y);
            float ratio = 1.0f;
            if (s->mode == MODE_OPPOSED) {
                if (fresh)
                    memset(work->column, 0, ((size_t)in->width + 2 * REACH) * sizeof *work->column);
                fresh = false;
                ratio = ratio_around(s, in, work, plane, x, y, &k);
            }
            out[x] = rebuilt(s, &k, ratio);
        }
}

static void clip_row(const struct highlights_state *s, const float *in, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = in[x] < s->level ? in[x] : s->level;
}

static void highlights_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                            void *scratch)
{
    const struct highlights_state *s = state;
    struct work work;
    if (s->mode == MODE_CLIP) {
        for (int p = 0; p < s->planes; p++)
            for (int y = 0; y < in->n; y++)
                clip_row(s, in->row[p][y], out->row[p][y], in->width);
        return;
    }
    for (int i = 0; i < ROWS; i++)
        work.near[i] = (void *)((unsigned char *)scratch + (size_t)i * flag_bytes(in->width));
    work.clipped = (void *)((unsigned char *)scratch + ROWS * flag_bytes(in->width));
    work.column = (void *)((unsigned char *)work.clipped + flag_bytes(in->width));
    for (int y = -HALO; y < HALO; y++)
        flag_row(s, in, y, &work);
    for (int y = 0; y < in->n; y++) {
        flag_row(s, in, y + HALO, &work);
        for (int p = 0; p < s->planes; p++)
            rebuild_row(s, in, &work, p, y, out->row[p][y]);
    }
}

const struct fl_stage fl_stage_highlights = {
    .name = "highlights",
    .summary = "Rebuild clipped colours from the others and from the colour around",
    .flags = FL_STAGE_DETAIL,
    .params_size = sizeof(struct highlights_params),
    .params = highlights_params,
    .state_size = sizeof(struct highlights_state),
    .prepare = highlights_prepare,
    .rows = highlights_rows,
};
