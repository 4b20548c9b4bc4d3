/* gamut: colours that the output space cannot show keep their hue and luminance, all others stay;
 * through the stage alone, and through a whole development of saturated colours. tone: its curve
 * keeps hue and order at every exposure and white. */
#include "run_suite.h"
#include "known_light.h"
#include "rows_harness.h"
#include "stages.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  96
#define HEIGHT 64

static const double luma[3] = {0.2126, 0.7152, 0.0722};

/* Linear Rec. 2020 to linear sRGB. */
static void from_2020(const double in[3], double out[3])
{
    static const double m[3][3] = {
        {1.6605, -0.5876, -0.0728}, {-0.1246, 1.1329, -0.0083}, {-0.0182, -0.1006, 1.1187}};
    for (int i = 0; i < 3; i++)
        out[i] = m[i][0] * in[0] + m[i][1] * in[1] + m[i][2] * in[2];
}

/* Hue in OKLab (Ottosson 2020), radians. */
static double hue(const double rgb[3])
{
    static const double lms[3][3] = {{0.4122214708, 0.5363325363, 0.0514459929},
                                     {0.2119034982, 0.6806995451, 0.1073969566},
                                     {0.0883024619, 0.2817188376, 0.6299787005}};
    double v[3];
    for (int i = 0; i < 3; i++)
        v[i] = cbrt(lms[i][0] * rgb[0] + lms[i][1] * rgb[1] + lms[i][2] * rgb[2]);
    return atan2(0.0259040371 * v[0] + 0.7827717662 * v[1] - 0.8086757660 * v[2],
                 1.9779984951 * v[0] - 2.4285922050 * v[1] + 0.4505937099 * v[2]);
}

static double hue_error(const double a[3], const double b[3])
{
    double d = fabs(hue(a) - hue(b)) * 180 / 3.14159265358979;
    return d > 180 ? 360 - d : d;
}

static double luminance(const double rgb[3])
{
    return luma[0] * rgb[0] + luma[1] * rgb[1] + luma[2] * rgb[2];
}

static double smallest(const double rgb[3])
{
    double m = rgb[0] < rgb[1] ? rgb[0] : rgb[1];
    return m < rgb[2] ? m : rgb[2];
}

/* All hues at WIDTH steps, from grey to the edge of Rec. 2020, in sRGB. */
static void wheel(int x, int y, double rgb[3])
{
    double wide[3];
    for (int c = 0; c < 3; c++) {
        double angle = 2 * 3.14159265358979 * (x / (double)WIDTH - c / 3.0);
        double pure = 0.5 + cos(angle);
        pure = pure > 1 ? 1 : pure > 0 ? pure : 0;
        wide[c] = 0.3 * (1 + (pure - 1) * y / (HEIGHT - 1));
    }
    from_2020(wide, rgb);
}

static void pixel(const struct fl_planes *p, int x, int y, double rgb[3])
{
    for (int c = 0; c < 3; c++)
        rgb[c] = (double)*harness_at(p, c, x, y);
}

START_TEST(colours_keep_hue_and_luminance)
{
    struct fl_planes in = harness_planes(WIDTH, HEIGHT, fl_layout_of(3));
    struct fl_flow flow = harness_flow(WIDTH, HEIGHT, 3, FL_CFA_NONE);
    struct harness_result r;
    double clipped = 0, kept = 0;
    int outside = 0;
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double rgb[3];
            wheel(x, y, rgb);
            for (int c = 0; c < 3; c++)
                *harness_at(&in, c, x, y) = (float)rgb[c];
        }
    r = harness_run(&fl_stage_gamut, NULL, &flow, &in, 16);
    ck_assert_int_eq(r.err.code, FL_OK);
    ck_assert_int_eq(r.guard_errors, 0);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            double a[3], b[3], cut[3];
            pixel(&in, x, y, a);
            pixel(&r.planes, x, y, b);
            ck_assert_double_ge(smallest(b), 0.0);
            ck_assert_double_eq_tol(luminance(b), luminance(a), 1e-6);
            if (smallest(a) > 0.11 * luminance(a)) {
                for (int c = 0; c < 3; c++)
                    ck_assert(a[c] == b[c]);
            }
            if (smallest(a) >= -1e-3)
                continue;
            for (int c = 0; c < 3; c++)
                cut[c] = a[c] > 0 ? a[c] : 0;
            clipped += hue_error(a, cut);
            kept += hue_error(a, b);
            outside++;
        }
    ck_assert_int_gt(outside, 1000);
    ck_assert_double_gt(clipped / outside, 4.0); /* 4.3 degrees */
    ck_assert_double_le(kept, 0.4 * clipped);    /* 1.1 */
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

/* Darker than black, black, and not a number: defined, and nothing grows. */
START_TEST(odd_values_are_tame)
{
    static const float odd[][3] = {{0, 0, 0},        {-1, -1, -1},  {-0.1f, 0.01f, -0.2f},
                                   {1e-20f, 0, 0},   {1e6f, -1, 0}, {-1e-9f, 1e-9f, 0},
                                   {1e-3f, 3, -0.3f}};
    const int count = sizeof odd / sizeof *odd;
    struct fl_planes in = harness_planes(count, 1, fl_layout_of(3));
    struct fl_flow flow = harness_flow(count, 1, 3, FL_CFA_NONE);
    struct harness_result r;
    for (int x = 0; x < count; x++)
        for (int c = 0; c < 3; c++)
            *harness_at(&in, c, x, 0) = odd[x][c];
    r = harness_run(&fl_stage_gamut, NULL, &flow, &in, 0);
    for (int x = 0; x < count; x++) {
        double a[3], b[3];
        pixel(&in, x, 0, a);
        pixel(&r.planes, x, 0, b);
        for (int c = 0; c < 3; c++) {
            ck_assert(isfinite(b[c]));
            ck_assert_double_le(b[c], fmax(fmax(a[0], a[1]), fmax(a[2], 0)));
        }
    }
    harness_result_free(&r);
    harness_planes_free(&in);
}
END_TEST

static double decoded(double v)
{
    return v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
}

/* A line of the colour wheel per row, in four saturations; from 5 stops below mid grey to 2
 * above. */
static void toned(double white, struct fl_planes *in, struct harness_result *r)
{
    struct fl_flow flow = harness_flow(WIDTH, HEIGHT, 3, FL_CFA_NONE);
    struct fl_control control;
    const struct harness_setup setup = {.control = &control};
    memset(&control, 0, sizeof control);
    control.white = white;
    *in = harness_planes(WIDTH, HEIGHT, fl_layout_of(3));
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            for (int c = 0; c < 3; c++) {
                double angle = 2 * 3.14159265358979 * (x / (double)WIDTH - c / 3.0);
                double pure = 0.5 + cos(angle), saturation = (y % 4 + 1) / 4.2;
                pure = pure > 1 ? 1 : pure > 0 ? pure : 0;
                *harness_at(in, c, x, y) =
                    (float)(0.18 * exp2(y / 8 - 5) * (1 + (pure - 1) * saturation));
            }
    *r = harness_run(&fl_stage_tone, &setup, &flow, in, 16);
    ck_assert_int_eq(r->err.code, FL_OK);
}

/* Measured: mean 0.26 to 0.35 degrees, worst 3.3; the curve on each channel alone has 6.4. */
START_TEST(tone_keeps_hue)
{
    static const double whites[] = {0.5, 0.85, 1.0, 2.0, 8.0};
    for (size_t i = 0; i < sizeof whites / sizeof *whites; i++) {
        struct fl_planes in;
        struct harness_result r;
        double sum = 0.0, worst = 0.0;
        toned(whites[i], &in, &r);
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++) {
                double a[3], b[3];
                pixel(&in, x, y, a);
                pixel(&r.planes, x, y, b);
                for (int c = 0; c < 3; c++)
                    b[c] = decoded(b[c]);
                sum += hue_error(a, b);
                worst = hue_error(a, b) > worst ? hue_error(a, b) : worst;
            }
        ck_assert_msg(worst < 4.0, "white %g: worst %.2f degrees", whites[i], worst);
        ck_assert_msg(sum / (WIDTH * HEIGHT) < 0.5, "white %g: mean %.2f degrees", whites[i],
                      sum / (WIDTH * HEIGHT));
        harness_result_free(&r);
        harness_planes_free(&in);
    }
}
END_TEST

static struct fl_frame *develop(const struct fl_frame *raw, enum fl_look look, const char *stage,
                                const char *const *overrides)
{
    struct fl_settings settings = fl_settings_default();
    settings.until = stage;
    settings.look = look;
    return light_develop(raw, &settings, overrides, 0);
}

/* The mean of the middle of patch i. */
static void patch(const struct fl_frame *out, int i, double rgb[3])
{
    for (int c = 0; c < 3; c++) {
        rgb[c] = 0;
        for (int y = 10; y < 22; y++)
            for (int x = 10; x < 22; x++)
                rgb[c] += (double)light_plane(out, c, y)[32 * i + x] / 144;
    }
}

/* Patches of saturated colours, seen by the simulated sensor: display colours have the right hue.
 * White patches before and after keep exposure and balance usual. */
START_TEST(saturated_colours_keep_their_hue)
{
    enum { PATCHES = 24 };
    static const char *const off[] = {"gamut.compress=off", NULL};
    const struct fl_sim_config config = {.no_noise = true, .no_shading = true};
    struct light l = light_new(32 * PATCHES, 32);
    struct fl_frame *raw, *with, *without;
    double kept = 0, clipped = 0;
    int outside = 0;
    for (int x = 0; x < l.width; x++)
        for (int y = 0; y < l.height; y++)
            wheel(x / 32 * WIDTH / PATCHES, HEIGHT - 1, light_at(&l, x, y));
    raw = light_shot(&l, &config);
    with = develop(raw, FL_LOOK_STANDARD, "gamut", NULL);
    without = develop(raw, FL_LOOK_STANDARD, "gamut", off);
    for (int i = 0; i < PATCHES; i++) {
        double a[3], b[3];
        const double *truth = light_at(&l, 32 * i, 0);
        if (smallest(truth) > -1e-3)
            continue;
        patch(with, i, a);
        patch(without, i, b);
        for (int c = 0; c < 3; c++)
            b[c] = b[c] > 0 ? b[c] : 0; /* as the tone curve does */
        kept += hue_error(a, truth);
        clipped += hue_error(b, truth);
        outside++;
    }
    ck_assert_int_gt(outside, 8);
    ck_assert_double_gt(clipped / outside, 3.0);
    ck_assert_double_le(kept, 0.5 * clipped);
    fl_frame_unref(without);
    fl_frame_unref(with);
    /* The neutral look stays the exact matrix. */
    with = develop(raw, FL_LOOK_NEUTRAL, "tone", NULL);
    without = develop(raw, FL_LOOK_NEUTRAL, "tone", off);
    for (int c = 0; c < 3; c++)
        for (int y = 0; y < l.height; y++)
            ck_assert_int_eq(memcmp(light_plane(with, c, y), light_plane(without, c, y),
                                    (size_t)l.width * sizeof(float)),
                             0);
    fl_frame_unref(without);
    fl_frame_unref(with);
    fl_frame_unref(raw);
    light_free(&l);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("floor_gamut");
    TCase *tc = tcase_create("floor_gamut");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, colours_keep_hue_and_luminance);
    tcase_add_test(tc, odd_values_are_tame);
    tcase_add_test(tc, saturated_colours_keep_their_hue);
    tcase_add_test(tc, tone_keeps_hue);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
