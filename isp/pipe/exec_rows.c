/* The row-streaming executor: rows flow through rings that stay in cache, as in silicon.
 *
 * The picture is cut into strips; a worker takes a strip and pulls its rows, a block at a
 * time, through the groups of the plan. Every group keeps its newest rows in a ring, just as many
 * as the group after it can reach. The rows around a strip are computed again by each strip, so
 * that workers share nothing. */
#include "plan.h"
#include "rows.h"

#include "mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define FEW_ROWS      4 /* that pass through steps in place at a time, or what the plan aligns to */
#define MOST_FEW_ROWS 16   /* a plan aligns to less */
#define TILE_PIXELS   2048 /* of three planes: 24 KB */

/* What one worker needs. */
struct worker {
    struct fl_row_store ring[FL_MAX_STAGES]; /* one per group */
    int next[FL_MAX_STAGES];                 /* first row not yet made, per group */
    float **table[2][FL_MAX_PLANES];         /* row pointers of input and output */
    float **table_memory;
    char *memory; /* of rings and scratch, in one piece: large pages hold it */
    void *scratch;
    void *kept[FL_MAX_STAGES]; /* scratch of steps that keep it */
    double *seconds;
};

struct job {
    const struct fl_exec *exec;
    const struct fl_segment *segment;
    const struct fl_planes *in;
    const struct fl_sink *sink;
    struct fl_plan plan;
    struct worker *worker;
    atomic_bool stop;
    atomic_int rows_done;
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void add_seconds(struct worker *w, const struct fl_step *step, double start)
{
    if (w->seconds)
        w->seconds[step->report] += now() - start;
}

static void run_step(const struct job *job, struct worker *w, int index, const struct fl_rows *in,
                     const struct fl_rows *out)
{
    const struct fl_step *step = &job->segment->step[index];
    void *scratch = step->prepared.keeps_scratch ? w->kept[index] : w->scratch;
    double start = now();
    if (step->stage->gather)
        step->stage->gather(step->state, job->in, out, scratch);
    else
        step->stage->rows(step->state, in, out, scratch);
    add_seconds(w, step, start);
}

/* Steps that take a part of the columns, so that its pixels stay in the nearest cache from the
 * first to the last of them. */
static void run_columns(const struct job *job, struct worker *w, int first, int last,
                        const struct fl_rows *rows)
{
    const int planes = job->segment->step[last].out.layout.planes;
    const int columns = TILE_PIXELS / rows->n / FL_KERNEL_SLACK * FL_KERNEL_SLACK;
    for (int x = 0; x < rows->width; x += columns) {
        float *start[FL_MAX_PLANES][MOST_FEW_ROWS];
        struct fl_rows tile = *rows;
        double begin = now();
        tile.x0 = x;
        tile.width = rows->width - x < columns ? rows->width - x : columns;
        for (int p = 0; p < planes; p++) {
            for (int y = 0; y < rows->n; y++)
                start[p][y] = rows->row[p][y] + x;
            tile.row[p] = start[p];
        }
        for (int i = first; i <= last; i++) {
            const struct fl_step *step = &job->segment->step[i];
            double end;
            step->stage->rows(step->state, &tile, &tile, w->scratch);
            end = now();
            if (w->seconds)
                w->seconds[step->report] += end - begin;
            begin = end;
        }
    }
}

/* How many steps from first on take a part of the columns. */
static int count_columns(const struct job *job, int first, int last)
{
    int i = first;
    while (i <= last && job->segment->step[i].stage->flags & FL_STAGE_COLUMNS)
        i++;
    return i - first;
}

/* All steps in place, a few rows at a time, so that the rows stay in a near cache. */
static void run_in_place(const struct job *job, struct worker *w, int first, int last,
                         const struct fl_rows *rows)
{
    const struct fl_layout *layout = &job->segment->step[last].out.layout;
    const int most = job->plan.align > FEW_ROWS ? job->plan.align : FEW_ROWS;
    for (int y = 0; y < rows->n; y += most) {
        struct fl_rows few = *rows;
        few.y0 += y;
        few.n = rows->n - y < most ? rows->n - y : most;
        for (int p = 0; p < layout->planes; p++)
            few.row[p] += y >> layout->shift[p];
        for (int i = first; i <= last;) {
            int count = count_columns(job, i, last);
            if (count > 1)
                run_columns(job, w, i, i + count - 1, &few);
            else
                run_step(job, w, i, &few, &few);
            i += count > 1 ? count : 1;
        }
    }
}

/* Runs the steps of group g for rows [y0, y0 + n): the first from the ring before (or by
 * gathering), the in-place ones on the result. */
static void run_group(struct job *job, struct worker *w, int g, int y0, int n)
{
    const struct fl_plan_group *group = &job->plan.group[g];
    int height = job->segment->height;
    struct fl_rows in, out;

    fl_row_store_point(&w->ring[g], y0, n, 0, height, w->table[1], &out);
    if (g > 0)
        fl_row_store_point(&w->ring[g - 1], y0, n, group->halo_y, height, w->table[0], &in);
    run_step(job, w, group->first, &in, &out);
    run_in_place(job, w, group->first + 1, group->last, &out);
    fl_row_store_mirror(&w->ring[g], y0, n);
}

/* Makes rows of group g up to, but not including, `end`. */
static void pull(struct job *job, struct worker *w, int g, int end)
{
    const struct fl_plan *plan = &job->plan;
    int height = job->segment->height;
    while (w->next[g] < end) {
        int y0 = w->next[g];
        int n = end - y0 < plan->block_rows ? end - y0 : plan->block_rows;
        n = (n + plan->align - 1) / plan->align * plan->align;
        n = y0 + n > height ? height - y0 : n;
        if (g > 0) {
            int needed = y0 + n + plan->group[g].halo_y;
            pull(job, w, g - 1, needed < height ? needed : height);
        }
        run_group(job, w, g, y0, n);
        w->next[g] = y0 + n;
    }
}

/* Where each group has to begin so that the strip's first row comes out right. */
static void start_strip(const struct fl_plan *plan, struct worker *w, int y0)
{
    int start = y0;
    for (int g = plan->groups - 1; g >= 0; g--) {
        w->next[g] = start > 0 ? start : 0;
        start = w->next[g] - plan->group[g].halo_y;
    }
}

static bool keep_going(struct job *job)
{
    const struct fl_exec *e = job->exec;
    double done;
    if (atomic_load_explicit(&job->stop, memory_order_relaxed))
        return false;
    if (!e->cancelled)
        return true;
    done =
        (double)atomic_load_explicit(&job->rows_done, memory_order_relaxed) / job->segment->height;
    if (e->cancelled(e->cancel_user, done))
        atomic_store_explicit(&job->stop, true, memory_order_relaxed);
    return !atomic_load_explicit(&job->stop, memory_order_relaxed);
}

static void run_strip(void *user, int index, int worker)
{
    struct job *job = user;
    struct worker *w = &job->worker[worker];
    const struct fl_plan *plan = &job->plan;
    int last = plan->groups - 1, height = job->segment->height;
    int y0 = index * plan->strip_rows;
    int end = y0 + plan->strip_rows < height ? y0 + plan->strip_rows : height;

    start_strip(plan, w, y0);
    while (y0 < end && keep_going(job)) {
        int n = end - y0 < FL_BLOCK_ROWS ? end - y0 : FL_BLOCK_ROWS;
        struct fl_rows rows;
        pull(job, w, last, y0 + n);
        fl_row_store_point(&w->ring[last], y0, n, 0, height, w->table[1], &rows);
        job->sink->rows(job->sink->user, &rows);
        atomic_fetch_add_explicit(&job->rows_done, n, memory_order_relaxed);
        y0 += n;
    }
}

static void worker_free(struct worker *w)
{
    free(w->table_memory);
    fl_aligned_free(w->memory);
}

/* Plans the rings and sums up their size; 0 where it is out of reach. */
static int plan_rings(struct worker *w, const struct job *job, size_t *bytes)
{
    const struct fl_plan *plan = &job->plan;
    for (int g = 0; g < plan->groups; g++) {
        const struct fl_plan_group *group = &plan->group[g];
        const struct fl_layout *layout = &job->segment->step[group->last].out.layout;
        struct fl_row_need need[FL_MAX_PLANES];
        for (int p = 0; p < layout->planes; p++)
            need[p] = (struct fl_row_need){group->plane[p].shared, group->plane[p].ring_rows,
                                           group->plane[p].pad_x};
        if (!fl_row_store_init(&w->ring[g], layout, job->segment->width, need,
                               g > 0 ? &w->ring[g - 1] : NULL) ||
            !fl_size_add(*bytes, w->ring[g].bytes, bytes))
            return 0;
    }
    return 1;
}

static void *take(char **at, size_t bytes)
{
    void *taken = *at;
    *at += fl_round_up(bytes, FL_ALIGN);
    return taken;
}

static int worker_init_memory(struct worker *w, const struct job *job)
{
    const struct fl_plan *plan = &job->plan;
    size_t bytes = plan->scratch_size + plan->kept_size;
    char *at;
    if (!plan_rings(w, job, &bytes) || !(w->memory = fl_aligned_alloc(bytes)))
        return 0;
    at = w->memory;
    for (int g = 0; g < plan->groups; g++)
        fl_row_store_place(&w->ring[g], take(&at, w->ring[g].bytes),
                           g > 0 ? &w->ring[g - 1] : NULL);
    for (int i = 0; i < job->segment->count; i++) {
        const struct fl_prepared *prepared = &job->segment->step[i].prepared;
        if (prepared->keeps_scratch)
            w->kept[i] = take(&at, prepared->scratch_size);
    }
    w->scratch = at;
    return 1;
}

static int worker_init(struct worker *w, const struct job *job)
{
    const struct fl_plan *plan = &job->plan;
    int longest = FL_BLOCK_ROWS;
    for (int g = 0; g < plan->groups; g++) {
        int rows = FL_BLOCK_ROWS + 2 * plan->group[g].halo_y;
        longest = rows > longest ? rows : longest;
    }
    w->table_memory = calloc((size_t)longest * 2 * FL_MAX_PLANES, sizeof *w->table_memory);
    if (!w->table_memory)
        return 0;
    for (int t = 0; t < 2; t++)
        for (int p = 0; p < FL_MAX_PLANES; p++)
            w->table[t][p] = w->table_memory + (size_t)longest * (size_t)(t * FL_MAX_PLANES + p);
    return worker_init_memory(w, job);
}

fl_err fl_exec_rows(const struct fl_exec *exec, const struct fl_segment *segment,
                    const struct fl_planes *in, const struct fl_sink *sink)
{
    struct job job = {.exec = exec, .segment = segment, .in = in, .sink = sink};
    int workers = exec->runner->workers, ready = 0;
    fl_err err = fl_success();

    fl_plan_make(segment, exec->strip_rows, workers, &job.plan);
    workers = workers < job.plan.strips ? workers : job.plan.strips;
    atomic_init(&job.stop, false);
    atomic_init(&job.rows_done, 0);
    job.worker = calloc((size_t)exec->runner->workers, sizeof *job.worker);
    while (job.worker && ready < exec->runner->workers && worker_init(&job.worker[ready], &job)) {
        if (exec->seconds)
            job.worker[ready].seconds = exec->seconds + (ptrdiff_t)ready * FL_REPORT_STAGES;
        ready++;
    }
    if (ready < exec->runner->workers)
        err = fl_error(FL_ERR_MEMORY, "out of memory for the row buffers of %d threads", workers);
    else
        exec->runner->run(exec->runner->self, job.plan.strips, run_strip, &job);
    for (int i = 0; job.worker && i <= ready && i < exec->runner->workers; i++)
        worker_free(&job.worker[i]);
    free(job.worker);
    if (err.code == FL_OK && atomic_load(&job.stop))
        err = fl_error(FL_ERR_CANCELLED, "cancelled");
    return err;
}
