/* fl_develop(): the same file as fl_pipeline_run() and fl_write(), and a JPEG of bands that decodes
 * to what one of one piece does. */
#include "firstlight/firstlight.h"
#include "firstlight/source.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jpeglib.h>

static char folder[64];

static void make_folder(void)
{
    snprintf(folder, sizeof folder, "/tmp/fl-develop.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
}

static void remove_folder(void)
{
    rmdir(folder);
}

static const char *path_of(const char *name)
{
    static char path[2][128];
    static int which;
    which ^= 1;
    snprintf(path[which], sizeof path[which], "%s/%s", folder, name);
    return path[which];
}

struct bytes {
    unsigned char *data;
    long size;
};

/* Reads a file and removes it. */
static struct bytes take(const char *path)
{
    struct bytes b = {NULL, 0};
    FILE *f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s is not there", path);
    fseek(f, 0, SEEK_END);
    b.size = ftell(f);
    rewind(f);
    b.data = malloc((size_t)b.size);
    ck_assert_int_eq((long)fread(b.data, 1, (size_t)b.size, f), b.size);
    fclose(f);
    unlink(path);
    return b;
}

static struct fl_frame *capture(const char *format, int width, int height, int orientation)
{
    const struct fl_sim_config sim = {
        .scene = "leaves", .format = format, .width = width, .height = height, .iso = 400};
    struct fl_frame *raw;
    ck_assert_int_eq(fl_sim_capture(&sim, &raw).code, FL_OK);
    raw->meta.orientation = orientation;
    raw->meta.default_crop = (struct fl_rect){6, 10, width - 20, height - 13};
    return raw;
}

static struct fl_pipeline *pipeline_of(int threads)
{
    const struct fl_pipeline_config config = {.threads = threads, .strip_rows = 48};
    struct fl_pipeline *p;
    ck_assert_int_eq(fl_pipeline_new(&config, &p).code, FL_OK);
    return p;
}

static void check_same(const struct fl_frame *raw, const struct fl_settings *settings,
                       const struct fl_write_options *write, int threads)
{
    struct fl_pipeline *pipeline = pipeline_of(threads);
    struct fl_report report;
    struct fl_frame *picture;
    struct bytes one, two;
    ck_assert_int_eq(fl_pipeline_run(pipeline, raw, settings, &picture, NULL).code, FL_OK);
    ck_assert_int_eq(fl_write(path_of("one"), picture, write, NULL).code, FL_OK);
    ck_assert_int_eq(fl_develop(pipeline, raw, settings, path_of("two"), write, NULL, &report).code,
                     FL_OK);
    ck_assert_int_eq(report.width, picture->width);
    ck_assert_int_eq(report.height, picture->height);
    one = take(path_of("one"));
    two = take(path_of("two"));
    ck_assert_int_eq(one.size, two.size);
    ck_assert_int_eq(memcmp(one.data, two.data, (size_t)one.size), 0);
    free(one.data);
    free(two.data);
    fl_frame_unref(picture);
    fl_pipeline_free(pipeline);
}

START_TEST(same_file_for_every_orientation)
{
    struct fl_frame *raw = capture("SRGGB12", 150, 210, _i);
    const struct fl_settings settings = fl_settings_default();
    const struct fl_write_options write = fl_write_options_default();
    check_same(raw, &settings, &write, 1);
    check_same(raw, &settings, &write, 3);
    fl_frame_unref(raw);
}
END_TEST

START_TEST(same_file_for_every_kind)
{
    struct fl_settings settings = fl_settings_default();
    struct fl_write_options write = fl_write_options_default();
    struct fl_frame *raw = capture(_i == 3 ? "R10" : "SGBRG10_CSI2P", 172, 150, 1);
    settings.preset = FL_PRESET_FAST;
    write.subsampling = _i < 3 ? (enum fl_subsampling)_i : FL_SUBSAMPLING_420;
    write.progressive = _i == 4;
    write.type = _i == 5 ? FL_FILE_PNG : FL_FILE_JPEG;
    write.thumbnail_width = _i == 6 ? -1 : 50;
    settings.bits = _i == 5 ? 16 : 8;
    check_same(raw, &settings, &write, 2);
    fl_frame_unref(raw);
}
END_TEST

/* All samples of a JPEG in memory. */
static struct bytes decode(const struct bytes *file)
{
    struct jpeg_decompress_struct jpeg;
    struct jpeg_error_mgr errors;
    struct bytes b;
    size_t stride;
    jpeg.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&jpeg);
    jpeg_mem_src(&jpeg, file->data, (unsigned long)file->size);
    jpeg_read_header(&jpeg, TRUE);
    jpeg_start_decompress(&jpeg);
    stride = (size_t)jpeg.output_width * (size_t)jpeg.num_components;
    b.size = (long)(stride * jpeg.output_height);
    b.data = malloc((size_t)b.size);
    while (jpeg.output_scanline < jpeg.output_height) {
        JSAMPROW row = b.data + jpeg.output_scanline * stride;
        jpeg_read_scanlines(&jpeg, &row, 1);
    }
    jpeg_finish_decompress(&jpeg);
    ck_assert_int_eq(jpeg.err->num_warnings, 0);
    jpeg_destroy_decompress(&jpeg);
    return b;
}

/* Progressive pictures are compressed in one piece, from the same coefficients. */
START_TEST(bands_decode_as_one_piece)
{
    static const int heights[] = {40, 64, 66, 128, 600}; /* the last: restart numbers begin anew */
    struct fl_format format = {_i & 1 ? FL_COLOR_MONO : FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U8, 8};
    struct fl_write_options write = fl_write_options_default();
    struct bytes file[2], pixels[2];
    struct fl_frame *frame;
    ck_assert_int_eq(fl_frame_new(133, heights[_i / 4], &format, &frame).code, FL_OK);
    for (int y = 0; y < frame->height; y++)
        for (size_t i = 0; i < fl_format_row_bytes(&format, frame->width); i++)
            ((uint8_t *)frame->plane[0])[(size_t)y * frame->stride[0] + i] =
                (uint8_t)((size_t)y * 7 + i * i / 19);
    write.subsampling = _i & 2 ? FL_SUBSAMPLING_444 : FL_SUBSAMPLING_420;
    for (int k = 0; k < 2; k++) {
        write.progressive = k == 1;
        ck_assert_int_eq(fl_write(path_of("file"), frame, &write, NULL).code, FL_OK);
        file[k] = take(path_of("file"));
        pixels[k] = decode(&file[k]);
    }
    ck_assert_int_eq(pixels[0].size, pixels[1].size);
    ck_assert_int_eq(memcmp(pixels[0].data, pixels[1].data, (size_t)pixels[0].size), 0);
    for (int k = 0; k < 2; k++) {
        free(file[k].data);
        free(pixels[k].data);
    }
    fl_frame_unref(frame);
}
END_TEST

START_TEST(errors_leave_nothing)
{
    struct fl_frame *raw = capture("SRGGB12", 100, 80, 1);
    struct fl_pipeline *pipeline = pipeline_of(1);
    struct fl_settings settings = fl_settings_default();
    struct fl_write_options write = fl_write_options_default();
    struct fl_frame *wide;
    struct fl_format mono = {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_U8, 8};
    settings.until = "demosaic"; /* 16 bits */
    ck_assert_int_eq(fl_develop(pipeline, raw, &settings, path_of("x"), &write, NULL, NULL).code,
                     FL_ERR_UNSUPPORTED);
    settings.until = NULL;
    ck_assert_int_eq(
        fl_develop(pipeline, raw, &settings, "/nowhere/x.jpg", &write, NULL, NULL).code, FL_ERR_IO);
    ck_assert_int_eq(access(path_of("x"), F_OK), -1);
    ck_assert_int_eq(fl_frame_new(8, 65510, &mono, &wide).code, FL_OK);
    ck_assert_int_eq(fl_write(path_of("x"), wide, &write, NULL).code, FL_ERR_UNSUPPORTED);
    ck_assert_int_eq(access(path_of("x"), F_OK), -1);
    fl_frame_unref(wide);
    fl_pipeline_free(pipeline);
    fl_frame_unref(raw);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("develop");
    TCase *c = tcase_create("develop");
    SRunner *runner;
    int failed;
    tcase_add_checked_fixture(c, make_folder, remove_folder);
    tcase_add_loop_test(c, same_file_for_every_orientation, 1, 9);
    tcase_add_loop_test(c, same_file_for_every_kind, 0, 7);
    tcase_add_loop_test(c, bands_decode_as_one_piece, 0, 20);
    tcase_add_test(c, errors_leave_nothing);
    suite_add_tcase(s, c);
    runner = srunner_create(s);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
