/* DNG pixels: every packing, strips and tiles, against what was written and against LibRaw. */
#include "run_suite.h"
#include "read_back.h"
#include "tiff_tags.h"

#include <check.h>
#include <libraw/libraw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WIDTH  70 /* no multiple of any tile or bit group */
#define HEIGHT 45

static uint16_t pixels[WIDTH * HEIGHT * 3];

static struct dngw *write_image(const struct dngw_image *m, bool big_endian)
{
    struct dngw *w = dngw_new(big_endian);
    dngw_image(w, m);
    return w;
}

/* Value i of row y of a frame with 8- or 16-bit samples. */
static int value_at(const struct fl_frame *f, int i, int y)
{
    const uint8_t *row = (const uint8_t *)f->plane[0] + (size_t)y * f->stride[0];
    return f->format.packing == FL_PACK_U8 ? row[i] : ((const uint16_t *)row)[i];
}

static void check_same(const struct fl_frame *f, const struct dngw_image *m)
{
    int n = m->samples == 3 ? 3 : 1;
    ck_assert_int_eq(f->width, m->width);
    ck_assert_int_eq(f->height, m->height);
    ck_assert_int_eq(f->format.bits, m->packing == DNGW_WORDS ? 16 : m->bits);
    ck_assert_float_eq(f->meta.white_dn[0], (float)((1 << m->bits) - 1));
    for (int y = 0; y < m->height; y++)
        for (int i = 0; i < m->width * n; i++)
            if (value_at(f, i, y) != m->pixels[y * m->width * n + i]) /* an assertion is slow */
                ck_abort_msg("value %d of row %d is %d, not %d (%d bits)", i, y, value_at(f, i, y),
                             m->pixels[y * m->width * n + i], m->bits);
}

static void check_round_trip(const struct dngw_image *m, bool big_endian)
{
    struct fl_frame *f;
    fl_err err = read_dng(write_image(m, big_endian), NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    check_same(f, m);
    fl_frame_unref(f);
}

static struct dngw_image base_image(int bits, int samples)
{
    struct dngw_image m = {
        .width = WIDTH, .height = HEIGHT, .bits = bits, .samples = samples, .pixels = pixels};
    noise_pixels(pixels, WIDTH * HEIGHT * (size_t)samples, bits, (uint32_t)(bits * 8 + samples));
    return m;
}

START_TEST(uncompressed)
{
    for (int bits = 8; bits <= 16; bits++)
        for (int samples = 1; samples <= 3; samples += 2)
            for (int shape = 0; shape < 6; shape++) {
                struct dngw_image m = base_image(bits, samples);
                m.packing = shape & 1 && bits > 8 ? DNGW_WORDS : DNGW_PACKED;
                m.rows_per_strip = shape >= 4 ? 7 : 0;
                m.tile_width = shape >= 2 && shape < 4 ? 32 : 0;
                m.tile_height = 16;
                check_round_trip(&m, (bits + shape) & 1);
            }
}
END_TEST

START_TEST(formats)
{
    struct dngw_image m = base_image(8, 3);
    struct fl_frame *f;
    ck_assert_int_eq(read_dng(write_image(&m, false), NULL, &f).code, FL_OK);
    ck_assert_int_eq(f->format.color, FL_COLOR_RGB);
    ck_assert_int_eq(f->format.packing, FL_PACK_U16);
    ck_assert(f->meta.is_linear_rgb);
    ck_assert_float_eq(f->meta.white_dn[2], 255.0f);
    fl_frame_unref(f);
    m = base_image(8, 1);
    m.mono = true;
    ck_assert_int_eq(read_dng(write_image(&m, false), NULL, &f).code, FL_OK);
    ck_assert_int_eq(f->format.color, FL_COLOR_MONO);
    ck_assert_int_eq(f->format.packing, FL_PACK_U8);
    ck_assert(!f->meta.is_linear_rgb);
    fl_frame_unref(f);
}
END_TEST

START_TEST(rgb_levels)
{
    struct dngw_image m = base_image(16, 3);
    struct dngw *w = write_image(&m, true);
    struct fl_frame *f;
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SHORT, 10, 20, 30);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 1000, 2000, 3000);
    ck_assert_int_eq(read_dng(w, NULL, &f).code, FL_OK);
    ck_assert_float_eq(f->meta.black_dn[1], 20.0f);
    ck_assert_float_eq(f->meta.white_dn[2], 3000.0f);
    fl_frame_unref(f);
}
END_TEST

START_TEST(sub_ifd_and_thumbnail)
{
    for (int type = 0; type < 2; type++) {
        struct dngw_image m = base_image(14, 1);
        struct dngw *w = dngw_new(true);
        struct fl_frame *f;
        dngw_use_sub_ifd(w);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_NEW_SUBFILE_TYPE, DNGW_LONG, 1);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_IMAGE_WIDTH, DNGW_LONG, 4000);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_IMAGE_LENGTH, DNGW_LONG, 3000);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_PHOTOMETRIC, DNGW_SHORT, type ? 32803 : 2);
        DNGW_SET(w, DNGW_IFD0, FL_TAG_MAKE, DNGW_ASCII, 'X', 0);
        dngw_image(w, &m);
        ck_assert_int_eq(read_dng(w, NULL, &f).code, FL_OK);
        check_same(f, &m);
        ck_assert_str_eq(f->meta.make, "X");
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(deflate)
{
    for (int predictor = 0; predictor <= 2; predictor++)
        for (int samples = 1; samples <= 3; samples += 2)
            for (int bits = 8; bits <= 16; bits += 4)
                for (int tiled = 0; tiled < 2; tiled++) {
                    struct dngw_image m = base_image(bits, samples);
                    if (bits == 12 && predictor == 2)
                        continue;
                    m.packing = DNGW_DEFLATE;
                    m.predictor = predictor;
                    m.rows_per_strip = 11;
                    m.tile_width = tiled ? 16 : 0;
                    m.tile_height = 32;
                    check_round_trip(&m, tiled == 0);
                }
}
END_TEST

START_TEST(lossless_jpeg)
{
    for (int predictor = 1; predictor <= 7; predictor++)
        for (int bits = 8; bits <= 16; bits += 2)
            for (int shape = 0; shape < 4; shape++) {
                struct dngw_image m = base_image(bits, 1);
                m.packing = DNGW_LJPEG;
                m.predictor = predictor;
                m.fold = shape % 2 + 1;
                m.tile_width = shape >= 2 ? 32 : 0;
                m.tile_height = 16;
                m.restart_rows = bits == 12 ? 3 : 0;
                check_round_trip(&m, shape & 1);
                m.samples = 3;
                m.fold = 0;
                noise_pixels(pixels, sizeof pixels / sizeof *pixels, bits, 77);
                check_round_trip(&m, shape & 1);
            }
}
END_TEST

START_TEST(extreme_differences)
{
    /* 0 and 32768 in turns: differences of +-2^15, which have a category of their own. */
    struct dngw_image m = base_image(16, 1);
    m.packing = DNGW_LJPEG;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        pixels[i] = i % 3 == 0 ? 0 : i % 3 == 1 ? 32768 : 65535;
    check_round_trip(&m, false);
}
END_TEST

/* --- LibRaw as an independent reader ------------------------------------------------------ */

static void check_against_libraw(const struct dngw_image *m, bool big_endian)
{
    size_t size;
    struct dngw *w = write_image(m, big_endian);
    uint8_t *file = dngw_build(w, &size);
    libraw_data_t *lr = libraw_init(0);
    char path[256];
    struct fl_frame *f;
    fl_err err;
    dngw_save(file, size, path, sizeof path);
    err = fl_source_read(path, NULL, NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    ck_assert_int_eq(libraw_open_file(lr, path), LIBRAW_SUCCESS);
    ck_assert_int_eq(libraw_unpack(lr), LIBRAW_SUCCESS);
    ck_assert_ptr_nonnull(lr->rawdata.raw_image);
    for (int y = 0; y < HEIGHT; y++)
        for (int x = 0; x < WIDTH; x++)
            if (value_at(f, x, y) !=
                lr->rawdata.raw_image[(size_t)y * (lr->sizes.raw_pitch / 2) + (size_t)x])
                ck_abort_msg("LibRaw has another value at (%d, %d)", x, y);
    libraw_close(lr);
    unlink(path);
    fl_frame_unref(f);
    free(file);
    dngw_free(w);
}

START_TEST(libraw_reads_the_same)
{
    for (int bits = 10; bits <= 16; bits += 2)
        for (int tiled = 0; tiled < 2; tiled++) {
            struct dngw_image m = base_image(bits, 1);
            if (bits == 16 || !tiled)
                check_against_libraw(&m, false);
            m.packing = DNGW_LJPEG;
            m.tile_width = tiled ? 32 : 0;
            m.tile_height = 32;
            m.fold = 2;
            check_against_libraw(&m, tiled);
        }
}
END_TEST

/* --- faults ------------------------------------------------------------------------------- */

static void expect(struct dngw *w, enum fl_code code, const char *part)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == code, "%s: %s", fl_code_name(err.code), err.message);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
    ck_assert_ptr_null(f);
}

START_TEST(unsupported_kinds)
{
    static const struct {
        int tag, value;
        const char *part;
    } cases[] = {{FL_TAG_COMPRESSION, 34892, "Compression is 34892 (lossy JPEG)"},
                 {FL_TAG_COMPRESSION, 52546, "(JPEG XL)"},
                 {FL_TAG_COMPRESSION, 5, "Compression is 5:"},
                 {FL_TAG_SAMPLE_FORMAT, 3, "BitsPerSample is 12: 16, 24 and 32"},
                 {FL_TAG_SAMPLE_FORMAT, 2, "SampleFormat is 2"},
                 {FL_TAG_BITS_PER_SAMPLE, 24, "BitsPerSample is 24"},
                 {FL_TAG_BITS_PER_SAMPLE, 4, "BitsPerSample is 4"},
                 {FL_TAG_SAMPLES_PER_PIXEL, 4, "SamplesPerPixel is 4"},
                 {FL_TAG_SAMPLES_PER_PIXEL, 3, "unsupported CFA: 3 samples"},
                 {FL_TAG_FILL_ORDER, 2, "FillOrder is 2"},
                 {FL_TAG_PHOTOMETRIC, 2, "without a CFA or LinearRaw image"},
                 {FL_TAG_NEW_SUBFILE_TYPE, 1, "without a CFA or LinearRaw image"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dngw *w = plain_dng(i & 1);
        DNGW_SET(w, DNGW_RAW, cases[i].tag, DNGW_SHORT, cases[i].value);
        expect(w, FL_ERR_UNSUPPORTED, cases[i].part);
    }
}
END_TEST

START_TEST(absurd_sizes)
{
    static const struct {
        double width, height;
        const char *part;
    } cases[] = {{65535, 65535, "image size 65535x65535 is outside"},
                 {0, 12, "image size 0x12"},
                 {16, 0, "image size 16x0"},
                 {4294967295.0, 12, "image size 4294967295x12"},
                 {60000, 60000, "megapixels"},
                 {60000, 12000, "file ends after 384 of 1440000000 bytes of pixel data"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dngw *w = plain_dng(false);
        DNGW_SET(w, DNGW_RAW, FL_TAG_BITS_PER_SAMPLE, DNGW_SHORT, 16);
        DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_WIDTH, DNGW_LONG, cases[i].width);
        DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_LENGTH, DNGW_LONG, cases[i].height);
        expect(w, FL_ERR_CORRUPT, cases[i].part);
    }
}
END_TEST

START_TEST(compressed_cannot_hold_so_many)
{
    for (int packing = DNGW_DEFLATE; packing <= DNGW_LJPEG; packing++) {
        struct dngw_image m = base_image(12, 1);
        struct dngw *w;
        m.packing = (enum dngw_packing)packing;
        w = write_image(&m, false);
        DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_WIDTH, DNGW_LONG, 30000);
        DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_LENGTH, DNGW_LONG, 30000);
        expect(w, FL_ERR_CORRUPT, "pixels cannot come out of");
        w = write_image(&m, false);
        dngw_drop(w, DNGW_RAW, FL_TAG_STRIP_OFFSETS);
        DNGW_SET(w, DNGW_RAW, FL_TAG_TILE_WIDTH, DNGW_LONG, 65000);
        DNGW_SET(w, DNGW_RAW, FL_TAG_TILE_LENGTH, DNGW_LONG, 65000);
        DNGW_SET(w, DNGW_RAW, FL_TAG_TILE_OFFSETS, DNGW_LONG, 8);
        DNGW_SET(w, DNGW_RAW, FL_TAG_TILE_BYTE_COUNTS, DNGW_LONG, 1000);
        expect(w, FL_ERR_CORRUPT, "pixels cannot come out of 1000 bytes");
    }
}
END_TEST

START_TEST(damaged_places)
{
    struct dngw *w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_STRIP_OFFSETS, DNGW_LONG, 4000000000.0);
    expect(w, FL_ERR_CORRUPT, "file ends after 0 of 384 bytes of pixel data");
    w = plain_dng(false);
    dngw_drop(w, DNGW_RAW, FL_TAG_STRIP_OFFSETS);
    expect(w, FL_ERR_CORRUPT, "StripOffsets has 0 values, 1 expected");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_STRIP_BYTE_COUNTS, DNGW_LONG, 100);
    expect(w, FL_ERR_CORRUPT, "file ends after 100 of 288 bytes of pixel data");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_ROWS_PER_STRIP, DNGW_LONG, 0);
    expect(w, FL_ERR_CORRUPT, "strips of 16x0");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_ROWS_PER_STRIP, DNGW_LONG, 5);
    expect(w, FL_ERR_CORRUPT, "StripOffsets has 1 values, 3 expected");
    w = plain_dng(false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_TILE_OFFSETS, DNGW_LONG, 8);
    expect(w, FL_ERR_CORRUPT, "tiles of 0x0");
}
END_TEST

START_TEST(byte_counts_may_be_missing)
{
    for (int packing = DNGW_PACKED; packing <= DNGW_LJPEG; packing++) {
        struct dngw_image m = base_image(12, 1);
        struct dngw *w;
        struct fl_frame *f;
        if (packing == DNGW_WORDS) /* only the count says that they are words */
            continue;
        m.packing = (enum dngw_packing)packing;
        m.rows_per_strip = 20;
        w = write_image(&m, false);
        dngw_drop(w, DNGW_RAW, FL_TAG_STRIP_BYTE_COUNTS);
        if (packing != DNGW_PACKED) {
            expect(w, FL_ERR_CORRUPT, "StripByteCounts has 0 values, 3 expected");
            continue;
        }
        ck_assert_int_eq(read_dng(w, NULL, &f).code, FL_OK);
        check_same(f, &m);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(contradictions)
{
    struct dngw_image m = base_image(12, 3);
    struct dngw *w;
    m.packing = DNGW_LJPEG;
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BITS_PER_SAMPLE, DNGW_SHORT, 11, 11, 11);
    expect(w, FL_ERR_CORRUPT, "lossless JPEG has 12 bits, BitsPerSample is 11");
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BITS_PER_SAMPLE, DNGW_SHORT, 12, 12, 10);
    expect(w, FL_ERR_UNSUPPORTED, "BitsPerSample differs");
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_PLANAR_CONFIGURATION, DNGW_SHORT, 2);
    expect(w, FL_ERR_UNSUPPORTED, "PlanarConfiguration is 2");
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_LENGTH, DNGW_LONG, HEIGHT + 1);
    expect(w, FL_ERR_CORRUPT, "is smaller than its tile");
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_WIDTH, DNGW_LONG, 1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_LENGTH, DNGW_LONG, 1);
    expect(w, FL_ERR_CORRUPT, "wider than its tile");
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 4000);
    expect(w, FL_ERR_CORRUPT, "WhiteLevel has 1 values, 3 expected");
    w = write_image(&m, false);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_REPEAT_DIM, DNGW_SHORT, 2, 2);
    expect(w, FL_ERR_UNSUPPORTED, "BlackLevelRepeatDim 2x2 is supported on a mosaic only");
    m.packing = DNGW_DEFLATE;
    m.predictor = 3;
    expect(write_image(&m, false), FL_ERR_UNSUPPORTED, "Predictor 3 with 12 bits");
}
END_TEST

START_TEST(damaged_compression)
{
    for (int packing = DNGW_DEFLATE; packing <= DNGW_LJPEG; packing++) {
        struct dngw_image m = base_image(12, 1);
        uint8_t *file;
        size_t size;
        struct dngw *w;
        struct fl_frame *f;
        m.packing = (enum dngw_packing)packing;
        w = write_image(&m, false);
        file = dngw_build(w, &size);
        memset(file + size * 3 / 4, 0xff, size / 4); /* JPEG: a marker where data should be */
        ck_assert_int_eq(read_bytes(file, size, NULL, NULL, &f).code, FL_ERR_CORRUPT);
        free(file);
        dngw_free(w);
    }
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dng_pixels");
    TCase *good = tcase_create("good"), *faults = tcase_create("faults");
    tcase_set_timeout(good, 60);
    tcase_add_test(good, uncompressed);
    tcase_add_test(good, formats);
    tcase_add_test(good, rgb_levels);
    tcase_add_test(good, sub_ifd_and_thumbnail);
    tcase_add_test(good, deflate);
    tcase_add_test(good, lossless_jpeg);
    tcase_add_test(good, extreme_differences);
    tcase_add_test(good, libraw_reads_the_same);
    tcase_add_test(faults, unsupported_kinds);
    tcase_add_test(faults, absurd_sizes);
    tcase_add_test(faults, compressed_cannot_hold_so_many);
    tcase_add_test(faults, damaged_places);
    tcase_add_test(faults, byte_counts_may_be_missing);
    tcase_add_test(faults, contradictions);
    tcase_add_test(faults, damaged_compression);
    suite_add_tcase(s, good);
    suite_add_tcase(s, faults);
    return run_suite(s);
}
