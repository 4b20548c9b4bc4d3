/* What:   Sharpens luma: what a small blur takes away is added again, but not noise, and not so
 *         much that edges get outlines.
 * Model:  d = Y - blur(Y); Y' = Y + amount d d^2 / (d^2 + t^2), kept within the least and the
 *         largest Y of the 3x3 pixels around -/+ overshoot; the same Y' - Y is added to red, green
 *         and blue, which keeps the hue. blur is a Gaussian of `radius` over 5x5 pixels. t is
 *         `threshold` times the noise that denoise has left where Y is, through matrix and tone
 *         curve e: t^2 = threshold^2 left e'(x)^2 (s x + o), x = e^-1(Y); left is 1 where nothing
 *         was averaged and 1/4 where all was. What local tone lifts is not looked at.
 * Source: unsharp masking is older than digital pictures (Yule 1944); the Wiener-like coring is
 *         that of Simoncelli and Adelson, 1996.
 * Domain: display-encoded RGB -> the same; may leave 0..1 by the overshoot, the encoder clips.
 * Halo:   2.
 * Cost:   about 60 operations per pixel, one of them a division. */
#include "quick_hooks.h"
#include "stages.h"

#include "curve_make.h"
#include "flmath.h"
#include "mem.h"
#include "sharpen_rule.h"

#include <math.h>
#include <string.h>

#define HALO 2
#define LEFT 0.25 /* of the variance of noise, where denoise is at full strength */

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
    {"threshold", FL_PARAM_FLOAT, offsetof(struct sharpen_params, threshold), 0, "sigma", 0, 10, 1,
     NULL, "Detail below this much of the noise that is left is left alone"},
    {"overshoot", FL_PARAM_FLOAT, offsetof(struct sharpen_params, overshoot), 0, NULL, 0, 1, 0.02,
     NULL, "How far a pixel may go beyond its neighbours, of display white"},
    {"taps", FL_PARAM_ENUM, offsetof(struct sharpen_params, taps), 0, NULL, 0, 1, TAPS_FIVE, taps,
     "5: a blur of the radius over 5x5 pixels; 3: weights 1 2 1 over 3x3, whatever the radius"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct sharpen_state {
    const struct fl_kernels *kernels;
    struct fl_sharpen_rule rule;
    float grey_threshold; /* of luma 1/2 */
    bool plain;           /* 3x3, and overshoot without a bound */
};

/* Noise of luma, as linear light, and how much of it counts. */
struct noise_of_luma {
    const float *light; /* fl_flow's */
    double s, o, factor;
};

static double threshold_at(double y, const void *user)
{
    const struct noise_of_luma *n = user;
    double at = y * (FL_LIGHT_LEVELS - 1);
    int i = at < FL_LIGHT_LEVELS - 2 ? (int)at : FL_LIGHT_LEVELS - 2;
    double low = (double)n->light[i], rise = (double)n->light[i + 1] - low;
    double variance = n->s * (low + (at - i) * rise) + n->o;
    double t = variance > 0.0 ? n->factor * sqrt(variance) : 0.0; /* NaN becomes 0 */
    t /= (FL_LIGHT_LEVELS - 1) * (rise > 1e-9 ? rise : 1e-9);
    return t < 1.0 ? t : 1.0; /* files may say anything */
}

static void make_threshold(struct sharpen_state *s, const struct fl_flow *flow, double factor)
{
    static const double weight[3] = {0.2126, 0.7152, 0.0722};
    double left = sqrt(1.0 - (1.0 - LEFT) * (double)flow->averaged);
    struct noise_of_luma n = {flow->light, 0.0, 0.0, factor * left};
    for (int c = 0; c < 3; c++) {
        n.s += weight[c] * weight[c] * flow->noise[c].s;
        n.o += weight[c] * weight[c] * flow->noise[c].o;
    }
    fl_parabolas_make(&s->rule.threshold, threshold_at, &n);
    s->grey_threshold = (float)threshold_at(0.5, &n);
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

/* Scratch keeps the luma of five rows from call to call, behind this. */
struct ring {
    int next; /* the row that the last call ended before */
};

/* Floats of a row; it begins FL_KERNEL_SLACK of them in. */
static size_t row_floats(int width)
{
    return fl_round_up((size_t)width + 3 * FL_KERNEL_SLACK, 16);
}

static float *luma_at(void *scratch, int y, int width)
{
    return (float *)(void *)((char *)scratch + FL_ALIGN) +
           (size_t)((y + 5) % 5) * row_floats(width) + FL_KERNEL_SLACK;
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
    out->scratch_size = FL_ALIGN + 5 * row_floats(p->flow->width) * sizeof(float);
    out->keeps_scratch = true;
    return fl_success();
}

/* Luma of row y of those that came in. */
static void luma_row(const struct sharpen_state *s, const struct fl_rows *in, int y, void *scratch)
{
    s->kernels->luma(in->row[0][y] - HALO, in->row[1][y] - HALO, in->row[2][y] - HALO,
                     luma_at(scratch, in->y0 + y, in->width) - HALO, in->width + 2 * HALO);
}

static void sharpen_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                         void *scratch)
{
    const struct sharpen_state *s = state;
    struct ring *ring = scratch;
    for (int y = -HALO; y < HALO && (in->y0 == 0 || ring->next != in->y0); y++)
        luma_row(s, in, y, scratch);
    for (int y = 0; y < in->n; y++) {
        struct fl_sharpen_rows rows;
        luma_row(s, in, y + HALO, scratch);
        for (int i = 0; i < 5; i++)
            rows.luma[i] = luma_at(scratch, in->y0 + y + i - HALO, in->width);
        for (int c = 0; c < 3; c++) {
            rows.in[c] = in->row[c][y];
            rows.out[c] = out->row[c][y];
        }
        s->kernels->sharpen(&rows, &s->rule, in->width);
    }
    ring->next = in->y0 + in->n;
}

bool fl_sharpen_is_plain(const void *state, float *amount, float *threshold)
{
    const struct sharpen_state *s = state;
    *amount = s->rule.amount;
    *threshold = s->grey_threshold;
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
