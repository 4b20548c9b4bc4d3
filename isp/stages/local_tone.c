/* What:   Local tone mapping: lifts shadows and holds highlights by a gain that depends on place
 *         and on the pixel's own luminance.
 * Model:  rgb *= gain(x, y, L), trilinear between the points of a coarse bilateral grid. Control
 *         makes the grid (see fl_tone_grid) over log2 L; here it is laid over the bits of L as a
 *         float, which rise like log2 L but evenly between powers of two, and holds factors, so
 *         that a pixel needs neither logarithm nor power. L gain(L) still rises everywhere.
 * Source: Chen, Paris, Durand, "Real-time edge-aware image processing with the bilateral grid",
 *         2007; Gharbi et al., "Deep bilateral learning" 2017 (gains in such a grid).
 * Domain: linear output RGB -> linear output RGB.
 * Halo:   none.
 * Cost:   about 35 operations and 4 table look-ups per pixel; one row of the grid per row. */
#include "stages.h"

#include "fastlog.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define POINTS   (FL_TONE_BINS + 1) /* of a column: the last bin twice */
#define OCTAVE   8388608.0f         /* bits of a float from a power of two to the next */
#define MOST_LOG 60.0f              /* beyond any light */

static const struct fl_param local_tone_params[] = {
    {"strength", FL_PARAM_FLOAT, offsetof(struct fl_local_tone_params, strength), 0, NULL, 0, 1,
     0.5, NULL, "How far the range between bright and dark areas is compressed; 0: off"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct local_tone_state {
    const struct fl_kernels *kernels;
    float *gain; /* rows x cols x POINTS */
    int rows, cols, cell;
    int32_t first; /* bits of the first bin's luminance */
    float per_bit; /* bins */
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

static size_t grid_floats(const struct local_tone_state *s)
{
    return fl_round_up((size_t)s->cols * POINTS + FL_KERNEL_SLACK, FL_KERNEL_SLACK);
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
    return (flow->x0 + (float)x * flow->step_x + 0.5f) / (float)s->cell - 0.5f;
}

static fl_err make_spans(struct local_tone_state *s, const struct fl_flow *flow)
{
    int cols = s->cols;
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
        span->step = at < 0.0f || span->next == span->column ? 0.0f : flow->step_x / (float)s->cell;
        x++;
        while (x < s->width && (span->next == span->column || grid_column(s, flow, x) < limit))
            x++;
    }
    return fl_success();
}

/* Gains of control's grid at the luminances whose bits are evenly spaced. */
static fl_err make_gains(struct local_tone_state *s, const struct fl_tone_grid *grid)
{
    size_t columns = (size_t)grid->cols * (size_t)grid->rows, size;
    int low[FL_TONE_BINS];
    float share[FL_TONE_BINS], *gain = NULL;
    for (int i = 0; i < FL_TONE_BINS; i++) {
        int32_t bits = s->first + (int32_t)((float)i / s->per_bit);
        float light, at;
        memcpy(&light, &bits, sizeof light);
        at = (fl_fast_log2(light) - grid->log2_min) / grid->log2_step;
        low[i] = knot(at, grid->bins, &share[i]);
    }
    if (fl_size_mul(columns, POINTS * sizeof *s->gain, &size) &&
        fl_size_add(size, FL_KERNEL_SLACK * sizeof *s->gain, &size))
        s->gain = gain = malloc(size);
    if (!s->gain)
        return fl_error(FL_ERR_MEMORY, "out of memory for the tone grid");
    for (size_t c = 0; c < columns; c++, gain += POINTS) {
        const float *log2_gain = grid->log2_gain + c * (size_t)grid->bins;
        for (int i = 0; i < FL_TONE_BINS; i++) {
            const float *at = log2_gain + low[i];
            float next = low[i] + 1 < grid->bins ? at[1] : at[0];
            gain[i] = fl_fast_exp2(at[0] + share[i] * (next - at[0]));
        }
        gain[FL_TONE_BINS] = gain[FL_TONE_BINS - 1];
    }
    return fl_success();
}

static void local_tone_release(void *state)
{
    struct local_tone_state *s = state;
    free(s->gain);
    free(s->span);
}

static fl_err local_tone_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct local_tone_state *s = state;
    const struct fl_local_tone_params *q = p->params;
    const struct fl_tone_grid *grid = &p->control->grid;
    if (q->strength <= 0.0f || grid->cols <= 0) {
        out->bypass = true;
        return fl_success();
    }
    if (grid->bins < 2 || grid->bins > FL_TONE_BINS || !(grid->log2_step > 0.0f) ||
        !(grid->log2_min >= -MOST_LOG) ||
        !(grid->log2_min + FL_TONE_BINS * grid->log2_step <= MOST_LOG))
        return fl_error(FL_ERR_INTERNAL, "tone grid with %d bins of %g from %g", grid->bins,
                        (double)grid->log2_step, (double)grid->log2_min);
    s->kernels = p->kernels;
    s->rows = grid->rows;
    s->cols = grid->cols;
    s->cell = grid->cell;
    s->first = (int32_t)((grid->log2_min + 127.0f) * OCTAVE);
    s->per_bit = 1.0f / (grid->log2_step * OCTAVE);
    s->y0 = p->flow->y0;
    s->step_y = p->flow->step_y;
    s->width = p->flow->width;
    out->scratch_size = (grid_floats(s) + 2 * row_floats(s)) * sizeof(float);
    FL_TRY(make_gains(s, grid));
    return make_spans(s, p->flow);
}

/* The span that holds column x. */
static int span_at(const struct local_tone_state *s, int x)
{
    int low = 0, high = s->spans;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (s->span[middle].x <= x)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* The grid between two of its rows, for one row of pixels and the columns first to last. */
static void blend_rows(const struct local_tone_state *s, float y, int first, int last, float *row)
{
    float w;
    int v = knot((y + 0.5f) / (float)s->cell - 0.5f, s->rows, &w);
    const float *a = s->gain + ((ptrdiff_t)v * s->cols + first) * POINTS;
    const float *b = v + 1 < s->rows ? a + (ptrdiff_t)s->cols * POINTS : a;
    s->kernels->mix(a, b, w, row + (ptrdiff_t)first * POINTS, (last + 1 - first) * POINTS);
}

/* Gains of a row from x0 up to end, span by span. A span's slack is overwritten by the next. */
static void row_gains(const struct local_tone_state *s, const float *grid, int x0, int end,
                      const float *bin, float *gain)
{
    int x = x0;
    for (int i = span_at(s, x0); x < end; i++) {
        const struct span *span = &s->span[i];
        int next = i + 1 < s->spans && span[1].x < end ? span[1].x : end;
        struct fl_tone_segment segment = {grid + (ptrdiff_t)span->column * POINTS,
                                          grid + (ptrdiff_t)span->next * POINTS, span->weight,
                                          span->step, x - span->x};
        s->kernels->tone_gain(bin + (x - x0), gain + (x - x0), &segment, next - x);
        x = next;
    }
}

static void local_tone_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                            void *scratch)
{
    const struct local_tone_state *s = state;
    const int end = in->x0 + in->width;
    const struct span *first = &s->span[span_at(s, in->x0)], *last = &s->span[span_at(s, end - 1)];
    float *grid = scratch, *bin = grid + grid_floats(s), *gain = bin + row_floats(s);
    for (int y = 0; y < in->n; y++) {
        float *const rgb[3] = {out->row[0][y], out->row[1][y], out->row[2][y]};
        for (int c = 0; c < 3; c++)
            if (rgb[c] != in->row[c][y])
                memcpy(rgb[c], in->row[c][y], (size_t)in->width * sizeof(float));
        blend_rows(s, s->y0 + (float)(in->y0 + y) * s->step_y, first->column, last->next, grid);
        s->kernels->tone_bin(rgb[0], rgb[1], rgb[2], bin, s->first, s->per_bit, in->width);
        row_gains(s, grid, in->x0, end, bin, gain);
        s->kernels->scale3(rgb[0], rgb[1], rgb[2], gain, in->width);
    }
}

const struct fl_stage fl_stage_local_tone = {
    .name = "local_tone",
    .summary = "Lift shadows and hold highlights by place",
    .flags = FL_STAGE_IN_PLACE | FL_STAGE_COLUMNS,
    .params_size = sizeof(struct fl_local_tone_params),
    .params = local_tone_params,
    .state_size = sizeof(struct local_tone_state),
    .prepare = local_tone_prepare,
    .rows = local_tone_rows,
    .release = local_tone_release,
};
