/* The table of one instruction set; compiled once for each with FL_ISA and FL_ISA_CPU defined. */
#include "kernel_names.h"
#include "kernels.h"

extern const struct fl_kernels K(kernels);

const struct fl_kernels K(kernels) = {
    .cpu = FL_ISA_CPU,
    .unpack_u8 = K(unpack_u8),
    .unpack_u16 = K(unpack_u16),
    .offset_scale = K(offset_scale),
    .multiply = K(multiply),
    .stabilise = K(stabilise),
    .unstabilise = K(unstabilise),
    .matrix3 = K(matrix3),
    .curve = K(curve),
    .tone_bin = K(tone_bin),
    .tone_gain = K(tone_gain),
    .filmic = K(filmic),
    .encode_u8 = K(encode_u8),
    .encode_u16 = K(encode_u16),
    .colour_difference = K(colour_difference),
    .green_mean = K(green_mean),
    .difference_gradient = K(difference_gradient),
    .green_fuse = K(green_fuse),
    .colour_planes = K(colour_planes),
    .green_refine = K(green_refine),
    .root = K(root),
    .find_defects = K(find_defects),
    .find_defects_mono = K(find_defects_mono),
    .filter_rows = K(filter_rows),
    .luma = K(luma),
    .sharpen_columns = K(sharpen_columns),
    .sharpen_delta = K(sharpen_delta),
    .add = K(add),
};
