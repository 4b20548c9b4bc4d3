/* EXIF entries as the bytes of a file. */
#ifndef FL_EXIF_WRITE_H
#define FL_EXIF_WRITE_H

#include "firstlight/meta.h"

#include "blob.h"

/* A complete little-endian TIFF stream, as a JPEG's APP1 (after "Exif\0\0") and a PNG's eXIf hold
 * it; with a JPEG thumbnail where `thumbnail` is not NULL. Errors: FL_ERR_MEMORY. */
fl_err fl_exif_write(const struct fl_exif *list, const struct fl_blob *thumbnail,
                     struct fl_blob *out) FL_MUST_USE;

/* The entries of one directory alone, for offset `base` (even) of the file. Errors: FL_ERR_MEMORY.
 */
fl_err fl_exif_write_directory(const struct fl_exif *list, int ifd, uint32_t base, uint32_t next,
                               struct fl_blob *out) FL_MUST_USE;

/* The EXIF and GPS directories alone, for a TIFF file whose first directory someone else writes:
 * the bytes go to offset `base` (even) of the file; the offsets of the two directories are 0 where
 * there is none. Errors: FL_ERR_MEMORY. */
fl_err fl_exif_write_directories(const struct fl_exif *list, uint32_t base, struct fl_blob *out,
                                 uint32_t *exif_offset, uint32_t *gps_offset) FL_MUST_USE;

#endif
