/* What:   Sharpens luma: what a small blur takes away is added again, but not noise, and not so
 * much that edges get outlines. Model:  d = Y - blur(Y); Y' = Y + amount d d^2 / (d^2 + t^2), kept
 * within the least and the largest Y of the 3x3 pixels around -/+ overshoot; the same Y' - Y is
 * added to red, green and blue, which keeps the hue. blur is a Gaussian of `radius` over 5x5
 * pixels. t is `threshold` times the size of the raw's noise where Y is, through matrix and
 * encoding: t^2 = threshold^2 e'(x)^2 (s x + o), x = e^-1(Y). Source: unsharp masking is older than
 * digital pictures (Yule 1944); the Wiener-like coring is that of Simoncelli and Adelson, 1996.
 * Domain: display-encoded RGB -> the same; may leave 0..1 by the overshoot, the encoder clips.
 * Halo:   2.
 * Cost:   about 45 operations per pixel. */
#include "quick_hooks.h"
#include "stages.h"

#include "curve_make.h"
#include "flmath.h"
#include "mem.h"
#include "sharpen_rule.h"

#include <math.h>
#include <string.h>

#define HALO 2

enum { TAPS_FIVE, TAPS_THREE };

struct sharpen_params {
    float amount, radius, threshold, overshoot;
    int taps;
};

static const char *const taps[] = {"5", "3", NULL};

static const struct fl_param sharpen_params[] = {
    {"amount", FL_PARAM_FLOAT, offsetof(struct sharpen_params, amount), 0, NULL, 0, 5, 0.6, NULL,
     "Share of the detail that is added, times the sharpness setting"},
    {"radius", FL_PARAM_FLOAT, offsetof(struct sharpen_params, radius), 0, "pixels", 0.3, 1.5, 0.8,
     NULL, "Sigma of the blur that detail is measured against"},
    {"threshold", FL_PARAM_FLOAT, offsetof(struct sharpen_params, threshold), 0, "sigma", 0, 10,
     0.5, NULL, "Detail below this much of the raw's noise is left alone"},
    {"overshoot", FL_PARAM_FLOAT, offsetof(struct sharpen_params, overshoot), 0, NULL, 0, 1, 0.02,
     NULL, "How far a pixel may go beyond its neighbours, of display white"},
    {"taps", FL_PARAM_ENUM, offsetof(struct sharpen_params, taps), 0, NULL, 0, 1, TAPS_FIVE, taps,
     "5: a blur of the radius over 5x5 pixels; 3: weights 1 2 1 over 3x3, whatever the radius"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct sharpen_state {
    const struct fl_kernels *kernels;
    struct fl_sharpen_rule rule;
    struct fl_curve threshold; /* of luma */
    bool plain;                /* 3x3, and overshoot without a bound */
};

/* Noise of luma where its encoded value is y. */
struct noise_of_luma {
    double s, o, factor;
};

static double threshold_at(double y, const void *user)
{
    const struct noise_of_luma *n = user;
    const double h = 1e-4;
    double x = fl_srgb_decode(y);
    double slope = (fl_srgb_encode(x + h) - fl_srgb_encode(x)) / h;
    return n->factor * slope * sqrt(n->s * x + n->o);
}

static void make_threshold(struct sharpen_state *s, const struct fl_flow *flow, double factor)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    struct noise_of_luma n = {0.0, 0.0, factor};
    for (int c = 0; c < 3; c++) {
        n.s += weight[c] * weight[c] * flow->noise[c].s;
        n.o += weight[c] * weight[c] * flow->noise[c].o;
    }
    fl_curve_make(&s->threshold, threshold_at, &n);
}

static void make_blur(float weight[3], double radius, int kind)
{
    static const float three[3] = {0.5f, 0.25f, 0.0f};
    double one = fl_exp(-0.5 / (radius * radius)), two = fl_exp(-2.0 / (radius * radius));
    double sum = 1.0 + 2.0 * (one + two);
    weight[0] = (float)(1.0 / sum);
    weight[1] = (float)(one / sum);
    weight[2] = (float)(two / sum);
    if (kind == TAPS_THREE)
        memcpy(weight, three, sizeof three);
}

static size_t row_floats(int width)
{
    return fl_round_up((size_t)width + 16 + HALO + FL_KERNEL_SLACK, 16);
}

static fl_err sharpen_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    const struct sharpen_params *params = p->params;
    struct sharpen_state *s = state;
    double sharpness = p->settings->sharpness, root = sqrt(sharpness > 0.0 ? sharpness : 0.0);
    double amount = (double)params->amount * sharpness;

    if (!(amount > 0.0) || p->flow->layout.planes != 3) {
        out->bypass = true;
        return fl_success();
    }
    s->kernels = p->kernels;
    s->rule.amount = (float)amount;
    /* As in libcamera: twice the sharpness also finds weaker detail and may go further. */
    s->rule.overshoot = (float)((double)params->overshoot * root);
    make_threshold(s, p->flow, (double)params->threshold / root);
    make_blur(s->rule.weight, (double)params->radius, params->taps);
    s->plain = params->taps == TAPS_THREE && params->overshoot >= 1.0f;
    out->halo_x = out->halo_y = HALO;
    out->scratch_size = 9 * row_floats(p->flow->width) * sizeof(float);
    return fl_success();
}

/* Luma of a row into its place in the ring of five. */
static void luma_row(const struct sharpen_state *s, const struct fl_rows *in, int y, float *ring)
{
    float *row = ring + (size_t)((y + 5) % 5) * row_floats(in->width) + 16;
    s->kernels->luma(in->row[0][y] - HALO, in->row[1][y] - HALO, in->row[2][y] - HALO, row - HALO,
                     in->width + 2 * HALO);
}

static void sharpen_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                         void *scratch)
{
    const struct sharpen_state *s = state;
    const size_t stride = row_floats(in->width);
    float *ring = scratch, *blur = ring + 5 * stride + 16, *lo = blur + stride, *hi = lo + stride;
    float *delta = hi + stride;
    for (int y = -HALO; y < HALO; y++)
        luma_row(s, in, y, ring);
    for (int y = 0; y < in->n; y++) {
        const float *row[5], *wide[5];
        luma_row(s, in, y + HALO, ring);
        for (int i = 0; i < 5; i++) {
            row[i] = ring + (size_t)((y + i - HALO + 5) % 5) * stride + 16;
            wide[i] = row[i] - HALO;
        }
        s->kernels->sharpen_columns(wide, &s->rule, blur - HALO, lo - HALO, hi - HALO,
                                    in->width + 2 * HALO);
        s->kernels->curve(row[2], delta, &s->threshold, in->width);
        s->kernels->sharpen_delta(row[2], blur, lo, hi, delta, &s->rule, delta, in->width);
        for (int c = 0; c < 3; c++)
            s->kernels->add(in->row[c][y], delta, out->row[c][y], in->width);
    }
}

bool fl_sharpen_is_plain(const void *state, float *amount, float *threshold)
{
    const struct sharpen_state *s = state;
    const float grey[1 + FL_KERNEL_SLACK] = {0.5f};
    float at_grey[1 + FL_KERNEL_SLACK];
    s->kernels->curve(grey, at_grey, &s->threshold, 1);
    *amount = s->rule.amount;
    *threshold = at_grey[0];
    return s->plain;
}

const struct fl_stage fl_stage_sharpen = {
    .name = "sharpen",
    .summary = "Sharpen luma without touching noise or drawing outlines",
    .flags = FL_STAGE_DETAIL,
    .params_size = sizeof(struct sharpen_params),
    .params = sharpen_params,
    .state_size = sizeof(struct sharpen_state),
    .prepare = sharpen_prepare,
    .rows = sharpen_rows,
};
