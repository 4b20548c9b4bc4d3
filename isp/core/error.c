/* Error values: construction and names. */
#include "firstlight/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Messages often quote text from files: keep them one printable line. */
static void make_printable(char *s)
{
    for (; *s; s++)
        if ((unsigned char)*s < 0x20 || *s == 0x7f)
            *s = '?';
}

fl_err fl_success(void)
{
    fl_err e;
    e.code = FL_OK;
    e.message[0] = '\0';
    return e;
}

fl_err fl_error(enum fl_code code, const char *format, ...)
{
    fl_err e;
    va_list args;
    e.code = code;
    va_start(args, format);
    vsnprintf(e.message, sizeof e.message, format, args);
    va_end(args);
    make_printable(e.message);
    return e;
}

fl_err fl_error_context(fl_err err, const char *format, ...)
{
    fl_err e = err;
    va_list args;
    int used;
    if (err.code == FL_OK)
        return err;
    va_start(args, format);
    used = vsnprintf(e.message, sizeof e.message, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used + 3 < sizeof e.message) {
        size_t room = sizeof e.message - (size_t)used - 3; /* colon, space, end */
        size_t length = strlen(err.message);
        memcpy(e.message + used, ": ", 2);
        memcpy(e.message + used + 2, err.message, length < room ? length : room);
        e.message[(size_t)used + 2 + (length < room ? length : room)] = '\0';
    }
    make_printable(e.message);
    return e;
}

const char *fl_code_name(enum fl_code code)
{
    static const char *const names[] = {
        "ok",        "argument", "range",     "io",   "corrupt", "unsupported", "memory",
        "cancelled", "internal", "not-found", "busy", "gone",    "timeout"};
    size_t i = (size_t)code;
    return i < sizeof names / sizeof *names ? names[i] : "unknown";
}
