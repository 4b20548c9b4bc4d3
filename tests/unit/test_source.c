/* Sources: what is taken for what, headerless dumps, hostile files, and the shared test files. */
#include "run_suite.h"
#include "read_back.h"

#include <check.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void expect_bytes(const void *data, size_t size, const struct fl_raw_description *d,
                         enum fl_code code, const char *part)
{
    struct fl_frame *f;
    fl_err err = read_bytes(data, size, d, NULL, &f);
    ck_assert_msg(err.code == code, "%s: %s", fl_code_name(err.code), err.message);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
    ck_assert_ptr_null(f);
}

static void expect_path(const char *path, enum fl_code code, const char *part)
{
    struct fl_frame *f;
    fl_err err = fl_source_read(path, NULL, NULL, &f);
    ck_assert_msg(err.code == code, "%s: %s", fl_code_name(err.code), err.message);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
}

/* --- names and kinds ---------------------------------------------------------------------- */

START_TEST(raw_names)
{
    ck_assert(fl_source_is_raw_name("/a/b/IMG_1.DNG"));
    ck_assert(fl_source_is_raw_name("x.nef"));
    ck_assert(fl_source_is_raw_name("dump.Raw"));
    ck_assert(!fl_source_is_raw_name("/dng/picture.jpg"));
    ck_assert(!fl_source_is_raw_name("dng"));
    ck_assert(!fl_source_is_raw_name(".dng"));
    ck_assert(!fl_source_is_raw_name("a.dng/"));
    ck_assert(!fl_source_is_raw_name(""));
}
END_TEST

START_TEST(no_files)
{
    char path[256], child[300];
    expect_path("/nonexistent/IMG_1.dng", FL_ERR_IO, "IMG_1.dng: cannot open: No such file");
    expect_path("/", FL_ERR_IO, "is a folder");
    expect_path("/dev/null", FL_ERR_IO, "null: is not a regular file");
    dngw_save((const uint8_t *)"x", 1, path, sizeof path);
    snprintf(child, sizeof child, "%s/x.dng", path);
    expect_path(child, FL_ERR_IO, "x.dng: cannot open: Not a directory");
    if (geteuid() != 0) { /* root may read everything */
        chmod(path, 0);
        expect_path(path, FL_ERR_IO, "Permission denied");
    }
    unlink(path);
    /* A named pipe without a writer must not make us wait. */
    if (mkfifo(path, 0600) == 0) {
        expect_path(path, FL_ERR_IO, "is not a regular file");
        unlink(path);
    }
}
END_TEST

START_TEST(other_kinds)
{
    uint8_t junk[70000] = {0};
    expect_bytes(junk, 0, NULL, FL_ERR_CORRUPT, "file is empty");
    expect_bytes("I", 1, NULL, FL_ERR_UNSUPPORTED, "is no raw file that firstlight knows");
    expect_bytes(junk, sizeof junk, NULL, FL_ERR_UNSUPPORTED, "is no raw file");
    expect_bytes("\xff\xd8\xff\xe0 ....", 9, NULL, FL_ERR_UNSUPPORTED, "is a JPEG picture");
    expect_bytes("\x89PNG\r\n\x1a\n", 8, NULL, FL_ERR_UNSUPPORTED, "is a PNG picture");
    expect_bytes("II\x2b\0\x08\0\0\0", 8, NULL, FL_ERR_UNSUPPORTED, "is a BigTIFF");
    expect_bytes("II*\0\xff\xff\xff\xff", 8, NULL, FL_ERR_CORRUPT,
                 "directory at offset 4294967295");
    expect_bytes("II*\0\x08\0\0\0\xff\xff....", 14, NULL, FL_ERR_CORRUPT,
                 "directory of 65535 entries");
}
END_TEST

START_TEST(sizes_do_not_make_a_camera)
{
    /* LibRaw takes any file of this length for the dump of one camera model. */
    const size_t size = 786432;
    uint8_t *dump = calloc(1, size);
    ck_assert_ptr_nonnull(dump);
    memset(dump, 0x33, size);
    expect_bytes(dump, size, NULL, FL_ERR_UNSUPPORTED, "for a headerless dump");
    free(dump);
}
END_TEST

/* --- dumps -------------------------------------------------------------------------------- */

START_TEST(dumps_are_wrapped)
{
    uint8_t bytes[16 + 40 * 4];
    struct fl_raw_description d = {.format = "sbggr12_csi2p",
                                   .width = 26,
                                   .height = 4,
                                   .stride = 40,
                                   .offset = 16,
                                   .black_count = 4,
                                   .black_dn = {10, 20, 30, 40},
                                   .white_dn = 4000};
    struct fl_frame *f;
    fl_err err;
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 7);
    err = read_bytes(bytes, sizeof bytes, &d, NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    ck_assert_int_eq(f->format.cfa, FL_CFA_BGGR);
    ck_assert_int_eq(f->format.packing, FL_PACK_CSI2P);
    ck_assert_uint_eq(f->stride[0], 40);
    for (int y = 0; y < 4; y++)
        ck_assert_mem_eq((const uint8_t *)f->plane[0] + 40 * y, bytes + 16 + 40 * y, 39);
    ck_assert_int_eq(f->meta.active.width, 26);
    ck_assert_float_eq(f->meta.black_dn[3], 40.0f);
    ck_assert_float_eq(f->meta.white_dn[0], 4000.0f);
    fl_frame_unref(f);
}
END_TEST

START_TEST(words_at_any_address)
{
    uint8_t bytes[3 + 21 * 5];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 31);
    for (size_t offset = 0; offset <= 3; offset++)
        for (size_t stride = 20; stride <= 21; stride++) {
            struct fl_raw_description d = {.format = "R16",
                                           .width = 10,
                                           .height = 5,
                                           .stride = stride,
                                           .offset = offset,
                                           .black_count = 1,
                                           .black_dn = {7}};
            struct fl_frame *f;
            ck_assert_int_eq(read_bytes(bytes, sizeof bytes, &d, NULL, &f).code, FL_OK);
            ck_assert_int_eq(f->format.color, FL_COLOR_MONO);
            ck_assert_float_eq(f->meta.black_dn[2], 7.0f);
            ck_assert_float_eq(f->meta.white_dn[2], 65535.0f);
            ck_assert_uint_eq((size_t)f->plane[0] % 2, 0);
            ck_assert_uint_eq(f->stride[0] % 2, 0);
            for (size_t y = 0; y < 5; y++)
                for (size_t x = 0; x < 10; x++) {
                    const uint8_t *p = bytes + offset + y * stride + 2 * x;
                    const uint16_t *row =
                        (const uint16_t *)((const uint8_t *)f->plane[0] + y * f->stride[0]);
                    ck_assert_uint_eq(row[x], (unsigned)(p[0] | p[1] << 8));
                }
            fl_frame_unref(f);
        }
}
END_TEST

START_TEST(dump_descriptions_are_checked)
{
    static const struct {
        struct fl_raw_description d;
        enum fl_code code;
        const char *part;
    } cases[] = {
        {{"SRGGB10", 8, 8, 0, 0, 0, {0}, 0, 0}, FL_ERR_CORRUPT, "file has 100 bytes, 8x8 SRGGB10"},
        {{"SRGGB8", 10, 10, 0, 1, 0, {0}, 0, 0}, FL_ERR_CORRUPT, "needs 101"},
        {{"SRGGB8", 10, 2, 9, 0, 0, {0}, 0, 0}, FL_ERR_RANGE, "stride 9 is shorter than"},
        {{"SRGGB8", 10, 2, SIZE_MAX, 0, 0, {0}, 0, 0}, FL_ERR_RANGE, "exceed any file"},
        {{"SRGGB8", 10, 2, 0, SIZE_MAX, 0, {0}, 0, 0}, FL_ERR_RANGE, "exceed any file"},
        {{"SRGGB9", 8, 8, 0, 0, 0, {0}, 0, 0}, FL_ERR_RANGE, "unknown raw format 'SRGGB9'"},
        {{"SRGGB8", 0, 8, 0, 0, 0, {0}, 0, 0}, FL_ERR_CORRUPT, "image size 0x8"},
        {{"SRGGB8", 8, -1, 0, 0, 0, {0}, 0, 0}, FL_ERR_CORRUPT, "image size 8x-1"},
        {{"SRGGB8", 65535, 65535, 0, 0, 0, {0}, 0, 0}, FL_ERR_CORRUPT, "image size 65535x65535"},
        {{"SRGGB8", 8, 8, 0, 0, 2, {1, 2}, 0, 0}, FL_ERR_RANGE, "2 black levels"},
        {{"SRGGB8", 8, 8, 0, 0, 1, {-1}, 0, 0}, FL_ERR_RANGE, "black level -1"},
        {{"SRGGB8", 8, 8, 0, 0, 1, {200}, 200, 0},
         FL_ERR_RANGE,
         "black level 200 is outside 0..200"},
        {{"SRGGB8", 8, 8, 0, 0, 0, {0}, 256, 0},
         FL_ERR_RANGE,
         "white level 256 is outside 1..255"}};
    uint8_t bytes[100] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_bytes(bytes, sizeof bytes, &cases[i].d, cases[i].code, cases[i].part);
}
END_TEST

START_TEST(levels_can_be_overridden)
{
    struct fl_raw_description d = {.black_count = 1, .black_dn = {64}, .white_dn = 4000};
    struct dngw *w = plain_dng(false);
    size_t size;
    uint8_t *file;
    struct fl_frame *f;
    DNGW_SET(w, DNGW_RAW, 50713, DNGW_SHORT, 1, 4);
    DNGW_SET(w, DNGW_RAW, 50714, DNGW_SHORT, 1, 2, 3, 4);
    DNGW_SET(w, DNGW_RAW, 50716, DNGW_SRATIONAL, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
    DNGW_SET(w, DNGW_RAW, 50712, DNGW_SHORT, 0, 4095);
    file = dngw_build(w, &size);
    ck_assert_int_eq(read_bytes(file, size, &d, NULL, &f).code, FL_OK);
    ck_assert_float_eq(f->meta.black_dn[3], 64.0f);
    ck_assert_float_eq(f->meta.white_dn[3], 4000.0f);
    ck_assert_ptr_null(f->meta.corrections->black_pattern);
    ck_assert_int_eq(f->meta.corrections->black_rows, 0);
    ck_assert_int_eq(f->meta.corrections->delta_v_count, 0);
    ck_assert_int_eq(f->meta.corrections->linear_count, 2);
    fl_frame_unref(f);
    d.black_dn[0] = 4000;
    expect_bytes(file, size, &d, FL_ERR_RANGE, "black level 4000 is outside 0..4000");
    d = (struct fl_raw_description){.white_dn = 3};
    expect_bytes(file, size, &d, FL_ERR_RANGE, "white level 3 is not above the file's black");
    d = (struct fl_raw_description){.white_dn = 70000};
    expect_bytes(file, size, &d, FL_ERR_RANGE, "white level 70000 is outside 1..65535");
    free(file);
    dngw_free(w);
}
END_TEST

START_TEST(cfa_can_be_overridden)
{
    static const uint8_t bytes[64] = {0};
    struct fl_raw_description d = {.cfa = FL_CFA_BGGR};
    struct dngw *w = plain_dng(false);
    struct read_log log;
    size_t size;
    uint8_t *file = dngw_build(w, &size);
    struct fl_frame *f;
    ck_assert_int_eq(read_bytes(file, size, &d, &log, &f).code, FL_OK);
    ck_assert_int_eq(f->format.cfa, FL_CFA_BGGR);
    ck_assert_int_eq(log.notes, 1);
    fl_frame_unref(f);
    free(file);
    dngw_free(w);
    d = (struct fl_raw_description){.format = "R8", .width = 8, .height = 8, .cfa = FL_CFA_BGGR};
    expect_bytes(bytes, sizeof bytes, &d, FL_ERR_UNSUPPORTED, "CFA BGGR was asked for");
}
END_TEST

/* --- hostile DNGs ------------------------------------------------------------------------- */

START_TEST(truncated_everywhere)
{
    static uint16_t pixels[64 * 48];
    noise_pixels(pixels, 64 * 48, 12, 5);
    for (int packing = DNGW_PACKED; packing <= DNGW_LJPEG; packing++) {
        struct dngw *w = dngw_new(packing & 1);
        size_t size;
        uint8_t *file;
        dngw_use_sub_ifd(w);
        dngw_image(w, &(struct dngw_image){.width = 64,
                                           .height = 48,
                                           .bits = 12,
                                           .pixels = pixels,
                                           .packing = (enum dngw_packing)packing,
                                           .rows_per_strip = 16});
        file = dngw_build(w, &size);
        for (size_t tenth = 0; tenth < 10; tenth++)
            expect_bytes(file, size * tenth / 10, NULL, FL_ERR_CORRUPT,
                         tenth == 0 ? "file is empty" : "file ends after ");
        if (packing <= DNGW_WORDS) /* the others may end in a byte of padding */
            expect_bytes(file, size - 1, NULL, FL_ERR_CORRUPT, "file ends after ");
        for (size_t n = 1; n < size - 3 * 6144 / 4 && n < 600; n++) { /* all of the tags */
            struct fl_frame *f;
            ck_assert_int_ne(read_bytes(file, n, NULL, NULL, &f).code, FL_OK);
        }
        free(file);
        dngw_free(w);
    }
}
END_TEST

START_TEST(directory_cycles_end)
{
    struct dngw *w = dngw_new(false);
    size_t size;
    uint8_t *file;
    DNGW_SET(w, DNGW_IFD0, 330, DNGW_LONG, 8, 8, 8, 8);
    file = dngw_build(w, &size);
    file[8 + 2 + 12 * 2] = 8; /* the directory after IFD0 is IFD0 */
    expect_bytes(file, size, NULL, FL_ERR_UNSUPPORTED, "DNG without a CFA or LinearRaw image");
    free(file);
    dngw_free(w);
}
END_TEST

/* ColorMatrix1 of `count` values at `offset`, which must be refused or read. */
static fl_err read_with_matrix_at(size_t offset, uint32_t count, size_t *size)
{
    struct dngw *w = plain_dng(false);
    const uint8_t place[4] = {(uint8_t)offset, (uint8_t)(offset >> 8), (uint8_t)(offset >> 16),
                              (uint8_t)(offset >> 24)};
    struct fl_frame *f;
    uint8_t *file;
    fl_err err;
    dngw_bytes(w, DNGW_IFD0, 50721, DNGW_SRATIONAL, count, place, 4);
    file = dngw_build(w, size);
    err = read_bytes(file, *size, NULL, NULL, &f);
    fl_frame_unref(f);
    free(file);
    dngw_free(w);
    return err;
}

START_TEST(tag_data_outside_the_file)
{
    size_t size;
    fl_err err = read_with_matrix_at(8, 0x20000000, &size);
    ck_assert_int_eq(err.code, FL_ERR_CORRUPT);
    ck_assert_msg(strstr(err.message, "ColorMatrix1: its 536870912 values") != NULL, "%s",
                  err.message);
    for (size_t inside = 0; inside < 72; inside++) {
        err = read_with_matrix_at(size - inside, 9, &size);
        ck_assert_msg(strstr(err.message, "run past the end of the file") != NULL, "%s",
                      err.message);
    }
    err = read_with_matrix_at(size - 72, 9, &size); /* just inside: pixels taken for numbers */
    ck_assert_msg(strstr(err.message, "run past the end of the file") == NULL, "%s", err.message);
}
END_TEST

/* --- the shared test files ---------------------------------------------------------------- */

static const char *shared(const char *name)
{
    static char path[512];
    const char *folder = getenv("FL_SHARED_DATA");
    snprintf(path, sizeof path, "%s/%s", folder ? folder : "", name);
    if (folder && access(path, R_OK) == 0)
        return path;
    printf("skipped, not there: %s\n", name);
    return NULL;
}

static struct fl_frame *read_shared(const char *path, const struct fl_raw_description *d)
{
    struct fl_frame *f;
    fl_err err = fl_source_read(path, d, NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return f;
}

START_TEST(shared_dngs)
{
    static const struct {
        const char *name;
        int width, height, bits;
        enum fl_cfa cfa;
        float black, white;
        bool neutral, matrix;
    } cases[] = {
        {"raw_bayer/tinydng_colorchart.dng", 1734, 1156, 14, FL_CFA_RGGB, 2056, 15000, true, true},
        {"rpi_raw/minhtcai_camera_pi_640x480_10bit.dng", 640, 480, 10, FL_CFA_GBRG, 0, 1023, false,
         false},
        {"rpi_raw/imx296_mex2025/c21ff2bc_image.dng", 1456, 1088, 16, FL_CFA_BGGR, 60, 1023, true,
         true},
        {"rpi_raw/imx296_mex2025/317830cc_image.dng", 1456, 1088, 10, FL_CFA_BGGR, 60, 1023, true,
         true}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *path = shared(cases[i].name);
        struct fl_frame *f;
        if (!path)
            continue;
        f = read_shared(path, NULL);
        ck_assert_int_eq(f->meta.active.width, cases[i].width);
        ck_assert_int_eq(f->meta.active.height, cases[i].height);
        ck_assert_int_eq(f->format.bits, cases[i].bits);
        ck_assert_int_eq(f->format.cfa, cases[i].cfa);
        ck_assert_float_eq(f->meta.black_dn[1], cases[i].black);
        ck_assert_float_eq(f->meta.white_dn[1], cases[i].white);
        ck_assert_int_eq(f->meta.has_neutral, cases[i].neutral);
        ck_assert_int_eq(f->meta.calibration[0].has_color_matrix, cases[i].matrix);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(shared_burst)
{
    const char *folder = shared("rpi_raw/imx296_mex2025");
    char path[1024], folder_path[512];
    DIR *dir;
    const struct dirent *entry;
    int count = 0;
    if (!folder)
        return;
    snprintf(folder_path, sizeof folder_path, "%s", folder);
    dir = opendir(folder_path);
    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL)
        if (fl_source_is_raw_name(entry->d_name)) {
            struct fl_frame *f;
            snprintf(path, sizeof path, "%s/%s", folder_path, entry->d_name);
            f = read_shared(path, NULL);
            ck_assert_int_eq(f->width, 1456);
            ck_assert_int_eq(f->height, 1088);
            fl_frame_unref(f);
            count++;
        }
    closedir(dir);
    ck_assert_int_eq(count, 13);
}
END_TEST

START_TEST(shared_dumps)
{
    static const struct {
        const char *name, *format;
        int width, height;
    } cases[] = {{"raw_bayer/infiniteisp_Indoor1_2592x1536_8bit_GRBG.raw", "SGRBG8", 2592, 1536},
                 {"raw_bayer/infiniteisp_Outdoor1_2592x1536_8bit_GRBG.raw", "SGRBG8", 2592, 1536},
                 {"raw_bayer/openISP_test_1920x1080_RGGB.RAW", "SRGGB10", 1920, 1080},
                 {"raw_bayer/mushfiqulalam_DSC_1339_768x512_rggb.raw", "SRGGB14", 768, 512},
                 {"raw_bayer/mushfiqulalam_DSC_1339_768x512_grbg.raw", "SGRBG14", 768, 512},
                 {"raw_bayer/mushfiqulalam_DSC_1339_768x512_gbrg.raw", "SGBRG14", 768, 512},
                 {"raw_bayer/mushfiqulalam_DSC_1339_768x512_bggr.raw", "SBGGR14", 768, 512}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_raw_description d = {
            .format = cases[i].format, .width = cases[i].width, .height = cases[i].height};
        const char *path = shared(cases[i].name);
        if (path)
            fl_frame_unref(read_shared(path, &d));
        d.height++;
        if (path) {
            struct fl_frame *f;
            ck_assert_int_eq(fl_source_read(path, &d, NULL, &f).code, FL_ERR_CORRUPT);
        }
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("source");
    TCase *kinds = tcase_create("kinds"), *dumps = tcase_create("dumps");
    TCase *hostile = tcase_create("hostile"), *real = tcase_create("shared");
    tcase_add_test(kinds, raw_names);
    tcase_add_test(kinds, no_files);
    tcase_add_test(kinds, other_kinds);
    tcase_add_test(kinds, sizes_do_not_make_a_camera);
    tcase_add_test(dumps, dumps_are_wrapped);
    tcase_add_test(dumps, words_at_any_address);
    tcase_add_test(dumps, dump_descriptions_are_checked);
    tcase_add_test(dumps, levels_can_be_overridden);
    tcase_add_test(dumps, cfa_can_be_overridden);
    tcase_set_timeout(hostile, 60);
    tcase_add_test(hostile, truncated_everywhere);
    tcase_add_test(hostile, directory_cycles_end);
    tcase_add_test(hostile, tag_data_outside_the_file);
    tcase_add_test(real, shared_dngs);
    tcase_add_test(real, shared_burst);
    tcase_add_test(real, shared_dumps);
    suite_add_tcase(s, kinds);
    suite_add_tcase(s, dumps);
    suite_add_tcase(s, hostile);
    suite_add_tcase(s, real);
    return run_suite(s);
}
