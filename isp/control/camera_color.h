/* The DNG colour model of a camera: what it sees of a white of given chromaticity, and how its
 * white-balanced colours become XYZ. */
#ifndef FL_CAMERA_COLOR_H
#define FL_CAMERA_COLOR_H

#include "firstlight/log.h"
#include "firstlight/meta.h"

#include <stdbool.h>

struct fl_camera_color {
    bool generic; /* the file has no usable matrix: this is a typical small Bayer sensor */
    bool has_forward;
    int count;            /* calibrations: 1, or 2 with kelvin[0] < kelvin[1] */
    double kelvin[2];     /* of the calibration illuminants */
    double color[2][9];   /* ColorMatrix: XYZ -> reference camera */
    double unit[2][9];    /* AnalogBalance x CameraCalibration: reference -> this camera */
    double forward[2][9]; /* ForwardMatrix, scaled so that white becomes D50 exactly */
};

/* Linear sRGB -> XYZ with D65 as white. */
extern const double fl_srgb_to_xyz[9];

/* Takes the usable calibrations; warns about those that are not, notes that there is none. */
void fl_camera_color_init(struct fl_camera_color *camera, const struct fl_meta *meta,
                          const struct fl_log *log);

/* All finite, above 0, and none more than 32 times another. */
bool fl_neutral_is_plausible(const double neutral[3]);

/* The camera's response to white light of a temperature and tint, green 1. False where it is not
 * plausible. */
bool fl_camera_color_neutral(const struct fl_camera_color *camera, double kelvin, double tint,
                             double neutral[3]);

/* Chromaticity of the white that gives this response. False where there is none. */
bool fl_camera_color_white(const struct fl_camera_color *camera, const double neutral[3],
                           double xy[2]);

/* White-balanced camera RGB -> XYZ adapted to D65, for white light of chromaticity xy; (1, 1, 1)
 * becomes D65 with Y = 1. False where the model gives nothing sensible. */
bool fl_camera_color_matrix(const struct fl_camera_color *camera, const double xy[2],
                            double out[9]);

#endif
