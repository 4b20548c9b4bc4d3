/* The stages, one file each; the registry puts them in the order of the chain. */
#ifndef FL_STAGES_H
#define FL_STAGES_H

#include "stage.h"

extern const struct fl_stage fl_stage_lens_shading;

#endif
