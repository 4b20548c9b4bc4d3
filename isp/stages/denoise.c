/* What the passes of denoise share: parameters, and the first pass.
 *
 * What:   takes luminance noise away and keeps detail.
 * Model:  y = sqrt(x + c) of each channel, Y = .2 R + .6 G + .2 B of these; the passes that follow
 *         filter Y, and chroma_denoise goes on with R - G and B - G and takes all back.
 * Source: Makitalo and Foi, "Optimal inversion of the generalized Anscombe transformation for
 *         Poisson-Gaussian noise", IEEE TIP 22 (2013), for working on the square root.
 * Domain: stabilised red, green, blue in; opponent colours on the square root out.
 * Halo:   none.
 * Cost:   about 25 operations a pixel, three of them square roots. */
#include "denoise.h"
#include "noise_model.h"
#include "opponent.h"
#include "stages.h"

#include <stddef.h>

static const char *const methods[] = {"auto", "edge", "dct", NULL};

const struct fl_param fl_denoise_param_table[] = {
    {.name = "method",
     .type = FL_PARAM_ENUM,
     .offset = offsetof(struct fl_denoise_params, method),
     .max = 2,
     .def = FL_DENOISE_BY_PRESET,
     .choices = methods,
     .doc = "luminance filter: edge-stopping 5x5 mean, or sliding DCT; auto: dct"},
    {.name = "strength",
     .type = FL_PARAM_FLOAT,
     .offset = offsetof(struct fl_denoise_params, strength),
     .max = 4,
     .def = 1,
     .doc = "factor on the standard deviation of the noise; 0 is off"},
    {.name = "step",
     .type = FL_PARAM_INT,
     .offset = offsetof(struct fl_denoise_params, step),
     .unit = "px",
     .max = 8,
     .def = 0,
     .doc = "distance between 8x8 blocks, smaller is smoother and slower; 0: 3 in preset best, "
            "otherwise 4"},
    {.name = "levels",
     .type = FL_PARAM_INT,
     .offset = offsetof(struct fl_denoise_params, levels),
     .max = 2,
     .def = 0,
     .doc = "resolutions that are filtered; 2 takes coarse grain as well; 0: 2 in preset best, "
            "otherwise 1"},
    {.name = NULL}};

double fl_denoise_strength(const struct fl_prepare *p, float own)
{
    if (p->settings->denoise == FL_DENOISE_OFF || !fl_noise_matters(p->flow))
        return 0.0;
    if (p->settings->preset == FL_PRESET_FAST && !fl_noise_disturbs(p->flow) && own <= 1.0f &&
        p->settings->denoise_strength <= 1.0)
        return 0.0; /* so that the 16-bit chain can run; a larger strength insists */
    return p->settings->denoise_strength * (double)own;
}

struct fl_denoise_plan fl_denoise_plan(const struct fl_prepare *p)
{
    const struct fl_denoise_params *params = p->params;
    bool best = p->settings->preset == FL_PRESET_BEST;
    struct fl_denoise_plan plan = {.method = params->method,
                                   .step = params->step ? params->step
                                           : best       ? 3
                                                        : 4,
                                   .levels = params->levels ? params->levels
                                             : best         ? 2
                                                            : 1};
    plan.strength = fl_denoise_strength(p, params->strength);
    plan.active = plan.strength > 0.0 && p->flow->layout.planes >= 3;
    if (plan.method == FL_DENOISE_BY_PRESET)
        plan.method = FL_DENOISE_DCT;
    return plan;
}

static fl_err prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct fl_denoise_plan plan = fl_denoise_plan(p);
    out->bypass = !plan.active;
    fl_opponent_init(state, p);
    if (plan.active) {
        p->flow->domain = FL_DOMAIN_OPPONENT;
        p->flow->averaged = (float)(plan.strength < 1.0 ? plan.strength * plan.strength : 1.0);
    }
    return fl_success();
}

const struct fl_stage fl_stage_denoise_opponent = {
    .name = "denoise.opponent",
    .summary = "takes luminance noise away and keeps detail",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct fl_denoise_params),
    .state_size = sizeof(struct fl_opponent_state),
    .params = fl_denoise_param_table,
    .prepare = prepare,
    .rows = fl_opponent_rows,
};
