/* What: luminance as a mean of the pixels around that differ by no more than noise (method edge).
 * Model: Y' = sum(w y) / sum(w) over 5 x 5 pixels, w = (1 - (y - Y)^2 / (h sigma)^2)^2 where that
 * is positive, h = 4. Source: Tomasi and Manduchi, "Bilateral filtering for gray and color images",
 * ICCV 1998, with Tukey's biweight in place of the Gaussian: it needs no exponential. Domain and
 * units: Y, R - G, B - G on the square root, in and out. Halo: 2 x 2. Cost: about 200 operations a
 * pixel. */
#include "denoise.h"
#include "noise_model.h"
#include "planes.h"
#include "stages.h"

#define REACH_SIGMAS 4.0

struct edge_state {
    const struct fl_kernels *kernels;
    float per_variance;
};

/* Variance of a pixel: the mean of the coefficients'. */
static double pixel_variance(const struct fl_flow *flow)
{
    float v[64];
    double sum = 0.0;
    fl_noise_coefficients(flow, FL_NOISE_LUMA, 1, v);
    for (int i = 0; i < 64; i++)
        sum += (double)v[i];
    return sum / 64.0;
}

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_denoise_plan plan = fl_denoise_plan(p);
    struct edge_state *s = state;
    double reach = REACH_SIGMAS * plan.strength;
    out->bypass = !plan.active || plan.method != FL_DENOISE_EDGE;
    out->halo_x = out->halo_y = 2;
    fl_keeps(out, 1, 1);
    fl_keeps(out, 2, 2);
    s->kernels = p->kernels;
    if (!out->bypass)
        s->per_variance = (float)(1.0 / (reach * reach * pixel_variance(p->flow)));
    return fl_success();
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    const struct edge_state *s = state;
    (void)scratch;
    for (int i = 0; i < in->n; i++)
        s->kernels->edge_mean(in->row[0] + i, s->per_variance, out->row[0][i], in->width);
    fl_keep_plane(in, 1, out, 1, 0);
    fl_keep_plane(in, 2, out, 2, 0);
}

const struct fl_stage fl_stage_denoise_edge = {
    .name = "denoise.edge",
    .summary = "edge-stopping mean of luminance",
    .params_size = sizeof(struct fl_denoise_params),
    .state_size = sizeof(struct edge_state),
    .params = fl_denoise_param_table,
    .prepare = prepare,
    .rows = rows,
};
