/* Writing pictures and raws. Every write is atomic: a temporary file beside the target, synced,
 * renamed; on any failure nothing is left. */
#ifndef FIRSTLIGHT_OUTPUT_H
#define FIRSTLIGHT_OUTPUT_H

#include "firstlight/frame.h"
#include "firstlight/log.h"
#include "firstlight/pipeline.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fl_file_type { FL_FILE_JPEG = 0, FL_FILE_PNG, FL_FILE_TIFF, FL_FILE_DNG };
enum fl_subsampling { FL_SUBSAMPLING_420 = 0, FL_SUBSAMPLING_422, FL_SUBSAMPLING_444 };

struct fl_write_options {
    enum fl_file_type type;
    int quality; /* JPEG, 1..100; 0 = 93 */
    enum fl_subsampling subsampling;
    bool progressive;
    bool compress;             /* PNG and TIFF: deflate; DNG: lossless JPEG where available */
    enum fl_color_space space; /* of the pixels; picks the ICC profile */
    int thumbnail_width;       /* JPEG EXIF thumbnail's longer side; 0 = 320, negative = none */
    bool replace;              /* replace an existing file; otherwise that is FL_ERR_IO */
    const char *software;      /* EXIF Software; NULL = "firstlight VERSION" */
};

FL_API struct fl_write_options fl_write_options_default(void);

/* "jpg"/"jpeg", "png", "tif"/"tiff", "dng"; any case. Errors: FL_ERR_RANGE. */
FL_API fl_err fl_file_type_parse(const char *name, enum fl_file_type *out) FL_MUST_USE;
/* The usual extension, without dot. */
FL_API const char *fl_file_type_extension(enum fl_file_type type);

/* Writes a picture (RGB8 or RGB16 interleaved; JPEG takes RGB8 only; mono pictures are stored with
 * one channel where meta says so) with EXIF, ICC profile and XMP, or, for FL_FILE_DNG, a raw frame
 * with everything known about it. Errors: FL_ERR_IO with the path and the system's reason. */
FL_API fl_err fl_write(const char *path, const struct fl_frame *frame,
                       const struct fl_write_options *options,
                       const struct fl_log *log) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
