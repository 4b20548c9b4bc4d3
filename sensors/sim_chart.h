/* The ColorChecker's colours, for every scene that shows one. */
#ifndef FL_SIM_CHART_H
#define FL_SIM_CHART_H

#include "sim_paint.h"

/* Dark skin to black, left to right, top to bottom: linear sRGB. */
void fl_sim_chart_patches(struct fl_sim_rgb out[24]);

#endif
