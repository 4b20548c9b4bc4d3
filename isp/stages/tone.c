/* What:   Global tone: scene-linear light to display-encoded values.
 * Model:  srgb:   c' = encode(c), each channel, clipped to 0..1.
 *         filmic: T(x) = s x^p / (x^p + k), with T(grey) = grey and T(white) = 1, applied to the
 *         largest and smallest channel; the middle one keeps its place between them, so that hue
 *         stays; then encode.
 * Source: Naka and Rushton 1966 (the log-logistic response); keeping the middle channel's place:
 *         Adobe DNG SDK's RGB tone; IEC 61966-2-1 for the encoding.
 * Domain: linear output RGB -> display, 0..1.
 * Halo:   none.
 * Cost:   srgb 3, filmic 5 table look-ups and about 12 operations per pixel. */
#include "stages.h"

#include "curve_make.h"
#include "flmath.h"

#include <stdlib.h>

enum { CURVE_SRGB, CURVE_FILMIC };

struct tone_params {
    int curve;
    float contrast, grey;
};

static const char *const curves[] = {"srgb", "filmic", NULL};
static const struct fl_param tone_params[] = {
    {"curve", FL_PARAM_ENUM, offsetof(struct tone_params, curve), 0, NULL, 0, 1, CURVE_FILMIC,
     curves, "srgb: the transfer curve only; filmic: with a toe and a shoulder"},
    {"contrast", FL_PARAM_FLOAT, offsetof(struct tone_params, contrast), 0, NULL, 0.8, 2, 1.25,
     NULL, "Filmic: slope in log-log at mid grey"},
    {"grey", FL_PARAM_FLOAT, offsetof(struct tone_params, grey), 0, NULL, 0.05, 0.5, 0.18, NULL,
     "Filmic: linear value that keeps its brightness"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

struct tone_state {
    const struct fl_kernels *kernels;
    bool filmic;
    float per_white; /* scene value to the table's argument */
    float *encode;   /* display-linear 0..1 -> encoded */
    float *film;     /* scene value / white -> display-linear */
};

struct filmic {
    double p, k, s, white;
};

static double filmic_at(double u, const void *user)
{
    const struct filmic *f = user;
    double xp = fl_pow(u * f->white, f->p);
    return f->s * xp / (xp + f->k);
}

static double encode_at(double u, const void *user)
{
    (void)user;
    return fl_srgb_encode(u);
}

static struct filmic solve_filmic(double contrast, double grey, double white)
{
    struct filmic f;
    double a, b;
    f.p = contrast;
    f.white = white > 1.0 ? white : 1.0;
    a = fl_pow(grey, f.p);
    b = fl_pow(f.white, f.p);
    f.k = a * b * (1.0 - grey) / (grey * b - a);
    f.s = (b + f.k) / b;
    return f;
}

static void tone_release(void *state)
{
    struct tone_state *s = state;
    free(s->encode);
    free(s->film);
}

static fl_err tone_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct tone_state *s = state;
    const struct tone_params *q = p->params;
    (void)out;

    s->kernels = p->kernels;
    s->filmic = q->curve == CURVE_FILMIC;
    s->encode = fl_curve_make(encode_at, NULL);
    if (!s->encode)
        return fl_error(FL_ERR_MEMORY, "out of memory for the tone curve");
    if (s->filmic) {
        struct filmic f = solve_filmic((double)q->contrast, (double)q->grey, p->control->white);
        /* The curve needs room above grey: grey * white^p > grey^p, which white > 1 gives. */
        if (!(f.k > 0.0))
            return fl_error(FL_ERR_RANGE, "tone.grey=%g leaves no room below white %g",
                            (double)q->grey, f.white);
        s->film = fl_curve_make(filmic_at, &f);
        if (!s->film)
            return fl_error(FL_ERR_MEMORY, "out of memory for the tone curve");
        s->per_white = (float)(1.0 / f.white);
    }
    p->flow->domain = FL_DOMAIN_DISPLAY;
    p->flow->white = 1.0f;
    for (int c = 0; c < 3; c++)
        p->flow->clip[c] = 1.0f;
    return fl_success();
}

/* hi and lo: limits per pixel, in scene values, then through the film curve. */
static void limits(const struct tone_state *s, const float *r, const float *g, const float *b,
                   float *hi, float *lo, int n)
{
    for (int x = 0; x < n; x++) {
        float h = r[x] > g[x] ? r[x] : g[x];
        float l = r[x] < g[x] ? r[x] : g[x];
        hi[x] = (h > b[x] ? h : b[x]) * s->per_white;
        lo[x] = (l < b[x] ? l : b[x]) * s->per_white;
    }
}

#define CHUNK 256

static void filmic_row(const struct tone_state *s, const float *const in[3], float *const out[3],
                       int n)
{
    float hi[CHUNK + FL_KERNEL_SLACK], lo[CHUNK + FL_KERNEL_SLACK];
    float hi_film[CHUNK + FL_KERNEL_SLACK], lo_film[CHUNK + FL_KERNEL_SLACK];
    limits(s, in[0], in[1], in[2], hi, lo, n);
    s->kernels->curve(hi, hi_film, s->film, n);
    s->kernels->curve(lo, lo_film, s->film, n);
    for (int x = 0; x < n; x++) {
        float range = hi[x] - lo[x];
        float share = (hi_film[x] - lo_film[x]) / (range > 1e-12f ? range : 1e-12f);
        for (int c = 0; c < 3; c++)
            out[c][x] = lo_film[x] + (in[c][x] * s->per_white - lo[x]) * share;
    }
}

static void tone_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct tone_state *s = state;
    (void)scratch;
    for (int y = 0; y < in->n; y++) {
        for (int x = 0; s->filmic && x < in->width; x += CHUNK) {
            const float *from[3] = {in->row[0][y] + x, in->row[1][y] + x, in->row[2][y] + x};
            float *to[3] = {out->row[0][y] + x, out->row[1][y] + x, out->row[2][y] + x};
            filmic_row(s, from, to, in->width - x < CHUNK ? in->width - x : CHUNK);
        }
        for (int c = 0; c < 3; c++)
            s->kernels->curve(s->filmic ? out->row[c][y] : in->row[c][y], out->row[c][y], s->encode,
                              in->width);
    }
}

const struct fl_stage fl_stage_tone = {
    .name = "tone",
    .summary = "Scene light to display values: filmic or plain sRGB curve",
    .flags = FL_STAGE_IN_PLACE,
    .params_size = sizeof(struct tone_params),
    .params = tone_params,
    .state_size = sizeof(struct tone_state),
    .prepare = tone_prepare,
    .rows = tone_rows,
    .release = tone_release,
};
