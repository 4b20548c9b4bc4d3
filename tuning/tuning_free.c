/* Freeing tuning data. */
#include "firstlight/tuning.h"

#include <stdlib.h>

static void free_tables(struct fl_shading_table *list, int count)
{
    for (int i = 0; i < count; i++)
        free(list[i].gain);
    free(list);
}

static void free_channel(struct fl_exposure_channel *c)
{
    for (int i = 0; i < c->metering_count; i++)
        free(c->metering[i].weight);
    for (int i = 0; i < c->mode_count; i++) {
        free(c->mode[i].exposure_s);
        free(c->mode[i].gain);
    }
    for (int i = 0; i < c->constraint_count; i++) {
        for (int k = 0; k < c->constraint[i].count; k++)
            free(c->constraint[i].constraint[k].y_target.point);
        free(c->constraint[i].constraint);
    }
    free(c->metering);
    free(c->mode);
    free(c->constraint);
    free(c->bound);
    free(c->y_target.point);
}

void fl_tuning_free(struct fl_tuning *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->prior_count; i++)
        free(t->prior[i].log_likelihood.point);
    for (int i = 0; i < t->exposure.channel_count; i++)
        free_channel(&t->exposure.channel[i]);
    free_tables(t->shading.red, t->shading.red_count);
    free_tables(t->shading.blue, t->shading.blue_count);
    free(t->shading.luminance);
    free(t->exposure.channel);
    free(t->grey);
    free(t->prior);
    free(t->mode);
    free(t->ccm);
    free(t->denoise);
    free(t->green.strength.point);
    free(t->gamma.point);
    free(t->saturation.point);
    free(t);
}
