/* The 16-bit chain of preset fast against the float chain, which makes 16-bit samples, on simulated
 * captures without noise: every CFA order, packing, orientation and crop; and when it leaves the
 * work to it. Where nothing but levels, colours and curves counts, both agree to two codes; where
 * there is detail, they interpolate differently. */
#include "run_suite.h"
#include "firstlight/firstlight.h"
#include "firstlight/source.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What was logged, the last note only. */
struct notes {
    char last[256];
};

static void keep_note(void *user, enum fl_level level, const char *message)
{
    struct notes *n = user;
    if (level == FL_LOG_NOTE && strstr(message, "float chain"))
        snprintf(n->last, sizeof n->last, "%s", message);
}

struct setup {
    const char *key[4], *value[4];
    struct fl_settings settings;
};

static struct setup default_setup(enum fl_look look)
{
    struct setup s = {.key = {"defect.dynamic"}, .value = {"off"}};
    s.settings = fl_settings_default();
    s.settings.preset = FL_PRESET_FAST;
    s.settings.denoise = FL_DENOISE_OFF;
    s.settings.look = look;
    return s;
}

static void ok(fl_err err)
{
    if (err.code != FL_OK)
        ck_abort_msg("%s", err.message);
}

static struct fl_frame *develop(const struct fl_frame *raw, const struct setup *setup, int bits,
                                struct notes *notes)
{
    struct fl_log log = {keep_note, notes, FL_LOG_DEBUG};
    struct fl_pipeline_config config = {.log = notes ? &log : NULL, .threads = 2};
    struct fl_settings settings = setup->settings;
    struct fl_pipeline *pipeline;
    struct fl_frame *out;
    if (notes)
        notes->last[0] = '\0';
    ok(fl_pipeline_new(&config, &pipeline));
    for (int i = 0; i < 4 && setup->key[i]; i++)
        ok(fl_pipeline_set(pipeline, setup->key[i], setup->value[i]));
    settings.bits = bits;
    ok(fl_pipeline_run(pipeline, raw, &settings, &out, NULL));
    fl_pipeline_free(pipeline);
    return out;
}

static struct fl_frame *shoot(const char *scene, const char *format, int width, int height,
                              bool no_noise)
{
    const struct fl_sim_config sim = {
        .scene = scene, .format = format, .width = width, .height = height, .no_noise = no_noise};
    struct fl_frame *raw;
    ok(fl_sim_capture(&sim, &raw));
    return raw;
}

static struct fl_frame *capture(const char *scene, const char *format, int width, int height)
{
    return shoot(scene, format, width, height, true);
}

/* Share of pixels with a channel that differs by more than so many codes. */
static double share_beyond(const struct fl_frame *codes, const struct fl_frame *fine, int limit)
{
    long beyond = 0;
    ck_assert_int_eq(codes->width, fine->width);
    ck_assert_int_eq(codes->height, fine->height);
    for (int y = 0; y < codes->height; y++) {
        const uint8_t *a = (const uint8_t *)codes->plane[0] + (size_t)y * codes->stride[0];
        const uint8_t *b = (const uint8_t *)fine->plane[0] + (size_t)y * fine->stride[0];
        for (int x = 0; x < codes->width; x++) {
            int most = 0;
            for (int c = 0; c < 3; c++) {
                uint16_t v;
                int d;
                memcpy(&v, b + 2 * (size_t)(3 * x + c), sizeof v);
                d = abs(a[3 * x + c] - (int)((v * 255u + 32767u) / 65535u));
                most = d > most ? d : most;
            }
            beyond += most > limit;
        }
    }
    return (double)beyond / ((double)codes->width * codes->height);
}

static double compare(const struct fl_frame *raw, const struct setup *setup, int limit)
{
    struct notes notes;
    struct fl_frame *quick = develop(raw, setup, 8, &notes);
    struct fl_frame *fine = develop(raw, setup, 16, NULL);
    double share = share_beyond(quick, fine, limit);
    if (notes.last[0])
        ck_abort_msg("%s", notes.last);
    fl_frame_unref(quick);
    fl_frame_unref(fine);
    return share;
}

static const char *const formats[] = {"SRGGB12",       "SGRBG12",       "SGBRG10", "SBGGR10",
                                      "SRGGB10_CSI2P", "SGBRG12_CSI2P", "SGRBG8"};

START_TEST(agrees_with_the_float_chain)
{
    static const struct {
        const char *scene;
        int limit;
        double share;
    } cases[] = {{"flat", 2, 0.0}, {"ramp", 2, 0.01}, {"chart", 16, 0.005}, {"portrait", 16, 0.01}};
    for (int s = 0; s < 4; s++) {
        struct fl_frame *raw = capture(cases[s].scene, formats[_i], 402, 306);
        for (int look = FL_LOOK_STANDARD; look <= FL_LOOK_NEUTRAL; look++) {
            struct setup setup = default_setup((enum fl_look)look);
            setup.key[1] = "sharpen.threshold"; /* one number here, a curve of luma there */
            setup.value[1] = "0";
            /* steps of 8-bit codes are detail */
            double share =
                compare(raw, &setup, cases[s].limit + (strstr(formats[_i], "8") ? 3 : 0));
            if (!(share <= cases[s].share))
                ck_abort_msg("%s %s: %.3f %% of pixels differ", formats[_i], cases[s].scene,
                             100.0 * share);
        }
        fl_frame_unref(raw);
    }
}
END_TEST

START_TEST(turns_and_crops_as_the_float_chain)
{
    struct fl_frame *raw = capture("portrait", "SGBRG12", 120, 84);
    struct setup setup = default_setup(FL_LOOK_NEUTRAL);
    raw->meta.orientation = _i;
    raw->meta.default_crop = (struct fl_rect){5, 3, 77, 61};
    ck_assert_double_le(compare(raw, &setup, 16), 0.005);
    fl_frame_unref(raw);
}
END_TEST

/* Settings that the 16-bit chain has to honour itself. */
START_TEST(honours_settings)
{
    struct fl_frame *raw = capture("ramp", "SRGGB12", 200, 160);
    struct setup dark = default_setup(FL_LOOK_NEUTRAL), warm = dark, matrix = dark, zero = dark,
                 sharp;
    dark.settings.ev = 2.5;
    ck_assert_double_le(compare(raw, &dark, 4), 0.01);
    warm.settings.wb = FL_WB_GAINS;
    warm.settings.wb_gains[0] = 0.8;
    warm.settings.wb_gains[1] = 3.9;
    ck_assert_double_le(compare(raw, &warm, 3), 0.01);
    matrix.settings.has_ccm = true;
    memcpy(matrix.settings.ccm, (const double[9]){3.9, -2.2, -0.7, -0.9, 2.6, -0.7, 0.2, -2.4, 3.2},
           sizeof matrix.settings.ccm);
    ck_assert_double_le(compare(raw, &matrix, 3), 0.02);
    for (int i = 0; i < 4; i++)
        raw->meta.black_dn[i] = 0.0f;
    ck_assert_double_le(compare(raw, &zero, 3), 0.01);
    fl_frame_unref(raw);
    raw = capture("chart", "SRGGB12", 200, 160);
    sharp = default_setup(FL_LOOK_STANDARD);
    sharp.settings.sharpness = 3.0;
    ck_assert_double_le(compare(raw, &sharp, 32), 0.01);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(repairs_hot_pixels)
{
    struct fl_frame *raw = capture("flat", "SRGGB12", 96, 80);
    struct setup setup = default_setup(FL_LOOK_NEUTRAL);
    struct fl_frame *with, *without;
    const int x = 40 + raw->meta.active.x, y = 40 + raw->meta.active.y;
    uint16_t *row = (void *)((uint8_t *)raw->plane[0] + (size_t)y * raw->stride[0]);
    row[x] = 4095;
    without = develop(raw, &setup, 8, NULL);
    setup.value[0] = "on";
    with = develop(raw, &setup, 8, NULL);
    for (int dy = -3; dy <= 3; dy++)
        for (int c = -9; c < 12; c++) {
            const size_t row_at = (size_t)(40 + dy) * with->stride[0], at = row_at + 3 * 40;
            const uint8_t *p = (const uint8_t *)with->plane[0] + at;
            const uint8_t *far = (const uint8_t *)with->plane[0] + row_at + 3 * 20;
            ck_assert_int_le(abs(p[c] - far[(c + 9) % 3]), 12);
        }
    ck_assert_int_gt(((const uint8_t *)without->plane[0])[40 * without->stride[0] + 3 * 40],
                     ((const uint8_t *)with->plane[0])[40 * with->stride[0] + 3 * 40] + 30);
    fl_frame_unref(with);
    fl_frame_unref(without);
    fl_frame_unref(raw);
}
END_TEST

static void check_float(const struct fl_frame *raw, const struct setup *setup, const char *reason)
{
    struct notes notes;
    struct fl_frame *out = develop(raw, setup, 8, &notes);
    if (!strstr(notes.last, reason))
        ck_abort_msg("expected a note on %s, got '%s'", reason, notes.last);
    fl_frame_unref(out);
}

START_TEST(leaves_the_rest_to_the_float_chain)
{
    static const struct {
        const char *key, *value, *reason;
    } cases[] = {{"local_tone.strength", "0.5", "local_tone"},
                 {"gamut.compress", "on", "gamut"},
                 {"tone.curve", "filmic", "tone.curve"},
                 {"sharpen.overshoot", "0.1", "sharpen"},
                 {"demosaic.method", "refined", "demosaic"}};
    struct fl_frame *raw = shoot("portrait", "SRGGB12", 96, 80, false), *other;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct setup setup = default_setup(FL_LOOK_STANDARD);
        setup.key[1] = cases[i].key;
        setup.value[1] = cases[i].value;
        check_float(raw, &setup, cases[i].reason);
    }
    struct setup setup = default_setup(FL_LOOK_STANDARD);
    setup.settings.denoise = FL_DENOISE_AUTO;
    setup.settings.denoise_strength = 1.5;
    check_float(raw, &setup, "denoise");
    setup = default_setup(FL_LOOK_STANDARD);
    setup.settings.scale = 0.5;
    check_float(raw, &setup, "resize");
    setup = default_setup(FL_LOOK_STANDARD);
    setup.settings.contrast = 1.2;
    check_float(raw, &setup, "adjust");
    setup = default_setup(FL_LOOK_STANDARD);
    setup.key[1] = "highlights.mode";
    setup.value[1] = "rebuild";
    other = capture("stops", "SRGGB12", 128, 96);
    check_float(other, &setup, "highlight");
    fl_frame_unref(other);
    setup = default_setup(FL_LOOK_STANDARD);
    other = capture("portrait", "SRGGB14", 96, 80);
    check_float(other, &setup, "12 bits");
    fl_frame_unref(other);
    other = capture("portrait", "R12", 96, 80);
    check_float(other, &setup, "Bayer");
    fl_frame_unref(other);
    other = capture("portrait", "SRGGB12", 16, 14);
    check_float(other, &setup, "small");
    fl_frame_unref(other);
    fl_frame_unref(raw);
}
END_TEST

/* Levels and matrices that files may claim. */
START_TEST(survives_what_files_claim)
{
    static const float black[] = {0.0f, 64.5f, 4094.0f, -30.0f}, white[] = {1.0f, 100.0f, 4095.0f};
    struct setup setup = default_setup(FL_LOOK_STANDARD);
    for (size_t b = 0; b < 4; b++)
        for (size_t w = 0; w < 3; w++) {
            struct fl_frame *raw = capture("portrait", "SRGGB12", 64, 48);
            struct fl_settings settings = setup.settings;
            struct fl_frame *out = NULL;
            struct fl_pipeline *pipeline;
            fl_err err;
            for (int i = 0; i < 4; i++) {
                raw->meta.black_dn[i] = black[b];
                raw->meta.white_dn[i] = white[w];
            }
            settings.ev = w == 0 ? 8.0 : -8.0;
            ok(fl_pipeline_new(NULL, &pipeline));
            err = fl_pipeline_run(pipeline, raw, &settings, &out, NULL);
            ck_assert(err.code == FL_OK || (err.code == FL_ERR_CORRUPT && !out));
            fl_frame_unref(out);
            fl_pipeline_free(pipeline);
            fl_frame_unref(raw);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quick");
    TCase *tc = tcase_create("quick");
    tcase_set_timeout(tc, 120);
    tcase_add_loop_test(tc, agrees_with_the_float_chain, 0, sizeof formats / sizeof *formats);
    tcase_add_loop_test(tc, turns_and_crops_as_the_float_chain, 1, 9);
    tcase_add_test(tc, honours_settings);
    tcase_add_test(tc, repairs_hot_pixels);
    tcase_add_test(tc, leaves_the_rest_to_the_float_chain);
    tcase_add_test(tc, survives_what_files_claim);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
