/* How the two greens of a Bayer mosaic differ. */
#ifndef FL_GREEN_BALANCE_H
#define FL_GREEN_BALANCE_H

#include "control.h"

/* Fits the difference of the greens to the smooth cells of a Bayer mosaic; all zero where there
 * are too few. */
void fl_green_fit(const struct fl_statistics *stats, struct fl_green_fit *out);

#endif
