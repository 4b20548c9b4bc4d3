/* Inspection: what is put into a raw frame is found. */
#include "run_suite.h"
#include "feed.h"
#include "firstlight/firstlight.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define W 320
#define H 256

static struct fl_frame *new_frame(const char *name, int width, int height)
{
    struct fl_format format;
    struct fl_frame *frame;
    ck_assert_int_eq(fl_format_parse(name, &format).code, FL_OK);
    ck_assert_int_eq(fl_frame_new(width, height, &format, &frame).code, FL_OK);
    return frame;
}

static uint16_t *pixel(struct fl_frame *f, int x, int y)
{
    return (uint16_t *)((uint8_t *)f->plane[0] + (size_t)y * f->stride[0]) + x;
}

static double clamp(double v, double high)
{
    return floor((v < 0 ? 0 : v > high ? high : v) + 0.5);
}

/* A soft scene in 16 bits: black 4096, noise s = 4e-4, o = 1e-6, clipped at `clip` codes. */
static struct fl_frame *scene(const char *name, double clip, double green_ratio)
{
    struct fl_frame *f = new_frame(name, W, H);
    uint32_t seed = 9;
    for (int i = 0; i < 4; i++)
        f->meta.black_dn[i] = 4096;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            double v = 0.05 + 1.4 * (x / 64) / 5.0 * (y / 64 + 1) / 4.0;
            if (fl_cfa_color(f->format.cfa, x, y) == 1 && y % 2 == 0)
                v *= green_ratio;
            v += sqrt(4e-4 * v + 1e-6) * feed_normal(&seed);
            *pixel(f, x, y) = (uint16_t)clamp(4096 + v * (65535 - 4096), clip);
        }
    return f;
}

START_TEST(clipping_is_found_where_it_is)
{
    static const double levels[] = {65472, 65535, 40000};
    for (int k = 0; k < 3; k++) { /* 65472: a ten-bit sensor in sixteen bits */
        struct fl_frame *f = scene("SRGGB16", levels[k], 1.0);
        struct fl_inspection in;
        int64_t clipped = 0;
        for (int i = 0; i < W * H; i++)
            clipped += *pixel(f, i % W, i / W) >= levels[k];
        ck_assert_int_eq(fl_inspect(f, &in).code, FL_OK);
        for (int site = 0; site < 4; site++) {
            ck_assert_double_eq(in.clip_dn[site], levels[k]);
            ck_assert_double_eq(in.max_dn[site], levels[k]);
        }
        ck_assert_int_eq(in.clipped_count, clipped);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(no_clipping_is_found_where_none_is)
{
    struct fl_frame *f = new_frame("SBGGR12", W, H);
    struct fl_inspection in;
    uint32_t seed = 5;
    for (int i = 0; i < W * H; i++)
        *pixel(f, i % W, i / W) = (uint16_t)(3000 + 100 * feed_normal(&seed) + 300 * (i % 3));
    ck_assert_int_eq(fl_inspect(f, &in).code, FL_OK);
    for (int site = 0; site < 4; site++)
        ck_assert_double_eq(in.clip_dn[site], 0.0);
    ck_assert_int_eq(in.clipped_count, 0);
    fl_frame_unref(f);
}
END_TEST

START_TEST(noise_and_greens_are_found)
{
    static const char *const names[] = {"SRGGB16", "SGRBG16", "SGBRG16", "SBGGR16"};
    for (int k = 0; k < 4; k++) {
        struct fl_frame *f = scene(names[k], 65535, 1.03);
        struct fl_inspection in;
        ck_assert_int_eq(fl_inspect(f, &in).code, FL_OK);
        ck_assert_double_le(fabs((in.noise.s * 0.3 + in.noise.o) / (4e-4 * 0.3 + 1e-6) - 1.0), 0.2);
        ck_assert_double_le(fabs(in.green_imbalance - 1.03), 0.004);
        ck_assert_int_eq(in.hot_count + in.dead_count, 0);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(isolated_pixels_are_counted)
{
    struct fl_frame *f = scene("SGRBG16", 65535, 1.0);
    struct fl_inspection in;
    for (int i = 0; i < 12; i++)
        *pixel(f, 4 + 5 * i, 20 + 3 * i) = 60000; /* left part: dark */
    *pixel(f, 0, 0) = 60000;
    for (int i = 0; i < 7; i++)
        *pixel(f, 140 + 5 * i, 210) = 1000;
    *pixel(f, W - 1, H - 1) = 4096;
    ck_assert_int_eq(fl_inspect(f, &in).code, FL_OK);
    ck_assert_int_eq(in.hot_count, 13);
    ck_assert_int_eq(in.dead_count, 8);
    fl_frame_unref(f);
}
END_TEST

/* Ten bits packed, an odd active area, masked columns left of it, known codes at each site. */
START_TEST(sites_levels_and_masked_pixels)
{
    struct fl_frame *f = new_frame("SRGGB10_CSI2P", 48, 40);
    struct fl_inspection in;
    f->meta.active = (struct fl_rect){9, 3, 36, 34};
    f->meta.masked[0] = (struct fl_rect){0, 0, 8, 40};
    f->meta.masked_count = 1;
    for (int y = 0; y < 40; y++)
        for (int x = 0; x < 48; x++) {
            uint8_t *group = (uint8_t *)f->plane[0] + (size_t)y * f->stride[0] + x / 4 * 5;
            int site = 2 * ((y - 3) & 1) + ((x - 9) & 1);
            int code = x < 8 ? 60 + site : 200 * (site + 1) + (x >= 27);
            group[x & 3] = (uint8_t)(code >> 2);
            group[4] = (uint8_t)(group[4] | (code & 3) << 2 * (x & 3));
        }
    ck_assert_int_eq(fl_inspect(f, &in).code, FL_OK);
    for (int site = 0; site < 4; site++) {
        double code = 200 * (site + 1);
        ck_assert_double_eq(in.masked_black_dn[site], 60 + site);
        ck_assert_double_eq(in.min_dn[site], code);
        ck_assert_double_eq(in.max_dn[site], code + 1);
        ck_assert_double_eq(in.mean_dn[site], code + 0.5);
        ck_assert_double_eq(in.median_dn[site], code);
        ck_assert_int_eq(in.histogram[site][(int)code * FL_HISTOGRAM_BINS / 1024], 36 * 34 / 4);
    }
    fl_frame_unref(f);
}
END_TEST

START_TEST(odd_and_hostile_frames)
{
    static const int sizes[][2] = {{1, 1}, {2, 1}, {1, 3}, {3, 3}, {17, 5}, {16, 33}};
    struct fl_inspection in;
    struct fl_format rgb = {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U16, 16};
    struct fl_frame *f;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int mono = 0; mono < 2; mono++) {
            f = new_frame(mono ? "R8" : "SGBRG12_CSI2P", sizes[i][0], sizes[i][1]);
            f->meta.active = (struct fl_rect){0, 0, 1 << 30, 1 << 30};
            f->meta.masked_count = 100;
            f->meta.masked[0] = (struct fl_rect){-5, 0, 4, 4};
            f->meta.masked[1] = (struct fl_rect){0, 0, 2147483647, 1};
            f->meta.black_dn[0] = NAN;
            f->meta.white_dn[1] = INFINITY;
            f->meta.white_dn[2] = -3;
            f->meta.black_dn[3] = 1e30F;
            ck_assert_int_eq(fl_inspect(f, &in).code, FL_OK);
            ck_assert_double_eq(in.masked_black_dn[0], -1.0);
            ck_assert_double_eq(in.noise.s + in.noise.o, 0.0);
            fl_frame_unref(f);
        }
    ck_assert_int_eq(fl_frame_new(8, 8, &rgb, &f).code, FL_OK);
    ck_assert_int_eq(fl_inspect(f, &in).code, FL_ERR_UNSUPPORTED);
    fl_frame_unref(f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("inspect");
    TCase *t = tcase_create("inspect");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, clipping_is_found_where_it_is);
    tcase_add_test(t, no_clipping_is_found_where_none_is);
    tcase_add_test(t, noise_and_greens_are_found);
    tcase_add_test(t, isolated_pixels_are_counted);
    tcase_add_test(t, sites_levels_and_masked_pixels);
    tcase_add_test(t, odd_and_hostile_frames);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
