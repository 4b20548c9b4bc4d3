/* Pass 1: measures the frame and decides what the stages need to know. */
#include "decide.h"

#include "awb.h"
#include "chain_run.h"
#include "color.h"
#include "encode.h"
#include "exposure.h"
#include "green_balance.h"
#include "highlight_grid.h"
#include "local_tone.h"
#include "noise_estimate.h"
#include "stages.h"
#include "statistics.h"
#include "white_level.h"

#include <string.h>

/* Levels at or above this share of the sensor's clip count as clipped: real white levels are often
 * a little lower than files declare. */
#define CLIP_SHARE 0.985f

/* What pass 1 reads: one run of the chain's beginning feeds both. */
struct measure {
    struct fl_statistics_sink statistics;
    struct fl_awb_box box;
    bool with_box;
};

static void measure_rows(void *user, const struct fl_rows *rows)
{
    struct measure *m = user;
    fl_statistics_rows(&m->statistics, rows);
    if (m->with_box)
        fl_awb_box_rows(&m->box, rows);
}

/* The control that stages of pass 1 see: nothing decided yet. */
static void neutral_control(const struct fl_decide *d, struct fl_control *c)
{
    memset(c, 0, sizeof *c);
    c->exposure_gain = c->white = 1.0;
    for (int i = 0; i < 3; i++) {
        c->wb_gain[i] = 1.0;
        c->matrix[4 * i] = 1.0;
        c->noise[i] = d->frame->meta.noise[i];
    }
}

static fl_err locate_box(const struct fl_decide *d, struct fl_rect *box)
{
    struct fl_rect b = d->settings->wb_box;
    int width = d->crop.width, height = d->crop.height;
    fl_encode_upright(d->orientation, &width, &height);
    if (b.x >= width || b.y >= height || b.width > width - b.x || b.height > height - b.y)
        return fl_error(FL_ERR_RANGE,
                        "white balance box %d,%d,%d,%d is outside the picture of %dx%d", b.x, b.y,
                        b.width, b.height, width, height);
    *box = fl_encode_unorient(b, d->orientation, d->crop.width, d->crop.height);
    box->x += d->crop.x;
    box->y += d->crop.y;
    return fl_success();
}

static fl_err measure(const struct fl_decide *d, const struct fl_control *control,
                      struct measure *m)
{
    const struct fl_format *format = &d->frame->format;
    struct fl_prepare p = {.frame = d->frame,
                           .active = d->active,
                           .cfa = d->cfa,
                           .control = control,
                           .settings = d->settings,
                           .kernels = d->kernels,
                           .log = d->log};
    struct fl_sink sink = {measure_rows, m};
    struct fl_chain chain;
    fl_err err;

    m->statistics.cfa = d->cfa;
    m->statistics.mono = format->color == FL_COLOR_MONO;
    m->statistics.clip = CLIP_SHARE;
    m->statistics.kernels = d->kernels;
    m->with_box = d->settings->wb == FL_WB_BOX && !m->statistics.mono;
    if (m->with_box) {
        FL_TRY(locate_box(d, &m->box.box));
        m->box.height = d->active.height;
        m->box.cfa = m->statistics.cfa;
        m->box.clip = CLIP_SHARE;
        FL_TRY(fl_awb_box_new(&m->box));
    }
    FL_TRY(fl_statistics_new(d->active.width, d->active.height, m->statistics.stats));
    FL_TRY(fl_chain_make(&chain, &p, d->params, "lens_shading", true));
    err = fl_chain_run(&chain, d->exec, d->executor, &sink);
    fl_chain_free(&chain);
    return err;
}

static fl_err decide_color(const struct fl_decide *d, const struct measure *m,
                           struct fl_control *control)
{
    const struct fl_meta *meta = &d->frame->meta;
    const struct fl_awb_input awb = {.stats = m->statistics.stats,
                                     .meta = meta,
                                     .tuning = d->settings->tuning,
                                     .noise = control->noise,
                                     .lux = d->settings->lux};
    double neutral[3];
    const double *measured = NULL;
    if (fl_color_needs_neutral(meta, d->settings, m->statistics.mono)) {
        if (m->with_box)
            fl_awb_box_neutral(&m->box, neutral);
        else
            FL_TRY(fl_awb_estimate(&awb, neutral));
        if (m->with_box && !(neutral[0] > 0.0 && neutral[1] > 0.0 && neutral[2] > 0.0))
            return fl_error(FL_ERR_RANGE, "white balance box is clipped or black everywhere");
        measured = neutral;
    }
    return fl_color_solve(meta, d->settings, measured, m->statistics.mono, control, d->log);
}

/* The stage's own parameter decides whether, and how strongly, the grid is made. */
static float local_tone_strength(const struct fl_param_set *params)
{
    const struct fl_local_tone_params *p = fl_param_set_of(params, &fl_stage_local_tone);
    return p->strength;
}

static bool rebuilds_highlights(const struct fl_param_set *params)
{
    const struct fl_highlights_params *p = fl_param_set_of(params, &fl_stage_highlights);
    return p->mode == FL_HIGHLIGHTS_REBUILD;
}

static bool balances_greens(const struct fl_param_set *params)
{
    const struct fl_green_balance_params *p = fl_param_set_of(params, &fl_stage_green_balance);
    return p->mode != FL_GREEN_OFF;
}

/* What is left when colours are known: two jobs that do not need each other, each for a thread. */
struct late {
    const struct fl_decide *d;
    const struct measure *m;
    struct fl_control *control;
    fl_err err[2];
};

static fl_err decide_mosaic(const struct late *l)
{
    const struct fl_statistics *stats = l->m->statistics.stats;
    if (balances_greens(l->d->params))
        fl_green_fit(stats, &l->control->green);
    return fl_highlight_grid_make(stats, l->control,
                                  !l->m->statistics.mono && rebuilds_highlights(l->d->params),
                                  &l->control->highlights);
}

static fl_err decide_tones(const struct late *l)
{
    const struct fl_statistics *stats = l->m->statistics.stats;
    const float strength = local_tone_strength(l->d->params);
    fl_exposure_decide(stats, &l->d->frame->meta, l->d->settings, l->control);
    if (strength > 0.0f)
        FL_TRY(fl_local_tone_make(stats, l->control, strength, &l->control->grid));
    if (l->d->settings->look == FL_LOOK_STANDARD)
        fl_white_level_decide(stats, l->control);
    return fl_success();
}

static void decide_late(void *user, int index, int worker)
{
    struct late *l = user;
    (void)worker;
    l->err[index] = index == 0 ? decide_mosaic(l) : decide_tones(l);
}

static fl_err decide_all(const struct fl_decide *d, struct measure *m, struct fl_control *control)
{
    const struct fl_runner *runner = d->exec->runner;
    struct late late = {d, m, control, {fl_success(), fl_success()}};
    struct fl_noise_measured measured[3];

    FL_TRY(measure(d, control, m));
    fl_noise_estimate(&(struct fl_noise_input){m->statistics.stats, m->statistics.cfa,
                                               m->statistics.mono, fl_noise_floor(d->frame)},
                      measured);
    fl_noise_believe(measured, d->frame->meta.noise, control->noise);
    FL_TRY(decide_color(d, m, control));
    runner->run(runner->self, 2, decide_late, &late);
    return late.err[0].code != FL_OK ? late.err[0] : late.err[1];
}

fl_err fl_decide(const struct fl_decide *d, struct fl_control *control)
{
    struct fl_statistics stats;
    struct measure m;
    fl_err err;

    memset(&stats, 0, sizeof stats);
    memset(&m, 0, sizeof m);
    m.statistics.stats = &stats;
    neutral_control(d, control);
    err = decide_all(d, &m, control);
    fl_statistics_free(&stats);
    fl_awb_box_free(&m.box);
    return err;
}

void fl_control_free(struct fl_control *control)
{
    fl_local_tone_free(&control->grid);
    fl_highlight_grid_free(&control->highlights);
}
