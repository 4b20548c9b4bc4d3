/* Opponent colours on the square root, y = sqrt(x + c), where noise has the same size everywhere.
 * Y = .2 R + .6 G + .2 B has little more noise than green; R - G and B - G carry the colour. */
#include "opponent.h"

#include <math.h>
#include <string.h>

/* A fully unbiased inverse gains on pictures with much light and loses on others. */
#define BLEND 0.6
/* Keeps a range above zero where there is no read noise. */
#define TINY  1e-6

void fl_opponent_init(struct fl_opponent_state *state, const struct fl_prepare *p)
{
    state->kernels = p->kernels;
    state->curve = p->flow->stabiliser;
}

void fl_opponent_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                      void *scratch)
{
    const struct fl_opponent_state *s = state;
    (void)scratch;
    for (int i = 0; i < in->n; i++) {
        for (int p = 0; p < 3; p++)
            s->kernels->stabilised_to_root(in->row[p][i], out->row[p][i], s->curve.root, in->width);
        s->kernels->to_opponent(out->row[0][i], out->row[1][i], out->row[2][i], in->width);
    }
}

/* The mean of the roots of noisy values lies below the root of their mean: by s / 4 in linear units
 * in the lights, by less where values are small against the noise in black, whose standard
 * deviation sqrt(o) is, and by nothing where the curve is its tangent. BLEND of it is put back. */
void fl_opponent_back_init(struct fl_opponent_state *state, const struct fl_prepare *p)
{
    fl_opponent_init(state, p);
    for (int c = 0; c < 3; c++) {
        const struct fl_noise *n = &p->flow->noise[p->flow->mono ? 1 : c];
        double slope = n->s < 1.0 ? n->s : 1.0, black = n->o > 0.0 ? sqrt(n->o) : 0.0;
        state->bias[c] = (float)(BLEND * (double)p->flow->averaged * slope / 4.0);
        state->per_range[c] = (float)(1.0 / (3.0 * black + TINY));
    }
}

void fl_opponent_back_rows(const void *state, const struct fl_rows *in, const struct fl_rows *out,
                           void *scratch)
{
    const struct fl_opponent_state *s = state;
    (void)scratch;
    for (int i = 0; i < in->n; i++) {
        for (int p = 0; p < 3 && out->row[p][i] != in->row[p][i]; p++)
            memcpy(out->row[p][i], in->row[p][i], (size_t)in->width * sizeof(float));
        s->kernels->from_opponent(out->row[0][i], out->row[1][i], out->row[2][i], in->width);
        for (int p = 0; p < 3; p++) {
            float *row = out->row[p][i];
            s->kernels->root_to_linear(row, row, s->curve.c, s->curve.root, in->width);
            if (s->bias[p] > 0.0f)
                s->kernels->unbias(row, row, s->bias[p], s->per_range[p], in->width);
        }
    }
}
