/* What:   Local tone mapping: lifts shadows and holds highlights by a gain that depends on place
 *         and on the pixel's own luminance.
 * Model:  rgb *= 2^g(x, y, log2 L); g is a coarse bilateral grid made in control, sampled
 *         trilinearly (see fl_tone_grid).
 * Source: Chen, Paris, Durand, "Real-time edge-aware image processing with the bilateral grid",
 *         2007; Gharbi et al., "Deep bilateral learning" 2017 (gains in such a grid).
 * Domain: linear output RGB -> linear output RGB.
 * Halo:   none.
 * Cost:   about 45 operations and 4 table look-ups per pixel; one table per row and segment. */
#include "stages.h"

#include "mem.h"

static const struct fl_param local_tone_params[] = {
    {"strength", FL_PARAM_FLOAT, offsetof(struct fl_local_tone_params, strength), 0, NULL, 0, 1,
     0.5, NULL, "How far the range between bright and dark areas is compressed; 0: off"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct local_tone_state {
    const struct fl_kernels *kernels;
    struct fl_tone_grid grid; /* borrowed from control */
    float x0, y0, step_x, step_y;
    int width;
};

/* Working memory of a call: the grid between its rows, and a bin and a gain per pixel. */
static size_t row_floats(const struct local_tone_state *s)
{
    return fl_round_up((size_t)s->width + FL_KERNEL_SLACK, FL_KERNEL_SLACK);
}

static fl_err local_tone_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct local_tone_state *s = state;
    const struct fl_local_tone_params *q = p->params;
    s->kernels = p->kernels;
    s->grid = p->control->grid;
    if (q->strength <= 0.0f || s->grid.cols <= 0) {
        out->bypass = true;
        return fl_success();
    }
    if (s->grid.bins < 2 || s->grid.bins > FL_TONE_BINS)
        return fl_error(FL_ERR_INTERNAL, "tone grid with %d bins", s->grid.bins);
    s->x0 = p->flow->x0;
    s->y0 = p->flow->y0;
    s->step_x = p->flow->step_x;
    s->step_y = p->flow->step_y;
    s->width = p->flow->width;
    out->scratch_size = ((size_t)s->grid.cols * FL_TONE_BINS + 2 * row_floats(s)) * sizeof(float);
    return fl_success();
}

/* Position among n knots of a pixel centre: the knot before it and the weight of the next. */
static int knot(float at, int n, float *weight)
{
    float limit = (float)(n - 1);
    float v = at > 0.0f ? at : 0.0f;
    int i;
    v = v < limit ? v : limit;
    i = (int)v;
    *weight = v - (float)i;
    return i;
}

static float grid_column(const struct local_tone_state *s, int x)
{
    return (s->x0 + (float)x * s->step_x + 0.5f) / (float)s->grid.cell - 0.5f;
}

/* The grid between two of its rows, for one row of pixels; missing bins repeat the last. */
static void blend_rows(const struct local_tone_state *s, float y, float *row)
{
    const struct fl_tone_grid *g = &s->grid;
    float w;
    int v = knot((y + 0.5f) / (float)g->cell - 0.5f, g->rows, &w);
    const float *a = g->log2_gain + (ptrdiff_t)v * g->cols * g->bins;
    const float *b = v + 1 < g->rows ? a + (ptrdiff_t)g->cols * g->bins : a;
    for (int c = 0; c < g->cols; c++)
        for (int i = 0; i < FL_TONE_BINS; i++) {
            ptrdiff_t from = (ptrdiff_t)c * g->bins + (i < g->bins ? i : g->bins - 1);
            row[c * FL_TONE_BINS + i] = a[from] + w * (b[from] - a[from]);
        }
}

static void make_segment(const float *left, const float *right, struct fl_tone_segment *segment)
{
    for (int i = 0; i < FL_TONE_BINS; i++) {
        int next = i + 1 < FL_TONE_BINS ? i + 1 : i;
        float rise = left[next] - left[i];
        segment->value[i] = left[i];
        segment->rise[i] = rise;
        segment->value_change[i] = right[i] - left[i];
        segment->rise_change[i] = (right[next] - right[i]) - rise;
    }
}

/* Gains of one row, segment by segment: between two columns of the grid, or beyond the outer ones.
 * A segment's slack is overwritten by the next. */
static void row_gains(const struct local_tone_state *s, const float *grid, const float *bin,
                      float *gain)
{
    const struct fl_tone_grid *g = &s->grid;
    struct fl_tone_segment segment;
    for (int x = 0; x < s->width;) {
        float at = grid_column(s, x);
        int column = knot(at, g->cols, &segment.weight);
        int next = column + 1 < g->cols ? column + 1 : column;
        int end = x + 1;
        float limit = at < 0.0f ? 0.0f : (float)(column + 1);
        segment.step = at < 0.0f || next == column ? 0.0f : s->step_x / (float)g->cell;
        while (end < s->width && (next == column || grid_column(s, end) < limit))
            end++;
        make_segment(grid + (ptrdiff_t)column * FL_TONE_BINS, grid + (ptrdiff_t)next * FL_TONE_BINS,
                     &segment);
        s->kernels->tone_gain(bin + x, gain + x, &segment, end - x);
        x = end;
    }
}

static void local_tone_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                            void *scratch)
{
    const struct local_tone_state *s = state;
    const float per_step = 1.0f / s->grid.log2_step;
    float *grid = scratch;
    float *bin = grid + (size_t)s->grid.cols * FL_TONE_BINS, *gain = bin + row_floats(s);
    for (int y = 0; y < in->n; y++) {
        blend_rows(s, s->y0 + (float)(in->y0 + y) * s->step_y, grid);
        s->kernels->tone_bin(in->row[0][y], in->row[1][y], in->row[2][y], bin, s->grid.log2_min,
                             per_step, s->width);
        row_gains(s, grid, bin, gain);
        for (int c = 0; c < 3; c++)
            s->kernels->multiply(in->row[c][y], gain, out->row[c][y], s->width);
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
