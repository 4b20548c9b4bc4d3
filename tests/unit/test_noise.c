/* Control: what the noise estimate finds in pictures whose noise is known, and whom it believes. */
#include "feed.h"
#include "noise_estimate.h"
#include "statistics.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define W 768
#define H 512

/* The simulated camera's noise by ISO. */
static struct fl_noise iso_noise(double iso)
{
    double g = iso / 100.0;
    struct fl_noise n = {2.2e-4 * g, 4e-4 * g * 4e-4 * g + 2e-8};
    return n;
}

/* A scene of smooth shades with, at places, fine texture: 0 none, 1 three quarters of it. */
static double scene(int x, int y, bool textured, uint32_t *seed)
{
    double v = 0.01 + 0.7 * (0.5 + 0.5 * sin(x * 0.013)) * (0.25 + 0.75 * y / H);
    double grain = feed_uniform(seed) - 0.5, wave = sin(x * 1.1 + y * 0.3) * sin(y * 0.9);
    if (textured && ((x / 48 + y / 48) % 4 != 0))
        v *= 1.0 + 0.25 * wave + 0.1 * grain;
    return v;
}

static void measure(const struct fl_noise *noise, bool textured, float clip,
                    struct fl_noise_measured out[3])
{
    static float p[W * H];
    struct fl_statistics s;
    struct fl_statistics_sink sink = {&s, FL_CFA_RGGB, false, clip};
    uint32_t scene_seed = 5, seed = 11;
    for (int i = 0; i < W * H; i++) {
        double v = scene(i % W, i / W, textured, &scene_seed);
        v += sqrt(noise->s * v + noise->o) * feed_normal(&seed);
        p[i] = (float)(v < clip ? v : clip);
    }
    ck_assert_int_eq(fl_statistics_new(W, H, &s).code, FL_OK);
    feed_rows(fl_statistics_rows, &sink, (float *const[3]){p, NULL, NULL}, W, H);
    fl_noise_estimate(&s, out);
    fl_statistics_free(&s);
}

static double ratio_at(const struct fl_noise *a, const struct fl_noise *b, double x)
{
    return (a->s * x + a->o) / (b->s * x + b->o);
}

START_TEST(noise_of_smooth_scenes_is_found)
{
    static const double isos[] = {100, 400, 1600, 6400}, levels[] = {0.02, 0.1, 0.4};
    for (int i = 0; i < 4; i++) {
        struct fl_noise truth = iso_noise(isos[i]);
        struct fl_noise_measured m[3];
        measure(&truth, false, 10.0F, m);
        for (int c = 0; c < 3; c++) {
            ck_assert_double_ge(m[c].quiet, 0.9);
            for (int l = 0; l < 3; l++)
                ck_assert_double_le(fabs(ratio_at(&m[c].noise, &truth, levels[l]) - 1.0), 0.15);
        }
    }
}
END_TEST

START_TEST(noise_is_not_texture)
{
    static const double isos[] = {100, 400, 1600, 6400}, levels[] = {0.02, 0.1, 0.4};
    for (int i = 0; i < 4; i++) {
        struct fl_noise truth = iso_noise(isos[i]);
        struct fl_noise_measured m[3];
        measure(&truth, true, 10.0F, m);
        for (int c = 0; c < 3; c++)
            for (int l = 0; l < 3; l++) {
                ck_assert_double_le(ratio_at(&m[c].noise, &truth, levels[l]), 1.4);
                ck_assert_double_ge(ratio_at(&m[c].noise, &truth, levels[l]), 0.8);
            }
    }
}
END_TEST

START_TEST(noise_ignores_clipped_cells)
{
    struct fl_noise truth = iso_noise(800);
    struct fl_noise_measured m[3];
    measure(&truth, false, 0.35F, m); /* a third of the picture is at the clip */
    for (int c = 0; c < 3; c++)
        ck_assert_double_le(fabs(ratio_at(&m[c].noise, &truth, 0.1) - 1.0), 0.15);
    measure(&truth, false, -1.0F, m); /* all of it */
    for (int c = 0; c < 3; c++)
        ck_assert(m[c].noise.s == 0.0 && m[c].noise.o == 0.0);
}
END_TEST

START_TEST(noise_of_a_clean_frame_is_tiny)
{
    struct fl_noise none = {0, 0};
    struct fl_noise_measured m[3];
    measure(&none, false, 10.0F, m);
    for (int c = 0; c < 3; c++) {
        ck_assert_double_gt(m[c].noise.o, 0.0);
        ck_assert_double_le(m[c].noise.s * 0.1 + m[c].noise.o, 1e-7);
    }
}
END_TEST

/* Only dark cells: a line has no slope there, the family of sensors does. */
START_TEST(noise_of_a_dark_frame_is_plausible)
{
    struct fl_statistics s;
    struct fl_noise_measured m[3];
    ck_assert_int_eq(fl_statistics_new(320, 320, &s).code, FL_OK);
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < 400; i++)
            s.noise[c][i] = (float)(1e-6 * (0.8 + 0.001 * i));
    fl_noise_estimate(&s, m);
    for (int c = 0; c < 3; c++) {
        ck_assert_double_le(fabs(m[c].noise.o / 1e-6 - 1.0), 0.3);
        ck_assert_double_ge(m[c].noise.s, 1e-4);
        ck_assert_double_le(m[c].noise.s, 2e-3);
    }
    fl_statistics_free(&s);
}
END_TEST

START_TEST(the_right_one_is_believed)
{
    static const struct {
        double measured, quiet, tagged, expected;
    } cases[] = {{1, 1, 1, 1},   /* they agree */
                 {1.7, 1, 1, 1}, /* nearly */
                 {0.6, 1, 1, 1},
                 {0.2, 0.1, 1, 0.2},     /* the tag is too high: texture cannot explain that */
                 {0, 0, 1, 1},           /* nothing measured */
                 {1, 0.1, 0, 1},         /* no tag */
                 {10, 1, 1, 10},         /* the tag is too low */
                 {10, 0.3, 1, 1},        /* or there was only texture */
                 {100, 1, 0.005, 0.005}, /* declared clean */
                 {0, 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_noise_measured m[3];
        struct fl_noise tag[3], out[3];
        for (int c = 0; c < 3; c++) {
            m[c].noise.s = 2e-4 * cases[i].measured;
            m[c].noise.o = 1e-7 * cases[i].measured;
            m[c].quiet = cases[i].quiet;
            tag[c].s = 2e-4 * cases[i].tagged;
            tag[c].o = 1e-7 * cases[i].tagged;
        }
        fl_noise_believe(m, tag, out);
        for (int c = 0; c < 3; c++) {
            ck_assert_double_le(fabs(out[c].s - 2e-4 * cases[i].expected), 1e-12);
            ck_assert_double_le(fabs(out[c].o - 1e-7 * cases[i].expected), 1e-15);
        }
    }
}
END_TEST

START_TEST(hostile_tags_are_not_believed)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY, -1, 1e300, 5};
    struct fl_noise_measured m[3];
    struct fl_noise tag[3], out[3];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int which = 0; which < 2; which++) {
            for (int c = 0; c < 3; c++) {
                m[c].noise = iso_noise(200);
                m[c].quiet = 1;
                tag[c] = iso_noise(200);
                *(which ? &tag[c].s : &tag[c].o) = bad[i];
            }
            fl_noise_believe(m, tag, out);
            for (int c = 0; c < 3; c++)
                ck_assert(out[c].s == m[c].noise.s && out[c].o == m[c].noise.o);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("noise");
    TCase *t = tcase_create("noise");
    SRunner *runner;
    int failed;
    tcase_set_timeout(t, 60);
    tcase_add_test(t, noise_of_smooth_scenes_is_found);
    tcase_add_test(t, noise_is_not_texture);
    tcase_add_test(t, noise_ignores_clipped_cells);
    tcase_add_test(t, noise_of_a_clean_frame_is_tiny);
    tcase_add_test(t, noise_of_a_dark_frame_is_plausible);
    tcase_add_test(t, the_right_one_is_believed);
    tcase_add_test(t, hostile_tags_are_not_believed);
    suite_add_tcase(suite, t);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
