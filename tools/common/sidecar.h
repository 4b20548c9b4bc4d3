/* Sidecar files: a flat YAML mapping of option names to values.
 *
 *     preset: best
 *     wb: [2.1, 1.5]                     # same as --wb 2.1,1.5
 *     set: {denoise.strength: 0.5}       # same as --set denoise.strength=0.5
 */
#ifndef FL_SIDECAR_H
#define FL_SIDECAR_H

#include "text.h"

/* Called for each key with its value as the command line would have it. A failure stops the
 * reading; its message gets the file, line and column of the key. */
typedef fl_err (*fl_sidecar_set)(void *user, const char *key, const char *value);

/* Reads `path`. The strings given to `set` live in `keep`, which the caller frees. Errors:
 * FL_ERR_IO, FL_ERR_CORRUPT or what `set` says, as "FILE:LINE:COLUMN: reason" without the folder.
 */
fl_err fl_sidecar_read(const char *path, fl_sidecar_set set, void *user,
                       struct fl_text_list *keep) FL_MUST_USE;

#endif
