/* Opponent colours on the square root, y = sqrt(x + c), where noise has the same size everywhere.
 * Y = .2 R + .6 G + .2 B has little more noise than green; R - G and B - G carry the colour. */
#include "opponent.h"

#include <math.h>
#include <string.h>

/* A fully unbiased inverse gains on pictures with much light and loses on others. */
#define BLEND    0.6
/* The share of it at black, and in how many standard deviations of black it rises by all. */
#define AT_BLACK 0.4
#define REACH    2.5
/* Keeps that above zero where there is no read noise. */
#define TINY     1e-6

void fl_opponent_init(struct fl_opponent_state *state, const struct fl_prepare *p)
{
    state->kernels = p->kernels;
    state->root = p->flow->stabiliser.root;
}

/* The three planes of a row are changed in place; executors mostly give both the same memory. */
static void take_over(const struct fl_rows *in, const struct fl_rows *out, int i)
{
    for (int p = 0; p < 3 && out->row[p][i] != in->row[p][i]; p++)
        memcpy(out->row[p][i], in->row[p][i], (size_t)in->width * sizeof(float));
}

void fl_opponent_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct fl_opponent_state *s = state;
    (void)scratch;
    for (int i = 0; i < in->n; i++) {
        take_over(in, out, i);
        s->kernels->to_opponent(out->row[0][i], out->row[1][i], out->row[2][i], s->root, in->width);
    }
}

/* The mean of the roots of noisy values lies below the root of their mean: by s / 4 in linear units
 * in the lights, by less where values are small against the noise in black, whose standard
 * deviation sqrt(o) is, and by nothing where the curve is its tangent. BLEND of it is put back. */
void fl_opponent_back_init(struct fl_opponent_state *state, const struct fl_prepare *p)
{
    const float root = p->flow->stabiliser.root;
    struct fl_opponent_back *to = &state->back;
    fl_opponent_init(state, p);
    to->c = p->flow->stabiliser.c;
    to->at_zero = root * sqrtf(root);
    to->per_slope = 2.0F * to->at_zero;
    for (int c = 0; c < 3; c++) {
        const struct fl_noise *n = &p->flow->noise[p->flow->mono ? 1 : c];
        double slope = n->s < 1.0 ? n->s : 1.0, black = n->o > 0.0 ? sqrt(n->o) : 0.0;
        double bias = BLEND * (double)p->flow->averaged * slope / 4.0;
        bias = bias > 0.0 ? bias : 0.0;
        to->bias[c] = (float)bias;
        to->offset[c] = (float)(AT_BLACK * bias);
        to->rise[c] = (float)(bias / (REACH * black + TINY));
    }
}

void fl_opponent_back_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                           void *scratch)
{
    const struct fl_opponent_state *s = state;
    (void)scratch;
    for (int i = 0; i < in->n; i++) {
        s->kernels->from_opponent(in->row[0][i], in->row[1][i], in->row[2][i], &s->back,
                                  out->row[0][i], out->row[1][i], out->row[2][i], in->width);
    }
}
