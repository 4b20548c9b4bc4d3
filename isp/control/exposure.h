/* How bright the picture becomes. */
#ifndef FL_EXPOSURE_H
#define FL_EXPOSURE_H

#include "control.h"

/* Linear output luminance (weights FL_TONE_*) of a cell before exposure, at least 0. */
double fl_cell_luminance(const struct fl_statistics *stats, const struct fl_control *control,
                         size_t cell);

/* Decides exposure_gain; reads wb_gain and matrix of control, which fl_color_solve() has set, and
 * noise. Neutral look: exposure_gain = 2^(ev + BaselineExposure). Standard look: a damped step from
 * the camera's exposure towards a usual brightness, at most about +3 and -1 stops; less up where
 * highlights would suffer or noise would show, less down where nothing is too bright. Always finite
 * and above 0. */
void fl_exposure_decide(const struct fl_statistics *stats, const struct fl_meta *meta,
                        const struct fl_settings *settings, struct fl_control *control);

#endif
