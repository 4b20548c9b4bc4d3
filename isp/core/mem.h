/* Checked, aligned memory. */
#ifndef FL_MEM_H
#define FL_MEM_H

#include <stdbool.h>
#include <stddef.h>

#define FL_ALIGN 64

/* a * b and a + b without wrapping; false when the result does not fit. */
bool fl_size_mul(size_t a, size_t b, size_t *out);
bool fl_size_add(size_t a, size_t b, size_t *out);

/* Zeroed memory at a multiple of FL_ALIGN; NULL when size is 0 or there is none. */
void *fl_aligned_alloc(size_t size);
void fl_aligned_free(void *p);

/* Rounds up to a multiple of `to`, a power of two. */
static inline size_t fl_round_up(size_t n, size_t to)
{
    return (n + to - 1) & ~(to - 1);
}

/* A row stride that keeps alignment and avoids powers of two, which would map every row of a
 * column to the same cache set. */
size_t fl_row_stride(size_t row_bytes);

#endif
