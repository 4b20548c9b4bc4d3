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

#include <stdlib.h>

static const struct fl_param local_tone_params[] = {
    {"strength", FL_PARAM_FLOAT, offsetof(struct fl_local_tone_params, strength), 0, NULL, 0, 1,
     0.5, NULL, "How far the range between bright and dark areas is compressed; 0: off"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct local_tone_state {
    const struct fl_kernels *kernels;
    struct fl_tone_grid grid; /* borrowed from control */
    float y0, step_y;
    int width;
    struct span *span; /* of a row, the same for all */
    int spans;
};

/* Pixels between two columns of the grid, or beyond the outer ones. */
struct span {
    int x, column, next; /* first pixel; columns of the grid */
    float weight, step;  /* of the right column: at the first pixel, and from pixel to pixel */
};

/* Working memory of a call: the grid between its rows, and a bin and a gain per pixel. */
static size_t row_floats(const struct local_tone_state *s)
{
    return fl_round_up((size_t)s->width + FL_KERNEL_SLACK, FL_KERNEL_SLACK);
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

static float grid_column(const struct local_tone_state *s, const struct fl_flow *flow, int x)
{
    return (flow->x0 + (float)x * flow->step_x + 0.5f) / (float)s->grid.cell - 0.5f;
}

static fl_err make_spans(struct local_tone_state *s, const struct fl_flow *flow)
{
    int cols = s->grid.cols;
    s->span = malloc(((size_t)cols + 2) * sizeof *s->span);
    if (!s->span)
        return fl_error(FL_ERR_MEMORY, "out of memory for the tone grid's columns");
    for (int x = 0; x < s->width && s->spans < cols + 2;) {
        struct span *span = &s->span[s->spans++];
        float at = grid_column(s, flow, x);
        float limit;
        span->x = x;
        span->column = knot(at, cols, &span->weight);
        span->next = span->column + 1 < cols ? span->column + 1 : span->column;
        limit = at < 0.0f ? 0.0f : (float)(span->column + 1);
        span->step =
            at < 0.0f || span->next == span->column ? 0.0f : flow->step_x / (float)s->grid.cell;
        x++;
        while (x < s->width && (span->next == span->column || grid_column(s, flow, x) < limit))
            x++;
    }
    return fl_success();
}

static void local_tone_release(void *state)
{
    struct local_tone_state *s = state;
    free(s->span);
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
    s->y0 = p->flow->y0;
    s->step_y = p->flow->step_y;
    s->width = p->flow->width;
    out->scratch_size = ((size_t)s->grid.cols * FL_TONE_BINS + 2 * row_floats(s)) * sizeof(float);
    return make_spans(s, p->flow);
}

/* The grid between two of its rows, for one row of pixels; missing bins repeat the last. */
static void blend_rows(const struct local_tone_state *s, float y, float *row)
{
    const struct fl_tone_grid *g = &s->grid;
    float w;
    int v = knot((y + 0.5f) / (float)g->cell - 0.5f, g->rows, &w);
    const float *a = g->log2_gain + (ptrdiff_t)v * g->cols * g->bins;
    const float *b = v + 1 < g->rows ? a + (ptrdiff_t)g->cols * g->bins : a;
    for (int c = 0; c < g->cols; c++, a += g->bins, b += g->bins, row += FL_TONE_BINS) {
        for (int i = 0; i < g->bins; i++)
            row[i] = a[i] + w * (b[i] - a[i]);
        for (int i = g->bins; i < FL_TONE_BINS; i++)
            row[i] = row[g->bins - 1];
    }
}

static void make_segment(const float *left, const float *right, struct fl_tone_segment *segment)
{
    const int last = FL_TONE_BINS - 1;
    for (int i = 0; i < FL_TONE_BINS; i++) {
        segment->value[i] = left[i];
        segment->value_change[i] = right[i] - left[i];
    }
    for (int i = 0; i < last; i++) {
        float rise = left[i + 1] - left[i];
        segment->rise[i] = rise;
        segment->rise_change[i] = (right[i + 1] - right[i]) - rise;
    }
    segment->rise[last] = segment->rise_change[last] = 0.0f;
}

/* Gains of one row, span by span. A span's slack is overwritten by the next. */
static void row_gains(const struct local_tone_state *s, const float *grid, const float *bin,
                      float *gain)
{
    struct fl_tone_segment segment;
    for (int i = 0; i < s->spans; i++) {
        const struct span *span = &s->span[i];
        int end = i + 1 < s->spans ? span[1].x : s->width;
        segment.weight = span->weight;
        segment.step = span->step;
        make_segment(grid + (ptrdiff_t)span->column * FL_TONE_BINS,
                     grid + (ptrdiff_t)span->next * FL_TONE_BINS, &segment);
        s->kernels->tone_gain(bin + span->x, gain + span->x, &segment, end - span->x);
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
    .release = local_tone_release,
};
