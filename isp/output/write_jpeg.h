/* What fl_write() and fl_develop() share of writing JPEG files. */
#ifndef FL_WRITE_JPEG_H
#define FL_WRITE_JPEG_H

#include "jpeg_bands.h"
#include "writers.h"

struct fl_exif;

/* What stands before the picture, made from the frame's metadata. Free after a failure, too. */
struct fl_jpeg_parts {
    struct fl_exif *exif;
    struct fl_blob xmp, icc;
};

fl_err fl_jpeg_parts_make(const struct fl_write_job *job, struct fl_jpeg_parts *parts) FL_MUST_USE;
void fl_jpeg_parts_free(struct fl_jpeg_parts *parts);

struct fl_jpeg_settings fl_jpeg_settings_of(const struct fl_write_options *options);

/* The file, from bands that are complete; job->frame is not looked at. */
fl_err fl_write_jpeg_bands(const struct fl_write_job *job, const struct fl_jpeg_parts *parts,
                           struct fl_jpeg_bands *bands) FL_MUST_USE;

#endif
