/* What: colour differences by shrinking the DCT coefficients that noise explains, at half and, for
 *       blotches, a quarter of the resolution; finer colour detail where noise is low.
 * Model: with S the sliding shrinkage, D halving, U enlarging, h = D C, q = D h, r = C - U h:
 *        f = S(h); h' = f + U(S(q) - D f); C' = U h' + S(r), or U h' alone.
 *        lambda = 2.7; 3 for r, in steps of 4.
 * Source: as denoise.dct. Half resolution, because the eye and demosaic hold little finer colour.
 * Domain and units: Y, R - G, B - G on the square root, in and out.
 * Halo: 2; 4; 8, 16 or 32; 4; 8; 4. Cost: about 200 operations a pixel in preset best. */
#include "chroma_denoise.h"
#include "noise_model.h"
#include "planes.h"
#include "pyramid.h"
#include "stages.h"

#define LAMBDA          2.7
#define LAMBDA_RESIDUAL 3.0
#define STEP_RESIDUAL   4
#define QUARTER         CHROMA_REST

/* Luminance, half planes, and U and V themselves where they are needed again. */
static fl_err half_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    if (fl_chroma_begin(s, p, out) > 0.0)
        p->flow->layout = fl_chroma_layout(false, s->residual);
    out->halo_x = out->halo_y = 2;
    fl_keeps(out, 0, CHROMA_LUMA);
    for (int c = 0; s->residual && c < 2; c++)
        fl_keeps(out, 1 + c, CHROMA_REST + c);
    return fl_success();
}

static void half_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    fl_keep_plane(in, 0, out, CHROMA_LUMA, 0);
    for (int c = 0; c < 2; c++) {
        fl_pyramid_halve(s->kernels, in, 1 + c, 0, -1, out, CHROMA_HALF + c);
        if (s->residual)
            fl_keep_plane(in, 1 + c, out, CHROMA_REST + c, 0);
    }
}

static fl_err split_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    double strength = fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || (s->levels == 1 && !s->residual);
    out->halo_x = out->halo_y = 4;
    for (int i = 0; i < CHROMA_REST; i++) /* luminance and the half planes */
        fl_keeps(out, i, i);
    if (strength > 0.0)
        p->flow->layout = fl_chroma_layout(s->levels == 2, s->residual);
    return fl_success();
}

static void split_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    fl_keep_plane(in, CHROMA_LUMA, out, CHROMA_LUMA, 0);
    for (int c = 0; c < 2; c++) {
        int half = CHROMA_HALF + c;
        fl_keep_plane(in, half, out, half, 1);
        if (s->levels == 2)
            fl_pyramid_halve(s->kernels, in, half, 1, -1, out, QUARTER + c);
        if (s->residual)
            fl_pyramid_enlarge(s->kernels, in, CHROMA_REST + c, -1.0f, half, 0, out,
                               fl_chroma_residual_at(s) + c);
    }
}

struct shrink_state {
    struct fl_chroma_state base;
    struct fl_sliding_dct dct[3][2]; /* half, quarter, residual */
    size_t at[3][2];                 /* in scratch */
};

static fl_err shrink_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    static const enum fl_noise_plane plane[3] = {FL_NOISE_CHROMA_HALF, FL_NOISE_CHROMA_QUARTER,
                                                 FL_NOISE_CHROMA};
    static const int shift[3] = {1, 2, 0};
    const struct fl_chroma_params *params = p->params;
    struct shrink_state *s = state;
    double strength = fl_chroma_begin(&s->base, p, out);
    int step = params->step ? params->step : p->settings->preset == FL_PRESET_BEST ? 3 : 4;
    if (out->bypass)
        return fl_success();
    for (int i = 0; i < 3; i++)
        for (int c = 0; c < 2; c++) {
            float variance[64];
            fl_noise_coefficients(p->flow, plane[i], 2 * c, variance);
            fl_sliding_dct_init(&s->dct[i][c], p->kernels, variance,
                                strength * (i == 2 ? LAMBDA_RESIDUAL : LAMBDA),
                                i == 2 ? STEP_RESIDUAL : step);
            s->at[i][c] = out->scratch_size;
            if (i == 0 || (i == 1 && s->base.levels == 2) || (i == 2 && s->base.residual))
                out->scratch_size += fl_sliding_dct_scratch(fl_shifted(p->flow->width, shift[i]));
        }
    out->halo_x = out->halo_y = FL_SLIDING_DCT_HALO << s->base.levels;
    out->keeps_scratch = true;
    fl_keeps(out, CHROMA_LUMA, CHROMA_LUMA);
    return fl_success();
}

static void shrink_plane(const struct fl_sliding_dct *dct, const struct fl_rows *in, int plane,
                         int shift, const struct fl_rows *out, void *scratch)
{
    fl_sliding_dct_rows(dct, in->row[plane], in->y0 >> shift, fl_shifted(in->n, shift),
                        fl_shifted(in->width, shift), out->row[plane], scratch);
}

static void shrink_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct shrink_state *s = state;
    char *kept = scratch;
    fl_keep_plane(in, CHROMA_LUMA, out, CHROMA_LUMA, 0);
    for (int c = 0; c < 2; c++) {
        shrink_plane(&s->dct[0][c], in, CHROMA_HALF + c, 1, out, kept + s->at[0][c]);
        if (s->base.levels == 2)
            shrink_plane(&s->dct[1][c], in, QUARTER + c, 2, out, kept + s->at[1][c]);
        if (s->base.residual)
            shrink_plane(&s->dct[2][c], in, fl_chroma_residual_at(&s->base) + c, 0, out,
                         kept + s->at[2][c]);
    }
}

static fl_err detail_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || s->levels == 1;
    out->halo_x = out->halo_y = 4;
    for (int i = 0; i < CHROMA_REST; i++)
        fl_keeps(out, i, i);
    for (int c = 0; s->residual && c < 2; c++)
        fl_keeps(out, fl_chroma_residual_at(s) + c, fl_chroma_residual_at(s) + c);
    return fl_success();
}

/* The quarter planes less what the half ones already have of them. */
static void detail_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    fl_keep_plane(in, CHROMA_LUMA, out, CHROMA_LUMA, 0);
    for (int c = 0; c < 2; c++) {
        int residual = fl_chroma_residual_at(s) + c;
        fl_keep_plane(in, CHROMA_HALF + c, out, CHROMA_HALF + c, 1);
        fl_pyramid_halve(s->kernels, in, CHROMA_HALF + c, 1, QUARTER + c, out, QUARTER + c);
        if (s->residual)
            fl_keep_plane(in, residual, out, residual, 0);
    }
}

static fl_err merge_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || s->levels == 1;
    out->halo_x = out->halo_y = 8;
    fl_keeps(out, CHROMA_LUMA, CHROMA_LUMA);
    for (int c = 0; s->residual && c < 2; c++)
        fl_keeps(out, fl_chroma_residual_at(s) + c, CHROMA_REST + c);
    if (!out->bypass)
        p->flow->layout = fl_chroma_layout(false, s->residual);
    return fl_success();
}

static void merge_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    fl_keep_plane(in, CHROMA_LUMA, out, CHROMA_LUMA, 0);
    for (int c = 0; c < 2; c++) {
        fl_pyramid_enlarge(s->kernels, in, CHROMA_HALF + c, 1.0f, QUARTER + c, 1, out,
                           CHROMA_HALF + c);
        if (s->residual)
            fl_keep_plane(in, fl_chroma_residual_at(s) + c, out, CHROMA_REST + c, 0);
    }
}

static fl_err join_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    if (fl_chroma_begin(s, p, out) > 0.0)
        p->flow->layout = fl_layout_of(3);
    fl_keeps(out, CHROMA_LUMA, 0);
    out->halo_x = out->halo_y = 4;
    return fl_success();
}

static void join_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    fl_keep_plane(in, CHROMA_LUMA, out, 0, 0);
    for (int c = 0; c < 2; c++)
        fl_pyramid_enlarge(s->kernels, in, s->residual ? CHROMA_REST + c : -1, 1.0f,
                           CHROMA_HALF + c, 0, out, 1 + c);
}

#define PASS(NAME, STATE, SUMMARY)                                                                 \
    const struct fl_stage fl_stage_chroma_denoise_##NAME = {                                       \
        .name = "chroma_denoise." #NAME,                                                           \
        .summary = SUMMARY,                                                                        \
        .params_size = sizeof(struct fl_chroma_params),                                            \
        .state_size = sizeof(struct STATE),                                                        \
        .params = fl_chroma_param_table,                                                           \
        .prepare = NAME##_prepare,                                                                 \
        .rows = NAME##_rows,                                                                       \
    }

PASS(half, fl_chroma_state, "colour at half resolution");
PASS(split, fl_chroma_state, "colour at a quarter, and what is finer than half");
PASS(shrink, shrink_state, "shrinks what noise explains");
PASS(detail, fl_chroma_state, "blotches that half resolution kept");
PASS(merge, fl_chroma_state, "half and quarter together");
PASS(join, fl_chroma_state, "back to full resolution");
