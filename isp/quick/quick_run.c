/* Runs the 16-bit chain: a worker takes a strip and pulls its rows, one at a time, through rings
 * just long enough for the rows that the next loop reads. Borders are mirrored as everywhere. */
#include "quick.h"

#include "mem.h"
#include "quick_hooks.h"
#include "unpack_row.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Rows that a loop reads above and below its own. */
#define REPAIR_REACH     2
#define DIFFERENCE_REACH 3
#define COLOR_REACH      2
#define SHARPEN_REACH    1

/* Capacities of the rings: at least the rows between the oldest one read and the newest. */
#define CODED_ROWS      8
#define FIXED_ROWS      8
#define DIFFERENCE_ROWS 8
#define FINISHED_ROWS   4

#define GAIN_STEP        16  /* rows between those whose gains are computed where they are smooth */
#define BLOCK            64  /* pairs that encode() may read at a time */
#define LEAST_STRIP_ROWS 256 /* so that rows computed twice are a small share */

struct worker {
    int16_t *memory;
    int16_t *coded, *fixed, *difference; /* rings; rows as below */
    uint8_t *finished;
    int16_t *gain[2];       /* of the current row, by phase */
    int16_t *knot[2][2][2]; /* of computed rows: parity, alternating, phase */
    int knot_row[2][2];     /* which they are; -1: none */
    uint16_t *codes;
    uint8_t *pixels;
    float *row_gain, *gain_work;
    int next_coded, next_fixed, next_difference, next_finished; /* first row not made yet */
};

struct job {
    const struct fl_quick *q;
    const struct fl_exec *exec;
    const struct fl_quick_sink *sink;
    struct worker *worker;
    size_t half, full; /* values from row to row: of one phase, of all pixels */
    int strip_rows, strips;
    atomic_bool stop;
    atomic_int rows_done;
};

/* Rows of the rings. Coded and fixed: a plane for even and one for odd columns; finished: red,
 * green, blue, luma. */
static int16_t *coded_row(const struct job *job, const struct worker *w, int y, int phase)
{
    return w->coded + ((size_t)(y % CODED_ROWS) * 2 + (size_t)phase) * job->half + FL_QUICK_PAD;
}

static int16_t *fixed_row(const struct job *job, const struct worker *w, int y, int phase)
{
    return w->fixed + ((size_t)(y % FIXED_ROWS) * 2 + (size_t)phase) * job->half + FL_QUICK_PAD;
}

static int16_t *difference_row(const struct job *job, const struct worker *w, int y)
{
    return w->difference + (size_t)(y % DIFFERENCE_ROWS) * job->half + FL_QUICK_PAD;
}

static uint8_t *finished_row(const struct job *job, const struct worker *w, int y, int plane)
{
    return w->finished + ((size_t)(y % FINISHED_ROWS) * 4 + (size_t)plane) * job->full +
           FL_QUICK_PAD;
}

static int pairs_of(const struct job *job)
{
    return job->q->active.width / 2;
}

/* Column of red or blue in row y. */
static int own_phase(const struct fl_quick *q, int y)
{
    return fl_cfa_color(q->cfa, 0, y & 1) == 1;
}

/* Columns -1 and -2 are columns 1 and 2; the same at the other end. n: pairs. */
static void mirror_pairs(int16_t *row, int phase, int n)
{
    for (int i = 1; i <= 2; i++) {
        row[-i] = row[phase ? i - 1 : i];
        row[n - 1 + i] = row[phase ? n - 1 - i : n - i];
    }
}

static const uint8_t *raw_row(const struct fl_quick *q, int y)
{
    return (const uint8_t *)q->frame->plane[0] + (size_t)(q->active.y + y) * q->frame->stride[0];
}

/* Codes of row y; what is not whole blocks, or not in place, is copied to room with slack. */
static const uint16_t *codes_at(const struct job *job, const struct worker *w, int y, int *in_place)
{
    const struct fl_quick *q = job->q;
    const struct fl_format *f = &q->frame->format;
    const uint8_t *row = raw_row(q, y);
    int group = f->bits == 10 ? 4 : 2, first = q->active.x - q->active.x % group;
    int n = q->active.x - first + q->active.width;
    *in_place = 0;
    if (f->packing == FL_PACK_U16) {
        const uint8_t *bytes = row + 2 * (size_t)q->active.x;
        *in_place = (uintptr_t)bytes % 2 ? 0 : pairs_of(job) / BLOCK * BLOCK;
        memcpy(w->codes, bytes + 4 * (size_t)*in_place, 4 * (size_t)(pairs_of(job) - *in_place));
        return (const uint16_t *)(const void *)bytes;
    }
    if (f->packing == FL_PACK_U8) {
        q->kernels->widen_u8(row + q->active.x, w->codes, q->active.width);
        return w->codes;
    }
    if (f->bits == 10)
        q->kernels->widen_csi10(row + first / 4 * 5, w->codes, (n + 3) / 4 * 4);
    else if (f->bits == 12)
        q->kernels->widen_csi12(row + first / 2 * 3, w->codes, (n + 1) / 2 * 2);
    else
        fl_unpack_row(f, row, first, n, w->codes);
    return w->codes + (q->active.x - first);
}

/* Gains of row y less 1, in units of 2^-13. */
static void exact_gains(const struct job *job, const struct worker *w, int y, int16_t *const to[2])
{
    int width = job->q->active.width;
    fl_lens_shading_row(job->q->shading, y, width, w->row_gain, w->gain_work);
    for (int x = 0; x < width; x++) {
        float more = (w->row_gain[x] - 1.0f) * 8192.0f;
        more = more < 32767.0f ? more : 32767.0f;
        to[x & 1][x / 2] = (int16_t)floorf(more + 0.5f);
    }
}

/* The computed gains of a row, by phase. */
static int16_t *const *knot_of(const struct job *job, struct worker *w, int row)
{
    int parity = row & 1, place = row / GAIN_STEP & 1;
    if (w->knot_row[parity][place] != row)
        exact_gains(job, w, row, w->knot[parity][place]);
    w->knot_row[parity][place] = row;
    return w->knot[parity][place];
}

/* Gains of row y: computed, or where they are smooth between those of rows that are multiples of
 * GAIN_STEP, of the same parity because maps may be for every second row. */
static void make_gains(const struct job *job, struct worker *w, int y)
{
    int above = y / GAIN_STEP * GAIN_STEP + (y & 1), below = above + GAIN_STEP, t = y - above;
    int16_t *const *a, *const *b;
    if (!job->q->smooth_shading || below >= job->q->active.height) {
        exact_gains(job, w, y, w->gain);
        return;
    }
    a = knot_of(job, w, above);
    b = knot_of(job, w, below);
    for (int p = 0; p < 2; p++)
        job->q->kernels->between(a[p], b[p], t * (32768 / GAIN_STEP), w->gain[p], pairs_of(job));
}

static void make_coded(const struct job *job, struct worker *w, int end)
{
    const struct fl_quick *q = job->q;
    for (; w->next_coded < end; w->next_coded++) {
        int y = w->next_coded, in_place, n = pairs_of(job);
        const uint16_t *codes = codes_at(job, w, y, &in_place);
        const int16_t *gain[2] = {w->gain[0], w->gain[1]};
        int16_t *row[2];
        if (q->shading)
            make_gains(job, w, y);
        for (int p = 0; p < 2; p++)
            row[p] = q->repair ? coded_row(job, w, y, p) : fixed_row(job, w, y, p);
        if (in_place)
            q->kernels->encode(codes, q->shading ? gain : NULL, &q->encode[y & 1], row[0], row[1],
                               in_place);
        if (in_place < n) {
            const int16_t *rest[2] = {gain[0] + in_place, gain[1] + in_place};
            q->kernels->encode(q->frame->format.packing == FL_PACK_U16 ? w->codes : codes,
                               q->shading ? rest : NULL, &q->encode[y & 1], row[0] + in_place,
                               row[1] + in_place, n - in_place);
        }
        for (int p = 0; p < 2; p++)
            mirror_pairs(row[p], p, n);
    }
}

static int at_most(int y, int height)
{
    return y < height ? y : height;
}

static void make_fixed(const struct job *job, struct worker *w, int end)
{
    const struct fl_quick *q = job->q;
    int height = q->active.height, n = pairs_of(job);
    if (!q->repair) {
        make_coded(job, w, end);
        return;
    }
    for (; w->next_fixed < end; w->next_fixed++) {
        int y = w->next_fixed;
        const int16_t *row[5][2];
        make_coded(job, w, at_most(y + 1 + REPAIR_REACH, height));
        for (int k = 0; k < 5; k++)
            for (int p = 0; p < 2; p++)
                row[k][p] = coded_row(job, w, fl_mirror(y - REPAIR_REACH + k, height), p);
        q->kernels->repair(row, &q->defect, fixed_row(job, w, y, 0), fixed_row(job, w, y, 1), n);
        for (int p = 0; p < 2; p++)
            mirror_pairs(fixed_row(job, w, y, p), p, n);
    }
}

static void make_difference(const struct job *job, struct worker *w, int end)
{
    const struct fl_quick *q = job->q;
    int height = q->active.height, n = pairs_of(job);
    for (; w->next_difference < end; w->next_difference++) {
        int y = w->next_difference, phase = own_phase(q, y);
        const int16_t *own[7];
        make_fixed(job, w, at_most(y + 1 + DIFFERENCE_REACH, height));
        for (int k = 0; k < 7; k++)
            own[k] = fixed_row(job, w, fl_mirror(y - DIFFERENCE_REACH + k, height), phase);
        q->kernels->difference(own, fixed_row(job, w, y, 1 - phase), phase,
                               difference_row(job, w, y), n);
        mirror_pairs(difference_row(job, w, y), phase, n);
    }
}

static void make_finished(const struct job *job, struct worker *w, int end)
{
    const struct fl_quick *q = job->q;
    int height = q->active.height, n = pairs_of(job), width = q->active.width;
    for (; w->next_finished < end; w->next_finished++) {
        int y = w->next_finished;
        struct fl_quick_color_rows in = {.phase = own_phase(q, y)};
        uint8_t *rgb[3], *luma = finished_row(job, w, y, 3);
        make_difference(job, w, at_most(y + 1 + COLOR_REACH, height));
        in.blue = fl_cfa_color(q->cfa, in.phase, y & 1) == 2;
        for (int p = 0; p < 2; p++)
            in.z[p] = fixed_row(job, w, y, p);
        for (int k = 0; k < 3; k++)
            in.own[k] = difference_row(job, w, fl_mirror(y - 2 + 2 * k, height));
        for (int k = 0; k < 2; k++)
            in.third[k] = difference_row(job, w, fl_mirror(y - 1 + 2 * k, height));
        for (int c = 0; c < 3; c++)
            rgb[c] = finished_row(job, w, y, c);
        q->kernels->color(&in, &q->color, rgb, luma, n);
        luma[-1] = luma[1];
        luma[width] = luma[width - 2];
    }
}

static void make_output(const struct job *job, struct worker *w, int y)
{
    const struct fl_quick *q = job->q;
    const struct fl_quick_sink *sink = job->sink;
    int height = q->active.height, top = y - q->crop.y;
    const uint8_t *rgb[3], *luma[3];
    uint8_t *out;
    make_finished(job, w, at_most(y + 1 + (q->sharpened ? SHARPEN_REACH : 0), height));
    if (top < 0 || top >= q->crop.height)
        return;
    for (int c = 0; c < 3; c++)
        rgb[c] = finished_row(job, w, y, c) + q->crop.x;
    for (int k = 0; k < 3; k++)
        luma[k] = finished_row(job, w, fl_mirror(y - 1 + k, height), 3) + q->crop.x;
    out = sink->room(sink->user, top);
    if (q->sharpened)
        q->kernels->sharpen(rgb, luma, &q->sharpen, out ? out : w->pixels, q->crop.width);
    else
        q->kernels->store(rgb, out ? out : w->pixels, q->crop.width);
    if (!out)
        sink->pixels(sink->user, top, w->pixels);
    sink->done(sink->user, top);
}

static bool keep_going(struct job *job)
{
    const struct fl_exec *e = job->exec;
    if (atomic_load_explicit(&job->stop, memory_order_relaxed))
        return false;
    if (e->cancelled &&
        e->cancelled(e->cancel_user, (double)atomic_load(&job->rows_done) / job->q->active.height))
        atomic_store(&job->stop, true);
    return !atomic_load(&job->stop);
}

static int from(int y, int reach)
{
    return y > reach ? y - reach : 0;
}

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void run_strip(void *user, int index, int worker)
{
    struct job *job = user;
    struct worker *w = &job->worker[worker];
    double start = now();
    int y = index * job->strip_rows, end = at_most(y + job->strip_rows, job->q->active.height);
    w->next_finished = from(y, SHARPEN_REACH);
    w->next_difference = from(w->next_finished, COLOR_REACH);
    w->next_fixed = from(w->next_difference, DIFFERENCE_REACH);
    w->next_coded = job->q->repair ? from(w->next_fixed, REPAIR_REACH) : w->next_fixed;
    for (; y < end; y++) {
        if (y % FL_BLOCK_ROWS == 0 && !keep_going(job))
            return;
        make_output(job, w, y);
        atomic_fetch_add_explicit(&job->rows_done, 1, memory_order_relaxed);
    }
    if (job->exec->seconds)
        job->exec->seconds[worker * FL_REPORT_STAGES + job->q->report] += now() - start;
}

static bool worker_init(const struct job *job, struct worker *w)
{
    const struct fl_quick *q = job->q;
    size_t width = (size_t)q->active.width, floats = fl_round_up(width + FL_KERNEL_SLACK, 16);
    size_t work = q->shading ? fl_lens_shading_work(q->shading) : 0;
    size_t values = (2 * CODED_ROWS + 2 * FIXED_ROWS + DIFFERENCE_ROWS + 10) * job->half +
                    (2 * FINISHED_ROWS + 3) * job->full;
    w->memory = fl_aligned_alloc(values * sizeof *w->memory);
    w->row_gain = fl_aligned_alloc((floats + work) * sizeof(float));
    if (!w->memory || !w->row_gain)
        return false;
    w->gain_work = w->row_gain + floats;
    w->coded = w->memory;
    w->fixed = w->coded + 2 * CODED_ROWS * job->half;
    w->difference = w->fixed + 2 * FIXED_ROWS * job->half;
    w->gain[0] = w->difference + DIFFERENCE_ROWS * job->half;
    w->gain[1] = w->gain[0] + job->half;
    for (int i = 0; i < 8; i++)
        w->knot[i >> 2][i >> 1 & 1][i & 1] = w->gain[1] + (size_t)(i + 1) * job->half;
    for (int i = 0; i < 4; i++)
        w->knot_row[i >> 1][i & 1] = -1;
    w->finished = (uint8_t *)(w->gain[1] + 9 * job->half);
    w->codes = (uint16_t *)(w->gain[1] + 9 * job->half) + 2 * FINISHED_ROWS * job->full;
    w->pixels = (uint8_t *)(w->codes + job->full);
    return true;
}

/* Bytes from row to row: room before the first value, for what kernels write behind the last, and
 * not a power of two. */
static size_t row_values(int n)
{
    size_t bytes = ((size_t)n + FL_QUICK_PAD) * sizeof(int16_t) + 2 * FL_QUICK_SLACK;
    return fl_row_stride(bytes) / sizeof(int16_t);
}

static void plan_strips(struct job *job)
{
    int height = job->q->active.height, workers = job->exec->runner->workers;
    int rows = job->exec->strip_rows;
    if (rows <= 0) {
        rows = (height + 2 * workers - 1) / (2 * workers);
        rows = workers == 1 ? height : rows < LEAST_STRIP_ROWS ? LEAST_STRIP_ROWS : rows;
    }
    job->strip_rows = (rows + FL_BLOCK_ROWS - 1) / FL_BLOCK_ROWS * FL_BLOCK_ROWS;
    job->strips = (height + job->strip_rows - 1) / job->strip_rows;
}

fl_err fl_quick_run(const struct fl_quick *q, const struct fl_exec *exec,
                    const struct fl_quick_sink *sink)
{
    struct job job = {.q = q, .exec = exec, .sink = sink};
    int workers = exec->runner->workers, ready = 0;
    fl_err err = fl_success();

    job.half = row_values(q->active.width / 2);
    job.full = row_values(q->active.width);
    plan_strips(&job);
    atomic_init(&job.stop, false);
    atomic_init(&job.rows_done, 0);
    job.worker = calloc((size_t)workers, sizeof *job.worker);
    while (job.worker && ready < workers && worker_init(&job, &job.worker[ready]))
        ready++;
    if (ready < workers)
        err = fl_error(FL_ERR_MEMORY, "out of memory for the row buffers of %d threads", workers);
    else
        exec->runner->run(exec->runner->self, job.strips, run_strip, &job);
    for (int i = 0; job.worker && i <= ready && i < workers; i++) {
        fl_aligned_free(job.worker[i].memory);
        fl_aligned_free(job.worker[i].row_gain);
    }
    free(job.worker);
    if (err.code == FL_OK && atomic_load(&job.stop))
        err = fl_error(FL_ERR_CANCELLED, "cancelled");
    return err;
}
