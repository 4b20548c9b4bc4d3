/* What: green from the differences of four directions, each trusted by how flat it is.
 * Model: G = c + sum(w_k d_k) / sum(w_k) at red and blue pixels, k = east, west, south, north:
 *        d_k a one-sided mean of dh or dv over five pixels, weights exp(-j^2 / 18);
 *        w_k = 1 / (g_k^2 + 1e-6), g_k the sum of gradients over 5 x 5 pixels, 2 pixels that way.
 * Source: Pekkucuksen and Altunbasak, "Gradient based threshold free color filter array
 *         interpolation", ICIP 2010.
 * Domain and units: stabilised mosaic, dh, dv, gh, gv in; mosaic and green out.
 * Halo: 4 x 4. Cost: about 70 operations a pixel. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static const float weight[5] = {0.26565083f, 0.251294919f, 0.212716556f, 0.161125373f,
                                0.109212321f};

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    out->halo_x = out->halo_y = 4;
    fl_keeps(out, 0, 0);
    if (fl_demosaic_begin(state, p, fl_demosaic_method(p) >= FL_DEMOSAIC_DIRECTIONAL, out))
        p->flow->layout = fl_layout_of(2);
    return fl_success();
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    const struct fl_demosaic_state *s = state;
    (void)scratch;
    fl_keep_plane(in, 0, out, 0, 0);
    for (int i = 0; i < in->n; i++)
        s->kernels->green_fuse(in->row[0][i], in->row[1][i], in->row[2] + i, in->row[3] + i,
                               in->row[4] + i, weight, fl_demosaic_green(s, in->y0 + i),
                               out->row[1][i], in->width);
}

const struct fl_stage fl_stage_demosaic_fuse = {
    .name = "demosaic.fuse",
    .summary = "green from four weighted directions",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare,
    .rows = rows,
};
