/* The simulated camera's colour response.
 *
 * Two calibrations define it: under CIE A and under D65, each with the camera's answer to white
 * and the matrix from white-balanced camera to linear sRGB. Between the two, everything is linear
 * in 1/T, as DNG readers interpolate: the forward matrix, and the colour matrix, which gives the
 * neutral as the camera's answer to the white of that temperature. A reader that follows the DNG
 * specification therefore gets the scene back exactly. */
#include "sim_color.h"

#include "flmath.h"

#include <string.h>

#define EXIF_LIGHT_A   17
#define EXIF_LIGHT_D65 21

static const double srgb_to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                      0.0721750, 0.0193339, 0.1191920, 0.9503041};
static const double white_d50[3] = {0.96422, 1.0, 0.82521};

/* White-balanced camera -> linear sRGB (rows sum to 1), and the response to white. */
static const double ccm_a[9] = {2.05, -0.96, -0.09, -0.48, 1.74, -0.26, -0.09, -1.38, 2.47};
static const double neutral_a[3] = {0.77, 1.0, 0.32};
static const double ccm_d65[9] = {1.85, -0.68, -0.17, -0.36, 1.72, -0.36, -0.03, -0.62, 1.65};
static const double neutral_d65[3] = {0.48, 1.0, 0.56};

static void xy_to_xyz(double x, double y, double out[3])
{
    out[0] = x / y;
    out[1] = 1.0;
    out[2] = (1.0 - x - y) / y;
}

/* Planckian locus: cubic fits of Kim et al. (2002), 1667..25000 K. */
static void planck_xy(double cct_k, double *x, double *y)
{
    double t = 1000.0 / cct_k, x1, x2, x3;
    if (cct_k <= 4000.0)
        x1 = ((-0.2661239 * t - 0.2343589) * t + 0.8776956) * t + 0.179910;
    else
        x1 = ((-3.0258469 * t + 2.1070379) * t + 0.2226347) * t + 0.240390;
    x2 = x1 * x1;
    x3 = x2 * x1;
    if (cct_k <= 2222.0)
        *y = -1.1063814 * x3 - 1.34811020 * x2 + 2.18555832 * x1 - 0.20219683;
    else if (cct_k <= 4000.0)
        *y = -0.9549476 * x3 - 1.37418593 * x2 + 2.09137015 * x1 - 0.16748867;
    else
        *y = 3.0817580 * x3 - 5.87338670 * x2 + 3.75112997 * x1 - 0.37001483;
    *x = x1;
}

static void d65_xyz(double out[3])
{
    static const double one[3] = {1.0, 1.0, 1.0};
    fl_mat3_apply(srgb_to_xyz, one, out);
}

/* Weight of the D65 calibration: linear in 1/T, clamped. */
static double d65_weight(double cct_k)
{
    double w =
        (1.0 / FL_SIM_CCT_A_K - 1.0 / cct_k) / (1.0 / FL_SIM_CCT_A_K - 1.0 / FL_SIM_CCT_D65_K);
    return w < 0.0 ? 0.0 : w > 1.0 ? 1.0 : w;
}

/* The white of a temperature: Planckian light, shifted so that the two calibration temperatures
 * give A and D65 themselves. */
static void white_xyz(double cct_k, double w, double out[3])
{
    double x, y, ax, ay, dx, dy, d65[3];
    d65_xyz(d65);
    planck_xy(cct_k, &x, &y);
    planck_xy(FL_SIM_CCT_A_K, &ax, &ay);
    planck_xy(FL_SIM_CCT_D65_K, &dx, &dy);
    x += (1.0 - w) * (0.44757 - ax) + w * (d65[0] / (d65[0] + d65[1] + d65[2]) - dx);
    y += (1.0 - w) * (0.40745 - ay) + w * (d65[1] / (d65[0] + d65[1] + d65[2]) - dy);
    xy_to_xyz(x, y, out);
}

/* Bradford adaptation between two whites. */
static void adaptation(const double from[3], const double to[3], double out[9])
{
    static const double bradford[9] = {0.8951, 0.2664, -0.1614, -0.7502, 1.7135,
                                       0.0367, 0.0389, -0.0685, 1.0296};
    double inverse[9], scaled[9], a[3], b[3];
    fl_mat3_apply(bradford, from, a);
    fl_mat3_apply(bradford, to, b);
    for (int i = 0; i < 9; i++)
        scaled[i] = bradford[i] * b[i / 3] / a[i / 3];
    fl_mat3_inverse(bradford, inverse);
    fl_mat3_mul(inverse, scaled, out);
}

/* diag(neutral) ccm^-1: linear sRGB -> unbalanced camera. */
static void unbalanced_response(const double ccm[9], const double neutral[3], double out[9])
{
    fl_mat3_inverse(ccm, out);
    for (int i = 0; i < 9; i++)
        out[i] *= neutral[i / 3];
}

static void calibrate(int illuminant, double cct_k, const double ccm[9], const double neutral[3],
                      struct fl_calibration *out)
{
    double white[3], d65[3], adapt[9], xyz_to_srgb[9], m[9];
    memset(out, 0, sizeof *out);
    out->illuminant = illuminant;
    out->cct_k = cct_k;
    for (int i = 0; i < 9; i++)
        out->camera_calibration[i] = i % 4 == 0;

    d65_xyz(d65);
    adaptation(d65, white_d50, adapt);
    fl_mat3_mul(srgb_to_xyz, ccm, m);
    fl_mat3_mul(adapt, m, out->forward_matrix);
    out->has_forward_matrix = true;

    white_xyz(cct_k, d65_weight(cct_k), white);
    adaptation(white, d65, adapt);
    fl_mat3_inverse(srgb_to_xyz, xyz_to_srgb);
    unbalanced_response(ccm, neutral, m);
    fl_mat3_mul(m, xyz_to_srgb, m);
    fl_mat3_mul(m, adapt, out->color_matrix);
    out->has_color_matrix = true;
}

void fl_sim_color_init(double cct_k, struct fl_sim_color *out)
{
    double w = d65_weight(cct_k), matrix[9], ccm[9], white[3], green;
    calibrate(EXIF_LIGHT_A, FL_SIM_CCT_A_K, ccm_a, neutral_a, &out->calibration[0]);
    calibrate(EXIF_LIGHT_D65, FL_SIM_CCT_D65_K, ccm_d65, neutral_d65, &out->calibration[1]);
    for (int i = 0; i < 9; i++) {
        ccm[i] = (1.0 - w) * ccm_a[i] + w * ccm_d65[i]; /* linear in the forward matrix too */
        matrix[i] = (1.0 - w) * out->calibration[0].color_matrix[i] +
                    w * out->calibration[1].color_matrix[i];
    }
    white_xyz(cct_k, w, white);
    fl_mat3_apply(matrix, white, out->neutral);
    green = out->neutral[1];
    for (int i = 0; i < 3; i++)
        out->neutral[i] /= green;
    unbalanced_response(ccm, out->neutral, out->response);
}
