/* The raw files of a folder, sorted by name. */
#ifndef FL_WALK_H
#define FL_WALK_H

#include "text.h"

/* Appends the paths of the folder's files for which want(path) is true; with `recursive` those of
 * its sub-folders as well, after its own. Hidden entries are left out, links to folders are not
 * followed. A sub-folder that cannot be read is handed to `failed` and passed over.
 * Errors: FL_ERR_IO for the folder itself, FL_ERR_MEMORY. */
fl_err fl_walk(const char *folder, bool recursive, bool (*want)(const char *path),
               void (*failed)(void *user, const char *folder, fl_err err), void *user,
               struct fl_text_list *files) FL_MUST_USE;

#endif
