/* A file that appears under its name complete, or not at all.
 *
 * Bytes go to a temporary file in the target's folder (".NAME.xxxxxx.tmp"); fl_atomic_commit()
 * syncs it, gives it the name and syncs the folder. Errors stick: a write after a failed one does
 * nothing, and the commit reports the first reason. One thread at a time per file. */
#ifndef FL_ATOMIC_FILE_H
#define FL_ATOMIC_FILE_H

#include "firstlight/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct fl_atomic_file;

/* Creates the temporary file. A target that is a folder, a device or (without `replace`) there
 * already is refused at once. Errors: FL_ERR_IO with the path and the reason, FL_ERR_MEMORY. */
fl_err fl_atomic_open(const char *path, bool replace, struct fl_atomic_file **out) FL_MUST_USE;

/* Appends at the position; false once anything failed. */
bool fl_atomic_write(struct fl_atomic_file *file, const void *data, size_t size);

/* What libtiff needs beside: bytes read (-1 on failure), the new position (-1), the size (-1). */
int64_t fl_atomic_read(struct fl_atomic_file *file, void *data, size_t size);
int64_t fl_atomic_seek(struct fl_atomic_file *file, int64_t offset, int whence);
int64_t fl_atomic_size(struct fl_atomic_file *file);

/* The first failure so far, or success. */
fl_err fl_atomic_error(const struct fl_atomic_file *file) FL_MUST_USE;

/* Makes the file appear, or removes every trace of it; frees `file` either way. Without `replace`
 * the system decides at this moment whether the name is free. */
fl_err fl_atomic_commit(struct fl_atomic_file *file) FL_MUST_USE;

/* Commits after success; after a failure removes the temporary file and passes `err` on, or the
 * system's reason where the file had failed: encoders know only that, not why, a write failed. */
fl_err fl_atomic_finish(struct fl_atomic_file *file, fl_err err) FL_MUST_USE;

#endif
