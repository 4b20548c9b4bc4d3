/* Keys, signals and time. Handlers write a byte to a pipe, so that no signal is lost between a look
 * and a wait. */
#include "capture_trigger.h"
#include "console.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <unistd.h>

#define POLL_MAX_S 60.0

/* All that a handler can reach. */
static int pipe_fds[2] = {-1, -1};
static atomic_int interrupted;
static bool reads_keys;

static void on_signal(int number)
{
    char byte = number == SIGUSR1 ? 's' : 'q';
    int kept = errno;
    if (number != SIGUSR1 && number != SIGUSR2)
        atomic_store(&interrupted, number);
    if (write(pipe_fds[1], &byte, 1) < 0)
        byte = 0; /* full: enough events wait already */
    errno = kept;
}

static void catch (int number, int flags)
{
    struct sigaction action, before;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_signal;
    action.sa_flags = flags;
    if (number == SIGHUP && sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler == SIG_IGN)
        return; /* nohup stays in force */
    sigaction(number, &action, NULL);
}

fl_err fl_trigger_open(bool keys, bool signals)
{
    struct sigaction ignore;
    if (pipe(pipe_fds) != 0)
        return fl_error(FL_ERR_IO, "pipe: %s", strerror(errno));
    for (int i = 0; i < 2; i++) {
        fcntl(pipe_fds[i], F_SETFL, O_NONBLOCK);
        fcntl(pipe_fds[i], F_SETFD, FD_CLOEXEC);
    }
    reads_keys = keys;
    catch (SIGINT, (int)SA_RESETHAND);
    catch (SIGTERM, (int)SA_RESETHAND);
    catch (SIGHUP, (int)SA_RESETHAND);
    if (signals) {
        catch (SIGUSR1, SA_RESTART);
        catch (SIGUSR2, SA_RESTART);
    }
    memset(&ignore, 0, sizeof ignore);
    ignore.sa_handler = SIG_IGN; /* a closed standard output is an error, not the end */
    sigaction(SIGPIPE, &ignore, NULL);
    return fl_success();
}

void fl_trigger_close(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGUSR1, SIGUSR2};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        signal(numbers[i], i < 3 ? SIG_DFL : SIG_IGN);
    for (int i = 0; i < 2; i++) {
        close(pipe_fds[i]);
        pipe_fds[i] = -1;
    }
}

int fl_trigger_interrupted(void)
{
    return atomic_load(&interrupted);
}

static enum fl_event read_pipe(void)
{
    char byte;
    if (read(pipe_fds[0], &byte, 1) != 1)
        return FL_EVENT_NONE;
    return byte == 's' ? FL_EVENT_SHOOT : FL_EVENT_QUIT;
}

/* A line: x ends, any other takes a picture. */
static enum fl_event read_keys(void)
{
    char line[256];
    ssize_t n = read(STDIN_FILENO, line, sizeof line);
    if (n <= 0) {
        reads_keys = false; /* no keyboard any more: signals and time go on */
        return FL_EVENT_NONE;
    }
    return memchr(line, 'x', (size_t)n) || memchr(line, 'X', (size_t)n) ? FL_EVENT_QUIT
                                                                        : FL_EVENT_SHOOT;
}

enum fl_event fl_trigger_wait(double until_s)
{
    for (;;) {
        struct pollfd fds[2] = {{pipe_fds[0], POLLIN, 0},
                                {reads_keys ? STDIN_FILENO : -1, POLLIN, 0}};
        double left_s = until_s - fl_console_clock();
        double wait_s = left_s > 0.0 ? left_s < POLL_MAX_S ? left_s : POLL_MAX_S : 0.0;
        enum fl_event event = FL_EVENT_NONE;
        int ready = poll(fds, 2, (int)ceil(1e3 * wait_s));
        if (ready > 0 && fds[0].revents)
            event = read_pipe();
        else if (ready > 0 && fds[1].revents)
            event = read_keys();
        if (event != FL_EVENT_NONE || atomic_load(&interrupted))
            return atomic_load(&interrupted) ? FL_EVENT_QUIT : event;
        if (left_s <= 0.0)
            return FL_EVENT_NONE;
    }
}
