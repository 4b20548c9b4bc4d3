/* Checked, aligned memory.
 *
 * Large pieces come from the system directly: its pages are zeros already, where malloc()'s may be
 * used ones that have to be cleared, and come in large pages where the system has them, which saves
 * most of the faults of first use, and later most look-ups of addresses. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, madvise() */
#include "mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define LARGE     ((size_t)1 << 20)
#define HUGE_PAGE ((size_t)1 << 21) /* of most systems; pieces as large begin on one */

/* Stands before every piece of memory. */
struct header {
    size_t mapped; /* bytes from here on to give back to the system; 0: malloc's */
    char pad[FL_ALIGN - sizeof(size_t)];
};

_Static_assert(sizeof(struct header) == FL_ALIGN, "memory behind the header is aligned");

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

static char *map(size_t size)
{
    void *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

/* size: whole pages. */
static char *map_aligned(size_t size)
{
    char *p = size < SIZE_MAX - HUGE_PAGE ? map(size + HUGE_PAGE) : NULL;
    size_t before = p ? -(uintptr_t)p % HUGE_PAGE : 0;
    if (!p)
        return map(size);
    if (before)
        munmap(p, before);
    munmap(p + before + size, HUGE_PAGE - before);
    return p + before;
}

static struct header *map_pages(size_t size)
{
    struct header *h;
    size = fl_round_up(size, (size_t)sysconf(_SC_PAGESIZE));
    h = (struct header *)(void *)(size < HUGE_PAGE ? map(size) : map_aligned(size));
    if (!h)
        return NULL;
#ifdef MADV_HUGEPAGE
    (void)madvise(h, size, MADV_HUGEPAGE); /* only a wish */
#endif
    h->mapped = size;
    return h;
}

void *fl_aligned_alloc(size_t size)
{
    struct header *h;
    if (size == 0 || size > SIZE_MAX - sizeof *h - FL_ALIGN)
        return NULL;
    size = fl_round_up(size, FL_ALIGN) + sizeof *h;
    if (size >= LARGE) {
        h = map_pages(size);
    } else {
        h = aligned_alloc(FL_ALIGN, size);
        if (h)
            memset(h, 0, size);
    }
    return h ? h + 1 : NULL;
}

void fl_aligned_free(void *p)
{
    struct header *h = p ? (struct header *)p - 1 : NULL;
    if (h && h->mapped)
        munmap(h, h->mapped);
    else
        free(h);
}

size_t fl_row_stride(size_t row_bytes)
{
    size_t stride = fl_round_up(row_bytes, FL_ALIGN);
    return stride % 1024 == 0 ? stride + FL_ALIGN : stride;
}
