/* What the passes of demosaic share: the parameters, and which method runs. */
#ifndef FL_DEMOSAIC_H
#define FL_DEMOSAIC_H

#include "stage.h"

enum fl_demosaic_method {
    FL_DEMOSAIC_AUTO,
    FL_DEMOSAIC_LINEAR,
    FL_DEMOSAIC_DIRECTIONAL,
    FL_DEMOSAIC_REFINED
};

struct fl_demosaic_params {
    int method; /* enum fl_demosaic_method */
};

extern const struct fl_param fl_demosaic_param_table[];

/* The method for the mosaic that arrives, never FL_DEMOSAIC_AUTO; -1 where no mosaic does. */
int fl_demosaic_method(const struct fl_prepare *p);

/* State of the passes that work on a mosaic. */
struct fl_demosaic_state {
    const struct fl_kernels *kernels;
    enum fl_cfa cfa;
};

/* Fills the state, or bypasses the pass when `active` is false; returns active. */
bool fl_demosaic_begin(struct fl_demosaic_state *state, const struct fl_prepare *p, bool active,
                       struct fl_prepared *out);

/* After the last pass: what leaves is a picture of three planes. */
void fl_demosaic_end(const struct fl_prepare *p);

/* 1 where pixel 0 of a row is green. */
static inline int fl_demosaic_green(const struct fl_demosaic_state *state, int y)
{
    return fl_cfa_color(state->cfa, 0, y & 1) == 1;
}

/* The row's colour beside green: 0 red, 2 blue. */
static inline int fl_demosaic_own(const struct fl_demosaic_state *state, int y)
{
    return fl_cfa_color(state->cfa, fl_demosaic_green(state, y), y & 1);
}

#endif
