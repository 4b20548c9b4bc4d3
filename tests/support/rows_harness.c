/* Runs one stage over whole planes, without the executors. */
#include "rows_harness.h"

#include "mem.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define GUARD 32 /* floats on both sides of a row that nobody may touch, beyond halo and slack */

struct fl_planes harness_planes(int width, int height, struct fl_layout layout)
{
    struct fl_planes planes = {.width = width, .height = height, .layout = layout};
    for (int p = 0; p < layout.planes; p++) {
        int w = fl_shifted(width, layout.shift[p]), h = fl_shifted(height, layout.shift[p]);
        planes.stride[p] = w + FL_ROW_SLACK;
        planes.data[p] = fl_aligned_alloc((size_t)planes.stride[p] * (size_t)h * sizeof(float));
        if (!planes.data[p])
            abort();
    }
    return planes;
}

void harness_planes_free(struct fl_planes *planes)
{
    for (int p = 0; p < planes->layout.planes; p++)
        fl_aligned_free(planes->data[p]);
    memset(planes, 0, sizeof *planes);
}

struct fl_flow harness_flow(int width, int height, int planes, enum fl_cfa cfa)
{
    struct fl_flow flow = {.width = width,
                           .height = height,
                           .crop = {0, 0, width, height},
                           .layout = fl_layout_of(planes),
                           .cfa = cfa,
                           .domain = FL_DOMAIN_LINEAR,
                           .white = 1.0F,
                           .clip = {1.0F, 1.0F, 1.0F}};
    return flow;
}

static struct fl_control neutral_control(void)
{
    struct fl_control c = {.wb_gain = {1, 1, 1},
                           .matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1},
                           .exposure_gain = 1,
                           .white = 1};
    return c;
}

static struct fl_settings neutral_settings(void)
{
    struct fl_settings s = {.denoise_strength = 1,
                            .contrast = 1,
                            .saturation = 1,
                            .sharpness = 1,
                            .scale = 1,
                            .temperature_k = 5500,
                            .bits = 8};
    return s;
}

/* Rows of one plane with room around them, and their pointers. */
struct band {
    float *memory;
    float **row; /* of rows -halo .. rows + halo */
    size_t stride;
    int left, halo, rows;
};

static void band_make(struct band *b, int width, int rows, int halo_x, int halo_y)
{
    size_t count;
    b->left = halo_x + GUARD;
    b->halo = halo_y;
    b->rows = rows;
    b->stride = (size_t)(b->left + width + halo_x + FL_ROW_SLACK + GUARD);
    count = (size_t)(rows + 2 * halo_y);
    b->memory = malloc(b->stride * count * sizeof *b->memory);
    b->row = malloc(count * sizeof *b->row);
    if (!b->memory || !b->row)
        abort();
    for (size_t i = 0; i < b->stride * count; i++)
        b->memory[i] = NAN;
    for (size_t i = 0; i < count; i++)
        b->row[i] = b->memory + i * b->stride + b->left;
}

static void band_free(struct band *b)
{
    free(b->memory);
    free(b->row);
}

/* Fills a band with rows y0 - halo .. of a plane, mirrored at its borders. */
static void band_load(struct band *b, const struct fl_planes *in, int plane, int y0, int halo_x)
{
    int shift = in->layout.shift[plane];
    int w = fl_shifted(in->width, shift), h = fl_shifted(in->height, shift);
    for (int i = -b->halo; i < b->rows + b->halo; i++) {
        int y = fl_mirror(y0 + i, h);
        for (int x = -halo_x; x < w + halo_x; x++)
            b->row[i + b->halo][x] = *harness_at(in, plane, fl_mirror(x, w), y);
    }
}

/* Stores a band's rows and counts those around which something was written. */
static int band_store(const struct band *b, const struct fl_planes *out, int plane, int y0)
{
    int w = fl_shifted(out->width, out->layout.shift[plane]), errors = 0;
    for (int i = 0; i < b->rows; i++) {
        const float *row = b->row[i];
        bool clean = true;
        memcpy(harness_at(out, plane, 0, y0 + i), row, (size_t)w * sizeof *row);
        for (int x = 1; x <= GUARD; x++)
            clean = clean && isnan(row[-x]) && isnan(row[w + FL_ROW_SLACK - 1 + x]);
        errors += !clean;
    }
    return errors;
}

static void run_block(const struct fl_stage *stage, const void *state, const struct fl_planes *in,
                      struct harness_result *r, int y0, int n, unsigned char *scratch)
{
    const struct fl_prepared *pre = &r->prepared;
    struct band in_band[FL_MAX_PLANES], out_band[FL_MAX_PLANES];
    struct fl_rows in_rows = {.y0 = y0, .n = n, .width = r->flow.width, .height = r->flow.height};
    struct fl_rows out_rows = in_rows;

    if (scratch && !pre->keeps_scratch)
        memset(scratch, 0xff, pre->scratch_size); /* NaN */
    for (int p = 0; in && !stage->gather && p < in->layout.planes; p++) {
        int s = in->layout.shift[p];
        band_make(&in_band[p], fl_shifted(in->width, s), fl_shifted(n, s), pre->halo_x >> s,
                  pre->halo_y >> s);
        band_load(&in_band[p], in, p, y0 >> s, pre->halo_x >> s);
        in_rows.row[p] = in_band[p].row + in_band[p].halo;
    }
    for (int p = 0; p < r->flow.layout.planes; p++) {
        int s = r->flow.layout.shift[p];
        band_make(&out_band[p], fl_shifted(r->flow.width, s), fl_shifted(n, s), 0, 0);
        out_rows.row[p] = out_band[p].row;
    }
    if (stage->gather)
        stage->gather(state, in, &out_rows, scratch);
    else
        stage->rows(state, &in_rows, &out_rows, scratch);
    for (int p = 0; p < r->flow.layout.planes; p++) {
        r->guard_errors += band_store(&out_band[p], &r->planes, p, y0 >> r->flow.layout.shift[p]);
        band_free(&out_band[p]);
    }
    for (int p = 0; in && !stage->gather && p < in->layout.planes; p++)
        band_free(&in_band[p]);
}

static void copy_planes(const struct fl_planes *from, const struct fl_planes *to)
{
    for (int p = 0; p < from->layout.planes; p++)
        for (int y = 0; y < fl_shifted(from->height, from->layout.shift[p]); y++)
            memcpy(harness_at(to, p, 0, y), harness_at(from, p, 0, y),
                   (size_t)fl_shifted(from->width, from->layout.shift[p]) * sizeof(float));
}

static int block_step(const struct fl_flow *before, const struct fl_flow *after, int block_rows)
{
    int shift = 1; /* rows come in pairs */
    for (int p = 0; p < before->layout.planes; p++)
        shift = before->layout.shift[p] > shift ? before->layout.shift[p] : shift;
    for (int p = 0; p < after->layout.planes; p++)
        shift = after->layout.shift[p] > shift ? after->layout.shift[p] : shift;
    if (block_rows <= 0 || block_rows > after->height)
        block_rows = after->height;
    return fl_shifted(block_rows, shift) << shift;
}

static void run_prepared(const struct fl_stage *stage, const struct fl_prepare *p, void *state,
                         const struct fl_flow *before, const struct fl_planes *in, int block_rows,
                         struct harness_result *r)
{
    unsigned char *scratch;
    int step;
    r->err = stage->prepare(state, p, &r->prepared);
    if (r->err.code != FL_OK)
        return;
    r->bypassed = r->prepared.bypass;
    r->planes = harness_planes(r->flow.width, r->flow.height, r->flow.layout);
    if (r->bypassed) {
        copy_planes(in, &r->planes);
        return;
    }
    step = block_step(before, &r->flow, block_rows);
    scratch = r->prepared.scratch_size
                  ? aligned_alloc(64, fl_round_up(r->prepared.scratch_size, 64))
                  : NULL;
    if (scratch)
        memset(scratch, 0, r->prepared.scratch_size);
    for (int y0 = 0; y0 < r->flow.height; y0 += step)
        run_block(stage, state, in, r, y0, r->flow.height - y0 < step ? r->flow.height - y0 : step,
                  scratch);
    free(scratch);
}

struct harness_result harness_run(const struct fl_stage *stage, const struct harness_setup *setup,
                                  const struct fl_flow *flow, const struct fl_planes *in,
                                  int block_rows)
{
    static const struct harness_setup nothing;
    const struct harness_setup *s = setup ? setup : &nothing;
    const struct fl_format format = {flow->cfa ? FL_COLOR_MOSAIC : FL_COLOR_MONO, flow->cfa,
                                     FL_PACK_U16, 16};
    struct harness_result r = {.flow = *flow};
    struct fl_control control = neutral_control();
    struct fl_settings settings = neutral_settings();
    struct fl_frame *frame = NULL;
    void *params = stage->params_size ? calloc(1, stage->params_size) : NULL;
    void *state = calloc(1, stage->state_size ? stage->state_size : 1);
    struct fl_prepare p = {.params = s->params ? s->params : params,
                           .frame = s->frame,
                           .active = s->active,
                           .control = s->control ? s->control : &control,
                           .settings = s->settings ? s->settings : &settings,
                           .kernels = s->kernels ? s->kernels : fl_kernels_for(FL_CPU_SCALAR),
                           .flow = &r.flow};

    if (params)
        fl_param_defaults(stage->params, params);
    if (!s->frame) {
        if (fl_frame_new(flow->width, flow->height, &format, &frame).code != FL_OK)
            abort();
        p.frame = frame;
    }
    if (!p.active.width) {
        p.active.width = flow->width;
        p.active.height = flow->height;
    }
    run_prepared(stage, &p, state, flow, in, block_rows, &r);
    if (stage->release)
        stage->release(state);
    free(state);
    free(params);
    fl_frame_unref(frame);
    return r;
}

void harness_result_free(struct harness_result *result)
{
    harness_planes_free(&result->planes);
}

long harness_differences(const struct fl_planes *a, const struct fl_planes *b)
{
    long count = 0;
    if (a->layout.planes != b->layout.planes || a->width != b->width || a->height != b->height)
        return -1;
    for (int p = 0; p < a->layout.planes; p++)
        for (int y = 0; y < fl_shifted(a->height, a->layout.shift[p]); y++)
            for (int x = 0; x < fl_shifted(a->width, a->layout.shift[p]); x++)
                count += memcmp(harness_at(a, p, x, y), harness_at(b, p, x, y), sizeof(float)) != 0;
    return count;
}

long harness_partition_differences(const struct fl_stage *stage, const struct harness_setup *setup,
                                   const struct fl_flow *flow, const struct fl_planes *in)
{
    static const int heights[] = {2, 6, 16, 34};
    struct harness_result whole = harness_run(stage, setup, flow, in, 0);
    long worst = whole.err.code == FL_OK ? whole.guard_errors : -1;
    for (size_t i = 0; worst >= 0 && i < sizeof heights / sizeof *heights; i++) {
        struct harness_result parts = harness_run(stage, setup, flow, in, heights[i]);
        long d = harness_differences(&whole.planes, &parts.planes) + parts.guard_errors;
        worst = d > worst ? d : worst;
        harness_result_free(&parts);
    }
    harness_result_free(&whole);
    return worst;
}
