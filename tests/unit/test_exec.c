/* The executors: they agree to the bit for every thread count and strip size, including stages
 * with halos, several planes and half-resolution planes. The stages are made so that any row that
 * is late, stale or wrongly mirrored changes the result. */
#include "run_suite.h"
#include "plan.h"
#include "planes.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SIDE 200

/* One plane of values that depend on the position only. */
static void source_gather(const void *state, const struct fl_planes *in, const struct fl_rows *out,
                          void *scratch)
{
    (void)state;
    (void)in;
    (void)scratch;
    for (int y = 0; y < out->n; y++)
        for (int x = 0; x < out->width; x++) {
            unsigned h = (unsigned)(out->y0 + y) * 2654435761u + (unsigned)x * 40503u;
            out->row[0][y][x] = (float)(h >> 8 & 0xfff) / 4096.0f;
        }
}

/* Weighted sum over a (2 hx + 1) x (2 hy + 1) window, asymmetric so that flips show. */
struct window {
    int hx, hy;
};

static void window_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    const struct window *w = state;
    float *sum = scratch;
    for (int y = 0; y < out->n; y++) {
        for (int x = 0; x < out->width; x++) {
            sum[x] = 0.0f;
            for (int j = -w->hy; j <= w->hy; j++)
                for (int i = -w->hx; i <= w->hx; i++)
                    sum[x] += in->row[0][y + j][x + i] * (0.01f + 0.003f * (float)(3 * j + i));
        }
        for (int x = 0; x < out->width; x++)
            out->row[0][y][x] = sum[x];
    }
}

static void add_position(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                         void *scratch)
{
    (void)state;
    (void)scratch;
    for (int y = 0; y < out->n; y++)
        for (int x = 0; x < out->width; x++)
            out->row[0][y][x] = in->row[0][y][x] * 0.5f + (float)((out->y0 + y) % 7) * 0.125f;
}

/* One plane becomes itself and a half-resolution mean. */
static void split_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                       void *scratch)
{
    (void)state;
    (void)scratch;
    fl_keep_plane(in, 0, out, 0, 0);
    for (int y = 0; y < fl_shifted(out->n, 1); y++)
        for (int x = 0; x < fl_shifted(out->width, 1); x++)
            out->row[1][y][x] = 0.25f * ((in->row[0][2 * y][2 * x] + in->row[0][2 * y][2 * x + 1]) +
                                         (in->row[0][2 * y + 1][2 * x] +
                                          in->row[0][2 * y + 1][2 * x + 1]));
}

/* Keeps the full plane, whose memory both groups before now share; reads around the half one, so
 * that what is kept has to wait. */
static void smooth_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                        void *scratch)
{
    (void)state;
    (void)scratch;
    fl_keep_plane(in, 0, out, 0, 0);
    for (int y = 0; y < fl_shifted(out->n, 1); y++)
        for (int x = 0; x < fl_shifted(out->width, 1); x++)
            out->row[1][y][x] = 0.5f * in->row[1][y - 4][x - 3] + 0.25f * in->row[1][y + 4][x + 1];
}

/* Full and half plane back to one, reading neighbours in both. */
static void join_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    (void)state;
    (void)scratch;
    for (int y = 0; y < out->n; y++)
        for (int x = 0; x < out->width; x++) {
            int hy = y >> 1, hx = x >> 1;
            float half = in->row[1][hy - 1][hx] + 2.0f * in->row[1][hy + 1][hx + 1] +
                         3.0f * in->row[1][hy][hx - 2];
            out->row[0][y][x] = in->row[0][y - 2][x + 3] + 0.1f * half;
        }
}

static const struct fl_stage stages[] = {
    {.name = "source", .gather = source_gather},
    {.name = "window", .rows = window_rows},
    {.name = "position", .flags = FL_STAGE_IN_PLACE, .rows = add_position},
    {.name = "split", .rows = split_rows},
    {.name = "join", .rows = join_rows},
    {.name = "smooth", .rows = smooth_rows},
};

#define STEPS 9

struct chain {
    struct fl_step step[STEPS];
    struct window window[2];
    struct fl_segment segment;
};

static void make_chain(struct chain *c, int width, int height)
{
    static const int order[STEPS] = {0, 1, 2, 3, 5, 4, 2, 1, 2};
    int windows = 0;
    memset(c, 0, sizeof *c);
    c->window[0] = (struct window){2, 4};
    c->window[1] = (struct window){5, 1};
    for (int i = 0; i < STEPS; i++) {
        struct fl_step *s = &c->step[i];
        s->stage = &stages[order[i]];
        s->out.layout = fl_layout_of(1);
        s->report = i;
        if (order[i] == 1) {
            s->state = &c->window[windows];
            s->prepared.halo_x = c->window[windows].hx;
            s->prepared.halo_y = c->window[windows].hy;
            s->prepared.scratch_size = (size_t)width * sizeof(float);
            windows++;
        } else if (order[i] == 3 || order[i] == 5) {
            s->prepared.halo_x = s->prepared.halo_y = order[i] == 3 ? 2 : 8;
            s->out.layout = fl_layout_of(2);
            s->out.layout.shift[1] = 1;
            fl_keeps(&s->prepared, 0, 0);
        } else if (order[i] == 4) {
            s->prepared.halo_x = s->prepared.halo_y = 4;
        }
    }
    c->segment = (struct fl_segment){c->step, STEPS, width, height};
}

struct result {
    int width, height;
    float pixel[MAX_SIDE * MAX_SIDE];
};

static void store_rows(void *user, const struct fl_rows *rows)
{
    struct result *r = user;
    for (int y = 0; y < rows->n; y++)
        memcpy(r->pixel + (size_t)(rows->y0 + y) * (size_t)r->width, rows->row[0][y],
               (size_t)r->width * sizeof(float));
}

static void run(int width, int height, int threads, int strip, bool whole, struct result *out)
{
    static struct chain chain;
    struct fl_sink sink = {store_rows, out};
    struct fl_pool *pool;
    struct fl_runner runner;
    struct fl_exec exec = {0};
    fl_err err;

    make_chain(&chain, width, height);
    memset(out, 0xff, sizeof *out);
    out->width = width;
    out->height = height;
    ck_assert_int_eq(fl_pool_new(threads, &pool).code, FL_OK);
    runner = fl_pool_runner(pool);
    exec.runner = &runner;
    exec.strip_rows = strip;
    err = whole ? fl_exec_frame(&exec, &chain.segment, NULL, &sink)
                : fl_exec_rows(&exec, &chain.segment, NULL, &sink);
    ck_assert_int_eq(err.code, FL_OK);
    fl_pool_free(pool);
}

static struct result reference, other;

START_TEST(executors_agree)
{
    static const int sizes[][2] = {{2, 2}, {4, 2}, {2, 64}, {6, 18}, {34, 50}, {64, 64}, {30, 198}};
    static const int threads[] = {1, 2, 7}, strips[] = {16, 48, 0};
    const int *size = sizes[_i];
    run(size[0], size[1], 1, 0, true, &reference);
    for (int t = 0; t < 3; t++)
        for (int s = 0; s < 3; s++)
            for (int whole = 0; whole < 2; whole++) {
                run(size[0], size[1], threads[t], strips[s], whole, &other);
                if (memcmp(reference.pixel, other.pixel,
                           (size_t)(size[0] * size[1]) * sizeof(float)) != 0)
                    ck_abort_msg("%dx%d, %d threads, strips of %d, whole %d differ", size[0],
                                 size[1], threads[t], strips[s], whole);
            }
}
END_TEST

static bool stop_soon(void *user, double done)
{
    (void)user;
    return done > 0.3;
}

START_TEST(cancel_stops_both)
{
    static struct chain chain;
    struct fl_sink sink = {store_rows, &other};
    struct fl_pool *pool;
    struct fl_runner runner;
    struct fl_exec exec = {.strip_rows = 16, .cancelled = stop_soon};
    make_chain(&chain, 64, 128);
    other.width = 64;
    ck_assert_int_eq(fl_pool_new(2, &pool).code, FL_OK);
    runner = fl_pool_runner(pool);
    exec.runner = &runner;
    ck_assert_int_eq(fl_exec_rows(&exec, &chain.segment, NULL, &sink).code, FL_ERR_CANCELLED);
    ck_assert_int_eq(fl_exec_frame(&exec, &chain.segment, NULL, &sink).code, FL_ERR_CANCELLED);
    fl_pool_free(pool);
}
END_TEST

START_TEST(mirror_keeps_parity)
{
    for (int n = 2; n < 12; n++)
        for (int i = -40; i < 40; i++) {
            int m = fl_mirror(i, n);
            ck_assert_int_ge(m, 0);
            ck_assert_int_lt(m, n);
            ck_assert_int_eq((m - i) & 1, 0);
        }
    ck_assert_int_eq(fl_mirror(-1, 5), 1);
    ck_assert_int_eq(fl_mirror(5, 5), 3);
    ck_assert_int_eq(fl_mirror(3, 1), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exec");
    TCase *tc = tcase_create("exec");
    tcase_add_loop_test(tc, executors_agree, 0, 7);
    tcase_add_test(tc, cancel_stops_both);
    tcase_add_test(tc, mirror_keeps_parity);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
