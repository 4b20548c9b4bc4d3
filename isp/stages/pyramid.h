/* Rows of planes to half resolution and back, for stages whose planes differ by one shift. */
#ifndef FL_PYRAMID_H
#define FL_PYRAMID_H

#include "stage.h"

/* Output plane `to`, of shift + 1: input plane `from` of the given shift halved, or input plane
 * `base` of shift + 1 less that where base >= 0. A row and a column of halo of `from` are read. */
void fl_pyramid_halve(const struct fl_kernels *kernels, const struct fl_rows *in, int from,
                      int shift, int base, const struct fl_rows *out, int to);

/* Output plane `to`, of the given shift: input plane `base` of that shift plus or minus (sign)
 * input plane `half`, of shift + 1, enlarged; base -1: only that. Two rows and columns of halo of
 * `half` are read. */
void fl_pyramid_enlarge(const struct fl_kernels *kernels, const struct fl_rows *in, int base,
                        float sign, int half, int shift, const struct fl_rows *out, int to);

#endif
