/* fl-capture: pictures from cameras, with rpicam-still's options. */
#include "capture_camera.h"
#include "capture_session.h"
#include "capture_trigger.h"

#include <stdio.h>
#include <stdlib.h>

#define TOOL "fl-capture"

enum {
    EXIT_FAILED = 1,
    EXIT_USAGE,
    EXIT_NO_CAMERA,
    EXIT_BUSY,
    EXIT_GONE,
    EXIT_TIMEOUT,
    EXIT_SIGNAL = 128
};

static int status_of(enum fl_code code)
{
    switch (code) {
    case FL_OK:
        return EXIT_SUCCESS;
    case FL_ERR_RANGE:
        return EXIT_USAGE;
    case FL_ERR_NOT_FOUND:
        return EXIT_NO_CAMERA;
    case FL_ERR_BUSY:
        return EXIT_BUSY;
    case FL_ERR_GONE:
        return EXIT_GONE;
    case FL_ERR_TIMEOUT:
        return EXIT_TIMEOUT;
    default:
        return EXIT_FAILED;
    }
}

static int complain(fl_err err)
{
    fprintf(stderr, TOOL ": %s\n", err.message);
    return status_of(err.code);
}

static int capture(const struct fl_capture_options *options)
{
    struct fl_console console;
    int written = 0, status;
    fl_err err = fl_trigger_open(options->keypress, options->signal);
    if (err.code != FL_OK)
        return complain(err);
    fl_console_open(&console, TOOL, options->verbose == 0);
    err = fl_capture_run(options, &console, &written);
    status = err.code == FL_OK ? EXIT_SUCCESS : complain(err);
    if (fl_trigger_interrupted()) {
        fprintf(stderr, TOOL ": interrupted; %d picture%s written\n", written,
                written == 1 ? "" : "s");
        status = EXIT_SIGNAL + fl_trigger_interrupted();
    }
    if (!fl_console_close(&console) && status == EXIT_SUCCESS)
        status = complain(fl_error(FL_ERR_IO, "standard output could not be written"));
    fl_trigger_close();
    return status;
}

static void print_warning(void *user, enum fl_level level, const char *message)
{
    (void)user;
    (void)level;
    fprintf(stderr, TOOL ": %s\n", message);
}

static int run(const struct fl_capture_options *options)
{
    const struct fl_log log = {print_warning, NULL, FL_LOG_WARNING};
    setenv("LIBCAMERA_LOG_LEVELS", "*:ERROR", 0); /* its greeting is no message of ours */
    if (options->help)
        fl_capture_help();
    else if (options->version)
        printf(TOOL " (firstlight) %s\n", FL_VERSION);
    else if (options->list_cameras) {
        fl_err err = fl_capture_list_cameras(&log);
        return err.code == FL_OK ? EXIT_SUCCESS : complain(err);
    } else
        return capture(options);
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct fl_capture_options options;
    struct fl_text_list keep = {0};
    int status;
    fl_err err;
    fl_capture_options_init(&options);
    err = fl_capture_options_parse(&options, argc, argv, &keep);
    status = err.code == FL_OK       ? run(&options)
             : err.code == FL_ERR_IO ? (complain(err), EXIT_USAGE)
                                     : complain(err);
    fl_capture_options_free(&options);
    fl_text_list_free(&keep);
    return status;
}
