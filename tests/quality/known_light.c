/* Light whose capture and finished picture are known: for tests of floors. */
#include "known_light.h"

#include "sim_sensor.h"

#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Ends the test where it cannot go on. */
static void demand(bool met, const char *what)
{
    if (met)
        return;
    fprintf(stderr, "known_light: %s\n", what);
    abort();
}

static void demand_ok(fl_err err)
{
    demand(err.code == FL_OK, err.message);
}

struct light light_new(int width, int height)
{
    struct light l = {width, height, NULL};
    l.rgb = calloc((size_t)width * (size_t)height * 3, sizeof *l.rgb);
    demand(l.rgb != NULL, "no memory");
    return l;
}

void light_free(struct light *l)
{
    free(l->rgb);
    l->rgb = NULL;
}

struct light light_of_scene(const char *name, int width, int height)
{
    struct fl_sim_config config = {.scene = name, .width = width, .height = height};
    struct light l = light_new(width, height);
    struct fl_frame *truth;
    demand_ok(fl_sim_truth(&config, &truth));
    for (int y = 0; y < height; y++)
        for (int x = 0; x < width; x++)
            for (int c = 0; c < 3; c++)
                light_at(&l, x, y)[c] = (double)light_plane(truth, c, y)[x];
    fl_frame_unref(truth);
    return l;
}

static double linear(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

static struct light shrunk(const unsigned char *rgb, int width, int height, int shrink)
{
    struct light l = light_new(width / shrink / 2 * 2, height / shrink / 2 * 2);
    for (int y = 0; y < l.height * shrink; y++)
        for (int x = 0; x < l.width * shrink; x++)
            for (int c = 0; c < 3; c++)
                light_at(&l, x / shrink, y / shrink)[c] +=
                    linear(rgb[((size_t)y * (size_t)width + (size_t)x) * 3 + (size_t)c] / 255.0) /
                    (shrink * shrink);
    return l;
}

struct light light_of_png(const char *path, int shrink)
{
    struct light l = {0, 0, NULL};
    png_image image;
    unsigned char *rgb;
    memset(&image, 0, sizeof image);
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_file(&image, path))
        return l;
    image.format = PNG_FORMAT_RGB;
    rgb = malloc(PNG_IMAGE_SIZE(image));
    demand(rgb != NULL, "no memory");
    if (png_image_finish_read(&image, NULL, rgb, 0, NULL))
        l = shrunk(rgb, (int)image.width, (int)image.height, shrink);
    free(rgb);
    return l;
}

struct fl_frame *light_shot(const struct light *l, const struct fl_sim_config *config)
{
    struct fl_sim_config c = *config;
    struct fl_sim_sensor sensor;
    struct fl_frame *frame;
    uint16_t *dn;
    c.scene = "flat";
    c.width = l->width;
    c.height = l->height;
    demand_ok(fl_sim_capture(&c, &frame));
    fl_sim_sensor_init(&c, &frame->format, &sensor);
    dn = malloc((size_t)frame->width * sizeof *dn);
    demand(dn != NULL, "no memory");
    for (int y = 0; y < l->height; y++) {
        fl_sim_sensor_row(&sensor, y, light_at(l, 0, y), dn);
        fl_sim_pack_row(&frame->format, dn, frame->width,
                        (char *)frame->plane[0] + (size_t)y * frame->stride[0]);
    }
    free(dn);
    return frame;
}

static void override(struct fl_pipeline *pipeline, const char *setting)
{
    char key[64];
    const char *equals = strchr(setting, '=');
    demand(equals && (size_t)(equals - setting) < sizeof key, setting);
    memcpy(key, setting, (size_t)(equals - setting));
    key[equals - setting] = '\0';
    demand_ok(fl_pipeline_set(pipeline, key, equals + 1));
}

struct fl_frame *light_develop(const struct fl_frame *raw, const struct fl_settings *settings,
                               const char *const *overrides, int strip_rows)
{
    const struct fl_pipeline_config config = {.threads = 1, .strip_rows = strip_rows};
    struct fl_settings s = *settings;
    struct fl_pipeline *pipeline;
    struct fl_frame *out;
    s.bits = 32;
    demand_ok(fl_pipeline_new(&config, &pipeline));
    for (; overrides && *overrides; overrides++)
        override(pipeline, *overrides);
    demand_ok(fl_pipeline_run(pipeline, raw, &s, &out, NULL));
    fl_pipeline_free(pipeline);
    return out;
}

static double lab_root(double t)
{
    double v = fabs(t) > 216.0 / 24389.0 ? cbrt(fabs(t)) : (24389.0 / 27.0 * fabs(t) + 16.0) / 116;
    return v;
}

struct light_lab light_lab(double r, double g, double b)
{
    double x = lab_root((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
    double y = lab_root(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
    double z = lab_root((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
    return (struct light_lab){116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

const char *light_data(void)
{
    const char *data = getenv("FL_SHARED_DATA");
    char path[512];
    FILE *f;
    if (!data)
        return NULL;
    snprintf(path, sizeof path, "%s/ref_rgb/kodak24/01.png", data);
    f = fopen(path, "rb");
    if (!f)
        return NULL;
    fclose(f);
    return data;
}
