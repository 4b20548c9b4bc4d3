/* A function in straight pieces. */
#ifndef FIRSTLIGHT_POLYLINE_H
#define FIRSTLIGHT_POLYLINE_H

#include "firstlight/error.h"

#ifdef __cplusplus
extern "C" {
#endif

struct fl_point {
    double x, y;
};
struct fl_polyline {
    int count;
    struct fl_point *point; /* x rises strictly; constant beyond the ends */
};

/* The function at x. Without points: 0. Any thread. */
FL_API double fl_polyline_at(const struct fl_polyline *line, double x);

#ifdef __cplusplus
}
#endif
#endif
