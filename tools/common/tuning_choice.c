/* Which tuning a raw is developed with: each file is read once. */
#include "tuning_choice.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KNOWN_MAX 16 /* files of one run; further sensors have none */

struct known {
    char name[256]; /* as it was looked for */
    char path[1200];
    struct fl_tuning *tuning; /* NULL: there is none, or it is broken */
};

struct fl_tuning_choice {
    bool none;
    struct fl_tuning *given;
    pthread_mutex_t lock;
    int count;
    struct known known[KNOWN_MAX];
};

fl_err fl_tuning_choice_new(const char *option, const struct fl_log *log,
                            struct fl_tuning_choice **out)
{
    struct fl_tuning_choice *c = calloc(1, sizeof *c);
    fl_err err = fl_success();
    *out = NULL;
    if (!c)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    c->none = option && strcmp(option, "none") == 0;
    if (option && !c->none)
        err = fl_tuning_open(option, log, &c->given);
    if (err.code != FL_OK) {
        free(c);
        return err;
    }
    pthread_mutex_init(&c->lock, NULL);
    *out = c;
    return err;
}

void fl_tuning_choice_free(struct fl_tuning_choice *c)
{
    if (!c)
        return;
    for (int i = 0; i < c->count; i++)
        fl_tuning_free(c->known[i].tuning);
    fl_tuning_free(c->given);
    pthread_mutex_destroy(&c->lock);
    free(c);
}

static void load(struct known *k, const char *name, const struct fl_log *log)
{
    fl_err err = fl_success();
    snprintf(k->name, sizeof k->name, "%s", name);
    if (strchr(name, '/') || strchr(name, '.'))
        snprintf(k->path, sizeof k->path, "%s", name);
    else if (!fl_tuning_find(name, k->path, sizeof k->path))
        return;
    err = fl_tuning_load(k->path, log, &k->tuning);
    if (err.code != FL_OK)
        fl_log(log, FL_LOG_WARNING, "the sensor's tuning is not used: %s", err.message);
}

/* The entry of that name, read now where it is new; NULL where there is no room. */
static const struct known *look_up(struct fl_tuning_choice *c, const char *name,
                                   const struct fl_log *log)
{
    for (int i = 0; i < c->count; i++)
        if (strcmp(c->known[i].name, name) == 0)
            return &c->known[i];
    if (c->count == KNOWN_MAX || strlen(name) >= sizeof c->known->name)
        return NULL;
    load(&c->known[c->count], name, log);
    return &c->known[c->count++];
}

const struct fl_tuning *fl_tuning_choice_named(struct fl_tuning_choice *c, const char *name,
                                               const struct fl_log *log)
{
    const struct known *k;
    if (c->none || c->given)
        return c->given;
    pthread_mutex_lock(&c->lock);
    k = look_up(c, name, log);
    pthread_mutex_unlock(&c->lock);
    if (k && k->tuning)
        fl_log(log, FL_LOG_NOTE, "developed with the tuning %s", k->path);
    else
        fl_log(log, FL_LOG_NOTE, "no tuning of the sensor %s was found", name);
    return k ? k->tuning : NULL;
}

/* Raspberry Pi's cameras are named by their sensors; others may share the sensor, but not the
 * lens. */
static bool is_raspberry_pi(const struct fl_meta *meta)
{
    return strncmp(meta->make, "Raspberry", 9) == 0 || strncmp(meta->model, "/base/", 6) == 0 ||
           strncmp(meta->model, "RP_", 3) == 0;
}

const struct fl_tuning *fl_tuning_choice_for(struct fl_tuning_choice *c, const struct fl_meta *meta,
                                             const struct fl_log *log)
{
    char sensor[64];
    if (c->none || c->given)
        return c->given;
    if (!is_raspberry_pi(meta) || !fl_tuning_sensor_of(meta->model, sensor, sizeof sensor))
        return NULL;
    return fl_tuning_choice_named(c, sensor, log);
}
