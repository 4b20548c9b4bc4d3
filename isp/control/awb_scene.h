/* The picture as automatic white balance looks at it: cells relative to their surroundings. */
#ifndef FL_AWB_SCENE_H
#define FL_AWB_SCENE_H

#include "control.h"

/* Parts of a scene may be lit differently, the bright ones most of all: a street seen through a
 * window, a lamp. So a cell is as bright as it is among its neighbours, and cells count more where
 * the picture is sharp, for that is what was photographed. */
struct fl_awb_cell {
    float color[3]; /* red, green, blue; green is at most 1, which is bright for its place */
    float weight;   /* 0..1; 0: clipped or dark, says nothing about colour */
};

struct fl_awb_scene {
    int cols, rows;
    struct fl_awb_cell *cell; /* cols x rows */
    double mean_green;        /* of all cells of the frame */
};

/* noise: s = o = 0 where it is not known. Free the result with fl_awb_scene_free().
 * Errors: FL_ERR_MEMORY. */
fl_err fl_awb_scene_new(const struct fl_statistics *stats, const struct fl_noise noise[3],
                        struct fl_awb_scene *out) FL_MUST_USE;
void fl_awb_scene_free(struct fl_awb_scene *scene);

#endif
