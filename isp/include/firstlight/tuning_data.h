/* What is known about a sensor and its lens beyond what a raw file says: plain values, filled by
 * fl_tuning_load() (firstlight/tuning.h) or by the caller, who owns the arrays. All-zero means
 * nothing known. */
#ifndef FIRSTLIGHT_TUNING_DATA_H
#define FIRSTLIGHT_TUNING_DATA_H

#include "firstlight/error.h"
#include "firstlight/polyline.h"
#include "firstlight/tuning_exposure.h"
#include "firstlight/tuning_shading.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The camera's response to a grey card under light of a temperature, relative to green. */
struct fl_grey_point {
    double cct_k;  /* rises from point to point */
    double rg, bg; /* red / green, blue / green; above 0 */
};

/* How likely temperatures are at some brightness of the scene. */
struct fl_awb_prior {
    double lux;                        /* rises from prior to prior */
    struct fl_polyline log_likelihood; /* x: K */
};

/* Temperatures that a white balance preset searches. */
struct fl_awb_mode {
    char name[32]; /* "auto", "daylight", ... */
    double low_k, high_k;
};

/* White-balanced camera RGB -> linear sRGB under light of a temperature. */
struct fl_tuning_ccm {
    double cct_k;     /* rises from matrix to matrix */
    double matrix[9]; /* row-major */
};

/* A shot whose scene was measured: others follow from their exposure. */
struct fl_lux_reference {
    double lux;        /* 0 = not known */
    double exposure_s; /* > 0 */
    double gain;       /* analogue, 1 = base */
    double aperture;   /* relative diameter; 1 with a fixed lens */
    double y;          /* mean of the picture, 0..1 */
};

/* Greens that differ by less than (offset + slope G) strength are made alike. */
struct fl_green_threshold {
    bool known;
    double offset;               /* 0..1 */
    double slope;                /* 0..1 */
    struct fl_polyline strength; /* x: lux; no points: 1 */
};

/* Noise filters in multiples of the sensor's noise: what counts as noise, and how much of it is
 * taken away. Without knowing better, deviation 3.2 and strength 0.25 are what the hardware has. */
struct fl_tuning_denoise {
    char name[FL_TUNING_NAME];                     /* "normal", "hdr", "night" */
    double deviation, strength;                    /* of luminance in a single shot */
    double color_deviation;                        /* of colour; 0 = not known */
    double color_strength;                         /* 0..1 */
    double temporal_deviation, temporal_threshold; /* 0 = not known */
};

/* Multiples of what the camera's hardware does by itself. */
struct fl_tuning_sharpen {
    bool known;
    double threshold, limit, strength; /* 1 = unchanged */
};

struct fl_tuning {
    char target[32]; /* "bcm2835", "pisp"; empty in our own profiles */
    char sensor[64]; /* "imx477": from the profile or the file's name; may be empty */
    int grey_count, prior_count, mode_count, ccm_count;
    struct fl_grey_point *grey; /* 0, or at least 2 */
    struct fl_awb_prior *prior;
    struct fl_awb_mode *mode; /* the first is the default */
    struct fl_tuning_ccm *ccm;
    double transverse; /* how far from the curve in (r/g, b/g) a light may be; 0 = not known */
    struct fl_lux_reference lux;
    bool has_black;
    double black[3]; /* red, green, blue as a share of the full scale, 0..1 */
    /* Standard deviation at gain 1 of a value v above black = constant + slope sqrt(v), on a scale
     * of 65535. Slope 0 = not known. */
    double noise_constant, noise_slope;
    int defect_strength; /* 0 = not known, 1 off, 2 normal, 3 strong */
    int denoise_count;
    struct fl_green_threshold green;
    struct fl_tuning_denoise *denoise; /* the first is that of ordinary pictures */
    struct fl_tuning_sharpen sharpen;
    struct fl_polyline gamma;      /* the camera's tone curve, linear 0..1 -> display 0..1 */
    struct fl_polyline saturation; /* x: lux; factor on saturation; no points: 1 */
    struct fl_shading shading;
    struct fl_lateral_color lateral;
    struct fl_exposure_tuning exposure;
};

/* All functions below: any thread. */

/* grey[0] = red / green, grey[1] = blue / green of a grey card at a temperature (1000..100000 K,
 * clamped): linear in temperature between the points; beyond the ends, its logarithms go on as they
 * run over the outer third of the curve in mired. False without a curve. */
FL_API bool fl_tuning_grey(const struct fl_tuning *tuning, double cct_k, double grey[2]);

/* The temperature whose grey is nearest to a response (red / green, blue / green) in the plane of
 * their logarithms, within the ends of the curve. 0 without a curve or for values that are not
 * above 0. */
FL_API double fl_tuning_cct(const struct fl_tuning *tuning, const double grey[2]);

/* Linear in temperature between two matrices, the first or last beyond. False without any. */
FL_API bool fl_tuning_ccm_at(const struct fl_tuning *tuning, double cct_k, double matrix[9]);

/* Log likelihood of a temperature at a brightness of the scene. 0 without priors. */
FL_API double fl_tuning_prior_at(const struct fl_tuning *tuning, double lux, double cct_k);

/* The noise of raw values 0..1 (black to clip) at an analogue gain; the constant's product with the
 * slope is left out, as a DNG NoiseProfile must. False where the tuning does not say. */
FL_API bool fl_tuning_noise(const struct fl_tuning *tuning, double gain, struct fl_noise *noise);

/* Brightness of a scene whose picture has mean y (0..1) at an exposure; relative aperture 1 with a
 * fixed lens. 0 where the tuning does not say or a value is not above 0. */
FL_API double fl_tuning_lux(const struct fl_tuning *tuning, double exposure_s, double gain,
                            double aperture, double y);

#ifdef __cplusplus
}
#endif
#endif
