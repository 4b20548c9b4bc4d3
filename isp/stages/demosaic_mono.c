/* What: a monochrome sensor's plane as three equal ones.
 * Model: R = G = B = the pixel.
 * Source: none needed.
 * Domain and units: stabilised, one plane in, three out.
 * Halo: none. Cost: three copies. */
#include "demosaic.h"
#include "planes.h"
#include "stages.h"

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    (void)state;
    out->bypass = !p->flow->mono || p->flow->layout.planes != 1;
    if (!out->bypass)
        p->flow->layout = fl_layout_of(3);
    for (int i = 0; i < 3; i++)
        fl_keeps(out, 0, i);
    return fl_success();
}

static void rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                 void *scratch)
{
    (void)state;
    (void)scratch;
    for (int p = 0; p < 3; p++)
        fl_keep_plane(in, 0, out, p, 0);
}

const struct fl_stage fl_stage_demosaic_mono = {
    .name = "demosaic.mono",
    .summary = "one channel becomes three equal ones",
    .params_size = sizeof(struct fl_demosaic_params),
    .params = fl_demosaic_param_table,
    .prepare = prepare,
    .rows = rows,
};
