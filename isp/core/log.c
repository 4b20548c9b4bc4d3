/* The log sink. */
#include "firstlight/log.h"

#include <stdarg.h>
#include <stdio.h>

void fl_log(const struct fl_log *log, enum fl_level level, const char *format, ...)
{
    char line[512];
    va_list args;
    if (!log || !log->write || level > log->level)
        return;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    log->write(log->user, level, line);
}
