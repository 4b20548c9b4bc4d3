/* Runs one stage over whole planes, without the executors: prepare(), then rows() or gather() in
 * blocks of any height, with mirrored borders.
 *
 * What a stage may not rely on is made to hurt: everything around the rows that it asked for is
 * NaN, scratch holds NaN and is a heap block of exactly the size it asked for, and writes before a
 * row or beyond FL_ROW_SLACK behind it are found. */
#ifndef FL_ROWS_HARNESS_H
#define FL_ROWS_HARNESS_H

#include "stage.h"

/* Zeroed planes of width x height (unshifted); free with harness_planes_free(). */
struct fl_planes harness_planes(int width, int height, struct fl_layout layout);
void harness_planes_free(struct fl_planes *planes);

/* A pixel of a plane, in the plane's own coordinates. */
static inline float *harness_at(const struct fl_planes *planes, int plane, int x, int y)
{
    return planes->data[plane] + (size_t)y * (size_t)planes->stride[plane] + x;
}

/* A flow for a linear picture of width x height: white 1, clip 1, no noise, crop of everything. */
struct fl_flow harness_flow(int width, int height, int planes, enum fl_cfa cfa);

/* Input of prepare(). What is NULL or zero is filled with neutral values: an all-zero frame as
 * large as the flow, an active area of all of it, neutral control, default settings, the scalar
 * kernels, the stage's default parameters. */
struct harness_setup {
    const void *params;
    const struct fl_frame *frame;
    struct fl_rect active;
    const struct fl_control *control;
    const struct fl_settings *settings;
    const struct fl_kernels *kernels;
};

/* Result of a run. Everything is valid when err is success. */
struct harness_result {
    fl_err err; /* of prepare() */
    bool bypassed;
    struct fl_prepared prepared;
    struct fl_flow flow;     /* what leaves the stage */
    struct fl_planes planes; /* what it made; a copy of the input where it was bypassed */
    int guard_errors;        /* rows around which the stage wrote where it may not */
};

/* Runs a stage in blocks of block_rows rows (0: all at once; rounded up to what the layout needs).
 * in may be NULL for a stage that makes pixels from its state. */
struct harness_result harness_run(const struct fl_stage *stage, const struct harness_setup *setup,
                                  const struct fl_flow *flow, const struct fl_planes *in,
                                  int block_rows);
void harness_result_free(struct harness_result *result);

/* Number of values that differ in their bits between two sets of planes; -1 when their shapes do.
 */
long harness_differences(const struct fl_planes *a, const struct fl_planes *b);

/* Runs the stage in several block heights; returns the largest number of differing values against
 * all rows at once, -1 when prepare() fails, and counts writes out of bounds as differences. */
long harness_partition_differences(const struct fl_stage *stage, const struct harness_setup *setup,
                                   const struct fl_flow *flow, const struct fl_planes *in);

#endif
