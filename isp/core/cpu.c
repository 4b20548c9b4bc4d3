/* Which instruction sets this machine has, and their names. */
#include "firstlight/pipeline.h"

#include <string.h>

static const char *const names[] = {"auto", "scalar", "sse4", "avx2", "avx512", "neon"};

const char *fl_cpu_name(enum fl_cpu cpu)
{
    return (size_t)cpu < sizeof names / sizeof *names ? names[cpu] : "unknown";
}

fl_err fl_cpu_parse(const char *name, enum fl_cpu *out)
{
    size_t i;
    for (i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(names[i], name) == 0) {
            *out = (enum fl_cpu)i;
            return fl_success();
        }
    }
    return fl_error(FL_ERR_RANGE, "cpu '%s': must be one of auto, scalar, sse4, avx2, avx512, neon",
                    name);
}

bool fl_cpu_available(enum fl_cpu cpu)
{
    switch (cpu) {
    case FL_CPU_AUTO:
    case FL_CPU_SCALAR:
        return true;
#if defined(__x86_64__)
    case FL_CPU_SSE4:
        return __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("ssse3");
    case FL_CPU_AVX2:
        return __builtin_cpu_supports("avx2");
    case FL_CPU_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#elif defined(__aarch64__)
    case FL_CPU_NEON:
        return true; /* part of the base architecture */
#endif
    default:
        return false;
    }
}
