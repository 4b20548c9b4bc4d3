/* Lossless JPEG: damage to every byte of the headers, and what is valid but not handled. */
#include "run_suite.h"
#include "dng_writer_pixels.h"
#include "ljpeg.h"
#include "read_back.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  12
#define HEIGHT 10

/* Places in the files of dngw_encode(). */
enum { DHT = 2, DHT_COUNTS = 7, SOF = 40, SOS = 56 };

static uint16_t pixels[WIDTH * HEIGHT];

static struct dngw_tile encode(int bits, int fold)
{
    struct dngw_image m = {.width = WIDTH,
                           .height = HEIGHT,
                           .bits = bits,
                           .pixels = pixels,
                           .packing = DNGW_LJPEG,
                           .fold = fold};
    noise_pixels(pixels, WIDTH * HEIGHT, bits, 9);
    return dngw_encode(&m, false, 0, 0, WIDTH, HEIGHT);
}

START_TEST(headers)
{
    struct dngw_tile t = encode(12, 2);
    struct fl_ljpeg_info info;
    ck_assert_uint_eq(t.data[DHT + 1], 0xc4);
    ck_assert_uint_eq(t.data[SOF + 1], 0xc3);
    ck_assert_uint_eq(t.data[SOS + 1], 0xda);
    ck_assert_int_eq(fl_ljpeg_info(t.data, t.size, &info).code, FL_OK);
    ck_assert_int_eq(info.width, WIDTH / 2);
    ck_assert_int_eq(info.height, HEIGHT);
    ck_assert_int_eq(info.components, 2);
    ck_assert_int_eq(info.bits, 12);
    free(t.data);
}
END_TEST

START_TEST(precise_refusals)
{
    static const struct {
        int at;
        uint8_t value;
        enum fl_code code;
        const char *part;
    } cases[] = {{1, 0, FL_ERR_CORRUPT, "does not start as a JPEG"},
                 {DHT, 0, FL_ERR_CORRUPT, "headers are damaged"},
                 {DHT + 2, 0xff, FL_ERR_CORRUPT, "segment c4 runs past the end"},
                 {DHT + 4, 7, FL_ERR_CORRUPT, "table header is damaged"},
                 {DHT_COUNTS + 15, 200, FL_ERR_CORRUPT, "does not fit"},
                 {SOF + 1, 0xc0, FL_ERR_UNSUPPORTED, "SOF0: only SOF3"},
                 {SOF + 3, 5, FL_ERR_CORRUPT, "frame header is too short"},
                 {SOF + 4, 17, FL_ERR_CORRUPT, "2 components of 17 bits"},
                 {SOF + 9, 5, FL_ERR_CORRUPT, "frame header is too short"},
                 {SOF + 11, 0x21, FL_ERR_UNSUPPORTED, "subsampled"},
                 {SOS + 4, 1, FL_ERR_CORRUPT, "does not match the frame"},
                 {SOS + 5, 9, FL_ERR_CORRUPT, "that is not there"},
                 {SOS + 6, 0x10, FL_ERR_CORRUPT, "that is not there"},
                 {SOS + 9, 0, FL_ERR_CORRUPT, "predictor is 0"},
                 {SOS + 11, 1, FL_ERR_UNSUPPORTED, "point transform"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dngw_tile t = encode(12, 2);
        struct fl_ljpeg_info info;
        fl_err err;
        t.data[cases[i].at] = cases[i].value;
        err = fl_ljpeg_info(t.data, t.size, &info);
        ck_assert_msg(err.code == cases[i].code && strstr(err.message, cases[i].part),
                      "case %zu: %s: %s", i, fl_code_name(err.code), err.message);
        free(t.data);
    }
}
END_TEST

START_TEST(overfull_code)
{
    struct dngw_tile t = encode(12, 1);
    struct fl_ljpeg_info info;
    fl_err err;
    memset(t.data + DHT_COUNTS, 0, 16);
    t.data[DHT_COUNTS] = 3; /* codes of one bit */
    err = fl_ljpeg_info(t.data, t.size, &info);
    ck_assert_int_eq(err.code, FL_ERR_CORRUPT);
    ck_assert_msg(strstr(err.message, "too many codes of 1 bits") != NULL, "%s", err.message);
    free(t.data);
}
END_TEST

START_TEST(fill_bytes_and_other_segments_are_skipped)
{
    static const uint8_t extra[] = {0xff, 0xff, 0xfe, 0, 5, 'a', 'b', 'c'};
    struct dngw_tile t = encode(12, 1);
    uint16_t out[WIDTH * HEIGHT];
    uint8_t *longer = malloc(t.size + sizeof extra);
    ck_assert_ptr_nonnull(longer);
    memcpy(longer, t.data, 2);
    memcpy(longer + 2, extra, sizeof extra);
    memcpy(longer + 2 + sizeof extra, t.data + 2, t.size - 2);
    ck_assert_int_eq(fl_ljpeg_decode(longer, t.size + sizeof extra, HEIGHT, out).code, FL_OK);
    ck_assert_mem_eq(out, pixels, sizeof out);
    free(longer);
    free(t.data);
}
END_TEST

START_TEST(values_beyond_the_precision)
{
    /* 12-bit differences under a header that says 11 bits. */
    struct dngw_tile t = encode(12, 1);
    uint16_t out[WIDTH * HEIGHT];
    fl_err err;
    t.data[SOF + 4] = 11;
    err = fl_ljpeg_decode(t.data, t.size, HEIGHT, out);
    ck_assert_int_eq(err.code, FL_ERR_CORRUPT);
    ck_assert_msg(strstr(err.message, "beyond its 11 bits") != NULL, "%s", err.message);
    free(t.data);
}
END_TEST

START_TEST(every_header_byte_damaged)
{
    struct dngw_tile t = encode(12, 2);
    int decoded = 0;
    for (size_t at = 0; at < SOS + 14; at++)
        for (int value = 0; value < 256; value++) {
            struct fl_ljpeg_info info;
            uint8_t kept = t.data[at];
            t.data[at] = (uint8_t)value;
            if (fl_ljpeg_info(t.data, t.size, &info).code == FL_OK) {
                int rows = info.height < 4 ? info.height : 4;
                uint16_t *out =
                    malloc((size_t)rows * (size_t)info.width * (size_t)info.components * 2);
                ck_assert_ptr_nonnull(out);
                decoded += fl_ljpeg_decode(t.data, t.size, rows, out).code == FL_OK;
                free(out);
            }
            t.data[at] = kept;
        }
    ck_assert_int_ge(decoded, SOS + 14); /* each byte with its own value, at least */
    free(t.data);
}
END_TEST

START_TEST(truncated_at_every_byte)
{
    struct dngw_tile t = encode(16, 1);
    uint16_t out[WIDTH * HEIGHT];
    for (size_t n = 0; n + 3 < t.size; n++) {
        uint8_t *copy = malloc(n + 1); /* exact, so that reads past it are seen */
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, t.data, n);
        ck_assert_int_eq(fl_ljpeg_decode(copy, n, HEIGHT, out).code, FL_ERR_CORRUPT);
        free(copy);
    }
    free(t.data);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("ljpeg");
    TCase *t = tcase_create("ljpeg");
    tcase_add_test(t, headers);
    tcase_add_test(t, precise_refusals);
    tcase_add_test(t, overfull_code);
    tcase_add_test(t, fill_bytes_and_other_segments_are_skipped);
    tcase_add_test(t, values_beyond_the_precision);
    tcase_add_test(t, every_header_byte_damaged);
    tcase_add_test(t, truncated_at_every_byte);
    suite_add_tcase(s, t);
    return run_suite(s);
}
