/* What:   Defective pixels: those that the file lists, and isolated hot or dead ones, are replaced
 *         from their neighbours of the same colour.
 * Model:  A pixel v is a defect when, in square-root light, it lies beyond all its eight neighbours
 *         of the same colour (and the four diagonal greens of a green one), and further beyond the
 *         means of opposite neighbours than the larger of threshold x noise and k0 spread + k1 bump
 *         + k2 range. A detail shows in more than one pixel: spread is what those means differ by,
 *         which is large where a fine pattern is sampled; bump is how much the nearest pixels of
 *         the other colours rise with v, as they do for a star or the end of a line, because no
 *         lens puts all light into one pixel; range is what the other colours differ by.
 *         Replaced by sum(w m) / sum(w): m the mean of two opposite good neighbours, weighted by
 *         their distances, w = 1 / (difference of the two + 1 %)^2, so that edges are followed.
 * Source: own; the factors are measured on Kodak pictures, zone plates and point sources.
 * Domain: linear mosaic or mono -> the same.
 * Halo:   2; 6 where the file lists bad pixels, to reach good ones across small groups.
 * Cost:   about 110 operations per pixel, twelve of them the square root. */
#include "bad_pixels.h"
#include "stages.h"

#include "defect_rule.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REACH         2 /* pixels that detection looks at around its own */
#define LIST_HALO     6
#define ROOT_C        1e-4  /* least offset under the root, where the noise does not ask for more */
#define LEAST         0.05  /* least excess: 10 % at white, more below */
#define MARGIN        0.03  /* excess that a detail may have beyond what its surroundings explain */
#define UNKNOWN_SIGMA 0.024 /* noise assumed of a sensor that says nothing: ISO 1000 or so */

struct defect_params {
    int dynamic;
    float threshold;
};

static const struct fl_param defect_params[] = {
    {"dynamic", FL_PARAM_BOOL, offsetof(struct defect_params, dynamic), 0, NULL, 0, 1, 1, NULL,
     "Look for isolated hot and dead pixels"},
    {"threshold", FL_PARAM_FLOAT, offsetof(struct defect_params, threshold), 0, "sigma", 1, 100, 5,
     NULL, "How far beyond its surroundings a pixel must lie to be a defect"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct defect_state {
    struct fl_bad_pixels bad;
    const struct fl_kernels *kernels;
    struct fl_defect_rule rule;
    enum fl_cfa cfa;
    bool dynamic;
    int halo;     /* rows and columns that rows() may read around its own */
    float root_c; /* added under the square root */
};

/* The noise that counts: what the file says, otherwise what was measured. */
static struct fl_noise noise_of(const struct fl_prepare *p, int color)
{
    const struct fl_noise *tagged = &p->flow->noise[color];
    return tagged->s > 0.0 || tagged->o > 0.0 ? *tagged : p->control->noise[color];
}

/* The offset under the root, and the size of noise there: variance s x + o becomes at most
 * max(s, o / c) / 4. */
static double root_domain(const struct fl_prepare *p, double *c)
{
    double variance = 0.0;
    *c = ROOT_C;
    for (int i = 0; i < 3; i++) {
        struct fl_noise n = noise_of(p, i);
        double own = n.s > 0.0 ? n.o / n.s : sqrt(n.o > 0.0 ? n.o : 0.0);
        *c = own > *c ? own : *c;
    }
    for (int i = 0; i < 3; i++) {
        struct fl_noise n = noise_of(p, i);
        double own = n.o / *c > n.s ? n.o / *c : n.s;
        variance = own > variance ? own : variance;
    }
    return 0.5 * sqrt(variance);
}

/* What is taken off k0 spread + k1 bump + k2 range: half of what noise alone makes of it, as
 * simulated; the whole would leave details in noise without protection. */
static float slack(const float k[3], double sigma)
{
    return (float)(sigma * (0.75 * (double)k[0] + 0.6 * (double)k[1] + 1.3 * (double)k[2]) -
                   MARGIN);
}

static void make_rule(struct defect_state *s, const struct fl_prepare *p, double threshold)
{
    static const struct fl_defect_rule mosaic = {.hot = {1.5f, 3.0f, 0.25f},
                                                 .dead = {1.5f, 3.0f, 0.5f}};
    static const struct fl_defect_rule mono = {.hot = {1.5f, 3.0f, 0.5f},
                                               .dead = {1.5f, 3.0f, 0.5f}};
    double c, sigma = root_domain(p, &c), least;
    s->rule = s->cfa == FL_CFA_NONE ? mono : mosaic;
    s->rule.hot_slack = slack(s->rule.hot, sigma);
    s->rule.dead_slack = slack(s->rule.dead, sigma);
    least = threshold * (sigma > 0.0 ? sigma : UNKNOWN_SIGMA);
    s->rule.least = (float)(least > LEAST ? least : LEAST);
    s->root_c = (float)c;
}

static size_t row_floats(int width)
{
    return fl_round_up((size_t)width + 16 + REACH + FL_KERNEL_SLACK, 16);
}

static fl_err defect_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct defect_params *params = p->params;
    struct defect_state *s = state;

    if (p->flow->layout.planes != 1) {
        out->bypass = true;
        return fl_success();
    }
    FL_TRY(fl_bad_pixels_make(p, &s->bad));
    if (!params->dynamic && !s->bad.bits) {
        out->bypass = true;
        return fl_success();
    }
    s->dynamic = params->dynamic;
    s->kernels = p->kernels;
    s->cfa = p->flow->cfa;
    s->halo = s->bad.bits ? LIST_HALO : REACH;
    make_rule(s, p, (double)params->threshold);
    out->halo_x = out->halo_y = s->halo;
    out->scratch_size = 6 * row_floats(p->flow->width) * sizeof(float);
    return fl_success();
}

static bool is_bad(const struct defect_state *s, const struct fl_rows *in, int x, int y)
{
    return fl_bad_pixels_at(&s->bad, fl_mirror(x, in->width), fl_mirror(in->y0 + y, in->height));
}

/* The nearest good pixel in steps of (dx, dy) from (x, y); its number of steps, 0 for none. */
static int nearest_good(const struct defect_state *s, const struct fl_rows *in, int x, int y,
                        int dx, int dy, float *value)
{
    int most = s->halo / (dx != 0 ? abs(dx) : abs(dy));
    for (int k = 1; k <= most; k++)
        if (!is_bad(s, in, x + k * dx, y + k * dy)) {
            *value = in->row[0][y + k * dy][x + k * dx];
            return k;
        }
    return 0;
}

/* What a pixel should be, from its neighbours of the same colour along four lines. */
static float repaired(const struct defect_state *s, const struct fl_rows *in, int x, int y)
{
    bool mono = s->cfa == FL_CFA_NONE;
    bool green = !mono && fl_cfa_color(s->cfa, x, in->y0 + y) == 1;
    int side = mono ? 1 : 2, diagonal = mono || green ? 1 : 2;
    const int step[4][2] = {{side, 0}, {0, side}, {diagonal, diagonal}, {diagonal, -diagonal}};
    float sum = 0.0f, weights = 0.0f, lone = 0.0f;
    int lone_count = 0;
    for (int i = 0; i < 4; i++) {
        float a = 0.0f, b = 0.0f, difference, w;
        int ka = nearest_good(s, in, x, y, step[i][0], step[i][1], &a);
        int kb = nearest_good(s, in, x, y, -step[i][0], -step[i][1], &b);
        if (!ka || !kb) {
            lone += a + b; /* what was not found is 0 */
            lone_count += (ka > 0) + (kb > 0);
            continue;
        }
        difference = fabsf(a - b) + 0.01f * (fabsf(a) + fabsf(b)) + 1e-5f;
        w = 1.0f / (difference * difference * (float)(ka + kb));
        sum += w * (a * (float)kb + b * (float)ka) / (float)(ka + kb);
        weights += w;
    }
    if (weights > 0.0f)
        return sum / weights;
    return lone_count ? lone / (float)lone_count : in->row[0][y][x];
}

/* The root of a picture row into its place in the ring of five. */
static float *root_row(const struct defect_state *s, const struct fl_rows *in, int y, float *ring)
{
    float *row = ring + (size_t)((y + 5) % 5) * row_floats(in->width) + 16;
    s->kernels->root(in->row[0][y] - REACH, row - REACH, s->root_c, in->width + 2 * REACH);
    return row;
}

/* marks[x] = 1 for what looks like a defect in row y. */
static void find(const struct defect_state *s, const struct fl_rows *in, int y, float *ring,
                 float *marks)
{
    const float *row[5];
    for (int i = -2; i <= 2; i++)
        row[i + 2] = ring + (size_t)((y + i + 5) % 5) * row_floats(in->width) + 16;
    if (s->cfa == FL_CFA_NONE)
        s->kernels->find_defects_mono(row, &s->rule, marks, in->width);
    else
        s->kernels->find_defects(row, &s->rule, fl_cfa_color(s->cfa, 0, y) == 1 ? 0 : 1, marks,
                                 in->width);
}

static void defect_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct defect_state *s = state;
    float *ring = scratch, *marks = ring + 5 * row_floats(in->width);
    for (int y = -2; s->dynamic && y < 2; y++)
        root_row(s, in, y, ring);
    for (int y = 0; y < in->n; y++) {
        float *to = out->row[0][y];
        memcpy(to, in->row[0][y], (size_t)in->width * sizeof *to);
        if (s->dynamic) {
            root_row(s, in, y + 2, ring);
            find(s, in, y, ring, marks);
            for (int x = 0; x < in->width; x++)
                if (marks[x] > 0.0f)
                    to[x] = repaired(s, in, x, y);
        }
        for (int x = 0; s->bad.bits && x < in->width; x++)
            if (fl_bad_pixels_at(&s->bad, x, in->y0 + y))
                to[x] = repaired(s, in, x, y);
    }
}

static void defect_release(void *state)
{
    struct defect_state *s = state;
    fl_bad_pixels_free(&s->bad);
}

const struct fl_stage fl_stage_defect = {
    .name = "defect",
    .flags = FL_STAGE_DETAIL,
    .summary = "Replace listed bad pixels and isolated hot or dead ones",
    .params_size = sizeof(struct defect_params),
    .params = defect_params,
    .state_size = sizeof(struct defect_state),
    .prepare = defect_prepare,
    .rows = defect_rows,
    .release = defect_release,
};
