/* EXIF: the shot, the camera, and the entries that are carried over. */
#include "run_suite.h"
#include "read_back.h"
#include "tiff_tags.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct fl_frame *read_ok(struct dngw *w)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return f;
}

static uint32_t u32_of(const struct fl_exif_entry *e, int index)
{
    uint32_t v;
    memcpy(&v, e->data + 4 * index, sizeof v);
    return v;
}

START_TEST(camera_and_shot)
{
    for (int big = 0; big < 2; big++) {
        struct dngw *w = plain_dng(big);
        struct fl_frame *f;
        dngw_text(w, DNGW_IFD0, FL_TAG_MAKE, "Maker  ");
        dngw_text(w, DNGW_IFD0, FL_TAG_MODEL, "Model\nX");
        dngw_text(w, DNGW_IFD0, FL_TAG_UNIQUE_CAMERA_MODEL, "Maker Model X");
        dngw_text(w, DNGW_IFD0, FL_TAG_CAMERA_SERIAL_NUMBER, "0042");
        dngw_text(w, DNGW_IFD0, FL_TAG_SOFTWARE, "Firmware 1");
        dngw_text(w, DNGW_IFD0, FL_TAG_DATE_TIME, "2020:01:01 00:00:00");
        DNGW_SET(w, DNGW_IFD0, FL_TAG_ORIENTATION, DNGW_SHORT, 6);
        dngw_text(w, DNGW_EXIF, FL_TAG_LENS_MODEL, "50mm");
        dngw_text(w, DNGW_EXIF, FL_TAG_DATE_TIME_ORIGINAL, "2019:12:31 23:59:59");
        DNGW_SET(w, DNGW_EXIF, FL_TAG_EXPOSURE_TIME, DNGW_RATIONAL, 0.004);
        DNGW_SET(w, DNGW_EXIF, FL_TAG_F_NUMBER, DNGW_RATIONAL, 2.8);
        DNGW_SET(w, DNGW_EXIF, FL_TAG_FOCAL_LENGTH, DNGW_RATIONAL, 50);
        DNGW_SET(w, DNGW_EXIF, FL_TAG_ISO, DNGW_SHORT, 400, 0);
        f = read_ok(w);
        ck_assert_str_eq(f->meta.make, "Maker");
        ck_assert_str_eq(f->meta.model, "Model?X");
        ck_assert_str_eq(f->meta.unique_model, "Maker Model X");
        ck_assert_str_eq(f->meta.serial, "0042");
        ck_assert_str_eq(f->meta.lens, "50mm");
        ck_assert_str_eq(f->meta.software, "Firmware 1");
        ck_assert_str_eq(f->meta.date_time, "2019:12:31 23:59:59");
        ck_assert_int_eq(f->meta.orientation, 6);
        ck_assert_double_eq_tol(f->meta.exposure_s, 0.004, 1e-12);
        ck_assert_double_eq_tol(f->meta.f_number, 2.8, 1e-12);
        ck_assert_double_eq(f->meta.focal_mm, 50.0);
        ck_assert_double_eq(f->meta.iso, 400.0);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(newer_and_older_tags)
{
    struct dngw *w = plain_dng(false);
    struct fl_frame *f;
    DNGW_SET(w, DNGW_EXIF, FL_TAG_SHUTTER_SPEED_VALUE, DNGW_SRATIONAL, 6);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_APERTURE_VALUE, DNGW_RATIONAL, 4);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_ISO, DNGW_SHORT, 65535);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_RECOMMENDED_EXPOSURE_INDEX, DNGW_LONG, 102400);
    f = read_ok(w);
    ck_assert_double_eq_tol(f->meta.exposure_s, 1.0 / 64.0, 1e-12);
    ck_assert_double_eq_tol(f->meta.f_number, 4.0, 1e-12);
    ck_assert_double_eq(f->meta.iso, 102400.0);
    fl_frame_unref(f);
    /* TIFF/EP and PiDNG: in IFD0, carried over to the EXIF directory. */
    w = plain_dng(true);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_EXPOSURE_TIME, DNGW_RATIONAL, 0.5);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_ISO, DNGW_SHORT, 200);
    f = read_ok(w);
    ck_assert_double_eq(f->meta.exposure_s, 0.5);
    ck_assert_double_eq(f->meta.iso, 200.0);
    ck_assert_ptr_nonnull(fl_exif_find(f->meta.exif, 1, FL_TAG_EXPOSURE_TIME));
    ck_assert_ptr_null(fl_exif_find(f->meta.exif, 0, FL_TAG_EXPOSURE_TIME));
    fl_frame_unref(f);
}
END_TEST

START_TEST(senseless_values_stay_unknown)
{
    static const char blank[20] = {0};
    struct dngw *w = plain_dng(false);
    struct fl_frame *f;
    dngw_bytes(w, DNGW_IFD0, FL_TAG_DATE_TIME, DNGW_ASCII, sizeof blank, blank, sizeof blank);
    dngw_text(w, DNGW_EXIF, FL_TAG_DATE_TIME_ORIGINAL, "0000:00:00 00:00:00");
    DNGW_SET(w, DNGW_EXIF, FL_TAG_EXPOSURE_TIME, DNGW_RATIONAL, 0);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_F_NUMBER, DNGW_RATIONAL, (double)INFINITY);
    DNGW_SET(w, DNGW_EXIF, FL_TAG_FOCAL_LENGTH, DNGW_RATIONAL, (double)NAN);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_ORIENTATION, DNGW_SHORT, 9);
    f = read_ok(w);
    ck_assert_str_eq(f->meta.date_time, "");
    ck_assert_double_eq(f->meta.exposure_s, 0.0);
    ck_assert_double_eq(f->meta.f_number, 0.0);
    ck_assert_double_eq(f->meta.focal_mm, 0.0);
    ck_assert_int_eq(f->meta.orientation, 0);
    fl_frame_unref(f);
}
END_TEST

START_TEST(entries_are_carried_over_in_native_order)
{
    for (int big = 0; big < 2; big++) {
        struct dngw *w = plain_dng(big);
        const struct fl_exif_entry *e;
        struct fl_frame *f;
        uint16_t two;
        dngw_bytes(w, DNGW_IFD0, FL_TAG_ARTIST, DNGW_ASCII, 5, "Alice", 5); /* no end */
        DNGW_SET(w, DNGW_EXIF, FL_TAG_EXPOSURE_TIME, DNGW_RATIONAL, 0.01);
        DNGW_SET(w, DNGW_EXIF, 37385, DNGW_SHORT, 16);
        dngw_bytes(w, DNGW_EXIF, FL_TAG_MAKER_NOTE, DNGW_UNDEFINED, 8, "secret!!", 8);
        DNGW_SET(w, DNGW_EXIF, FL_TAG_STRIP_OFFSETS, DNGW_LONG, 77);
        DNGW_SET(w, DNGW_GPS, 2, DNGW_RATIONAL, 48, 12, 30.5);
        DNGW_SET(w, DNGW_GPS, 0, DNGW_BYTE, 2, 3, 0, 0);
        f = read_ok(w);
        e = fl_exif_find(f->meta.exif, 0, FL_TAG_ARTIST);
        ck_assert_uint_eq(e->count, 6);
        ck_assert_str_eq((const char *)e->data, "Alice");
        e = fl_exif_find(f->meta.exif, 1, FL_TAG_EXPOSURE_TIME);
        ck_assert_int_eq(e->type, DNGW_RATIONAL);
        ck_assert_uint_eq(u32_of(e, 0), 100);
        ck_assert_uint_eq(u32_of(e, 1), 10000);
        memcpy(&two, fl_exif_find(f->meta.exif, 1, 37385)->data, 2);
        ck_assert_uint_eq(two, 16);
        e = fl_exif_find(f->meta.exif, 2, 2);
        ck_assert_uint_eq(e->count, 3);
        ck_assert_uint_eq(u32_of(e, 4), 305000);
        ck_assert_ptr_nonnull(fl_exif_find(f->meta.exif, 2, 0));
        ck_assert_ptr_null(fl_exif_find(f->meta.exif, 1, FL_TAG_MAKER_NOTE));
        ck_assert_ptr_null(fl_exif_find(f->meta.exif, 1, FL_TAG_STRIP_OFFSETS));
        ck_assert_ptr_null(fl_exif_find(f->meta.exif, 0, FL_TAG_IMAGE_WIDTH));
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(damage_costs_the_entry_only)
{
    struct dngw *w = plain_dng(false);
    struct read_log log;
    struct fl_frame *f;
    dngw_bytes(w, DNGW_EXIF, 37385, 99, 1, "xxxx", 4); /* a type that does not exist */
    DNGW_SET(w, DNGW_EXIF, FL_TAG_ISO, DNGW_SHORT, 125);
    DNGW_SET(w, DNGW_IFD0, FL_TAG_GPS_IFD, DNGW_LONG, 4000000000.0);
    ck_assert_int_eq(read_dng(w, &log, &f).code, FL_OK);
    ck_assert_double_eq(f->meta.iso, 125.0);
    ck_assert_int_eq(log.notes, 2);
    fl_frame_unref(f);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("exif_read");
    TCase *t = tcase_create("exif");
    tcase_add_test(t, camera_and_shot);
    tcase_add_test(t, newer_and_older_tags);
    tcase_add_test(t, senseless_values_stay_unknown);
    tcase_add_test(t, entries_are_carried_over_in_native_order);
    tcase_add_test(t, damage_costs_the_entry_only);
    suite_add_tcase(s, t);
    return run_suite(s);
}
