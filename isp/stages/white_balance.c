/* What:   White balance: a gain per colour.
 * Model:  out = gain[c] * in; green's gain is 1.
 * Source: von Kries, Die Gesichtsempfindungen, 1905; gains are 1 / AsShotNeutral (DNG 1.6).
 * Domain: linear -> linear, white-balanced. Values above 1 survive: highlights may be rebuilt.
 * Halo:   none.
 * Cost:   1 multiplication per sample. */
#include "stages.h"

struct white_balance_state {
    const struct fl_kernels *kernels;
    float mul[3][2][2]; /* plane, row parity, column parity */
    int planes;
};

static fl_err white_balance_prepare(void *state, const struct fl_prepare *p,
                                    struct fl_prepared *out)
{
    struct white_balance_state *s = state;
    struct fl_flow *flow = p->flow;
    const double *gain = p->control->wb_gain;

    if (flow->mono || (gain[0] == 1.0 && gain[1] == 1.0 && gain[2] == 1.0)) {
        out->bypass = true;
        return fl_success();
    }
    s->kernels = p->kernels;
    s->planes = flow->layout.planes;
    for (int c = 0; c < s->planes; c++)
        for (int i = 0; i < 4; i++) {
            int color = s->planes == 3 ? c : fl_cfa_color(flow->cfa, i & 1, i >> 1);
            s->mul[c][i >> 1][i & 1] = (float)gain[color];
        }
    for (int c = 0; c < 3; c++) {
        flow->clip[c] *= (float)gain[c];
        flow->noise[c].s *= gain[c];
        flow->noise[c].o *= gain[c] * gain[c];
    }
    return fl_success();
}

static void white_balance_rows(const void *state, const struct fl_rows *in,
                               const struct fl_rows *out, void *scratch)
{
    static const float zero[2] = {0.0f, 0.0f};
    const struct white_balance_state *s = state;
    (void)scratch;
    for (int c = 0; c < s->planes; c++)
        for (int y = 0; y < in->n; y++)
            s->kernels->offset_scale(in->row[c][y], out->row[c][y], zero, s->mul[c][y & 1],
                                     in->width);
}

const struct fl_stage fl_stage_white_balance = {
    .name = "white_balance",
    .summary = "Multiply each colour by its white-balance gain",
    .flags = FL_STAGE_IN_PLACE,
    .state_size = sizeof(struct white_balance_state),
    .prepare = white_balance_prepare,
    .rows = white_balance_rows,
};
