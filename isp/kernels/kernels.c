/* Chooses the kernel table of an instruction set. */
#include "kernels.h"

#include "ref.h"

#include <stddef.h>

static const struct fl_kernels scalar = {
    .cpu = FL_CPU_SCALAR,
    .unpack_u8 = fl_unpack_u8_ref,
    .unpack_u16 = fl_unpack_u16_ref,
    .offset_scale = fl_offset_scale_ref,
    .multiply = fl_multiply_ref,
    .stabilise = fl_stabilise_ref,
    .unstabilise = fl_unstabilise_ref,
    .matrix3 = fl_matrix3_ref,
    .curve = fl_curve_ref,
    .tone_bin = fl_tone_bin_ref,
    .tone_gain = fl_tone_gain_ref,
    .filmic = fl_filmic_ref,
    .encode_u8 = fl_encode_u8_ref,
    .encode_u16 = fl_encode_u16_ref,
    .colour_difference = fl_colour_difference_ref,
    .green_mean = fl_green_mean_ref,
    .difference_gradient = fl_difference_gradient_ref,
    .green_fuse = fl_green_fuse_ref,
    .colour_planes = fl_colour_planes_ref,
    .green_refine = fl_green_refine_ref,
    .root = fl_root_ref,
    .find_defects = fl_find_defects_ref,
    .find_defects_mono = fl_find_defects_mono_ref,
    .filter_rows = fl_filter_rows_ref,
    .luma = fl_luma_ref,
    .sharpen_columns = fl_sharpen_columns_ref,
    .sharpen_delta = fl_sharpen_delta_ref,
    .add = fl_add_ref,
};

#if defined(__x86_64__)
extern const struct fl_kernels fl_kernels_sse4, fl_kernels_avx2, fl_kernels_avx512;
static const struct fl_kernels *const built[] = {&fl_kernels_avx512, &fl_kernels_avx2,
                                                 &fl_kernels_sse4, &scalar};
#elif defined(__aarch64__)
extern const struct fl_kernels fl_kernels_neon;
static const struct fl_kernels *const built[] = {&fl_kernels_neon, &scalar};
#else
static const struct fl_kernels *const built[] = {&scalar};
#endif

const struct fl_kernels *fl_kernels_for(enum fl_cpu cpu)
{
    for (size_t i = 0; i < sizeof built / sizeof *built; i++)
        if ((cpu == FL_CPU_AUTO || cpu == built[i]->cpu) && fl_cpu_available(built[i]->cpu))
            return built[i];
    return NULL;
}
