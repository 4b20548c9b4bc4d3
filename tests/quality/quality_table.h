/* Tables of cases in files: the committed figures, and the floors under them. */
#ifndef QUALITY_TABLE_H
#define QUALITY_TABLE_H

#include "quality_run.h"

#include <stdio.h>

/* Prints the heading and the lines of a table. */
void table_print(FILE *file, const struct quality_case *cases, int count);

/* Runs every case of a table again and compares its lines. Prints TAP, a diff included; with
 * `update` writes the file anew instead. Returns the exit status. */
int table_check(const struct run_options *options, const char *path, bool update);

/* Checks a file of floors: the key columns, then measure, "min" or "max", value. Prints TAP; floors
 * of an absent set are skipped. Returns the exit status. */
int floors_check(const struct run_options *options, const char *path);

#endif
