/* What:   The lens passes less light, and other colours, towards the corners: every site of the
 *         mosaic is multiplied by the gains that the file gives for it.
 * Model:  out = in * prod_i (1 + strength (g_i(x, y) - 1)); g_i a GainMap, bilinear between its
 *         points, or 1 + k0 r^2 + k1 r^4 + ... + k4 r^10 with r = 1 at the corner farthest from the
 *         centre.
 * Source: DNG Specification 1.4, 2012, opcodes 9 GainMap and 3 FixVignetteRadial, of
 *         OpcodeList2 (and list 1, whose place before the black level makes no difference here).
 * Domain: linear mosaic or mono, 0 black, 1 clip -> the same. The clip level becomes the least
 *         level at which a site can saturate; above it nothing is certain.
 *         Where gains change smoothly they are computed for every fourth to sixteenth row and taken
 *         between two of these: the picture is 128 times as high or higher, and what a vignette
 *         or a usual map bends on such a stretch is below 5e-4.
 * Halo:   none.
 * Cost:   4 operations per pixel; 2 per layer for those of the computed rows. */
#include "gain_layer.h"
#include "quick_hooks.h"
#include "stages.h"

#include "mem.h"

#include <stdlib.h>

#define LAYERS_MAX 64  /* four GainMaps and a vignette are usual */
#define STEP_MOST  16  /* rows from one whose gains are computed to the next, */
#define STEPS      128 /* and at least so many of them */

struct lens_shading_params {
    float strength;
};

static const struct fl_param lens_shading_params[] = {
    {"strength", FL_PARAM_FLOAT, offsetof(struct lens_shading_params, strength), 1, NULL, 0, 1, 1,
     NULL, "Share of the correction that is applied"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct lens_shading_state {
    int count;
    struct fl_gain_layer *layer;
    size_t work; /* floats */
    float most;  /* largest gain found */
    int step;    /* rows between those whose gains are computed; 1: all are */
    const struct fl_kernels *kernels;
};

/* Computed rows, kept from call to call: by parity, because maps may be for every second row, and
 * alternating. */
struct shading_scratch {
    int row_plus_1[2][2]; /* 0: none yet */
};
#define KEPT_ROWS 5 /* and one of no other use */

static bool is_wanted(const struct fl_opcode *op)
{
    return op->list < 3 &&
           (op->id == FL_OPCODE_GAIN_MAP || op->id == FL_OPCODE_FIX_VIGNETTE_RADIAL);
}

static fl_err make_layers(struct lens_shading_state *s, const struct fl_prepare *p, double strength)
{
    const struct fl_corrections *c = p->frame->meta.corrections;
    const struct fl_opcode_space space = fl_opcode_space_of(p);
    int wanted = 0;
    for (int i = 0; c && i < c->opcode_count; i++)
        wanted += is_wanted(&c->opcode[i]);
    if (wanted == 0)
        return fl_success();
    if (wanted > LAYERS_MAX)
        return fl_error(FL_ERR_UNSUPPORTED, "%d gain opcodes; at most %d are handled", wanted,
                        LAYERS_MAX);
    s->layer = calloc((size_t)wanted, sizeof *s->layer);
    if (!s->layer)
        return fl_error(FL_ERR_MEMORY, "out of memory for %d gain opcodes", wanted);
    for (int i = 0; i < c->opcode_count; i++) {
        size_t work;
        if (!is_wanted(&c->opcode[i]))
            continue;
        FL_TRY(
            fl_gain_layer_make(&c->opcode[i], &space, p->kernels, strength, &s->layer[s->count++]));
        work = fl_gain_layer_work(&s->layer[s->count - 1]);
        s->work = work > s->work ? work : s->work;
    }
    return fl_success();
}

static void row_gains(const struct lens_shading_state *s, int y, int width, float *gain,
                      float *work)
{
    for (int x = 0; x < width; x++)
        gain[x] = 1.0f;
    for (int i = 0; i < s->count; i++)
        fl_gain_layer_row(&s->layer[i], 0, y, gain, work);
    fl_gain_limit(gain, width);
}

/* The least and the largest gain of the even and of the odd columns. */
static void find_extremes(const float *gain, int width, float least[2], float *most)
{
    enum { LANES = 16 };
    float low[LANES], high[LANES];
    int x = 0;
    for (int i = 0; i < LANES; i++) {
        low[i] = FL_GAIN_MAX;
        high[i] = FL_GAIN_MIN;
    }
    for (; x + LANES <= width; x += LANES)
        for (int i = 0; i < LANES; i++) {
            low[i] = gain[x + i] < low[i] ? gain[x + i] : low[i];
            high[i] = gain[x + i] > high[i] ? gain[x + i] : high[i];
        }
    for (; x < width; x++) {
        low[x % 2] = gain[x] < low[x % 2] ? gain[x] : low[x % 2];
        high[0] = gain[x] > high[0] ? gain[x] : high[0];
    }
    for (int i = 0; i < LANES; i++) {
        least[i % 2] = low[i] < least[i % 2] ? low[i] : least[i % 2];
        *most = high[i] > *most ? high[i] : *most;
    }
}

/* Lowers or raises the clip levels by each colour's least gain, looked for in pairs of rows that
 * are close enough together for gains that change slowly. */
static void update_clip(struct lens_shading_state *s, struct fl_flow *flow, float *gain,
                        float *work)
{
    const int pairs = 65;
    float least[3] = {FL_GAIN_MAX, FL_GAIN_MAX, FL_GAIN_MAX};
    for (int i = 0; i < pairs; i++) {
        int y0 = (int)((int64_t)(flow->height - 1) * i / (pairs - 1)) & ~1;
        for (int y = y0; y < y0 + 2 && y < flow->height; y++) {
            float of_columns[2] = {FL_GAIN_MAX, FL_GAIN_MAX};
            row_gains(s, y, flow->width, gain, work);
            find_extremes(gain, flow->width, of_columns, &s->most);
            for (int x = 0; x < 2; x++) {
                int c = fl_cfa_color(flow->cfa, x, y);
                least[c] = of_columns[x] < least[c] ? of_columns[x] : least[c];
            }
        }
    }
    for (int c = 0; c < 3; c++)
        flow->clip[c] *= flow->cfa == FL_CFA_NONE ? least[1] : least[c];
}

static size_t row_floats(int width)
{
    return fl_round_up((size_t)width + FL_KERNEL_SLACK, 16);
}

static int step_for(const struct lens_shading_state *s, int height)
{
    int step = STEP_MOST;
    while (step > 1 && step > height / STEPS)
        step /= 2;
    return step > 2 && fl_lens_shading_is_smooth(s, height) ? step : 1;
}

static fl_err lens_shading_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct lens_shading_params *params = p->params;
    struct lens_shading_state *s = state;
    size_t row = row_floats(p->flow->width);
    float *scratch;

    out->bypass = true;
    if (p->flow->layout.planes != 1 || params->strength == 0.0f)
        return fl_success();
    FL_TRY(make_layers(s, p, (double)params->strength));
    if (s->count == 0)
        return fl_success();
    out->bypass = false;
    s->kernels = p->kernels;
    s->step = step_for(s, p->flow->height);
    out->keeps_scratch = s->step > 1;
    out->scratch_size = FL_ALIGN + (KEPT_ROWS * row + s->work) * sizeof(float);
    scratch = fl_aligned_alloc((row + s->work) * sizeof(float));
    if (!scratch)
        return fl_error(FL_ERR_MEMORY, "out of memory for a row of gains");
    update_clip(s, p->flow, scratch, scratch + row);
    fl_aligned_free(scratch);
    return fl_success();
}

static float *first_row(void *scratch)
{
    return (float *)(void *)((char *)scratch + FL_ALIGN);
}

/* The gains of a row that is computed, which may be in scratch still. */
static const float *computed(const struct lens_shading_state *s, int y, int width, void *scratch)
{
    struct shading_scratch *kept = scratch;
    const size_t row = row_floats(width);
    const int parity = y & 1, place = y / s->step & 1;
    float *one = first_row(scratch), *gain = one + row * (size_t)(1 + 2 * parity + place);
    if (kept->row_plus_1[parity][place] != y + 1)
        row_gains(s, y, width, gain, one + KEPT_ROWS * row);
    kept->row_plus_1[parity][place] = y + 1;
    return gain;
}

static void multiply_row(const struct lens_shading_state *s, const float *in, int y, int width,
                         int height, float *out, void *scratch)
{
    int above = y / s->step * s->step + (y & 1), below = above + s->step;
    if (s->step == 1 || below >= height) {
        float *gain = first_row(scratch);
        row_gains(s, y, width, gain, gain + KEPT_ROWS * row_floats(width));
        s->kernels->multiply(in, gain, out, width);
        return;
    }
    s->kernels->multiply_between(in, computed(s, above, width, scratch),
                                 computed(s, below, width, scratch),
                                 (float)(y - above) / (float)s->step, out, width);
}

static void lens_shading_rows(const void *state, const struct fl_rows *in,
                              const struct fl_rows *out, void *scratch)
{
    const struct lens_shading_state *s = state;
    for (int i = 0; i < in->n; i++)
        multiply_row(s, in->row[0][i], in->y0 + i, in->width, in->height, out->row[0][i], scratch);
}

void fl_lens_shading_row(const void *state, int y, int width, float *gain, float *work)
{
    row_gains(state, y, width, gain, work);
}

size_t fl_lens_shading_work(const void *state)
{
    const struct lens_shading_state *s = state;
    return s->work;
}

float fl_lens_shading_most(const void *state)
{
    const struct lens_shading_state *s = state;
    return s->most;
}

bool fl_lens_shading_is_smooth(const void *state, int height)
{
    const struct lens_shading_state *s = state;
    for (int i = 0; i < s->count; i++) {
        const struct fl_gain_map_layer *map = &s->layer[i].u.map;
        if (s->layer[i].is_map &&
            (map->row_pitch > 2 || map->y0 >= map->row_pitch || map->y1 < height))
            return false;
    }
    return true;
}

static void lens_shading_release(void *state)
{
    struct lens_shading_state *s = state;
    for (int i = 0; i < s->count; i++)
        fl_gain_layer_free(&s->layer[i]);
    free(s->layer);
}

const struct fl_stage fl_stage_lens_shading = {
    .name = "lens_shading",
    .summary = "Even out the lens's light fall-off with the file's gain maps",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct lens_shading_params),
    .state_size = sizeof(struct lens_shading_state),
    .params = lens_shading_params,
    .prepare = lens_shading_prepare,
    .rows = lens_shading_rows,
    .release = lens_shading_release,
};
