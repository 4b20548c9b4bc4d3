/* Rows of planes to half resolution and back. */
#include "pyramid.h"

#include <stddef.h>

void fl_pyramid_halve(const struct fl_kernels *kernels, const struct fl_rows *in, int from,
                      int shift, int base, const struct fl_rows *out, int to)
{
    int width = fl_shifted(in->width, shift + 1);
    for (int i = 0; i < fl_shifted(in->n, shift + 1); i++)
        kernels->halve(in->row[from] + 2 * i, base < 0 ? NULL : in->row[base][i], out->row[to][i],
                       width);
}

void fl_pyramid_enlarge(const struct fl_kernels *kernels, const struct fl_rows *in, int base,
                        float sign, int half, int shift, const struct fl_rows *out, int to)
{
    int width = fl_shifted(in->width, shift);
    for (int i = 0; i < fl_shifted(in->n, shift); i++)
        kernels->enlarge(in->row[half] + (i >> 1), i & 1 ? 1 : -1,
                         base < 0 ? NULL : in->row[base][i], sign, out->row[to][i], width);
}
