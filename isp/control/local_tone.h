/* The grid of gains for local tone mapping. */
#ifndef FL_LOCAL_TONE_H
#define FL_LOCAL_TONE_H

#include "control.h"

/* Makes the grid from cells, white balance, matrix, exposure and noise of control. strength 0..1 is
 * the share by which the range of large areas shrinks towards mid grey in a scene of nine stops or
 * more; scenes of three stops are left alone. Strength 0, or one that is not a number: an empty
 * grid. Gains stay in -2..3 stops. Errors: FL_ERR_MEMORY. */
fl_err fl_local_tone_make(const struct fl_statistics *stats, const struct fl_control *control,
                          float strength, struct fl_tone_grid *out) FL_MUST_USE;

void fl_local_tone_free(struct fl_tone_grid *grid);

#endif
