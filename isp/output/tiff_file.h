/* libtiff on an atomic file: own error handler per file, sticky failures, the shared metadata. */
#ifndef FL_TIFF_FILE_H
#define FL_TIFF_FILE_H

#include "writers.h"

#include <tiffio.h>

struct fl_tiff_file {
    const struct fl_write_job *job;
    TIFF *tiff;
    bool failed;
    char message[160]; /* libtiff's first complaint */
};

/* Opens for writing, always little-endian, so that every machine writes the same bytes. `big`:
 * BigTIFF, for more than 4 GB. Errors: FL_ERR_MEMORY, FL_ERR_IO. */
fl_err fl_tiff_open(struct fl_tiff_file *t, const struct fl_write_job *job, bool big) FL_MUST_USE;

/* Sets a tag of the current directory, with the arguments that libtiff wants. */
void fl_tiff_set(struct fl_tiff_file *t, uint32_t tag, ...);

/* Remembers that a libtiff call failed. */
void fl_tiff_check(struct fl_tiff_file *t, bool ok);

/* Places bytes in the file, outside libtiff's structures, at an even offset; 0 on failure. */
uint32_t fl_tiff_append(struct fl_tiff_file *t, const struct fl_blob *bytes);

/* Text, dates and resolution of the first directory, and pointers to the EXIF and GPS directories,
 * which are written at once: only before any pixel, and for classic TIFF only. */
fl_err fl_tiff_put_exif(struct fl_tiff_file *t) FL_MUST_USE;
fl_err fl_tiff_put_xmp(struct fl_tiff_file *t) FL_MUST_USE;

/* Finishes the file; the first failure since opening, or success. */
fl_err fl_tiff_close(struct fl_tiff_file *t) FL_MUST_USE;

#endif
