/* A camera whose colours are known by construction, as metadata. */
#ifndef FL_MODEL_CAMERA_H
#define FL_MODEL_CAMERA_H

#include "firstlight/meta.h"
#include "flmath.h"

#include <string.h>

/* A camera like an IMX477: white-balanced camera -> linear sRGB, and its response to D65. */
static const double ccm[9] = {1.85, -0.68, -0.17, -0.36, 1.72, -0.36, -0.03, -0.62, 1.65};
static const double neutral_d65[3] = {0.48, 1.0, 0.56};
static const double warm_ccm[9] = {1.6, -0.45, -0.15, -0.5, 1.9, -0.4, 0.02, -0.9, 1.88};
static const double neutral_a[3] = {0.85, 1.0, 0.36};
static const double srgb_to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                      0.0721750, 0.0193339, 0.1191920, 0.9503041};
static const double bradford[9] = {0.8951, 0.2664, -0.1614, -0.7502, 1.7135,
                                   0.0367, 0.0389, -0.0685, 1.0296};
static const double d65_xyz[3] = {0.9504700, 1.0000001, 1.0888300};
static const double a_xyz[3] = {1.09850, 1.0, 0.35585};
static const double d50_xyz[3] = {0.9642, 1.0, 0.8249};

static inline void adaptation(const double from[3], const double to[3], double out[9])
{
    double inverse[9], a[3], b[3], scale[9] = {0};
    fl_mat3_inverse(bradford, inverse);
    fl_mat3_apply(bradford, from, a);
    fl_mat3_apply(bradford, to, b);
    for (int i = 0; i < 3; i++)
        scale[4 * i] = b[i] / a[i];
    fl_mat3_mul(scale, bradford, out);
    fl_mat3_mul(inverse, out, out);
}

/* The ColorMatrix of a camera that turns into `to_srgb` under light of a white: sRGB is meant for
 * D65, so the light is adapted first. */
static inline void color_matrix(const double to_srgb[9], const double neutral[3],
                                const double white[3], double out[9])
{
    double from_xyz[9], to_d65[9], inverse[9], balance[9] = {0};
    adaptation(white, d65_xyz, to_d65);
    fl_mat3_inverse(srgb_to_xyz, from_xyz);
    fl_mat3_inverse(to_srgb, inverse);
    for (int i = 0; i < 3; i++)
        balance[4 * i] = neutral[i];
    fl_mat3_mul(from_xyz, to_d65, out);
    fl_mat3_mul(inverse, out, out);
    fl_mat3_mul(balance, out, out);
}

static inline struct fl_meta daylight_camera(void)
{
    struct fl_meta meta;
    memset(&meta, 0, sizeof meta);
    meta.has_neutral = true;
    memcpy(meta.neutral, neutral_d65, sizeof neutral_d65);
    meta.calibration[0].illuminant = 21;
    meta.calibration[0].has_color_matrix = true;
    color_matrix(ccm, neutral_d65, d65_xyz, meta.calibration[0].color_matrix);
    return meta;
}

static inline struct fl_meta dual_camera(void)
{
    struct fl_meta meta = daylight_camera();
    meta.calibration[1].illuminant = 17;
    meta.calibration[1].has_color_matrix = true;
    color_matrix(warm_ccm, neutral_a, a_xyz, meta.calibration[1].color_matrix);
    return meta;
}

#endif
