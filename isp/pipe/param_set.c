/* The parameters of all operations for one run. */
#include "param_set.h"

#include "plan.h"
#include "registry.h"
#include "tuned_params.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What presets and looks change from the stages' own defaults, which are those of `balanced` and
 * `standard`. */
struct setting {
    const char *key, *value;
};

/* What the 16-bit chain can do: isp/quick. */
static const struct setting fast_settings[] = {
    {"green_balance.mode", "off"}, {"highlights.mode", "clip"},
    {"local_tone.strength", "0"},  {"gamut.compress", "off"},
    {"tone.curve", "channels"},    {"sharpen.taps", "3"},
    {"sharpen.overshoot", "1"},    {"sharpen.threshold", "0.5"},
    {NULL, NULL}};
static const struct setting best_settings[] = {{NULL, NULL}};
static const struct setting neutral_settings[] = {{"local_tone.strength", "0"},
                                                  {"gamut.compress", "off"},
                                                  {"tone.curve", "srgb"},
                                                  {"sharpen.amount", "0"},
                                                  {NULL, NULL}};
/* The camera's own curve on each channel, as its hardware has it. */
static const struct setting camera_settings[] = {{"local_tone.strength", "0"},
                                                 {"gamut.compress", "off"},
                                                 {"tone.curve", "tuning"},
                                                 {NULL, NULL}};

struct fl_param_set {
    int count;
    struct {
        const struct fl_stage *stage; /* the first pass of the operation that has parameters */
        void *params;
    } item[FL_MAX_STAGES];
};

/* The operation's first pass with parameters; NULL where it has none. */
static const struct fl_stage *parameter_owner(const char *name)
{
    for (int i = 0; fl_registry(i); i++)
        if (fl_registry(i)->params && fl_registry_same_operation(fl_registry(i)->name, name))
            return fl_registry(i);
    return NULL;
}

/* Splits "stage.param". */
static fl_err split_key(const char *key, const struct fl_stage **stage, const char **param)
{
    const char *dot = strrchr(key, '.');
    char name[64];
    *stage = NULL;
    *param = key;
    if (!dot || dot == key || (size_t)(dot - key) >= sizeof name)
        return fl_error(FL_ERR_RANGE, "'%s': expected STAGE.PARAMETER", key);
    memcpy(name, key, (size_t)(dot - key));
    name[dot - key] = '\0';
    *stage = parameter_owner(name);
    *param = dot + 1;
    if (!*stage)
        return fl_error(FL_ERR_RANGE, "'%s': there is no stage '%s' with parameters", key, name);
    return fl_success();
}

fl_err fl_overrides_set(struct fl_overrides *o, const char *key, const char *value)
{
    const struct fl_stage *stage;
    const char *param;
    int i = 0;

    FL_TRY(split_key(key, &stage, &param));
    while (i < o->count && strcmp(o->item[i].key, key) != 0)
        i++;
    if (!value) {
        if (i < o->count)
            o->item[i] = o->item[--o->count];
        return fl_success();
    }
    if (i == FL_MAX_OVERRIDES)
        return fl_error(FL_ERR_MEMORY, "more than %d overrides", FL_MAX_OVERRIDES);
    if (strlen(key) >= sizeof o->item[i].key || strlen(value) >= sizeof o->item[i].value)
        return fl_error(FL_ERR_RANGE, "'%.40s': key or value is too long", key);
    void *trial = calloc(1, stage->params_size);
    if (!trial)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    fl_err err = fl_param_set(stage->params, trial, param, value);
    free(trial);
    if (err.code != FL_OK)
        return fl_error_context(err, "%s", stage->name);
    snprintf(o->item[i].key, sizeof o->item[i].key, "%s", key);
    snprintf(o->item[i].value, sizeof o->item[i].value, "%s", value);
    o->count = i == o->count ? i + 1 : o->count;
    return fl_success();
}

static void *params_for(const struct fl_param_set *set, const struct fl_stage *stage)
{
    for (int i = 0; i < set->count; i++)
        if (set->item[i].stage == stage)
            return set->item[i].params;
    return NULL;
}

fl_err fl_param_set_put(struct fl_param_set *set, const char *key, const char *value)
{
    const struct fl_stage *stage;
    const char *param;
    FL_TRY(split_key(key, &stage, &param));
    return fl_param_set(stage->params, params_for(set, stage), param, value);
}

fl_err fl_param_set_scale(struct fl_param_set *set, const char *key, double factor)
{
    const struct fl_stage *stage;
    const struct fl_param *p;
    const char *param;
    double scaled;
    float *value;
    FL_TRY(split_key(key, &stage, &param));
    for (p = stage->params; p->name && strcmp(p->name, param) != 0;)
        p++;
    if (!p->name || p->type != FL_PARAM_FLOAT)
        return fl_error(FL_ERR_RANGE, "'%s' is no number", key);
    value = (float *)((char *)params_for(set, stage) + p->offset);
    scaled = (double)*value * factor;
    scaled = scaled > p->min ? scaled : p->min; /* NaN as well */
    *value = (float)(scaled < p->max ? scaled : p->max);
    return fl_success();
}

static fl_err apply_list(struct fl_param_set *set, const struct setting *list)
{
    for (; list->key; list++) {
        fl_err err = fl_param_set_put(set, list->key, list->value);
        if (err.code != FL_OK)
            return fl_error(FL_ERR_INTERNAL, "preset or look: %s", err.message);
    }
    return fl_success();
}

static fl_err fill(struct fl_param_set *set, const struct fl_settings *settings,
                   const struct fl_overrides *o)
{
    for (int i = 0; fl_registry(i); i++) {
        const struct fl_stage *s = fl_registry(i);
        void *params;
        if (parameter_owner(s->name) != s)
            continue;
        params = calloc(1, s->params_size);
        if (!params)
            return fl_error(FL_ERR_MEMORY, "out of memory for parameters");
        fl_param_defaults(s->params, params);
        set->item[set->count].stage = s;
        set->item[set->count++].params = params;
    }
    if (settings->preset == FL_PRESET_FAST)
        FL_TRY(apply_list(set, fast_settings));
    if (settings->preset == FL_PRESET_BEST)
        FL_TRY(apply_list(set, best_settings));
    if (settings->look == FL_LOOK_NEUTRAL)
        FL_TRY(apply_list(set, neutral_settings));
    if (settings->look == FL_LOOK_CAMERA)
        FL_TRY(apply_list(set, camera_settings));
    if (settings->tuning)
        FL_TRY(fl_tuned_params(settings, set));
    for (int i = 0; i < o->count; i++)
        FL_TRY(fl_param_set_put(set, o->item[i].key, o->item[i].value));
    return fl_success();
}

fl_err fl_param_set_new(const struct fl_settings *settings, const struct fl_overrides *o,
                        struct fl_param_set **out)
{
    struct fl_param_set *set = calloc(1, sizeof *set);
    fl_err err;
    *out = NULL;
    if (!set)
        return fl_error(FL_ERR_MEMORY, "out of memory for parameters");
    err = fill(set, settings, o);
    if (err.code != FL_OK) {
        fl_param_set_free(set);
        return err;
    }
    *out = set;
    return fl_success();
}

void fl_param_set_free(struct fl_param_set *set)
{
    if (!set)
        return;
    for (int i = 0; i < set->count; i++)
        free(set->item[i].params);
    free(set);
}

const void *fl_param_set_of(const struct fl_param_set *set, const struct fl_stage *stage)
{
    const struct fl_stage *owner = parameter_owner(stage->name);
    return owner ? params_for(set, owner) : NULL;
}
