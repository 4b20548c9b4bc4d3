/* What pixels say against their metadata: the CFA order and a missing black level. */
#include "run_suite.h"
#include "black_check.h"
#include "cfa_check.h"

#include "firstlight/source.h"

#include <check.h>
#include <stdlib.h>

static struct fl_frame *capture(const char *scene, const char *format)
{
    struct fl_sim_config config = {
        .scene = scene, .format = format, .width = 480, .height = 360, .iso = 200};
    struct fl_frame *frame;
    ck_assert_int_eq(fl_sim_capture(&config, &frame).code, FL_OK);
    return frame;
}

START_TEST(true_orders_are_kept)
{
    static const char *const scenes[] = {"chart", "leaves", "portrait", "photo", "flat"};
    static const char *const formats[] = {"SRGGB12", "SGRBG10", "SGBRG14", "SBGGR8"};
    for (size_t i = 0; i < sizeof scenes / sizeof *scenes; i++) {
        struct fl_frame *f = capture(scenes[i], formats[_i]);
        ck_assert_int_eq(fl_cfa_check(f, &f->meta.active), f->format.cfa);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(an_order_with_misplaced_greens_is_corrected)
{
    struct fl_frame *f = capture("photo", "SRGGB12");
    f->format.cfa = FL_CFA_GRBG;
    ck_assert_int_eq(fl_cfa_check(f, &f->meta.active), FL_CFA_RGGB);
    f->format.cfa = FL_CFA_GBRG;
    ck_assert_int_eq(fl_cfa_check(f, &f->meta.active), FL_CFA_RGGB);
    fl_frame_unref(f);
    f = capture("photo", "SGBRG10_CSI2P");
    f->format.cfa = FL_CFA_BGGR;
    ck_assert_int_eq(fl_cfa_check(f, &f->meta.active), FL_CFA_GBRG);
    fl_frame_unref(f);
}
END_TEST

START_TEST(a_small_picture_keeps_its_order)
{
    struct fl_sim_config config = {
        .scene = "photo", .format = "SRGGB12", .width = 32, .height = 32};
    struct fl_frame *f;
    ck_assert_int_eq(fl_sim_capture(&config, &f).code, FL_OK);
    f->format.cfa = FL_CFA_GRBG;
    ck_assert_int_eq(fl_cfa_check(f, &f->meta.active), FL_CFA_GRBG);
    fl_frame_unref(f);
}
END_TEST

/* Sets the active area's codes: darkest once, the rest brighter. */
static void fill(struct fl_frame *f, unsigned darkest)
{
    for (int y = 0; y < f->height; y++)
        for (int x = 0; x < f->width; x++) {
            uint16_t *row = (uint16_t *)(void *)((char *)f->plane[0] + (size_t)y * f->stride[0]);
            row[x] = (uint16_t)(x == 3 ? darkest : darkest + 100);
        }
}

START_TEST(a_missing_pedestal_is_found)
{
    static const struct {
        unsigned darkest;
        float white, declared, expected;
    } cases[] = {{70, 1023, 0, 64},      {63, 1023, 0, 0},    {96, 1023, 0, 0},
                 {70, 1023, 64, 0},      {300, 4095, 0, 256}, {1100, 15000, 0, 1024},
                 {5000, 65535, 0, 4096}, {0, 1023, 0, 0}};
    struct fl_format format = {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 16};
    struct fl_rect all = {0, 0, 32, 24};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_frame *f;
        ck_assert_int_eq(fl_frame_new(32, 24, &format, &f).code, FL_OK);
        fill(f, cases[i].darkest);
        for (int s = 0; s < 4; s++) {
            f->meta.white_dn[s] = cases[i].white;
            f->meta.black_dn[s] = cases[i].declared;
        }
        ck_assert_double_eq((double)fl_black_check(f, &all), (double)cases[i].expected);
        fl_frame_unref(f);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("frame_checks");
    TCase *tc = tcase_create("frame_checks");
    tcase_add_loop_test(tc, true_orders_are_kept, 0, 4);
    tcase_add_test(tc, an_order_with_misplaced_greens_is_corrected);
    tcase_add_test(tc, a_small_picture_keeps_its_order);
    tcase_add_test(tc, a_missing_pedestal_is_found);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
