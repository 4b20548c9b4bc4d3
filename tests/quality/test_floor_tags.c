/* Floors of wrong noise tags: what a file that says something wrong about its noise, or nothing,
 * may cost against the same file with the right tag. */
#include "run_suite.h"
#include "measures.h"
#include "test_camera.h"

#include "firstlight/pipeline.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_LOSS 0.3 /* dB, mean of a set of pictures */
#define EVERY     3   /* picture of a set */

static bool all;
static struct fl_pipeline *pipeline;

static double cpsnr(const struct truth *truth, const struct shot *shot, enum fl_preset preset)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_frame *raw, *out;
    struct picture result;
    double value;
    settings.preset = preset;
    settings.look = FL_LOOK_NEUTRAL;
    ck_assert_int_eq(shot_take(shot, truth, &raw).code, FL_OK);
    ck_assert_int_eq(fl_pipeline_run(pipeline, raw, &settings, &out, NULL).code, FL_OK);
    ck_assert_int_eq(picture_from_frame(out, &result).code, FL_OK);
    value = measure_cpsnr(&truth->display, &result);
    picture_free(&result);
    fl_frame_unref(out);
    fl_frame_unref(raw);
    return value;
}

/* Adds what each tag costs a picture. */
static void add_losses(const struct truth *truth, const char *camera, int iso,
                       enum fl_preset preset, double loss[NOISE_TAGS])
{
    double value[NOISE_TAGS];
    for (int tag = 0; tag < NOISE_TAGS; tag++) {
        struct shot shot = {"", "D65", iso, (enum noise_tag)tag};
        snprintf(shot.camera, sizeof shot.camera, "%s", camera);
        value[tag] = cpsnr(truth, &shot, preset);
        loss[tag] += value[TAG_RIGHT] - value[tag];
    }
}

static void check_losses(const char *what, const char *camera, int iso, enum fl_preset preset,
                         const double loss[NOISE_TAGS], int pictures)
{
    static const char *const presets[] = {"balanced", "fast", "best"};
    printf("%-10s %-7s %5d %-8s", what, camera, iso, presets[preset]);
    for (int tag = 1; tag < NOISE_TAGS; tag++)
        printf("  %s %5.2f", noise_tag_name((enum noise_tag)tag), loss[tag] / pictures);
    printf("\n");
    for (int tag = 1; tag < NOISE_TAGS; tag++)
        ck_assert_msg(loss[tag] / pictures <= MOST_LOSS, "%s, %s, ISO %d, %s: tag %s costs %.2f dB",
                      what, camera, iso, presets[preset], noise_tag_name((enum noise_tag)tag),
                      loss[tag] / pictures);
}

static void check_set(const struct truth_set *set, int every, const char *camera, int iso,
                      enum fl_preset preset)
{
    double loss[NOISE_TAGS] = {0};
    int pictures = 0;
    for (int i = 0; i < set->count; i += every, pictures++)
        add_losses(&set->truth[i], camera, iso, preset, loss);
    if (pictures > 0)
        check_losses(set->name, camera, iso, preset, loss, pictures);
}

static void load(const char *set, const char *picture, struct truth_set *out)
{
    struct truth_places places = {getenv("FL_SHARED_DATA"), PICTURE_LISTS};
    fl_err err;
    places.data = places.data ? places.data : "../shared/data";
    err = truth_load(set, picture, &places, out);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    if (out->absent)
        printf("%s: the pictures are absent\n", set);
}

START_TEST(wrong_tags_cost_scenes_little)
{
    static const int isos[] = {0, 100, 400, 1600};
    struct truth_set set;
    load("scenes", "mean", &set);
    for (size_t i = 0; i < sizeof isos / sizeof *isos; i++)
        check_set(&set, 1, "imx477", isos[i], FL_PRESET_BALANCED);
    truth_free(&set);
}
END_TEST

START_TEST(wrong_tags_cost_photographs_little)
{
    static const char *const sets[] = {"kodak24", "saturated"};
    static const char *const cameras[] = {"imx477", "dslr", "phone"};
    static const int isos[] = {0, 100, 400, 1600, 6400};
    for (int s = 0; all && s < 2; s++) {
        struct truth_set set;
        load(sets[s], "mean", &set);
        for (int i = 0; i < 3 * 5 * 2; i++)
            check_set(&set, EVERY, cameras[i / 10], isos[i / 2 % 5],
                      i % 2 ? FL_PRESET_BEST : FL_PRESET_BALANCED);
        truth_free(&set);
    }
}
END_TEST

int main(int argc, char **argv)
{
    const struct fl_pipeline_config config = {.threads = 1};
    Suite *suite = suite_create("floor_tags");
    TCase *tc = tcase_create("floor_tags");
    int failed;
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    if (fl_pipeline_new(&config, &pipeline).code != FL_OK)
        return EXIT_FAILURE;
    tcase_set_timeout(tc, all ? 3000 : 120);
    tcase_add_test(tc, wrong_tags_cost_scenes_little);
    tcase_add_test(tc, wrong_tags_cost_photographs_little);
    suite_add_tcase(suite, tc);
    failed = run_suite(suite);
    fl_pipeline_free(pipeline);
    return failed;
}
