/* What: red and blue at every pixel from the mosaic and green (method linear).
 * Model: with d = colour - green, known at the pixels of that colour: d at a pixel of the opposite
 *        colour is the mean of the four on its corners; at green pixels that of the four beside,
 *        above and below, two known and two such means; colour = green + d.
 * Source: Cok, US patent 4,642,678 (1987), expired. No decisions, as in demosaic.mean: the 16-bit
 *         chain of preset fast (isp/quick) does the same in integers. Means at green pixels of four
 *         and not of the nearest two are worth 0.4 dB on Kodak-24; weights by gradients, as in
 *         demosaic.color, would be worth another 0.1.
 * Domain and units: stabilised mosaic and green in; red, green, blue out.
 * Halo: 2 x 2. Cost: about 25 operations a pixel. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    out->halo_x = out->halo_y = 2;
    fl_keeps(out, 1, 1);
    if (fl_demosaic_begin(state, p, fl_demosaic_method(p) == FL_DEMOSAIC_LINEAR, out)) {
        p->flow->layout = fl_layout_of(3);
        fl_demosaic_end(p);
    }
    return fl_success();
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    const struct fl_demosaic_state *s = state;
    (void)scratch;
    fl_keep_plane(in, 1, out, 1, 0);
    for (int i = 0; i < in->n; i++) {
        int y = in->y0 + i, own = fl_demosaic_own(s, y);
        s->kernels->color_even(in->row[0] + i, in->row[1] + i, fl_demosaic_green(s, y),
                               out->row[own][i], out->row[2 - own][i], in->width);
    }
}

const struct fl_stage fl_stage_demosaic_even = {
    .name = "demosaic.even",
    .summary = "red and blue from equally weighted neighbours",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare,
    .rows = rows,
};
