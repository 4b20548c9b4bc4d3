/* The simulated sensor as a tuning describes it. */
#include "sim_sensor.h"

#include "flmath.h"

#include <math.h>
#include <string.h>

/* linear sRGB -> unbalanced camera: the matrix backwards, seen by the sensor's grey. */
static fl_err tune_color(const struct fl_tuning *t, double cct_k, struct fl_sim_sensor *s)
{
    double grey[2], ccm[9], inverse[9];
    if (!fl_tuning_grey(t, cct_k, grey) || !fl_tuning_ccm_at(t, cct_k, ccm))
        return fl_success();
    for (int i = 0; i < 9; i += 3) {
        double sum = ccm[i] + ccm[i + 1] + ccm[i + 2];
        for (int k = i; k < i + 3; k++)
            ccm[k] /= sum;
    }
    if (!fl_mat3_inverse(ccm, inverse))
        return fl_error(FL_ERR_RANGE, "the tuning's matrix at %g K cannot be inverted", cct_k);
    s->color.neutral[0] = grey[0];
    s->color.neutral[1] = 1.0;
    s->color.neutral[2] = grey[1];
    for (int i = 0; i < 9; i++) {
        s->color.response[i] = inverse[i] * s->color.neutral[i / 3];
        s->response[i] = s->color.response[i] * s->exposure;
    }
    return fl_success();
}

static void tune_shading(const struct fl_tuning *t, double cct_k, struct fl_sim_sensor *s)
{
    const size_t side = FL_SIM_SHADING_SIDE;
    float gain[3 * FL_SIM_SHADING_SIDE * FL_SIM_SHADING_SIDE];
    if (!fl_shading_gains(&t->shading, cct_k, NULL, FL_SIM_SHADING_SIDE, FL_SIM_SHADING_SIDE,
                          gain)) {
        s->shading = false;
        return;
    }
    s->shading_rows = s->shading_cols = FL_SIM_SHADING_SIDE;
    for (size_t c = 0; c < 3; c++) /* mono has the lens, and no colours */
        memcpy(s->gain[c], gain + (s->format.color == FL_COLOR_MONO ? 1 : c) * side * side,
               side * side * sizeof *gain);
}

fl_err fl_sim_sensor_tune(const struct fl_sim_config *config, struct fl_sim_sensor *s)
{
    const struct fl_tuning *t = config->tuning;
    double cct_k = config->cct_k > 0.0 ? config->cct_k : FL_SIM_CCT_D65_K;
    if (!t)
        return fl_success();
    if (t->has_black) /* levels count 65535 as the code 2^16 - 1, whose step is a whole 1/65536 */
        s->black_dn =
            floor(t->black[1] * (65535.0 / 65536.0) * (double)(1 << s->format.bits) + 0.5);
    if (s->shading)
        tune_shading(t, cct_k, s);
    return s->format.color == FL_COLOR_MOSAIC ? tune_color(t, cct_k, s) : fl_success();
}
