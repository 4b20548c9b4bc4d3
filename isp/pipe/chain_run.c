/* Runs a prepared chain: cut into segments at the gather stages, the last into a sink. */
#include "chain_run.h"

#include "mem.h"

#include <string.h>

/* Progress of one segment as part of the whole. */
struct share {
    const struct fl_exec *exec;
    double begin, length;
};

static bool cancelled_share(void *user, double done)
{
    const struct share *s = user;
    return s->exec->cancelled(s->exec->cancel_user, s->begin + s->length * done);
}

static void planes_free(struct fl_planes *planes)
{
    for (int p = 0; p < planes->layout.planes; p++)
        fl_aligned_free(planes->data[p]);
    memset(planes, 0, sizeof *planes);
}

static fl_err planes_new(struct fl_planes *planes, const struct fl_flow *flow)
{
    memset(planes, 0, sizeof *planes);
    planes->width = flow->width;
    planes->height = flow->height;
    planes->layout = flow->layout;
    for (int p = 0; p < flow->layout.planes; p++) {
        int width = fl_shifted(flow->width, flow->layout.shift[p]);
        int height = fl_shifted(flow->height, flow->layout.shift[p]);
        size_t stride = fl_row_stride(((size_t)width + FL_ROW_SLACK) * sizeof(float)), size;
        planes->stride[p] = (int)(stride / sizeof(float));
        if (fl_size_mul(stride, (size_t)height, &size))
            planes->data[p] = fl_aligned_alloc(size);
        if (!planes->data[p]) {
            planes_free(planes);
            return fl_error(FL_ERR_MEMORY, "out of memory for %dx%d float planes", flow->width,
                            flow->height);
        }
    }
    return fl_success();
}

/* A sink that keeps the rows of a segment for the gather stage that follows. */
static void planes_rows(void *user, const struct fl_rows *rows)
{
    struct fl_planes *planes = user;
    for (int p = 0; p < planes->layout.planes; p++) {
        int shift = planes->layout.shift[p];
        int width = fl_shifted(planes->width, shift);
        for (int y = 0; y < fl_shifted(rows->n, shift); y++)
            memcpy(planes->data[p] +
                       (ptrdiff_t)((rows->y0 >> shift) + y) * (ptrdiff_t)planes->stride[p],
                   rows->row[p][y], (size_t)width * sizeof(float));
    }
}

static int segment_end(const struct fl_chain *chain, int begin)
{
    int end = begin + 1;
    while (end < chain->count && !chain->step[end].stage->gather)
        end++;
    return end;
}

static fl_err run_segment(const struct fl_chain *chain, int begin, int end,
                          const struct fl_exec *exec, enum fl_executor executor,
                          const struct fl_planes *in, const struct fl_sink *sink)
{
    /* The executors do not change steps; the segment only points at them. */
    struct fl_segment segment = {chain->step + begin, end - begin, chain->step[begin].out.width,
                                 chain->step[begin].out.height};
    struct share share = {exec, (double)begin / chain->count, (double)(end - begin) / chain->count};
    struct fl_exec part = *exec;
    if (exec->cancelled) {
        part.cancelled = cancelled_share;
        part.cancel_user = &share;
    }
    if (executor == FL_EXEC_FRAME)
        return fl_exec_frame(&part, &segment, in, sink);
    return fl_exec_rows(&part, &segment, in, sink);
}

fl_err fl_chain_run(const struct fl_chain *chain, const struct fl_exec *exec,
                    enum fl_executor executor, const struct fl_sink *sink)
{
    struct fl_planes planes[2];
    fl_err err = fl_success();
    int begin = 0, current = 0;

    memset(planes, 0, sizeof planes);
    while (begin < chain->count && err.code == FL_OK) {
        int end = segment_end(chain, begin), next = current ^ 1;
        const struct fl_planes *in = begin > 0 ? &planes[current] : NULL;
        struct fl_sink keep = {planes_rows, &planes[next]};
        bool last = end == chain->count;
        if (!last)
            err = planes_new(&planes[next], &chain->step[end - 1].out);
        if (err.code == FL_OK)
            err = run_segment(chain, begin, end, exec, executor, in, last ? sink : &keep);
        planes_free(&planes[current]);
        current = next;
        begin = end;
    }
    planes_free(&planes[0]);
    planes_free(&planes[1]);
    return err;
}
