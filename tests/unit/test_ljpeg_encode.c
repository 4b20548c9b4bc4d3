/* Lossless JPEG as it is written: its code words, and that the reader and LibRaw get back what went
 * in, whatever the depth, the size and the number of threads. */
#include "run_suite.h"
#include "output_frames.h"

#include "firstlight/firstlight.h"
#include "firstlight/source.h"
#include "ljpeg.h"
#include "ljpeg_encode.h"
#include "unpack_row.h"

#include <check.h>
#include <libraw/libraw.h>
#include <stdlib.h>
#include <string.h>

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

/* --- the code ----------------------------------------------------------------------------- */

static uint64_t total_bits(const uint32_t *count, const uint8_t *length)
{
    uint64_t total = 0;
    for (int i = 0; i < FL_LJPEG_CATEGORIES; i++)
        total += (uint64_t)count[i] * length[i];
    return total;
}

/* The words fit in a tree in which at least one word of 16 bits is left, all ones. */
static void check_code(const uint32_t *count, const uint8_t *length)
{
    uint32_t used = 0;
    for (int i = 0; i < FL_LJPEG_CATEGORIES; i++) {
        ck_assert_int_eq(length[i] > 0, count[i] > 0);
        ck_assert_int_le(length[i], 16);
        used += length[i] ? 1u << (16 - length[i]) : 0;
    }
    ck_assert_uint_lt(used, 1u << 16);
}

START_TEST(one_category_takes_one_bit)
{
    uint32_t count[FL_LJPEG_CATEGORIES] = {0};
    uint8_t length[FL_LJPEG_CATEGORIES];
    count[_i] = 1000;
    fl_ljpeg_code_lengths(count, length);
    check_code(count, length);
    ck_assert_int_eq(length[_i], 1);
}
END_TEST

/* Counts of Fibonacci's numbers make the deepest tree: 17 words and the reserved one. */
START_TEST(no_word_is_longer_than_16_bits)
{
    uint32_t count[FL_LJPEG_CATEGORIES] = {1, 2};
    uint8_t length[FL_LJPEG_CATEGORIES];
    for (int i = 2; i < FL_LJPEG_CATEGORIES; i++)
        count[i] = count[i - 1] + count[i - 2];
    fl_ljpeg_code_lengths(count, length);
    check_code(count, length);
    ck_assert_int_eq(length[16], 1);
    ck_assert_int_eq(length[15], 2);
}
END_TEST

/* As short as a Huffman code can be, for counts as photographs have them: 2 % over the entropy. */
START_TEST(the_code_is_short)
{
    static const uint32_t count[FL_LJPEG_CATEGORIES] = {
        2100, 4100, 7600, 12100, 15500, 12800, 6100, 2600, 1500, 700, 250, 60, 10, 1, 0, 0, 0};
    uint8_t length[FL_LJPEG_CATEGORIES];
    fl_ljpeg_code_lengths(count, length);
    check_code(count, length);
    ck_assert_uint_eq(total_bits(count, length), 193951);
}
END_TEST

/* --- the file ----------------------------------------------------------------------------- */

#define WIDTH  37
#define HEIGHT 23

static void encode(const uint16_t *pixels, int components, int bits, struct fl_blob *out)
{
    struct fl_ljpeg j;
    ck_assert_int_eq(fl_ljpeg_open(&j, WIDTH * HEIGHT * 3).code, FL_OK);
    fl_ljpeg_begin(&j, WIDTH, HEIGHT, components, bits);
    for (int y = 0; y < HEIGHT; y++)
        fl_ljpeg_row(&j, pixels + (size_t)y * WIDTH * (size_t)components);
    ck_assert_int_eq(fl_ljpeg_end(&j, out).code, FL_OK);
    fl_ljpeg_close(&j);
}

/* Content: noise of the full range, which has every difference there is; flat; a ramp. */
static void fill(uint16_t *pixels, int count, int bits, int content)
{
    uint32_t state = 7;
    for (int i = 0; i < count; i++) {
        uint32_t v = content == 0 ? next_random(&state) : content == 1 ? 5u : (uint32_t)i * 37u;
        pixels[i] = (uint16_t)(v & ((1u << bits) - 1));
    }
    if (content == 0) { /* the difference of 32768, either way */
        pixels[8] = pixels[9] = pixels[10] = 0;
        pixels[11] = pixels[12] = pixels[13] = (uint16_t)(1u << (bits - 1));
        pixels[14] = pixels[15] = pixels[16] = 0;
    }
}

START_TEST(comes_back_to_the_bit)
{
    static const int depths[] = {8, 10, 12, 14, 16};
    static uint16_t pixels[WIDTH * HEIGHT * 3], back[WIDTH * HEIGHT * 3];
    for (int components = 1; components <= 3; components++)
        for (size_t d = 0; d < sizeof depths / sizeof *depths; d++) {
            struct fl_blob file = {0}, again = {0};
            int samples = WIDTH * HEIGHT * components;
            fl_err err;
            fill(pixels, samples, depths[d], _i);
            encode(pixels, components, depths[d], &file);
            err = fl_ljpeg_decode(file.data, file.size, HEIGHT, back);
            ck_assert_msg(err.code == FL_OK, "%s", err.message);
            ck_assert_mem_eq(pixels, back, (size_t)samples * 2);
            encode(pixels, components, depths[d], &again);
            ck_assert_uint_eq(file.size, again.size);
            ck_assert_mem_eq(file.data, again.data, file.size);
            fl_blob_free(&file);
            fl_blob_free(&again);
        }
}
END_TEST

/* Bytes of ones in the data are stuffed: else a decoder would see a marker. */
START_TEST(data_holds_no_marker)
{
    static uint16_t pixels[WIDTH * HEIGHT * 3];
    struct fl_blob file = {0};
    size_t at = 2, markers = 0;
    fill(pixels, WIDTH * HEIGHT, 16, 0);
    encode(pixels, 1, 16, &file);
    while (file.data[at + 1] != 0xda) /* over the segments to the scan */
        at += 2 + (size_t)(file.data[at + 2] << 8 | file.data[at + 3]);
    at += 2 + (size_t)(file.data[at + 2] << 8 | file.data[at + 3]);
    for (; at + 3 < file.size; at++)
        markers += file.data[at] == 0xff && file.data[at + 1] != 0;
    ck_assert_uint_eq(markers, 0);
    ck_assert_mem_eq(file.data + file.size - 2, "\xff\xd9", 2);
    fl_blob_free(&file);
}
END_TEST

/* --- in a DNG ----------------------------------------------------------------------------- */

static char *folder;

static void setup(void)
{
    folder = output_folder_new();
}

static void teardown(void)
{
    output_folder_remove(folder);
}

static void write_dng(const char *name, const struct fl_frame *raw, bool compress, int threads)
{
    struct fl_write_options o = fl_write_options_default();
    o.type = FL_FILE_DNG;
    o.compress = compress;
    o.threads = threads;
    output_write(output_path(folder, name), raw, &o);
}

static void check_pixels(const struct fl_frame *a, const struct fl_frame *b)
{
    static uint16_t row_a[4096], row_b[4096];
    size_t bytes = (size_t)a->width * (size_t)fl_format_channels(&a->format) * 2;
    ck_assert_int_eq(a->width, b->width);
    ck_assert_int_eq(a->height, b->height);
    for (int y = 0; y < a->height; y++) {
        fl_unpack_row(&a->format, (const char *)a->plane[0] + (size_t)y * a->stride[0], 0, a->width,
                      row_a);
        fl_unpack_row(&b->format, (const char *)b->plane[0] + (size_t)y * b->stride[0], 0, b->width,
                      row_b);
        ck_assert_msg(memcmp(row_a, row_b, bytes) == 0, "row %d differs", y);
    }
}

static const struct fl_format formats[] = {
    {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U8, 8},
    {FL_COLOR_MOSAIC, FL_CFA_GRBG, FL_PACK_U16, 12},
    {FL_COLOR_MOSAIC, FL_CFA_BGGR, FL_PACK_CSI2P, 10},
    {FL_COLOR_MOSAIC, FL_CFA_GBRG, FL_PACK_U16, 16},
    {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_U16, 12},
    {FL_COLOR_RGB, FL_CFA_NONE, FL_PACK_U16, 16},
};
#define FORMATS ((int)(sizeof formats / sizeof *formats))

/* Sizes of one tile, of several with a rest, and of less than TIFF's smallest. */
START_TEST(tiles_come_back)
{
    static const int sizes[][2] = {{600, 530}, {257, 258}, {61, 42}, {2, 2}};
    const struct fl_format *f = &formats[_i];
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct fl_frame *raw, *back;
        fl_err err;
        ck_assert_int_eq(fl_frame_new(sizes[i][0], sizes[i][1], f, &raw).code, FL_OK);
        output_fill_noise(raw, 3);
        write_dng("tiles.dng", raw, true, 0);
        err = fl_source_read(output_path(folder, "tiles.dng"), NULL, NULL, &back);
        ck_assert_msg(err.code == FL_OK, "%s", err.message);
        check_pixels(raw, back);
        fl_frame_unref(raw);
        fl_frame_unref(back);
        output_folder_remove(folder);
        folder = output_folder_new();
    }
}
END_TEST

START_TEST(threads_do_not_change_the_file)
{
    static const int threads[] = {1, 2, 3, 7};
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12, 1400, 900);
    size_t size, other_size;
    uint8_t *first, *other;
    write_dng("1.dng", raw, true, threads[0]);
    first = output_read(output_path(folder, "1.dng"), &size);
    for (int i = 1; i < 4; i++) {
        char name[16];
        snprintf(name, sizeof name, "n%d.dng", i);
        write_dng(name, raw, true, threads[i]);
        other = output_read(output_path(folder, name), &other_size);
        ck_assert_uint_eq(size, other_size);
        ck_assert_mem_eq(first, other, size);
        free(other);
    }
    free(first);
    fl_frame_unref(raw);
}
END_TEST

/* What the compression is for: 12-bit captures as large as real ones have it, up to ISO 1600. */
START_TEST(captures_shrink)
{
    static const double isos[] = {100, 400, 1600};
    for (int i = 0; i < 3; i++) {
        struct fl_sim_config config = {
            .scene = "photo", .format = "SRGGB12", .width = 1024, .height = 768, .iso = isos[i]};
        size_t plain, small;
        char names[2][16];
        struct fl_frame *raw;
        ck_assert_int_eq(fl_sim_capture(&config, &raw).code, FL_OK);
        snprintf(names[0], sizeof names[0], "p%d.dng", i);
        snprintf(names[1], sizeof names[1], "c%d.dng", i);
        write_dng(names[0], raw, false, 1);
        write_dng(names[1], raw, true, 1);
        free(output_read(output_path(folder, names[0]), &plain));
        free(output_read(output_path(folder, names[1]), &small));
        ck_assert_msg((double)plain >= 1.4 * (double)small, "ISO %g: %zu to %zu bytes", isos[i],
                      plain, small);
        fl_frame_unref(raw);
    }
}
END_TEST

/* A second opinion on the files: LibRaw's decoder, pixel by pixel. */
START_TEST(libraw_reads_the_same)
{
    const struct fl_format *f = &formats[_i];
    int channels = fl_format_channels(f), wrong = 0;
    static uint16_t row[700 * 3];
    struct fl_frame *raw;
    libraw_data_t *l = libraw_init(0);
    const uint16_t *pixels;
    size_t pitch;
    ck_assert_int_eq(fl_frame_new(650, 530, f, &raw).code, FL_OK);
    output_fill_noise(raw, 5);
    write_dng("l.dng", raw, true, 0);
    ck_assert_int_eq(libraw_open_file(l, output_path(folder, "l.dng")), LIBRAW_SUCCESS);
    ck_assert_int_eq(libraw_unpack(l), LIBRAW_SUCCESS);
    ck_assert_int_eq(l->sizes.raw_width, 650);
    ck_assert_int_eq(l->sizes.raw_height, 530);
    pixels = channels == 3 ? (const uint16_t *)(const void *)l->rawdata.color3_image
                           : l->rawdata.raw_image;
    if (channels == 3 && !pixels) { /* LibRaw keeps three colours in four */
        pixels = (const uint16_t *)(const void *)l->rawdata.color4_image;
        channels = 4;
    }
    ck_assert_ptr_nonnull(pixels);
    pitch = l->sizes.raw_pitch / 2;
    for (int y = 0; y < 530; y++) {
        fl_unpack_row(f, (const char *)raw->plane[0] + (size_t)y * raw->stride[0], 0, 650, row);
        for (int x = 0; x < 650; x++)
            for (int c = 0; c < fl_format_channels(f); c++)
                wrong += pixels[(size_t)y * pitch + (size_t)(x * channels + c)] !=
                         row[x * fl_format_channels(f) + c];
    }
    ck_assert_int_eq(wrong, 0);
    libraw_close(l);
    fl_frame_unref(raw);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ljpeg_encode");
    TCase *t = tcase_create("encode");
    tcase_set_timeout(t, 60);
    tcase_add_checked_fixture(t, setup, teardown);
    tcase_add_loop_test(t, one_category_takes_one_bit, 0, FL_LJPEG_CATEGORIES);
    tcase_add_test(t, no_word_is_longer_than_16_bits);
    tcase_add_test(t, the_code_is_short);
    tcase_add_loop_test(t, comes_back_to_the_bit, 0, 3);
    tcase_add_test(t, data_holds_no_marker);
    tcase_add_loop_test(t, tiles_come_back, 0, FORMATS);
    tcase_add_test(t, threads_do_not_change_the_file);
    tcase_add_test(t, captures_shrink);
    tcase_add_loop_test(t, libraw_reads_the_same, 0, FORMATS);
    suite_add_tcase(s, t);
    return run_suite(s);
}
