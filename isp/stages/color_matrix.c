/* What:   Camera colours to the output space's linear RGB, and exposure.
 * Model:  rgb = exposure * M * camera; M's rows sum to 1, so grey stays grey.
 *         Where denoise has run, then each channel v gets a toe: (v + w)^2 / 4 w where v is within
 *         w of black, 0 below, v above. In black, noise that is left is as large as the picture, and
 *         what it makes negative would be clipped to dots: the best guess for such a value is a small
 *         positive one. With t the noise in black, sigma, before denoise, w = 0.4 t / (1 + 16 t), one
 *         w for all channels so that black stays grey, which rises by w / 4.
 * Source: DNG Specification 1.6, chapter 6, "Mapping Camera Color Space to CIE XYZ Space".
 * Domain: linear, white-balanced camera RGB -> linear output RGB; nothing is clipped.
 * Halo:   none.
 * Cost:   15 operations per pixel; the toe 21 more. */
#include "stages.h"

#include <math.h>
#include <string.h>

/* Reach of the toe for the noise in black. Pictures differ: at ISO 6400 twice as much gains 0.2 dB on
 * Kodak-24 and on saturated pictures, and loses 0.8 dB where much is nearly black (boosted.txt). */
#define TOE_SHARE  0.4
#define TOE_LIMIT  16.0
#define MOST_NOISE 1.0 /* sigma; files may say anything */

struct color_matrix_state {
    const struct fl_kernels *kernels;
    float matrix[9];
    float reach; /* of the toe; 0: none */
};

static float toe_reach(const struct fl_noise noise[3])
{
    double variance = (noise[0].o + noise[1].o + noise[2].o) / 3.0;
    double sigma = variance > 0.0 ? sqrt(variance) : 0.0; /* NaN becomes 0 */
    sigma = sigma < MOST_NOISE ? sigma : MOST_NOISE;
    return (float)(TOE_SHARE * sigma / (1.0 + TOE_LIMIT * sigma));
}

static fl_err color_matrix_prepare(void *state, const struct fl_prepare *p, struct fl_prepared *out)
{
    struct color_matrix_state *s = state;
    struct fl_noise noise[3];
    (void)out;
    s->kernels = p->kernels;
    for (int i = 0; i < 9; i++) {
        double identity = i % 4 == 0 ? 1.0 : 0.0;
        double m = p->flow->mono ? identity : p->control->matrix[i];
        s->matrix[i] = (float)(m * p->control->exposure_gain);
    }
    memcpy(noise, p->flow->noise, sizeof noise);
    for (int r = 0; r < 3; r++) {
        struct fl_noise *n = &p->flow->noise[r];
        float clip = 0.0f;
        n->s = n->o = 0.0;
        for (int c = 0; c < 3; c++) {
            double m = (double)s->matrix[r * 3 + c];
            n->s += m * m * noise[c].s;
            n->o += m * m * noise[c].o;
            clip += s->matrix[r * 3 + c];
        }
        p->flow->clip[r] = clip; /* of a white that just clips green */
    }
    s->reach = p->flow->averaged * toe_reach(p->flow->noise);
    return fl_success();
}

static void color_matrix_rows(const void *state, const struct fl_rows *in,
                              const struct fl_rows *out, void *scratch)
{
    const struct color_matrix_state *s = state;
    (void)scratch;
    for (int y = 0; y < in->n; y++) {
        for (int c = 0; c < 3; c++)
            if (out->row[c][y] != in->row[c][y])
                memcpy(out->row[c][y], in->row[c][y], (size_t)in->width * sizeof(float));
        if (s->reach > 0.0f)
            s->kernels->matrix3_toe(out->row[0][y], out->row[1][y], out->row[2][y], s->matrix,
                                    s->reach, in->width);
        else
            s->kernels->matrix3(out->row[0][y], out->row[1][y], out->row[2][y], s->matrix,
                                in->width);
    }
}

const struct fl_stage fl_stage_color_matrix = {
    .name = "color_matrix",
    .summary = "Camera colours to linear output RGB, and exposure",
    .flags = FL_STAGE_IN_PLACE | FL_STAGE_COLUMNS,
    .state_size = sizeof(struct color_matrix_state),
    .prepare = color_matrix_prepare,
    .rows = color_matrix_rows,
};
