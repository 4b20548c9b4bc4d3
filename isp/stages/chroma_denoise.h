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

/* Planes between the passes: luminance, both colours at half resolution, then those at a quarter
 * and those of the residual, where there are any. */
enum { CHROMA_LUMA, CHROMA_HALF = 1, CHROMA_REST = 3 };

struct fl_chroma_state {
    const struct fl_kernels *kernels;
    int levels;    /* 1, or 2 with a quarter of the resolution */
    bool residual; /* what half resolution cannot hold is filtered too; otherwise dropped */
};

/* Index of the first residual plane. */
static inline int fl_chroma_residual_at(const struct fl_chroma_state *s)
{
    return s->levels == 2 ? CHROMA_REST + 2 : CHROMA_REST;
}

/* Fills the state; returns the strength, 0 where the stage is bypassed. */
double fl_chroma_begin(struct fl_chroma_state *s, const struct fl_prepare *p,
                       struct fl_prepared *out);

/* The planes as above; quarter and residual: whether they are there. */
struct fl_layout fl_chroma_layout(bool quarter, bool residual);

#endif
