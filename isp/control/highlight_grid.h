/* The grid of colours for rebuilding clipped samples. */
#ifndef FL_HIGHLIGHT_GRID_H
#define FL_HIGHLIGHT_GRID_H

#include "control.h"

/* Makes the grid from cells and the white balance of control. Where nothing comes near the clip
 * level, or with_color is false, there are no nodes; `most` is set always. Errors: FL_ERR_MEMORY.
 */
fl_err fl_highlight_grid_make(const struct fl_statistics *stats, const struct fl_control *control,
                              bool with_color, struct fl_highlight_grid *out) FL_MUST_USE;

void fl_highlight_grid_free(struct fl_highlight_grid *grid);

#endif
