/* Vendor raws: TIFF-structured files as cameras write them, made small, through LibRaw. */
#include "run_suite.h"
#include "libraw_source.h"
#include "read_back.h"
#include "tiff_tags.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH  120
#define HEIGHT 80

static uint16_t pixels[WIDTH * HEIGHT * 3];

static struct dngw *mosaic(int bits, bool big_endian)
{
    struct dngw *w = dngw_new(big_endian);
    noise_pixels(pixels, WIDTH * HEIGHT, bits, 3);
    dngw_use_sub_ifd(w);
    dngw_image(w, &(struct dngw_image){.width = WIDTH,
                                       .height = HEIGHT,
                                       .bits = bits,
                                       .pixels = pixels,
                                       .packing = bits == 16 ? DNGW_WORDS : DNGW_PACKED});
    DNGW_SET(w, DNGW_IFD0, FL_TAG_NEW_SUBFILE_TYPE, DNGW_LONG, 1);
    return w;
}

/* A PEF-like file: no DNGVersion, so that LibRaw reads it. */
static struct dngw *vendor_raw(int bits)
{
    struct dngw *w = mosaic(bits, true);
    dngw_drop(w, DNGW_IFD0, FL_TAG_DNG_VERSION);
    dngw_text(w, DNGW_IFD0, FL_TAG_MAKE, "PENTAX");
    dngw_text(w, DNGW_IFD0, FL_TAG_MODEL, "PENTAX K-5");
    DNGW_SET(w, DNGW_IFD0, FL_TAG_ORIENTATION, DNGW_SHORT, 8);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_EXPOSURE_TIME, DNGW_RATIONAL, 0.0125);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_ISO, DNGW_SHORT, 800);
    dngw_text(w, DNGW_EXIF, FL_TAG_DATE_TIME_ORIGINAL, "2024:02:29 23:59:58");
    return w;
}

static void check_pixels(const struct fl_frame *f)
{
    ck_assert_int_eq(f->width, WIDTH);
    ck_assert_int_eq(f->height, HEIGHT);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++) {
            const uint16_t *row =
                (const uint16_t *)((const char *)f->plane[0] + (size_t)y * f->stride[0]);
            if (row[x] != pixels[y * WIDTH + x])
                ck_abort_msg("value (%d, %d) is %d, not %d", x, y, row[x], pixels[y * WIDTH + x]);
        }
}

START_TEST(vendor_raw_is_read)
{
    struct fl_frame *f;
    fl_err err = read_dng(vendor_raw(16), NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    check_pixels(f);
    ck_assert_int_eq(f->format.color, FL_COLOR_MOSAIC);
    ck_assert_int_eq(f->format.cfa, FL_CFA_RGGB);
    ck_assert_int_eq(f->meta.active.width, WIDTH);
    ck_assert_float_eq(f->meta.white_dn[0], 65535.0f);
    ck_assert_str_eq(f->meta.make, "PENTAX");
    ck_assert_int_eq(f->meta.orientation, 8);
    ck_assert_double_eq_tol(f->meta.exposure_s, 0.0125, 1e-12);
    ck_assert_double_eq(f->meta.iso, 800.0);
    ck_assert_str_eq(f->meta.date_time, "2024:02:29 23:59:58");
    ck_assert(f->meta.calibration[0].has_color_matrix);
    ck_assert_int_eq(f->meta.calibration[0].illuminant, 21);
    ck_assert_double_eq(f->meta.calibration[0].camera_calibration[8], 1.0);
    ck_assert_ptr_nonnull(fl_exif_find(f->meta.exif, 1, FL_TAG_EXPOSURE_TIME));
    fl_frame_unref(f);
}
END_TEST

START_TEST(truncated_vendor_raw)
{
    for (int bits = 12; bits <= 16; bits += 4) {
        struct dngw *w = vendor_raw(bits);
        size_t size;
        uint8_t *file = dngw_build(w, &size);
        for (int tenth = 1; tenth < 10; tenth++) {
            struct fl_frame *f;
            fl_err err = read_bytes(file, size * (size_t)tenth / 10, NULL, NULL, &f);
            ck_assert_msg(err.code == FL_ERR_CORRUPT, "%d: %s", tenth, err.message);
            ck_assert_msg(strstr(err.message, "ends too early") != NULL, "%s", err.message);
        }
        free(file);
        dngw_free(w);
    }
}
END_TEST

START_TEST(plain_tiff_is_no_raw)
{
    struct dngw *w = vendor_raw(16);
    struct fl_frame *f;
    fl_err err;
    DNGW_SET(w, DNGW_RAW, FL_TAG_PHOTOMETRIC, DNGW_SHORT, 1);
    dngw_drop(w, DNGW_IFD0, FL_TAG_MAKE);
    dngw_drop(w, DNGW_IFD0, FL_TAG_MODEL);
    err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == FL_ERR_UNSUPPORTED, "%s", err.message);
}
END_TEST

/* Reads a DNG through LibRaw: the only files with every tag that can be made here. */
static fl_err read_with_libraw(struct dngw *w, struct fl_frame **out)
{
    struct fl_meta known = {.orientation = 0};
    size_t size;
    uint8_t *file = dngw_build(w, &size);
    char path[256];
    fl_err err;
    dngw_save(file, size, path, sizeof path);
    err = fl_libraw_read(path, size, &known, NULL, out);
    unlink(path);
    free(file);
    dngw_free(w);
    return err;
}

START_TEST(levels_colour_and_margins)
{
    struct dngw *w = mosaic(16, false);
    struct fl_frame *f;
    fl_err err;
    dngw_text(w, DNGW_IFD0, FL_TAG_MAKE, "Maker");
    dngw_text(w, DNGW_IFD0, FL_TAG_MODEL, "M1");
    DNGW_SET(w, DNGW_RAW, FL_TAG_ACTIVE_AREA, DNGW_LONG, 4, 6, HEIGHT, WIDTH - 2);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_REPEAT_DIM, DNGW_SHORT, 2, 2);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 100, 110, 120, 130);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 60000);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 1, 2, 0, 1);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_AS_SHOT_NEUTRAL, DNGW_RATIONAL, 0.5, 1, 0.8);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_ORIENTATION, DNGW_SHORT, 6);
    err = read_with_libraw(w, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    check_pixels(f);
    ck_assert_int_eq(f->format.cfa, FL_CFA_GBRG);
    ck_assert_int_eq(f->meta.active.x, 6);
    ck_assert_int_eq(f->meta.active.y, 4);
    ck_assert_int_eq(f->meta.active.width, WIDTH - 8);
    ck_assert_int_eq(f->meta.active.height, HEIGHT - 4);
    for (int i = 0; i < 4; i++)
        ck_assert_float_eq(f->meta.black_dn[i], 100.0f + 10.0f * (float)i);
    ck_assert_float_eq(f->meta.white_dn[2], 60000.0f);
    ck_assert(f->meta.has_neutral);
    ck_assert_double_eq_tol(f->meta.neutral[0], 0.5, 1e-6);
    ck_assert_double_eq_tol(f->meta.neutral[2], 0.8, 1e-6);
    ck_assert_int_eq(f->meta.orientation, 6);
    fl_frame_unref(f);
}
END_TEST

START_TEST(cfa_counts_from_the_visible_corner)
{
    /* LibRaw makes odd margins even, and moves the pattern along: like us, it takes a DNG's
     * pattern to start at the corner of the active area. */
    struct dngw *w = mosaic(16, false);
    struct fl_frame *f;
    DNGW_SET(w, DNGW_RAW, FL_TAG_ACTIVE_AREA, DNGW_LONG, 3, 6, HEIGHT, WIDTH);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 1, 2, 0, 1);
    ck_assert_int_eq(read_with_libraw(w, &f).code, FL_OK);
    ck_assert_int_eq(f->meta.active.y, 4);
    ck_assert_int_eq(f->format.cfa, fl_cfa_shift(FL_CFA_GBRG, 0, 1));
    fl_frame_unref(f);
}
END_TEST

START_TEST(every_orientation)
{
    for (int orientation = 1; orientation <= 8; orientation++) {
        struct dngw *w = mosaic(16, false);
        struct fl_frame *f;
        DNGW_SET(w, DNGW_IFD0, FL_TAG_ORIENTATION, DNGW_SHORT, orientation);
        ck_assert_int_eq(read_with_libraw(w, &f).code, FL_OK);
        ck_assert_int_eq(f->meta.orientation, orientation);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(large_black_pattern)
{
    double pattern[16];
    struct dngw *w = mosaic(16, false);
    const struct fl_corrections *c;
    struct fl_frame *f;
    for (int i = 0; i < 16; i++)
        pattern[i] = 200 + i;
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_REPEAT_DIM, DNGW_SHORT, 4, 4);
    dngw_set(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 16, pattern);
    ck_assert_int_eq(read_with_libraw(w, &f).code, FL_OK);
    c = f->meta.corrections;
    ck_assert_ptr_nonnull(c);
    ck_assert_int_eq(c->black_rows, 4);
    ck_assert_int_eq(c->black_cols, 4);
    for (int i = 0; i < 16; i++)
        ck_assert_float_eq(c->black_pattern[i], 200.0f + (float)i);
    fl_frame_unref(f);
}
END_TEST

START_TEST(other_sensors_are_refused)
{
    struct dngw *w = dngw_new(false);
    struct fl_frame *f;
    fl_err err;
    dngw_image(w,
               &(struct dngw_image){
                   .width = WIDTH, .height = HEIGHT, .samples = 3, .bits = 16, .pixels = pixels});
    err = read_with_libraw(w, &f);
    ck_assert_int_eq(err.code, FL_ERR_UNSUPPORTED);
    ck_assert_msg(strstr(err.message, "unsupported CFA") != NULL, "%s", err.message);
    w = mosaic(16, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_REPEAT_PATTERN_DIM, DNGW_SHORT, 6, 6);
    {
        static const uint8_t x_trans[36] = {1, 1, 0, 1, 1, 2, 1, 1, 2, 1, 1, 0, 2, 0, 1, 0, 2, 1,
                                            1, 1, 2, 1, 1, 0, 1, 1, 0, 1, 1, 2, 0, 2, 1, 2, 0, 1};
        dngw_bytes(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 36, x_trans, 36);
    }
    err = read_with_libraw(w, &f);
    ck_assert_int_eq(err.code, FL_ERR_UNSUPPORTED);
    ck_assert_msg(strstr(err.message, "unsupported CFA: X-Trans") != NULL, "%s", err.message);
    w = mosaic(16, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_CFA_PATTERN, DNGW_BYTE, 0, 1, 2, 1);
    err = read_with_libraw(w, &f);
    ck_assert_int_eq(err.code, FL_ERR_UNSUPPORTED);
    ck_assert_msg(strstr(err.message, "unsupported CFA") != NULL, "%s", err.message);
}
END_TEST

START_TEST(bad_levels_are_refused)
{
    struct dngw *w = mosaic(16, false);
    struct fl_frame *f;
    fl_err err;
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 5000);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 4000);
    err = read_with_libraw(w, &f);
    ck_assert_int_eq(err.code, FL_ERR_CORRUPT);
    ck_assert_msg(strstr(err.message, "not below white level 4000") != NULL, "%s", err.message);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("libraw_source");
    TCase *t = tcase_create("libraw");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, vendor_raw_is_read);
    tcase_add_test(t, truncated_vendor_raw);
    tcase_add_test(t, plain_tiff_is_no_raw);
    tcase_add_test(t, levels_colour_and_margins);
    tcase_add_test(t, cfa_counts_from_the_visible_corner);
    tcase_add_test(t, every_orientation);
    tcase_add_test(t, large_black_pattern);
    tcase_add_test(t, other_sensors_are_refused);
    tcase_add_test(t, bad_levels_are_refused);
    suite_add_tcase(s, t);
    return run_suite(s);
}
