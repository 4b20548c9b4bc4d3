/* Configuration files as rpicam reads them: lines name=value, # begins a comment. */
#ifndef FL_CAPTURE_CONFIG_H
#define FL_CAPTURE_CONFIG_H

#include "options.h"

/* Sets what the file says. `keep` gets the texts. Errors: FL_ERR_IO, FL_ERR_RANGE with file and
 * line. */
fl_err fl_capture_config_read(const char *path, const struct fl_opt_set *sets,
                              struct fl_text_list *keep) FL_MUST_USE;

#endif
