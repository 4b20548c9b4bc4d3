/* What:   The shown part of the picture, resampled to the size that was asked for.
 * Model:  out(i) = sum_j L((j - c_i) / s) in(j) / sum_j L, down the columns, then along the rows;
 *         c_i the place of the output pixel's centre among the input's, s = max(1, in / out), L the
 *         Lanczos window of three lobes, or the area that a pixel covers. Results are kept within
 *         what the nearest input pixels (|j - c_i| <= s) span: in linear light the filter's lobes
 *         would draw black lines around everything that is very bright.
 * Source: Duchon, Lanczos filtering in one and two dimensions, 1979; Turkowski, Filters for common
 *         resampling tasks, 1990. The limit is own.
 * Domain: linear RGB -> the same. The flow gets the new size, all of it shown, and less noise.
 * Halo:   gathers from the whole picture; edges are repeated.
 * Cost:   about 12 operations per input pixel and plane to shrink by two, 20 per output pixel. */
#include "resample.h"
#include "stages.h"

#include "mem.h"

#include <math.h>

#define ENLARGE_MAX 4

struct resize_params {
    int filter;
};

static const char *const filters[] = {"lanczos3", "area", NULL};
static const struct fl_param resize_params[] = {
    {"filter", FL_PARAM_ENUM, offsetof(struct resize_params, filter), 0, NULL, 0, 1,
     FL_RESAMPLE_LANCZOS3, filters, "lanczos3: sharp; area: mean over the pixel, softer"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct resize_state {
    const struct fl_kernels *kernels;
    struct fl_rect crop;
    struct fl_resample h, v;
    int planes;
};

static int64_t scaled(int64_t size, double factor)
{
    double v = floor((double)size * factor + 0.5);
    return v < 1.0 ? 1 : (int64_t)v;
}

/* The size that the settings ask for, as the picture lies before it is turned upright. */
static fl_err wanted_size(const struct fl_prepare *p, const struct fl_rect *crop, int *width,
                          int *height)
{
    const struct fl_settings *s = p->settings;
    bool turned = p->frame->meta.orientation >= 5 && p->frame->meta.orientation <= 8;
    int64_t in_w = turned ? crop->height : crop->width, in_h = turned ? crop->width : crop->height;
    int64_t w = s->width, h = s->height;
    if (w <= 0 && h <= 0) {
        double scale = s->scale > 0.0 && s->scale < 1.0 ? s->scale : 1.0;
        w = scaled(in_w, scale);
        h = scaled(in_h, scale);
    } else if (w <= 0) {
        w = scaled(in_w, (double)h / (double)in_h);
    } else if (h <= 0) {
        h = scaled(in_h, (double)w / (double)in_w);
    }
    if (w > ENLARGE_MAX * in_w || h > ENLARGE_MAX * in_h)
        return fl_error(FL_ERR_RANGE,
                        "size %lldx%lld: must be at most %d times the picture's "
                        "%lldx%lld",
                        (long long)w, (long long)h, ENLARGE_MAX, (long long)in_w, (long long)in_h);
    FL_TRY(fl_frame_check_size(w, h));
    *width = (int)(turned ? h : w);
    *height = (int)(turned ? w : h);
    return fl_success();
}

static bool lies_inside(const struct fl_rect *r, const struct fl_flow *flow)
{
    return r->x >= 0 && r->y >= 0 && r->width > 0 && r->height > 0 &&
           r->width <= flow->width - r->x && r->height <= flow->height - r->y;
}

static void update_flow(struct fl_flow *flow, const struct resize_state *s)
{
    float step_x = (float)s->crop.width / (float)s->h.out;
    float step_y = (float)s->crop.height / (float)s->v.out;
    flow->x0 += ((float)s->crop.x + 0.5f * step_x - 0.5f) * flow->step_x;
    flow->y0 += ((float)s->crop.y + 0.5f * step_y - 0.5f) * flow->step_y;
    flow->step_x *= step_x;
    flow->step_y *= step_y;
    flow->width = s->h.out;
    flow->height = s->v.out;
    flow->crop = (struct fl_rect){0, 0, flow->width, flow->height};
    for (int c = 0; c < 3; c++) {
        flow->noise[c].s *= s->h.noise * s->v.noise;
        flow->noise[c].o *= s->h.noise * s->v.noise;
    }
}

static fl_err resize_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct resize_params *params = p->params;
    const enum fl_resample_filter filter = (enum fl_resample_filter)params->filter;
    struct resize_state *s = state;
    int width = 0, height = 0;

    s->crop = p->flow->crop;
    if (!lies_inside(&s->crop, p->flow))
        s->crop = (struct fl_rect){0, 0, p->flow->width, p->flow->height};
    FL_TRY(wanted_size(p, &s->crop, &width, &height));
    if (width == s->crop.width && height == s->crop.height) {
        out->bypass = true;
        return fl_success();
    }
    s->kernels = p->kernels;
    s->planes = p->flow->layout.planes;
    FL_TRY(fl_resample_make(s->crop.width, width, filter, &s->h));
    FL_TRY(fl_resample_make(s->crop.height, height, filter, &s->v));
    update_flow(p->flow, s);
    out->scratch_size = fl_round_up((size_t)s->crop.width + FL_KERNEL_SLACK, 16) * sizeof(float);
    return fl_success();
}

static void filter_along(const struct fl_resample *h, const float *in, float *out)
{
    for (int x = 0; x < h->out; x++) {
        const struct fl_filter_taps *taps = &h->taps[x];
        const float *at = in + h->first[x], *core = at + taps->core_first;
        float sum = taps->weight[0] * at[0], lo = core[0], hi = core[0];
        for (int i = 1; i < taps->count; i++)
            sum += taps->weight[i] * at[i];
        for (int i = 1; i < taps->core_count; i++) {
            lo = core[i] < lo ? core[i] : lo;
            hi = core[i] > hi ? core[i] : hi;
        }
        sum = sum > lo ? sum : lo;
        out[x] = sum < hi ? sum : hi;
    }
}

static void resize_gather(const void *state, const struct fl_planes *in, const struct fl_rows *out,
                          void *scratch)
{
    const struct resize_state *s = state;
    for (int p = 0; p < s->planes; p++) {
        const ptrdiff_t stride = in->stride[p];
        for (int y = 0; y < out->n; y++) {
            const int row = out->y0 + y;
            const float *top = in->data[p] + (s->crop.y + s->v.first[row]) * stride + s->crop.x;
            s->kernels->filter_rows(top, stride, &s->v.taps[row], scratch, s->crop.width);
            filter_along(&s->h, scratch, out->row[p][y]);
        }
    }
}

static void resize_release(void *state)
{
    struct resize_state *s = state;
    fl_resample_free(&s->h);
    fl_resample_free(&s->v);
}

const struct fl_stage fl_stage_resize = {
    .name = "resize",
    .summary = "Resample the shown part to the output size, in linear light",
    .params_size = sizeof(struct resize_params),
    .params = resize_params,
    .state_size = sizeof(struct resize_state),
    .prepare = resize_prepare,
    .gather = resize_gather,
    .release = resize_release,
};
