/* A chain: the stages prepared for one frame. */
#include "chain.h"

#include "registry.h"

#include <stdlib.h>
#include <string.h>

static void start_flow(struct fl_flow *flow, const struct fl_prepare *p)
{
    const struct fl_frame *f = p->frame;
    memset(flow, 0, sizeof *flow);
    flow->width = p->active.width;
    flow->height = p->active.height;
    flow->crop = p->crop.width ? p->crop : (struct fl_rect){0, 0, flow->width, flow->height};
    flow->step_x = flow->step_y = 1.0f;
    flow->cfa = p->cfa;
    flow->mono = f->format.color == FL_COLOR_MONO;
    for (int c = 0; c < 3; c++)
        flow->noise[c] = p->control->noise[c];
}

/* Prepares one stage; adds a step unless it bypasses itself. */
static fl_err add_step(struct fl_chain *chain, const struct fl_stage *stage, struct fl_prepare *p,
                       const struct fl_param_set *params)
{
    struct fl_step *step = &chain->step[chain->count];
    fl_err err;

    memset(step, 0, sizeof *step);
    step->stage = stage;
    step->report = chain->reports;
    step->state = calloc(1, stage->state_size ? stage->state_size : 1);
    if (!step->state)
        return fl_error(FL_ERR_MEMORY, "out of memory for stage %s", stage->name);
    p->params = fl_param_set_of(params, stage);
    err = stage->prepare(step->state, p, &step->prepared);
    chain->name[chain->reports] = stage->name;
    chain->bypassed[chain->reports] = step->prepared.bypass;
    chain->reports++;
    step->out = *p->flow;
    if (err.code == FL_OK && !step->prepared.bypass) {
        chain->count++;
        return err;
    }
    if (stage->release)
        stage->release(step->state);
    free(step->state);
    return fl_error_context(err, "%s", stage->name);
}

fl_err fl_chain_make(struct fl_chain *chain, const struct fl_prepare *template,
                     const struct fl_param_set *params, const char *until, bool measuring)
{
    struct fl_prepare p = *template;
    bool found = false;

    memset(chain, 0, sizeof *chain);
    start_flow(&chain->flow, template);
    p.flow = &chain->flow;
    for (int i = 0; fl_registry(i); i++) {
        const struct fl_stage *stage = fl_registry(i);
        bool match = until && fl_registry_matches(stage, until);
        fl_err err;
        if (found && !match)
            break; /* the passes of one operation stand together */
        found = match;
        if (measuring && (stage->flags & FL_STAGE_DETAIL))
            continue;
        err = add_step(chain, stage, &p, params);
        if (err.code != FL_OK) {
            fl_chain_free(chain);
            return err;
        }
    }
    return fl_success();
}

void fl_chain_free(struct fl_chain *chain)
{
    for (int i = 0; i < chain->count; i++) {
        if (chain->step[i].stage->release)
            chain->step[i].stage->release(chain->step[i].state);
        free(chain->step[i].state);
    }
    chain->count = 0;
}
