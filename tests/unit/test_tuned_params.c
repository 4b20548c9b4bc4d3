/* What a tuning changes in the stages' parameters, and the look that it brings. */
#include "run_suite.h"

#include "firstlight/firstlight.h"
#include "firstlight/source.h"

#include <check.h>
#include <math.h>
#include <string.h>

static struct fl_frame *develop(const struct fl_tuning *tuning, enum fl_look look,
                                enum fl_preset preset, const char *override, fl_err *error)
{
    const struct fl_sim_config sim = {.scene = "chart", .width = 160, .height = 120, .iso = 800};
    struct fl_settings settings = fl_settings_default();
    struct fl_frame *raw, *out = NULL;
    struct fl_pipeline *p;
    ck_assert_int_eq(fl_sim_capture(&sim, &raw).code, FL_OK);
    ck_assert_int_eq(fl_pipeline_new(NULL, &p).code, FL_OK);
    if (override)
        ck_assert_int_eq(fl_pipeline_set(p, override, "0").code, FL_OK);
    settings.tuning = tuning;
    settings.look = look;
    settings.preset = preset;
    *error = fl_pipeline_run(p, raw, &settings, &out, NULL);
    fl_pipeline_free(p);
    fl_frame_unref(raw);
    return out;
}

static bool same(const struct fl_frame *a, const struct fl_frame *b)
{
    for (int y = 0; y < a->height; y++)
        if (memcmp((char *)a->plane[0] + (size_t)y * a->stride[0],
                   (char *)b->plane[0] + (size_t)y * b->stride[0], (size_t)a->width * 3) != 0)
            return false;
    return true;
}

/* Whether the tuning makes another picture than one that says nothing. */
static bool changes(const struct fl_tuning *tuning, enum fl_preset preset, const char *override)
{
    static const struct fl_tuning nothing;
    fl_err error;
    struct fl_frame *a = develop(&nothing, FL_LOOK_STANDARD, preset, override, &error), *b;
    bool different;
    ck_assert_msg(error.code == FL_OK, "%s", error.message);
    b = develop(tuning, FL_LOOK_STANDARD, preset, override, &error);
    ck_assert_msg(error.code == FL_OK, "%s", error.message);
    different = !same(a, b);
    fl_frame_unref(a);
    fl_frame_unref(b);
    return different;
}

START_TEST(filters_follow)
{
    struct fl_tuning_denoise usual = {"normal", 3.2, 0.95, 150, 0.3, 0, 0};
    struct fl_tuning_denoise weak = {"normal", 1.6, 0.95, 150, 0.3, 0, 0};
    struct fl_tuning_denoise gray = {"normal", 3.2, 0.95, 400, 0.3, 0, 0};
    struct fl_tuning t = {.sharpen = {true, 0.75, 0.5, 1.0},
                          .denoise_count = 1,
                          .denoise = &usual,
                          .defect_strength = 2};
    ck_assert(!changes(&t, FL_PRESET_BALANCED, NULL)); /* what is usual is our own default */
    ck_assert(!changes(&t, FL_PRESET_FAST, NULL));
    t.denoise = &weak;
    ck_assert(changes(&t, FL_PRESET_BALANCED, NULL));
    ck_assert(!changes(&t, FL_PRESET_BALANCED, "denoise.strength")); /* --set goes before */
    t.denoise = &gray;
    ck_assert(changes(&t, FL_PRESET_BALANCED, NULL));
    t.denoise = &usual;
    t.sharpen.strength = 0.5;
    ck_assert(changes(&t, FL_PRESET_BALANCED, NULL));
    ck_assert(!changes(&t, FL_PRESET_BALANCED, "sharpen.amount"));
    t.sharpen = (struct fl_tuning_sharpen){true, NAN, -5, 1e300}; /* limited */
    ck_assert(changes(&t, FL_PRESET_BALANCED, NULL));
    ck_assert(changes(&t, FL_PRESET_FAST, NULL));
}
END_TEST

static struct fl_point points[] = {{0, 0}, {0.1, 0.75}, {1, 1}};

START_TEST(camera_look_is_the_tunings_curve)
{
    const struct fl_tuning curve = {.gamma = {3, points}}, nothing = {0};
    static const enum fl_preset presets[] = {FL_PRESET_FAST, FL_PRESET_BALANCED};
    fl_err error;
    for (int i = 0; i < 2; i++) {
        struct fl_frame *camera = develop(&curve, FL_LOOK_CAMERA, presets[i], NULL, &error);
        struct fl_frame *neutral = develop(&curve, FL_LOOK_NEUTRAL, presets[i], NULL, &error);
        double sum[2] = {0, 0};
        ck_assert(camera != NULL && neutral != NULL);
        for (int y = 40; y < 80; y++)
            for (int x = 0; x < 160 * 3; x++) {
                sum[0] += ((uint8_t *)camera->plane[0] + (size_t)y * camera->stride[0])[x];
                sum[1] += ((uint8_t *)neutral->plane[0] + (size_t)y * neutral->stride[0])[x];
            }
        ck_assert_msg(sum[0] > 1.1 * sum[1], "%g and %g", sum[0], sum[1]);
        fl_frame_unref(camera);
        fl_frame_unref(neutral);
    }
    ck_assert_ptr_eq(develop(&nothing, FL_LOOK_CAMERA, FL_PRESET_BALANCED, NULL, &error), NULL);
    ck_assert_int_eq(error.code, FL_ERR_UNSUPPORTED);
    ck_assert(strstr(error.message, "needs a tuning that has one") != NULL);
    ck_assert_ptr_eq(develop(NULL, FL_LOOK_CAMERA, FL_PRESET_FAST, NULL, &error), NULL);
    ck_assert_int_eq(error.code, FL_ERR_UNSUPPORTED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tuned_params");
    TCase *t = tcase_create("tuned_params");
    tcase_add_test(t, filters_follow);
    tcase_add_test(t, camera_look_is_the_tunings_curve);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
