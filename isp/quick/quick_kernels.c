/* Chooses the 16-bit kernels of an instruction set. */
#include "quick_names.h"

#include <stddef.h>

static const struct fl_quick_kernels scalar = FL_QUICK_TABLE(FL_CPU_SCALAR, ref);

#if defined(__x86_64__)
extern const struct fl_quick_kernels fl_quick_kernels_sse4, fl_quick_kernels_avx2,
    fl_quick_kernels_avx512;
static const struct fl_quick_kernels *const built[] = {
    &fl_quick_kernels_avx512, &fl_quick_kernels_avx2, &fl_quick_kernels_sse4, &scalar};
#elif defined(__aarch64__)
extern const struct fl_quick_kernels fl_quick_kernels_neon;
static const struct fl_quick_kernels *const built[] = {&fl_quick_kernels_neon, &scalar};
#else
static const struct fl_quick_kernels *const built[] = {&scalar};
#endif

const struct fl_quick_kernels *fl_quick_kernels_for(enum fl_cpu cpu)
{
    for (size_t i = 0; i < sizeof built / sizeof *built; i++)
        if ((cpu == FL_CPU_AUTO || built[i]->cpu == cpu) && fl_cpu_available(built[i]->cpu))
            return built[i];
    return NULL;
}
