/* What:   Local tone mapping: lifts shadows and holds highlights by a gain that depends on place
 *         and on the pixel's own luminance.
 * Model:  rgb *= 2^g(x, y, log2 L); g is a coarse bilateral grid made in control, sampled
 *         trilinearly (see fl_tone_grid).
 * Source: Chen, Paris, Durand, "Real-time edge-aware image processing with the bilateral grid",
 *         2007; Gharbi et al., "Deep bilateral learning" 2017 (gains in such a grid).
 * Domain: linear output RGB -> linear output RGB.
 * Halo:   none.
 * Cost:   about 40 operations and 8 table reads per pixel; one table per row. */
#include "stages.h"

#include "fastlog.h"

static const struct fl_param local_tone_params[] = {
    {"strength", FL_PARAM_FLOAT, offsetof(struct fl_local_tone_params, strength), 0, NULL, 0, 1, 0.5,
     NULL, "How far the range between bright and dark areas is compressed; 0: off"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct local_tone_state {
    struct fl_tone_grid grid; /* borrowed from control */
    float x0, y0, step_x, step_y;
};

static fl_err local_tone_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct local_tone_state *s = state;
    const struct fl_local_tone_params *q = p->params;
    s->grid = p->control->grid;
    if (q->strength <= 0.0f || s->grid.cols <= 0) {
        out->bypass = true;
        return fl_success();
    }
    s->x0 = p->flow->x0;
    s->y0 = p->flow->y0;
    s->step_x = p->flow->step_x;
    s->step_y = p->flow->step_y;
    out->scratch_size = (size_t)s->grid.cols * (size_t)s->grid.bins * sizeof(float);
    return fl_success();
}

/* Position in the grid of a pixel centre, and the weight of the next knot. */
static int knot(float at, int size, float *weight)
{
    float limit = (float)(size - 1);
    float v = at > 0.0f ? at : 0.0f;
    int i;
    v = v < limit ? v : limit;
    i = (int)v;
    i = i < size - 2 ? i : size - 2;
    i = i > 0 ? i : 0;
    *weight = v - (float)i;
    return i;
}

/* The grid between its rows, for one row of pixels. */
static void blend_rows(const struct local_tone_state *s, float y, float *row)
{
    const struct fl_tone_grid *g = &s->grid;
    int n = g->cols * g->bins;
    float w;
    int v = knot((y + 0.5f) / (float)g->cell - 0.5f, g->rows, &w);
    const float *a = g->log2_gain + (ptrdiff_t)v * n;
    const float *b = v + 1 < g->rows ? a + n : a;
    for (int i = 0; i < n; i++)
        row[i] = a[i] + w * (b[i] - a[i]);
}

static float gain_at(const struct local_tone_state *s, const float *row, float u, float luminance)
{
    const struct fl_tone_grid *g = &s->grid;
    float wu, wb, b, left, right;
    int iu = knot(u, g->cols, &wu), ib;
    const float *k = row + (ptrdiff_t)iu * g->bins;
    const float *l = iu + 1 < g->cols ? k + g->bins : k;
    b = luminance > 1e-20f ? (fl_fast_log2(luminance) - g->log2_min) / g->log2_step : 0.0f;
    ib = knot(b, g->bins, &wb);
    left = k[ib] + wb * (k[ib + 1] - k[ib]);
    right = l[ib] + wb * (l[ib + 1] - l[ib]);
    return fl_fast_exp2(left + wu * (right - left));
}

static void local_tone_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                            void *scratch)
{
    const struct local_tone_state *s = state;
    float *row = scratch;
    const float per_cell = 1.0f / (float)s->grid.cell;
    for (int y = 0; y < in->n; y++) {
        const float *r = in->row[0][y], *g = in->row[1][y], *b = in->row[2][y];
        float *ro = out->row[0][y], *go = out->row[1][y], *bo = out->row[2][y];
        blend_rows(s, s->y0 + (float)(in->y0 + y) * s->step_y, row);
        for (int x = 0; x < in->width; x++) {
            float u = (s->x0 + (float)x * s->step_x + 0.5f) * per_cell - 0.5f;
            float l = FL_TONE_RED * r[x] + FL_TONE_GREEN * g[x] + FL_TONE_BLUE * b[x];
            float gain = gain_at(s, row, u, l);
            ro[x] = r[x] * gain;
            go[x] = g[x] * gain;
            bo[x] = b[x] * gain;
        }
    }
}

const struct fl_stage fl_stage_local_tone = {
    .name = "local_tone",
    .summary = "Lift shadows and hold highlights by place",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct fl_local_tone_params),
    .params = local_tone_params,
    .state_size = sizeof(struct local_tone_state),
    .prepare = local_tone_prepare,
    .rows = local_tone_rows,
};
