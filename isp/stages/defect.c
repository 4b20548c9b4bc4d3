/* What:   Defective pixels: those that the file lists, and hot or dead ones that stand alone or by
 *         two, are replaced from their neighbours of the same colour.
 * Model:  In square roots of light, where noise has about the same size everywhere, v = sqrt(x + c).
 *         A pixel is a candidate when it lies above the second largest, or below the second least,
 *         of the four neighbours of its colour in a cross and of the four on the diagonals: one
 *         comparison without a root (defect_rule.h), which few pixels pass. A candidate is judged
 *         (defect_judge.c) by its excess e over its neighbours and over the means of opposite ones,
 *         by the light itself, and by cues of detail, which shows in more than one pixel because no
 *         lens puts all light into one: spread and range of its own colour; what the other colours
 *         beside it predict along rows and columns, pair mean + gain (other colour here - the same
 *         beside the pair), and by how much they rise with it; their range; by how much the pixels
 *         beside it, and a knight's move away, stand out from their own surroundings; the noise. It
 *         is a defect where both linear rules in these cues (defect_weights.h) say so, or where
 *             e > least + 4 max(0, activity - 6.5 sigma),  least = max(0.04, threshold sigma),
 *         and not three others within 10 columns and 2 rows stand out by 3/4 as much: in spray,
 *         leaves and gravel every sparkle looks like a defect, but none is alone. Where a neighbour
 *         within two pixels stands out as well, each of the two is judged with the other put among
 *         its neighbours, so that pairs are found.
 *         Replaced by sum(w m) / sum(w): m the mean of two opposite good neighbours, weighted by
 *         their distances, w = 1 / (difference of the two + 1 %)^2, so that edges are followed.
 * Source: own. The weights are from logistic regression: hot, dead and weak pixels put into 8 sharp
 *         photographs, 14 more, stars, text, lines, checks and zone plates that must not change, at
 *         no noise to ISO 6400; the thresholds were then set for zone plates.
 * Domain: linear mosaic or mono -> the same. Decisions see the input only.
 * Halo:   12 x 4; 6 rows where the file lists bad pixels, to reach good ones across small groups.
 * Cost:   25 operations per pixel, 25 more where one of a vector passes; about 300 for a candidate,
 *         800 for the few that are looked at twice, 2500 for those that remain. */
#include "bad_pixels.h"
#include "defect_judge.h"
#include "quick_hooks.h"
#include "stages.h"

#include "defect_rule.h"
#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LIST_HALO     6
#define ROOT_C        1e-4  /* least offset under the root, where the noise does not ask for more */
#define LEAST         0.04  /* least excess: 8 % at white, more below */
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
    int halo; /* rows and columns that rows() may read around its own */
    struct fl_defect_judge judge;
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

static struct fl_defect_step step_of(double t, double c)
{
    struct fl_defect_step s = {(float)(t * t), (float)(4.0 * t * t), (float)(4.0 * t * t * c),
                               (float)(t * t - c)};
    return s;
}

static void make_rule(struct defect_state *s, const struct fl_prepare *p, double threshold)
{
    double c, sigma = root_domain(p, &c), least;
    bool known = sigma > 0.0;
    least = threshold * (known ? sigma : UNKNOWN_SIGMA);
    least = least > LEAST ? least : LEAST;
    s->rule.single = step_of(0.9 * least, c); /* means of light exceed those of roots */
    s->rule.pair = step_of(least + (double)FL_DEFECT_PAIR_LEAST, c);
    s->judge = (struct fl_defect_judge){p->kernels->root, (float)c, (float)sigma, (float)least};
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
    s->halo = s->bad.bits ? LIST_HALO : FL_DEFECT_REACH;
    make_rule(s, p, (double)params->threshold);
    out->halo_y = s->halo;
    out->halo_x = FL_DEFECT_WIDE;
    out->scratch_size = fl_round_up(((size_t)p->flow->width + 63) / 64 * 8, 64);
    return fl_success();
}

/* A pixel under repair. */
struct site {
    int x, y;
    struct fl_defect_partner partner;
};

static bool is_bad(const struct defect_state *s, const struct fl_rows *in, const struct site *at,
                   int dx, int dy)
{
    return ((dx != 0 || dy != 0) && dx == at->partner.dx && dy == at->partner.dy) ||
           fl_bad_pixels_at(&s->bad, fl_mirror(at->x + dx, in->width),
                            fl_mirror(in->y0 + at->y + dy, in->height));
}

/* The nearest good pixel in steps of (dx, dy); its number of steps, 0 for none. */
static int nearest_good(const struct defect_state *s, const struct fl_rows *in,
                        const struct site *at, int dx, int dy, float *value)
{
    int most = s->halo / (dx != 0 ? abs(dx) : abs(dy));
    for (int k = 1; k <= most; k++)
        if (!is_bad(s, in, at, k * dx, k * dy)) {
            *value = in->row[0][at->y + k * dy][at->x + k * dx];
            return k;
        }
    return 0;
}

static enum fl_site site_of(const struct defect_state *s, int x, int y)
{
    if (s->cfa == FL_CFA_NONE)
        return FL_SITE_MONO;
    return fl_cfa_color(s->cfa, x, y) == 1 ? FL_SITE_GREEN : FL_SITE_RED_BLUE;
}

/* What a pixel should be, from its neighbours of the same colour along four lines. */
static float repaired(const struct defect_state *s, const struct fl_rows *in, const struct site *at)
{
    enum fl_site site = site_of(s, at->x, in->y0 + at->y);
    int side = site == FL_SITE_MONO ? 1 : 2, diagonal = site == FL_SITE_RED_BLUE ? 2 : 1;
    const int step[4][2] = {{side, 0}, {0, side}, {diagonal, diagonal}, {diagonal, -diagonal}};
    float sum = 0.0f, weights = 0.0f, lone = 0.0f;
    int lone_count = 0;
    for (int i = 0; i < 4; i++) {
        float a = 0.0f, b = 0.0f, difference, w;
        int ka = nearest_good(s, in, at, step[i][0], step[i][1], &a);
        int kb = nearest_good(s, in, at, -step[i][0], -step[i][1], &b);
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
    return lone_count ? lone / (float)lone_count : in->row[0][at->y][at->x];
}

/* Candidates of row y that are defects are repaired. */
static void repair_candidates(const struct defect_state *s, const struct fl_rows *in, int y,
                              const uint64_t *bits, float *to)
{
    for (int i = 0; i < (in->width + 63) / 64; i++)
        for (uint64_t left = bits[i]; left != 0; left &= left - 1) {
            struct site at = {64 * i + __builtin_ctzll(left), y, {0, 0}};
            enum fl_site site = site_of(s, at.x, in->y0 + y);
            if (fl_is_defect(&s->judge, in->row[0] + y, at.x, site, &at.partner))
                to[at.x] = repaired(s, in, &at);
        }
}

static void defect_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct defect_state *s = state;
    const int side = s->cfa == FL_CFA_NONE ? 1 : 2;
    uint64_t *bits = scratch;
    for (int y = 0; y < in->n; y++) {
        const float *const row[3] = {in->row[0][y - side], in->row[0][y], in->row[0][y + side]};
        float *to = out->row[0][y];
        memcpy(to, row[1], (size_t)in->width * sizeof *to);
        if (s->dynamic) {
            s->kernels->defect_candidates(row, side, &s->rule, bits, in->width);
            repair_candidates(s, in, y, bits, to);
        }
        for (int x = 0; s->bad.bits && x < in->width; x++)
            if (fl_bad_pixels_at(&s->bad, x, in->y0 + y))
                to[x] = repaired(s, in, &(struct site){x, y, {0, 0}});
    }
}

bool fl_defect_is_plain(const void *state, bool *dynamic)
{
    const struct defect_state *s = state;
    *dynamic = s->dynamic;
    return !s->bad.bits;
}

static void defect_release(void *state)
{
    struct defect_state *s = state;
    fl_bad_pixels_free(&s->bad);
}

const struct fl_stage fl_stage_defect = {
    .name = "defect",
    .flags = FL_STAGE_DETAIL,
    .summary = "Replace listed bad pixels, and hot or dead ones that stand out",
    .params_size = sizeof(struct defect_params),
    .params = defect_params,
    .state_size = sizeof(struct defect_state),
    .prepare = defect_prepare,
    .rows = defect_rows,
    .release = defect_release,
};
