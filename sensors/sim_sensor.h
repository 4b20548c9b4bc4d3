/* The simulated sensor: from scene radiance to stored codes, one row at a time. */
#ifndef FL_SIM_SENSOR_H
#define FL_SIM_SENSOR_H

#include "firstlight/source.h"
#include "sim_color.h"

#define FL_SIM_MASKED_COLUMNS 16 /* optically black, left of the picture */
#define FL_SIM_MASKED_MIN     64 /* narrower pictures have no masked columns */

/* Shading map: points of the grid over the picture, first and last on its borders. */
#define FL_SIM_SHADING_ROWS 13
#define FL_SIM_SHADING_COLS 17
#define FL_SIM_SHADING_SIDE                                                                        \
    33 /* the same where a tuning says what the shading is, and the most                           \
        */

struct fl_sim_sensor {
    int width, height, masked; /* of the picture; masked columns before it */
    struct fl_format format;
    struct fl_sim_color color;
    double exposure;         /* factor on radiance */
    double mono_response[3]; /* linear sRGB -> luminance, exposure included */
    double response[9];      /* linear sRGB -> camera, exposure included */
    double black_dn, white_dn;
    struct fl_noise noise; /* before quantisation; 0 = none */
    bool shading;
    int shading_rows, shading_cols;
    float gain[3][FL_SIM_SHADING_SIDE * FL_SIM_SHADING_SIDE]; /* per colour, corrects the shading */
    double defect_share;
    uint64_t key; /* of this shot's noise */
};

/* From a checked configuration. */
void fl_sim_sensor_init(const struct fl_sim_config *config, const struct fl_format *format,
                        struct fl_sim_sensor *out);

/* Makes the sensor one that a tuning describes; what it does not say stays as it is.
 * Errors: FL_ERR_RANGE (matrices that cannot be inverted). */
fl_err fl_sim_sensor_tune(const struct fl_sim_config *config, struct fl_sim_sensor *s) FL_MUST_USE;

/* Exposes row y of the picture: rgb holds width interleaved linear sRGB pixels, dn receives
 * masked + width codes. */
void fl_sim_sensor_row(const struct fl_sim_sensor *s, int y, const double *rgb, uint16_t *dn);

/* Mean light of row y, 1 = the clip, without noise; `light` receives masked + width values. */
void fl_sim_sensor_light_row(const struct fl_sim_sensor *s, int y, const double *rgb, float *light);

/* Stores codes in the frame's packing; out has fl_format_row_bytes() bytes. */
void fl_sim_pack_row(const struct fl_format *format, const uint16_t *dn, int width, void *out);

/* The sensor before a scene, and the light on all its pixels, masked columns first in each row; the
 * caller frees *light. Rows are rendered by several threads. Errors: as fl_sim_capture(). */
fl_err fl_sim_light(const struct fl_sim_config *config, struct fl_sim_sensor *sensor,
                    float **light) FL_MUST_USE;

/* Whether the configuration is one. */
fl_err fl_sim_check(const struct fl_sim_config *config) FL_MUST_USE;

/* What the camera writes about the shot. `out` is all-zero before. Errors: FL_ERR_MEMORY. */
fl_err fl_sim_meta(const struct fl_sim_sensor *s, const struct fl_sim_config *config,
                   struct fl_meta *out) FL_MUST_USE;

#endif
