/* A log sink that the caller owns. A NULL sink, or one without a function, drops every message. */
#ifndef FIRSTLIGHT_LOG_H
#define FIRSTLIGHT_LOG_H

#include "firstlight/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum fl_level {
    FL_LOG_ERROR = 0,
    FL_LOG_WARNING, /* the result may not be what the user expects */
    FL_LOG_NOTE,    /* something was skipped or assumed */
    FL_LOG_DEBUG
};

struct fl_log {
    /* Called with one line without newline; must be safe to call from any thread. */
    void (*write)(void *user, enum fl_level level, const char *message);
    void *user;
    enum fl_level level; /* messages above this level are not formatted */
};

/* Formats and writes one message. Any thread. */
FL_API void fl_log(const struct fl_log *log, enum fl_level level, const char *format, ...)
    FL_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif
#endif
