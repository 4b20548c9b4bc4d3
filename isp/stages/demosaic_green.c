/* What: green at red and blue pixels from the colour differences of four directions, each trusted by
 *       how flat it is.
 * Model: with c the pixel and the colour that it lacks estimated along x,
 *            o = (c[-1] + c[1]) / 2 + (2 c[0] - c[-2] - c[2]) / 4
 *        dh = c - o at green pixels, o - c at the others; dv the same along y;
 *        G = c + sum(w_k d_k) / sum(w_k) at red and blue pixels, k = east, west, south, north:
 *        d_k a one-sided mean of dh or dv over five pixels, weights exp(-j^2 / 18);
 *        w_k = 1 / (g_k^2 + 1e-6), g_k the sum of |dh[x+1] - dh[x-1]|, or of |dv[y+1] - dv[y-1]|,
 *        over 5 x 5 pixels, 2 pixels that way. The weights are brought to one denominator: one
 *        division for a green.
 * Source: differences after Hamilton and Adams, US patent 5,629,734 (1997), expired; Pekkucuksen
 *         and Altunbasak, "Gradient based threshold free color filter array interpolation", ICIP
 *         2010.
 * Domain and units: stabilised mosaic in; mosaic and green out.
 * Halo: 8 x 8 (reads 7 rows). Cost: about 50 operations a pixel. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    out->halo_x = out->halo_y = 8;
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
    s->kernels->green_directions(in->row[0], fl_demosaic_green(s, in->y0), out->row[1], in->width,
                                 in->n);
}

const struct fl_stage fl_stage_demosaic_green = {
    .name = "demosaic.green",
    .summary = "green from four weighted directions",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare,
    .rows = rows,
};
