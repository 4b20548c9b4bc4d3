/* Chooses the network's kernels of an instruction set. */
#include "net_names.h"

#include <stddef.h>

static const struct fl_net_kernels scalar = FL_NET_TABLE(FL_CPU_SCALAR, ref);

#if defined(__x86_64__)
extern const struct fl_net_kernels fl_net_kernels_sse4, fl_net_kernels_avx2, fl_net_kernels_avx512;
static const struct fl_net_kernels *const built[] = {&fl_net_kernels_avx512, &fl_net_kernels_avx2,
                                                     &fl_net_kernels_sse4, &scalar};
#elif defined(__aarch64__)
extern const struct fl_net_kernels fl_net_kernels_neon;
static const struct fl_net_kernels *const built[] = {&fl_net_kernels_neon, &scalar};
#else
static const struct fl_net_kernels *const built[] = {&scalar};
#endif

const struct fl_net_kernels *fl_net_kernels_for(enum fl_cpu cpu)
{
    for (size_t i = 0; i < sizeof built / sizeof *built; i++)
        if ((cpu == FL_CPU_AUTO || built[i]->cpu == cpu) && fl_cpu_available(built[i]->cpu))
            return built[i];
    return NULL;
}
