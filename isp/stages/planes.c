/* What stages of several planes share. */
#include "planes.h"

#include <string.h>

void fl_keep_plane(const struct fl_rows *in, int from, const struct fl_rows *out, int to, int shift)
{
    size_t size = (size_t)fl_shifted(in->width, shift) * sizeof(float);
    for (int i = 0; i < fl_shifted(in->n, shift); i++)
        if (out->row[to][i] != in->row[from][i])
            memcpy(out->row[to][i], in->row[from][i], size);
}
