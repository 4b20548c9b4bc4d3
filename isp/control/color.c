/* White balance and the colour matrix of one shot, from metadata and settings. */
#include "color.h"

#include "awb_lights.h"
#include "camera_color.h"
#include "flmath.h"
#include "locus.h"

#include <math.h>
#include <string.h>

#define MAX_TINT  150.0 /* of the white that the matrix is made for */
#define MAX_ENTRY 10.0  /* of a matrix: beyond, noise would be all there is to see */

/* For a camera about which nothing is known: mild, with rows that sum to 1. */
static const double generic_matrix[9] = {1.60,  -0.35, -0.25, -0.33, 1.76,
                                         -0.43, -0.05, -0.55, 1.60};
/* Last resort for the neutral: a typical sensor in daylight. */
static const double generic_neutral[3] = {0.5, 1.0, 0.65};

bool fl_color_needs_neutral(const struct fl_meta *meta, const struct fl_settings *settings,
                            bool mono)
{
    if (mono)
        return false;
    if (settings->wb == FL_WB_AS_SHOT)
        return !meta->has_neutral || !fl_neutral_is_plausible(meta->neutral);
    return settings->wb == FL_WB_AUTO || settings->wb == FL_WB_BOX;
}

/* Measured in the picture; daylight where that failed. */
static void use_measured(const struct fl_camera_color *camera, const double measured[3],
                         const struct fl_log *log, double neutral[3])
{
    if (measured && fl_neutral_is_plausible(measured)) {
        memcpy(neutral, measured, 3 * sizeof *neutral);
        return;
    }
    fl_log(log, FL_LOG_WARNING, "no white found in the picture: balanced for daylight");
    if (!fl_camera_color_neutral(camera, 5500.0, 10.0, neutral))
        memcpy(neutral, generic_neutral, sizeof generic_neutral);
}

/* The camera's response to light of a temperature and tint: along the tuning's curve, where tint
 * counts from the curve, or by the matrices. */
static bool by_temperature(const struct fl_camera_color *camera, const struct fl_settings *settings,
                           double neutral[3])
{
    struct fl_awb_lights lights;
    double color[2];
    if (!settings->tuning || settings->tuning->grey_count < 2)
        return fl_camera_color_neutral(camera, settings->temperature_k, settings->tint, neutral);
    fl_awb_lights_curve(&lights, settings->tuning);
    if (!fl_awb_light_color(&lights, 1e6 / settings->temperature_k, settings->tint, color))
        return false;
    neutral[0] = fl_exp2(color[0]);
    neutral[1] = 1.0;
    neutral[2] = fl_exp2(color[1]);
    return true;
}

static void choose_neutral(const struct fl_camera_color *camera, const struct fl_meta *meta,
                           const struct fl_settings *settings, const double measured[3],
                           const struct fl_log *log, double neutral[3])
{
    if (settings->wb == FL_WB_GAINS) {
        neutral[0] = 1.0 / settings->wb_gains[0];
        neutral[1] = 1.0;
        neutral[2] = 1.0 / settings->wb_gains[1];
        return;
    }
    if (settings->wb == FL_WB_KELVIN) {
        if (by_temperature(camera, settings, neutral))
            return;
        fl_log(log, FL_LOG_WARNING, "the camera's matrices give no white at %g K, tint %g",
               settings->temperature_k, settings->tint);
    }
    if (settings->wb == FL_WB_AS_SHOT) {
        if (meta->has_neutral && fl_neutral_is_plausible(meta->neutral)) {
            memcpy(neutral, meta->neutral, sizeof meta->neutral);
            return;
        }
        if (meta->has_neutral)
            fl_log(log, FL_LOG_WARNING,
                   "the file's neutral (%g, %g, %g) is absurd: white balance is automatic",
                   meta->neutral[0], meta->neutral[1], meta->neutral[2]);
        else
            fl_log(log, FL_LOG_NOTE, "the file has no neutral: white balance is automatic");
    }
    use_measured(camera, measured, log, neutral);
}

/* XYZ D65 -> linear RGB of the output. */
static void output_from_xyz(enum fl_color_space space, double out[9])
{
    static const double p3[3][2] = {{0.680, 0.320}, {0.265, 0.690}, {0.150, 0.060}};
    static const double ones[3] = {1, 1, 1};
    double to_xyz[9], inverse[9], white[3], amount[3];
    fl_mat3_inverse(fl_srgb_to_xyz, out);
    if (space == FL_SPACE_SRGB)
        return;
    for (int i = 0; i < 3; i++) {
        to_xyz[i] = p3[i][0] / p3[i][1];
        to_xyz[3 + i] = 1.0;
        to_xyz[6 + i] = (1.0 - p3[i][0] - p3[i][1]) / p3[i][1];
    }
    fl_mat3_inverse(to_xyz, inverse);
    fl_mat3_apply(fl_srgb_to_xyz, ones, white);
    fl_mat3_apply(inverse, white, amount);
    for (int i = 0; i < 9; i++)
        to_xyz[i] *= amount[i % 3];
    fl_mat3_inverse(to_xyz, out);
}

/* Linear sRGB -> linear RGB of the output, applied after m. */
static void from_srgb(enum fl_color_space space, const double m[9], double out[9])
{
    double to_output[9];
    if (space == FL_SPACE_SRGB) {
        memcpy(out, m, 9 * sizeof *out);
        return;
    }
    output_from_xyz(space, to_output);
    fl_mat3_mul(to_output, fl_srgb_to_xyz, to_output);
    fl_mat3_mul(to_output, m, out);
}

/* Rows sum to 1 but for rounding and for the last digits of published matrices: take that away. */
static bool finish(double m[9])
{
    for (int row = 0; row < 3; row++) {
        double *r = m + 3 * row, sum = r[0] + r[1] + r[2];
        if (!(fabs(sum - 1.0) < 1e-3))
            return false;
        for (int i = 0; i < 3; i++) {
            r[i] /= sum;
            if (!(fabs(r[i]) <= MAX_ENTRY))
                return false;
        }
    }
    return true;
}

/* The matrix for a white; light that is far from any lamp or sky gets that of the nearest one. */
static bool model_matrix(const struct fl_camera_color *camera, const double white[2],
                         enum fl_color_space space, double out[9])
{
    double kelvin, tint, xy[2] = {white[0], white[1]}, to_output[9];
    fl_locus_temperature(xy, &kelvin, &tint);
    if (fabs(tint) > MAX_TINT || kelvin < 1500.0 || kelvin > 30000.0) {
        tint = tint > MAX_TINT ? MAX_TINT : tint < -MAX_TINT ? -MAX_TINT : tint;
        kelvin = kelvin < 1500.0 ? 1500.0 : kelvin > 30000.0 ? 30000.0 : kelvin;
        fl_locus_xy(kelvin, tint, xy);
    }
    if (!fl_camera_color_matrix(camera, xy, out))
        return false;
    output_from_xyz(space, to_output);
    fl_mat3_mul(to_output, out, out);
    return finish(out);
}

/* The tuning's matrix; grey stays grey, though not all published matrices do that exactly. */
static bool tuning_matrix(const struct fl_tuning *tuning, double cct_k, enum fl_color_space space,
                          double out[9])
{
    double m[9];
    if (!tuning || !fl_tuning_ccm_at(tuning, cct_k > 0.0 ? cct_k : 5000.0, m))
        return false;
    for (int row = 0; row < 3; row++) {
        double *r = m + 3 * row, sum = r[0] + r[1] + r[2];
        if (!(sum > 0.1))
            return false;
        for (int i = 0; i < 3; i++)
            r[i] /= sum;
    }
    from_srgb(space, m, out);
    return finish(out);
}

static void choose_matrix(const struct fl_camera_color *camera, const double neutral[3],
                          const struct fl_settings *settings, const struct fl_log *log,
                          struct fl_control *out)
{
    double xy[2], tint;
    bool known = !camera->generic && fl_camera_color_white(camera, neutral, xy);
    const double grey[2] = {neutral[0] / neutral[1], neutral[2] / neutral[1]};
    if (known)
        fl_locus_temperature(xy, &out->cct_k, &tint);
    if (settings->tuning && settings->tuning->grey_count >= 2)
        out->cct_k = fl_tuning_cct(settings->tuning, grey);
    if (settings->has_ccm) {
        from_srgb(settings->space, settings->ccm, out->matrix);
        return;
    }
    if (tuning_matrix(settings->tuning, out->cct_k, settings->space, out->matrix))
        return;
    if (!known)
        fl_locus_xy(5500.0, 10.0, xy);
    if (!camera->generic && model_matrix(camera, xy, settings->space, out->matrix))
        return;
    if (camera->generic)
        fl_log(log, FL_LOG_NOTE, "the file has no colour matrix: a generic one is used");
    else
        fl_log(log, FL_LOG_WARNING, "the file's colour matrices fail: a generic one is used");
    from_srgb(settings->space, generic_matrix, out->matrix);
    (void)finish(out->matrix);
}

static fl_err check_settings(const struct fl_settings *settings)
{
    for (int i = 0; settings->wb == FL_WB_GAINS && i < 2; i++)
        if (!(settings->wb_gains[i] >= 1e-3 && settings->wb_gains[i] <= 1e3))
            return fl_error(FL_ERR_RANGE, "white balance gain %g is not in 0.001..1000",
                            settings->wb_gains[i]);
    for (int i = 0; settings->has_ccm && i < 9; i++)
        if (!(fabs(settings->ccm[i]) <= 100.0))
            return fl_error(FL_ERR_RANGE, "colour matrix entry %g is not in -100..100",
                            settings->ccm[i]);
    return fl_success();
}

fl_err fl_color_solve(const struct fl_meta *meta, const struct fl_settings *settings,
                      const double measured[3], bool mono, struct fl_control *out,
                      const struct fl_log *log)
{
    struct fl_camera_color camera;
    double neutral[3];
    FL_TRY(check_settings(settings));
    memset(out->matrix, 0, sizeof out->matrix);
    out->cct_k = 0.0;
    for (int i = 0; i < 3; i++) {
        out->wb_gain[i] = 1.0;
        out->matrix[4 * i] = 1.0;
    }
    if (mono)
        return fl_success();
    fl_camera_color_init(&camera, meta, log);
    choose_neutral(&camera, meta, settings, measured, log, neutral);
    for (int i = 0; i < 3; i++)
        out->wb_gain[i] = neutral[1] / neutral[i];
    choose_matrix(&camera, neutral, settings, log, out);
    return fl_success();
}
