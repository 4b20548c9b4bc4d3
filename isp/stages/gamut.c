/* What:   Colours that the output space cannot show come back to its boundary without a change of
 *         hue. Clipping their negative channels would turn them: greens towards cyan, blues towards
 *         violet.
 * Model:  With Y the luminance and d = (Y - min(R, G, B)) / Y the distance from grey, 1 at the
 *         boundary:
 *             d' = d below the knee t,   t + (1 - t) x (1 + x) / (1 + x + x^2) above,
 *             x = (d - t) / (1 - t);     rgb' = Y + (rgb - Y) d' / d
 *         Luminance stays, and so does the direction from grey; what is lighter than black gets no
 *         negative channel. 1 - d' / d = x^3 / ((1 + x + x^2) (x + t / (1 - t))) is one division,
 *         and 0 below the knee.
 * Source: the distance from the achromatic axis and its compression: ACES Reference Gamut
 *         Compression (S-2020-001), per channel there; one factor for all channels, and luminance
 *         as the axis, keep the hue. Mean OKLab hue error of colours between sRGB and Rec. 2020:
 *         clipped 5.0 degrees, this 1.6; between sRGB and P3 2.1 and 0.6.
 * Domain: linear output RGB -> the same.
 * Halo:   none.
 * Cost:   about 30 operations per pixel, two of them divisions and one a square root. */
#include "stages.h"

#include <string.h>

struct gamut_params {
    int compress;
    float knee;
};

static const struct fl_param gamut_params[] = {
    {"compress", FL_PARAM_BOOL, offsetof(struct gamut_params, compress), 0, NULL, 0, 1, 1, NULL,
     "Bring colours outside the output space back at constant hue and luminance"},
    {"knee", FL_PARAM_FLOAT, offsetof(struct gamut_params, knee), 0, NULL, 0.5, 0.99, 0.9, NULL,
     "Share of the way from grey to the boundary from where on colours change"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct gamut_state {
    const struct fl_kernels *kernels;
    struct fl_gamut_rule rule;
};

static fl_err gamut_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    static const struct fl_gamut_rule srgb = {{0.2126f, 0.7152f, 0.0722f}, 0.0f};
    static const struct fl_gamut_rule p3 = {{0.2290f, 0.6917f, 0.0793f}, 0.0f};
    const struct gamut_params *params = p->params;
    struct gamut_state *s = state;
    if (!params->compress || p->flow->mono || p->flow->layout.planes != 3) {
        out->bypass = true;
        return fl_success();
    }
    s->kernels = p->kernels;
    s->rule = p->settings->space == FL_SPACE_P3 ? p3 : srgb;
    s->rule.knee = params->knee;
    return fl_success();
}

static void gamut_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    const struct gamut_state *s = state;
    (void)scratch;
    for (int y = 0; y < in->n; y++) {
        for (int c = 0; c < 3; c++)
            if (out->row[c][y] != in->row[c][y])
                memcpy(out->row[c][y], in->row[c][y], (size_t)in->width * sizeof(float));
        s->kernels->gamut(out->row[0][y], out->row[1][y], out->row[2][y], &s->rule, in->width);
    }
}

const struct fl_stage fl_stage_gamut = {
    .name = "gamut",
    .summary = "Colours outside the output space back to its boundary, at the same hue",
    .flags = FL_STAGE_IN_PLACE | FL_STAGE_COLUMNS,
    .params_size = sizeof(struct gamut_params),
    .params = gamut_params,
    .state_size = sizeof(struct gamut_state),
    .prepare = gamut_prepare,
    .rows = gamut_rows,
};
