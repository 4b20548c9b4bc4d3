/* What the picture says about its light. */
#ifndef FL_AWB_EVIDENCE_H
#define FL_AWB_EVIDENCE_H

#include "awb_scene.h"

#define FL_AWB_BINS 96 /* of each axis of the histogram of colours */

/* Colours are log2(R/G), log2(B/G). */
struct fl_awb_evidence {
    float votes[FL_AWB_BINS][FL_AWB_BINS]; /* [red][blue] */
    bool has_shades, has_edge;
    double shades[2], edge[2]; /* shades of grey; grey edge */
};

void fl_awb_collect(const struct fl_awb_scene *scene, struct fl_awb_evidence *out);

/* Share of the picture that is of about this colour, 0..1. */
double fl_awb_votes_at(const struct fl_awb_evidence *e, const double log_color[2]);

#endif
