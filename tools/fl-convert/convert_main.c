/* fl-convert: raw files become pictures. */
#include "batch.h"
#include "convert_job.h"
#include "convert_report.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TOOL "fl-convert"

enum { EXIT_SOME_FAILED = 1, EXIT_USAGE = 2, EXIT_SIGNAL = 128 };

#define JOBS_MAX 64

/* The one thing that a signal handler can reach. */
static atomic_int interrupted;

static void on_signal(int number)
{
    atomic_store(&interrupted, number);
}

/* The first signal lets the files under way stop cleanly, the second ends the program at once. */
static void catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action, before;
    memset(&action, 0, sizeof action);
    sigemptyset(&action.sa_mask);
    action.sa_handler = on_signal;
    action.sa_flags = (int)SA_RESETHAND;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if (numbers[i] != SIGHUP || sigaction(SIGHUP, NULL, &before) != 0 ||
            before.sa_handler != SIG_IGN) /* nohup stays in force */
            sigaction(numbers[i], &action, NULL);
    action.sa_handler = SIG_IGN; /* a closed standard output is an error, not the end */
    action.sa_flags = 0;
    sigaction(SIGPIPE, &action, NULL);
}

static void *job_thread(void *job)
{
    fl_job_run(job);
    return NULL;
}

/* Runs the other jobs on threads of their own, and the first one here. A job that cannot be begun
 * is done without: the others take its files. */
static void run_jobs(struct fl_batch *batch, struct fl_job *first)
{
    const int jobs = batch->options->jobs;
    struct fl_job *job = calloc(JOBS_MAX, sizeof *job);
    pthread_t thread[JOBS_MAX];
    int started = 0;
    for (int i = 1; job && i < jobs && i < batch->count && i < JOBS_MAX; i++) {
        fl_err err = fl_job_open(&job[started], batch);
        if (err.code == FL_OK &&
            pthread_create(&thread[started], NULL, job_thread, &job[started]) == 0) {
            started++;
            continue;
        }
        fl_job_close(&job[started]);
        break;
    }
    fl_job_run(first);
    for (int i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
        fl_job_close(&job[i]);
    }
    free(job);
}

/* What a terminal is told at the end. */
static void summarise(const struct fl_batch *batch, double begin_s)
{
    const struct fl_console *console = batch->console;
    struct fl_text text = {0};
    int signal_number = atomic_load(&interrupted);
    int converted = atomic_load(&batch->converted), failed = atomic_load(&batch->failed);
    int skipped = atomic_load(&batch->skipped);
    if (signal_number)
        fl_text_printf(&text, "interrupted; ");
    else if (!console->progress || batch->options->dry_run)
        return;
    fl_text_printf(&text, "%d of %d converted", converted, batch->count);
    if (skipped)
        fl_text_printf(&text, ", %d skipped", skipped);
    if (failed)
        fl_text_printf(&text, ", %d failed", failed);
    fl_text_printf(&text, " in %.1f s", fl_console_clock() - begin_s);
    fl_console_complain(batch->console, NULL, fl_text_get(&text));
    fl_text_free(&text);
}

static int exit_status(const struct fl_batch *batch)
{
    if (atomic_load(&interrupted))
        return EXIT_SIGNAL + atomic_load(&interrupted);
    return atomic_load(&batch->failed) ? EXIT_SOME_FAILED : EXIT_SUCCESS;
}

static int usage_error(const char *message)
{
    fprintf(stderr, TOOL ": %s\n", message);
    return EXIT_USAGE;
}

static int failure(fl_err err)
{
    if (err.code == FL_ERR_MEMORY) {
        fprintf(stderr, TOOL ": %s\n", err.message);
        return EXIT_SOME_FAILED;
    }
    return usage_error(err.message);
}

/* The batch with its first job open: plan, run, report. */
static int run_batch(struct fl_batch *batch, struct fl_job *first,
                     const struct fl_text_list *inputs)
{
    double begin_s = fl_console_clock();
    fl_err err;
    batch->pipeline = first->pipeline;
    err = fl_shot_apply(&batch->shot, first->pipeline);
    if (err.code != FL_OK)
        return failure(fl_error_context(err, "--set"));
    err = fl_batch_plan(batch, inputs);
    if (err.code != FL_OK)
        return failure(err);
    catch_signals();
    fl_console_begin(batch->console, batch->count);
    run_jobs(batch, first);
    summarise(batch, begin_s);
    return exit_status(batch);
}

static int convert(const struct fl_convert_options *options, const struct fl_text_list *inputs)
{
    struct fl_console console;
    struct fl_batch batch = {.options = options, .console = &console, .interrupted = &interrupted};
    struct fl_job first;
    fl_err err;
    int status;
    if (!fl_shot_copy(&batch.shot, &options->shot))
        return failure(fl_error(FL_ERR_MEMORY, "out of memory"));
    err = fl_shot_finish(&batch.shot, fl_convert_output_type(options));
    if (err.code == FL_OK)
        err = fl_error_context(fl_tuning_choice_new(options->tuning, NULL, &batch.tunings),
                               "--tuning");
    if (err.code != FL_OK) {
        fl_shot_free(&batch.shot);
        return failure(err);
    }
    pthread_mutex_init(&batch.claims_lock, NULL);
    fl_console_open(&console, TOOL, options->quiet);
    err = fl_job_open(&first, &batch);
    status = err.code == FL_OK ? run_batch(&batch, &first, inputs) : failure(err);
    fl_job_close(&first);
    fl_batch_free(&batch);
    fl_tuning_choice_free(batch.tunings);
    if (!fl_console_close(&console) && status == EXIT_SUCCESS) {
        fprintf(stderr, TOOL ": standard output could not be written\n");
        status = EXIT_SOME_FAILED;
    }
    return status;
}

static int run(const struct fl_convert_options *options, const struct fl_text_list *inputs)
{
    if (options->help) {
        fl_convert_help();
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_SOME_FAILED;
    }
    if (options->version) {
        printf(TOOL " (firstlight) %s\n", FL_VERSION);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_SOME_FAILED;
    }
    if (options->list_params)
        return fl_report_params(options->json) ? EXIT_SUCCESS : EXIT_SOME_FAILED;
    if (inputs->count == 0)
        return usage_error("no input; give raw files or folders (--help shows everything)");
    return convert(options, inputs);
}

int main(int argc, char **argv)
{
    struct fl_convert_options options;
    struct fl_text_list inputs = {0};
    fl_err err;
    int status;
    fl_convert_options_init(&options);
    err = fl_convert_options_parse(&options, argc, argv, &inputs);
    status = err.code == FL_OK ? run(&options, &inputs) : failure(err);
    fl_text_list_free(&inputs);
    fl_convert_options_free(&options);
    return status;
}
