/* A layer of gains over the picture, made of one DNG opcode (GainMap or FixVignetteRadial):
 * evaluated along a row without divisions or searches, or at a point. Shared by lens_shading
 * (mosaic) and lens (RGB planes). */
#ifndef FL_GAIN_LAYER_H
#define FL_GAIN_LAYER_H

#include "stage.h"

/* Where the chain's picture lies on the opcodes' image, the active area. */
struct fl_opcode_space {
    int image_width, image_height; /* active area */
    int x, y;                      /* its pixel at which the picture starts */
    int width, height;             /* picture */
};

/* Gains are limited to this interval whatever a file says. */
#define FL_GAIN_MIN (1.0f / 64.0f)
#define FL_GAIN_MAX 64.0f

struct fl_gain_map_layer {
    int first_plane, planes, map_planes;
    int x0, y0, x1, y1; /* pixels of the picture that it covers; x0, y0 is the first affected */
    int row_pitch, col_pitch;
    int points_v, points_h;
    int columns;      /* affected pixels of a row */
    float *gain;      /* map_planes x points_v x points_h */
    float *fraction;  /* per affected column: place between two points */
    int *start;       /* per point: first affected column in the cell right of it; one more: end */
    double v0, per_v; /* a row's place among the points: v0 + y per_v */
    double h0, per_h;
};

struct fl_vignette_layer {
    int width;            /* of the picture */
    float cx, cy, per_m2; /* centre; 1 / (distance to the farthest corner)^2 */
    float k[5];
};

struct fl_gain_layer {
    const struct fl_kernels *kernels;
    bool is_map;
    union {
        struct fl_gain_map_layer map;
        struct fl_vignette_layer vignette;
    } u;
};

/* The space of a frame's opcodes for a picture of width x height at active->x, active->y. */
struct fl_opcode_space fl_opcode_space_of(const struct fl_prepare *p);

/* strength 0..1 scales what the gains differ from 1. Errors: FL_ERR_CORRUPT, FL_ERR_MEMORY; free
 * the layer in any case. */
fl_err fl_gain_layer_make(const struct fl_opcode *op, const struct fl_opcode_space *space,
                          const struct fl_kernels *kernels, double strength,
                          struct fl_gain_layer *layer);
void fl_gain_layer_free(struct fl_gain_layer *layer);

/* Floats of working memory that a row needs. */
size_t fl_gain_layer_work(const struct fl_gain_layer *layer);

/* gain[x] *= the layer, for a row of a plane; gain has the picture's width. */
void fl_gain_layer_row(const struct fl_gain_layer *layer, int plane, int y, float *gain,
                       float *work);

/* The layer at a point, in pixels of the picture; 1 outside its area. */
float fl_gain_layer_at(const struct fl_gain_layer *layer, int plane, float x, float y);

/* Limits a row of gains. */
void fl_gain_limit(float *gain, int n);

#endif
