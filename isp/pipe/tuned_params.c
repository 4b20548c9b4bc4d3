/* What a sensor's tuning changes in the stages' parameters.
 *
 * The numbers in a tuning are multiples of what the camera's hardware does by itself, and its
 * filters are not ours. What most of the files that ship have in common is therefore taken for our
 * own default, and a file that differs from it moves ours by the same factor, within limits. */
#include "tuned_params.h"

#define LEAST 0.5
#define MOST  2.0

/* What ships with most sensors. */
#define USUAL_SHARPEN_THRESHOLD 0.75
#define USUAL_SHARPEN_LIMIT     0.5
#define USUAL_SHARPEN_STRENGTH  1.0
#define USUAL_DEVIATION         3.2
#define USUAL_STRENGTH          0.75 /* or more */
#define USUAL_COLOR_LEAST       100.0
#define USUAL_COLOR_MOST        200.0
#define STRONG_DEFECTS          0.7 /* of the usual threshold */

static double limited(double factor)
{
    factor = factor > LEAST ? factor : LEAST; /* NaN as well */
    return factor < MOST ? factor : MOST;
}

/* Preset fast has no bound on overshoot. */
static fl_err sharpen(const struct fl_settings *settings, struct fl_param_set *set)
{
    const struct fl_tuning_sharpen *s = &settings->tuning->sharpen;
    FL_TRY(
        fl_param_set_scale(set, "sharpen.amount", limited(s->strength / USUAL_SHARPEN_STRENGTH)));
    FL_TRY(fl_param_set_scale(set, "sharpen.threshold",
                              limited(s->threshold / USUAL_SHARPEN_THRESHOLD)));
    if (settings->preset == FL_PRESET_FAST)
        return fl_success();
    return fl_param_set_scale(set, "sharpen.overshoot", limited(s->limit / USUAL_SHARPEN_LIMIT));
}

/* A share of the noise below the usual one leaves the rest; within what is usual our own measure of
 * the noise is the better one. */
static fl_err denoise(const struct fl_tuning_denoise *d, struct fl_param_set *set)
{
    double share = d->strength < USUAL_STRENGTH ? d->strength / USUAL_STRENGTH : 1.0;
    double color = d->color_deviation, usual = color;
    if (color < USUAL_COLOR_LEAST)
        usual = USUAL_COLOR_LEAST;
    else if (color > USUAL_COLOR_MOST)
        usual = USUAL_COLOR_MOST;
    if (d->deviation > 0.0)
        FL_TRY(fl_param_set_scale(set, "denoise.strength",
                                  limited(d->deviation / USUAL_DEVIATION * share)));
    if (!(color > 0.0))
        return fl_success();
    return fl_param_set_scale(set, "chroma_denoise.strength", limited(color / usual));
}

fl_err fl_tuned_params(const struct fl_settings *settings, struct fl_param_set *set)
{
    const struct fl_tuning *t = settings->tuning;
    const struct fl_green_threshold *green = &t->green;
    if (t->defect_strength == 1)
        FL_TRY(fl_param_set_put(set, "defect.dynamic", "off"));
    if (t->defect_strength == 3)
        FL_TRY(fl_param_set_scale(set, "defect.threshold", STRONG_DEFECTS));
    if (green->known && green->strength.count == 1 && green->strength.point[0].y == 0.0)
        FL_TRY(fl_param_set_put(set, "green_balance.mode", "off"));
    if (t->sharpen.known)
        FL_TRY(sharpen(settings, set));
    return t->denoise_count > 0 ? denoise(&t->denoise[0], set) : fl_success();
}
