/* fl-inspect: what a raw file says, what its data says, and where they disagree. */
#include "console.h"
#include "inspect_print.h"
#include "inspect_warnings.h"
#include "raw_options.h"
#include "sim_input.h"
#include "tuning_print.h"
#include "values.h"

#include "firstlight/tuning.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TOOL "fl-inspect"

enum { EXIT_SOME_FAILED = 1, EXIT_USAGE = 2 };

struct options {
    struct fl_raw_description raw;
    bool json, plot, profile, help, version;
};

static fl_err parse_size(void *field, const char *value)
{
    struct options *o = field;
    return fl_value_size(value, 0, &o->raw.width, &o->raw.height);
}

static const struct fl_opt size_option[] = {{.name = "size",
                                             .type = FL_OPT_CUSTOM,
                                             .parse = parse_size,
                                             .value = "WxH",
                                             .doc = "Size of the raw, with --raw-format"},
                                            {0}};

static const struct fl_opt report_options[] = {
    FL_HEADING("Reports"),
    FL_FLAG(options, json, "json", 0, 0, "One JSON object for each input"),
    FL_FLAG(options, plot, "plot", 0, 0,
            "A tuning file's curves, matrices and shading as an SVG picture on standard output"),
    FL_FLAG(options, profile, "profile", 0, 0,
            "A tuning file as a profile of firstlight's own (YAML) on standard output"),
    FL_FLAG(options, help, "help", 'h', 0, "This text"),
    FL_FLAG(options, version, "version", 0, 0, "Version"),
    {0}};

static void fill_sets(struct options *o, struct fl_opt_set *sets)
{
    sets[0] = (struct fl_opt_set){fl_raw_options, &o->raw};
    sets[1] = (struct fl_opt_set){size_option, o};
    sets[2] = (struct fl_opt_set){report_options, o};
    sets[3] = (struct fl_opt_set){NULL, NULL};
}

static int help(void)
{
    struct options o;
    struct fl_opt_set sets[4];
    memset(&o, 0, sizeof o);
    fill_sets(&o, sets);
    printf("Usage: fl-inspect [options] FILE...\n\n"
           "Prints what raw files say about themselves and what their data says: geometry,\n"
           "levels, colour, noise, defects, histogram, and where the two disagree.\n"
           "Of a tuning file (.json, .yaml) what it says about its sensor.\n");
    fl_opt_help(sets, stdout);
    fl_sim_input_help();
    printf("\nExit status: 0 all were read, 1 some failed, 2 wrong usage.\n");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_SOME_FAILED;
}

static void keep_message(void *user, enum fl_level level, const char *message)
{
    struct fl_inspected *in = user;
    (void)fl_text_list_add(level <= FL_LOG_WARNING ? &in->warnings : &in->notes, message);
}

static fl_err read_raw(const struct options *o, struct fl_inspected *in, struct fl_frame **raw)
{
    const struct fl_log log = {keep_message, in, FL_LOG_NOTE};
    struct stat st;
    if (fl_sim_input_is(in->input)) {
        struct fl_sim_input sim;
        FL_TRY(fl_raw_options_refuse(&o->raw));
        FL_TRY(fl_sim_input_parse(in->input, &sim));
        return fl_sim_input_capture(&sim, &log, raw);
    }
    if (stat(in->input, &st) != 0)
        return fl_error(FL_ERR_IO, "%s", strerror(errno));
    if (!S_ISREG(st.st_mode)) /* a pipe would block, a device never end */
        return fl_error(FL_ERR_IO, S_ISDIR(st.st_mode) ? "is a folder" : "not a regular file");
    return fl_source_read(in->input, &o->raw, &log, raw);
}

static fl_err measure(struct fl_inspected *in)
{
    fl_err err = fl_inspect(in->raw, &in->found);
    in->measured = err.code == FL_OK;
    if (err.code == FL_ERR_UNSUPPORTED) { /* what the file says is worth printing all the same */
        keep_message(in, FL_LOG_NOTE, err.message);
        err = fl_success();
    }
    if (err.code == FL_OK &&
        !fl_inspect_warn(in->raw, in->measured ? &in->found : NULL, &in->warnings))
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    return err;
}

static void print(struct fl_console *console, const struct options *o,
                  const struct fl_inspected *in, fl_err err)
{
    struct fl_text text = {0};
    struct fl_json json = {.out = &text};
    if (err.code != FL_OK) {
        fl_console_complain(console, in->input, err.message);
        fl_json_begin_object(&json, NULL);
        fl_json_string(&json, "input", in->input);
        fl_json_bool(&json, "ok", false);
        fl_json_string(&json, "error", fl_console_reason(in->input, err.message));
        fl_json_end_object(&json);
    } else if (o->json) {
        fl_inspect_json(in, &json);
    } else {
        fl_inspect_text(in, &text);
    }
    if (o->json || err.code == FL_OK)
        fl_console_print(console, fl_text_get(&text));
    fl_text_free(&text);
}

static void fail(struct fl_console *console, const struct options *o, const char *input, fl_err err)
{
    const struct fl_inspected in = {.input = input};
    print(console, o, &in, err);
}

static fl_err describe_tuning(const struct options *o, const char *input,
                              const struct fl_tuning *tuning, const struct fl_text_list *notes,
                              struct fl_text *text)
{
    struct fl_json json = {.out = text};
    char *profile;
    if (o->profile) {
        FL_TRY(fl_tuning_profile(tuning, &profile));
        fl_text_add(text, profile);
        free(profile);
    } else if (o->plot) {
        fl_tuning_plot(input, tuning, text);
    } else if (o->json) {
        fl_tuning_json(input, tuning, notes, &json);
    } else {
        fl_tuning_text(input, tuning, notes, text);
    }
    if (text->length > 0 && text->data[text->length - 1] == '\n' && (o->profile || o->plot))
        text->data[--text->length] = '\0'; /* the console ends lines */
    return text->failed ? fl_error(FL_ERR_MEMORY, "out of memory") : fl_success();
}

/* false when the file failed. */
static bool inspect_tuning(struct fl_console *console, const struct options *o, const char *input)
{
    struct fl_inspected in = {.input = input};
    const struct fl_log log = {keep_message, &in, FL_LOG_NOTE};
    struct fl_tuning *tuning = NULL;
    struct fl_text text = {0};
    fl_err err = fl_tuning_load(input, &log, &tuning);
    if (err.code == FL_OK)
        err = describe_tuning(o, input, tuning, &in.notes, &text);
    if (err.code == FL_OK)
        fl_console_print(console, fl_text_get(&text));
    else
        fail(console, o, input, err);
    fl_tuning_free(tuning);
    fl_text_free(&text);
    fl_text_list_free(&in.warnings);
    fl_text_list_free(&in.notes);
    return err.code == FL_OK;
}

/* false when the file failed. */
static bool inspect(struct fl_console *console, const struct options *o, const char *input)
{
    struct fl_inspected in;
    struct fl_frame *raw = NULL;
    fl_err err;
    if (fl_tuning_is_name(input))
        return inspect_tuning(console, o, input);
    memset(&in, 0, sizeof in);
    in.input = input;
    err = o->plot || o->profile ? fl_error(FL_ERR_UNSUPPORTED,
                                           "is no tuning file: --plot and --profile are for those")
                                : read_raw(o, &in, &raw);
    in.raw = raw;
    if (err.code == FL_OK)
        err = measure(&in);
    print(console, o, &in, err);
    fl_frame_unref(raw);
    fl_text_list_free(&in.warnings);
    fl_text_list_free(&in.notes);
    return err.code == FL_OK;
}

static int inspect_all(const struct options *o, const struct fl_text_list *inputs)
{
    struct fl_console console;
    int status = EXIT_SUCCESS;
    fl_console_open(&console, TOOL, true);
    for (int i = 0; i < inputs->count; i++)
        if (!inspect(&console, o, inputs->item[i]))
            status = EXIT_SOME_FAILED;
    if (!fl_console_close(&console)) {
        fprintf(stderr, TOOL ": standard output could not be written\n");
        status = EXIT_SOME_FAILED;
    }
    return status;
}

static int run(const struct options *o, const struct fl_text_list *inputs)
{
    fl_err err;
    if (o->help)
        return help();
    if (o->version) {
        printf(TOOL " (firstlight) %s\n", FL_VERSION);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_SOME_FAILED;
    }
    err = fl_raw_options_check(&o->raw);
    if (err.code == FL_OK && !o->raw.format && o->raw.width)
        err = fl_error(FL_ERR_RANGE, "--size needs --raw-format");
    if (err.code == FL_OK && o->json + o->plot + o->profile > 1)
        err = fl_error(FL_ERR_RANGE, "--json, --plot and --profile exclude each other");
    if (err.code == FL_OK && inputs->count == 0)
        err = fl_error(FL_ERR_RANGE, "no input; give raw files (--help shows everything)");
    if (err.code != FL_OK) {
        fprintf(stderr, TOOL ": %s\n", err.message);
        return EXIT_USAGE;
    }
    return inspect_all(o, inputs);
}

int main(int argc, char **argv)
{
    struct options o;
    struct fl_opt_set sets[4];
    struct fl_text_list inputs = {0};
    fl_err err;
    int status = EXIT_USAGE;
    memset(&o, 0, sizeof o);
    fill_sets(&o, sets);
    err = fl_opt_parse(sets, argc, argv, &inputs);
    if (err.code == FL_OK)
        status = run(&o, &inputs);
    else
        fprintf(stderr, TOOL ": %s\n", err.message);
    fl_text_list_free(&inputs);
    return status;
}
