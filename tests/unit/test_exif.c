/* EXIF of written files: what is carried over, what is completed, and that others can read it. */
#include "run_suite.h"
#include "output_frames.h"

#include "exif_list.h"
#include "exif_write.h"
#include "rational.h"

#include <check.h>
#include <float.h>
#include <libexif/exif-data.h>
#include <math.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tiffio.h>

static char *folder;

static void setup(void)
{
    folder = output_folder_new();
}

static void teardown(void)
{
    output_folder_remove(folder);
}

static const struct fl_exif_target jpeg_target = {.jpeg = true,
                                                  .channels = 3,
                                                  .width = 640,
                                                  .height = 480,
                                                  .space = FL_SPACE_SRGB,
                                                  .software = "test 1"};

static struct fl_exif *build(const struct fl_meta *meta)
{
    struct fl_exif *list;
    ck_assert_int_eq(fl_exif_build(meta, &jpeg_target, &list).code, FL_OK);
    return list;
}

static void check_fraction(const struct fl_exif *list, int tag, uint32_t n, uint32_t d)
{
    const struct fl_exif_entry *e = fl_exif_find(list, FL_IFD_EXIF, tag);
    uint32_t value[2];
    ck_assert_ptr_nonnull(e);
    ck_assert_int_eq(e->type, FL_TIFF_RATIONAL);
    memcpy(value, e->data, sizeof value);
    ck_assert_uint_eq(value[0], n);
    ck_assert_uint_eq(value[1], d);
}

static void check_text(const struct fl_exif *list, int ifd, int tag, const char *text)
{
    const struct fl_exif_entry *e = fl_exif_find(list, ifd, tag);
    ck_assert_ptr_nonnull(e);
    ck_assert_str_eq((const char *)e->data, text);
}

START_TEST(fractions_are_sensible)
{
    static const struct {
        double value;
        uint32_t n, d;
    } cases[] = {{1.0 / 120, 1, 120},
                 {1.0 / 8000, 1, 8000},
                 {0.5, 5, 10},
                 {2.8, 28, 10},
                 {30, 30, 1},
                 {4.25, 425, 100},
                 {0, 0, 1},
                 {-1, 0, 1},
                 {1e20, UINT32_MAX, 1},
                 {NAN, 0, 1},
                 {INFINITY, UINT32_MAX, 1},
                 {1e-12, 0, 1000000000}};
    size_t i;
    for (i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint32_t f[2];
        fl_rational(cases[i].value, f);
        ck_assert_msg(f[0] == cases[i].n && f[1] == cases[i].d, "%g gives %u/%u", cases[i].value,
                      f[0], f[1]);
    }
}
END_TEST

START_TEST(fractions_are_near)
{
    double value = 1e-6;
    for (; value < 4e9; value *= 1.37) {
        uint32_t f[2];
        fl_rational(value, f);
        ck_assert_uint_gt(f[1], 0);
        /* short times may be rounded to one part of a second */
        ck_assert_double_eq_tol((double)f[0] / f[1] / value, 1, value < 0.5 ? 6e-4 : 1e-8);
    }
}
END_TEST

START_TEST(metadata_completes_the_list)
{
    struct fl_frame *f = output_picture(FL_COLOR_RGB, FL_PACK_U8, 8, 8);
    struct fl_exif *list = build(&f->meta);

    check_text(list, 0, 271, "Raspberry Pi");
    check_text(list, 0, 272, "imx477");
    check_text(list, 0, 305, "test 1");
    check_text(list, 0, 306, "2026:11:20 14:00:01");
    check_text(list, 0, 315, "Jane");
    check_text(list, 1, 36867, "2026:11:20 14:00:01");
    check_text(list, 1, 42033, "S123");
    check_text(list, 1, 42036, "6mm \"wide\"");
    check_text(list, 1, 36881, "+01:00");
    check_text(list, 2, 1, "N");
    check_fraction(list, 33434, 10, 1200); /* says what the metadata says: kept as it was */
    check_fraction(list, 33437, 28, 10);
    check_fraction(list, 37386, 425, 100);
    ck_assert_ptr_nonnull(fl_exif_find(list, 2, 0));  /* GPS needs a version */
    ck_assert_ptr_null(fl_exif_find(list, 1, 37500)); /* MakerNote */
    ck_assert_ptr_null(fl_exif_find(list, 0, 273));
    ck_assert_ptr_null(fl_exif_find(list, 0, 513));
    fl_exif_unref(list);
    f->meta.exposure_s = 0.25; /* the metadata was changed: the old fraction lies now */
    list = build(&f->meta);
    check_fraction(list, 33434, 1, 4);
    fl_exif_unref(list);
    fl_frame_unref(f);
}
END_TEST

/* What the metadata says of the time beats what came along; what makes no sense is left out. */
START_TEST(time_has_decimals_and_a_zone)
{
    struct fl_frame *f = output_picture(FL_COLOR_RGB, FL_PACK_U8, 8, 8);
    struct fl_exif *list;
    int i;

    strcpy(f->meta.sub_seconds, "0250");
    strcpy(f->meta.utc_offset, "-03:30");
    list = build(&f->meta);
    for (i = 0; i < 3; i++) {
        check_text(list, 1, 37520 + i, "0250");
        check_text(list, 1, 36880 + i, "-03:30");
    }
    fl_exif_unref(list);
    strcpy(f->meta.sub_seconds, "2x");
    memcpy(f->meta.utc_offset, "+123456", sizeof f->meta.utc_offset); /* without an end */
    list = build(&f->meta);
    ck_assert_ptr_null(fl_exif_find(list, 1, 37520));
    ck_assert_ptr_null(fl_exif_find(list, 1, 36880));
    check_text(list, 1, 36881, "+01:00"); /* the camera's own */
    fl_exif_unref(list);
    fl_frame_unref(f);
}
END_TEST

START_TEST(unknown_metadata_keeps_the_cameras)
{
    struct fl_meta empty;
    struct fl_frame *f = output_picture(FL_COLOR_RGB, FL_PACK_U8, 8, 8);
    struct fl_exif *list;

    memset(&empty, 0, sizeof empty);
    empty.exif = f->meta.exif;
    list = build(&empty);
    check_fraction(list, 33434, 10, 1200);
    ck_assert_ptr_null(fl_exif_find(list, 0, 271));
    ck_assert_ptr_null(fl_exif_find(list, 0, 306));
    ck_assert_ptr_null(fl_exif_find(list, 1, 34855));
    fl_exif_unref(list);
    fl_frame_unref(f);
}
END_TEST

START_TEST(high_iso_takes_the_wide_tag)
{
    struct fl_meta m;
    struct fl_exif *list;
    const struct fl_exif_entry *e;
    memset(&m, 0, sizeof m);
    m.iso = 102400;
    list = build(&m);
    e = fl_exif_find(list, 1, 34855);
    ck_assert_mem_eq(e->data, "\xff\xff", 2);
    e = fl_exif_find(list, 1, 34866);
    ck_assert_ptr_nonnull(e);
    ck_assert_uint_eq(*(const uint32_t *)(const void *)e->data, 102400);
    fl_exif_unref(list);
}
END_TEST

static bool kept(int ifd, int tag, int type, uint32_t count, const char *data, uint32_t size)
{
    struct fl_exif_entry e = {(uint16_t)ifd, (uint16_t)tag, (uint16_t)type,
                              count,         size,          (uint8_t *)(uintptr_t)data};
    return fl_exif_keep(&e);
}

START_TEST(only_sound_entries_are_kept)
{
    static const char zero[64] = {0};
    ck_assert(kept(0, 315, 2, 5, "Jane", 5));
    ck_assert(!kept(1, 315, 2, 5, "Jane", 5)); /* another directory's number */
    ck_assert(!kept(0, 315, 2, 4, "Jane", 4)); /* no end */
    ck_assert(!kept(0, 315, 2, 5, "Jane", 4)); /* size and count differ */
    ck_assert(!kept(0, 315, 2, 1, "", 1));     /* empty */
    ck_assert(!kept(0, 315, 2, 0, "", 0));
    ck_assert(!kept(0, 315, 2, 5, NULL, 5));
    ck_assert(!kept(0, 315, 7, 5, "Jane", 5)); /* another type */
    ck_assert(!kept(0, 315, 200, 5, "Jane", 5));
    ck_assert(!kept(0, 315, 2, 5000, "Jane", 5000)); /* too long to believe */
    ck_assert(kept(0, 306, 2, 20, "2026:11:20 14:00:01", 20));
    ck_assert(!kept(0, 306, 2, 20, "2026-11-20 14:00:01", 20));
    ck_assert(!kept(0, 306, 2, 5, "2026", 5));
    ck_assert(kept(1, 33434, 5, 1, "\1\0\0\0\x64\0\0\0", 8));
    ck_assert(!kept(1, 33434, 5, 1, zero, 8)); /* 0 s: not known */
    ck_assert(!kept(1, 34855, 3, 1, zero, 2)); /* ISO 0 */
    ck_assert(kept(1, 37380, 10, 1, zero, 8)); /* no exposure bias */
    ck_assert(!kept(1, 33434, 5, 2, zero, 16));
    ck_assert(!kept(1, 33434, 4, 1, zero, 4));
    ck_assert(!kept(1, 37396, 3, 4, zero, 8)); /* SubjectArea: pixels of another picture */
    ck_assert(!kept(1, 41994, 3, 1, zero, 2)); /* Sharpness of the camera's own JPEG */
    ck_assert(!kept(0, 256, 4, 1, zero, 4));   /* ImageWidth */
}
END_TEST

/* A file may bring the same tag many times, and as much text as it likes. */
START_TEST(hostile_lists_stay_small)
{
    struct fl_meta m;
    struct fl_exif *list;
    struct fl_blob bytes = {0};
    char *text = malloc(1024);
    int i, tag;

    memset(&m, 0, sizeof m);
    memset(text, 'x', 1024);
    text[1023] = 0;
    m.exif = fl_exif_new();
    for (i = 0; i < 100; i++)
        for (tag = 0; tag < 3; tag++)
            ck_assert_int_eq(fl_exif_add(m.exif, tag,
                                         tag == 1   ? 37510
                                         : tag == 2 ? 27
                                                    : 315,
                                         tag ? 7 : 2, 1024, text, 1024)
                                 .code,
                             FL_OK);
    list = build(&m);
    ck_assert_int_eq(fl_exif_write(list, NULL, &bytes).code, FL_OK);
    ck_assert_uint_lt(bytes.size, 4096);
    fl_blob_free(&bytes);
    fl_exif_unref(list);
    fl_exif_unref(m.exif);
    free(text);
}
END_TEST

static void check_entry(ExifData *data, ExifIfd ifd, ExifTag tag, const char *expected)
{
    char text[128] = "";
    ExifEntry *e = exif_content_get_entry(data->ifd[ifd], tag);
    ck_assert_msg(e != NULL, "tag %d is missing", (int)tag);
    ck_assert_str_eq(exif_entry_get_value(e, text, sizeof text), expected);
}

/* libexif's own wording of the values. */
static void check_with_libexif(ExifData *data, int width, int height, const char *components)
{
    char number[16];
    check_entry(data, EXIF_IFD_0, EXIF_TAG_MAKE, "Raspberry Pi");
    check_entry(data, EXIF_IFD_0, EXIF_TAG_MODEL, "imx477");
    check_entry(data, EXIF_IFD_0, EXIF_TAG_ARTIST, "Jane");
    check_entry(data, EXIF_IFD_0, EXIF_TAG_ORIENTATION, "Top-left");
    check_entry(data, EXIF_IFD_0, EXIF_TAG_SOFTWARE, "firstlight " FL_VERSION);
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_EXPOSURE_TIME, "1/120 sec.");
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_FNUMBER, "f/2.8");
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_ISO_SPEED_RATINGS, "400");
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_FOCAL_LENGTH, "4.2 mm");
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, "2026:11:20 14:00:01");
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_COLOR_SPACE, "sRGB");
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_EXPOSURE_BIAS_VALUE, "-0.33 EV");
    check_entry(data, EXIF_IFD_GPS, (ExifTag)EXIF_TAG_GPS_LATITUDE, "48, 30, 12.34");
    snprintf(number, sizeof number, "%d", width);
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_X_DIMENSION, number);
    snprintf(number, sizeof number, "%d", height);
    check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_Y_DIMENSION, number);
    ck_assert_ptr_null(exif_content_get_entry(data->ifd[EXIF_IFD_EXIF], EXIF_TAG_MAKER_NOTE));
    if (components)
        check_entry(data, EXIF_IFD_EXIF, EXIF_TAG_COMPONENTS_CONFIGURATION, components);
}

/* Of _i: RGB or mono. */
START_TEST(jpeg_is_understood_by_libexif)
{
    struct fl_frame *f = output_picture(_i ? FL_COLOR_MONO : FL_COLOR_RGB, FL_PACK_U8, 800, 500);
    struct fl_write_options o = fl_write_options_default();
    const char *path = output_path(folder, "a.jpg");
    ExifData *data;

    output_write(path, f, &o);
    data = exif_data_new_from_file(path);
    ck_assert_ptr_nonnull(data);
    check_with_libexif(data, 800, 500, _i ? "Y - - -" : "Y Cb Cr -");
    ck_assert_uint_gt(data->size, 1000);                 /* the thumbnail */
    ck_assert_mem_eq(data->data, "\xff\xd8\xff\xdb", 4); /* no APP0 inside EXIF */
    exif_data_unref(data);
    fl_frame_unref(f);
}
END_TEST

/* Width and height of a JPEG in memory, from its SOF0. */
static void jpeg_size(const uint8_t *data, size_t size, int *width, int *height)
{
    size_t i;
    for (i = 0; i + 9 < size; i++)
        if (data[i] == 0xff && data[i + 1] == 0xc0) {
            *height = data[i + 5] << 8 | data[i + 6];
            *width = data[i + 7] << 8 | data[i + 8];
            return;
        }
    ck_abort_msg("no SOF0");
}

START_TEST(thumbnails_fit)
{
    static const struct {
        int width, height, asked, longer; /* longer 0: none can fit */
    } cases[] = {{800, 500, 0, 320}, {500, 800, 200, 200}, {100, 60, 0, 100},
                 {800, 500, -1, 0},  {480, 480, 480, 480}, {1024, 1024, 1024, 0}};
    struct fl_frame *f =
        output_picture(FL_COLOR_RGB, FL_PACK_U8, cases[_i].width, cases[_i].height);
    struct fl_write_options o = fl_write_options_default();
    const char *path = output_path(folder, "a.jpg");
    ExifData *data;
    int width = 0, height = 0;

    if (cases[_i].width == cases[_i].height)
        output_fill_noise(f, 7); /* 64 KB become tight */
    o.thumbnail_width = cases[_i].asked;
    output_write(path, f, &o);
    data = exif_data_new_from_file(path);
    ck_assert_ptr_nonnull(data);
    check_entry(data, EXIF_IFD_0, EXIF_TAG_MAKE, "Raspberry Pi");
    if (cases[_i].longer) {
        jpeg_size(data->data, data->size, &width, &height);
        ck_assert_int_eq(width > height ? width : height, cases[_i].longer);
        ck_assert_double_eq_tol((double)width / height, (double)f->width / f->height, 0.02);
    } else {
        ck_assert_uint_eq(data->size, 0);
    }
    exif_data_unref(data);
    fl_frame_unref(f);
}
END_TEST

START_TEST(png_is_understood_by_libexif)
{
    struct fl_frame *f = output_picture(FL_COLOR_RGB, FL_PACK_U16, 60, 40);
    struct fl_write_options o = fl_write_options_default();
    const char *path = output_path(folder, "a.png");
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, NULL, NULL, NULL);
    png_infop info = png_create_info_struct(png);
    struct fl_blob stream = {0};
    png_bytep bytes;
    png_uint_32 size;
    ExifData *data;
    FILE *file;

    o.type = FL_FILE_PNG;
    output_write(path, f, &o);
    file = fopen(path, "rb");
    png_init_io(png, file);
    png_read_png(png, info, 0, NULL);
    ck_assert(png_get_eXIf_1(png, info, &size, &bytes));
    fl_blob_put(&stream, "Exif\0", 6);
    fl_blob_put(&stream, bytes, size);
    data = exif_data_new_from_data(stream.data, (unsigned)stream.size);
    check_with_libexif(data, 60, 40, NULL);
    exif_data_unref(data);
    fl_blob_free(&stream);
    png_destroy_read_struct(&png, &info, NULL);
    fclose(file);
    fl_frame_unref(f);
}
END_TEST

/* Of _i: TIFF or DNG, which keep EXIF in directories of the file itself. */
START_TEST(tiff_directories_are_understood_by_libtiff)
{
    struct fl_frame *f = _i == FL_FILE_TIFF
                             ? output_picture(FL_COLOR_RGB, FL_PACK_U8, 60, 40)
                             : output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12, 60, 40);
    struct fl_write_options o = fl_write_options_default();
    const char *path = output_path(folder, "a.tif");
    uint64_t exif, gps;
    double *latitude;
    float number;
    uint16_t count, *iso;
    char *text;
    TIFF *tiff;

    o.type = (enum fl_file_type)_i;
    output_write(path, f, &o);
    tiff = TIFFOpen(path, "r");
    ck_assert_ptr_nonnull(tiff);
    ck_assert(TIFFGetField(tiff, TIFFTAG_EXIFIFD, &exif));
    ck_assert(TIFFGetField(tiff, TIFFTAG_GPSIFD, &gps));
    ck_assert(TIFFReadEXIFDirectory(tiff, exif));
    ck_assert(TIFFGetField(tiff, EXIFTAG_EXPOSURETIME, &number));
    ck_assert_float_eq_tol(number, 1.0f / 120, 1e-7f);
    ck_assert(TIFFGetField(tiff, EXIFTAG_ISOSPEEDRATINGS, &count, &iso));
    ck_assert_uint_eq(iso[0], 400);
    ck_assert(TIFFGetField(tiff, EXIFTAG_DATETIMEORIGINAL, &text));
    ck_assert_str_eq(text, "2026:11:20 14:00:01");
    ck_assert(TIFFGetField(tiff, EXIFTAG_LENSMODEL, &text));
    ck_assert_str_eq(text, "6mm \"wide\"");
    ck_assert(TIFFReadGPSDirectory(tiff, gps));
    ck_assert(TIFFGetField(tiff, GPSTAG_LATITUDE, &latitude));
    ck_assert_double_eq_tol(latitude[2], 12.34, 1e-9);
    TIFFClose(tiff);
    fl_frame_unref(f);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("exif");
    TCase *c = tcase_create("exif");

    TIFFSetWarningHandler(NULL); /* "Unknown field" for DNG's tags */
    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, fractions_are_sensible);
    tcase_add_test(c, fractions_are_near);
    tcase_add_test(c, metadata_completes_the_list);
    tcase_add_test(c, time_has_decimals_and_a_zone);
    tcase_add_test(c, unknown_metadata_keeps_the_cameras);
    tcase_add_test(c, high_iso_takes_the_wide_tag);
    tcase_add_test(c, only_sound_entries_are_kept);
    tcase_add_test(c, hostile_lists_stay_small);
    tcase_add_loop_test(c, jpeg_is_understood_by_libexif, 0, 2);
    tcase_add_loop_test(c, thumbnails_fit, 0, 6);
    tcase_add_test(c, png_is_understood_by_libexif);
    tcase_add_loop_test(c, tiff_directories_are_understood_by_libtiff, FL_FILE_TIFF,
                        FL_FILE_DNG + 1);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
