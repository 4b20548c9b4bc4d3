/* The whole-frame executor: every step runs over the complete picture before the next begins. The
 * obvious way, kept as the yardstick that the row executor must match to the bit. */
#include "plan.h"
#include "rows.h"

#include "mem.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* One step over the picture, in bands of FL_BLOCK_ROWS rows. */
struct pass {
    const struct fl_exec *exec;
    const struct fl_step *step;     /* NULL: hand the rows to the sink */
    const struct fl_planes *planes; /* input of a gather step */
    const struct fl_row_store *in, *out;
    const struct fl_sink *sink;
    int height, halo, band;
    float ***table; /* per worker: 2 x FL_MAX_PLANES arrays */
    size_t table_rows;
    char **scratch;
    size_t scratch_size;
    double done_before, done_share;
    atomic_int bands_done;
    int bands;
    atomic_bool stop;
};

static void tables_of(const struct pass *pass, int worker, int which, float **table[FL_MAX_PLANES])
{
    for (int p = 0; p < FL_MAX_PLANES; p++)
        table[p] = pass->table[worker] + pass->table_rows * (size_t)(which * FL_MAX_PLANES + p);
}

static bool keep_going(struct pass *pass)
{
    const struct fl_exec *e = pass->exec;
    double done;
    if (!e->cancelled)
        return true;
    done =
        (double)atomic_fetch_add_explicit(&pass->bands_done, 1, memory_order_relaxed) / pass->bands;
    if (e->cancelled(e->cancel_user, pass->done_before + done * pass->done_share))
        atomic_store_explicit(&pass->stop, true, memory_order_relaxed);
    return !atomic_load_explicit(&pass->stop, memory_order_relaxed);
}

static void run_band(void *user, int index, int worker)
{
    struct pass *pass = user;
    const struct fl_step *step = pass->step;
    int y0 = index * FL_BLOCK_ROWS;
    int n = pass->height - y0 < FL_BLOCK_ROWS ? pass->height - y0 : FL_BLOCK_ROWS;
    float **in_table[FL_MAX_PLANES], **out_table[FL_MAX_PLANES];
    struct fl_rows in, out;
    struct timespec t0, t1;

    if (!keep_going(pass))
        return;
    tables_of(pass, worker, 0, in_table);
    tables_of(pass, worker, 1, out_table);
    fl_row_store_point(pass->out, y0, n, 0, pass->height, out_table, &out);
    if (!step) {
        pass->sink->rows(pass->sink->user, &out);
        return;
    }
    clock_gettime(CLOCK_MONOTONIC, &t0);
    if (step->stage->gather) {
        step->stage->gather(step->state, pass->planes, &out, pass->scratch[worker]);
    } else {
        fl_row_store_point(pass->in, y0, n, pass->halo, pass->height, in_table, &in);
        step->stage->rows(step->state, &in, &out, pass->scratch[worker]);
    }
    clock_gettime(CLOCK_MONOTONIC, &t1);
    if (pass->exec->seconds)
        pass->exec->seconds[(size_t)worker * FL_REPORT_STAGES + (size_t)step->report] +=
            (double)(t1.tv_sec - t0.tv_sec) + 1e-9 * (double)(t1.tv_nsec - t0.tv_nsec);
}

/* Pointer tables and scratch of every worker, for the largest halo of the segment. */
static int pass_buffers(struct pass *pass, const struct fl_plan *plan, int workers)
{
    int halo = 0;
    for (int g = 0; g < plan->groups; g++)
        halo = plan->group[g].halo_y > halo ? plan->group[g].halo_y : halo;
    pass->table_rows = (size_t)(FL_BLOCK_ROWS + 2 * halo);
    pass->scratch_size =
        plan->kept_most > plan->scratch_size ? plan->kept_most : plan->scratch_size;
    pass->table = calloc((size_t)workers, sizeof *pass->table);
    pass->scratch = calloc((size_t)workers, sizeof *pass->scratch);
    for (int w = 0; pass->table && pass->scratch && w < workers; w++) {
        pass->table[w] = calloc(pass->table_rows * 2 * FL_MAX_PLANES, sizeof **pass->table);
        if (pass->scratch_size)
            pass->scratch[w] = fl_aligned_alloc(pass->scratch_size);
        if (!pass->table[w] || (pass->scratch_size && !pass->scratch[w]))
            return 0;
    }
    return pass->table && pass->scratch;
}

static void pass_buffers_free(struct pass *pass, int workers)
{
    for (int w = 0; w < workers; w++) {
        if (pass->table)
            free(pass->table[w]);
        if (pass->scratch)
            fl_aligned_free(pass->scratch[w]);
    }
    free(pass->table);
    free(pass->scratch);
}

/* The whole picture, nothing shared. */
struct picture {
    struct fl_row_store store;
    void *memory;
};

static int new_picture(struct picture *p, const struct fl_segment *segment,
                       const struct fl_plan_group *group, const struct fl_layout *layout)
{
    struct fl_row_need need[FL_MAX_PLANES];
    fl_aligned_free(p->memory);
    p->memory = NULL;
    for (int i = 0; i < layout->planes; i++)
        need[i] = (struct fl_row_need){-1, segment->height, group->plane[i].pad_x};
    if (!fl_row_store_init(&p->store, layout, segment->width, need, NULL))
        return 0;
    p->memory = fl_aligned_alloc(p->store.bytes);
    if (p->memory)
        fl_row_store_place(&p->store, p->memory, NULL);
    return p->memory != NULL;
}

/* Runs all steps; picture[0] and picture[1] alternate. Returns the result or NULL. */
static struct fl_row_store *run_steps(struct pass *pass, const struct fl_segment *segment,
                                      const struct fl_plan *plan, struct picture picture[2])
{
    const struct fl_runner *runner = pass->exec->runner;
    int current = 0, group = -1;
    for (int i = 0; i < segment->count; i++) {
        const struct fl_step *step = &segment->step[i];
        bool begins_group = group + 1 < plan->groups && plan->group[group + 1].first == i;
        if (begins_group) {
            group++;
            current ^= 1;
            if (!new_picture(&picture[current], segment, &plan->group[group], &step->out.layout))
                return NULL;
        }
        for (int w = 0; step->prepared.keeps_scratch && w < runner->workers; w++)
            memset(pass->scratch[w], 0, pass->scratch_size);
        pass->step = step;
        pass->halo = begins_group ? plan->group[group].halo_y : 0;
        pass->in = &picture[begins_group ? current ^ 1 : current].store;
        pass->out = &picture[current].store;
        pass->done_before = (double)i / segment->count;
        atomic_store(&pass->bands_done, 0);
        runner->run(runner->self, pass->bands, run_band, pass);
        if (i == plan->group[group].last)
            fl_row_store_mirror(&picture[current].store, 0, segment->height);
    }
    return &picture[current].store;
}

fl_err fl_exec_frame(const struct fl_exec *exec, const struct fl_segment *segment,
                     const struct fl_planes *in, const struct fl_sink *sink)
{
    struct pass pass = {.exec = exec, .planes = in, .sink = sink, .height = segment->height};
    struct picture picture[2] = {0};
    struct fl_plan plan;
    fl_err err = fl_success();
    int workers = exec->runner->workers;

    fl_plan_make(segment, exec->strip_rows, workers, &plan);
    pass.bands = (segment->height + FL_BLOCK_ROWS - 1) / FL_BLOCK_ROWS;
    pass.done_share = 1.0 / segment->count;
    atomic_init(&pass.stop, false);
    atomic_init(&pass.bands_done, 0);
    if (pass_buffers(&pass, &plan, workers)) {
        struct fl_row_store *result = run_steps(&pass, segment, &plan, picture);
        if (!result) {
            err = fl_error(FL_ERR_MEMORY, "out of memory for %dx%d float planes", segment->width,
                           segment->height);
        } else if (!atomic_load(&pass.stop)) {
            pass.step = NULL;
            pass.out = result;
            exec->runner->run(exec->runner->self, pass.bands, run_band, &pass);
        }
    } else {
        err = fl_error(FL_ERR_MEMORY, "out of memory for %d threads", workers);
    }
    pass_buffers_free(&pass, workers);
    fl_aligned_free(picture[0].memory);
    fl_aligned_free(picture[1].memory);
    if (err.code == FL_OK && atomic_load(&pass.stop))
        err = fl_error(FL_ERR_CANCELLED, "cancelled");
    return err;
}
