/* White balance and the colour matrix of one shot. */
#ifndef FL_COLOR_H
#define FL_COLOR_H

#include "control.h"

/* True where the decision needs a neutral that was measured in the picture: automatic and box
 * white balance, and as-shot where the file's neutral is missing or absurd. */
bool fl_color_needs_neutral(const struct fl_meta *meta, const struct fl_settings *settings,
                            bool mono);

/* Decides wb_gain, cct_k and matrix. measured: a neutral from fl_awb_estimate() or the box's mean,
 * or NULL; it is used where fl_color_needs_neutral() says so. Whatever the metadata holds, the
 * result is finite and grey stays grey (but for a matrix given in the settings).
 * Errors: FL_ERR_RANGE for gains or a matrix in the settings that are not numbers. */
fl_err fl_color_solve(const struct fl_meta *meta, const struct fl_settings *settings,
                      const double measured[3], bool mono, struct fl_control *out,
                      const struct fl_log *log) FL_MUST_USE;

#endif
