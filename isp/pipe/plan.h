/* Plans: which rows of which stage are needed for a strip, and how large the rings are. Pure
 * arithmetic. */
#ifndef FL_PLAN_H
#define FL_PLAN_H

#include "stage.h"

#define FL_MAX_STAGES 64
#define FL_BLOCK_ROWS 16 /* rows that pass through a segment at a time; a multiple of FL_CELL */

/* A stage that has been prepared for one frame. */
struct fl_step {
    const struct fl_stage *stage;
    void *state;
    struct fl_prepared prepared;
    struct fl_flow out; /* what leaves it */
    int report;         /* index of its line in the report */
};

/* Steps that run together: a gather step first, then row steps. */
struct fl_segment {
    const struct fl_step *step;
    int count;
    int width, height; /* of every step's output */
};

/* Where the finished rows of a segment go. Called from several threads with different rows;
 * y0 is a multiple of FL_BLOCK_ROWS and n is FL_BLOCK_ROWS unless the picture ends. */
struct fl_sink {
    void (*rows)(void *user, const struct fl_rows *rows);
    void *user;
};

/* A plane of a group's output. */
struct fl_plan_plane {
    int shared;    /* it is this plane of the group before, in the same memory; -1: its own */
    int pad_x;     /* pixels kept valid left and right, for all that read the memory */
    int ring_rows; /* rows of it, so that the last reader finds what it needs; multiple of align */
};

/* How a segment is cut for the row executor. A group is a step with a ring of its own and the
 * in-place steps that run on the same rows right after it. */
struct fl_plan_group {
    int first, last; /* steps */
    int halo_y;      /* rows around a block that the first step reads of the group before */
    struct fl_plan_plane plane[FL_MAX_PLANES];
};

struct fl_plan {
    int groups;
    struct fl_plan_group group[FL_MAX_STAGES];
    int align;      /* rows start at multiples of this: 2^(largest shift), at least 2 */
    int block_rows; /* that a group makes at a time; a multiple of align */
    int strip_rows; /* a multiple of FL_BLOCK_ROWS */
    int strips;
    size_t scratch_size; /* for any step that does not keep its own, */
    size_t kept_size;    /* for all that do, */
    size_t kept_most;    /* and for any of them */
};

/* strip_rows 0: chosen from the height and the number of workers. */
void fl_plan_make(const struct fl_segment *segment, int strip_rows, int workers,
                  struct fl_plan *plan);

struct fl_exec {
    const struct fl_runner *runner;
    int strip_rows;
    bool (*cancelled)(void *user, double done); /* from any thread; may be NULL; done 0..1 */
    void *cancel_user;
    double *seconds; /* workers x FL_REPORT_STAGES, by step.report; may be NULL */
};

/* Run a segment into a sink. in: planes of the segment before, NULL for the first. The two agree
 * to the bit. Errors: FL_ERR_MEMORY, FL_ERR_CANCELLED. */
fl_err fl_exec_rows(const struct fl_exec *exec, const struct fl_segment *segment,
                    const struct fl_planes *in, const struct fl_sink *sink);
fl_err fl_exec_frame(const struct fl_exec *exec, const struct fl_segment *segment,
                     const struct fl_planes *in, const struct fl_sink *sink);

#endif
