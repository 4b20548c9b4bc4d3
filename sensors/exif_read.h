/* The shot and the camera from EXIF and TIFF/EP tags, and the entries to carry over. */
#ifndef FL_EXIF_READ_H
#define FL_EXIF_READ_H

#include "firstlight/log.h"
#include "firstlight/meta.h"
#include "tiff_dir.h"

/* Fills the camera and shot fields of `meta` that are still unknown and meta->exif, from IFD0 and
 * the EXIF and GPS directories it points to. A damaged entry is skipped with a note: it must not
 * cost the picture. Errors: FL_ERR_MEMORY. */
fl_err fl_exif_read(const struct fl_tiff_dir *ifd0, const struct fl_log *log,
                    struct fl_meta *meta) FL_MUST_USE;

#endif
