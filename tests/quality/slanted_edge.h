/* Sharpness at a slanted edge: the edge-based spatial frequency response of ISO 12233. */
#ifndef QUALITY_SLANTED_EDGE_H
#define QUALITY_SLANTED_EDGE_H

#include "measures.h"

/* A rectangle of a picture with one straight edge through its middle, 2 to 10 degrees off the
 * direction of its columns, or of its rows where `across` is true. */
struct edge_area {
    int x, y, width, height;
    bool across;
};

struct edge_result {
    double mtf50;     /* cycles per pixel, across the edge; NAN where there is no edge */
    double overshoot; /* % of the step, on the worse side, of display codes */
};

/* Errors: FL_ERR_ARGUMENT (not inside, or longer than EDGE_MAX), FL_ERR_MEMORY. */
#define EDGE_MAX 256
fl_err edge_measure(const struct picture *p, const struct edge_area *area,
                    struct edge_result *out) FL_MUST_USE;

/* Measures the squares of the simulated scene "edge", averaged over their four sides, into
 * MEASURE_MTF50, MEASURE_MTF50_LOW and MEASURE_OVERSHOOT. */
fl_err edge_measure_scene(const struct picture *p, double out[MEASURES]) FL_MUST_USE;

#endif
