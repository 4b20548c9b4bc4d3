/* Simulated cameras.
 *
 * A camera sees a pixel of linear sRGB x under its light as diag(neutral) ccm^-1 x, through its
 * CFA, with Poisson-Gaussian noise: variance(v) = S v + O, where S grows with the gain and O with
 * its square. The metadata describe exactly that, so a neutral development must return the picture.
 * White clips at 1; negative signals survive in the codes below black. */
#include "test_camera.h"

#include "firstlight/source.h"
#include "flmath.h"
#include "model_camera.h"
#include "sim_random.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lit {
    const char *light;
    int exif_light; /* 0: the camera does not know this light */
    const double *white;
    double to_srgb[9], neutral[3];
};

struct camera {
    const char *name;
    struct fl_format format;
    double black_dn, white_dn;
    double s, o, o_floor; /* at ISO 100: S, the part of O that grows, and the part that does not */
    struct lit lit[2];
};

static const struct camera cameras[] = {
    /* A small sensor at 16 bits, known in daylight only: the camera of the floors. */
    {"imx477",
     {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 16},
     4096,
     65535,
     2.2e-4,
     1.6e-7,
     2e-8,
     {{"D65",
       21,
       d65_xyz,
       {1.85, -0.68, -0.17, -0.36, 1.72, -0.36, -0.03, -0.62, 1.65},
       {0.48, 1.0, 0.56}},
      {NULL, 0, NULL, {0}, {0}}}},
    /* The same at the 12 bits that the 16-bit chain of preset fast is for. */
    {"imx477-12",
     {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12},
     256,
     4095,
     2.2e-4,
     1.6e-7,
     2e-8,
     {{"D65",
       21,
       d65_xyz,
       {1.85, -0.68, -0.17, -0.36, 1.72, -0.36, -0.03, -0.62, 1.65},
       {0.48, 1.0, 0.56}},
      {NULL, 0, NULL, {0}, {0}}}},
    /* Large pixels, 14 bits, gentle matrices. */
    {"dslr",
     {FL_COLOR_MOSAIC, FL_CFA_GBRG, FL_PACK_U16, 14},
     1024,
     15600,
     3e-5,
     1e-8,
     4e-8,
     {{"D65",
       21,
       d65_xyz,
       {1.62, -0.48, -0.14, -0.18, 1.46, -0.28, 0.02, -0.46, 1.44},
       {0.50, 1.0, 0.66}},
      {"A",
       17,
       a_xyz,
       {1.40, -0.20, -0.20, -0.26, 1.60, -0.34, 0.05, -1.05, 2.00},
       {0.82, 1.0, 0.36}}}},
    /* Tiny pixels, 10 bits, much crosstalk. */
    {"phone",
     {FL_COLOR_MOSAIC, FL_CFA_BGGR, FL_PACK_U16, 10},
     64,
     1023,
     4.5e-4,
     3.6e-7,
     1e-7,
     {{"D65",
       21,
       d65_xyz,
       {2.35, -1.15, -0.20, -0.52, 1.98, -0.46, -0.06, -0.98, 2.04},
       {0.62, 1.0, 0.50}},
      {"A",
       17,
       a_xyz,
       {2.60, -1.50, -0.10, -0.70, 2.10, -0.40, -0.20, -1.90, 3.10},
       {0.95, 1.0, 0.28}}}},
};

const char *noise_tag_name(enum noise_tag tag)
{
    static const char *const names[NOISE_TAGS] = {"right", "none", "x4", "x0.25", "iso100"};
    return names[tag];
}

static const struct camera *find_camera(const char *name)
{
    for (size_t i = 0; i < sizeof cameras / sizeof *cameras; i++)
        if (strcmp(cameras[i].name, name) == 0)
            return &cameras[i];
    return NULL;
}

static const struct lit *find_light(const struct camera *camera, const char *light)
{
    for (int i = 0; i < 2; i++)
        if (camera->lit[i].light && strcmp(camera->lit[i].light, light) == 0)
            return &camera->lit[i];
    return NULL;
}

/* Temperature of a light of "simcam"; 0 = none. */
static double light_cct(const char *light)
{
    char *end;
    double cct = strtod(light, &end);
    if (strcmp(light, "D65") == 0)
        return 6504.0;
    if (strcmp(light, "A") == 0)
        return 2856.0;
    return *end == 'K' && end[1] == '\0' ? cct : 0.0;
}

fl_err shot_check(const struct shot *shot)
{
    const struct camera *camera = find_camera(shot->camera);
    bool known = camera ? find_light(camera, shot->light) != NULL : light_cct(shot->light) > 0.0;
    if (!camera && strcmp(shot->camera, "simcam") != 0)
        return fl_error(FL_ERR_RANGE, "unknown camera '%s'; known: imx477, dslr, phone, simcam",
                        shot->camera);
    if (!known)
        return fl_error(FL_ERR_RANGE, "camera %s has no light '%s'", shot->camera, shot->light);
    return fl_success();
}

static struct fl_noise noise_at(const struct camera *camera, int iso)
{
    double gain = iso / 100.0;
    struct fl_noise n = {camera->s * gain, camera->o * gain * gain + camera->o_floor};
    return n;
}

static struct fl_noise wrong_noise(struct fl_noise n, enum noise_tag tag, struct fl_noise at100)
{
    double k = tag == TAG_HIGH ? 4.0 : tag == TAG_LOW ? 0.25 : tag == TAG_NONE ? 0.0 : 1.0;
    struct fl_noise out = {k * n.s, k * n.o};
    return tag == TAG_ISO100 ? at100 : out;
}

static struct fl_noise tagged_noise(const struct camera *camera, const struct shot *shot)
{
    static const struct fl_noise clean = {1e-7, 1e-10};
    double range = camera->white_dn - camera->black_dn, rounding = 1.0 / (12.0 * range * range);
    struct fl_noise n = shot->iso ? noise_at(camera, shot->iso) : clean;
    struct fl_noise at100 = noise_at(camera, 100);
    n.o += rounding;
    at100.o += rounding;
    return wrong_noise(n, shot->tag, at100);
}

static void describe(const struct camera *camera, const struct lit *lit, const struct shot *shot,
                     struct fl_meta *meta)
{
    snprintf(meta->make, sizeof meta->make, "Simulated");
    snprintf(meta->model, sizeof meta->model, "%s", camera->name);
    snprintf(meta->unique_model, sizeof meta->unique_model, "Simulated %s", camera->name);
    meta->exposure_s = 0.01;
    meta->iso = shot->iso ? shot->iso : 100;
    meta->orientation = 1;
    for (int i = 0; i < 4; i++) {
        meta->black_dn[i] = (float)camera->black_dn;
        meta->white_dn[i] = (float)camera->white_dn;
    }
    for (int i = 0; i < 3; i++)
        meta->noise[i] = tagged_noise(camera, shot);
    meta->has_neutral = true;
    memcpy(meta->neutral, lit->neutral, sizeof meta->neutral);
    for (int i = 0; i < 2; i++) {
        const struct lit *l = &camera->lit[i];
        struct fl_calibration *c = &meta->calibration[i];
        if (!l->light)
            continue;
        c->illuminant = l->exif_light;
        c->has_color_matrix = true;
        color_matrix(l->to_srgb, l->neutral, l->white, c->color_matrix);
    }
}

static double expose(double light, const struct fl_noise *noise, uint64_t key, uint64_t index)
{
    struct fl_sim_stream stream = fl_sim_stream(key, index);
    double read = sqrt(noise->o) * fl_sim_normal(&stream);
    double mean = light > 0.0 ? light / noise->s : 0.0;
    return noise->s * fl_sim_poisson(&stream, mean) + read;
}

/* FNV-1a of the picture's name. */
static uint32_t noise_seed(const struct truth *truth)
{
    uint32_t h = 2166136261U;
    for (const char *p = truth->name; *p; p++)
        h = (h ^ (uint8_t)*p) * 16777619U;
    return h;
}

static void expose_rows(const struct camera *camera, const struct lit *lit, const struct shot *shot,
                        const struct truth *truth, struct fl_frame *frame)
{
    struct fl_noise noise = noise_at(camera, shot->iso);
    double response[9], range = camera->white_dn - camera->black_dn;
    double most = (double)((1 << camera->format.bits) - 1);
    uint64_t key = 0x7175616c697479ULL + noise_seed(truth);
    fl_mat3_inverse(lit->to_srgb, response);
    for (int y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)((char *)frame->plane[0] + (size_t)y * frame->stride[0]);
        for (int x = 0; x < frame->width; x++) {
            uint64_t index = (uint64_t)y * (uint64_t)frame->width + (uint64_t)x;
            int c = fl_cfa_color(camera->format.cfa, x, y);
            const float *p = truth->linear + index * 3;
            const double *m = response + (size_t)c * 3;
            double light =
                lit->neutral[c] * (m[0] * (double)p[0] + m[1] * (double)p[1] + m[2] * (double)p[2]);
            if (shot->iso)
                light = expose(light, &noise, key, index);
            light = floor(light * range + camera->black_dn + 0.5);
            light = light > camera->white_dn ? camera->white_dn : light;
            row[x] = (uint16_t)(light < 0.0 ? 0.0 : light > most ? most : light);
        }
    }
}

/* The library's own sensor, pointed at the scene itself. */
static fl_err take_simcam(const struct shot *shot, const struct truth *truth, struct fl_frame **out)
{
    struct fl_sim_config config = {.scene = truth->name,
                                   .width = truth->display.width,
                                   .height = truth->display.height,
                                   .iso = shot->iso,
                                   .no_noise = shot->iso == 0,
                                   .seed = noise_seed(truth),
                                   .cct_k = light_cct(shot->light),
                                   .defects_ppm = 100};
    struct fl_sim_config base = config;
    struct fl_frame *reference;
    base.iso = 100;
    base.no_noise = false;
    FL_TRY(fl_sim_capture(&base, &reference));
    fl_err err = fl_sim_capture(&config, out);
    for (int i = 0; err.code == FL_OK && i < 3; i++)
        (*out)->meta.noise[i] =
            wrong_noise((*out)->meta.noise[i], shot->tag, reference->meta.noise[i]);
    fl_frame_unref(reference);
    return err;
}

fl_err shot_take(const struct shot *shot, const struct truth *truth, struct fl_frame **out)
{
    const struct camera *camera = find_camera(shot->camera);
    const struct lit *lit;
    FL_TRY(shot_check(shot));
    if (!camera)
        return take_simcam(shot, truth, out);
    lit = find_light(camera, shot->light);
    FL_TRY(fl_frame_new(truth->display.width, truth->display.height, &camera->format, out));
    describe(camera, lit, shot, &(*out)->meta);
    expose_rows(camera, lit, shot, truth, *out);
    return fl_success();
}
