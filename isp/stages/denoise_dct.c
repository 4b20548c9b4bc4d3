/* What: luminance by shrinking the DCT coefficients that noise explains, at full and, for coarse
 *       grain, at half resolution (method dct).
 * Model: with S the sliding shrinkage, D halving, U enlarging: F = S(Y); Y' = F + U(S(D Y) - D F).
 *        In S every coefficient c of an 8x8 block is multiplied by (|c| / (lambda sigma) - 0.77) /
 *        0.51 within 0..1, sigma of that frequency after demosaic, lambda = 2.68.
 * Source: Yu and Sapiro, IPOL 2011 (sliding DCT); Facciolo, Pierazzo and Morel, "Conservative scale
 *         recomposition for multiscale denoising", SIAM J. Imaging Sciences 10 (2017).
 * Domain and units: Y, R - G, B - G on the square root, in and out.
 * Halo: 2, then 8 (16 with two levels), 2, 4. Cost: about 190 operations a pixel at step 3. */
#include "denoise.h"
#include "noise_model.h"
#include "planes.h"
#include "pyramid.h"
#include "sliding_dct.h"
#include "stages.h"

#define LAMBDA 2.68
#define HALF   3 /* index of the half-resolution plane */

struct luma_state {
    const struct fl_kernels *kernels;
    struct fl_sliding_dct full, half;
    size_t half_at; /* in scratch */
    int levels;
};

static struct fl_layout with_half(void)
{
    struct fl_layout l = fl_layout_of(4);
    l.shift[HALF] = 1;
    return l;
}

/* Bypass unless the DCT runs with at least so many levels. */
static struct fl_denoise_plan begin(void *state, const struct fl_prepare *p, int levels,
                                    struct fl_prepared *out)
{
    struct fl_denoise_plan plan = fl_denoise_plan(p);
    struct luma_state *s = state;
    out->bypass = !plan.active || plan.method != FL_DENOISE_DCT || plan.levels < levels;
    s->kernels = p->kernels;
    s->levels = plan.levels;
    return plan;
}

static fl_err half_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    begin(state, p, 2, out);
    out->halo_x = out->halo_y = 2;
    for (int i = 0; i < 3; i++)
        fl_keeps(out, i, i);
    if (!out->bypass)
        p->flow->layout = with_half();
    return fl_success();
}

static void half_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct luma_state *s = state;
    (void)scratch;
    for (int p = 0; p < 3; p++)
        fl_keep_plane(in, p, out, p, 0);
    fl_pyramid_halve(s->kernels, in, 0, 0, -1, out, HALF);
}

static void init_dct(struct fl_sliding_dct *dct, const struct fl_prepare *p, enum fl_noise_plane of,
                     const struct fl_denoise_plan *plan)
{
    struct fl_span span = fl_noise_span(p->flow, false);
    int width = fl_shifted(p->flow->width, of == FL_NOISE_LUMA_HALF);
    struct fl_dct_plane plane = {span.low, span.high, width};
    float variance[64];
    fl_noise_coefficients(p->flow, of, 1, variance);
    fl_sliding_dct_init(dct, p->kernels, &plane, variance, LAMBDA * plan->strength, plan->step);
}

static fl_err shrink_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_denoise_plan plan = begin(state, p, 1, out);
    struct luma_state *s = state;
    if (out->bypass)
        return fl_success();
    init_dct(&s->full, p, FL_NOISE_LUMA, &plan);
    init_dct(&s->half, p, FL_NOISE_LUMA_HALF, &plan);
    out->halo_x = out->halo_y = FL_SLIDING_DCT_HALO * plan.levels;
    s->half_at = fl_sliding_dct_scratch(&s->full);
    out->scratch_size = s->half_at + (plan.levels == 2 ? fl_sliding_dct_scratch(&s->half) : 0);
    out->keeps_scratch = true;
    fl_keeps(out, 1, 1);
    fl_keeps(out, 2, 2);
    return fl_success();
}

static void shrink_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct luma_state *s = state;
    fl_sliding_dct_rows(&s->full, in->row[0], in->y0, in->n, out->row[0], scratch);
    fl_keep_plane(in, 1, out, 1, 0);
    fl_keep_plane(in, 2, out, 2, 0);
    if (s->levels == 2)
        fl_sliding_dct_rows(&s->half, in->row[HALF], in->y0 >> 1, fl_shifted(in->n, 1),
                            out->row[HALF], (char *)scratch + s->half_at);
}

static fl_err detail_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    begin(state, p, 2, out);
    out->halo_x = out->halo_y = 2;
    for (int i = 0; i < 3; i++)
        fl_keeps(out, i, i);
    return fl_success();
}

/* The half plane less what the full one already has of it. */
static void detail_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct luma_state *s = state;
    (void)scratch;
    for (int p = 0; p < 3; p++)
        fl_keep_plane(in, p, out, p, 0);
    fl_pyramid_halve(s->kernels, in, 0, 0, HALF, out, HALF);
}

static fl_err merge_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    begin(state, p, 2, out);
    out->halo_x = out->halo_y = 4;
    fl_keeps(out, 1, 1);
    fl_keeps(out, 2, 2);
    if (!out->bypass)
        p->flow->layout = fl_layout_of(3);
    return fl_success();
}

static void merge_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    const struct luma_state *s = state;
    (void)scratch;
    fl_pyramid_enlarge(s->kernels, in, 0, 1.0f, HALF, 0, out, 0);
    fl_keep_plane(in, 1, out, 1, 0);
    fl_keep_plane(in, 2, out, 2, 0);
}

#define PASS(NAME, SUMMARY)                                                                        \
    const struct fl_stage fl_stage_denoise_##NAME = {                                              \
        .name = "denoise." #NAME,                                                                  \
        .summary = SUMMARY,                                                                        \
        .params_size = sizeof(struct fl_denoise_params),                                           \
        .state_size = sizeof(struct luma_state),                                                   \
        .params = fl_denoise_param_table,                                                          \
        .prepare = NAME##_prepare,                                                                 \
        .rows = NAME##_rows,                                                                       \
    }

PASS(half, "luminance at half resolution");
PASS(shrink, "shrinks what noise explains");
PASS(detail, "coarse grain that the full resolution kept");
PASS(merge, "both resolutions together");
