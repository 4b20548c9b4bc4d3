/* A file on standard output, by way of a temporary one: the writers need to seek, and what comes
 * out is complete, or nothing. */
#ifndef FL_STDOUT_FILE_H
#define FL_STDOUT_FILE_H

#include "text.h"

struct fl_stdout_file {
    struct fl_text folder, path;
};

/* Makes a private folder; file->path is where to write. Errors: FL_ERR_IO, FL_ERR_MEMORY; then
 * nothing is left to end. */
fl_err fl_stdout_begin(struct fl_stdout_file *file, const char *tool) FL_MUST_USE;

/* Copies the file to standard output if `err` is a success, removes it, and returns the first
 * failure. */
fl_err fl_stdout_end(struct fl_stdout_file *file, fl_err err) FL_MUST_USE;

#endif
