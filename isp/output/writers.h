/* The file formats behind fl_write(). Each takes a checked frame and complete options, and writes
 * to an open file that its caller commits or removes. */
#ifndef FL_WRITERS_H
#define FL_WRITERS_H

#include "firstlight/output.h"

#include "atomic_file.h"
#include "blob.h"

struct fl_write_job {
    const struct fl_frame *frame;
    const struct fl_write_options *options; /* no zero that means a default, software set */
    const struct fl_log *log;
    struct fl_atomic_file *file;
};

/* Options as given (or NULL) to complete ones. Errors: FL_ERR_RANGE, FL_ERR_ARGUMENT. */
fl_err fl_write_complete(const struct fl_write_options *given,
                         struct fl_write_options *out) FL_MUST_USE;

/* Whether the file type can hold such pixels. Errors: FL_ERR_UNSUPPORTED. */
fl_err fl_write_check_pixels(const struct fl_frame *frame, enum fl_file_type type) FL_MUST_USE;

fl_err fl_write_jpeg(const struct fl_write_job *job) FL_MUST_USE;
fl_err fl_write_png(const struct fl_write_job *job) FL_MUST_USE;
fl_err fl_write_tiff(const struct fl_write_job *job) FL_MUST_USE;
fl_err fl_write_dng(const struct fl_write_job *job) FL_MUST_USE;

/* EXIF entries for the job's frame: one reference for the caller. */
fl_err fl_job_exif(const struct fl_write_job *job, struct fl_exif **out) FL_MUST_USE;

/* The XMP packet that every format gets. */
fl_err fl_job_xmp(const struct fl_write_job *job, struct fl_blob *out) FL_MUST_USE;

/* The ICC profile of a picture. */
fl_err fl_job_icc(const struct fl_write_job *job, struct fl_blob *out) FL_MUST_USE;

#endif
