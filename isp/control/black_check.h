/* Does a black level of 0 fit the pixels? Nearly every sensor adds a pedestal so that noise below
 * black survives; files of simple tools often forget to say so. */
#ifndef FL_BLACK_CHECK_H
#define FL_BLACK_CHECK_H

#include "control.h"

/* The pedestal in DN that the pixels speak for: 1/16 of the range, as most sensors have, where the
 * frame declares black at 0 and its darkest pixels lie just above that. 0: none, or the frame
 * declares a black level. Reads every pixel of a sparse set of rows. */
float fl_black_check(const struct fl_frame *raw, const struct fl_rect *active);

#endif
