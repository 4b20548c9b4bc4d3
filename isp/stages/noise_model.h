/* How large the noise is that denoise meets: in which coefficient of which plane. */
#ifndef FL_NOISE_MODEL_H
#define FL_NOISE_MODEL_H

#include "stage.h"

/* Planes that the sliding DCT works on. */
enum fl_noise_plane {
    FL_NOISE_LUMA,
    FL_NOISE_LUMA_HALF,
    FL_NOISE_CHROMA,
    FL_NOISE_CHROMA_HALF,
    FL_NOISE_CHROMA_QUARTER,
    FL_NOISE_CHROMA_EIGHTH,
    FL_NOISE_PLANES
};

#define FL_SPECTRA      4  /* enum fl_spectrum */
#define FL_NOISE_COEFFS 36 /* of an 8x8 DCT whose rows and columns are alike */

/* Variance of a coefficient per variance of the samples: [0] of red and blue samples (luma: per
 * variance of both together; chroma: of the plane's own colour), [1] of green samples. Coefficient
 * (i, j), i >= j, is at i (i + 1) / 2 + j. Made by tests/quality/noise_table. */
extern const float fl_noise_table[FL_SPECTRA][FL_NOISE_PLANES][2][FL_NOISE_COEFFS];

/* Share of each coefficient's variance that raw_denoise leaves. */
extern const float fl_noise_left[FL_NOISE_PLANES][FL_NOISE_COEFFS];

/* The curve that makes green's noise even. */
struct fl_stabiliser fl_stabiliser_of(const struct fl_noise *green);

/* Variance of the noise of a channel's samples on the square root sqrt(x + c) of mid grey. */
double fl_noise_variance(const struct fl_flow *flow, int channel);

/* False where the noise is unknown or too small to be seen (below a tenth of an 8-bit step). */
bool fl_noise_matters(const struct fl_flow *flow);

/* False where a fast development may leave it: it is below two and a half 8-bit steps at mid grey,
 * and taking it away changes the error of a picture by less than half a decibel. */
bool fl_noise_disturbs(const struct fl_flow *flow);

/* What luminance or colour differences on the square root span, with a margin. */
struct fl_span {
    float low, high;
};
struct fl_span fl_noise_span(const struct fl_flow *flow, bool color);

/* Variances of the 64 coefficients; index 8 * horizontal + vertical frequency. color: 0 for R - G,
 * 2 for B - G, unused for luminance. */
void fl_noise_coefficients(const struct fl_flow *flow, enum fl_noise_plane plane, int color,
                           float variance[64]);

#endif
