/* One preset from frame to frame, several times over, in a process of its own. */
#include "bench.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MAX_REPEAT 1000

static double clock_ms(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return 1e3 * (double)t.tv_sec + 1e-6 * (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double bench_median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 ? values[count / 2] : 0.5 * (values[count / 2 - 1] + values[count / 2]);
}

/* What one process measures, run by run. */
struct series {
    double wall[MAX_REPEAT], cpu[MAX_REPEAT];
    double stage[FL_REPORT_STAGES][MAX_REPEAT];
};

/* The raw is read twice, once by each pass; the picture is written once. All between stays in the
 * cache, unless a stage needs whole planes. */
static double bytes_moved(const struct fl_frame *raw, const struct fl_frame *picture)
{
    return 2.0 * (double)fl_format_row_bytes(&raw->format, raw->width) * raw->height +
           (double)fl_format_row_bytes(&picture->format, picture->width) * picture->height;
}

/* A picture that every run is made into, as a camera would: fresh memory would cost as much as the
 * fast chain itself. */
static fl_err keep_picture(void *user, const struct fl_frame *picture)
{
    struct fl_frame **kept = user;
    return *kept ? fl_success()
                 : fl_frame_new(picture->width, picture->height, &picture->format, kept);
}

static void *picture_row(void *user, int y)
{
    struct fl_frame **kept = user;
    return (char *)(*kept)->plane[0] + (size_t)y * (*kept)->stride[0];
}

static void row_done(void *user, int y)
{
    (void)user;
    (void)y;
}

static fl_err develop_once(struct fl_pipeline *pipeline, const struct fl_frame *raw, int index,
                           struct fl_frame **picture, struct bench_run *run, struct series *series)
{
    const struct fl_picture_sink sink = {keep_picture, picture_row, row_done, picture};
    struct fl_settings settings = fl_settings_default();
    double wall = clock_ms(CLOCK_MONOTONIC), cpu = clock_ms(CLOCK_PROCESS_CPUTIME_ID);
    settings.preset = run->preset;
    FL_TRY(fl_pipeline_run_rows(pipeline, raw, &settings, &sink, &run->report));
    if (index >= 0) { /* below: to warm up */
        series->wall[index] = clock_ms(CLOCK_MONOTONIC) - wall;
        series->cpu[index] = clock_ms(CLOCK_PROCESS_CPUTIME_ID) - cpu;
        for (int i = 0; i < run->report.stage_count; i++)
            series->stage[i][index] = 1e3 * run->report.stage[i].seconds;
    }
    run->bytes_moved = bytes_moved(raw, *picture);
    return fl_success();
}

static fl_err develop_all(const struct bench_options *options, const struct fl_frame *raw,
                          struct bench_run *run)
{
    struct fl_pipeline_config config = {.cpu = options->cpu, .threads = run->threads};
    struct fl_pipeline *pipeline;
    struct series *series = calloc(1, sizeof *series);
    struct fl_frame *picture = NULL;
    struct rusage usage;
    fl_err err;
    if (!series)
        return fl_error(FL_ERR_MEMORY, "out of memory");
    err = fl_pipeline_new(&config, &pipeline);
    for (int i = -1; err.code == FL_OK && i < options->repeat; i++)
        err = develop_once(pipeline, raw, i, &picture, run, series);
    getrusage(RUSAGE_SELF, &usage);
    run->peak_rss_mb = (double)usage.ru_maxrss / 1024.0;
    run->wall_ms = bench_median(series->wall, options->repeat);
    run->cpu_ms = bench_median(series->cpu, options->repeat);
    for (int i = 0; i < run->report.stage_count; i++)
        run->stage_ms[i] = bench_median(series->stage[i], options->repeat);
    fl_pipeline_free(pipeline);
    fl_frame_unref(picture);
    free(series);
    return err;
}

/* What the child sends: names of stages are constants of the program, the same in both. */
struct message {
    fl_err err;
    struct bench_run run;
};

static void send(int fd, const struct message *m)
{
    const char *at = (const char *)m;
    size_t left = sizeof *m;
    while (left > 0) {
        ssize_t n = write(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        at += n;
        left -= (size_t)n;
    }
}

static bool receive(int fd, struct message *m)
{
    char *at = (char *)m;
    size_t left = sizeof *m;
    while (left > 0) {
        ssize_t n = read(fd, at, left);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        at += n;
        left -= (size_t)n;
    }
    return true;
}

fl_err bench_develop(const struct bench_options *options, const struct fl_frame *raw,
                     struct bench_run *run)
{
    struct message message;
    int ends[2];
    bool complete;
    pid_t child;
    if (pipe(ends) != 0)
        return fl_error(FL_ERR_IO, "no pipe: %s", strerror(errno));
    child = fork();
    if (child == 0) {
        memset(&message, 0, sizeof message);
        message.run = *run;
        close(ends[0]);
        message.err = develop_all(options, raw, &message.run);
        send(ends[1], &message);
        _exit(0);
    }
    close(ends[1]);
    complete = child > 0 && receive(ends[0], &message);
    close(ends[0]);
    if (child > 0)
        waitpid(child, NULL, 0);
    if (!complete)
        return fl_error(FL_ERR_INTERNAL, "the measuring process %s",
                        child > 0 ? "ended early" : "could not start");
    *run = message.run;
    return message.err;
}
