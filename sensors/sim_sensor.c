/* The simulated sensor: colour response, lens shading, defects, noise, quantisation.
 *
 * A value of 1 is the clip: a white surface of radiance 1 just fills the green pixels at the centre
 * of the picture. Model of a pixel with mean light m, after the lens:
 *     v = S * Poisson(m / S) + sqrt(O) * Normal,   dn = round(black + v * (white - black)), clipped
 * so that variance(v) = S m + O as in a DNG NoiseProfile. */
#include "sim_sensor.h"

#include "flmath.h"
#include "sim_random.h"

#include <math.h>
#include <string.h>

#define KEY_NOISE   0x6e6f697365ULL   /* "noise" */
#define KEY_DEFECTS 0x646566656374ULL /* "defect": belongs to the sensor, not to the shot */

/* Relative illumination falls as 1 / (1 + t^2)^2 with t the tangent of the field angle, which is
 * cos^4; the filter dyes tilt it slightly per colour, and the lens sits a little off centre. */
static void make_shading(struct fl_sim_sensor *s)
{
    static const double tangent[3] = {0.62, 0.58, 0.56}; /* at the corner, red green blue */
    static const double cx[3] = {0.508, 0.505, 0.503}, cy[3] = {0.490, 0.492, 0.493};
    double w = s->width, h = s->height, half_diagonal2 = (w * w + h * h) / 4.0;
    s->shading_rows = FL_SIM_SHADING_ROWS;
    s->shading_cols = FL_SIM_SHADING_COLS;
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < FL_SIM_SHADING_ROWS * FL_SIM_SHADING_COLS; i++) {
            int col = i % FL_SIM_SHADING_COLS, row = i / FL_SIM_SHADING_COLS;
            double dx = (col / (FL_SIM_SHADING_COLS - 1.0) - cx[c]) * w;
            double dy = (row / (FL_SIM_SHADING_ROWS - 1.0) - cy[c]) * h;
            double t2 = tangent[c] * tangent[c] * (dx * dx + dy * dy) / half_diagonal2;
            s->gain[c][i] = (float)((1.0 + t2) * (1.0 + t2));
        }
}

/* Sensor noise grows with the gain as that of a 1/2.3 inch sensor: S with it, O with its square. */
static struct fl_noise noise_at(double iso)
{
    double gain = iso / 100.0;
    struct fl_noise n = {2.2e-4 * gain, 1.6e-7 * gain * gain + 2e-8};
    return n;
}

static struct fl_noise noise_of(const struct fl_sim_config *config)
{
    double iso = config->iso > 0.0 ? config->iso : 100.0;
    struct fl_noise noise = noise_at(iso);
    if (config->tuning)
        (void)fl_tuning_noise(config->tuning, iso / 100.0, &noise);
    return noise;
}

static void make_response(const struct fl_sim_config *config, struct fl_sim_sensor *s)
{
    static const double luminance[3] = {0.2126729, 0.7151522, 0.0721750};
    fl_sim_color_init(config->cct_k > 0.0 ? config->cct_k : FL_SIM_CCT_D65_K, &s->color);
    s->exposure = fl_exp2(config->exposure_ev);
    for (int i = 0; i < 9; i++)
        s->response[i] = s->color.response[i] * s->exposure;
    for (int i = 0; i < 3; i++)
        s->mono_response[i] = luminance[i] * s->exposure;
}

void fl_sim_sensor_init(const struct fl_sim_config *config, const struct fl_format *format,
                        struct fl_sim_sensor *out)
{
    struct fl_sim_stream key = fl_sim_stream(KEY_NOISE, config->seed);
    memset(out, 0, sizeof *out);
    out->width = config->width > 0 ? config->width : 640;
    out->height = config->height > 0 ? config->height : 480;
    out->format = *format;
    if (format->packing != FL_PACK_CSI2P && out->width >= FL_SIM_MASKED_MIN &&
        out->width + FL_SIM_MASKED_COLUMNS <= FL_MAX_DIMENSION)
        out->masked = FL_SIM_MASKED_COLUMNS;
    out->black_dn = (double)(1 << (format->bits - 4)); /* 64 of 1024 */
    out->white_dn = (double)((1 << format->bits) - 1);
    if (!config->no_noise)
        out->noise = noise_of(config);
    out->shading = !config->no_shading;
    out->defect_share = config->defects_ppm * 1e-6;
    out->key = fl_sim_next(&key);
    make_response(config, out);
    make_shading(out);
}

/* The gain map along one row of the picture, at the centres of its pixels: DNG GainMap rules. */
static void shading_line(const struct fl_sim_sensor *s, const float *gain, double v,
                         double line[FL_SIM_SHADING_SIDE])
{
    double position = v * (s->shading_rows - 1);
    int row = (int)position < s->shading_rows - 1 ? (int)position : s->shading_rows - 2;
    double f = position - row;
    const float *a = gain + (size_t)row * (size_t)s->shading_cols, *b = a + s->shading_cols;
    for (int i = 0; i < s->shading_cols; i++)
        line[i] = (1.0 - f) * (double)a[i] + f * (double)b[i];
}

static double shading_at(const struct fl_sim_sensor *s, const double line[FL_SIM_SHADING_SIDE],
                         double u)
{
    double position = u * (s->shading_cols - 1);
    int col = (int)position < s->shading_cols - 1 ? (int)position : s->shading_cols - 2;
    double f = position - col;
    return (1.0 - f) * line[col] + f * line[col + 1];
}

/* Replaces the light on a defective pixel: hot ones glow, dead ones answer weakly, stuck ones
 * always say the same. */
static double defect(const struct fl_sim_sensor *s, uint64_t index, double light, bool *stuck)
{
    struct fl_sim_stream stream = fl_sim_stream(KEY_DEFECTS, index);
    double kind, amount;
    *stuck = false;
    if (!(fl_sim_uniform(&stream) < s->defect_share))
        return light;
    kind = fl_sim_uniform(&stream);
    amount = fl_sim_uniform(&stream);
    if (kind < 0.45)
        return light + 0.15 + 0.85 * amount;
    if (kind < 0.85)
        return light * 0.1 * amount;
    *stuck = true;
    return amount;
}

/* One pixel from its mean light to its code. */
static uint16_t expose(const struct fl_sim_sensor *s, uint64_t index, double light)
{
    bool stuck = false;
    double dn;
    if (s->defect_share > 0.0)
        light = defect(s, index, light, &stuck);
    if (light > 4.0) /* far beyond the clip, with or without noise */
        light = 4.0;
    if (s->noise.s > 0.0 && !stuck) {
        struct fl_sim_stream stream = fl_sim_stream(s->key, index);
        double read = sqrt(s->noise.o) * fl_sim_normal(&stream);
        light = s->noise.s * fl_sim_poisson(&stream, light / s->noise.s) + read;
    }
    dn = floor(s->black_dn + light * (s->white_dn - s->black_dn) + 0.5);
    return (uint16_t)(dn < 0.0 ? 0.0 : dn > s->white_dn ? s->white_dn : dn);
}

/* Mean light on the pixel at (x, y), after the lens. */
static inline double light_at(const struct fl_sim_sensor *s, int x, int y, const double *rgb,
                              double line[3][FL_SIM_SHADING_SIDE])
{
    int c = fl_cfa_color(s->format.cfa, x, y);
    const double *m = s->format.color == FL_COLOR_MONO ? s->mono_response : s->response + c * 3;
    const double *p = rgb + (size_t)x * 3;
    double light = m[0] * p[0] + m[1] * p[1] + m[2] * p[2];
    if (s->shading)
        light /= shading_at(s, line[c], (x + 0.5) / s->width);
    return light;
}

void fl_sim_sensor_row(const struct fl_sim_sensor *s, int y, const double *rgb, uint16_t *dn)
{
    double line[3][FL_SIM_SHADING_SIDE];
    /* Counted from the left border of the widest frame, so that masked columns change nothing. */
    uint64_t index = (uint64_t)y * 131072 + FL_SIM_MASKED_COLUMNS;

    for (int c = 0; c < 3; c++)
        shading_line(s, s->gain[c], (y + 0.5) / s->height, line[c]);
    for (int x = -s->masked; x < 0; x++)
        *dn++ = expose(s, index + (uint64_t)x, 0.0);
    for (int x = 0; x < s->width; x++)
        *dn++ = expose(s, index + (uint64_t)x, light_at(s, x, y, rgb, line));
}

void fl_sim_sensor_light_row(const struct fl_sim_sensor *s, int y, const double *rgb, float *light)
{
    double line[3][FL_SIM_SHADING_SIDE];
    for (int c = 0; c < 3; c++)
        shading_line(s, s->gain[c], (y + 0.5) / s->height, line[c]);
    for (int x = -s->masked; x < 0; x++)
        *light++ = 0.0F;
    for (int x = 0; x < s->width; x++)
        *light++ = (float)light_at(s, x, y, rgb, line);
}
