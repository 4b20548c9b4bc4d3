/* What: red and blue at every pixel, from the mosaic and green. Runs again after the refinement.
 * Model: bilinear interpolation of the differences colour - green: at the other of red and blue the
 *        mean of four diagonal neighbours; at green the mean of the four next to it, two of which
 *        have been interpolated so. Plus green.
 * Source: colour differences are smoother than colours; Cok, US patent 4,642,678 (1987), expired.
 * Domain and units: stabilised mosaic and green in; red, green, blue out.
 * Halo: 2 x 2. Cost: about 40 operations a pixel. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static fl_err begin(void *state, const struct fl_prepare *p, bool active, bool last,
                    struct fl_prepared *out)
{
    out->halo_x = out->halo_y = 2;
    if (fl_demosaic_begin(state, p, active, out))
        p->flow->layout = fl_layout_of(3);
    if (active && last)
        fl_demosaic_end(p);
    return fl_success();
}

static fl_err prepare_first(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    int method = fl_demosaic_method(p);
    return begin(state, p, method >= 0, method != FL_DEMOSAIC_REFINED, out);
}

static fl_err prepare_again(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    return begin(state, p, fl_demosaic_method(p) == FL_DEMOSAIC_REFINED, true, out);
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    const struct fl_demosaic_state *s = state;
    (void)scratch;
    fl_keep_plane(in, 1, out, 1, 0);
    for (int i = 0; i < in->n; i++) {
        int y = in->y0 + i, own = fl_demosaic_own(s, y);
        s->kernels->color_planes(in->row[0] + i, in->row[1] + i, fl_demosaic_green(s, y),
                                 out->row[own][i], out->row[2 - own][i], in->width);
    }
}

const struct fl_stage fl_stage_demosaic_color = {
    .name = "demosaic.color",
    .summary = "red and blue from colour differences",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare_first,
    .rows = rows,
};

const struct fl_stage fl_stage_demosaic_color_again = {
    .name = "demosaic.color_again",
    .summary = "red and blue from the refined green",
    .params_size = sizeof(struct fl_demosaic_params),
    .state_size = sizeof(struct fl_demosaic_state),
    .params = fl_demosaic_param_table,
    .prepare = prepare_again,
    .rows = rows,
};
