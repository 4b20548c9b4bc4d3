/* What a DNG says about its raw, beside the pixels. */
#ifndef FL_DNG_TAGS_H
#define FL_DNG_TAGS_H

#include "dng_list.h"
#include "writers.h"

/* Tags of TIFF, TIFF/EP and DNG. */
enum fl_dng_tag {
    FL_DNG_NEW_SUBFILE_TYPE = 254,
    FL_DNG_IMAGE_WIDTH = 256,
    FL_DNG_IMAGE_LENGTH = 257,
    FL_DNG_BITS_PER_SAMPLE = 258,
    FL_DNG_COMPRESSION = 259,
    FL_DNG_PHOTOMETRIC = 262,
    FL_DNG_STRIP_OFFSETS = 273,
    FL_DNG_SAMPLES_PER_PIXEL = 277,
    FL_DNG_ROWS_PER_STRIP = 278,
    FL_DNG_STRIP_BYTE_COUNTS = 279,
    FL_DNG_PLANAR_CONFIGURATION = 284,
    FL_DNG_TILE_WIDTH = 322,
    FL_DNG_TILE_LENGTH = 323,
    FL_DNG_TILE_OFFSETS = 324,
    FL_DNG_TILE_BYTE_COUNTS = 325,
    FL_DNG_SUB_IFDS = 330,
    FL_DNG_XMP = 700,
    FL_DNG_CFA_REPEAT_PATTERN_DIM = 33421,
    FL_DNG_CFA_PATTERN = 33422,
    FL_DNG_EXIF_IFD = 34665,
    FL_DNG_GPS_IFD = 34853,
    FL_DNG_VERSION = 50706,
    FL_DNG_BACKWARD_VERSION = 50707,
    FL_DNG_UNIQUE_CAMERA_MODEL = 50708,
    FL_DNG_CFA_PLANE_COLOR = 50710,
    FL_DNG_CFA_LAYOUT = 50711,
    FL_DNG_LINEARIZATION_TABLE = 50712,
    FL_DNG_BLACK_LEVEL_REPEAT_DIM = 50713,
    FL_DNG_BLACK_LEVEL = 50714,
    FL_DNG_BLACK_LEVEL_DELTA_H = 50715,
    FL_DNG_BLACK_LEVEL_DELTA_V = 50716,
    FL_DNG_WHITE_LEVEL = 50717,
    FL_DNG_DEFAULT_SCALE = 50718,
    FL_DNG_DEFAULT_CROP_ORIGIN = 50719,
    FL_DNG_DEFAULT_CROP_SIZE = 50720,
    FL_DNG_COLOR_MATRIX_1 = 50721,
    FL_DNG_COLOR_MATRIX_2 = 50722,
    FL_DNG_CAMERA_CALIBRATION_1 = 50723,
    FL_DNG_CAMERA_CALIBRATION_2 = 50724,
    FL_DNG_ANALOG_BALANCE = 50727,
    FL_DNG_AS_SHOT_NEUTRAL = 50728,
    FL_DNG_BASELINE_EXPOSURE = 50730,
    FL_DNG_CAMERA_SERIAL_NUMBER = 50735,
    FL_DNG_CALIBRATION_ILLUMINANT_1 = 50778,
    FL_DNG_CALIBRATION_ILLUMINANT_2 = 50779,
    FL_DNG_ACTIVE_AREA = 50829,
    FL_DNG_MASKED_AREAS = 50830,
    FL_DNG_FORWARD_MATRIX_1 = 50964,
    FL_DNG_FORWARD_MATRIX_2 = 50965,
    FL_DNG_PREVIEW_COLOR_SPACE = 50970,
    FL_DNG_OPCODE_LIST_1 = 51008,
    FL_DNG_OPCODE_LIST_2 = 51009,
    FL_DNG_OPCODE_LIST_3 = 51022,
    FL_DNG_NOISE_PROFILE = 51041
};

/* First directory: version, camera, colour. */
void fl_dng_put_camera(const struct fl_write_job *job, struct fl_dng_list *list);

/* The raw's directory: mosaic, areas, levels, noise. */
void fl_dng_put_raw(const struct fl_write_job *job, struct fl_dng_list *list);

/* The raw's directory: opcode lists. Errors in the list: FL_ERR_ARGUMENT for what no opcode can
 * be. */
void fl_dng_put_opcodes(const struct fl_write_job *job, struct fl_dng_list *list);

#endif
