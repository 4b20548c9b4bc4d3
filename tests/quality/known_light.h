/* Light whose capture and finished picture are known: for tests of floors. */
#ifndef QUALITY_KNOWN_LIGHT_H
#define QUALITY_KNOWN_LIGHT_H

#include "firstlight/firstlight.h"
#include "firstlight/source.h"

/* Linear sRGB, interleaved; from malloc(). */
struct light {
    int width, height;
    double *rgb;
};

struct light light_new(int width, int height);
void light_free(struct light *l);

static inline double *light_at(const struct light *l, int x, int y)
{
    return l->rgb + ((size_t)y * (size_t)l->width + (size_t)x) * 3;
}

/* A scene of the simulated sensor, without the exposure of a shot. */
struct light light_of_scene(const char *name, int width, int height);

/* An 8-bit sRGB PNG, every `shrink` x `shrink` pixels as one; width 0 where it cannot be read. */
struct light light_of_png(const char *path, int shrink);

/* A shot of it by the simulated sensor; size and scene come from the light, the rest from config.
 * The caller owns the frame. */
struct fl_frame *light_shot(const struct light *l, const struct fl_sim_config *config);

/* Develops to planar float (settings->bits is set); `overrides` are "stage.key=value" strings that
 * end with NULL, or NULL. Strips of strip_rows rows, 0 = as the plan likes. */
struct fl_frame *light_develop(const struct fl_frame *raw, const struct fl_settings *settings,
                               const char *const *overrides, int strip_rows);

static inline float *light_plane(const struct fl_frame *f, int plane, int y)
{
    return (float *)((char *)f->plane[plane] + (size_t)y * f->stride[plane]);
}

/* CIELAB of linear sRGB, D65. Negative light is mirrored. */
struct light_lab {
    double l, a, b;
};
struct light_lab light_lab(double r, double g, double b);

/* The folder of shared test data, or NULL where this machine has none. */
const char *light_data(void);

#endif
