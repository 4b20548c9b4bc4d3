/* Runs quality cases. A job is one picture of one case; the pool runs as many as there are cores,
 * each in a pipeline of one thread, and the results are averaged in the order of the pictures. */
#include "quality_run.h"

#include "slanted_edge.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SETS 64

struct job {
    const struct quality_case *of;
    const struct truth *truth;
    struct shot shot;
    double value[MEASURES];
    fl_err err;
};

struct run {
    const struct run_options *options;
    struct truth_set set[SETS];
    int sets;
    struct job *job;
    int jobs;
    struct fl_pipeline **pipeline; /* one per worker */
};

static fl_err find_set(struct run *r, const struct quality_case *c, struct truth_set **out)
{
    for (int i = 0; i < r->sets; i++)
        if (strcmp(r->set[i].name, c->set) == 0 && strcmp(r->set[i].picture, c->picture) == 0) {
            *out = &r->set[i];
            return fl_success();
        }
    if (r->sets == SETS)
        return fl_error(FL_ERR_RANGE, "more than %d sets of pictures", SETS);
    FL_TRY(truth_load(c->set, c->picture, &r->options->places, &r->set[r->sets]));
    *out = &r->set[r->sets++];
    return fl_success();
}

static fl_err add_job(struct run *r, const struct quality_case *c, const struct truth *truth)
{
    struct job *more = realloc(r->job, (size_t)(r->jobs + 1) * sizeof *more);
    if (!more)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    r->job = more;
    memset(&more[r->jobs], 0, sizeof *more);
    more[r->jobs].of = c;
    more[r->jobs].truth = truth;
    more[r->jobs].shot = c->shot;
    r->jobs++;
    return fl_success();
}

/* Scenes that say little about a whole picture: measured by name only. */
static bool in_mean(const struct truth_set *set, const struct truth *t)
{
    return strcmp(set->name, "scenes") != 0 ||
           (strcmp(t->name, "flat") != 0 && strcmp(t->name, "ramp") != 0);
}

static fl_err add_jobs(struct run *r, const struct quality_case *c)
{
    bool mean = strcmp(c->picture, "mean") == 0;
    int every = mean && r->options->every > 1 ? r->options->every : 1;
    struct truth_set *set = NULL;
    FL_TRY(find_set(r, c, &set));
    for (int i = 0; i < set->count; i += every)
        if (!mean || in_mean(set, &set->truth[i]))
            FL_TRY(add_job(r, c, &set->truth[i]));
    return fl_success();
}

/* FOLDER/set-picture-camera-light-iso-tag-preset.png, and the truth once more beside it. */
static fl_err save(const struct run_options *o, const struct job *job, const struct picture *result)
{
    struct quality_case one = *job->of;
    char key[256], path[512];
    snprintf(one.picture, sizeof one.picture, "%s", job->truth->name);
    case_format_key(&one, key, sizeof key);
    for (char *p = key; *p; p++)
        *p = *p == ',' || *p == '/' ? '-' : *p;
    snprintf(path, sizeof path, "%s/%s.png", o->save, key);
    FL_TRY(picture_write_png(path, result));
    snprintf(path, sizeof path, "%s/truth-%s.png", o->save, job->truth->name);
    return picture_write_png(path, &job->truth->display);
}

static fl_err measure(const struct run_options *o, struct job *job,
                      const struct fl_frame *developed)
{
    struct picture result;
    fl_err err;
    FL_TRY(picture_from_frame(developed, &result));
    err = measure_picture(&job->truth->display, &result, job->value);
    if (err.code == FL_OK && strcmp(job->of->set, "scenes") == 0 &&
        strcmp(job->truth->name, "edge") == 0)
        err = edge_measure_scene(&result, job->value);
    if (err.code == FL_OK && o->save)
        err = save(o, job, &result);
    picture_free(&result);
    return err;
}

static fl_err run_job(const struct run_options *o, struct job *job, struct fl_pipeline *pipeline)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_frame *raw, *developed = NULL;
    settings.preset = job->of->preset;
    settings.look = FL_LOOK_NEUTRAL;
    settings.denoise_strength = o->strength;
    FL_TRY(shot_take(&job->shot, job->truth, &raw));
    fl_err err = fl_pipeline_run(pipeline, raw, &settings, &developed, NULL);
    if (err.code == FL_OK)
        err = measure(o, job, developed);
    fl_frame_unref(developed);
    fl_frame_unref(raw);
    return err;
}

static void work(void *user, int index, int worker)
{
    struct run *r = user;
    r->job[index].err = run_job(r->options, &r->job[index], r->pipeline[worker]);
}

static fl_err new_pipeline(const struct run_options *o, struct fl_pipeline **out)
{
    const struct fl_pipeline_config config = {.threads = 1};
    FL_TRY(fl_pipeline_new(&config, out));
    for (int i = 0; i < o->setting_count; i++) {
        char key[128];
        const char *equals = strchr(o->setting[i], '=');
        if (!equals)
            return fl_error(FL_ERR_RANGE, "'%s': must be stage.key=value", o->setting[i]);
        snprintf(key, sizeof key, "%.*s", (int)(equals - o->setting[i]), o->setting[i]);
        FL_TRY(fl_pipeline_set(*out, key, equals + 1));
    }
    return fl_success();
}

static fl_err run_jobs(struct run *r)
{
    struct fl_pool *pool;
    fl_err err = fl_pool_new(r->options->jobs, &pool);
    if (err.code != FL_OK)
        return err;
    struct fl_runner runner = fl_pool_runner(pool);
    r->pipeline = calloc((size_t)runner.workers, sizeof(struct fl_pipeline *));
    if (!r->pipeline)
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    for (int i = 0; err.code == FL_OK && i < runner.workers; i++)
        err = new_pipeline(r->options, &r->pipeline[i]);
    if (err.code == FL_OK)
        runner.run(runner.self, r->jobs, work, r);
    for (int i = 0; r->pipeline && i < runner.workers; i++)
        fl_pipeline_free(r->pipeline[i]);
    free(r->pipeline);
    fl_pool_free(pool);
    for (int i = 0; err.code == FL_OK && i < r->jobs; i++)
        err = fl_error_context(r->job[i].err, "%s", r->job[i].truth->name);
    return err;
}

static void list_picture(const struct job *job)
{
    struct quality_case one = *job->of;
    char line[1024];
    snprintf(one.picture, sizeof one.picture, "%s", job->truth->name);
    memcpy(one.value, job->value, sizeof one.value);
    case_format(&one, line, sizeof line);
    fprintf(stderr, "%s\n", line);
}

/* Mean of each measure over the case's pictures that have it. */
static void average(const struct run *r, struct quality_case *c)
{
    c->pictures = 0;
    for (int m = 0; m < MEASURES; m++) {
        double sum = 0.0;
        int count = 0;
        for (int i = 0; i < r->jobs; i++)
            if (r->job[i].of == c && !isnan(r->job[i].value[m])) {
                sum += r->job[i].value[m];
                count++;
            }
        c->value[m] = count ? sum / count : (double)NAN;
    }
    for (int i = 0; i < r->jobs; i++) {
        if (r->job[i].of != c)
            continue;
        c->pictures++;
        if (r->options->per_picture && strcmp(c->picture, "mean") == 0)
            list_picture(&r->job[i]);
    }
}

/* The first case with the same key: a file of floors asks for several measures of one. */
static int first_like(const struct quality_case *cases, int index)
{
    char key[256], other[256];
    case_format_key(&cases[index], key, sizeof key);
    for (int i = 0; i < index; i++) {
        case_format_key(&cases[i], other, sizeof other);
        if (strcmp(key, other) == 0)
            return i;
    }
    return index;
}

fl_err run_cases(const struct run_options *options, struct quality_case *cases, int count)
{
    struct run r = {.options = options};
    fl_err err = fl_success();
    for (int i = 0; i < count && err.code == FL_OK; i++)
        if (first_like(cases, i) == i)
            err = add_jobs(&r, &cases[i]);
    if (err.code == FL_OK)
        err = run_jobs(&r);
    for (int i = 0; i < count && err.code == FL_OK; i++) {
        int first = first_like(cases, i);
        if (first == i)
            average(&r, &cases[i]);
        else
            cases[i] = cases[first];
    }
    for (int i = 0; i < r.sets; i++)
        truth_free(&r.set[i]);
    free(r.job);
    return err;
}
