/* What a DNG says about its raw, beside the pixels. */
#ifndef FL_DNG_TAGS_H
#define FL_DNG_TAGS_H

#include "tiff_file.h"

/* Tags that libtiff does not know. */
enum fl_dng_tag {
    FL_DNG_FORWARD_MATRIX_1 = 50964,
    FL_DNG_FORWARD_MATRIX_2 = 50965,
    FL_DNG_PREVIEW_COLOR_SPACE = 50970,
    FL_DNG_OPCODE_LIST_1 = 51008,
    FL_DNG_OPCODE_LIST_2 = 51009,
    FL_DNG_OPCODE_LIST_3 = 51022,
    FL_DNG_NOISE_PROFILE = 51041
};

/* Makes them known; once for every new directory. */
void fl_dng_register(struct fl_tiff_file *t);

/* First directory: version, camera, colour. */
void fl_dng_put_camera(struct fl_tiff_file *t);

/* The raw's directory: mosaic, areas, levels, noise. Errors: FL_ERR_MEMORY. */
fl_err fl_dng_put_raw(struct fl_tiff_file *t) FL_MUST_USE;

/* The raw's directory: opcode lists. Errors: FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
fl_err fl_dng_put_opcodes(struct fl_tiff_file *t) FL_MUST_USE;

#endif
