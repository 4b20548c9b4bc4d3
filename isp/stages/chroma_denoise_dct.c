/* What:   colour differences by shrinking the DCT coefficients that noise explains, at half and,
 * for blotches, a quarter and in strong noise an eighth of the resolution; finer colour detail
 *         where noise is low.
 * Model:  with S the sliding shrinkage, D halving, U enlarging, h = D C, q = D h, o = D q,
 *         r = C - U h:  f = S(h);  g = S(q);  g' = g + U(S(o) - D g), or g alone;
 *         h' = f + U(g' - D f);  C' = U h' + S(r), or U h' alone. lambda = 2.78; 3.1 for r, in
 *         steps of 4.
 * Source: as denoise.dct. Half resolution, because the eye and demosaic hold little finer colour.
 * Domain: Y, R - G, B - G on the square root in; linear red, green, blue out.
 * Halo:   2; 4; 8; 8, 16, 32 or 64; 4 or 8; 16; 8; 4.
 * Cost:   about 150 operations a pixel in preset best; the eighth adds 5. */
#include "chroma_denoise.h"
#include "noise_model.h"
#include "opponent.h"
#include "planes.h"
#include "pyramid.h"
#include "stages.h"

#define LAMBDA          2.78
#define LAMBDA_RESIDUAL 3.1
#define STEP_RESIDUAL   4
#define LEVELS          3
#define PART            512 /* pixels of a row that stay in the nearest cache */

/* Index of a level's first plane; level 1 is half resolution. */
static int at(int level)
{
    return CHROMA_HALF + 2 * (level - 1);
}

/* Keeps luminance and the colour planes of the levels up to last. */
static void keep(const struct fl_rows *in, const struct fl_rows *out, int last)
{
    fl_keep_plane(in, CHROMA_LUMA, out, CHROMA_LUMA, 0);
    for (int level = 1; level <= last; level++)
        for (int c = 0; c < 2; c++)
            fl_keep_plane(in, at(level) + c, out, at(level) + c, level);
}

static void keep_residual(const struct fl_chroma_state *s, const struct fl_rows *in, int in_levels,
                          const struct fl_rows *out, int out_levels)
{
    for (int c = 0; s->residual && c < 2; c++)
        fl_keep_plane(in, fl_chroma_residual_at(in_levels) + c, out,
                      fl_chroma_residual_at(out_levels) + c, 0);
}

/* Luminance, half planes, and U and V themselves where they are needed again. */
static fl_err half_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    if (fl_chroma_begin(s, p, out) > 0.0)
        p->flow->layout = fl_chroma_layout(1, s->residual);
    out->halo_x = out->halo_y = 2;
    fl_keeps(out, 0, CHROMA_LUMA);
    for (int c = 0; s->residual && c < 2; c++)
        fl_keeps(out, 1 + c, fl_chroma_residual_at(1) + c);
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
            fl_keep_plane(in, 1 + c, out, fl_chroma_residual_at(1) + c, 0);
    }
}

static fl_err split_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || (s->levels == 1 && !s->residual);
    out->halo_x = out->halo_y = 4;
    for (int i = 0; i < CHROMA_QUARTER; i++) /* luminance and the half planes */
        fl_keeps(out, i, i);
    if (!out->bypass)
        p->flow->layout = fl_chroma_layout(s->levels < 2 ? s->levels : 2, s->residual);
    return fl_success();
}

static void split_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    keep(in, out, 1);
    for (int c = 0; c < 2; c++) {
        if (s->levels >= 2)
            fl_pyramid_halve(s->kernels, in, CHROMA_HALF + c, 1, -1, out, CHROMA_QUARTER + c);
        if (s->residual)
            fl_pyramid_enlarge(s->kernels, in, fl_chroma_residual_at(1) + c, -1.0f, CHROMA_HALF + c,
                               0, out, fl_chroma_residual_at(s->levels) + c);
    }
}

static fl_err eighth_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || s->levels < 3;
    out->halo_x = out->halo_y = 8;
    for (int k = 0; k < CHROMA_EIGHTH; k++)
        fl_keeps(out, k, k);
    if (!out->bypass)
        p->flow->layout = fl_chroma_layout(3, false);
    return fl_success();
}

static void eighth_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    keep(in, out, 2);
    for (int c = 0; c < 2; c++)
        fl_pyramid_halve(s->kernels, in, CHROMA_QUARTER + c, 2, -1, out, CHROMA_EIGHTH + c);
}

struct shrink_state {
    struct fl_chroma_state base;
    struct fl_sliding_dct dct[LEVELS + 1][2]; /* of the residual and of every level */
    size_t at[LEVELS + 1][2];                 /* in scratch */
};

static fl_err shrink_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    static const enum fl_noise_plane plane[] = {FL_NOISE_CHROMA, FL_NOISE_CHROMA_HALF,
                                                FL_NOISE_CHROMA_QUARTER, FL_NOISE_CHROMA_EIGHTH};
    const struct fl_chroma_params *params = p->params;
    struct shrink_state *s = state;
    double strength = fl_chroma_begin(&s->base, p, out);
    struct fl_span span = fl_noise_span(p->flow, true);
    int step = params->step ? params->step : p->settings->preset == FL_PRESET_BEST ? 3 : 4;
    if (out->bypass)
        return fl_success();
    for (int i = 0; i <= LEVELS; i++)
        for (int c = 0; c < 2; c++) {
            struct fl_dct_plane of = {span.low, span.high, fl_shifted(p->flow->width, i)};
            float variance[64];
            fl_noise_coefficients(p->flow, plane[i], 2 * c, variance);
            fl_sliding_dct_init(&s->dct[i][c], p->kernels, &of, variance,
                                strength * (i == 0 ? LAMBDA_RESIDUAL : LAMBDA),
                                i == 0 ? STEP_RESIDUAL : step);
            s->at[i][c] = out->scratch_size;
            if (i == 0 ? s->base.residual : i <= s->base.levels)
                out->scratch_size += fl_sliding_dct_scratch(&s->dct[i][c]);
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
                        out->row[plane], scratch);
}

static void shrink_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct shrink_state *s = state;
    char *kept = scratch;
    fl_keep_plane(in, CHROMA_LUMA, out, CHROMA_LUMA, 0);
    for (int c = 0; c < 2; c++) {
        for (int i = 1; i <= s->base.levels; i++)
            shrink_plane(&s->dct[i][c], in, at(i) + c, i, out, kept + s->at[i][c]);
        if (s->base.residual)
            shrink_plane(&s->dct[0][c], in, fl_chroma_residual_at(s->base.levels) + c, 0, out,
                         kept + s->at[0][c]);
    }
}

static fl_err detail_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || s->levels == 1;
    out->halo_x = out->halo_y = s->levels == 3 ? 8 : 4;
    for (int i = 0; i < CHROMA_QUARTER; i++)
        fl_keeps(out, i, i);
    for (int c = 0; s->residual && c < 2; c++)
        fl_keeps(out, fl_chroma_residual_at(s->levels) + c, fl_chroma_residual_at(s->levels) + c);
    return fl_success();
}

/* Every coarser level less what the next finer one already has of it. */
static void detail_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct fl_chroma_state *s = state;
    (void)scratch;
    keep(in, out, 1);
    keep_residual(s, in, s->levels, out, s->levels);
    for (int level = 1; level < s->levels; level++)
        for (int c = 0; c < 2; c++)
            fl_pyramid_halve(s->kernels, in, at(level) + c, level, at(level + 1) + c, out,
                             at(level + 1) + c);
}

static fl_err prepare_merge(void *state, const struct fl_prepare *p, int level,
                            struct fl_prepared *out)
{
    struct fl_chroma_state *s = state;
    fl_chroma_begin(s, p, out);
    out->bypass = out->bypass || s->levels <= level;
    out->halo_x = out->halo_y = 4 << level;
    for (int i = 0; i < at(level); i++) /* luminance and the finer levels */
        fl_keeps(out, i, i);
    for (int c = 0; s->residual && c < 2; c++)
        fl_keeps(out, fl_chroma_residual_at(level + 1) + c, fl_chroma_residual_at(level) + c);
    if (!out->bypass)
        p->flow->layout = fl_chroma_layout(level, s->residual);
    return fl_success();
}

/* The next coarser level goes into this one. */
static void merge_level(const struct fl_chroma_state *s, int level, const struct fl_rows *in,
                        const struct fl_rows *out)
{
    keep(in, out, level - 1);
    keep_residual(s, in, level + 1, out, level);
    for (int c = 0; c < 2; c++)
        fl_pyramid_enlarge(s->kernels, in, at(level) + c, 1.0f, at(level + 1) + c, level, out,
                           at(level) + c);
}

static fl_err merge_eighth_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    return prepare_merge(state, p, 2, out);
}

static void merge_eighth_rows(const void *state, const struct fl_rows *in,
                              const struct fl_rows *out, void *scratch)
{
    (void)scratch;
    merge_level(state, 2, in, out);
}

static fl_err merge_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    return prepare_merge(state, p, 1, out);
}

static void merge_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    (void)scratch;
    merge_level(state, 1, in, out);
}

struct join_state {
    struct fl_chroma_state base;
    struct fl_opponent_state back;
};

static fl_err join_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct join_state *s = state;
    fl_opponent_back_init(&s->back, p);
    if (fl_chroma_begin(&s->base, p, out) > 0.0) {
        p->flow->layout = fl_layout_of(3);
        p->flow->domain = FL_DOMAIN_LINEAR;
    }
    out->halo_x = out->halo_y = 4;
    return fl_success();
}

/* Colour of a part of a row to full resolution, and while that is at hand all back to linear. */
static void join_part(const struct join_state *s, const struct fl_rows *in,
                      const struct fl_rows *out, int i, int x, int n)
{
    const struct fl_kernels *k = s->base.kernels;
    float *rgb[3];
    for (int c = 0; c < 3; c++)
        rgb[c] = out->row[c][i] + x;
    for (int c = 0; c < 2; c++) {
        float *half[5], *const *from = in->row[CHROMA_HALF + c] + (i >> 1);
        const float *base = s->base.residual ? in->row[fl_chroma_residual_at(1) + c][i] + x : NULL;
        for (int y = -2; y <= 2; y++)
            half[2 + y] = from[y] + x / 2;
        k->enlarge(half + 2, i & 1 ? 1 : -1, base, 1.0f, rgb[1 + c], n);
    }
    k->from_opponent(in->row[CHROMA_LUMA][i] + x, rgb[1], rgb[2], &s->back.back, rgb[0], rgb[1],
                     rgb[2], n);
}

static void join_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    (void)scratch;
    for (int i = 0; i < in->n; i++)
        for (int x = 0; x < in->width; x += PART)
            join_part(state, in, out, i, x, in->width - x < PART ? in->width - x : PART);
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
PASS(eighth, fl_chroma_state, "colour at an eighth");
PASS(shrink, shrink_state, "shrinks what noise explains");
PASS(detail, fl_chroma_state, "blotches that half resolution kept");
PASS(merge_eighth, fl_chroma_state, "quarter and eighth together");
PASS(merge, fl_chroma_state, "half and quarter together");
PASS(join, join_state, "back to full resolution and linear red, green and blue");
