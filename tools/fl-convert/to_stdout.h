/* A picture on standard output. */
#ifndef FL_TO_STDOUT_H
#define FL_TO_STDOUT_H

#include "firstlight/output.h"

/* Writes the whole file in a private folder first: what comes out is complete, or nothing.
 * Errors: as fl_write(), and FL_ERR_IO where standard output cannot be written. */
fl_err fl_write_to_stdout(const struct fl_frame *frame, const struct fl_write_options *options,
                          const struct fl_log *log) FL_MUST_USE;

#endif
