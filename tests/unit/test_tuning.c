/* Tuning: the reader of Raspberry Pi files, and look-up in what it reads. */
#include "run_suite.h"
#include "feed.h"

#include "firstlight/tuning.h"

#include <check.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char whole[] = "{\n"
                            "  \"version\": 2.0,\n"
                            "  \"target\": \"pisp\",\n"
                            "  \"algorithms\": [\n"
                            "    {\"rpi.black_level\": {\"black_level\": 4096, "
                            "\"black_level_b\": 3840}},\n"
                            "    {\"rpi.lux\": {\"reference_shutter_speed\": 20000, "
                            "\"reference_gain\": 2.0,\n"
                            "      \"reference_aperture\": 1.0, \"reference_lux\": 800, "
                            "\"reference_Y\": 13107,}},\n"
                            "    {\"rpi.noise\": {\"reference_constant\": 3, "
                            "\"reference_slope\": 2.5}},\n"
                            "    {\"x.rpi.alsc\": {\"comment\": \"switched off\"}},\n"
                            "    {\"rpi.hdr\": {\"channels\": [{\"deep\": [1, 2, {}]}]}},\n"
                            "    {\"rpi.awb\": {\"priors\": [\n"
                            "      {\"lux\": 0, \"prior\": [2000, 1, 4000, 0]},\n"
                            "      {\"lux\": 100, \"prior\": [2000, 0, 4000, 4],},],\n"
                            "      \"modes\": {\"auto\": {\"lo\": 2500, \"hi\": 8000},\n"
                            "        \"daylight\": {\"lo\": 5500, \"hi\": 6500}},\n"
                            "      \"bayes\": 1, \"transverse_pos\": 0.03, "
                            "\"transverse_neg\": 0.05,\n"
                            "      \"sensitivity_r\": 2.0,\n"
                            "      \"ct_curve\": [2500, 2.0, 0.25, 4000, 1.2, 0.5, 8000, 1.0, "
                            "0.75]}},\n"
                            "    {\"rpi.ccm\": {\"ccms\": [\n"
                            "      {\"ct\": 3000, \"ccm\": [2, -1, 0, 0, 1, 0, 0, 0, 1]},\n"
                            "      {\"ct\": 5000, \"ccm\": [1, 0, 0, 0, 1, 0, 0, 0, 1]}]}},\n"
                            "  ]\n"
                            "}\n";

static char path[64];

static fl_err load_bytes(const void *bytes, size_t size, const struct fl_log *log,
                         struct fl_tuning **out)
{
    FILE *f = fopen(path, "wb");
    ck_assert(f != NULL);
    ck_assert_uint_eq(fwrite(bytes, 1, size, f), size);
    fclose(f);
    return fl_tuning_load(path, log, out);
}

static fl_err load(const char *text, struct fl_tuning **out)
{
    return load_bytes(text, strlen(text), NULL, out);
}

static bool near(double a, double b)
{
    return fabs(a - b) <= 1e-12 * (1.0 + fabs(b));
}

START_TEST(reads_every_block)
{
    struct fl_tuning *t;
    ck_assert_int_eq(load(whole, &t).code, FL_OK);
    ck_assert_str_eq(t->target, "pisp");
    ck_assert(t->has_black && near(t->black[0], 4096 / 65535.0) &&
              near(t->black[2], 3840 / 65535.0));
    ck_assert(near(t->lux.lux, 800) && near(t->lux.exposure_s, 0.02) && near(t->lux.gain, 2) &&
              near(t->lux.y, 0.2));
    ck_assert(near(t->noise_constant, 3) && near(t->noise_slope, 2.5));
    ck_assert_int_eq(t->grey_count, 3);
    ck_assert(near(t->grey[1].cct_k, 4000) && near(t->grey[1].rg, 0.6) && near(t->grey[1].bg, 0.5));
    ck_assert(near(t->transverse, 0.04));
    ck_assert_int_eq(t->prior_count, 2);
    ck_assert(near(t->prior[1].lux, 100) && t->prior[1].log_likelihood.count == 2);
    ck_assert_int_eq(t->mode_count, 2);
    ck_assert_str_eq(t->mode[1].name, "daylight");
    ck_assert(near(t->mode[0].low_k, 2500) && near(t->mode[0].high_k, 8000));
    ck_assert(t->ccm_count == 2 && near(t->ccm[0].matrix[1], -1));
    fl_tuning_free(t);
}
END_TEST

START_TEST(looks_up)
{
    struct fl_tuning *t;
    double grey[2], m[9];
    ck_assert_int_eq(load(whole, &t).code, FL_OK);
    ck_assert(fl_tuning_grey(t, 3250, grey));
    ck_assert(near(grey[0], 0.8) && near(grey[1], 0.375));
    ck_assert(fl_tuning_grey(t, 2000, grey));
    ck_assert(grey[0] > 1.0 && grey[1] < 0.25); /* it goes on */
    ck_assert(fl_tuning_grey(t, 10000, grey));
    ck_assert(grey[0] < 0.5 && grey[1] > 0.75);
    for (int k = 2500; k <= 8000; k += 137) {
        ck_assert(fl_tuning_grey(t, k, grey));
        ck_assert_double_le(fabs(fl_tuning_cct(t, grey) - k), 1e-4 * k);
    }
    ck_assert(fl_tuning_ccm_at(t, 4000, m) && near(m[0], 1.5) && near(m[1], -0.5));
    ck_assert(fl_tuning_ccm_at(t, 1000, m) && near(m[0], 2));
    ck_assert(fl_tuning_ccm_at(t, 9000, m) && near(m[0], 1));
    ck_assert(near(fl_tuning_prior_at(t, 0, 3000), 0.5));
    ck_assert(near(fl_tuning_prior_at(t, 50, 3000), 1.25));
    ck_assert(near(fl_tuning_prior_at(t, 1e6, 9000), 4));
    fl_tuning_free(t);
}
END_TEST

START_TEST(nothing_is_known_of_nothing)
{
    static const struct fl_tuning none;
    static const double grey[2] = {1, 1};
    double out[9];
    ck_assert(!fl_tuning_grey(&none, 5000, out));
    ck_assert(!fl_tuning_ccm_at(&none, 5000, out));
    ck_assert(fl_tuning_cct(&none, grey) == 0.0);
    ck_assert(fl_tuning_prior_at(&none, 100, 5000) == 0.0);
    fl_tuning_free(NULL);
}
END_TEST

START_TEST(version_1_and_disabled_blocks)
{
    static const char old[] = "{\"rpi.noise\": {\"reference_slope\": 4},\n"
                              " \"rpi.awb\": {\"enabled\": false, \"ct_curve\": [1]},\n"
                              " \"rpi.nn.awb\": {\"ct_curve\": [3000, 1, 0.5, 5000, 0.5, 1]},\n"
                              " \"rpi.black_level\": {}}";
    static const char no_bayes[] = "{\"rpi.awb\": {\"bayes\": 0, \"ct_curve\": [1]}}";
    struct fl_tuning *t;
    ck_assert_int_eq(load(old, &t).code, FL_OK);
    ck_assert(near(t->noise_slope, 4) && near(t->black[1], 4096 / 65535.0));
    ck_assert_int_eq(t->grey_count, 2);
    fl_tuning_free(t);
    ck_assert_int_eq(load(no_bayes, &t).code, FL_OK);
    ck_assert_int_eq(t->grey_count, 0);
    fl_tuning_free(t);
}
END_TEST

static void keep_last(void *user, enum fl_level level, const char *message)
{
    (void)level;
    snprintf(user, 200, "%s", message);
}

START_TEST(notes_unknown_blocks)
{
    char said[200] = "";
    const struct fl_log log = {keep_last, said, FL_LOG_NOTE};
    struct fl_tuning *t;
    ck_assert_int_eq(load_bytes(whole, strlen(whole), &log, &t).code, FL_OK);
    ck_assert(strstr(said, ":9:") && strstr(said, "unknown block 'x.rpi.alsc' is skipped"));
    fl_tuning_free(t);
}
END_TEST

#define AWB(text) "{\"rpi.awb\": {" text "}}"
#define CCM(text) "{\"rpi.ccm\": {" text "}}"

static const struct {
    const char *text, *says;
    enum fl_code code;
} bad[] = {
    {"", "the file is empty", FL_ERR_CORRUPT},
    {"[1]", ":1:1: a tuning file must be a map", FL_ERR_CORRUPT},
    {"{\"version\": 3.0}", "version 3: only 1 and 2", FL_ERR_UNSUPPORTED},
    {"{\"version\": two}", ":1:13: version: 'two' must be a number", FL_ERR_CORRUPT},
    {"{\"version\": 2.0}", "must have a list 'algorithms'", FL_ERR_CORRUPT},
    {"{\"a\": [1, 2", "did not find expected", FL_ERR_CORRUPT},
    {"a: &b 1\nc: *b\n", ":2:4: aliases are not supported", FL_ERR_CORRUPT},
    {"{[1]: 2}", "a key must be a name", FL_ERR_CORRUPT},
    {"a: 1\n---\nb: 2\n", "a second document", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": 5"), ":1:26: ct_curve: must be a list of at least two", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [3000, 1, 1]"), "at least two triplets", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [3000, 1, 1, 2500, 1, 1, 2]"), "must be a list of 3, 6, 9", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [3000, 1, 1,\n 2500, 1, 1]"), ":2:2: ct_curve: 2500 K must be more",
     FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [3000, 1, 1, 5000, 0, 1]"), "must be 0.02..50", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [30, 1, 1, 5000, 1, 1]"), "30 K must be 1000..", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [3000, nan, 1, 5000, 1, 1]"), "'nan' must be a number", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [0x10, 1, 1, 5000, 1, 1]"), "'0x10' must be a number", FL_ERR_CORRUPT},
    {AWB("\"ct_curve\": [3000, 1, [], 5000, 1, 1]"), "this must be a number", FL_ERR_CORRUPT},
    {AWB("\"sensitivity_r\": 0, \"ct_curve\": [1, 2, 3]"), "0 must be 0.1..10", FL_ERR_CORRUPT},
    {AWB("\"bayes\": maybe"), "must be true or false", FL_ERR_CORRUPT},
    {AWB("\"priors\": {}"), "must be a list of priors", FL_ERR_CORRUPT},
    {AWB("\"priors\": [{\"lux\": 1}]"), "must have 'lux' and 'prior'", FL_ERR_CORRUPT},
    {AWB("\"priors\": [{\"lux\": 5, \"prior\": 0}, {\"lux\": 5, \"prior\": 0}]"),
     "5 must be more than 5", FL_ERR_CORRUPT},
    {AWB("\"priors\": [{\"lux\": 5, \"prior\": [1, 2, 1, 2]}]"), "1 must be more than 1",
     FL_ERR_CORRUPT},
    {AWB("\"priors\": [{\"lux\": 5, \"prior\": [1, 2000]}]"), "must be -1000..1000",
     FL_ERR_CORRUPT},
    {AWB("\"modes\": {}"), "must be a map of modes", FL_ERR_CORRUPT},
    {AWB("\"modes\": {\"auto\": {\"lo\": 5000}}"), "must have 'lo' and 'hi'", FL_ERR_CORRUPT},
    {AWB("\"modes\": {\"auto\": {\"lo\": 5000, \"hi\": 4000}}"), "4000 K must be more than 'lo'",
     FL_ERR_CORRUPT},
    {AWB("\"modes\": {\"a name that is longer than a name should be\": {\"lo\": 1, \"hi\": 2}}"),
     "must be 1..31 letters", FL_ERR_CORRUPT},
    {CCM(""), "must have a list 'ccms'", FL_ERR_CORRUPT},
    {CCM("\"ccms\": [{\"ct\": 3000}]"), "must have 'ct' and 'ccm'", FL_ERR_CORRUPT},
    {CCM("\"ccms\": [{\"ct\": 3000, \"ccm\": [1, 2]}]"), "must be a list of 9", FL_ERR_CORRUPT},
    {CCM("\"ccms\": [{\"ct\": 3000, \"ccm\": [1, 0, 0, 0, 1, 0, 0, 3, 1]}]"),
     "row 3 sums to 4: must be about 1", FL_ERR_CORRUPT},
    {"{\"rpi.lux\": {\"reference_lux\": 5}}", "must have reference_shutter_speed", FL_ERR_CORRUPT},
    {"{\"rpi.black_level\": {\"black_level\": 70000}}", "70000 must be 0..65535", FL_ERR_CORRUPT},
};

START_TEST(errors_say_where_and_what)
{
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct fl_tuning *t;
        fl_err err = load(bad[i].text, &t);
        ck_assert_msg(err.code == bad[i].code, "%s: code %d %s", bad[i].text, (int)err.code,
                      err.message);
        ck_assert_ptr_eq(t, NULL);
        ck_assert_msg(strstr(err.message, bad[i].says) != NULL, "'%s' does not say '%s'",
                      err.message, bad[i].says);
        ck_assert_msg(strncmp(err.message, strrchr(path, '/') + 1, 10) == 0, "%s", err.message);
    }
}
END_TEST

START_TEST(refuses_what_is_no_file)
{
    struct fl_tuning *t;
    char deep[200];
    ck_assert_int_eq(fl_tuning_load("/nowhere/x.json", NULL, &t).code, FL_ERR_IO);
    memset(deep, '[', sizeof deep);
    ck_assert_int_eq(load_bytes(deep, sizeof deep, NULL, &t).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(load_bytes("{\"a\": \"b\0c\"}", 12, NULL, &t).code, FL_ERR_CORRUPT);
}
END_TEST

/* Any change of a byte: a tuning with a usable curve, or an error. */
START_TEST(survives_mutation)
{
    static const char replacement[] = "[]{},:\"-0 9e.x\n\0*&|";
    char bytes[sizeof whole];
    uint32_t seed = 5;
    int taken = 0;
    for (int round = 0; round < 1500; round++) {
        struct fl_tuning *t;
        size_t size = sizeof whole - 1;
        memcpy(bytes, whole, sizeof whole);
        for (int k = 0; k <= round % 3; k++) {
            feed_random(&seed);
            bytes[(seed >> 8) % size] = replacement[(seed >> 3) % (sizeof replacement - 1)];
        }
        if (round % 7 == 0)
            size = (seed >> 8) % size;
        if (load_bytes(bytes, size, NULL, &t).code == FL_OK) {
            for (int i = 0; i < t->grey_count; i++)
                ck_assert(t->grey[i].rg > 0.0 && t->grey[i].bg > 0.0);
            fl_tuning_free(t);
            taken++;
        }
    }
    ck_assert_int_gt(taken, 50);
}
END_TEST

START_TEST(sensors_by_model)
{
    static const struct {
        const char *model, *sensor; /* NULL: names none */
    } cases[] = {{"imx477", "imx477"},
                 {"IMX708_wide", "imx708_wide"},
                 {"RP_ov5647", "ov5647"},
                 {"/base/soc/i2c0mux/i2c@1/imx219@10", "imx219"},
                 {"/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a", "imx708"},
                 {"PiDNG / PiCamera2", NULL},
                 {"", NULL},
                 {"../../etc/passwd", "passwd"},
                 {"..", NULL},
                 {"imx477/", NULL},
                 {"Canon EOS 550D", NULL}};
    char sensor[16], found[64];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        bool names = fl_tuning_sensor_of(cases[i].model, sensor, sizeof sensor);
        ck_assert_msg(names == (cases[i].sensor != NULL), "%s: '%s'", cases[i].model, sensor);
        if (names)
            ck_assert_str_eq(sensor, cases[i].sensor);
    }
    ck_assert(!fl_tuning_sensor_of("a_name_that_is_too_long", sensor, sizeof sensor));
    ck_assert(!fl_tuning_find("imx477", found, 4)); /* no room for a path */
}
END_TEST

START_TEST(decimal_points_are_points)
{
    struct fl_tuning *t;
    if (!setlocale(LC_NUMERIC, "de_DE.UTF-8"))
        return; /* not installed */
    ck_assert_int_eq(load(whole, &t).code, FL_OK);
    ck_assert(near(t->noise_slope, 2.5));
    fl_tuning_free(t);
    setlocale(LC_NUMERIC, "C");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tuning");
    TCase *t = tcase_create("tuning");
    int failed, fd;
    snprintf(path, sizeof path, "/tmp/fl-tuning-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0)
        return EXIT_FAILURE;
    close(fd);
    tcase_add_test(t, reads_every_block);
    tcase_add_test(t, looks_up);
    tcase_add_test(t, nothing_is_known_of_nothing);
    tcase_add_test(t, version_1_and_disabled_blocks);
    tcase_add_test(t, notes_unknown_blocks);
    tcase_add_test(t, errors_say_where_and_what);
    tcase_add_test(t, refuses_what_is_no_file);
    tcase_add_test(t, survives_mutation);
    tcase_add_test(t, sensors_by_model);
    tcase_add_test(t, decimal_points_are_points);
    tcase_set_timeout(t, 60);
    suite_add_tcase(suite, t);
    failed = run_suite(suite);
    unlink(path);
    return failed;
}
