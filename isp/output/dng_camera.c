/* DNG tags of the first directory: version, camera, colour. */
#include "dng_tags.h"

#include <math.h>
#include <stdio.h>

static bool all_finite(const double *v, int count)
{
    int i;
    for (i = 0; i < count; i++)
        if (!isfinite(v[i]) || fabs(v[i]) > 2000)
            return false;
    return true;
}

/* Identity, or nothing at all. */
static bool is_plain(const double m[9])
{
    bool identity = true, zero = true;
    int i;
    for (i = 0; i < 9; i++) {
        identity = identity && m[i] == (i % 4 == 0);
        zero = zero && m[i] == 0;
    }
    return identity || zero;
}

/* DNG 1.4 names illuminants by EXIF codes only: a temperature takes the nearest one, in mired. */
static int illuminant_code(const struct fl_calibration *c)
{
    static const struct {
        int code;
        double cct_k;
    } known[] = {{17, 2856}, {24, 3200}, {15, 3450}, {14, 4150},
                 {23, 5003}, {20, 5503}, {21, 6504}, {22, 7504}};
    int best = 0;
    size_t i;

    if (c->illuminant != 255 || !(c->cct_k > 0))
        return c->illuminant == 255 ? 21 : c->illuminant;
    for (i = 1; i < sizeof known / sizeof *known; i++)
        if (fabs(1 / known[i].cct_k - 1 / c->cct_k) < fabs(1 / known[best].cct_k - 1 / c->cct_k))
            best = (int)i;
    return known[best].code;
}

/* A matrix counts without its illuminant as well: many cameras' files name none. */
static bool usable(const struct fl_calibration *c)
{
    return c->illuminant >= 0 && c->illuminant <= 255 && c->has_color_matrix &&
           all_finite(c->color_matrix, 9);
}

/* `n` is 0 or 1: the tags of the two illuminants. */
static void put_calibration(const struct fl_write_job *job, const struct fl_calibration *c, int n,
                            struct fl_dng_list *l)
{
    static const int color[2] = {FL_DNG_COLOR_MATRIX_1, FL_DNG_COLOR_MATRIX_2};
    static const int forward[2] = {FL_DNG_FORWARD_MATRIX_1, FL_DNG_FORWARD_MATRIX_2};
    static const int unit[2] = {FL_DNG_CAMERA_CALIBRATION_1, FL_DNG_CAMERA_CALIBRATION_2};
    static const int light[2] = {FL_DNG_CALIBRATION_ILLUMINANT_1, FL_DNG_CALIBRATION_ILLUMINANT_2};
    int code = illuminant_code(c);

    if (c->illuminant == 255)
        fl_log(job->log, FL_LOG_NOTE, "illuminant of %.0f K written as EXIF light source %d",
               c->cct_k, code);
    if (code > 0)
        fl_dng_put_short(l, light[n], code);
    fl_dng_put_signed(l, color[n], 9, c->color_matrix);
    if (c->has_forward_matrix && all_finite(c->forward_matrix, 9))
        fl_dng_put_signed(l, forward[n], 9, c->forward_matrix);
    if (all_finite(c->camera_calibration, 9) && !is_plain(c->camera_calibration))
        fl_dng_put_signed(l, unit[n], 9, c->camera_calibration);
}

/* Readers refuse a colour DNG without a matrix: then camera RGB is called linear sRGB, under a
 * light that is not named, by which our reader knows that it means nothing. */
static void put_calibrations(const struct fl_write_job *job, struct fl_dng_list *l)
{
    static const struct fl_calibration srgb = {.has_color_matrix = true,
                                               .color_matrix = {3.2404542, -1.5371385, -0.4985314,
                                                                -0.9692660, 1.8760108, 0.0415560,
                                                                0.0556434, -0.2040259, 1.0572252}};
    const struct fl_meta *m = &job->frame->meta;
    int i, count = 0;

    for (i = 0; i < 2; i++)
        if (usable(&m->calibration[i]))
            put_calibration(job, &m->calibration[i], count++, l);
    if (count == 0) {
        fl_log(job->log, FL_LOG_NOTE, "no colour matrix known: camera RGB is written as sRGB");
        put_calibration(job, &srgb, 0, l);
    }
}

static void put_white_balance(const struct fl_meta *m, struct fl_dng_list *l)
{
    double neutral[3] = {1, 1, 1}, balance[3];
    bool balanced = false;
    int i;

    for (i = 0; i < 3; i++) {
        if (m->has_neutral && m->neutral[i] > 0 && isfinite(m->neutral[i]))
            neutral[i] = m->neutral[i];
        balance[i] =
            m->analog_balance[i] > 0 && isfinite(m->analog_balance[i]) ? m->analog_balance[i] : 1;
        balanced = balanced || balance[i] != 1;
    }
    if (m->has_neutral)
        fl_dng_put_ratios(l, FL_DNG_AS_SHOT_NEUTRAL, 3, neutral);
    if (balanced)
        fl_dng_put_ratios(l, FL_DNG_ANALOG_BALANCE, 3, balance);
}

static void put_names(const struct fl_meta *m, struct fl_dng_list *l)
{
    char name[sizeof m->make + sizeof m->model + 2];

    if (m->unique_model[0])
        snprintf(name, sizeof name, "%.*s", (int)sizeof m->unique_model, m->unique_model);
    else if (m->make[0] || m->model[0])
        snprintf(name, sizeof name, "%.*s%s%.*s", (int)sizeof m->make, m->make,
                 m->make[0] && m->model[0] ? " " : "", (int)sizeof m->model, m->model);
    else
        snprintf(name, sizeof name, "Unknown camera");
    fl_dng_put_text(l, FL_DNG_UNIQUE_CAMERA_MODEL, name);
    if (m->serial[0]) {
        snprintf(name, sizeof name, "%.*s", (int)sizeof m->serial, m->serial);
        fl_dng_put_text(l, FL_DNG_CAMERA_SERIAL_NUMBER, name);
    }
}

void fl_dng_put_camera(const struct fl_write_job *job, struct fl_dng_list *l)
{
    static const uint8_t version[4] = {1, 4, 0, 0};
    static const uint8_t plain[4] = {1, 1, 0, 0}, opcodes[4] = {1, 3, 0, 0};
    const struct fl_meta *m = &job->frame->meta;
    const struct fl_corrections *c = m->corrections;

    fl_dng_put_bytes(l, FL_DNG_VERSION, 4, version);
    /* an older reader would show the picture without its corrections */
    fl_dng_put_bytes(l, FL_DNG_BACKWARD_VERSION, 4, c && c->opcode_count ? opcodes : plain);
    put_names(m, l);
    if (job->frame->format.color != FL_COLOR_MONO) {
        put_calibrations(job, l);
        put_white_balance(m, l);
    }
    if (fabs(m->baseline_exposure_ev) <= 100)
        fl_dng_put_signed(l, FL_DNG_BASELINE_EXPOSURE, 1, &m->baseline_exposure_ev);
    fl_dng_put_long(l, FL_DNG_PREVIEW_COLOR_SPACE, 2); /* sRGB */
}
