/* What:   The lens passes less light, and other colours, towards the corners: every site of the
 *         mosaic is multiplied by the gains that the file gives for it.
 * Model:  out = in * prod_i (1 + strength (g_i(x, y) - 1)); g_i a GainMap, bilinear between its
 *         points, or 1 + k0 r^2 + k1 r^4 + ... + k4 r^10 with r = 1 at the corner farthest from the
 *         centre.
 * Source: DNG Specification 1.4, 2012, opcodes 9 GainMap and 3 FixVignetteRadial, of
 *         OpcodeList2 (and list 1, whose place before the black level makes no difference here).
 * Domain: linear mosaic or mono, 0 black, 1 clip -> the same. The clip level becomes the least
 *         level at which a site can saturate; above it nothing is certain.
 * Halo:   none.
 * Cost:   2 operations per pixel and layer, 1 for the product. */
#include "gain_layer.h"
#include "quick_hooks.h"
#include "stages.h"

#include "mem.h"

#include <stdlib.h>

#define LAYERS_MAX 64 /* four GainMaps and a vignette are usual */

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
    void (*multiply)(const float *in, const float *gain, float *out, int n);
};

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
        FL_TRY(fl_gain_layer_make(&c->opcode[i], &space, strength, &s->layer[s->count++]));
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
            row_gains(s, y, flow->width, gain, work);
            for (int x = 0; x < flow->width; x++) {
                int c = fl_cfa_color(flow->cfa, x, y);
                least[c] = gain[x] < least[c] ? gain[x] : least[c];
                s->most = gain[x] > s->most ? gain[x] : s->most;
            }
        }
    }
    for (int c = 0; c < 3; c++)
        flow->clip[c] *= flow->cfa == FL_CFA_NONE ? least[1] : least[c];
}

static fl_err lens_shading_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct lens_shading_params *params = p->params;
    struct lens_shading_state *s = state;
    size_t floats = fl_round_up((size_t)p->flow->width + FL_KERNEL_SLACK, 16);
    float *scratch;

    out->bypass = true;
    if (p->flow->layout.planes != 1 || params->strength == 0.0f)
        return fl_success();
    FL_TRY(make_layers(s, p, (double)params->strength));
    if (s->count == 0)
        return fl_success();
    out->bypass = false;
    out->scratch_size = (floats + s->work) * sizeof(float);
    s->multiply = p->kernels->multiply;
    scratch = fl_aligned_alloc(out->scratch_size);
    if (!scratch)
        return fl_error(FL_ERR_MEMORY, "out of memory for a row of gains");
    update_clip(s, p->flow, scratch, scratch + floats);
    fl_aligned_free(scratch);
    return fl_success();
}

static void lens_shading_rows(const void *state, const struct fl_rows *in,
                              const struct fl_rows *out, void *scratch)
{
    const struct lens_shading_state *s = state;
    float *gain = scratch;
    float *work = gain + fl_round_up((size_t)in->width + FL_KERNEL_SLACK, 16);
    for (int i = 0; i < in->n; i++) {
        row_gains(s, in->y0 + i, in->width, gain, work);
        s->multiply(in->row[0][i], gain, out->row[0][i], in->width);
    }
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
