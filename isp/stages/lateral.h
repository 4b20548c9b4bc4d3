/* Lateral colour by a tuning's tables: where red and blue of a pixel come from. */
#ifndef FL_LATERAL_H
#define FL_LATERAL_H

#include "gain_layer.h"

struct fl_lateral {
    const float *shift[3][2];   /* x and y by plane; green has none */
    float u0, per_u, v0, per_v; /* place of a pixel among the tables' points */
    float sign_x, sign_y;       /* -1 where the picture is mirrored */
};

/* False where the tuning has no tables. The tables must outlive it. */
bool fl_lateral_make(const struct fl_prepare *p, struct fl_lateral *lateral);

/* As fl_warp_row(). */
void fl_lateral_row(const struct fl_lateral *lateral, int plane, int y, float *dx, float *dy,
                    int n);

#endif
