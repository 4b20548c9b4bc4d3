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
#define MARGIN      0.03 /* most that lies below black, of white */
#define MOST_SHIFT  4    /* matrix times exposure below 2^(shift + 1) */
#define ROUNDING    1e-3 /* of a sum of products */
#define MOST_AMOUNT 60.0 /* of sharpening */
#define MOST_GAIN   4.9  /* of lens shading */
#define HALF        4    /* of a code, in display units */
#define MEANS       48   /* what rounding means up five times adds to detail, on average */
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

/* Light to stabilised values. */
struct root {
    double zero, span; /* light of black, and from there to white */
    double c;
};

/* The tangent below black, as in the float chain: its inverse is not, which moves noise below black
 * a little towards it. */
static double stabilised_at(double light, const void *user)
{
    const struct root *r = user;
    double v = (light - r->zero) / r->span, root = sqrt(r->c);
    double z = v > 0.0 ? sqrt(v + r->c) : root + v / (2.0 * root);
    return FL_QUICK_WHITE * z / sqrt(1.0 + r->c);
}

/* Where black and white of a site are in 15 bits, before gains. */
struct site {
    double scale, black, white;
};

/* false where the levels are beyond 16 bits. white: of the balanced value, over its gain. */
static bool make_site(struct site *s, double level, double scale, double white)
{
    double most = level + white / scale;
    if (!(level >= 0.0 && white > 0.0 && most < 16384.0 && floor(most) > level))
        return false;
    s->scale = 1.0;
    while ((most - level) * s->scale * 2.0 < 32767.0 && most * s->scale * 2.0 < 65536.0)
        s->scale *= 2.0;
    s->black = level * s->scale;
    s->white = most * s->scale;
    return s->white - s->black < 32767.0;
}

/* Fills encode and curve; false where a level or gain is out of reach. */
static bool make_encode(struct fl_quick *q, const float level[4], const float scale[4],
                        const double gain[3], double clip)
{
    struct site site[4];
    double white = 32766.0, margin = 32766.0;
    for (int i = 0; i < 4; i++) {
        double g = gain[fl_cfa_color(q->cfa, i & 1, i >> 1)] / clip;
        if (!(g > 0.0) || !make_site(&site[i], (double)level[i], (double)scale[i], 1.0 / g))
            return false;
        white = site[i].white - site[i].black < white ? site[i].white - site[i].black : white;
    }
    for (int i = 0; i < 4; i++) { /* black may be too near to 0 for the margin wanted */
        double most = site[i].black * white / (site[i].white - site[i].black);
        margin = most < margin ? most : margin;
    }
    margin = floor(margin < MARGIN * white ? margin : MARGIN * white);
    for (int i = 0; i < 4; i++) {
        struct fl_quick_encode *e = &q->encode[i >> 1];
        double g = (white - margin) / (site[i].white - site[i].black);
        e->most[i & 1] = (uint16_t)floor(site[i].white / site[i].scale);
        e->scale[i & 1] = (uint16_t)site[i].scale;
        e->black[i & 1] = (uint16_t)floor(site[i].black - margin / g + 0.5);
        g = floor(g * 32768.0 + 0.5); /* 1 where black is 0 */
        e->gain[i & 1] = (int16_t)(g < 32767.0 ? g : 32767.0);
        e->margin = (int16_t)margin;
        e->white = (int16_t)white;
        e->curve = &q->curve;
    }
    return true;
}

/* The curve's c: that of the float chain, or more where pieces would be too steep. */
static bool fit_curve(struct fl_quick *q, double *c)
{
    const struct fl_quick_encode *e = &q->encode[0];
    struct root r = {e->margin, e->white - e->margin, *c > LEAST_C ? *c : LEAST_C};
    for (; r.c <= MOST_C; r.c *= 1.5) {
        bool wide = !fl_quick_curve_make(&q->curve, stabilised_at, &r, 30000.0, false);
        *c = r.c;
        q->encode[0].wide = q->encode[1].wide = wide;
        if (!wide || fl_quick_curve_make(&q->curve, stabilised_at, &r, 30000.0, true))
            return true;
    }
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
        plus += minus * c + ROUNDING; /* no sum may leave 16 bits */
        minus += plus * c + ROUNDING;
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
    return 255.0 * FL_QUICK_CODE * fl_tone_at(state, x / 32768.0 * fl_tone_white(state)) + HALF;
}

static bool make_color(struct fl_quick *q, const struct fl_prepare *p, const void *tone,
                       double clip, double c)
{
    const double most = 255.0 * FL_QUICK_CODE + HALF;
    const double square = 256.0 * FL_QUICK_WHITE * FL_QUICK_WHITE / 32768.0; /* linear of white */
    double m[9], scale = p->control->exposure_gain * clip / fl_tone_white(tone) * 32768.0 / square;
    for (int i = 0; i < 9; i++)
        m[i] = p->control->matrix[i] * scale;
    q->color.wide = !fl_quick_curve_make(&q->color.tone, tone_at, tone, most, false);
    return make_matrix(&q->color, m, c) &&
           (!q->color.wide || fl_quick_curve_make(&q->color.tone, tone_at, tone, most, true));
}

static bool make_sharpen(struct fl_quick *q, const struct fl_step *step)
{
    float amount, threshold;
    double noise;
    q->sharpened = step != NULL;
    if (!step)
        return true;
    if (!fl_sharpen_is_plain(step->state, &amount, &threshold) || !(amount < MOST_AMOUNT))
        return false;
    q->sharpen.amount = (int16_t)floor((double)amount * 512.0 + 0.5);
    noise = 64.0 * 0.5 * 255.0 * (double)(threshold < 1.0f ? threshold : 1.0f);
    noise = floor(noise > 0.0 ? noise + 0.5 : 0.0);
    q->sharpen.low = (int16_t)(-noise - MEANS);
    q->sharpen.high = (int16_t)(noise > MEANS ? noise - MEANS : 0.0);
    return true;
}

/* In the stabilised domain noise has about the size of sqrt(s) / 2 at most. */
static void make_defect(struct fl_quick *q, const struct fl_noise *green)
{
    double sigma = green->s > 0.0 ? 0.5 * sqrt(green->s) : 0.0;
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
    else if (!make_encode(q, level, scale, p->control->wb_gain, clip) || !fit_curve(q, &c))
        *why = "levels and white-balance gains beyond 16 bits";
    else if (!make_color(q, p, tone->state, clip, c))
        *why = "a matrix, an exposure or a tone curve beyond 16 bits";
    else if (!make_sharpen(q, find(steps, count, "sharpen")))
        *why = "sharpen";
    else if (defect && !fl_defect_is_plain(defect->state, &q->repair))
        *why = "listed bad pixels";
    make_defect(q, &stabilise->out.noise[1]);
    return !*why;
}
