/* What the 16-bit chain (isp/quick) takes over from stages that are prepared already. `state` is
 * the stage's. */
#ifndef FL_QUICK_HOOKS_H
#define FL_QUICK_HOOKS_H

#include <stdbool.h>
#include <stddef.h>

/* Black levels and 1 / (white - black) per site; false where black is more than that: a table, a
 * larger pattern, levels by row or column. */
bool fl_black_is_plain(const void *state, float level[4], float scale[4]);

/* false where the file lists bad pixels. *dynamic: isolated ones are looked for. */
bool fl_defect_is_plain(const void *state, bool *dynamic);

/* Gains of row y over the width; work has fl_lens_shading_work() floats. The largest gain. */
void fl_lens_shading_row(const void *state, int y, int width, float *gain, float *work);
size_t fl_lens_shading_work(const void *state);
float fl_lens_shading_most(const void *state);
/* Whether gains change smoothly from a row to the next but one, all over a picture of that height:
 * no map begins or ends inside it. */
bool fl_lens_shading_is_smooth(const void *state, int height);

/* Whether every colour is clipped at the lowest level, with no attempt to rebuild it. */
bool fl_highlights_clip(const void *state);

/* false where channels depend on each other. */
bool fl_tone_is_plain(const void *state);
double fl_tone_white(const void *state);             /* linear value that becomes display white */
double fl_tone_at(const void *state, double linear); /* 0..1 */

/* false unless it is an unsharp mask over 3x3 pixels without a bound on the overshoot. threshold:
 * detail at mid grey that is half kept, of display white. */
bool fl_sharpen_is_plain(const void *state, float *amount, float *threshold);

#endif
