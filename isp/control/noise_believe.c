/* Whom to believe about the noise: the file or the picture. */
#include "noise_estimate.h"

#include "flmath.h"

#define MID_GREY 0.18
#define GRAIN    1.2e-5 /* variance on the square root of mid grey */

static bool is_known(const struct fl_noise *n)
{
    return n->s >= 0.0 && n->o >= 0.0 && n->s < 1.0 && n->o < 1.0 && n->s + n->o > 0.0;
}

static double ramp(double t)
{
    t = t < 0.0 ? 0.0 : t > 1.0 ? 1.0 : t;
    return t * t * (3.0 - 2.0 * t);
}

/* Share of the measurement in what is believed. stops: log2 of its ratio to the tag.
 *
 * Texture makes the measurement too large and never too small: less noise than tagged is proof.
 * More than tagged may be texture or film grain, the likelier the less sure the measurement is, and
 * something in between is wrong by the least; but those are not 16 times the noise. */
static double disbelief(double stops, double quiet)
{
    double unsure = 1.0 - quiet, withheld = 0.5 * unsure * ramp((4.0 - stops) / 1.5);
    if (stops <= 0.0)
        return ramp((-stops - 0.35) / 0.5);
    return (1.0 - withheld) * ramp((stops - 0.9 - 0.5 * unsure) / 0.5);
}

static double variance_at(const struct fl_noise *n, double level)
{
    return n->s * level + n->o + 1e-12;
}

/* A sensor that holds a million electrons has s = 1e-6; single shots of real ones start at ten
 * times that. */
static bool declares_clean(const struct fl_noise *tag)
{
    return tag->s < 2e-6;
}

/* One share for all colours: a wrong tag is wrong in all. */
static double share_of(const struct fl_noise_measured measured[3], const struct fl_noise tagged[3])
{
    double stops = 0.0, quiet = 0.0, n = 0.0;
    for (int c = 0; c < 3; c++) {
        const struct fl_noise_measured *m = &measured[c];
        if (!is_known(&m->noise) || !is_known(&tagged[c]))
            continue;
        stops += fl_log2(variance_at(&m->noise, m->level) / variance_at(&tagged[c], m->level));
        quiet += m->quiet;
        n += 1.0;
    }
    return n > 0.0 ? disbelief(stops / n, quiet / n) : 0.0;
}

/* The law whose height at a level is that of both by its share, in octaves, and so is its shape. */
static struct fl_noise between(const struct fl_noise *t, const struct fl_noise *m, double level,
                               double share)
{
    double at_t = variance_at(t, level), at_m = variance_at(m, level);
    double height = at_t * fl_pow(at_m / at_t, share);
    struct fl_noise n;
    n.s = height * ((1.0 - share) * t->s / at_t + share * m->s / at_m);
    n.o = height * ((1.0 - share) * t->o / at_t + share * m->o / at_m);
    return n;
}

/* Some of the faintest noise that a picture shows is the grain of a film or paper, which belongs
 * there, and taking a little too little costs nothing at that size. */
static struct fl_noise without_grain(const struct fl_noise_measured *m)
{
    double strength = variance_at(&m->noise, MID_GREY) / (4.0 * MID_GREY);
    double keep = 1.0 - (1.0 - 0.5 * m->quiet) * GRAIN / (strength + GRAIN);
    struct fl_noise n = {m->noise.s * keep, m->noise.o * keep};
    return n;
}

void fl_noise_believe(const struct fl_noise_measured measured[3], const struct fl_noise tagged[3],
                      struct fl_noise out[3])
{
    double share = share_of(measured, tagged);
    for (int c = 0; c < 3; c++) {
        const struct fl_noise *t = &tagged[c];
        struct fl_noise m = without_grain(&measured[c]);
        bool measures = is_known(&measured[c].noise), says = is_known(t);
        bool tag_only = says && (!measures || share == 0.0 || declares_clean(t));
        out[c].s = out[c].o = 0.0;
        if (tag_only)
            out[c] = *t;
        else if (measures)
            out[c] = says && share < 1.0 ? between(t, &m, measured[c].level, share) : m;
    }
}
