/* What the passes of chroma_denoise share. */
#ifndef FL_CHROMA_DENOISE_H
#define FL_CHROMA_DENOISE_H

#include "sliding_dct.h"
#include "stage.h"

enum fl_chroma_residual { FL_RESIDUAL_AUTO, FL_RESIDUAL_OFF, FL_RESIDUAL_ON };

struct fl_chroma_params {
    float strength;
    int step, levels; /* 0: by preset */
    int residual;     /* enum fl_chroma_residual */
};

extern const struct fl_param fl_chroma_param_table[];

/* Planes between the passes: luminance, then both colours at half resolution, at a quarter and at
 * an eighth as far as they are there, then those of the residual. */
enum { CHROMA_LUMA, CHROMA_HALF = 1, CHROMA_QUARTER = 3, CHROMA_EIGHTH = 5 };

struct fl_chroma_state {
    const struct fl_kernels *kernels;
    int levels;    /* 1, 2 with a quarter of the resolution, 3 with an eighth */
    bool residual; /* what half resolution cannot hold is filtered too; otherwise dropped */
};

/* Index of the first residual plane where so many levels are there. */
static inline int fl_chroma_residual_at(int levels)
{
    return CHROMA_HALF + 2 * levels;
}

/* Fills the state; returns the strength, 0 where the stage is bypassed. */
double fl_chroma_begin(struct fl_chroma_state *s, const struct fl_prepare *p,
                       struct fl_prepared *out);

/* The planes as above. */
struct fl_layout fl_chroma_layout(int levels, bool residual);

#endif
