/* The measures, the cameras and the tables of tests/quality against known values. */
#include "run_suite.h"
#include "lab.h"
#include "quality_table.h"
#include "slanted_edge.h"

#include "flmath.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SIDE 96

static struct picture flat_picture(int width, int height, uint8_t code)
{
    struct picture p;
    ck_assert_int_eq(picture_new(width, height, &p).code, FL_OK);
    memset(p.rgb, code, (size_t)width * (size_t)height * 3);
    return p;
}

static void put(struct picture *p, int x, int y, int r, int g, int b)
{
    uint8_t *at = p->rgb + ((size_t)y * (size_t)p->width + (size_t)x) * 3;
    at[0] = (uint8_t)r;
    at[1] = (uint8_t)g;
    at[2] = (uint8_t)b;
}

/* Test pairs of Sharma, Wu and Dalal (2005), table 1. */
START_TEST(ciede2000_agrees_with_published_pairs)
{
    static const struct {
        struct lab p, q;
        double de;
    } pairs[] = {
        {{50, 2.6772, -79.7751}, {50, 0, -82.7485}, 2.0425},
        {{50, 2.8361, -74.0200}, {50, 0, -82.7485}, 3.4412},
        {{50, -1.1848, -84.8006}, {50, 0, -82.7485}, 1.0000},
        {{50, 0, 0}, {50, -1, 2}, 2.3669},
        {{50, -1, 2}, {50, 0, 0}, 2.3669},
        {{50, 2.49, -0.001}, {50, -2.49, 0.0009}, 7.1792},
        {{50, 2.49, -0.001}, {50, -2.49, 0.0011}, 7.2195},
        {{50, -0.001, 2.49}, {50, 0.0009, -2.49}, 4.8045},
        {{50, -0.001, 2.49}, {50, 0.0011, -2.49}, 4.7461},
        {{50, 2.5, 0}, {50, 0, -2.5}, 4.3065},
        {{50, 2.5, 0}, {73, 25, -18}, 27.1492},
        {{50, 2.5, 0}, {61, -5, 29}, 22.8977},
        {{50, 2.5, 0}, {56, -27, -3}, 31.9030},
        {{50, 2.5, 0}, {58, 24, 15}, 19.4535},
        {{60.2574, -34.0099, 36.2677}, {60.4626, -34.1751, 39.4387}, 1.2644},
        {{61.2901, 3.7196, -5.3901}, {61.4292, 2.2480, -4.9620}, 1.8731},
        {{22.7233, 20.0904, -46.6940}, {23.0331, 14.9730, -42.5619}, 2.0373},
        {{2.0776, 0.0795, -1.1350}, {0.9033, -0.0636, -0.5514}, 0.9082},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        ck_assert_double_eq_tol(lab_ciede2000(pairs[i].p, pairs[i].q), pairs[i].de, 5e-5);
        ck_assert_double_eq_tol(lab_ciede2000(pairs[i].q, pairs[i].p), pairs[i].de, 5e-5);
    }
}
END_TEST

START_TEST(lab_of_primaries)
{
    static const uint8_t white[3] = {255, 255, 255}, red[3] = {255, 0, 0},
                         grey[3] = {119, 119, 119};
    struct lab w = lab_of_pixel(white), r = lab_of_pixel(red), g = lab_of_pixel(grey);
    ck_assert_double_eq_tol(w.l, 100.0, 1e-6);
    ck_assert_double_eq_tol(fabs(w.a) + fabs(w.b) + fabs(g.a) + fabs(g.b), 0.0, 1e-6);
    ck_assert_double_eq_tol(g.l, 50.03, 0.01);
    ck_assert_double_eq_tol(r.l, 53.24, 0.01);
    ck_assert_double_eq_tol(r.a, 80.09, 0.01);
    ck_assert_double_eq_tol(r.b, 67.20, 0.01);
}
END_TEST

START_TEST(a_shift_has_known_psnr_and_ssim)
{
    struct picture a = flat_picture(SIDE, SIDE, 100), b = flat_picture(SIDE, SIDE, 110);
    const double c1 = 0.01 * 255 * 0.01 * 255;
    double value[MEASURES];
    ck_assert_int_eq(measure_picture(&a, &b, value).code, FL_OK);
    ck_assert_double_eq_tol(value[MEASURE_CPSNR], 28.1308, 1e-3); /* 20 lg 25.5 */
    ck_assert_double_eq_tol(value[MEASURE_SSIM],
                            (2.0 * 100 * 110 + c1) / (100.0 * 100 + 110.0 * 110 + c1), 1e-9);
    ck_assert_double_eq_tol(value[MEASURE_NOISE_LUMA], 0.0, 1e-9);
    ck_assert_double_eq_tol(value[MEASURE_ZIPPER], 0.0, 1e-9);
    ck_assert(isnan(value[MEASURE_MTF50]));
    ck_assert_int_eq(measure_picture(&a, &a, value).code, FL_OK);
    ck_assert_double_eq(value[MEASURE_CPSNR], 99.0);
    ck_assert_double_eq_tol(value[MEASURE_SSIM], 1.0, 1e-12);
    picture_free(&a);
    picture_free(&b);
}
END_TEST

START_TEST(sizes_must_agree)
{
    struct picture a = flat_picture(SIDE, SIDE, 100), b = flat_picture(SIDE, SIDE - 2, 100);
    double value[MEASURES];
    ck_assert_int_eq(measure_picture(&a, &b, value).code, FL_ERR_ARGUMENT);
    picture_free(&a);
    picture_free(&b);
}
END_TEST

/* Noise of +-2 codes in luma, or of +-4 in red, in a chequerboard on flat grey. */
START_TEST(flat_noise_is_told_by_kind)
{
    struct picture truth = flat_picture(SIDE, SIDE, 100), luma = flat_picture(SIDE, SIDE, 100);
    struct picture red = flat_picture(SIDE, SIDE, 100);
    double value[MEASURES];
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            int sign = (x + y) % 2 ? 1 : -1;
            put(&luma, x, y, 100 + 2 * sign, 100 + 2 * sign, 100 + 2 * sign);
            put(&red, x, y, 100 + 4 * sign, 100, 100);
        }
    measure_flat(&truth, &luma, value);
    ck_assert_double_eq_tol(value[MEASURE_NOISE_LUMA], 2.0, 1e-9);
    ck_assert_double_eq_tol(value[MEASURE_NOISE_CHROMA], 0.0, 1e-6);
    measure_flat(&truth, &red, value);
    ck_assert_double_eq_tol(value[MEASURE_NOISE_LUMA], 4 * 0.299, 1e-9);
    ck_assert_double_eq_tol(value[MEASURE_NOISE_CHROMA],
                            4 * sqrt(0.713 * 0.713 * 0.701 * 0.701 + 0.564 * 0.564 * 0.299 * 0.299),
                            1e-9);
    picture_free(&truth);
    picture_free(&luma);
    picture_free(&red);
}
END_TEST

/* Blocks alternately too red and too green are blotches, a cast over the whole is none. */
START_TEST(blotches_are_told_from_a_cast)
{
    struct picture truth = flat_picture(SIDE, SIDE, 100), cast = flat_picture(SIDE, SIDE, 100);
    struct picture blotchy = flat_picture(SIDE, SIDE, 100);
    double value[MEASURES];
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            put(&cast, x, y, 108, 100, 100);
            put(&blotchy, x, y, (x - MEASURE_BORDER + 16) / 16 % 2 ? 108 : 100, 100, 100);
        }
    measure_flat(&truth, &cast, value);
    ck_assert_double_eq_tol(value[MEASURE_BLOTCH], 0.0, 1e-9);
    measure_flat(&truth, &blotchy, value);
    ck_assert_double_eq_tol(
        value[MEASURE_BLOTCH],
        8 * sqrt((0.713 * 0.713 * 0.701 * 0.701 + 0.564 * 0.564 * 0.299 * 0.299) / 2.0), 1e-9);
    picture_free(&truth);
    picture_free(&cast);
    picture_free(&blotchy);
}
END_TEST

/* Grey lines that come back alternating in brightness (zipper), or coloured (false colour). */
START_TEST(zipper_and_false_color_are_counted)
{
    struct picture truth = flat_picture(SIDE, SIDE, 100), result = flat_picture(SIDE, SIDE, 100);
    double value[MEASURES], inside = SIDE - 2 * MEASURE_BORDER;
    for (int x = 0; x < SIDE; x += 2) /* every second pixel of one row: it and its neighbour */
        put(&result, x, SIDE / 2, 120, 120, 120);
    ck_assert_int_eq(measure_color(&truth, &result, value).code, FL_OK);
    ck_assert_double_eq(value[MEASURE_FALSE_COLOR], 0.0);
    ck_assert_double_ge(value[MEASURE_ZIPPER], 100.0 / inside); /* a whole row, at least */
    ck_assert_double_le(value[MEASURE_ZIPPER], 300.0 / inside);
    memcpy(result.rgb, truth.rgb, (size_t)SIDE * SIDE * 3);
    for (int x = 0; x < SIDE; x++)
        put(&result, x, SIDE / 2, 120, 100, 100);
    ck_assert_int_eq(measure_color(&truth, &result, value).code, FL_OK);
    ck_assert_double_eq_tol(value[MEASURE_FALSE_COLOR], 100.0 / inside, 1e-9);
    picture_free(&truth);
    picture_free(&result);
}
END_TEST

/* Integral of the normal distribution, by its Taylor series; |t| <= 6. */
static double normal_share(double t)
{
    double term = t, sum = t;
    for (int k = 1; k < 120; k++) {
        term *= -t * t / (2.0 * k);
        sum += term / (2.0 * k + 1.0);
    }
    return t > 6.0 ? 1.0 : t < -6.0 ? 0.0 : 0.5 + sum / sqrt(2.0 * FL_PI);
}

/* An edge of slope 1:12 blurred by a Gaussian, with bands of `over` beside it. */
static struct picture edge_picture(double sigma, double over, bool across)
{
    struct picture p = flat_picture(SIDE, SIDE, 0);
    for (int y = 0; y < SIDE; y++)
        for (int x = 0; x < SIDE; x++) {
            double d = (across ? y - x / 12.0 : x - y / 12.0) - SIDE / 2.0 + SIDE / 24.0;
            double share = normal_share(d / sqrt(1.0 + 1.0 / 144.0) / sigma);
            int code = picture_code(0.05 + 0.6 * share);
            if (over > 0.0)
                code = d < 0.0 ? 80 : d < 4.0 ? (int)(160 + 80 * over) : 160;
            put(&p, x, y, code, code, code);
        }
    return p;
}

START_TEST(slanted_edge_of_a_known_blur)
{
    for (int i = 0; i < 6; i++) {
        double sigma = 0.7 + 0.3 * (i / 2);
        bool across = i % 2;
        struct picture p = edge_picture(sigma, 0.0, across);
        struct edge_area area = {24, 24, 48, 48, across};
        struct edge_result r;
        double expected = sqrt(fl_ln(2.0) / 2.0) / (FL_PI * sigma);
        ck_assert_int_eq(edge_measure(&p, &area, &r).code, FL_OK);
        ck_assert_double_eq_tol(r.mtf50, expected, 0.015 * expected);
        ck_assert_double_eq_tol(r.overshoot, 0.0, 0.7);
        picture_free(&p);
    }
}
END_TEST

START_TEST(overshoot_of_a_known_band)
{
    struct picture p = edge_picture(1.0, 0.15, false);
    struct edge_area area = {24, 24, 48, 48, false}, outside = {60, 24, 48, 48, false};
    struct edge_result r;
    ck_assert_int_eq(edge_measure(&p, &area, &r).code, FL_OK);
    ck_assert_double_eq_tol(r.overshoot, 15.0, 0.5);
    ck_assert_int_eq(edge_measure(&p, &outside, &r).code, FL_ERR_ARGUMENT);
    picture_free(&p);
}
END_TEST

static void load_scene(const char *name, struct truth_set *out)
{
    const struct truth_places none = {"", ""};
    ck_assert_int_eq(truth_load("scenes", name, &none, out).code, FL_OK);
    ck_assert_int_eq(out->count, 1);
}

/* The scene's truth has the aperture of a square pixel: 50 % at 0.603 cycles per pixel. */
START_TEST(squares_of_the_scene_are_found)
{
    struct truth_set set;
    double value[MEASURES];
    load_scene("edge", &set);
    ck_assert_int_eq(edge_measure_scene(&set.truth->display, value).code, FL_OK);
    ck_assert_double_eq_tol(value[MEASURE_MTF50], 0.603, 0.02);
    ck_assert_double_eq_tol(value[MEASURE_MTF50_LOW], 0.603, 0.05); /* twelve codes */
    ck_assert_double_le(value[MEASURE_OVERSHOOT], 0.5);
    truth_free(&set);
}
END_TEST

/* Variance of a flat capture against what its file says, and the codes against the tags. */
START_TEST(captures_have_the_noise_of_their_tag)
{
    static const char *const cameras[] = {"imx477", "dslr", "phone"};
    struct truth_set set;
    load_scene("flat", &set);
    for (int k = 0; k < 3; k++) {
        struct shot shot = {"", "D65", 1600, TAG_RIGHT};
        struct fl_frame *raw;
        double sum = 0, square = 0, n = 0, range, mean, expected;
        snprintf(shot.camera, sizeof shot.camera, "%s", cameras[k]);
        ck_assert_int_eq(shot_take(&shot, set.truth, &raw).code, FL_OK);
        range = (double)(raw->meta.white_dn[0] - raw->meta.black_dn[0]);
        for (int y = 0; y < raw->height; y++) {
            const uint16_t *row =
                (const uint16_t *)((const char *)raw->plane[0] + (size_t)y * raw->stride[0]);
            for (int x = 0; x < raw->width; x++) {
                double v = (row[x] - (double)raw->meta.black_dn[0]) / range;
                if (fl_cfa_color(raw->format.cfa, x, y) != 1)
                    continue;
                sum += v;
                square += v * v;
                n++;
            }
        }
        mean = sum / n;
        expected = raw->meta.noise[1].s * mean + raw->meta.noise[1].o;
        ck_assert_double_eq_tol(mean, 0.18, 0.002);
        ck_assert_double_eq_tol(square / n - mean * mean, expected, 0.03 * expected);
        fl_frame_unref(raw);
    }
    truth_free(&set);
}
END_TEST

START_TEST(wrong_tags_are_wrong)
{
    static const double factor[NOISE_TAGS] = {1.0, 0.0, 4.0, 0.25, 1.0 / 16.0};
    struct truth_set set;
    load_scene("flat", &set);
    for (int tag = 0; tag < NOISE_TAGS; tag++) {
        struct shot shot = {"phone", "A", 1600, (enum noise_tag)tag};
        struct fl_frame *raw;
        ck_assert_int_eq(shot_take(&shot, set.truth, &raw).code, FL_OK);
        ck_assert_double_eq_tol(raw->meta.noise[0].s, factor[tag] * 16 * 4.5e-4, 1e-9);
        fl_frame_unref(raw);
    }
    truth_free(&set);
}
END_TEST

START_TEST(cases_round_trip)
{
    const char *line = "kodak24,mean,dslr,A,1600,x0.25,best", *rest;
    struct quality_case c;
    char text[256];
    ck_assert_int_eq(case_parse(line, &c, &rest).code, FL_OK);
    case_format_key(&c, text, sizeof text);
    ck_assert_str_eq(text, line);
    ck_assert_int_eq(case_parse("kodak24,mean,dslr,A,1600,x0.25", &c, &rest).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(case_parse("kodak24,mean,dslr,A,16k,x4,best", &c, &rest).code, FL_ERR_RANGE);
    ck_assert_int_eq(case_parse("a,mean,nikon,A,100,x4,best", &c, &rest).code, FL_ERR_RANGE);
    ck_assert_int_eq(case_parse("a,mean,imx477,A,100,x4,best", &c, &rest).code, FL_ERR_RANGE);
    ck_assert_int_eq(case_parse("a,mean,imx477,D65,100,x4,good", &c, &rest).code, FL_ERR_RANGE);
}
END_TEST

static int check_text(const char *text, bool floors)
{
    const struct run_options options = {.places = {"", ""}, .strength = 1.0, .jobs = 1};
    char path[] = "/tmp/quality-XXXXXX";
    int file = mkstemp(path), status;
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
    status = floors ? floors_check(&options, path) : table_check(&options, path, false);
    unlink(path);
    return status;
}

START_TEST(floors_hold_or_fail)
{
    const char *met = "scenes,flat,imx477,D65,none,right,fast,cpsnr,min,20\n"
                      "scenes,flat,imx477,D65,none,right,fast,de_mean,max,3\n";
    ck_assert_int_eq(check_text(met, true), 0);
    ck_assert_int_eq(check_text("scenes,flat,imx477,D65,none,right,fast,cpsnr,min,120\n", true), 1);
    ck_assert_int_eq(check_text("scenes,flat,imx477,D65,none,right,fast,ssim,max,0.1\n", true), 1);
    ck_assert_int_eq(check_text("scenes,flat,imx477,D65,none,right,fast,mtf50,min,0\n", true), 1);
    ck_assert_int_eq(check_text("scenes,none,imx477,D65,none,right,fast,ssim,min,0\n", true), 2);
    ck_assert_int_eq(check_text("kodak24,mean,imx477,D65,none,right,fast,ssim,min,9\n", true), 0);
    ck_assert_int_eq(check_text("scenes,flat,imx477,D65,none,right,fast,1,2,3\n", false), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("measures");
    TCase *tc = tcase_create("measures");
    tcase_add_test(tc, ciede2000_agrees_with_published_pairs);
    tcase_add_test(tc, lab_of_primaries);
    tcase_add_test(tc, a_shift_has_known_psnr_and_ssim);
    tcase_add_test(tc, sizes_must_agree);
    tcase_add_test(tc, flat_noise_is_told_by_kind);
    tcase_add_test(tc, blotches_are_told_from_a_cast);
    tcase_add_test(tc, zipper_and_false_color_are_counted);
    tcase_add_test(tc, slanted_edge_of_a_known_blur);
    tcase_add_test(tc, overshoot_of_a_known_band);
    tcase_add_test(tc, squares_of_the_scene_are_found);
    tcase_add_test(tc, captures_have_the_noise_of_their_tag);
    tcase_add_test(tc, wrong_tags_are_wrong);
    tcase_add_test(tc, cases_round_trip);
    tcase_add_test(tc, floors_hold_or_fail);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
