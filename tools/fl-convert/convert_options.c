/* fl-convert's option tables and help. */
#include "convert_options.h"
#include "name_template.h"
#include "raw_options.h"
#include "shot_values.h"
#include "sim_input.h"

#include <string.h>
#include <sys/stat.h>

static const char *const executors[] = {"rows", "frame", NULL};

static const struct fl_opt output_options[] = {
    FL_HEADING("Output"),
    FL_TEXT(fl_convert_options, output, "output", 'o', 0, "PATH", "beside the input",
            "A file, a folder, a template, or - for standard output. Codes of a template: %n name, "
            "%d date, %t time, %c counter (%04c), %m model, %i ISO, %e extension, %%"),
    FL_FLAG(fl_convert_options, overwrite, "overwrite", 0, 0,
            "Replace files that are there; without it they are errors"),
    FL_FLAG(fl_convert_options, skip_existing, "skip-existing", 0, 0,
            "Leave out inputs whose output is there"),
    {0}};

static const struct fl_opt sensor_options[] = {
    FL_HEADING("Sensor"),
    FL_TEXT(
        fl_convert_options, tuning, "tuning", 0, 0, "FILE|SENSOR|none", "that of the sensor",
        "What is known about the sensor and its lens: a Raspberry Pi tuning file or a profile, "
        "or the name of a sensor (imx477). Raws of Raspberry Pi cameras find theirs themselves"),
    {0}};

static const struct fl_opt work_options[] = {
    FL_HEADING("Inputs and work"),
    FL_FLAG(fl_convert_options, recursive, "recursive", 'r', 0, "Folders with their sub-folders"),
    FL_FLAG(fl_convert_options, no_sidecars, "no-sidecars", 0, 0, "Ignore NAME.fl.yaml files"),
    FL_INT(fl_convert_options, jobs, "jobs", 0, 1, 64, NULL, "Files developed at one time"),
    FL_INT(fl_convert_options, threads, "threads", 0, 0, 256, "0, the cores shared by the jobs",
           "Threads of each job"),
    FL_CUSTOM(fl_convert_options, cpu, "cpu", 0, fl_parse_cpu, "auto|scalar|sse4|avx2|avx512|neon",
              "auto", "Instruction set; the result is the same to the bit"),
    FL_CHOICE(fl_convert_options, executor, "executor", 0, executors,
              "Rows stream through the chain, or whole planes; the same result"),
    FL_INT(fl_convert_options, strip, "strip", 0, 0, 65534, "0, chosen from the cache's size",
           "Rows of a strip"),
    FL_FLAG(fl_convert_options, stop_on_error, "stop-on-error", 0, 0,
            "Begin no further file after one failed"),
    FL_FLAG(fl_convert_options, dry_run, "dry-run", 'n', 0,
            "Say what would be done; read no raw and write nothing"),

    FL_HEADING("Reports"),
    FL_FLAG(fl_convert_options, json, "json", 0, 0, "One JSON object for each input on stdout"),
    FL_FLAG(fl_convert_options, quiet, "quiet", 'q', 0, "Errors only"),
    FL_FLAG(fl_convert_options, verbose, "verbose", 'v', 0, "A line for each input, and notes"),
    FL_FLAG(fl_convert_options, list_params, "list-params", 0, 0,
            "List all stages with their parameters (with --json: as JSON)"),
    FL_FLAG(fl_convert_options, help, "help", 'h', 0, "This text"),
    FL_FLAG(fl_convert_options, version, "version", 0, 0, "Version"),
    {0}};

#define SETS 6

static void fill_sets(struct fl_convert_options *options, struct fl_opt_set *sets)
{
    sets[0] = (struct fl_opt_set){output_options, options};
    sets[1] = (struct fl_opt_set){fl_shot_options, &options->shot};
    sets[2] = (struct fl_opt_set){fl_raw_options, &options->shot.raw};
    sets[3] = (struct fl_opt_set){sensor_options, options};
    sets[4] = (struct fl_opt_set){work_options, options};
    sets[5] = (struct fl_opt_set){NULL, NULL};
}

void fl_convert_options_init(struct fl_convert_options *options)
{
    memset(options, 0, sizeof *options);
    fl_shot_init(&options->shot);
    options->jobs = 1;
}

void fl_convert_options_free(struct fl_convert_options *options)
{
    fl_shot_free(&options->shot);
}

/* What -o means: see the manual page. */
static fl_err classify_output(struct fl_convert_options *options)
{
    const char *path = options->output, *extension;
    struct stat st;
    if (!path)
        return fl_success();
    if (!*path)
        return fl_error(FL_ERR_RANGE, "--output is empty");
    if (strcmp(path, "-") == 0)
        options->target = FL_TARGET_STDOUT;
    else if (path[strlen(path) - 1] == '/' || (stat(path, &st) == 0 && S_ISDIR(st.st_mode)))
        options->target = FL_TARGET_FOLDER;
    else
        options->target = strchr(path, '%') ? FL_TARGET_TEMPLATE : FL_TARGET_FILE;
    if (options->target == FL_TARGET_TEMPLATE) {
        fl_err err = fl_name_check(path);
        if (err.code != FL_OK)
            return fl_error_context(err, "--output '%.100s'", path);
    }
    extension = fl_name_extension(fl_name_of(path));
    if (options->target == FL_TARGET_TEMPLATE || options->target == FL_TARGET_FILE)
        options->has_output_type =
            fl_file_type_parse(extension, &options->output_type).code == FL_OK;
    return fl_success();
}

fl_err fl_convert_options_parse(struct fl_convert_options *options, int argc, char *const *argv,
                                struct fl_text_list *inputs)
{
    struct fl_opt_set sets[SETS];
    fill_sets(options, sets);
    FL_TRY(fl_opt_parse(sets, argc, argv, inputs));
    if (options->overwrite && options->skip_existing)
        return fl_error(FL_ERR_RANGE, "--overwrite and --skip-existing exclude each other");
    if (options->quiet && options->verbose)
        return fl_error(FL_ERR_RANGE, "--quiet and --verbose exclude each other");
    FL_TRY(classify_output(options));
    if (options->target == FL_TARGET_STDOUT && options->json)
        return fl_error(FL_ERR_RANGE, "--json and --output - both need standard output");
    return fl_success();
}

const enum fl_file_type *fl_convert_output_type(const struct fl_convert_options *options)
{
    return options->has_output_type ? &options->output_type : NULL;
}

fl_err fl_convert_set_shot(struct fl_shot *shot, const char *key, const char *value)
{
    const struct fl_opt_set sets[] = {
        {fl_shot_options, shot}, {fl_raw_options, &shot->raw}, {NULL, NULL}};
    return fl_opt_set_value(sets, FL_OPT_PER_SHOT, key, value);
}

void fl_convert_help(void)
{
    struct fl_convert_options options;
    struct fl_opt_set sets[SETS];
    fl_convert_options_init(&options);
    fill_sets(&options, sets);
    printf("Usage: fl-convert [options] INPUT...\n\n"
           "Develops raw files into pictures. An input is a raw file, a folder, or a\n"
           "simulated capture. A file NAME.fl.yaml or NAME.EXT.fl.yaml beside a raw\n"
           "overrides options for that shot: 'ev: 0.5', 'wb: 5500K',\n"
           "'set: {tone.contrast: 1.1}'.\n");
    fl_opt_help(sets, stdout);
    fl_sim_input_help();
    printf("\nExamples:\n"
           "  fl-convert IMG_0001.dng                      IMG_0001.jpg beside it\n"
           "  fl-convert -r --jobs 4 -o out/ card/         a whole card\n"
           "  fl-convert -o '%%d/%%n_%%04c.%%e' --format tiff --bits 16 *.NEF\n"
           "  fl-convert --preset best --wb 5200K --ev 0.3 IMG_0001.dng\n"
           "  fl-convert --raw-format SRGGB10_CSI2P --size 4056x3040 --black 256 frame.raw\n"
           "  fl-convert sim:chart,iso=1600\n"
           "\nExit status: 0 all converted, 1 some failed, 2 wrong usage, 130 interrupted.\n");
    fl_convert_options_free(&options);
}
