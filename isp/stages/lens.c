/* What:   What the file says about its lens, in colour: distortion and lateral chromatic aberration
 *         (WarpRectilinear), vignetting (FixVignetteRadial), shading (GainMap on colour planes).
 *         Asked for, lateral colour by the tables of a tuning, where the file has no warp.
 * Model:  The opcodes are applied in the file's order. Read backwards, they say for each output
 *         pixel where it comes from and what it is multiplied by:
 *             u' = u (k0 + k1 r^2 + k2 r^4 + k3 r^6) + 2 t0 u v + t1 (r^2 + 2 u^2), v' alike,
 *         u, v, r from the centre, r = 1 at the farthest corner; gains as in lens_shading. The
 *         picture is read there once, by Lanczos interpolation of three lobes, 512 places between
 *         two pixels, kept within the four pixels around the place.
 * Source: DNG Specification 1.4, 2012, opcodes 1, 3 and 9 of OpcodeList3; Brown, Decentering
 *         distortion of lenses, 1966.
 * Domain: linear camera RGB -> the same.
 * Halo:   gathers from the whole picture; edges are repeated.
 * Cost:   about 100 operations per pixel and plane with a warp, 5 with gains alone. */
#include "lateral.h"
#include "stages.h"
#include "warp.h"

#include "mem.h"

#include <stdlib.h>
#include <string.h>

#define OPS_MAX 64

struct lens_params {
    int lateral;
};

static const struct fl_param lens_params[] = {
    {"lateral", FL_PARAM_BOOL, offsetof(struct lens_params, lateral), 0, NULL, 0, 1, 0, NULL,
     "Bring red and blue onto green by the tables of a tuning that has some; takes memory for the "
     "whole picture"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct lens_op {
    bool is_warp;
    struct fl_warp warp;
    struct fl_gain_layer layer;
};

struct lens_state {
    int count, planes, height;
    bool warps, shifts;
    struct fl_lateral lateral; /* comes before the file's, which have no warp then */
    struct lens_op *op;        /* in the file's order */
    size_t work;               /* floats that a gain layer needs */
    struct fl_warp_table *table;
    void (*multiply)(const float *in, const float *gain, float *out, int n);
};

/* A picture that comes demosaiced has its opcodes for linear data applied here as well. */
static bool is_wanted(const struct fl_prepare *p, const struct fl_opcode *op)
{
    return (op->list == 3 || p->frame->meta.is_linear_rgb) &&
           (op->id == FL_OPCODE_WARP_RECTILINEAR || op->id == FL_OPCODE_GAIN_MAP ||
            op->id == FL_OPCODE_FIX_VIGNETTE_RADIAL);
}

static fl_err add_op(struct lens_state *s, const struct fl_opcode *op,
                     const struct fl_opcode_space *space, const struct fl_kernels *kernels)
{
    struct lens_op *to = &s->op[s->count];
    size_t work;
    to->is_warp = op->id == FL_OPCODE_WARP_RECTILINEAR;
    if (to->is_warp) {
        bool identity;
        FL_TRY(fl_warp_make(op, space, &to->warp, &identity));
        s->count += !identity;
        s->warps = s->warps || !identity;
        return fl_success();
    }
    s->count++;
    FL_TRY(fl_gain_layer_make(op, space, kernels, 1.0, &to->layer));
    work = fl_gain_layer_work(&to->layer);
    s->work = work > s->work ? work : s->work;
    return fl_success();
}

static fl_err add_ops(struct lens_state *s, const struct fl_prepare *p)
{
    const struct fl_corrections *c = p->frame->meta.corrections;
    const struct fl_opcode_space space = fl_opcode_space_of(p);
    int wanted = 0;
    for (int i = 0; c && i < c->opcode_count; i++)
        wanted += is_wanted(p, &c->opcode[i]);
    if (wanted == 0)
        return fl_success();
    if (wanted > OPS_MAX)
        return fl_error(FL_ERR_UNSUPPORTED, "%d lens opcodes; at most %d are handled", wanted,
                        OPS_MAX);
    s->op = calloc((size_t)wanted, sizeof *s->op);
    if (!s->op)
        return fl_error(FL_ERR_MEMORY, "out of memory for %d lens opcodes", wanted);
    for (int i = 0; i < c->opcode_count; i++)
        if (is_wanted(p, &c->opcode[i]))
            FL_TRY(add_op(s, &c->opcode[i], &space, p->kernels));
    return fl_success();
}

static size_t row_floats(int width)
{
    return fl_round_up((size_t)width + FL_KERNEL_SLACK, 16);
}

static fl_err lens_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct lens_params *params = p->params;
    struct lens_state *s = state;
    out->bypass = true;
    if (p->flow->layout.planes != 3)
        return fl_success();
    FL_TRY(add_ops(s, p));
    s->shifts = params->lateral && !s->warps && fl_lateral_make(p, &s->lateral);
    if (s->count == 0 && !s->shifts)
        return fl_success();
    if (s->warps || s->shifts) {
        s->table = malloc(sizeof *s->table);
        if (!s->table)
            return fl_error(FL_ERR_MEMORY, "out of memory for a table of weights");
        fl_warp_table_make(s->table);
    }
    s->planes = 3;
    s->height = p->flow->height;
    s->multiply = p->kernels->multiply;
    out->bypass = false;
    out->scratch_size = (3 * row_floats(p->flow->width) + s->work) * sizeof(float);
    return fl_success();
}

static float within(float v, int size)
{
    float last = (float)(size - 1);
    v = v > 0.0f ? v : 0.0f;
    return v < last ? v : last;
}

/* Where a row's pixels come from and their gains; false when they stay where they are. */
static bool trace_row(const struct lens_state *s, int plane, int y, int n, float *dx, float *dy,
                      float *gain, float *work)
{
    bool moved = false;
    memset(dx, 0, (size_t)n * sizeof *dx);
    memset(dy, 0, (size_t)n * sizeof *dy);
    for (int x = 0; x < n; x++)
        gain[x] = 1.0f;
    for (int i = s->count - 1; i >= 0; i--) {
        const struct lens_op *op = &s->op[i];
        if (op->is_warp) {
            fl_warp_row(&op->warp, plane, y, dx, dy, n);
            moved = true;
        } else if (!moved) {
            fl_gain_layer_row(&op->layer, plane, y, gain, work);
        } else {
            for (int x = 0; x < n; x++)
                gain[x] *= fl_gain_layer_at(&op->layer, plane, within((float)x + dx[x], n),
                                            within((float)y + dy[x], s->height));
        }
    }
    fl_gain_limit(gain, n);
    if (s->shifts && plane != 1) {
        fl_lateral_row(&s->lateral, plane, y, dx, dy, n);
        moved = true;
    }
    return moved;
}

static void lens_gather(const void *state, const struct fl_planes *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct lens_state *s = state;
    const size_t stride = row_floats(out->width);
    float *dx = scratch, *dy = dx + stride, *gain = dy + stride, *work = gain + stride;
    for (int p = 0; p < s->planes; p++)
        for (int i = 0; i < out->n; i++) {
            float *to = out->row[p][i];
            int y = out->y0 + i;
            if (trace_row(s, p, y, out->width, dx, dy, gain, work))
                fl_warp_read(s->table, in, p, y, dx, dy, to, out->width);
            else
                memcpy(to, in->data[p] + (ptrdiff_t)y * in->stride[p],
                       (size_t)out->width * sizeof *to);
            s->multiply(to, gain, to, out->width);
        }
}

static void lens_release(void *state)
{
    struct lens_state *s = state;
    for (int i = 0; i < s->count; i++)
        if (!s->op[i].is_warp)
            fl_gain_layer_free(&s->op[i].layer);
    free(s->op);
    free(s->table);
}

const struct fl_stage fl_stage_lens = {
    .name = "lens",
    .summary = "Undo distortion, colour fringes and fall-off with the file's opcodes",
    .params_size = sizeof(struct lens_params),
    .params = lens_params,
    .state_size = sizeof(struct lens_state),
    .prepare = lens_prepare,
    .gather = lens_gather,
    .release = lens_release,
};
