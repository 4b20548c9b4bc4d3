/* Exposing the simulated sensor quickly.
 *
 * Here noise is Gaussian of the right variance, v = m + sqrt(S m + O) n, where fl_sim_capture()
 * draws from the Poisson distribution: n comes from a table of normal numbers, read from a place
 * that each row and shot chooses anew. */
#include "sim_shutter.h"

#include "sim_random.h"

#include <math.h>
#include <stdlib.h>

#define NORMALS   131072 /* in the table */
#define KEY_SHOT  0x73687574ULL
#define MOST      4.0F /* light beyond this is clipped with or without noise */
#define ROW_WORDS (FL_MAX_DIMENSION + 8)

struct fl_sim_shutter {
    struct fl_sim_sensor sensor;
    float *light;
    float *normal; /* NORMALS, and as many again as a row needs from the last place */
    uint16_t *dn;  /* one row */
};

void fl_sim_shutter_free(struct fl_sim_shutter *shutter)
{
    if (!shutter)
        return;
    free(shutter->light);
    free(shutter->normal);
    free(shutter->dn);
    free(shutter);
}

fl_err fl_sim_shutter_new(const struct fl_sim_config *config, struct fl_sim_shutter **out)
{
    struct fl_sim_shutter *s = calloc(1, sizeof *s);
    struct fl_sim_stream stream = fl_sim_stream(KEY_SHOT, config->seed);
    fl_err err = s ? fl_sim_light(config, &s->sensor, &s->light)
                   : fl_error(FL_ERR_MEMORY, "out of memory for the simulated camera");
    *out = NULL;
    if (err.code == FL_OK) {
        s->normal = malloc((NORMALS + ROW_WORDS) * sizeof *s->normal);
        s->dn = malloc(ROW_WORDS * sizeof *s->dn);
        if (!s->normal || !s->dn)
            err = fl_error(FL_ERR_MEMORY, "out of memory for the simulated camera");
    }
    if (err.code != FL_OK) {
        fl_sim_shutter_free(s);
        return err;
    }
    for (int i = 0; i < NORMALS; i++)
        s->normal[i] = (float)fl_sim_normal(&stream);
    for (int i = 0; i < ROW_WORDS; i++)
        s->normal[NORMALS + i] = s->normal[i];
    *out = s;
    return err;
}

const struct fl_sim_sensor *fl_sim_shutter_sensor(const struct fl_sim_shutter *shutter)
{
    return &shutter->sensor;
}

void fl_sim_shutter_noise(const struct fl_sim_config *config, double gain, struct fl_noise *out)
{
    struct fl_sim_config c = *config;
    struct fl_format format = {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12};
    struct fl_sim_sensor sensor;
    c.iso = 100.0 * gain;
    fl_sim_sensor_init(&c, &format, &sensor);
    *out = sensor.noise;
}

struct levels {
    float scale, s, o, black, range, white;
};

static void expose_row(const struct levels *l, const float *light, const float *normal, int width,
                       uint16_t *dn)
{
    for (int x = 0; x < width; x++) {
        float m = light[x] * l->scale, v;
        m = m < MOST ? m : MOST;
        v = l->black + 0.5F + l->range * (m + sqrtf(l->s * m + l->o) * normal[x]);
        v = v > 0.0F ? v : 0.0F;
        v = v < l->white ? v : l->white;
        dn[x] = (uint16_t)(int)v;
    }
}

void fl_sim_shutter_expose(struct fl_sim_shutter *shutter, double scale,
                           const struct fl_noise *noise, uint64_t shot, struct fl_frame *frame)
{
    const struct fl_sim_sensor *s = &shutter->sensor;
    const int width = s->masked + s->width;
    const struct levels l = {(float)scale,
                             (float)noise->s,
                             (float)noise->o,
                             (float)s->black_dn,
                             (float)(s->white_dn - s->black_dn),
                             (float)s->white_dn};
    struct fl_sim_stream place = fl_sim_stream(s->key, shot);
    for (int y = 0; y < s->height; y++) {
        char *row = (char *)frame->plane[0] + (size_t)y * frame->stride[0];
        const float *light = shutter->light + (size_t)y * (size_t)width;
        const float *normal = shutter->normal + fl_sim_next(&place) % NORMALS;
        if (s->format.packing == FL_PACK_U16) {
            expose_row(&l, light, normal, width, (uint16_t *)(void *)row);
        } else {
            expose_row(&l, light, normal, width, shutter->dn);
            fl_sim_pack_row(&s->format, shutter->dn, width, row);
        }
    }
}
