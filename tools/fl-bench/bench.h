/* What the parts of fl-bench share. */
#ifndef FL_BENCH_H
#define FL_BENCH_H

#include "firstlight/firstlight.h"

struct bench_options {
    int preset; /* 0 all, otherwise enum fl_preset + 1, by the choices below */
    int width, height;
    int threads; /* 0: one, and one per core */
    int repeat;
    double iso;
    enum fl_cpu cpu;
    const char *scene;
    bool kernels, stages, json, help, version;
};

/* One development without reading and writing files, repeated. */
struct bench_run {
    enum fl_preset preset;
    int threads;
    double wall_ms, cpu_ms; /* medians */
    double peak_rss_mb;     /* of the process that ran it, with the frame in it */
    double bytes_moved;     /* raw and picture, between memory and chip */
    struct fl_report report;
    double stage_ms[FL_REPORT_STAGES]; /* medians, summed over threads */
};

/* Runs in a process of its own, so that peak memory belongs to this run alone. */
fl_err bench_develop(const struct bench_options *options, const struct fl_frame *raw,
                     struct bench_run *run) FL_MUST_USE;

/* Time of one kernel for one pixel of its output. */
struct bench_kernel {
    const char *name;
    enum fl_cpu cpu;
    double ns, scalar_ns;
};

/* Kernel `index`, with the instruction set of `cpu`, which must be available; false past the end.
 * scalar_ns is left alone. */
bool bench_kernel_run(int index, enum fl_cpu cpu, struct bench_kernel *out);

/* Room for the kernels' rows. Errors: FL_ERR_MEMORY. */
fl_err bench_kernels_open(void) FL_MUST_USE;
void bench_kernels_close(void);

/* The value in the middle; sorts. */
double bench_median(double *values, int count);

#endif
