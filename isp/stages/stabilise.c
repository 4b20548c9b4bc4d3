/* What:   The stabilising curve before demosaic, and its inverse after denoise.
 * Model:  z = cbrt(x + c) for x >= 0, its tangent below; c = 1.5 O/S + 3/8 S of green's noise.
 *         z^1.5 is the square root of Anscombe's transform, in which Poisson-Gaussian noise has the
 *         same size everywhere; its 2/3 power is close to how the eye sees, and interpolating
 *         there loses 3 to 6 dB less than in linear light.
 * Source: Anscombe 1948; Starck, Murtagh, Bijaoui 1998 (Poisson-Gaussian form); the exponent is
 *         measured, see docs/stages.
 * Domain: linear, white-balanced <-> stabilised.
 *         Denoise goes straight back to linear by itself, and unstabilise has nothing to do.
 * Halo:   none.
 * Cost:   about 16 operations forward, 4 back. */
#include "noise_model.h"
#include "stages.h"

#include "flmath.h"

#include <math.h>

/* c without a noise model, and limits that keep the tangent below zero sane. */
#define DEFAULT_C 1e-3
#define MIN_C     1e-4
#define MAX_C     0.5

/* In files almost free of noise, O/S may be anything, and a curve that follows it is straight where
 * interpolation wants it bent: noise that nobody sees does not shape the curve (variance on the
 * square root of mid grey: a tenth of an 8-bit step, and ten times that), nor does noise from
 * reading over more than some of its standard deviations. */
#define MID_GREY   0.18
#define UNSEEN     1.6e-7
#define SEEN       1.6e-6
#define DEVIATIONS 16.0

struct stabilise_state {
    const struct fl_kernels *kernels;
    struct fl_stabiliser curve;
    int planes;
};

static double curve_offset(const struct fl_noise *n)
{
    double o = n->o > 0.0 ? n->o : 0.0, c, most, seen;
    if (!(n->s > 0.0))
        return DEFAULT_C;
    seen = ((n->s * MID_GREY + o) / (4.0 * MID_GREY) - UNSEEN) / (SEEN - UNSEEN);
    seen = seen < 0.0 ? 0.0 : seen < 1.0 ? seen : 1.0;
    c = 1.5 * o / n->s + 0.375 * n->s;
    most = DEFAULT_C + DEVIATIONS * sqrt(o);
    c = c < most ? c : most;
    c = DEFAULT_C + seen * (c - DEFAULT_C);
    return c < MIN_C ? MIN_C : c > MAX_C ? MAX_C : c;
}

struct fl_stabiliser fl_stabiliser_of(const struct fl_noise *green)
{
    struct fl_stabiliser f;
    double c = curve_offset(green), root = fl_cbrt(c);
    f.c = (float)c;
    f.root = (float)root;
    f.slope = (float)(1.0 / (3.0 * root * root));
    return f;
}

static fl_err stabilise_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct stabilise_state *s = state;
    (void)out;
    s->kernels = p->kernels;
    s->planes = p->flow->layout.planes;
    s->curve = p->flow->stabiliser = fl_stabiliser_of(&p->flow->noise[1]);
    p->flow->domain = FL_DOMAIN_STABILISED;
    return fl_success();
}

static void stabilise_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                           void *scratch)
{
    const struct stabilise_state *s = state;
    (void)scratch;
    for (int c = 0; c < s->planes; c++)
        for (int y = 0; y < in->n; y++)
            s->kernels->stabilise(in->row[c][y], out->row[c][y], s->curve.c, s->curve.root,
                                  s->curve.slope, in->width);
}

static fl_err unstabilise_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct stabilise_state *s = state;
    out->bypass = p->flow->domain != FL_DOMAIN_STABILISED;
    s->kernels = p->kernels;
    s->planes = p->flow->layout.planes;
    s->curve = p->flow->stabiliser;
    p->flow->domain = FL_DOMAIN_LINEAR;
    return fl_success();
}

static void unstabilise_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                             void *scratch)
{
    const struct stabilise_state *s = state;
    (void)scratch;
    for (int c = 0; c < s->planes; c++)
        for (int y = 0; y < in->n; y++)
            s->kernels->unstabilise(in->row[c][y], out->row[c][y], s->curve.c, s->curve.root,
                                    s->curve.slope, in->width);
}

const struct fl_stage fl_stage_stabilise = {
    .name = "stabilise",
    .summary = "Cube-root curve that makes noise even and fits the eye",
    .flags = FL_STAGE_IN_PLACE,
    .state_size = sizeof(struct stabilise_state),
    .prepare = stabilise_prepare,
    .rows = stabilise_rows,
};

const struct fl_stage fl_stage_unstabilise = {
    .name = "unstabilise",
    .summary = "Back from the stabilising curve to linear light",
    .flags = FL_STAGE_IN_PLACE,
    .state_size = sizeof(struct stabilise_state),
    .prepare = unstabilise_prepare,
    .rows = unstabilise_rows,
};
