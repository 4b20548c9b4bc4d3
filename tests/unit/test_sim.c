/* The simulated sensor: determinism, formats, defects, metadata, scenes, errors. */
#include "run_suite.h"
#include "sim_frames.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The same bytes on every machine, compiler and optimisation level. */
START_TEST(golden_hashes)
{
    static const struct {
        struct fl_sim_config config;
        uint64_t raw, truth;
    } golden[] = {
        {{.scene = "chart", .format = "SRGGB12", .width = 160, .height = 120},
         0xc5652bf23b32ad34,
         0x5eed82ae696d3d2d},
        {{.scene = "zoneplate", .format = "SBGGR10_CSI2P", .width = 160, .height = 120, .iso = 800},
         0x30145a1f257a0d34,
         0xd17d7704335b4305},
        {{.scene = "edge", .format = "SGRBG8", .width = 160, .height = 120, .cct_k = 3200},
         0x292c6508a7eb0e09,
         0xcbed8c1ef52fa205},
        {{.scene = "leaves", .format = "SGBRG14", .width = 160, .height = 120, .seed = 7},
         0xee28369d22e8b92d,
         0x389b25f0222b727b},
        {{.scene = "stops", .format = "SRGGB16", .width = 160, .height = 120, .exposure_ev = 3},
         0xca20b5260be51467,
         0xf9f6e75aac4f62b7},
        {{.scene = "portrait",
          .format = "SRGGB12_CSI2P",
          .width = 120,
          .height = 160,
          .iso = 25600,
          .defects_ppm = 5000},
         0xce6c2a1b8bb2fd23,
         0x189609443ced08f5},
        {{.scene = "photo",
          .format = "SRGGB14_CSI2P",
          .width = 160,
          .height = 120,
          .no_noise = true},
         0x29d9059306b4447e,
         0x4be0e3571600b98b},
        {{.scene = "flat", .format = "R10", .width = 160, .height = 120, .iso = 3200},
         0xe811b8d72cdcd221,
         0x714a948fdb16e325},
        {{.scene = "ramp", .format = "SRGGB10", .width = 200, .height = 40, .no_shading = true},
         0x1ec0b56cf71a6550,
         0xc21120fbcefdd325},
    };
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++) {
        struct fl_frame *raw = sim_capture(&golden[i].config),
                        *ideal = sim_truth(&golden[i].config);
        ck_assert_msg(hash_frame(raw) == golden[i].raw && hash_frame(ideal) == golden[i].truth,
                      "%s: raw 0x%016llx, truth 0x%016llx", golden[i].config.scene,
                      (unsigned long long)hash_frame(raw), (unsigned long long)hash_frame(ideal));
        fl_frame_unref(raw);
        fl_frame_unref(ideal);
    }
}
END_TEST

START_TEST(seed_changes_only_noise)
{
    struct fl_sim_config c = {.scene = "photo", .width = 96, .height = 64, .seed = 3};
    struct fl_frame *a = sim_capture(&c), *b = sim_capture(&c), *other;
    ck_assert(hash_frame(a) == hash_frame(b));
    c.seed = 4;
    other = sim_capture(&c);
    ck_assert(hash_frame(a) != hash_frame(other));
    fl_frame_unref(b);
    fl_frame_unref(other);
    c.no_noise = true;
    b = sim_capture(&c);
    c.seed = 3;
    other = sim_capture(&c);
    ck_assert(hash_frame(b) == hash_frame(other));
    fl_frame_unref(a);
    fl_frame_unref(b);
    fl_frame_unref(other);
}
END_TEST

START_TEST(packing_keeps_codes)
{
    static const char *const names[3] = {"SGRBG10", "R12", "SBGGR14"};
    for (int i = 0; i < 3; i++)
        for (int width = 62; width <= 66; width += 2) {
            char packed_name[24];
            int different = 0;
            struct fl_sim_config c = {.scene = "leaves",
                                      .format = names[i],
                                      .width = width,
                                      .height = 20,
                                      .iso = 400,
                                      .defects_ppm = 10000};
            struct fl_frame *plain = sim_capture(&c), *packed;
            snprintf(packed_name, sizeof packed_name, "%s_CSI2P", names[i]);
            c.format = packed_name;
            packed = sim_capture(&c);
            ck_assert_int_eq(packed->meta.active.x, 0);
            for (int y = 0; y < 20; y++)
                for (int x = 0; x < width; x++)
                    different += dn_at(plain, x, y) != dn_at(packed, x, y);
            ck_assert_int_eq(different, 0);
            fl_frame_unref(plain);
            fl_frame_unref(packed);
        }
}
END_TEST

START_TEST(defects_come_as_asked)
{
    static const double ppm[] = {0, 200, 10000};
    for (int i = 0; i < 3; i++) {
        struct fl_sim_config c = {
            .scene = "flat", .width = 640, .height = 480, .no_noise = true, .defects_ppm = ppm[i]};
        struct fl_frame *bad = sim_capture(&c), *good, *again;
        double expected = ppm[i] * 0.3072, found = 0, bright = 0;
        c.seed = 77;
        again = sim_capture(&c);
        c.defects_ppm = 0;
        good = sim_capture(&c);
        ck_assert(hash_frame(bad) == hash_frame(again)); /* the sensor's, not the shot's */
        for (int y = 0; y < 480; y++)
            for (int x = 0; x < 640; x++) {
                found += dn_at(bad, x, y) != dn_at(good, x, y);
                bright += dn_at(bad, x, y) > dn_at(good, x, y);
            }
        ck_assert_double_le(fabs(found - expected), 4 * sqrt(expected) + 0.01 * expected);
        ck_assert(ppm[i] == 0 || (bright > 0.3 * found && bright < 0.8 * found));
        fl_frame_unref(bad);
        fl_frame_unref(good);
        fl_frame_unref(again);
    }
}
END_TEST

START_TEST(metadata_is_complete)
{
    struct fl_sim_config c = {.scene = "flat", .format = "SGRBG10", .exposure_ev = -1, .iso = 400};
    struct fl_frame *f = sim_capture(&c);
    const struct fl_meta *m = &f->meta;
    double sum = 0;
    ck_assert(f->width == 656 && f->height == 480 && m->active.x == 16 && m->active.width == 640 &&
              m->active.height == 480);
    ck_assert(m->default_crop.x == 0 && m->default_crop.width == 640 &&
              m->default_crop.height == 480);
    ck_assert(m->masked_count == 1 && m->masked[0].width == 16 && m->masked[0].height == 480);
    for (int y = 0; y < 480; y++)
        for (int x = -16; x < 0; x++)
            sum += dn_at(f, x, y);
    ck_assert_double_le(fabs(sum / (16 * 480) - 64), 0.1);
    ck_assert(m->black_dn[2] == 64 && m->white_dn[3] == 1023);
    ck_assert(strcmp(m->make, "firstlight") == 0 && strcmp(m->model, "SimCam") == 0);
    ck_assert_str_eq(m->date_time, "2026:01:01 12:00:00");
    ck_assert(m->exposure_s == 0.005 && m->iso == 400 && m->orientation == 1 && m->has_neutral);
    ck_assert_double_le(fabs(m->neutral[0] - 0.48) + fabs(m->neutral[2] - 0.56), 1e-9);
    fl_frame_unref(f);
}
END_TEST

/* Exposed but not clipped, more than ten stops, grey where the sensor is. */
START_TEST(truth_is_scene_light)
{
    struct fl_sim_config c = {.scene = "stops", .width = 320, .height = 240};
    struct fl_frame *base = sim_truth(&c), *bright, *gray;
    double min = 1e9, max = 0, worst = 0;
    int exact = 0;
    c.exposure_ev = 3;
    bright = sim_truth(&c);
    c.format = "R12";
    gray = sim_truth(&c);
    ck_assert(base->planes == 3 && base->width == 320 && base->meta.default_crop.height == 240);
    for (int i = 0; i < 320 * 240; i++) {
        double luminance = 0;
        for (int k = 0; k < 3; k++) {
            static const double weight[3] = {0.2126729, 0.7151522, 0.0721750};
            double v = truth_at(base, k, i % 320, i / 320);
            exact += truth_at(bright, k, i % 320, i / 320) == 8 * v;
            luminance += 8 * weight[k] * v;
            min = v < min ? v : min;
            max = v > max ? v : max;
        }
        for (int k = 0; k < 3; k++)
            worst = fmax(worst, fabs(truth_at(gray, k, i % 320, i / 320) / luminance - 1));
    }
    ck_assert_int_eq(exact, 320 * 240 * 3);
    ck_assert_double_le(worst, 1e-6);
    ck_assert(min > 0 && max > 8 && log2(max / min) > 12);
    fl_frame_unref(base);
    fl_frame_unref(bright);
    fl_frame_unref(gray);
}
END_TEST

/* Shapes that no scene was drawn for. */
START_TEST(every_scene_fits_every_frame)
{
    static const int sizes[][2] = {{2, 2}, {2, 400}, {400, 2}, {64, 48}, {2000, 4}};
    int scenes = 0;
    for (; fl_sim_scene_name(scenes); scenes++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            struct fl_sim_config c = {
                .scene = fl_sim_scene_name(scenes), .width = sizes[i][0], .height = sizes[i][1]};
            struct fl_frame *f = sim_truth(&c);
            for (int p = 0; p < sizes[i][0] * sizes[i][1] * 3; p++) {
                double v = truth_at(f, p % 3, p / 3 % sizes[i][0], p / 3 / sizes[i][0]);
                if (!(v >= 0 && v < 100))
                    ck_abort_msg("%s: %g", c.scene, v);
            }
            fl_frame_unref(f);
            ck_assert_uint_gt(strlen(fl_sim_scene_summary(scenes)), 10);
            fl_frame_unref(sim_capture(&c));
        }
    ck_assert_int_ge(scenes, 9);
    ck_assert(fl_sim_scene_name(-1) == NULL && fl_sim_scene_summary(scenes) == NULL);
}
END_TEST

START_TEST(bad_configurations_are_refused)
{
    static const struct {
        struct fl_sim_config config;
        const char *named;
    } cases[] = {{{.scene = "nothing"}, "nothing"},
                 {{.format = "SRGGB9"}, "SRGGB9"},
                 {{.width = 3}, "width"},
                 {{.width = -2}, "width"},
                 {{.height = 65536}, "height"},
                 {{.iso = 99}, "iso"},
                 {{.iso = 25601}, "iso"},
                 {{.iso = (double)NAN}, "iso"},
                 {{.exposure_ev = 11}, "exposure_ev"},
                 {{.exposure_ev = (double)NAN}, "exposure_ev"},
                 {{.cct_k = 2000}, "cct_k"},
                 {{.cct_k = (double)INFINITY}, "cct_k"},
                 {{.defects_ppm = -1}, "defects_ppm"},
                 {{.width = 65534, .height = 65534}, "65534x65534"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_frame *f = (struct fl_frame *)1;
        fl_err err = fl_sim_capture(&cases[i].config, &f);
        ck_assert_int_eq(err.code, FL_ERR_RANGE);
        ck_assert_ptr_null(f);
        ck_assert_ptr_nonnull(strstr(err.message, cases[i].named));
        ck_assert_int_eq(fl_sim_truth(&cases[i].config, &f).code, FL_ERR_RANGE);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sim");
    TCase *tc = tcase_create("sim");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, golden_hashes);
    tcase_add_test(tc, seed_changes_only_noise);
    tcase_add_test(tc, packing_keeps_codes);
    tcase_add_test(tc, defects_come_as_asked);
    tcase_add_test(tc, metadata_is_complete);
    tcase_add_test(tc, truth_is_scene_light);
    tcase_add_test(tc, every_scene_fits_every_frame);
    tcase_add_test(tc, bad_configurations_are_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
