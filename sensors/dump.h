/* Headerless dumps of sensor memory. */
#ifndef FL_DUMP_H
#define FL_DUMP_H

#include "firstlight/source.h"
#include "mapped_file.h"

/* Makes a frame of a dump. Where the machine can read the file's samples as they lie, the frame
 * wraps the mapping and takes it over, leaving *map empty; otherwise it is a copy. */
fl_err fl_dump_read(struct fl_mapped *map, const struct fl_raw_description *description,
                    struct fl_frame **out) FL_MUST_USE;

#endif
