/* What:   Rebuilds what the sensor clipped, before demosaic: clipped areas would otherwise turn
 *         magenta, because white balance puts the clip levels of the three colours apart, and
 *         demosaic would draw false colours around them.
 * Model:  A clipped sample v is estimated from the means of the other two colours in the 3x3 pixels
 *         around it and the bright colours of the region, as highlight_color.c says:
 *             out = max(v, v + w (e - v))
 *         w rises from 0 at 0.97 of the clip level to 1 at it.
 *         Modes: clip cuts all colours at the lowest clip level; blend knows of no region: grey.
 * Source: own. Estimating a clipped channel from the mean of the others on the mosaic is the idea
 *         of darktable's "inpaint opposed" (2022); figures in
 *         docs/decisions/0006-highlights-before-demosaic.md.
 * Domain: linear, white-balanced mosaic or RGB -> the same. Samples below 0.97 of their clip level
 *         do not change by a bit, and none becomes smaller but in mode clip.
 * Halo:   2 (reads 1).
 * Cost:   1 comparison and a copy per sample, none in a frame without clipped samples; about 200
 *         operations for one that is clipped. */
#include "highlight_color.h"
#include "mem.h"
#include "quick_hooks.h"
#include "stages.h"

#include <string.h>

static const char *const modes[] = {"clip", "blend", "rebuild", NULL};
static const struct fl_param highlights_params[] = {
    {"mode", FL_PARAM_ENUM, offsetof(struct fl_highlights_params, mode), 0, NULL, 0, 2,
     FL_HIGHLIGHTS_REBUILD, modes,
     "clip: cut to white; blend: grey from the other colours; rebuild: from the colours around"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct highlights_state {
    const struct fl_kernels *kernels;
    int mode, planes;
    enum fl_cfa cfa;
    float level; /* lowest clip level */
    struct fl_highlights highlights;
};

static fl_err highlights_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct fl_highlights_params *params = p->params;
    struct highlights_state *s = state;
    struct fl_flow *flow = p->flow;
    const float *clip = flow->clip;
    bool clips = clip[0] > 0.0f && clip[1] > 0.0f && clip[2] > 0.0f;

    s->planes = flow->layout.planes;
    if (clips)
        fl_highlights_make(clip, &p->control->highlights, &s->highlights);
    if (!clips || flow->mono || (s->planes != 3 && (s->planes != 1 || flow->cfa == FL_CFA_NONE)) ||
        !fl_highlights_any(&s->highlights, p->control)) {
        out->bypass = true;
        return fl_success();
    }
    s->kernels = p->kernels;
    s->mode = params->mode;
    s->cfa = flow->cfa;
    s->level = clip[0];
    for (int c = 1; c < 3; c++)
        s->level = clip[c] < s->level ? clip[c] : s->level;
    if (s->mode == FL_HIGHLIGHTS_CLIP) {
        for (int c = 0; c < 3; c++)
            flow->clip[c] = s->level;
        return fl_success();
    }
    out->halo_x = out->halo_y = 2;
    out->scratch_size = fl_round_up(((size_t)flow->width / 64 + 1) * sizeof(uint64_t), 64);
    return fl_success();
}

static int color_at(const struct highlights_state *s, int plane, int x, int y)
{
    return s->planes == 3 ? plane : fl_cfa_color(s->cfa, x & 1, y & 1);
}

/* Mean of n samples of a colour, and how far they are clipped. */
static void mean_of(const struct highlights_state *s, struct fl_highlight_sample *k, int other,
                    const float *v, int n)
{
    const float share = 1.0f / (float)n;
    float sum = 0.0f, lost = 0.0f;
    for (int i = 0; i < n; i++) {
        sum += v[i];
        lost += fl_clipped(&s->highlights, (k->c + 1 + other) % 3, v[i]);
    }
    sum *= share;
    k->other[other] = sum > FL_HIGHLIGHT_LEAST ? sum : FL_HIGHLIGHT_LEAST;
    k->lost[other] = share * lost;
}

static struct fl_highlight_sample look(const struct highlights_state *s, const struct fl_rows *in,
                                       int plane, int x, int y)
{
    const float *up = in->row[0][y - 1], *here = in->row[0][y], *down = in->row[0][y + 1];
    const float cross[4] = {here[x - 1], here[x + 1], up[x], down[x]};
    const float corner[4] = {up[x - 1], up[x + 1], down[x - 1], down[x + 1]};
    struct fl_highlight_sample k = {.c = color_at(s, plane, x, y), .v = in->row[plane][y][x]};
    if (s->planes == 3) {
        for (int i = 0; i < 2; i++)
            mean_of(s, &k, i, &in->row[(k.c + 1 + i) % 3][y][x], 1);
    } else if (k.c == 1) {
        int beside = color_at(s, plane, x + 1, y) == 2 ? 0 : 1; /* green + 1 is blue */
        mean_of(s, &k, beside, cross, 2);
        mean_of(s, &k, 1 - beside, cross + 2, 2);
    } else {
        mean_of(s, &k, k.c == 0 ? 0 : 1, cross, 4);
        mean_of(s, &k, k.c == 0 ? 1 : 0, corner, 4);
    }
    return k;
}

static float rebuilt(const struct highlights_state *s, const struct fl_rows *in, int plane, int x,
                     int y)
{
    const struct fl_highlight_sample k = look(s, in, plane, x, y);
    float e = fl_highlight_estimate(&s->highlights, &k, (float)x, (float)(in->y0 + y));
    return e > k.v ? k.v + fl_clipped(&s->highlights, k.c, k.v) * (e - k.v) : k.v;
}

static void rebuild_row(const struct highlights_state *s, const struct fl_rows *in, int plane,
                        int y, uint64_t *bits, float *out)
{
    const float *row = in->row[plane][y];
    const float start[2] = {s->highlights.start[color_at(s, plane, 0, y)],
                            s->highlights.start[color_at(s, plane, 1, y)]};
    memcpy(out, row, (size_t)in->width * sizeof *out);
    s->kernels->at_least(row, start, bits, in->width);
    for (int x0 = 0; x0 < in->width; x0 += 64)
        for (uint64_t left = bits[x0 / 64]; left; left &= left - 1) {
            int x = x0 + __builtin_ctzll(left);
            out[x] = rebuilt(s, in, plane, x, y);
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
    for (int p = 0; p < s->planes; p++)
        for (int y = 0; y < in->n; y++) {
            if (s->mode == FL_HIGHLIGHTS_CLIP)
                clip_row(s, in->row[p][y], out->row[p][y], in->width);
            else
                rebuild_row(s, in, p, y, scratch, out->row[p][y]);
        }
}

bool fl_highlights_clip(const void *state)
{
    const struct highlights_state *s = state;
    return s->mode == FL_HIGHLIGHTS_CLIP;
}

const struct fl_stage fl_stage_highlights = {
    .name = "highlights",
    .summary = "Rebuild clipped colours from the others and from the colours around",
    .flags = FL_STAGE_DETAIL,
    .params_size = sizeof(struct fl_highlights_params),
    .params = highlights_params,
    .state_size = sizeof(struct highlights_state),
    .prepare = highlights_prepare,
    .rows = highlights_rows,
};
