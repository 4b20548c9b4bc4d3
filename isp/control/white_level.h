/* Which level of the scene becomes display white. */
#ifndef FL_WHITE_LEVEL_H
#define FL_WHITE_LEVEL_H

#include "control.h"

/* Sets control->white for the standard look. Reads white balance, matrix, exposure and tone grid,
 * so it comes last of all. */
void fl_white_level_decide(const struct fl_statistics *stats, struct fl_control *control);

#endif
