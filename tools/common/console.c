/* Lines and the progress line. */
#include "console.h"
#include "name_template.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#define REFRESH_S 0.1

double fl_console_clock(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void fl_console_open(struct fl_console *console, const char *tool, bool quiet)
{
    memset(console, 0, sizeof *console);
    pthread_mutex_init(&console->lock, NULL);
    console->tool = tool;
    console->quiet = quiet;
    console->progress = !quiet && isatty(STDERR_FILENO);
}

static void erase(struct fl_console *console)
{
    if (console->shown)
        fputs("\r\033[K", stderr);
    console->shown = false;
}

bool fl_console_close(struct fl_console *console)
{
    erase(console);
    if (fflush(stdout) != 0)
        console->lost_output = true;
    pthread_mutex_destroy(&console->lock);
    return !console->lost_output;
}

const char *fl_console_reason(const char *path, const char *message)
{
    const char *name = fl_name_of(path);
    size_t length = strlen(name);
    if (length && strncmp(message, name, length) == 0 && strncmp(message + length, ": ", 2) == 0)
        return message + length + 2;
    return message;
}

static void put_line(struct fl_console *console, FILE *to, const char *line)
{
    struct fl_text text = {0};
    fl_text_printf(&text, "%s\n", line);
    pthread_mutex_lock(&console->lock);
    erase(console);
    if (text.failed || fwrite(text.data, 1, text.length, to) != text.length || fflush(to) != 0)
        console->lost_output = console->lost_output || to == stdout;
    pthread_mutex_unlock(&console->lock);
    fl_text_free(&text);
}

void fl_console_complain(struct fl_console *console, const char *name, const char *message)
{
    struct fl_text text = {0};
    fl_text_printf(&text, "%s: ", console->tool);
    if (name) {
        fl_text_add_printable(&text, name);
        fl_text_add(&text, ": ");
    }
    fl_text_add_printable(&text, name ? fl_console_reason(name, message) : message);
    put_line(console, stderr, fl_text_get(&text));
    fl_text_free(&text);
}

void fl_console_note(struct fl_console *console, const char *line)
{
    struct fl_text text = {0};
    fl_text_add_printable(&text, line);
    put_line(console, stderr, fl_text_get(&text));
    fl_text_free(&text);
}

void fl_console_print(struct fl_console *console, const char *line)
{
    put_line(console, stdout, line);
}

void fl_console_begin(struct fl_console *console, int total)
{
    console->total = total;
    console->start_s = fl_console_clock();
}

static int terminal_width(void)
{
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

static void add_eta(const struct fl_console *console, double elapsed_s, struct fl_text *out)
{
    double done = console->done + console->part;
    double left_s = done > 0.01 ? elapsed_s * (console->total - done) / done : -1;
    if (left_s < 0 || left_s > 359999)
        return;
    if (left_s >= 3600)
        fl_text_printf(out, "  ETA %d:%02d h", (int)left_s / 3600, (int)left_s / 60 % 60);
    else
        fl_text_printf(out, "  ETA %d:%02d", (int)left_s / 60, (int)left_s % 60);
}

/* Called with the lock held. */
static void show(struct fl_console *console, const char *name)
{
    double now_s = fl_console_clock(), elapsed_s = now_s - console->start_s;
    struct fl_text tail = {0}, head = {0};
    int room;
    if (!console->progress || now_s - console->last_s < REFRESH_S)
        return;
    console->last_s = now_s;
    if (console->megapixels > 0 && elapsed_s > 0)
        fl_text_printf(&tail, "  %.1f MP/s", console->megapixels / elapsed_s);
    add_eta(console, elapsed_s, &tail);
    fl_text_printf(&head, "%d/%d  ", console->done, console->total);
    room = terminal_width() - 1 - (int)head.length - (int)tail.length;
    if (room > 0) {
        struct fl_text printable = {0};
        fl_text_add_printable(&printable, name);
        fl_text_add_bytes(&head, fl_text_get(&printable),
                          printable.length < (size_t)room ? printable.length : (size_t)room);
        fl_text_free(&printable);
    }
    fl_text_add(&head, fl_text_get(&tail));
    erase(console);
    fprintf(stderr, "\r%s", fl_text_get(&head));
    fflush(stderr);
    console->shown = true;
    fl_text_free(&head);
    fl_text_free(&tail);
}

void fl_console_advance(struct fl_console *console, const char *name, double part)
{
    pthread_mutex_lock(&console->lock);
    console->part += part;
    show(console, name);
    pthread_mutex_unlock(&console->lock);
}

void fl_console_finish(struct fl_console *console, double part, double megapixels)
{
    pthread_mutex_lock(&console->lock);
    console->part -= part;
    console->done++;
    console->megapixels += megapixels;
    pthread_mutex_unlock(&console->lock);
}
