/* What:   Global tone: scene-linear light to display-encoded values.
 * Model:  srgb:   c' = encode(c), each channel, clipped to 0..1.
 *         filmic: T(x) = s x^p / (x^p + k), with T(grey) = grey and T(white) = 1, applied to the
 *         largest and smallest channel; the middle one keeps its place between them, so that hue
 *         stays; then encode.
 *         channels: c' = encode(T(c)), each channel: what preset fast can do in one table.
 *         tuning: c' = G(c), each channel: the tone curve of the camera's tuning file.
 * Source: Naka and Rushton 1966 (the log-logistic response); keeping the middle channel's place:
 *         Adobe DNG SDK's RGB tone; IEC 61966-2-1 for the encoding.
 * Domain: linear output RGB -> display, 0..1.
 * Halo:   none.
 * Cost:   srgb 3, filmic 5 curves of about 14 operations per pixel, and 16 more, one a division. */
#include "quick_hooks.h"
#include "stages.h"

#include "curve_make.h"
#include "flmath.h"

#include <string.h>

#define MORE_THAN_GREY 1.05 /* times the white that would make the curve a straight power */

enum { CURVE_SRGB, CURVE_FILMIC, CURVE_CHANNELS, CURVE_TUNING };

struct tone_params {
    int curve;
    float contrast, grey;
};

static const char *const curves[] = {"srgb", "filmic", "channels", "tuning", NULL};
static const struct fl_param tone_params[] = {
    {"curve", FL_PARAM_ENUM, offsetof(struct tone_params, curve), 0, NULL, 0, 3, CURVE_FILMIC,
     curves,
     "srgb: the transfer curve only; filmic: with a toe and a shoulder; channels: filmic on each "
     "channel by itself, which turns hues a little; tuning: the camera's own, on each channel"},
    {"contrast", FL_PARAM_FLOAT, offsetof(struct tone_params, contrast), 0, NULL, 0.8, 2, 1.25,
     NULL, "Filmic: slope in log-log at mid grey"},
    {"grey", FL_PARAM_FLOAT, offsetof(struct tone_params, grey), 0, NULL, 0.05, 0.5, 0.18, NULL,
     "Filmic: linear value that keeps its brightness"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct filmic {
    double p, k, s, white;
};

struct tone_state {
    const struct fl_kernels *kernels;
    int kind;
    struct filmic shape;
    const struct fl_polyline *gamma; /* of the tuning */
    float per_white;                 /* scene value to 0..1 */
    struct fl_curve curve;           /* srgb: of display light; channels: of scene value / white */
    struct fl_filmic_rule filmic;
};

static double filmic_at(double u, const void *user)
{
    const struct filmic *f = user;
    double xp = fl_pow(u * f->white, f->p);
    return f->s * xp / (xp + f->k);
}

/* What the curve of display light takes. */
static double film_at(double u, const void *user)
{
    return (double)FL_CURVE_BIAS + (double)FL_CURVE_SCALE * filmic_at(u, user);
}

static double encode_at(double u, const void *user)
{
    (void)user;
    return fl_srgb_encode(u);
}

static double channel_at(double u, const void *user)
{
    return fl_srgb_encode(filmic_at(u, user));
}

static double tuning_at(double u, const void *user)
{
    double v = fl_polyline_at(user, u);
    return v > 0.0 ? (v < 1.0 ? v : 1.0) : 0.0; /* NaN becomes 0 */
}

/* The curve needs room above grey: k > 0 where white^p > grey^(p - 1). */
static struct filmic solve_filmic(double contrast, double grey, double white)
{
    struct filmic f;
    double a, b;
    double least = MORE_THAN_GREY * fl_pow(grey, (contrast - 1.0) / contrast);
    f.p = contrast;
    f.white = white > least ? white : least; /* NaN as well */
    a = fl_pow(grey, f.p);
    b = fl_pow(f.white, f.p);
    f.k = a * b * (1.0 - grey) / (grey * b - a);
    f.s = (b + f.k) / b;
    return f;
}

/* Where the tuning's curve, which rises, reaches a level. */
static double tuning_light(const struct fl_polyline *gamma, double level)
{
    double low = 0.0, high = 1.0;
    for (int i = 0; i < 24; i++) {
        double middle = 0.5 * (low + high);
        *(tuning_at(middle, gamma) < level ? &low : &high) = middle;
    }
    return low;
}

/* Linear light that becomes each level. */
static void make_light(const struct tone_state *s, float light[FL_LIGHT_LEVELS])
{
    const struct filmic *f = &s->shape;
    for (int i = 0; i < FL_LIGHT_LEVELS; i++) {
        double level = (double)i / (FL_LIGHT_LEVELS - 1), d = fl_srgb_decode(level);
        if (s->kind == CURVE_TUNING)
            d = tuning_light(s->gamma, level);
        else if (s->kind != CURVE_SRGB && i > 0)
            d = fl_pow(f->k * d / (f->s - d), 1.0 / f->p);
        light[i] = (float)d;
    }
}

static fl_err tone_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct tone_state *s = state;
    const struct tone_params *q = p->params;
    (void)out;

    s->kernels = p->kernels;
    s->kind = q->curve;
    s->shape.white = 1.0;
    s->per_white = 1.0f;
    if (s->kind == CURVE_TUNING) {
        s->gamma = p->settings->tuning ? &p->settings->tuning->gamma : NULL;
        if (!s->gamma || s->gamma->count < 2)
            return fl_error(FL_ERR_UNSUPPORTED,
                            "the camera's tone curve is not known: it needs a tuning that has one");
    } else if (s->kind != CURVE_SRGB) {
        s->shape = solve_filmic((double)q->contrast, (double)q->grey, p->control->white);
        s->per_white = (float)(1.0 / s->shape.white);
    }
    if (s->kind == CURVE_FILMIC) {
        fl_parabolas_make(&s->filmic.film, film_at, &s->shape);
        fl_parabolas_make(&s->filmic.encode, encode_at, NULL);
        s->filmic.scale = s->per_white * FL_CURVE_SCALE;
    } else if (s->kind == CURVE_TUNING) {
        fl_curve_make(&s->curve, tuning_at, s->gamma);
    } else {
        fl_curve_make(&s->curve, s->kind == CURVE_SRGB ? encode_at : channel_at, &s->shape);
    }
    make_light(s, p->flow->light);
    p->flow->domain = FL_DOMAIN_DISPLAY;
    p->flow->white = 1.0f;
    for (int c = 0; c < 3; c++)
        p->flow->clip[c] = 1.0f;
    return fl_success();
}

static void tone_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct tone_state *s = state;
    (void)scratch;
    for (int y = 0; y < in->n; y++) {
        float *const rgb[3] = {out->row[0][y], out->row[1][y], out->row[2][y]};
        for (int c = 0; c < 3; c++) {
            if (rgb[c] != in->row[c][y])
                memcpy(rgb[c], in->row[c][y], (size_t)in->width * sizeof(float));
            for (int x = 0; s->kind == CURVE_CHANNELS && x < in->width; x++)
                rgb[c][x] *= s->per_white;
            if (s->kind != CURVE_FILMIC)
                s->kernels->curve(rgb[c], rgb[c], &s->curve, in->width);
        }
        if (s->kind == CURVE_FILMIC)
            s->kernels->filmic(rgb[0], rgb[1], rgb[2], &s->filmic, in->width);
    }
}

bool fl_tone_is_plain(const void *state)
{
    const struct tone_state *s = state;
    return s->kind != CURVE_FILMIC;
}

double fl_tone_white(const void *state)
{
    const struct tone_state *s = state;
    return s->shape.white;
}

double fl_tone_at(const void *state, double linear)
{
    const struct tone_state *s = state;
    double u = linear / s->shape.white;
    u = u > 0.0 ? (u < 1.0 ? u : 1.0) : 0.0;
    if (s->kind == CURVE_TUNING)
        return tuning_at(u, s->gamma);
    return s->kind == CURVE_SRGB ? fl_srgb_encode(u) : channel_at(u, &s->shape);
}

const struct fl_stage fl_stage_tone = {
    .name = "tone",
    .summary = "Scene light to display values: filmic or plain sRGB curve",
    .flags = FL_STAGE_IN_PLACE | FL_STAGE_COLUMNS,
    .params_size = sizeof(struct tone_params),
    .params = tone_params,
    .state_size = sizeof(struct tone_state),
    .prepare = tone_prepare,
    .rows = tone_rows,
};
