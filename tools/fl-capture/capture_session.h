/* A run of fl-capture: when pictures are taken. */
#ifndef FL_CAPTURE_SESSION_H
#define FL_CAPTURE_SESSION_H

#include "capture_options.h"
#include "console.h"

/* Takes all pictures. *written: how many are there. Errors: the first that ended it. */
fl_err fl_capture_run(const struct fl_capture_options *options, struct fl_console *console,
                      int *written) FL_MUST_USE;

#endif
