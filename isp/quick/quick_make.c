/* From a prepared float chain to the constants of the 16-bit one, or the reason why not. */
#include "quick.h"

#include "flmath.h"
#include "quick_curve.h"
#include "quick_hooks.h"

#include <math.h>
#include <string.h>

#define MOST_BITS   12
#define LEAST_C     1e-3 /* of the stabilising curve; less is too steep for straight pieces */
#define MOST_C      0.5
#define MOST_SHIFT  4    /* matrix times exposure below 2^(shift + 1) */
#define MOST_AMOUNT 15.0 /* of sharpening */
#define MOST_GAIN   4.9  /* of lens shading */
#define HOT         0.05 /* least excess of a defect, of stabilised white */

/* What the 16-bit chain knows of a step. */
static const char *const known[] = {"unpack",        "black",         "defect",
                                    "lens_shading",  "white_balance", "highlights",
                                    "stabilise",     "demosaic.mean", "demosaic.difference",
                                    "demosaic.even", "unstabilise",   "color_matrix",
                                    "tone",          "sharpen"};

static bool is_known(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i], name) == 0)
            return true;
    return false;
}

/* The step of a stage; NULL where it is bypassed. */
static const struct fl_step *find(const struct fl_step *steps, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(steps[i].stage->name, name) == 0)
            return &steps[i];
    return NULL;
}

/* Bits that hold white of all sites. */
static int bits_of(const float level[4], const float scale[4])
{
    double most = 0.0;
    int bits = 1;
    for (int i = 0; i < 4; i++) {
        double white = (double)level[i] + 1.0 / (double)scale[i];
        most = white > most ? white : most;
    }
    while (bits <= MOST_BITS && (double)(1 << bits) - 0.5 <= most)
        bits++;
    return bits;
}

/* A site's code to its stabilised value. */
struct site {
    double zero, span; /* light of black, and from there to white */
    double gain;       /* white balance, over the level at which all colours clip */
    double c;
};

/* The tangent below black, as in the float chain: its inverse is not, which moves noise below black
 * a little towards it. */
static double stabilised_at(double light, const void *user)
{
    const struct site *s = user;
    double v = (light - s->zero) / s->span * s->gain, root = fl_cbrt(s->c);
    double z = v > 0.0 ? fl_cbrt(v + s->c) : root + v / (3.0 * root * root);
    return FL_QUICK_WHITE * z / fl_cbrt(1.0 + s->c);
}

/* Fills encode and curve; false where a level or gain is out of reach. */
static bool make_encode(struct fl_quick *q, const float level[4], const float scale[4],
                        const double gain[3], double clip, int bits, double c)
{
    const int shift = 15 - bits;
    for (int i = 0; i < 4; i++) {
        struct fl_quick_encode *e = &q->encode[i >> 1];
        struct site s = {.c = c};
        double black = floor((double)level[i] * (1 << shift) + 0.5), margin;
        s.span = (double)(1 << shift) / (double)scale[i];
        s.gain = gain[fl_cfa_color(q->cfa, i & 1, i >> 1)] / clip;
        margin = floor(3.0 * c * s.span / s.gain) + 1.0;
        margin = margin < black ? margin : black;
        if (!(black >= 0.0 && black < 32768.0 && s.span > 0.0 && s.gain > 0.0))
            return false;
        s.zero = margin + ((double)level[i] * (1 << shift) - black);
        e->shift = shift;
        e->most = (uint16_t)((1 << bits) - 1);
        e->black[i & 1] = (uint16_t)(black - margin);
        e->margin[i & 1] = (int16_t)margin;
        e->curve[i & 1] = &q->curve[i];
        if (!fl_quick_steep_make(&q->curve[i], stabilised_at, &s, 30000.0))
            return false;
    }
    return true;
}

/* The curve's c: that of the float chain, or more where pieces would be too steep. */
static bool fit_encode(struct fl_quick *q, const float level[4], const float scale[4],
                       const double gain[3], double clip, double *c)
{
    int bits = bits_of(level, scale);
    if (bits > MOST_BITS)
        return false;
    *c = *c > LEAST_C ? *c : LEAST_C;
    for (; *c <= MOST_C; *c *= 1.5)
        if (make_encode(q, level, scale, gain, clip, bits, *c))
            return true;
    return false;
}

/* Matrix, exposure and offset; false where they are too large. linear: light of 1 in the matrix's
 * argument. */
static bool make_matrix(struct fl_quick_color *out, const double m[9], double c)
{
    double most = 0.0, unit;
    int shift = 0;
    for (int row = 0; row < 3; row++) {
        double plus = 0.0, minus = 0.0;
        for (int k = 0; k < 3; k++) {
            double v = m[3 * row + k] * (1.0 + c);
            plus += v > 0.0 ? v : 0.0;
            minus += v < 0.0 ? -v : 0.0;
        }
        most = plus > most ? plus : most;
        most = minus > most ? minus : most;
    }
    while (shift <= MOST_SHIFT && !(most < (double)(2 << shift)))
        shift++;
    if (shift > MOST_SHIFT)
        return false;
    unit = 16384.0 / (1 << shift);
    out->shift = shift;
    for (int row = 0; row < 3; row++) {
        double sum = 0.0;
        for (int k = 0; k < 3; k++) {
            double v = floor(m[3 * row + k] * (1.0 + c) * unit + 0.5);
            int16_t q = (int16_t)(v < 32767.0 ? v : 32767.0);
            sum += m[3 * row + k];
            out->matrix[0][3 * row + k] = q;
            out->matrix[1][3 * row + 2 - k] = q;
        }
        out->offset[row] = (int16_t)floor(-sum * c * unit + 0.5);
    }
    return true;
}

static double tone_at(double x, const void *user)
{
    const void *state = user;
    return 255.0 * FL_QUICK_CODE * fl_tone_at(state, x / 32768.0 * fl_tone_white(state));
}

static bool make_color(struct fl_quick *q, const struct fl_prepare *p, const void *tone,
                       double clip, double c)
{
    const double most = 255.0 * FL_QUICK_CODE;
    double m[9], scale = p->control->exposure_gain * clip / fl_tone_white(tone);
    for (int i = 0; i < 9; i++)
        m[i] = p->control->matrix[i] * scale;
    q->color.wide = !fl_quick_plain_make(&q->color.tone, tone_at, tone, most, false);
    return make_matrix(&q->color, m, c) &&
           (!q->color.wide || fl_quick_plain_make(&q->color.tone, tone_at, tone, most, true));
}

static bool make_sharpen(struct fl_quick *q, const struct fl_step *step)
{
    float amount, threshold;
    q->sharpened = step != NULL;
    if (!step)
        return true;
    if (!fl_sharpen_is_plain(step->state, &amount, &threshold) || !(amount < MOST_AMOUNT))
        return false;
    q->sharpen.amount = (int16_t)floor((double)amount * 2048.0 + 0.5);
    threshold =
        threshold < 1.0f ? 0.5f * threshold * 255.0f * FL_QUICK_CODE : 255.0f * FL_QUICK_CODE;
    q->sharpen.threshold = (int16_t)(threshold > 0.0f ? threshold + 0.5f : 0.0f);
    return true;
}

/* In the stabilised domain noise has about the size of sqrt(s) / (3 c^(1/6)) at most. */
static void make_defect(struct fl_quick *q, const struct fl_noise *green, double c)
{
    double sigma = green->s > 0.0 ? sqrt(green->s) / (3.0 * fl_pow(c, 1.0 / 6.0)) : 0.0;
    double least = 6.0 * sigma > HOT ? 6.0 * sigma : HOT;
    q->defect.least = (int16_t)(FL_QUICK_WHITE * (least < 1.0 ? least : 1.0));
}

/* Looks at what does not depend on levels; NULL, or what is in the way. */
static const char *obstacle(const struct fl_prepare *p, const struct fl_step *steps, int count)
{
    const struct fl_step *step;
    if (p->frame->format.color != FL_COLOR_MOSAIC || p->cfa == FL_CFA_NONE)
        return "it is for Bayer mosaics";
    if (p->active.width < FL_QUICK_LEAST_SIZE || p->active.height < FL_QUICK_LEAST_SIZE)
        return "the picture is very small";
    for (int i = 0; i < count; i++)
        if (!is_known(steps[i].stage->name))
            return steps[i].stage->name;
    if (!find(steps, count, "demosaic.mean") || !find(steps, count, "unstabilise"))
        return "demosaic.method";
    step = find(steps, count, "lens_shading");
    if (step && !((double)fl_lens_shading_most(step->state) < MOST_GAIN))
        return "lens_shading";
    step = find(steps, count, "highlights");
    if (step && !fl_highlights_clip(step->state))
        return "highlights.mode";
    step = find(steps, count, "tone");
    return !step || !fl_tone_is_plain(step->state) ? "tone.curve" : NULL;
}

/* Where the first colour clips; the others are cut there, as mode clip of highlights does. */
static double lowest(const float clip[3])
{
    float least = clip[0] < clip[1] ? clip[0] : clip[1];
    return (double)(clip[2] < least ? clip[2] : least);
}

bool fl_quick_make(struct fl_quick *q, const struct fl_prepare *p, const struct fl_step *steps,
                   int count, const char **why)
{
    const struct fl_step *black = find(steps, count, "black"), *tone = find(steps, count, "tone");
    const struct fl_step *stabilise = find(steps, count, "stabilise");
    const struct fl_step *defect = find(steps, count, "defect");
    const struct fl_step *shading = find(steps, count, "lens_shading");
    float level[4], scale[4];
    double c, clip;

    memset(q, 0, sizeof *q);
    q->kernels = fl_quick_kernels_for(p->kernels->cpu);
    q->frame = p->frame;
    q->active = p->active;
    q->crop = p->crop;
    q->cfa = p->cfa;
    q->shading = shading ? shading->state : NULL;
    q->smooth_shading = shading && fl_lens_shading_is_smooth(shading->state, p->active.height);
    *why = obstacle(p, steps, count);
    if (*why || !q->kernels)
        return false;
    clip = lowest(stabilise->out.clip);
    c = (double)stabilise->out.stabiliser.c;
    if (!fl_black_is_plain(black->state, level, scale) || !(clip > 0.0))
        *why = "black levels that are more than one per site";
    else if (bits_of(level, scale) > MOST_BITS)
        *why = "more than 12 bits";
    else if (!fit_encode(q, level, scale, p->control->wb_gain, clip, &c))
        *why = "levels and white-balance gains beyond 16 bits";
    else if (!make_color(q, p, tone->state, clip, c))
        *why = "a matrix, an exposure or a tone curve beyond 16 bits";
    else if (!make_sharpen(q, find(steps, count, "sharpen")))
        *why = "sharpen";
    else if (defect && !fl_defect_is_plain(defect->state, &q->repair))
        *why = "listed bad pixels";
    make_defect(q, &stabilise->out.noise[1], c);
    return !*why;
}
