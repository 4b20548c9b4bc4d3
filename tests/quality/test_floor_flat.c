/* Floors of what makes a sensor even: a flat field through its shading map, and defective pixels.
 */
#include "run_suite.h"
#include "known_light.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  480
#define HEIGHT 360

static bool all;

/* Mean of a plane over a square, corner 0..3 or the middle. */
static double field(const struct fl_frame *out, int plane, int corner, int size)
{
    int x0 = corner == 4 ? (WIDTH - size) / 2 : (corner & 1) ? WIDTH - size : 0;
    int y0 = corner == 4 ? (HEIGHT - size) / 2 : (corner & 2) ? HEIGHT - size : 0;
    double sum = 0;
    for (int y = y0; y < y0 + size; y++)
        for (int x = x0; x < x0 + size; x++)
            sum += (double)light_plane(out, plane, y)[x];
    return sum / (size * size);
}

/* Measured: at most 0.1 %, of which 12 bits are most. */
START_TEST(flat_fields_are_flat)
{
    for (int format = 0; format < 2; format++) {
        const struct fl_sim_config config = {.scene = "flat",
                                             .format = format ? "SBGGR12" : "SRGGB16",
                                             .width = WIDTH,
                                             .height = HEIGHT,
                                             .no_noise = true};
        struct fl_settings settings = fl_settings_default();
        struct fl_frame *raw, *out;
        settings.look = FL_LOOK_NEUTRAL;
        settings.until = "color_matrix";
        ck_assert_int_eq(fl_sim_capture(&config, &raw).code, FL_OK);
        out = light_develop(raw, &settings, NULL, 0);
        for (int c = 0; c < 3; c++)
            for (int corner = 0; corner < 4; corner++) {
                double ratio = field(out, c, corner, 12) / field(out, c, 4, 12);
                ck_assert_msg(fabs(ratio - 1) <= 0.01, "plane %d, corner %d: %.2f %%", c, corner,
                              100 * (ratio - 1));
            }
        fl_frame_unref(out);
        fl_frame_unref(raw);
    }
}
END_TEST

/* The mosaic after defect correction. */
static struct fl_frame *mosaic(const struct fl_frame *raw)
{
    struct fl_settings settings = fl_settings_default();
    settings.until = "defect";
    return light_develop(raw, &settings, NULL, 0);
}

/* ISO 0: without noise. */
static struct fl_frame *shot(const struct light *l, double iso, double defects_ppm)
{
    const struct fl_sim_config config = {.iso = iso > 0 ? iso : 100,
                                         .no_noise = iso == 0,
                                         .no_shading = true,
                                         .exposure_ev = -0.5,
                                         .defects_ppm = defects_ppm};
    return light_shot(l, &config);
}

static double stored(const struct fl_frame *raw, int x, int y)
{
    const void *row = (const char *)raw->plane[0] + (size_t)y * raw->stride[0];
    return (((const uint16_t *)row)[raw->meta.active.x + x] - 256.0) / (4095.0 - 256.0);
}

/* Another defect among the 24 pixels around? Of these, tests/unit has pairs. */
static bool crowded(const struct fl_frame *clean, const struct fl_frame *broken, int x, int y)
{
    for (int v = y - 2; v <= y + 2; v++)
        for (int u = x - 2; u <= x + 2; u++)
            if ((u != x || v != y) && fabs(stored(broken, u, v) - stored(clean, u, v)) > 1e-3)
                return true;
    return false;
}

struct found {
    long defects, repaired, good, changed;
};

/* A defect is what differs in noiseless captures with and without by more than a tenth of the
 * light, 0.05, and ten sigmas of the noise: lesser ones are hardly seen. It is found where half of
 * that is gone at least. */
static void count(const struct light *l, double iso, struct found *f)
{
    struct fl_frame *clean = shot(l, 0, 0), *broken = shot(l, 0, 2000);
    struct fl_frame *raw = shot(l, iso, 2000), *out = mosaic(raw);
    const struct fl_noise *noise = &raw->meta.noise[1];
    for (int y = 2; y < l->height - 2; y++)
        for (int x = 2; x < l->width - 2; x++) {
            double truth = stored(clean, x, y), off = fabs(stored(broken, x, y) - truth);
            double sigma = iso > 0 ? sqrt(noise->s * truth + noise->o) : 0.0;
            double seen = stored(raw, x, y), result = (double)light_plane(out, 0, y)[x];
            if (crowded(clean, broken, x, y))
                continue;
            if (off > 0.1 * truth + 10 * sigma && off > 0.05) {
                f->defects++;
                f->repaired += fabs(result - truth) < 0.5 * off;
            } else if (off < 1e-6) {
                f->good++;
                f->changed += fabs(result - seen) > 1e-4;
            }
        }
    fl_frame_unref(out);
    fl_frame_unref(raw);
    fl_frame_unref(broken);
    fl_frame_unref(clean);
}

static const double isos[] = {100, 400, 1600, 6400};

/* Adds a picture's counts at every ISO. */
static void count_all(struct light *l, struct found f[4])
{
    for (int i = 0; i < 4; i++)
        count(l, isos[i], &f[i]);
    light_free(l);
}

static void check(const char *what, const struct found f[4], const double share[4],
                  double changed_per_100000)
{
    for (int i = 0; i < 4; i++) {
        ck_assert_msg(f[i].repaired >= share[i] * (double)f[i].defects,
                      "%s, ISO %g: %ld of %ld defects found", what, isos[i], f[i].repaired,
                      f[i].defects);
        ck_assert_msg(f[i].changed <= 1 + 1e-5 * changed_per_100000 * (double)f[i].good,
                      "%s, ISO %g: %ld of %ld good pixels changed", what, isos[i], f[i].changed,
                      f[i].good);
    }
}

/* Single defects in an even area; the weakest that are counted at ISO 6400 lie near the noise. */
START_TEST(defects_in_even_areas_are_found)
{
    static const double share[4] = {0.99, 0.99, 0.99, 0.94};
    struct light l = light_of_scene("flat", WIDTH, HEIGHT);
    struct found f[4] = {{0, 0, 0, 0}};
    count_all(&l, f);
    check("flat", f, share, 1.0);
}
END_TEST

/* In scenes without blur, a dark pixel is often a detail as well as a defect. */
START_TEST(defects_in_scenes_are_found)
{
    static const char *const scenes[] = {"portrait", "photo", "chart", "stops"};
    static const double share[4] = {0.97, 0.97, 0.965, 0.93};
    struct found f[4] = {{0, 0, 0, 0}};
    for (int s = 0; s < (all ? 4 : 1); s++) {
        struct light l = light_of_scene(scenes[s], WIDTH, HEIGHT);
        count_all(&l, f);
    }
    check("scenes", f, share, 1.0);
}
END_TEST

/* Measured over Kodak-24, which is sharper than a lens: 93.0, 94.3, 95.5, 94.2 %; at most 1.3 of
 * 100000 good pixels change. */
START_TEST(defects_in_photographs_are_found)
{
    static const double share[4] = {0.93, 0.94, 0.95, 0.935};
    struct found f[4] = {{0, 0, 0, 0}};
    for (int n = 1; light_data() && n <= 24; n++) {
        char path[512];
        struct light l;
        snprintf(path, sizeof path, "%s/ref_rgb/kodak24/%02d.png", light_data(), n);
        l = light_of_png(path, 1);
        count_all(&l, f);
    }
    if (!light_data())
        printf("skipped: no shared data for photographs\n");
    check("Kodak-24", f, share, 2.0);
}
END_TEST

/* Measured: one at ISO 100, none at the others. */
START_TEST(a_zone_plate_keeps_its_pixels)
{
    struct light l = light_of_scene("zoneplate", WIDTH, HEIGHT);
    for (int i = -1; i < 4; i++) {
        struct fl_frame *raw = shot(&l, i < 0 ? 0 : isos[i], 0), *out = mosaic(raw);
        long changed = 0;
        for (int y = 0; y < HEIGHT; y++)
            for (int x = 0; x < WIDTH; x++)
                changed += fabs((double)light_plane(out, 0, y)[x] - stored(raw, x, y)) > 1e-4;
        ck_assert_int_le(changed, 1); /* of 172800 */
        fl_frame_unref(out);
        fl_frame_unref(raw);
    }
    light_free(&l);
}
END_TEST

int main(int argc, char **argv)
{
    Suite *suite = suite_create("floor_flat");
    TCase *tc = tcase_create("floor_flat");
    all = argc > 1 && strcmp(argv[1], "all") == 0;
    tcase_set_timeout(tc, all ? 600 : 60);
    tcase_add_test(tc, flat_fields_are_flat);
    tcase_add_test(tc, defects_in_even_areas_are_found);
    tcase_add_test(tc, defects_in_scenes_are_found);
    if (all)
        tcase_add_test(tc, defects_in_photographs_are_found);
    tcase_add_test(tc, a_zone_plate_keeps_its_pixels);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
