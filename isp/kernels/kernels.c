/* Chooses the kernel table of an instruction set. */
#include "kernels.h"

#include "ref.h"

#include <stddef.h>

static const struct fl_kernels scalar = {
    .cpu = FL_CPU_SCALAR,
    .cell_sums = fl_cell_sums_ref,
    .cell_bright = fl_cell_bright_ref,
    .unpack_u8 = fl_unpack_u8_ref,
    .unpack_u16 = fl_unpack_u16_ref,
    .offset_scale = fl_offset_scale_ref,
    .multiply = fl_multiply_ref,
    .multiply_between = fl_multiply_between_ref,
    .gain_line = fl_gain_line_ref,
    .stabilise = fl_stabilise_ref,
    .unstabilise = fl_unstabilise_ref,
    .matrix3 = fl_matrix3_ref,
    .matrix3_toe = fl_matrix3_toe_ref,
    .scale3 = fl_scale3_ref,
    .mix = fl_mix_ref,
    .curve = fl_curve_ref,
    .tone_bin = fl_tone_bin_ref,
    .tone_gain = fl_tone_gain_ref,
    .gamut = fl_gamut_ref,
    .filmic = fl_filmic_ref,
    .adjust = fl_adjust_ref,
    .encode_u8 = fl_encode_u8_ref,
    .encode_u16 = fl_encode_u16_ref,
    .color_difference = fl_color_difference_ref,
    .green_mean = fl_green_mean_ref,
    .green_directions = fl_green_directions_ref,
    .color_even = fl_color_even_ref,
    .color_weighted = fl_color_weighted_ref,
    .green_refine = fl_green_refine_ref,
    .green_balance = fl_green_balance_ref,
    .root = fl_root_ref,
    .at_least = fl_at_least_ref,
    .defect_candidates = fl_defect_candidates_ref,
    .filter_rows = fl_filter_rows_ref,
    .luma = fl_luma_ref,
    .sharpen = fl_sharpen_ref,
    .dct_codes = fl_dct_codes_ref,
    .dct_shrink = fl_dct_shrink_ref,
    .dct_per_weight = fl_dct_per_weight_ref,
    .dct_remove = fl_dct_remove_ref,
    .linear_to_root = fl_linear_to_root_ref,
    .root_to_linear = fl_root_to_linear_ref,
    .to_opponent = fl_to_opponent_ref,
    .from_opponent = fl_from_opponent_ref,
    .halve = fl_halve_ref,
    .enlarge = fl_enlarge_ref,
    .edge_mean = fl_edge_mean_ref,
    .block_mean = fl_block_mean_ref,
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
