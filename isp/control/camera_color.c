/* The DNG colour model (Adobe, Digital Negative Specification 1.7, chapter 6), with the Bradford
 * transform (Lam 1985) for chromatic adaptation. */
#include "camera_color.h"

#include "flmath.h"
#include "locus.h"

#include <math.h>
#include <string.h>

#define MAX_RATIO 32.0

const double fl_srgb_to_xyz[9] = {0.4124564, 0.3575761, 0.1804375, 0.2126729, 0.7151522,
                                  0.0721750, 0.0193339, 0.1191920, 0.9503041};

static const double d50_xyz[3] = {0.9642, 1.0, 0.8249};
static const double d50_xy[2] = {0.3457, 0.3585};
static const double bradford[9] = {0.8951, 0.2664, -0.1614, -0.7502, 1.7135,
                                   0.0367, 0.0389, -0.0685, 1.0296};

/* A small Bayer sensor under tungsten and under daylight, near the median of the seventeen colour
 * sensors that Raspberry Pi's tuning files describe, with the matrices a sixth closer to grey
 * because a wrong guess shows less that way. */
static const struct {
    double kelvin;
    double neutral[3];
    double to_srgb[9]; /* white-balanced camera -> linear sRGB */
} generic_sensor[2] = {
    {2856.0, {0.80, 1.0, 0.38}, {1.60, -0.33, -0.27, -0.40, 1.80, -0.40, -0.02, -0.70, 1.72}},
    {6504.0, {0.46, 1.0, 0.69}, {1.60, -0.36, -0.24, -0.30, 1.75, -0.45, -0.06, -0.50, 1.56}}};

static const double identity[9] = {1, 0, 0, 0, 1, 0, 0, 0, 1};

static bool all_within(const double *v, int n, double limit)
{
    for (int i = 0; i < n; i++)
        if (!(fabs(v[i]) <= limit))
            return false;
    return true;
}

static void diagonal(const double v[3], double out[9])
{
    memset(out, 0, 9 * sizeof *out);
    for (int i = 0; i < 3; i++)
        out[4 * i] = v[i];
}

static void xyz_of(const double xy[2], double xyz[3])
{
    double y = xy[1] > 1e-6 ? xy[1] : 1e-6;
    xyz[0] = xy[0] / y;
    xyz[1] = 1.0;
    xyz[2] = (1.0 - xy[0] - y) / y;
}

static void d65_xyz(double xyz[3])
{
    for (int i = 0; i < 3; i++)
        xyz[i] = fl_srgb_to_xyz[3 * i] + fl_srgb_to_xyz[3 * i + 1] + fl_srgb_to_xyz[3 * i + 2];
}

bool fl_neutral_is_plausible(const double neutral[3])
{
    double low, high;
    if (!all_within(neutral, 3, 1e6))
        return false;
    low = neutral[0] < neutral[1] ? neutral[0] : neutral[1];
    low = low < neutral[2] ? low : neutral[2];
    high = neutral[0] > neutral[1] ? neutral[0] : neutral[1];
    high = high > neutral[2] ? high : neutral[2];
    return low > 0.0 && high <= MAX_RATIO * low;
}

/* Von Kries adaptation in Bradford's cone space. False where a cone sees nothing of a white. */
static bool adapt(const double from[3], const double to[3], double out[9])
{
    double inverse[9], a[3], b[3], scale[9] = {0};
    fl_mat3_inverse(bradford, inverse);
    fl_mat3_apply(bradford, from, a);
    fl_mat3_apply(bradford, to, b);
    for (int i = 0; i < 3; i++) {
        if (!(a[i] > 1e-3) || !(b[i] > 1e-3))
            return false;
        scale[4 * i] = b[i] / a[i];
    }
    fl_mat3_mul(scale, bradford, out);
    fl_mat3_mul(inverse, out, out);
    return true;
}

static double kelvin_of(const struct fl_calibration *c)
{
    static const struct {
        int code;
        double kelvin;
    } known[] = {{1, 5500},  {2, 4230},  {3, 2856},  {4, 5500},  {9, 5500},  {10, 6500}, {11, 7500},
                 {12, 6430}, {13, 5000}, {14, 4230}, {15, 3450}, {16, 2940}, {17, 2856}, {18, 4874},
                 {19, 6774}, {20, 5503}, {21, 6504}, {22, 7504}, {23, 5003}, {24, 3200}};
    if (c->cct_k >= 1000.0 && c->cct_k <= 50000.0)
        return c->cct_k;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].code == c->illuminant)
            return known[i].kelvin;
    return 0.0;
}

/* AnalogBalance x CameraCalibration; what is absent or not usable counts as identity. */
static void unit_matrix(const struct fl_meta *meta, const double calibration[9], double out[9])
{
    double balance[3], scratch[9];
    for (int i = 0; i < 3; i++) {
        double b = meta->analog_balance[i];
        balance[i] = b > 1e-3 && b < 1e3 ? b : 1.0;
    }
    diagonal(balance, out);
    if (all_within(calibration, 9, 1e3) && fl_mat3_inverse(calibration, scratch))
        fl_mat3_mul(out, calibration, out);
}

/* ForwardMatrix with rows scaled so that white becomes D50; false where that makes no sense. */
static bool forward_matrix(const struct fl_calibration *c, double out[9])
{
    double scratch[9];
    if (!c->has_forward_matrix || !all_within(c->forward_matrix, 9, 1e3) ||
        !fl_mat3_inverse(c->forward_matrix, scratch))
        return false;
    for (int row = 0; row < 3; row++) {
        const double *m = c->forward_matrix + 3 * row;
        double sum = m[0] + m[1] + m[2];
        if (!(sum > 0.05))
            return false;
        for (int i = 0; i < 3; i++)
            out[3 * row + i] = m[i] * d50_xyz[row] / sum;
    }
    return true;
}

static bool color_matrix_is_usable(const double m[9])
{
    double inverse[9], neutral[3];
    if (!all_within(m, 9, 1e3) || !fl_mat3_inverse(m, inverse))
        return false;
    fl_mat3_apply(m, d50_xyz, neutral);
    return fl_neutral_is_plausible(neutral);
}

static void init_generic(struct fl_camera_color *camera)
{
    double from_xyz[9], white[3], xy[2], d65[3], to_d65[9], inverse[9], neutral[9];
    camera->generic = true;
    camera->count = 2;
    d65_xyz(d65);
    fl_mat3_inverse(fl_srgb_to_xyz, from_xyz);
    for (int i = 0; i < 2; i++) {
        double *m = camera->color[i];
        camera->kelvin[i] = generic_sensor[i].kelvin;
        fl_locus_xy(camera->kelvin[i], 0.0, xy);
        xyz_of(xy, white);
        adapt(white, d65, to_d65);
        fl_mat3_inverse(generic_sensor[i].to_srgb, inverse);
        diagonal(generic_sensor[i].neutral, neutral);
        fl_mat3_mul(from_xyz, to_d65, m);
        fl_mat3_mul(inverse, m, m);
        fl_mat3_mul(neutral, m, m);
        memcpy(camera->unit[i], identity, sizeof identity);
    }
}

/* Puts the cooler of two calibrations second; two of one temperature are as good as one. */
static void order(struct fl_camera_color *camera)
{
    if (camera->count < 2)
        return;
    if (!(camera->kelvin[0] > 0.0) || !(camera->kelvin[1] > 0.0) ||
        fabs(camera->kelvin[0] - camera->kelvin[1]) < 1.0) {
        camera->count = 1;
        return;
    }
    if (camera->kelvin[0] > camera->kelvin[1]) {
        struct fl_camera_color old = *camera;
        for (int i = 0; i < 2; i++) {
            camera->kelvin[i] = old.kelvin[1 - i];
            memcpy(camera->color[i], old.color[1 - i], sizeof old.color[0]);
            memcpy(camera->unit[i], old.unit[1 - i], sizeof old.unit[0]);
            memcpy(camera->forward[i], old.forward[1 - i], sizeof old.forward[0]);
        }
    }
}

void fl_camera_color_init(struct fl_camera_color *camera, const struct fl_meta *meta,
                          const struct fl_log *log)
{
    int forward = 0;
    memset(camera, 0, sizeof *camera);
    for (int i = 0; i < 2; i++) {
        const struct fl_calibration *c = &meta->calibration[i];
        int n = camera->count;
        if (!c->has_color_matrix)
            continue;
        if (!color_matrix_is_usable(c->color_matrix)) {
            fl_log(log, FL_LOG_WARNING, "ColorMatrix%d is not usable and is ignored", i + 1);
            continue;
        }
        camera->kelvin[n] = kelvin_of(c);
        memcpy(camera->color[n], c->color_matrix, sizeof c->color_matrix);
        unit_matrix(meta, c->camera_calibration, camera->unit[n]);
        forward += forward_matrix(c, camera->forward[n]) ? 1 : 0;
        camera->count++;
    }
    camera->has_forward = camera->count > 0 && forward == camera->count;
    if (camera->count == 0)
        init_generic(camera);
    order(camera);
}

/* Weight of the second calibration: linear in 1/T between the two, as DNG asks. */
static double second_weight(const struct fl_camera_color *camera, double kelvin)
{
    double w;
    if (camera->count < 2)
        return 0.0;
    w = (1.0 / camera->kelvin[0] - 1.0 / kelvin) /
        (1.0 / camera->kelvin[0] - 1.0 / camera->kelvin[1]);
    return w < 0.0 ? 0.0 : w > 1.0 ? 1.0 : w;
}

static double second_weight_at(const struct fl_camera_color *camera, const double xy[2])
{
    double kelvin, tint;
    if (camera->count < 2)
        return 0.0;
    fl_locus_temperature(xy, &kelvin, &tint);
    return second_weight(camera, kelvin);
}

static void mix(const double m[2][9], double w, double out[9])
{
    for (int i = 0; i < 9; i++)
        out[i] = w > 0.0 ? (1.0 - w) * m[0][i] + w * m[1][i] : m[0][i];
}

/* XYZ -> this camera, for a weight of the second calibration. */
static void from_xyz(const struct fl_camera_color *camera, double w, double out[9])
{
    double unit[9];
    mix(camera->color, w, out);
    mix(camera->unit, w, unit);
    fl_mat3_mul(unit, out, out);
}

static bool response(const struct fl_camera_color *camera, double w, const double xy[2],
                     double neutral[3])
{
    double m[9], xyz[3], green;
    from_xyz(camera, w, m);
    xyz_of(xy, xyz);
    fl_mat3_apply(m, xyz, neutral);
    if (!fl_neutral_is_plausible(neutral))
        return false;
    green = neutral[1];
    for (int i = 0; i < 3; i++)
        neutral[i] /= green;
    return true;
}

bool fl_camera_color_neutral(const struct fl_camera_color *camera, double kelvin, double tint,
                             double neutral[3])
{
    double xy[2];
    fl_locus_xy(kelvin, tint, xy);
    return response(camera, second_weight(camera, kelvin), xy, neutral);
}

/* Chromaticity that matrices for a weight give a response. Colours outside of what is visible come
 * to its border, so that an iteration which strays there finds back; inside says so. */
static bool chromaticity(const struct fl_camera_color *camera, double w, const double neutral[3],
                         double xy[2], bool *inside)
{
    double m[9], inverse[9], xyz[3], sum = 0.0;
    from_xyz(camera, w, m);
    if (!fl_mat3_inverse(m, inverse))
        return false;
    fl_mat3_apply(inverse, neutral, xyz);
    *inside = true;
    for (int i = 0; i < 3; i++)
        sum += xyz[i];
    if (!(sum > 0.0) || !all_within(xyz, 3, 1e12))
        return false;
    for (int i = 0; i < 3; i++)
        if (xyz[i] < 1e-3 * sum) {
            xyz[i] = 1e-3 * sum;
            *inside = false;
        }
    sum = xyz[0] + xyz[1] + xyz[2];
    xy[0] = xyz[0] / sum;
    xy[1] = xyz[1] / sum;
    return true;
}

bool fl_camera_color_white(const struct fl_camera_color *camera, const double neutral[3],
                           double xy[2])
{
    double last[2] = {d50_xy[0], d50_xy[1]};
    bool inside = false;
    for (int i = 0; i < 30; i++) {
        double move;
        if (!chromaticity(camera, second_weight_at(camera, last), neutral, xy, &inside))
            return false;
        move = fabs(xy[0] - last[0]) + fabs(xy[1] - last[1]);
        if (move < 1e-10)
            break;
        if (i >= 20) { /* it swings between two points: meet in the middle */
            xy[0] = 0.5 * (xy[0] + last[0]);
            xy[1] = 0.5 * (xy[1] + last[1]);
        }
        last[0] = xy[0];
        last[1] = xy[1];
    }
    return inside;
}

/* White-balanced camera -> XYZ D50 by the forward matrices. */
static bool by_forward(const struct fl_camera_color *camera, double w, const double neutral[3],
                       double out[9])
{
    double unit[9], inverse[9], reference[3], scale[9], white[9];
    mix(camera->unit, w, unit);
    mix(camera->forward, w, out);
    if (!fl_mat3_inverse(unit, inverse))
        return false;
    fl_mat3_apply(inverse, neutral, reference);
    if (!fl_neutral_is_plausible(reference))
        return false;
    for (int i = 0; i < 3; i++)
        reference[i] = 1.0 / reference[i];
    diagonal(reference, scale);
    diagonal(neutral, white);
    fl_mat3_mul(out, scale, out);
    fl_mat3_mul(out, inverse, out);
    fl_mat3_mul(out, white, out);
    return true;
}

/* The same by the inverse of the colour matrices, to XYZ with the light's own white. */
static bool by_color(const struct fl_camera_color *camera, double w, const double neutral[3],
                     double out[9])
{
    double m[9], white[9];
    from_xyz(camera, w, m);
    if (!fl_mat3_inverse(m, out))
        return false;
    diagonal(neutral, white);
    fl_mat3_mul(out, white, out);
    return true;
}

bool fl_camera_color_matrix(const struct fl_camera_color *camera, const double xy[2], double out[9])
{
    static const double ones[3] = {1, 1, 1};
    double w = second_weight_at(camera, xy), neutral[3], white[3], d65[3], to_d65[9];
    if (!response(camera, w, xy, neutral))
        return false;
    if (!(camera->has_forward ? by_forward : by_color)(camera, w, neutral, out))
        return false;
    fl_mat3_apply(out, ones, white);
    if (!(white[1] > 1e-6))
        return false;
    for (int i = 0; i < 9; i++)
        out[i] /= white[1];
    fl_mat3_apply(out, ones, white);
    d65_xyz(d65);
    if (!adapt(white, d65, to_d65))
        return false;
    fl_mat3_mul(to_d65, out, out);
    return true;
}
