/* Floors of the standard look's tone: local tone without halos, monotone, readable at both ends,
 * and steady from shot to shot. With "all" as argument on more cases. */
#include "run_suite.h"
#include "known_light.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  480
#define HEIGHT 360

static bool all; /* cases, not only those that take a second */

/* What local tone looks pixels up with; of a grey picture simply its level. */
static double level(const struct fl_frame *f, int x, int y)
{
    return 0.25 * (double)light_plane(f, 0, y)[x] + 0.5 * (double)light_plane(f, 1, y)[x] +
           0.25 * (double)light_plane(f, 2, y)[x];
}

static struct fl_frame *noiseless(const struct light *l, double exposure_ev)
{
    const struct fl_sim_config config = {
        .format = "SRGGB16", .no_noise = true, .no_shading = true, .exposure_ev = exposure_ev};
    return light_shot(l, &config);
}

static struct fl_frame *until(const struct fl_frame *raw, const char *stage)
{
    struct fl_settings settings = fl_settings_default();
    settings.until = stage;
    return light_develop(raw, &settings, NULL, 0);
}

/* A vertical edge of some stops below `top`, over a strip that makes the scene ten stops wide. */
static struct light step_scene(double stops, double top, int edge)
{
    struct light l = light_new(WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double v = exp2(x < edge ? top - stops : top);
            if (y >= HEIGHT - 64)
                v = exp2(x < WIDTH / 2 ? -10.5 : -0.2);
            for (int c = 0; c < 3; c++)
                light_at(&l, x, y)[c] = v;
        }
    return l;
}

/* The largest relative departure of linear light from what either side is far from the edge. */
static double overshoot(double stops, double top, int edge)
{
    struct light l = step_scene(stops, top, edge);
    struct fl_frame *raw = noiseless(&l, 0.0), *out = until(raw, "local_tone");
    const int y = 130;
    double left = level(out, 4, y), right = level(out, WIDTH - 5, y), worst = 0.0;
    for (int x = 4; x < WIDTH - 4; x++) {
        double off = fabs(level(out, x, y) / (x < edge ? left : right) - 1.0);
        if (abs(x - edge) >= 4 && off > worst) /* what demosaic makes of the edge itself */
            worst = off;
    }
    /* The range is compressed at all, where there is one. */
    ck_assert(stops < 2.0 || log2(right / left) < 0.9 * stops);
    fl_frame_unref(out);
    fl_frame_unref(raw);
    light_free(&l);
    return worst;
}

/* Measured: at most 2.97 %. */
START_TEST(step_edges_have_no_halos)
{
    static const double steps[] = {0.1, 0.2, 0.3, 0.37, 0.48, 0.63, 0.82, 1.06,
                                   1.4, 1.8, 2.3, 3.0,  3.9,  5.1,  6.6,  9.0};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i += all ? 1 : 3)
        for (double top = -0.7; top > -6.0 && top - steps[i] > -12.0; top -= all ? 0.7 : 2.1)
            for (int offset = 0; offset <= 8; offset += 4) {
                double worst = overshoot(steps[i], top, WIDTH / 2 + offset);
                ck_assert_msg(worst <= 0.03, "step of %g stops below 2^%g, offset %d: %.2f %%",
                              steps[i], top, offset, 100 * worst);
            }
}
END_TEST

/* Ten stops along a line through the picture's middle, and flat areas of several levels around. */
START_TEST(ramps_stay_monotone)
{
    struct light l = light_new(WIDTH, HEIGHT);
    struct fl_frame *raw, *out;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double v = exp2(-10.2 + 10.0 * x / WIDTH);
            if (abs(y - HEIGHT / 2) > 40)
                v = exp2(-9.0 + 4.0 * (2 * x / WIDTH) + 3.0 * (4 * y / HEIGHT % 2));
            for (int c = 0; c < 3; c++)
                light_at(&l, x, y)[c] = v;
        }
    raw = noiseless(&l, 0.0);
    out = until(raw, "tone");
    for (int y = HEIGHT / 2 - 24; y < HEIGHT / 2 + 24; y += 12)
        for (int x = 0; x + 4 < WIDTH; x++) /* steps of 16 bits show below one of these */
            ck_assert_double_gt(level(out, x + 4, y), level(out, x, y));
    fl_frame_unref(out);
    fl_frame_unref(raw);
    light_free(&l);
}
END_TEST

#define WEDGE 12 /* grey steps of the scene `stops`, a stop each */

static void read_wedge(const struct fl_frame *out, double codes[WEDGE])
{
    const double px = 8.0 / 3.0 / WIDTH;
    for (int i = 0; i < WEDGE; i++) {
        int x = (int)((-1.2 + 2.4 * (i + 0.5) / WEDGE) / px + WIDTH / 2.0);
        codes[i] = 255 * level(out, x, (int)(0.835 / px + HEIGHT / 2.0));
    }
}

/* Every stop of twelve is at least eight display codes from the next; without local tone, the
 * deepest three are less than four apart. */
START_TEST(ten_stops_are_readable)
{
    static const char *const off[] = {"local_tone.strength=0", NULL};
    const struct fl_settings settings = fl_settings_default();
    struct light l = light_of_scene("stops", WIDTH, HEIGHT);
    struct fl_frame *raw = noiseless(&l, -2.0);
    struct fl_frame *out = light_develop(raw, &settings, NULL, 0);
    struct fl_frame *plain = light_develop(raw, &settings, off, 0);
    double codes[WEDGE], without[WEDGE];
    read_wedge(out, codes);
    read_wedge(plain, without);
    ck_assert_double_lt(without[2] - without[1], 4.0);
    ck_assert_double_lt(codes[WEDGE - 1], 250.0);
    for (int i = 1; i < WEDGE; i++)
        ck_assert_double_ge(codes[i] - codes[i - 1], 8.0);
    fl_frame_unref(plain);
    fl_frame_unref(out);
    fl_frame_unref(raw);
    light_free(&l);
}
END_TEST

START_TEST(strips_do_not_matter)
{
    const struct fl_settings settings = fl_settings_default();
    struct light l = light_of_scene("stops", 240, 180);
    struct fl_frame *raw = noiseless(&l, -2.0), *whole = light_develop(raw, &settings, NULL, 0);
    for (int rows = 2; rows <= 64; rows += all ? 2 : 30) {
        struct fl_frame *out = light_develop(raw, &settings, NULL, rows);
        for (int c = 0; c < 3; c++)
            for (int y = 0; y < out->height; y++)
                ck_assert_int_eq(memcmp(light_plane(out, c, y), light_plane(whole, c, y),
                                        (size_t)out->width * sizeof(float)),
                                 0);
        fl_frame_unref(out);
    }
    fl_frame_unref(whole);
    fl_frame_unref(raw);
    light_free(&l);
}
END_TEST

/* Mean of an area in linear light, as CIELAB: its noise is not the question. */
static struct light_lab area(const struct fl_frame *out, int x0, int y0, int size)
{
    double sum[3] = {0, 0, 0};
    for (int c = 0; c < 3; c++)
        for (int y = y0; y < y0 + size; y++)
            for (int x = x0; x < x0 + size; x++) {
                double v = (double)light_plane(out, c, y)[x];
                sum[c] += (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4)) / size / size;
            }
    return light_lab(sum[0], sum[1], sum[2]);
}

static struct fl_frame *video_frame(const char *scene, uint32_t seed, double exposure_ev)
{
    const struct fl_sim_config config = {.scene = scene,
                                         .width = WIDTH,
                                         .height = HEIGHT,
                                         .seed = seed,
                                         .iso = 100,
                                         .exposure_ev = exposure_ev - 1.0};
    struct fl_settings settings = fl_settings_default();
    struct fl_frame *raw, *out;
    settings.wb = FL_WB_AUTO;
    settings.preset = FL_PRESET_FAST;
    ck_assert_int_eq(fl_sim_capture(&config, &raw).code, FL_OK);
    out = light_develop(raw, &settings, NULL, 0);
    fl_frame_unref(raw);
    return out;
}

/* Mean dE76 between areas of 60x60 pixels, so that of the noise little is left. */
static double change(const struct fl_frame *a, const struct fl_frame *b)
{
    const int size = 60;
    double sum = 0.0;
    for (int y = 0; y < HEIGHT; y += size)
        for (int x = 0; x < WIDTH; x += size) {
            struct light_lab p = area(a, x, y, size), q = area(b, x, y, size);
            sum += sqrt((p.l - q.l) * (p.l - q.l) + (p.a - q.a) * (p.a - q.a) +
                        (p.b - q.b) * (p.b - q.b));
        }
    return sum * size * size / (WIDTH * HEIGHT);
}

/* What a video would show as flicker: balance, exposure and tone decided anew for each frame. */
START_TEST(small_changes_stay_small)
{
    static const char *const scenes[] = {"stops", "portrait", "photo", "leaves", "chart"};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i += all ? 1 : 2) {
        struct fl_frame *out = video_frame(scenes[i], 1, 0.0);
        struct fl_frame *again = video_frame(scenes[i], 2, 0.0);
        struct fl_frame *brighter = video_frame(scenes[i], 1, log2(1.01));
        ck_assert_msg(change(out, again) < 0.5, "%s: other noise changes %.2f dE", scenes[i],
                      change(out, again));
        ck_assert_msg(change(out, brighter) < 0.5, "%s: 1 %% more light changes %.2f dE", scenes[i],
                      change(out, brighter));
        fl_frame_unref(brighter);
        fl_frame_unref(again);
        fl_frame_unref(out);
    }
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("floor_tone");
    TCase *tc = tcase_create("floor_tone");
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    tcase_set_timeout(tc, all ? 600 : 60);
    tcase_add_test(tc, step_edges_have_no_halos);
    tcase_add_test(tc, ramps_stay_monotone);
    tcase_add_test(tc, ten_stops_are_readable);
    tcase_add_test(tc, strips_do_not_matter);
    tcase_add_test(tc, small_changes_stay_small);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
