/* What: green minus red or blue along each row and each column, at every pixel of a mosaic.
 * Model: with c the pixel and the colour that it lacks estimated along x,
 *            o = (c[-1] + c[1]) / 2 + (2 c[0] - c[-2] - c[2]) / 4
 *        dh = c - o at green pixels, o - c at the others; dv the same along y.
 * Source: Hamilton and Adams, US patent 5,629,734 (1997), expired.
 * Domain and units: stabilised mosaic in; the mosaic, dh and dv out.
 * Halo: 2 x 2. Cost: about 20 operations a pixel. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    out->halo_x = out->halo_y = 2;
    fl_keeps(out, 0, 0);
    if (fl_demosaic_begin(state, p, fl_demosaic_method(p) == FL_DEMOSAIC_LINEAR, out))
        p->flow->layout = fl_layout_of(3);
    return fl_success();
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    const struct fl_demosaic_state *s = state;
    (void)scratch;
    fl_keep_plane(in, 0, out, 0, 0);
    for (int i = 0; i < in->n; i++)
        s->kernels->color_difference(in->row[0] + i, out->row[1][i], out->row[2][i],
                                     fl_demosaic_green(s, in->y0 + i), in->width);
}

const struct fl_stage fl_stage_demosaic_difference = {
    .name = "demosaic.difference",
    .summary = "colour differences along rows and columns",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare,
    .rows = rows,
};
