/* fl-convert's command line. */
#ifndef FL_CONVERT_OPTIONS_H
#define FL_CONVERT_OPTIONS_H

#include "shot.h"

/* Where results go. */
enum fl_target {
    FL_TARGET_BESIDE = 0, /* no -o: beside the input */
    FL_TARGET_FOLDER,
    FL_TARGET_TEMPLATE,
    FL_TARGET_FILE,
    FL_TARGET_STDOUT
};

struct fl_convert_options {
    struct fl_shot shot; /* as the command line says; sidecars start from it */
    const char *tuning; /* a file, a sensor, "none"; NULL: by the raw */
    const char *output;
    enum fl_target target;
    bool has_output_type; /* the output's name has the extension of a format */
    enum fl_file_type output_type;
    bool recursive, overwrite, skip_existing, no_sidecars, stop_on_error, dry_run;
    int jobs, threads, strip;
    enum fl_cpu cpu;
    enum fl_executor executor;
    bool list_params, json, quiet, verbose, help, version;
};

void fl_convert_options_init(struct fl_convert_options *options);
void fl_convert_options_free(struct fl_convert_options *options);

/* Errors: FL_ERR_RANGE (a usage error), FL_ERR_MEMORY. */
fl_err fl_convert_options_parse(struct fl_convert_options *options, int argc, char *const *argv,
                                struct fl_text_list *inputs) FL_MUST_USE;

/* The format that the output's name asks for, or NULL. */
const enum fl_file_type *fl_convert_output_type(const struct fl_convert_options *options);

/* Sets one option of a shot by its name, for sidecars. Errors: FL_ERR_RANGE. */
fl_err fl_convert_set_shot(struct fl_shot *shot, const char *key, const char *value) FL_MUST_USE;

void fl_convert_help(void);

#endif
