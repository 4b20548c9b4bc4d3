/* Checked, aligned memory. */
#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

bool fl_size_mul(size_t a, size_t b, size_t *out)
{
    if (b != 0 && a > SIZE_MAX / b)
        return false;
    *out = a * b;
    return true;
}

bool fl_size_add(size_t a, size_t b, size_t *out)
{
    if (a > SIZE_MAX - b)
        return false;
    *out = a + b;
    return true;
}

void *fl_aligned_alloc(size_t size)
{
    void *p;
    if (size == 0 || size > SIZE_MAX - FL_ALIGN)
        return NULL;
    size = fl_round_up(size, FL_ALIGN);
    p = aligned_alloc(FL_ALIGN, size);
    if (p)
        memset(p, 0, size);
    return p;
}

void fl_aligned_free(void *p)
{
    free(p);
}

size_t fl_row_stride(size_t row_bytes)
{
    size_t stride = fl_round_up(row_bytes, FL_ALIGN);
    return stride % 1024 == 0 ? stride + FL_ALIGN : stride;
}
