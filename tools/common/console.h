/* What a tool prints: whole lines from any thread, and a progress line on terminals. */
#ifndef FL_CONSOLE_H
#define FL_CONSOLE_H

#include "text.h"

#include <pthread.h>

struct fl_console {
    const char *tool; /* "fl-convert" */
    bool quiet;       /* no progress line, no warnings */
    pthread_mutex_t lock;
    bool progress;    /* the terminal can show a progress line */
    bool shown;       /* one stands there now */
    bool lost_output; /* stdout could not be written */
    double start_s, last_s;
    int total, done;
    double part;       /* of the files under way, in files */
    double megapixels; /* of the files that are done */
};

/* total: files to come, for the progress line. */
void fl_console_open(struct fl_console *console, const char *tool, bool quiet);
/* Removes the progress line. false when something could not be written to stdout. */
bool fl_console_close(struct fl_console *console);

/* The message without the name of the file that it may begin with: sources put it there, and a
 * tool prints the path as the user gave it. */
const char *fl_console_reason(const char *path, const char *message);

/* "TOOL: NAME: MESSAGE" on stderr, one line whatever the name and message hold. */
void fl_console_complain(struct fl_console *console, const char *name, const char *message);
/* One line on stderr, or on stdout, in one piece. */
void fl_console_note(struct fl_console *console, const char *line);
void fl_console_print(struct fl_console *console, const char *line);

/* The progress line: how many files there are, how much of a file was done since the last call,
 * and that a file is finished. `part` is the sum of what fl_console_advance() said for it. */
void fl_console_begin(struct fl_console *console, int total);
void fl_console_advance(struct fl_console *console, const char *name, double part);
void fl_console_finish(struct fl_console *console, double part, double megapixels);

/* Seconds since some fixed moment. */
double fl_console_clock(void);

#endif
