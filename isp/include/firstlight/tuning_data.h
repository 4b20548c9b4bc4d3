/* What is known about a sensor and its lens beyond what a raw file says: plain values, filled by
 * fl_tuning_load() (firstlight/tuning.h) or by the caller, who owns the arrays. All-zero means
 * nothing known. */
#ifndef FIRSTLIGHT_TUNING_DATA_H
#define FIRSTLIGHT_TUNING_DATA_H

#include "firstlight/error.h"

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A function in straight pieces: x rises strictly; constant beyond its ends. */
struct fl_point {
    double x, y;
};
struct fl_polyline {
    int count;
    struct fl_point *point;
};

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

struct fl_tuning {
    char target[32]; /* "bcm2835", "pisp" */
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
};

/* The function at x. Without points: 0. Any thread, as all below. */
FL_API double fl_polyline_at(const struct fl_polyline *line, double x);

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

#ifdef __cplusplus
}
#endif
#endif
