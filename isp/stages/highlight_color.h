/* What clipped samples probably were; shared by the stages that rebuild them. */
#ifndef FL_HIGHLIGHT_COLOR_H
#define FL_HIGHLIGHT_COLOR_H

#include "control.h"

/* A colour counts as clipped from this share of its clip level on, wholly at the level itself. */
#define FL_CLIP_START 0.97f

/* Colours below this are taken for it in ratios. */
#define FL_HIGHLIGHT_LEAST 1e-4f

struct fl_highlights {
    struct fl_highlight_grid grid; /* borrowed from control */
    float clip[3], start[3];
    float per_rise[3]; /* 1 / (clip - start) */
};

/* A sample of colour c with the colours c + 1 and c + 2, modulo 3, at its place. */
struct fl_highlight_sample {
    int c;
    float v, other[2]; /* others: at least FL_HIGHLIGHT_LEAST */
    float lost[2];     /* how far these are clipped, 0 to 1 */
};

void fl_highlights_make(const float clip[3], const struct fl_highlight_grid *grid,
                        struct fl_highlights *out);

/* Can any sample of the frame reach its start? */
bool fl_highlights_any(const struct fl_highlights *h, const struct fl_control *control);

/* How far a sample is clipped: 0 no, 1 fully. */
static inline float fl_clipped(const struct fl_highlights *h, int c, float v)
{
    float t = (v - h->start[c]) * h->per_rise[c];
    t = t > 0.0f ? t : 0.0f;
    t = t < 1.0f ? t : 1.0f;
    return t * t * (3.0f - 2.0f * t);
}

/* What a clipped sample at pixel (x, y) of the active area probably was; at least its clip level.
 */
float fl_highlight_estimate(const struct fl_highlights *h, const struct fl_highlight_sample *k,
                            float x, float y);

#endif
