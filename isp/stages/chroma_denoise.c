/* What the passes of chroma_denoise share: parameters, and the first and the last pass.
 *
 * What:   takes colour noise away.
 * Model:  y = sqrt(x + c) of each channel; the passes between filter R - G and B - G; then all,
 *         luminance too, goes straight back to linear light: x = y^2 - c and, where luminance was
 *         averaged, 0.6 of what averaging roots has made too dark.
 * Source: see denoise.
 * Domain: opponent colours on the square root, or where denoise does not run, stabilised red,
 *         green, blue in; linear red, green, blue out.
 * Halo:   none.
 * Cost:   about 37 operations a pixel for the way back. */
#include "chroma_denoise.h"
#include "denoise.h"
#include "noise_model.h"
#include "opponent.h"
#include "stages.h"

#include <stddef.h>

/* Variance of green's noise on the square root up to which the residual is kept, by preset: about
 * ISO 200, 25 and 800 of a small sensor. Above, what it could keep is lost in noise: on Kodak-24 it
 * is worth 0.2 dB at ISO 100, 0.1 at ISO 400, nothing at ISO 1600. */
static const double residual_variance[] = {
    [FL_PRESET_BALANCED] = 1e-4, [FL_PRESET_FAST] = 2e-5, [FL_PRESET_BEST] = 4e-4};

/* The same from which an eighth is filtered: about ISO 3200 of a small sensor. */
#define EIGHTH_VARIANCE 1.5e-3

static const char *const residuals[] = {"auto", "off", "on", NULL};

const struct fl_param fl_chroma_param_table[] = {
    {.name = "strength",
     .type = FL_PARAM_FLOAT,
     .offset = offsetof(struct fl_chroma_params, strength),
     .max = 4,
     .def = 1,
     .doc = "factor on the standard deviation of the noise; 0 is off"},
    {.name = "step",
     .type = FL_PARAM_INT,
     .offset = offsetof(struct fl_chroma_params, step),
     .unit = "px",
     .max = 8,
     .def = 0,
     .doc = "distance between 8x8 blocks at half resolution; 0: 3 in preset best, otherwise 4"},
    {.name = "levels",
     .type = FL_PARAM_INT,
     .offset = offsetof(struct fl_chroma_params, levels),
     .max = 3,
     .def = 0,
     .doc = "resolutions that are filtered: half, a quarter and an eighth for blotches; an eighth "
            "only "
            "without the residual; 0: 1 in preset fast, otherwise 2, 3 in strong noise"},
    {.name = "residual",
     .type = FL_PARAM_ENUM,
     .offset = offsetof(struct fl_chroma_params, residual),
     .max = 2,
     .def = FL_RESIDUAL_AUTO,
     .choices = residuals,
     .doc = "filter and keep colour detail finer than half resolution; auto: where noise is low"},
    {.name = NULL}};

double fl_chroma_begin(struct fl_chroma_state *s, const struct fl_prepare *p,
                       struct fl_prepared *out)
{
    const struct fl_chroma_params *params = p->params;
    bool fast = p->settings->preset == FL_PRESET_FAST;
    double variance = fl_noise_variance(p->flow, 1);
    bool usable = p->flow->layout.planes >= 3 && !p->flow->mono;
    double strength = usable ? fl_denoise_strength(p, params->strength) : 0.0;
    s->kernels = p->kernels;
    variance *= strength * strength;
    s->levels = params->levels ? params->levels : fast ? 1 : variance < EIGHTH_VARIANCE ? 2 : 3;
    s->residual = params->residual == FL_RESIDUAL_ON;
    if (params->residual == FL_RESIDUAL_AUTO)
        s->residual = variance <= residual_variance[p->settings->preset];
    if (s->residual && s->levels > 2)
        s->levels = 2;
    out->bypass = !(strength > 0.0);
    return strength;
}

struct fl_layout fl_chroma_layout(int levels, bool residual)
{
    struct fl_layout l = fl_layout_of(fl_chroma_residual_at(levels) + (residual ? 2 : 0));
    for (int i = 0; i < 2 * levels; i++)
        l.shift[CHROMA_HALF + i] = (uint8_t)(1 + i / 2);
    return l;
}

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_chroma_state s;
    fl_chroma_begin(&s, p, out);
    out->bypass = out->bypass || p->flow->domain == FL_DOMAIN_OPPONENT;
    fl_opponent_init(state, p);
    if (!out->bypass)
        p->flow->domain = FL_DOMAIN_OPPONENT;
    return fl_success();
}

static fl_err back_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    out->bypass = p->flow->domain != FL_DOMAIN_OPPONENT;
    fl_opponent_back_init(state, p);
    if (!out->bypass)
        p->flow->domain = FL_DOMAIN_LINEAR;
    return fl_success();
}

const struct fl_stage fl_stage_chroma_denoise_opponent = {
    .name = "chroma_denoise.opponent",
    .summary = "takes colour noise away",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct fl_chroma_params),
    .state_size = sizeof(struct fl_opponent_state),
    .params = fl_chroma_param_table,
    .prepare = prepare,
    .rows = fl_opponent_rows,
};

const struct fl_stage fl_stage_chroma_denoise_back = {
    .name = "chroma_denoise.back",
    .summary = "back to linear red, green and blue",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct fl_chroma_params),
    .state_size = sizeof(struct fl_opponent_state),
    .params = fl_chroma_param_table,
    .prepare = back_prepare,
    .rows = fl_opponent_back_rows,
};
