/* How large the noise is that denoise meets.
 *
 * On the square root y = sqrt(x + c) of a value with variance s x + o, the variance is
 * (s x + o) / (4 (x + c)), the same everywhere when c = o / s. It is taken at mid grey for each
 * channel, whose s and o carry the white-balance gain, and spread over the coefficients as demosaic
 * does, by the table. */
#include "noise_model.h"

#include <math.h>

#define MIN_VARIANCE         1e-9 /* none, but filters divide by it */
#define MAX_VARIANCE         1.0  /* noise as large as the range */
#define MID_GREY             0.18
#define MIN_CLIP             0.1 /* of clip levels, which files may make anything */
#define MAX_CLIP             100.0
/* Variances: (0.1 / 255)^2 and (2.5 / 255)^2, as the square root spans about 0..1. */
#define TENTH_OF_A_BIT       1.6e-7
#define TWO_AND_A_HALF_STEPS 9.6e-5

double fl_noise_variance(const struct fl_flow *flow, int channel)
{
    const struct fl_noise *n = &flow->noise[channel];
    double v = (n->s * MID_GREY + n->o) / (4.0 * (MID_GREY + (double)flow->stabiliser.c));
    if (!(v > MIN_VARIANCE)) /* files may say anything */
        return MIN_VARIANCE;
    return v < MAX_VARIANCE ? v : MAX_VARIANCE;
}

bool fl_noise_matters(const struct fl_flow *flow)
{
    return fl_noise_variance(flow, 1) > TENTH_OF_A_BIT;
}

bool fl_noise_disturbs(const struct fl_flow *flow)
{
    return fl_noise_variance(flow, 1) > TWO_AND_A_HALF_STEPS;
}

struct fl_span fl_noise_span(const struct fl_flow *flow, bool color)
{
    double top[3], y, largest;
    for (int c = 0; c < 3; c++) {
        double clip = (double)flow->clip[c];
        clip = clip > MIN_CLIP ? clip < MAX_CLIP ? clip : MAX_CLIP : MIN_CLIP;
        top[c] = sqrt(clip + (double)flow->stabiliser.c);
    }
    y = 0.2 * top[0] + 0.6 * top[1] + 0.2 * top[2];
    largest = top[0] > top[1] ? top[0] : top[1];
    largest = largest > top[2] ? largest : top[2];
    if (color)
        return (struct fl_span){(float)-largest, (float)largest};
    return (struct fl_span){(float)(-0.3 * y), (float)(1.25 * y)}; /* noise; rebuilt highlights */
}

void fl_noise_coefficients(const struct fl_flow *flow, enum fl_noise_plane plane, int color,
                           float variance[64])
{
    const float *own = fl_noise_table[flow->spectrum][plane][0];
    const float *green = fl_noise_table[flow->spectrum][plane][1];
    bool luma = plane == FL_NOISE_LUMA || plane == FL_NOISE_LUMA_HALF;
    double v_green = fl_noise_variance(flow, 1);
    double v_own = luma ? fl_noise_variance(flow, 0) + fl_noise_variance(flow, 2)
                        : fl_noise_variance(flow, color);
    for (int i = 0; i < 8; i++)
        for (int j = 0; j < 8; j++) {
            int at = i > j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i;
            double v = (double)own[at] * v_own + (double)green[at] * v_green;
            if (flow->raw_filtered)
                v *= (double)fl_noise_left[plane][at];
            /* one channel: the luminance is the channel itself, and white */
            variance[8 * i + j] = (float)(flow->mono ? v_green : v);
        }
}
