/* What: how fast the colour differences change along rows and along columns.
 * Model: gh = sum over five columns of |dh[x+1] - dh[x-1]|; gv = sum over five columns of
 *        |dv[y+1] - dv[y-1]|. The pass that follows adds five rows, for windows of 5 x 5.
 * Source: Pekkucuksen and Altunbasak, "Gradient based threshold free color filter array
 *         interpolation", ICIP 2010.
 * Domain and units: stabilised mosaic, dh, dv in; the same with gh and gv out.
 * Halo: 3 x 1 (4 x 2 for the CFA phase). Cost: about 12 operations a pixel. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    out->halo_x = 4;
    out->halo_y = 2;
    for (int i = 0; i < 3; i++)
        fl_keeps(out, i, i);
    if (fl_demosaic_begin(state, p, fl_demosaic_method(p) >= FL_DEMOSAIC_DIRECTIONAL, out))
        p->flow->layout = fl_layout_of(5);
    return fl_success();
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    const struct fl_demosaic_state *s = state;
    (void)scratch;
    for (int p = 0; p < 3; p++)
        fl_keep_plane(in, p, out, p, 0);
    for (int i = 0; i < in->n; i++)
        s->kernels->difference_gradient(in->row[1][i], in->row[2] + i, out->row[3][i],
                                        out->row[4][i], in->width);
}

const struct fl_stage fl_stage_demosaic_gradient = {
    .name = "demosaic.gradient",
    .summary = "gradients of the colour differences",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare,
    .rows = rows,
};
