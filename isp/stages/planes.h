/* What stages of several planes share. */
#ifndef FL_PLANES_H
#define FL_PLANES_H

#include "layout.h"

/* Copies the rows of input plane `from` to output plane `to`, both of the given shift. */
void fl_keep_plane(const struct fl_rows *in, int from, const struct fl_rows *out, int to,
                   int shift);

#endif
