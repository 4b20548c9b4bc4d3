/* What the passes of demosaic share: the parameter table and the choice of the method. */
#include "demosaic.h"

#include <stddef.h>

static const char *const methods[] = {"auto", "linear", "directional", "refined", NULL};

const struct fl_param fl_demosaic_param_table[] = {
    {.name = "method",
     .type = FL_PARAM_ENUM,
     .offset = offsetof(struct fl_demosaic_params, method),
     .max = 3,
     .def = FL_DEMOSAIC_AUTO,
     .choices = methods,
     .doc = "how colours are interpolated; auto: linear in preset fast, directional in balanced, "
            "refined in best"},
    {.name = NULL}};

int fl_demosaic_method(const struct fl_prepare *p)
{
    const struct fl_demosaic_params *params = p->params;
    if (p->flow->cfa == FL_CFA_NONE)
        return -1;
    if (params->method != FL_DEMOSAIC_AUTO)
        return params->method;
    switch (p->settings->preset) {
    case FL_PRESET_FAST:
        return FL_DEMOSAIC_LINEAR;
    case FL_PRESET_BEST:
        return FL_DEMOSAIC_REFINED;
    default:
        return FL_DEMOSAIC_DIRECTIONAL;
    }
}

bool fl_demosaic_begin(struct fl_demosaic_state *state, const struct fl_prepare *p, bool active,
                       struct fl_prepared *out)
{
    out->bypass = !active;
    state->kernels = p->kernels;
    state->cfa = p->flow->cfa;
    return active;
}

void fl_demosaic_end(const struct fl_prepare *p)
{
    static const enum fl_spectrum spectrum[] = {
        [FL_DEMOSAIC_LINEAR] = FL_SPECTRUM_LINEAR,
        [FL_DEMOSAIC_DIRECTIONAL] = FL_SPECTRUM_DIRECTIONAL,
        [FL_DEMOSAIC_REFINED] = FL_SPECTRUM_REFINED,
    };
    p->flow->spectrum = spectrum[fl_demosaic_method(p)];
    p->flow->layout = fl_layout_of(3);
    p->flow->cfa = FL_CFA_NONE;
}
