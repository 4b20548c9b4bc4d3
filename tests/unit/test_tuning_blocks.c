/* Tuning: the blocks of shading, exposure and filters, and our own profiles. */
#include "run_suite.h"

#include "firstlight/tuning.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char path[64];

static fl_err load(const char *text, struct fl_tuning **out)
{
    FILE *f = fopen(path, "w");
    ck_assert(f != NULL);
    fputs(text, f);
    fclose(f);
    return fl_tuning_load(path, NULL, out);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-6 * (1.0 + fabs(b));
}

/* "[v, v, ...]" */
static const char *list_of(int count, const char *value)
{
    static char text[4][20000];
    static int next;
    char *out = text[next++ % 4], *end = out;
    *end++ = '[';
    for (int i = 0; i < count; i++)
        end += sprintf(end, "%s%s", i ? "," : "", value);
    *end++ = ']';
    *end = '\0';
    return out;
}

static struct fl_tuning *load_format(const char *format, const char *a, const char *b,
                                     const char *c, const char *d)
{
    static char text[60000];
    struct fl_tuning *t;
    fl_err err;
    snprintf(text, sizeof text, format, a, b, c, d);
    err = load(text, &t);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return t;
}

START_TEST(shading_tables)
{
    struct fl_tuning *t =
        load_format("{\"rpi.alsc\": {\"luminance_strength\": 0.5, \"omega\": 1.3,"
                    "\"calibrations_Cr\": [{\"ct\": 3000, \"table\": %s},"
                    "{\"ct\": 5000, \"table\": %s}],"
                    "\"calibrations_Cb\": [], \"luminance_lut\": %s}}",
                    list_of(192, "2.5"), list_of(192, "3"), list_of(192, "1.5"), "");
    ck_assert(t->shading.cols == 16 && t->shading.rows == 12);
    ck_assert(t->shading.red_count == 2 && t->shading.blue_count == 0);
    ck_assert(near((double)t->shading.red[1].gain[191], 3.0));
    ck_assert(near((double)t->shading.luminance[191], 1.5));
    ck_assert(near(t->shading.luminance_strength, 0.5));
    fl_tuning_free(t);
    t = load_format("{\"version\": 2, \"target\": \"pisp\", \"algorithms\": "
                    "[{\"rpi.alsc\": {\"corner_strength\": 4, \"asymmetry\": 1}}]}%s%s%s%s",
                    "", "", "", "");
    ck_assert(t->shading.cols == 32 && t->shading.rows == 32 && t->shading.red_count == 0);
    ck_assert((double)t->shading.luminance[16 * 32 + 16] < 1.01);
    ck_assert((double)t->shading.luminance[0] > 3.5 && (double)t->shading.luminance[0] < 4.0);
    fl_tuning_free(t);
}
END_TEST

START_TEST(exposure_tables)
{
    static const char channel[] =
        "{\"comment\": \"one\", \"base_ev\": 0.5, \"desaturate\": 0,"
        "\"metering_modes\": {\"spot\": {\"weights\": %s}, \"grid\": {\"weights\": %s}},"
        "\"exposure_modes\": {\"normal\": {\"shutter\": [100, 10000], \"gain\": [1, 8]}},"
        "\"constraint_modes\": {\"none\": [], \"normal\": [{\"bound\": \"lower\", \"q_lo\": 0.9,"
        "\"q_hi\": 1, \"y_target\": [0, 0.5, 1000, 0.6]}]},"
        "\"channel_constraints\": [{\"bound\": \"UPPER\", \"channel\": 2, \"factor\": 8}],"
        "\"y_target\": 0.16}";
    char text[8000], whole[20000];
    const struct fl_exposure_channel *c;
    struct fl_tuning *t;
    snprintf(text, sizeof text, channel, list_of(15, "1"), list_of(225, "2"));
    snprintf(whole, sizeof whole, "{\"rpi.agc\": {\"channels\": [%s, %s]}}", text, text);
    t = load_format("%s%s%s%s", whole, "", "", "");
    ck_assert_int_eq(t->exposure.channel_count, 2);
    c = &t->exposure.channel[1];
    ck_assert(c->metering_count == 2 && c->metering[0].count == 15 && c->metering[0].cols == 0);
    ck_assert(c->metering[1].cols == 15 && near(c->metering[1].weight[224], 2));
    ck_assert_str_eq(c->mode[0].name, "normal");
    ck_assert(c->mode[0].count == 2 && near(c->mode[0].exposure_s[1], 0.01) &&
              near(c->mode[0].gain[1], 8));
    ck_assert(c->constraint_count == 2 && c->constraint[0].count == 0);
    ck_assert(c->constraint[1].constraint[0].bound == FL_BOUND_LOWER);
    ck_assert(near(fl_polyline_at(&c->constraint[1].constraint[0].y_target, 500), 0.55));
    ck_assert(c->bound_count == 1 && c->bound[0].channel == 2 && near(c->bound[0].factor, 8));
    ck_assert(near(c->base_ev, 0.5) && !c->desaturate && near(c->speed, 0.2));
    ck_assert(near(fl_polyline_at(&c->y_target, 77), 0.16));
    fl_tuning_free(t);
    snprintf(whole, sizeof whole, "{\"rpi.agc\": %s}", text); /* without channels */
    t = load_format("%s%s%s%s", whole, "", "", "");
    ck_assert_int_eq(t->exposure.channel_count, 1);
    fl_tuning_free(t);
}
END_TEST

START_TEST(filters)
{
    struct fl_tuning *t = load_format(
        "{\"rpi.geq\": {\"offset\": 204, \"slope\": 0.01}, \"rpi.dpc\": {},"
        "\"rpi.denoise\": {\"night\": {\"sdn\": {\"deviation\": 4}},"
        "\"normal\": {\"sdn\": {\"deviation\": 1.6, \"strength\": 0.5, \"deviation_no_tdn\": 3,"
        "\"strength_no_tdn\": 0.75}, \"cdn\": {\"deviation\": 200, \"strength\": 0.3}}},"
        "\"rpi.contrast\": {\"ce_enable\": 1, \"gamma_curve\": [0, 0, 65535, 65535]},"
        "\"rpi.sharpen\": {\"threshold\": 0.75}, \"rpi.cac\": {\"strength\": 0.5, \"lut_rx\": %s,"
        "\"lut_ry\": %s, \"lut_bx\": %s, \"lut_by\": %s}}",
        list_of(81, "1"), list_of(81, "-2"), list_of(81, "0.5"), list_of(81, "0"));
    ck_assert(t->green.known && near(t->green.offset, 204 / 65535.0));
    ck_assert_int_eq(t->defect_strength, 2);
    ck_assert_int_eq(t->denoise_count, 2);
    ck_assert_str_eq(t->denoise[0].name, "normal");
    ck_assert(near(t->denoise[0].deviation, 3) && near(t->denoise[0].strength, 0.75));
    ck_assert(near(t->denoise[0].color_deviation, 200) && near(t->denoise[1].deviation, 4) &&
              near(t->denoise[1].strength, 0.25));
    ck_assert(near(fl_polyline_at(&t->gamma, 0.5), 0.5));
    ck_assert(t->sharpen.known && near(t->sharpen.threshold, 0.75) && near(t->sharpen.limit, 1));
    ck_assert(t->lateral.known && near((double)t->lateral.red_y[80], -1));
    fl_tuning_free(t);
    t = load_format("{\"rpi.sdn\": {}, \"rpi.cac\": {\"strength\": 1}}%s%s%s%s", "", "", "", "");
    ck_assert(t->denoise_count == 1 && near(t->denoise[0].strength, 0.75));
    ck_assert(!t->lateral.known && t->defect_strength == 0 && !t->sharpen.known);
    fl_tuning_free(t);
}
END_TEST

#define ALSC(text) "{\"rpi.alsc\": {" text "}}"
#define AGC(text)  "{\"rpi.agc\": {" text "}}"

static const struct {
    const char *text, *says;
} bad[] = {
    {ALSC("\"luminance_lut\": [1, 2, 3]"), ":1:32: luminance_lut: 3 values: must be 192"},
    {ALSC("\"calibrations_Cr\": 5"), ":1:34: calibrations_Cr: must be a list of calib"},
    {ALSC("\"calibrations_Cr\": [{\"ct\": 3000}]"), "must have 'ct' and 'table'"},
    {ALSC("\"calibrations_Cr\": [{\"ct\": 3000, \"table\": []}]"), "0 values: must be 192"},
    {ALSC("\"corner_strength\": 0.5"), ":1:34: corner_strength: 0.5 must be 1..16"},
    {ALSC("\"luminance_strength\": high"), "'high' must be a number"},
    {"{\"rpi.alsc\": []}", ":1:14: rpi.alsc: must be a map"},
    {AGC("\"channels\": 1"), ":1:26: channels: must be a list of channels"},
    {AGC("\"metering_modes\": {\"spot\": {\"weights\": [1, 2]}}"), "2 weights: must be 15 or 225"},
    {AGC("\"metering_modes\": {\"spot\": {}}"), "must have 'weights'"},
    {AGC("\"metering_modes\": [1]"), ":1:32: metering_modes: must be a map of modes"},
    {AGC("\"exposure_modes\": {\"normal\": {\"shutter\": [1, 2], \"gain\": [1]}}"),
     "2 shutter times and 1 gains"},
    {AGC("\"exposure_modes\": {\"normal\": {\"shutter\": [1, 2]}}"), "'shutter' and 'gain'"},
    {AGC("\"constraint_modes\": {\"normal\": [{\"bound\": \"MIDDLE\"}]}"),
     "'bound' must be LOWER or UPPER"},
    {AGC("\"constraint_modes\": {\"normal\": [{\"bound\": \"UPPER\", \"q_lo\": 2, \"q_hi\": 1,"
         "\"y_target\": 1}]}"),
     "q_lo: 2 must be 0..1"},
    {AGC("\"y_target\": [0, 0.1,\n 100, 7]"), ":2:7: y_target: 7 must be 0..1"},
    {AGC("\"base_ev\": 1"), "must have 'y_target'"},
    {"{\"rpi.cac\": {\"lut_rx\": [1], \"lut_ry\": [], \"lut_bx\": [], \"lut_by\": []}}",
     ":1:24: lut_rx: 1 values: must be 81"},
    {"{\"rpi.dpc\": {\"strength\": 3}}", ":1:26: strength: 3 must be 0..2"},
    {"{\"rpi.geq\": {\"slope\": 1.5}}", ":1:23: slope: 1.5 must be 0..1"},
    {"{\"rpi.sharpen\": {\"limit\": -1}}", "limit: -1 must be 0..100"},
    {"{\"rpi.contrast\": {\"gamma_curve\": [0, 0, 100, 70000]}}", "70000 must be 0..65535"},
    {"{\"rpi.contrast\": {\"gamma_curve\": [5, 0, 5, 7]}}", ":1:41: gamma_curve: 5 must be more"},
    {"{\"rpi.denoise\": {\"normal\": {\"sdn\": 3}}}", "sdn: must be a map"},
    {"{\"rpi.sdn\": {\"strength\": 3}}", "strength: 3 must be 0..1"},
    /* ours */
    {"firstlight: 2\n", ":1:13: firstlight: 2 must be 1..1"},
    {"firstlight: 1\nnoize: {}\n", ":2:8: noize: is not known here"},
    {"firstlight: 1\nnoise:\n  reference_slope: 3\n  slope: 1\n", ":4:10: slope: is not known"},
    {"firstlight: 1\nnoise: {}\nnoise: {}\n", ":3:8: noise: stands here a second time"},
    {"firstlight: 1\nsensor: [1]\n", ":2:9: sensor: must be a name"},
    {"firstlight: 1\nalsc: {luminance_lut: [1]}\n", "must have 'cols' and 'rows'"},
    {"firstlight: 1\nalsc: {cols: 2.5, rows: 1}\n", "must have 'cols' and 'rows'"},
    {"firstlight: 1\nalsc: {cols: 2, rows: 2, luminance_lut: [1, 1, 1]}\n",
     ":2:41: luminance_lut: 3 values: must be 4 (2x2)"},
    {"firstlight: 1\ncac: {}\n", "must have lut_rx, lut_ry, lut_bx and lut_by"},
    {"firstlight: 1\nsdn: {}\ndenoise: {normal: {}}\n", "exclude each other"},
};

START_TEST(errors_say_where_and_what)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fl_tuning *t;
        fl_err err = load(bad[i].text, &t);
        ck_assert_msg(err.code == FL_ERR_CORRUPT, "%s: code %d %s", bad[i].text, (int)err.code,
                      err.message);
        ck_assert_ptr_eq(t, NULL);
        ck_assert_msg(strstr(err.message, bad[i].says) != NULL, "'%s' does not say '%s'",
                      err.message, bad[i].says);
    }
}
END_TEST

START_TEST(own_profile)
{
    static const char text[] = "# comments are welcome\n"
                               "firstlight: 1\n"
                               "sensor: imx999\n"
                               "noise: {reference_slope: 3.5}\n"
                               "alsc:\n"
                               "  cols: 3\n"
                               "  rows: 2\n"
                               "  luminance_lut: [2, 1, 2,\n"
                               "                  2, 1, 2]\n";
    struct fl_tuning *t;
    float gain[3 * 4];
    fl_err err = load(text, &t);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    ck_assert_str_eq(t->sensor, "imx999");
    ck_assert(near(t->noise_slope, 3.5) && t->shading.cols == 3 && t->shading.rows == 2);
    ck_assert(fl_shading_gains(&t->shading, 5000, NULL, 2, 2, gain));
    ck_assert(near((double)gain[0], 2.5)); /* goes on beyond the middle of the outer cell */
    fl_tuning_free(t);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tuning_blocks");
    TCase *t = tcase_create("tuning_blocks");
    int failed, fd;
    snprintf(path, sizeof path, "/tmp/fl-blocks-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0)
        return EXIT_FAILURE;
    close(fd);
    tcase_add_test(t, shading_tables);
    tcase_add_test(t, exposure_tables);
    tcase_add_test(t, filters);
    tcase_add_test(t, errors_say_where_and_what);
    tcase_add_test(t, own_profile);
    suite_add_tcase(suite, t);
    failed = run_suite(suite);
    unlink(path);
    return failed;
}
