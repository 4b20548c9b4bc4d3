/* What stages of several planes share. */
#ifndef FL_PLANES_H
#define FL_PLANES_H

#include "stage.h"

/* prepare(): output plane `to` will be input plane `from` as it is. */
static inline void fl_keeps(struct fl_prepared *out, int from, int to)
{
    out->kept[to] = (uint8_t)(from + 1);
}

/* rows(): passes it on; copies unless both are the same memory. */
void fl_keep_plane(const struct fl_rows *in, int from, const struct fl_rows *out, int to,
                   int shift);

#endif
