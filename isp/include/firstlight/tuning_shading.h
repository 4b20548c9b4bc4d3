/* Light fall-off and colour shading of a sensor with its lens, and lateral colour: tables over the
 * whole sensor. */
#ifndef FIRSTLIGHT_TUNING_SHADING_H
#define FIRSTLIGHT_TUNING_SHADING_H

#include "firstlight/error.h"
#include "firstlight/meta.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define FL_SHADING_SIDE_MAX 128 /* columns or rows of a table */

/* What a grey card needs under light of a temperature to be as grey as where it needs least. */
struct fl_shading_table {
    double cct_k; /* rises from table to table */
    float *gain;  /* rows x cols, as stored: any common factor counts as 1 */
};

/* Values stand in the middle of cols x rows cells of the whole sensor, row by row. */
struct fl_shading {
    int cols, rows; /* 0 = not known */
    int red_count, blue_count;
    struct fl_shading_table *red, *blue; /* 0: the colour is even */
    float *luminance;                    /* gain of green, rows x cols; NULL: 1 everywhere */
    double luminance_strength;           /* share of it that is meant to be corrected, 0..1 and
                                            somewhat beyond */
};

/* Gains at cols x rows points over what a frame shows of the sensor: three planes, red, green,
 * blue; the outer points lie on the borders, so that this is a DNG GainMap with origin 0 and
 * spacing 1 / (points - 1). Colour is linear in temperature between the tables and constant beyond;
 * its least value in each table counts as 1. Between the cells' centres gains are bilinear, beyond
 * the outermost they go on straight. view NULL: the whole sensor. cols and rows 2..4096. False, and
 * nothing written, where no shading is known. Any thread. */
FL_API bool fl_shading_gains(const struct fl_shading *shading, double cct_k,
                             const struct fl_sensor_view *view, int cols, int rows, float *gain);

/* Lateral colour: how far red and blue are to be moved to lie where green is, right and down, at 9x9
 * points over the whole sensor, the outer ones on its borders; row by row, in pixels, with the
 * tuning's strength applied. */
#define FL_CAC_SIDE 9
struct fl_lateral_color {
    bool known;
    float red_x[FL_CAC_SIDE * FL_CAC_SIDE], red_y[FL_CAC_SIDE * FL_CAC_SIDE];
    float blue_x[FL_CAC_SIDE * FL_CAC_SIDE], blue_y[FL_CAC_SIDE * FL_CAC_SIDE];
};

#ifdef __cplusplus
}
#endif
#endif
