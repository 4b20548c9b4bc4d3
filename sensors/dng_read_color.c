/* DNG colour: calibration matrices, the neutral, exposure offset and noise profile. */
#include "dng_read.h"

#include "flmath.h"

#include <math.h>
#include <string.h>

/* Colour temperatures of EXIF LightSource codes, in kelvin: the standard illuminants (CIE 15), and
 * for the fluorescent kinds the middle of the ranges that EXIF 2.32 gives. 0 = not a colour. */
static double illuminant_cct(int code)
{
    static const struct {
        int code;
        double cct_k;
    } table[] = {{1, 5503.0},  {2, 4150.0},  {3, 2856.0},  {4, 5503.0},  {9, 5503.0},
                 {10, 6504.0}, {11, 7504.0}, {12, 6400.0}, {13, 5050.0}, {14, 4150.0},
                 {15, 3525.0}, {16, 2925.0}, {17, 2856.0}, {18, 4874.0}, {19, 6774.0},
                 {20, 5503.0}, {21, 6504.0}, {22, 7504.0}, {23, 5003.0}, {24, 3200.0}};
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if (table[i].code == code)
            return table[i].cct_k;
    return 0.0;
}

static fl_err read_matrix(const struct fl_dng *dng, int tag, double out[9], bool *has)
{
    double m[9], inverse[9];
    int count;
    *has = false;
    FL_TRY(fl_dng_reals(dng, tag, 9, 9, m, &count));
    if (count == 0)
        return fl_success();
    for (int i = 0; i < 9; i++)
        if (!(fabs(m[i]) < 1e6))
            return fl_error(FL_ERR_CORRUPT, "%s: value %d is %g, must be finite and below 1e6",
                            fl_tiff_tag_name(tag), i, m[i]);
    if (!fl_mat3_inverse(m, inverse))
        return fl_error(FL_ERR_CORRUPT, "%s is singular: %g %g %g, %g %g %g, %g %g %g",
                        fl_tiff_tag_name(tag), m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7],
                        m[8]);
    memcpy(out, m, sizeof m);
    *has = true;
    return fl_success();
}

static fl_err read_calibration(const struct fl_dng *dng, int index, struct fl_calibration *out)
{
    static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};
    uint32_t code = 0;
    struct fl_tiff_entry e;
    bool has;
    memset(out, 0, sizeof *out);
    memcpy(out->camera_calibration, identity, sizeof identity);
    FL_TRY(fl_dng_find(dng, FL_TAG_CALIBRATION_ILLUMINANT_1 + index, &e));
    if (e.count > 0)
        code = fl_tiff_uint(&e, 0);
    out->illuminant = code <= 255 ? (int)code : 0;
    out->cct_k = illuminant_cct(out->illuminant);
    FL_TRY(
        read_matrix(dng, FL_TAG_COLOR_MATRIX_1 + index, out->color_matrix, &out->has_color_matrix));
    FL_TRY(read_matrix(dng, FL_TAG_FORWARD_MATRIX_1 + index, out->forward_matrix,
                       &out->has_forward_matrix));
    return read_matrix(dng, FL_TAG_CAMERA_CALIBRATION_1 + index, out->camera_calibration, &has);
}

/* Where a writer had no matrix but needed one, camera RGB passes for linear sRGB, under no named
 * light: that says nothing. */
static void drop_placeholder(struct fl_dng *dng)
{
    static const double srgb_from_xyz[9] = {3.2404542,  -1.5371385, -0.4985314,
                                            -0.9692660, 1.8760108,  0.0415560,
                                            0.0556434,  -0.2040259, 1.0572252};
    struct fl_calibration *c = &dng->meta.calibration[0];
    if (!c->has_color_matrix || c->has_forward_matrix || c->illuminant != 0 ||
        dng->meta.calibration[1].has_color_matrix)
        return;
    for (int i = 0; i < 9; i++)
        if (!(fabs(c->color_matrix[i] - srgb_from_xyz[i]) < 1e-5))
            return;
    c->has_color_matrix = false;
    fl_log(dng->log, FL_LOG_NOTE, "ColorMatrix1 only says that none was known: ignored");
}

static fl_err read_analog_balance(struct fl_dng *dng)
{
    double v[3];
    int count;
    FL_TRY(fl_dng_reals(dng, FL_TAG_ANALOG_BALANCE, 3, 3, v, &count));
    for (int i = 0; i < count; i++) {
        if (!(v[i] > 1e-3 && v[i] < 1e3))
            return fl_error(FL_ERR_CORRUPT, "AnalogBalance: value %d is %g, must be 0.001..1000", i,
                            v[i]);
        dng->meta.analog_balance[i] = v[i];
    }
    return fl_success();
}

/* --- the neutral -------------------------------------------------------------------------- */

/* Takes a neutral whose colours are within a factor of 1000; a file with another one is developed
 * as one without. */
static void take_neutral(struct fl_dng *dng, int tag, const double v[3])
{
    double low = fmin(v[0], fmin(v[1], v[2])), high = fmax(v[0], fmax(v[1], v[2]));
    bool sane = true;
    for (int i = 0; i < 3; i++)
        sane = sane && v[i] > 1e-6 && v[i] < 1e6;
    if (!sane || high > 1000.0 * low) {
        fl_log(dng->log, FL_LOG_WARNING,
               "%s gives the neutral %g %g %g, which is no white: "
               "ignored",
               fl_tiff_tag_name(tag), v[0], v[1], v[2]);
        return;
    }
    memcpy(dng->meta.neutral, v, sizeof dng->meta.neutral);
    dng->meta.has_neutral = true;
}

/* Correlated colour temperature of a chromaticity (McCamy 1992). */
static double cct_of_xy(double x, double y)
{
    double n = (x - 0.3320) / (0.1858 - y);
    return ((449.0 * n + 3525.0) * n + 6823.3) * n + 5520.33;
}

/* XYZ -> camera for a colour temperature: the two matrices mixed in 1/T, as DNG says. */
static bool matrix_at(const struct fl_meta *meta, double cct_k, double out[9])
{
    const struct fl_calibration *a = &meta->calibration[0], *b = &meta->calibration[1];
    double calibrated[2][9], g = 1.0;
    if (!a->has_color_matrix)
        a = b;
    if (!b->has_color_matrix)
        b = a;
    if (!a->has_color_matrix)
        return false;
    if (a->cct_k > 0.0 && b->cct_k > 0.0 && a->cct_k != b->cct_k && cct_k > 0.0) {
        g = (1.0 / cct_k - 1.0 / b->cct_k) / (1.0 / a->cct_k - 1.0 / b->cct_k);
        g = g < 0.0 ? 0.0 : g > 1.0 ? 1.0 : g;
    }
    fl_mat3_mul(a->camera_calibration, a->color_matrix, calibrated[0]);
    fl_mat3_mul(b->camera_calibration, b->color_matrix, calibrated[1]);
    for (int i = 0; i < 9; i++)
        out[i] = g * calibrated[0][i] + (1.0 - g) * calibrated[1][i];
    return true;
}

/* The camera's response to a white of chromaticity (x, y), its largest value scaled to 1. */
static void neutral_from_xy(struct fl_dng *dng, double x, double y)
{
    double m[9], white[3], v[3], high = 0.0;
    if (!(x > 0.05 && y > 0.05 && x + y < 1.0) || !matrix_at(&dng->meta, cct_of_xy(x, y), m)) {
        fl_log(dng->log, FL_LOG_WARNING, "AsShotWhiteXY %g %g is ignored: %s", x, y,
               x > 0.05 && y > 0.05 && x + y < 1.0 ? "there is no ColorMatrix" : "no white");
        return;
    }
    white[0] = x / y;
    white[1] = 1.0;
    white[2] = (1.0 - x - y) / y;
    fl_mat3_apply(m, white, v);
    for (int i = 0; i < 3; i++) {
        if (dng->meta.analog_balance[i] > 0.0)
            v[i] *= dng->meta.analog_balance[i];
        high = v[i] > high ? v[i] : high;
    }
    for (int i = 0; i < 3 && high > 0.0; i++)
        v[i] /= high;
    take_neutral(dng, FL_TAG_AS_SHOT_WHITE_XY, v);
}

static fl_err read_neutral(struct fl_dng *dng)
{
    double v[3];
    int count;
    FL_TRY(fl_dng_reals(dng, FL_TAG_AS_SHOT_NEUTRAL, 3, 3, v, &count));
    if (count == 3) {
        take_neutral(dng, FL_TAG_AS_SHOT_NEUTRAL, v);
        return fl_success();
    }
    FL_TRY(fl_dng_reals(dng, FL_TAG_AS_SHOT_WHITE_XY, 2, 2, v, &count));
    if (count == 2)
        neutral_from_xy(dng, v[0], v[1]);
    return fl_success();
}

/* --- hints -------------------------------------------------------------------------------- */

/* Both offsets are rendering hints: real files have 0/0 here, which says nothing. */
static fl_err read_baseline_exposure(struct fl_dng *dng)
{
    static const int tags[2] = {FL_TAG_BASELINE_EXPOSURE, FL_TAG_BASELINE_EXPOSURE_OFFSET};
    for (int i = 0; i < 2; i++) {
        double ev;
        int count;
        FL_TRY(fl_dng_reals(dng, tags[i], 1, 1, &ev, &count));
        if (count == 1 && !(fabs(ev) <= 16.0))
            fl_log(dng->log, FL_LOG_NOTE, "%s is %g EV, outside -16..16: ignored",
                   fl_tiff_tag_name(tags[i]), ev);
        else if (count == 1)
            dng->meta.baseline_exposure_ev += ev;
    }
    return fl_success();
}

static fl_err read_noise(struct fl_dng *dng)
{
    struct fl_tiff_entry e;
    struct fl_noise noise[3];
    FL_TRY(fl_dng_find(dng, FL_TAG_NOISE_PROFILE, &e));
    if (e.count == 0)
        return fl_success();
    if (e.count != 2 && e.count != 6) {
        fl_log(dng->log, FL_LOG_WARNING, "NoiseProfile has %u values, 2 or 6 expected: ignored",
               (unsigned)e.count);
        return fl_success();
    }
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t at = e.count == 6 ? 2 * i : 0;
        noise[i].s = fl_tiff_real(&e, at);
        noise[i].o = fl_tiff_real(&e, at + 1);
        if (!(noise[i].s > 0.0 && noise[i].s <= 1.0 && noise[i].o >= 0.0 && noise[i].o <= 1.0)) {
            fl_log(dng->log, FL_LOG_WARNING,
                   "NoiseProfile: S %g and O %g, must be 0 < S <= 1 and "
                   "0 <= O <= 1: ignored",
                   noise[i].s, noise[i].o);
            return fl_success();
        }
    }
    memcpy(dng->meta.noise, noise, sizeof noise);
    return fl_success();
}

fl_err fl_dng_read_color(struct fl_dng *dng)
{
    FL_TRY(read_baseline_exposure(dng));
    FL_TRY(read_noise(dng));
    if (dng->format.color == FL_COLOR_MONO) /* its tags have one row: nothing to convert */
        return fl_success();
    for (int i = 0; i < 2; i++)
        FL_TRY(read_calibration(dng, i, &dng->meta.calibration[i]));
    drop_placeholder(dng);
    FL_TRY(read_analog_balance(dng));
    return read_neutral(dng);
}
