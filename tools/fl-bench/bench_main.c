/* fl-bench: how fast the kernels, the stages and the presets are on this machine. */
#include "bench.h"

#include "console.h"
#include "json.h"
#include "options.h"
#include "values.h"

#include "firstlight/source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TOOL "fl-bench"

enum { EXIT_FAILED = 1, EXIT_USAGE = 2 };

static const char *const presets[] = {"all", "balanced", "fast", "best", NULL};

static fl_err parse_size(void *field, const char *value)
{
    struct bench_options *o = field;
    return fl_value_size(value, 0, &o->width, &o->height);
}

static fl_err parse_cpu(void *field, const char *value)
{
    enum fl_cpu cpu;
    FL_TRY(fl_cpu_parse(value, &cpu));
    if (!fl_cpu_available(cpu))
        return fl_error(FL_ERR_RANGE, "this machine or build does not have it");
    *(enum fl_cpu *)field = cpu;
    return fl_success();
}

static const struct fl_opt what_options[] = {
    FL_HEADING("What"),
    FL_CHOICE(bench_options, preset, "preset", 0, presets, "Develop with this preset only"),
    FL_FLAG(bench_options, stages, "stages", 0, 0, "A line for each stage of the presets as well"),
    FL_FLAG(bench_options, kernels, "kernels", 0, 0, "The kernels, without the presets"),
    {0}};

static const struct fl_opt size_option[] = {FL_HEADING("How"),
                                            {.name = "size",
                                             .type = FL_OPT_CUSTOM,
                                             .parse = parse_size,
                                             .value = "WxH",
                                             .def = "4056x3040",
                                             .doc = "Size of the simulated frame, even numbers"},
                                            {0}};

static const struct fl_opt how_options[] = {
    FL_NUMBER(bench_options, iso, "iso", 0, 100, 25600, "N", NULL,
              "Noise of the frame, as of a small sensor at this ISO"),
    FL_TEXT(bench_options, scene, "scene", 0, 0, "NAME", "leaves", "Scene of the frame"),
    FL_INT(bench_options, threads, "threads", 0, 0, 256, "0, first one and then one a core",
           "Threads"),
    FL_CUSTOM(bench_options, cpu, "cpu", 0, parse_cpu, "auto|scalar|sse4|avx2|avx512|neon", "auto",
              "Instruction set; auto measures kernels with all of them"),
    FL_INT(bench_options, repeat, "repeat", 0, 1, 1000, NULL,
           "Developments that a median is made of, after one to warm up"),
    FL_HEADING("Reports"),
    FL_FLAG(bench_options, json, "json", 0, 0, "A JSON object a line"),
    FL_FLAG(bench_options, help, "help", 'h', 0, "This text"),
    FL_FLAG(bench_options, version, "version", 0, 0, "Version"),
    {0}};

static void set_up(struct bench_options *o, struct fl_opt_set sets[4])
{
    memset(o, 0, sizeof *o);
    o->width = 4056;
    o->height = 3040;
    o->iso = 1600;
    o->repeat = 5;
    o->scene = "leaves";
    sets[0] = (struct fl_opt_set){what_options, o};
    sets[1] = (struct fl_opt_set){size_option, o};
    sets[2] = (struct fl_opt_set){how_options, o};
    sets[3] = (struct fl_opt_set){NULL, NULL};
}

static int help(void)
{
    struct bench_options o;
    struct fl_opt_set sets[4];
    set_up(&o, sets);
    printf("Usage: fl-bench [options]\n\n"
           "Measures how fast this machine develops a simulated frame, without reading and\n"
           "writing files: each kernel, each preset and, with --stages, each stage.\n");
    fl_opt_help(sets, stdout);
    printf("\nExit status: 0 done, 1 failed, 2 wrong usage.\n");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILED;
}

static void print(struct fl_console *console, const struct fl_text *line)
{
    fl_console_print(console, fl_text_get(line));
}

static void print_kernel(struct fl_console *console, bool as_json, const struct bench_kernel *k)
{
    struct fl_text line = {0};
    struct fl_json json = {.out = &line};
    if (as_json) {
        fl_json_begin_object(&json, NULL);
        fl_json_string(&json, "kernel", k->name);
        fl_json_string(&json, "cpu", fl_cpu_name(k->cpu));
        fl_json_number(&json, "ns_per_pixel", k->ns);
        fl_json_number(&json, "ratio_to_scalar", k->scalar_ns / k->ns);
        fl_json_end_object(&json);
    } else {
        fl_text_printf(&line, "%-20s %-7s %8.3f ns/pixel %7.1f x scalar", k->name,
                       fl_cpu_name(k->cpu), k->ns, k->scalar_ns / k->ns);
    }
    print(console, &line);
    fl_text_free(&line);
}

static fl_err run_kernels(struct fl_console *console, const struct bench_options *o)
{
    struct bench_kernel kernel;
    FL_TRY(bench_kernels_open());
    for (int i = 0; bench_kernel_run(i, FL_CPU_SCALAR, &kernel); i++) {
        kernel.scalar_ns = kernel.ns;
        for (int cpu = FL_CPU_SCALAR; cpu <= FL_CPU_NEON; cpu++) {
            if ((o->cpu != FL_CPU_AUTO && (int)o->cpu != cpu) ||
                !fl_cpu_available((enum fl_cpu)cpu))
                continue;
            bench_kernel_run(i, (enum fl_cpu)cpu, &kernel);
            print_kernel(console, o->json, &kernel);
        }
    }
    bench_kernels_close();
    return fl_success();
}

static void common_keys(struct fl_json *json, const struct bench_options *o,
                        const struct bench_run *run)
{
    fl_json_string(json, "preset", presets[run->preset + 1]);
    fl_json_int(json, "width", o->width);
    fl_json_int(json, "height", o->height);
    fl_json_number(json, "iso", o->iso);
    fl_json_string(json, "cpu", fl_cpu_name(run->report.cpu));
    fl_json_int(json, "threads", run->report.threads);
}

static void print_run(struct fl_console *console, const struct bench_options *o,
                      const struct bench_run *run)
{
    double megapixels = 1e-6 * o->width * o->height;
    struct fl_text line = {0};
    struct fl_json json = {.out = &line};
    if (o->json) {
        fl_json_begin_object(&json, NULL);
        common_keys(&json, o, run);
        fl_json_number(&json, "mp_per_s", 1e3 * megapixels / run->wall_ms);
        fl_json_number(&json, "wall_ms", run->wall_ms);
        fl_json_number(&json, "cpu_ms", run->cpu_ms);
        fl_json_number(&json, "peak_rss_mb", run->peak_rss_mb);
        fl_json_number(&json, "bytes_moved", run->bytes_moved);
        fl_json_int(&json, "repeat", o->repeat);
        fl_json_end_object(&json);
    } else {
        fl_text_printf(&line,
                       "%-8s %dx%d ISO %g %s, %d thread%s: %.1f MP/s, %.1f ms (%.1f ms of CPU), "
                       "%.0f MB",
                       presets[run->preset + 1], o->width, o->height, o->iso,
                       fl_cpu_name(run->report.cpu), run->report.threads,
                       run->report.threads == 1 ? "" : "s", 1e3 * megapixels / run->wall_ms,
                       run->wall_ms, run->cpu_ms, run->peak_rss_mb);
    }
    print(console, &line);
    fl_text_free(&line);
}

static void print_stage(struct fl_console *console, const struct bench_options *o,
                        const struct bench_run *run, int stage)
{
    double ns = 1e6 * run->stage_ms[stage] / ((double)o->width * o->height);
    const char *name = run->report.stage[stage].name;
    struct fl_text line = {0};
    struct fl_json json = {.out = &line};
    if (o->json) {
        fl_json_begin_object(&json, NULL);
        fl_json_string(&json, "stage", name);
        common_keys(&json, o, run);
        fl_json_number(&json, "ns_per_pixel", ns);
        fl_json_number(&json, "ms", run->stage_ms[stage]);
        fl_json_end_object(&json);
    } else {
        fl_text_printf(&line, "  %-26s %8.2f ms %8.3f ns/pixel", name, run->stage_ms[stage], ns);
    }
    print(console, &line);
    fl_text_free(&line);
}

static fl_err run_preset(struct fl_console *console, const struct bench_options *o,
                         const struct fl_frame *raw, enum fl_preset preset, int threads)
{
    struct bench_run run;
    memset(&run, 0, sizeof run);
    run.preset = preset;
    run.threads = threads;
    FL_TRY(bench_develop(o, raw, &run));
    print_run(console, o, &run);
    for (int i = 0; o->stages && i < run.report.stage_count; i++)
        if (!run.report.stage[i].bypassed)
            print_stage(console, o, &run, i);
    return fl_success();
}

static fl_err run_presets(struct fl_console *console, const struct bench_options *o)
{
    const struct fl_sim_config config = {
        .scene = o->scene, .width = o->width, .height = o->height, .iso = o->iso};
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    struct fl_frame *raw;
    fl_err err = fl_sim_capture(&config, &raw);
    for (int p = FL_PRESET_BALANCED; p <= FL_PRESET_BEST; p++) {
        if (o->preset != 0 && o->preset != p + 1)
            continue;
        if (err.code == FL_OK)
            err = run_preset(console, o, raw, (enum fl_preset)p, o->threads ? o->threads : 1);
        if (err.code == FL_OK && !o->threads && cores > 1)
            err = run_preset(console, o, raw, (enum fl_preset)p, (int)cores);
    }
    fl_frame_unref(raw);
    return err;
}

static int run(const struct bench_options *o, const struct fl_text_list *operands)
{
    struct fl_console console;
    fl_err err = fl_success();
    if (o->help)
        return help();
    if (o->version) {
        printf(TOOL " (firstlight) %s\n", FL_VERSION);
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILED;
    }
    if (operands->count > 0 || (o->kernels && (o->preset || o->stages))) {
        fprintf(stderr, TOOL ": %s\n",
                operands->count > 0 ? "takes no input; frames are simulated"
                                    : "--kernels leaves the presets and stages out");
        return EXIT_USAGE;
    }
    fl_console_open(&console, TOOL, true);
    if (o->kernels || !(o->preset || o->stages))
        err = run_kernels(&console, o);
    if (err.code == FL_OK && !o->kernels)
        err = run_presets(&console, o);
    if (!fl_console_close(&console) && err.code == FL_OK)
        err = fl_error(FL_ERR_IO, "standard output could not be written");
    if (err.code != FL_OK)
        fprintf(stderr, TOOL ": %s\n", err.message);
    return err.code == FL_OK ? EXIT_SUCCESS : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    struct bench_options o;
    struct fl_opt_set sets[4];
    struct fl_text_list operands = {0};
    fl_err err;
    int status = EXIT_USAGE;
    set_up(&o, sets);
    err = fl_opt_parse(sets, argc, argv, &operands);
    if (err.code == FL_OK)
        status = run(&o, &operands);
    else
        fprintf(stderr, TOOL ": %s\n", err.message);
    fl_text_list_free(&operands);
    return status;
}
