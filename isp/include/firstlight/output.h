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
    bool compress; /* PNG and TIFF: deflate; DNG: lossless JPEG */
    int threads;   /* DNG: that compress; 0: one per online core, at most 256 */
    enum fl_color_space space; /* of the pixels; picks the ICC profile */
    int thumbnail_width;       /* JPEG EXIF thumbnail's longer side; 0 = 320, negative = none */
    bool replace;              /* replace an existing file; otherwise that is FL_ERR_IO */
    const char *software;      /* EXIF Software; NULL = "firstlight VERSION" */
    /* DNG: what is known of the sensor, NULL = nothing. Its colour goes, under illuminants A and
     * D65, in place of the frame's own; black level, noise at the frame's ISO, and gain maps for
     * the light of its neutral and the part of the sensor in meta.view where the frame has none. */
    const struct fl_tuning *tuning;
};

FL_API struct fl_write_options fl_write_options_default(void);

/* "jpg"/"jpeg", "png", "tif"/"tiff", "dng"; any case. Errors: FL_ERR_RANGE. */
FL_API fl_err fl_file_type_parse(const char *name, enum fl_file_type *out) FL_MUST_USE;
/* The usual extension, without dot. */
FL_API const char *fl_file_type_extension(enum fl_file_type type);

/* Writes a picture with EXIF, ICC profile and XMP: 8 or 16 bit (JPEG: 8; TIFF also float), RGB, or
 * one channel where the format's color is FL_COLOR_MONO. With FL_FILE_DNG: a raw frame with
 * everything known about it. A new file gets the permissions of the umask; only regular files are
 * replaced. The same frame and options give the same bytes. options NULL: the defaults. Thread-safe.
 * Errors: FL_ERR_IO with the path and the system's reason, FL_ERR_UNSUPPORTED for pixels that the
 * type cannot hold, FL_ERR_RANGE, FL_ERR_ARGUMENT, FL_ERR_MEMORY. */
FL_API fl_err fl_write(const char *path, const struct fl_frame *frame,
                       const struct fl_write_options *options,
                       const struct fl_log *log) FL_MUST_USE;

/* Develops a raw straight into a file: fl_pipeline_run() and fl_write() with the same result, but a
 * JPEG is compressed by all threads while the picture is being made, and never whole in memory.
 * report may be NULL. Errors: those of both. */
FL_API fl_err fl_develop(struct fl_pipeline *pipeline, const struct fl_frame *raw,
                         const struct fl_settings *settings, const char *path,
                         const struct fl_write_options *options, const struct fl_log *log,
                         struct fl_report *report) FL_MUST_USE;

/* Writes bytes to a file in the same way, for texts beside a picture. Errors: FL_ERR_IO. */
FL_API fl_err fl_write_bytes(const char *path, const void *data, size_t size,
                             bool replace) FL_MUST_USE;

#ifdef __cplusplus
}
#endif
#endif
