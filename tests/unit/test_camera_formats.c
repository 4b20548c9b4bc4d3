/* What cameras deliver besides plain raws: PiSP compression, and pictures in RGB and YUV. */
#include "run_suite.h"

#include "camera_rgb.h"
#include "pisp_decode.h"

#include <string.h>

#define OFFSET 2048

/* ---- an encoder of our own, for what the decoder must undo ---- */

/* Steps of a value (2048 taken off) in a quantiser, to the nearest. */
static int steps(int v, int quantiser)
{
    v = v > OFFSET ? v - OFFSET : 0;
    switch (quantiser) {
    case 0:
        return v < 5120 ? (v + 8) / 16 : (v + 16) / 32 + 160;
    case 1:
        return (v + 32) / 64;
    case 2:
        return (v + 64) / 128;
    default:
        return v < 24064 ? (v + 128) / 256 : (v + 256) / 512 + 47;
    }
}

static int floor_of(int q, int quantiser)
{
    int f = q > 64 ? q - 64 : 0;
    return quantiser == 2 && f > 384 ? 384 : f;
}

/* The word for four samples in a quantiser; false where they do not fit. */
static bool encode_in(const int v[4], int quantiser, uint32_t *word)
{
    int q[4], base, step, outer[2];
    for (int i = 0; i < 4; i++)
        q[i] = steps(v[i], quantiser);
    if (quantiser == 3) {
        uint32_t pair[2];
        for (int i = 0; i < 2; i++) {
            int a = q[2 * i], b = q[2 * i + 1];
            if (a >= 176 || b >= 176)
                return false;
            pair[i] = (uint32_t)((a & 15) + 16 * (b + 176 * (a >> 4)));
        }
        *word = 3U | pair[0] << 2 | pair[1] << 17;
        return true;
    }
    if (quantiser == 2 && q[1] >= 384 && q[2] >= 384) {
        base = q[1];
        step = q[2] - 384;
    } else if (q[1] > q[2]) {
        base = q[2];
        step = 64 - (q[1] - q[2]);
    } else {
        base = q[1];
        step = q[2] - q[1] + 64;
    }
    if (quantiser == 2 && base >= 384 && !(q[1] >= 384 && q[2] >= 384))
        return false;
    outer[0] = q[0] - floor_of(q[1], quantiser);
    outer[1] = q[3] - floor_of(q[2], quantiser);
    if (base > 511 || step < 0 || step > 127 || outer[0] < 0 || outer[0] > 127 || outer[1] < 0 ||
        outer[1] > 127)
        return false;
    *word = (uint32_t)quantiser | (uint32_t)base << 2 | (uint32_t)step << 11 |
            (uint32_t)outer[0] << 18 | (uint32_t)outer[1] << 25;
    return true;
}

/* The finest quantiser that fits; half of its step in *error. */
static uint32_t encode(const int v[4], int *error)
{
    static const int half[4] = {16, 32, 64, 256};
    uint32_t word = 0;
    for (int quantiser = 0; quantiser < 4; quantiser++) {
        *error = half[quantiser];
        if (encode_in(v, quantiser, &word))
            return word;
    }
    ck_abort_msg("%d %d %d %d cannot be encoded", v[0], v[1], v[2], v[3]);
    return 0;
}

static uint32_t random_state = 1;

static int random_below(int n)
{
    random_state = random_state * 1664525U + 1013904223U;
    return (int)((random_state >> 8) % (uint32_t)n);
}

static void store(uint32_t word, uint8_t *to)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(word >> (8 * i));
}

START_TEST(compressed_raws_come_back)
{
    int used[4] = {0};
    for (int trial = 0; trial < 30000; trial++) {
        int spread = 1 << (4 + trial % 13), middle = OFFSET + random_below(63488), error;
        uint8_t bytes[8];
        uint16_t out[8];
        int v[2][4];
        for (int half = 0; half < 2; half++) {
            for (int i = 0; i < 4; i++) {
                int x = middle + random_below(spread) - spread / 2;
                v[half][i] = x < OFFSET ? OFFSET : x > 65535 ? 65535 : x;
            }
            store(encode(v[half], &error), bytes + 4 * half);
        }
        ck_assert_int_eq(fl_pisp_decode(bytes, 8, 8, 8, 1, out, 16).code, FL_OK);
        for (int half = 0; half < 2; half++) {
            encode(v[half], &error);
            used[bytes[4 * half] & 3]++;
            for (int i = 0; i < 4; i++)
                ck_assert_msg(abs(out[2 * i + half] - v[half][i]) <= error, "%d became %d",
                              v[half][i], out[2 * i + half]);
        }
    }
    for (int i = 0; i < 4; i++)
        ck_assert_msg(used[i] > 50, "quantiser %d was used %d times", i, used[i]);
}
END_TEST

START_TEST(any_word_decodes)
{
    for (int trial = 0; trial < 30000; trial++) {
        uint8_t bytes[8];
        uint16_t out[8];
        for (int i = 0; i < 8; i++)
            bytes[i] = (uint8_t)random_below(256);
        ck_assert_int_eq(fl_pisp_decode(bytes, 8, 8, 8, 1, out, 16).code, FL_OK);
        for (int i = 0; i < 8; i++)
            ck_assert_int_ge(out[i], OFFSET);
    }
}
END_TEST

/* A width that is no multiple of 8 needs whole blocks and writes no pixel beyond. */
START_TEST(compressed_rows)
{
    uint8_t bytes[3 * 24];
    uint16_t out[3][12];
    int error, v[4] = {4096, 4096, 4096, 4096};
    for (int i = 0; i < 18; i++)
        store(encode(v, &error), bytes + 4 * i);
    memset(out, 0xab, sizeof out);
    ck_assert_int_eq(fl_pisp_decode(bytes, 24 + 24 + 16, 24, 10, 3, out[0], 24).code, FL_OK);
    for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 10; x++)
            ck_assert_int_eq(out[y][x], 4096);
        ck_assert_int_eq(out[y][10], 0xabab);
    }
    ck_assert_int_eq(fl_pisp_decode(bytes, 63, 24, 10, 3, out[0], 24).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(fl_pisp_decode(bytes, 64, 8, 10, 3, out[0], 24).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(fl_pisp_decode(bytes, 0, 24, 10, 3, out[0], 24).code, FL_ERR_CORRUPT);
}
END_TEST

/* ---- pictures ---- */

static void expect_pixel(const struct fl_camera_picture *p, int x, int y, int r, int g, int b)
{
    struct fl_frame *f;
    const uint8_t *at;
    fl_err err = fl_camera_to_rgb(p, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    at = (const uint8_t *)f->plane[0] + (size_t)y * f->stride[0] + 3 * (size_t)x;
    ck_assert_msg(abs(at[0] - r) <= 1 && abs(at[1] - g) <= 1 && abs(at[2] - b) <= 1,
                  "layout %d: %d %d %d, not %d %d %d", (int)p->layout, at[0], at[1], at[2], r, g,
                  b);
    fl_frame_unref(f);
}

START_TEST(orders_of_bytes)
{
    static const uint8_t bytes[] = {10, 20, 30, 40, 50, 60, 70, 80};
    struct fl_camera_picture p = {
        .width = 2, .height = 1, .plane = {bytes}, .stride = {8}, .size = {8}};
    p.layout = FL_LAYOUT_RGB;
    expect_pixel(&p, 1, 0, 40, 50, 60);
    p.layout = FL_LAYOUT_BGR;
    expect_pixel(&p, 1, 0, 60, 50, 40);
    p.layout = FL_LAYOUT_RGBX;
    expect_pixel(&p, 1, 0, 50, 60, 70);
    p.layout = FL_LAYOUT_BGRX;
    expect_pixel(&p, 1, 0, 70, 60, 50);
}
END_TEST

START_TEST(colors_of_yuv)
{
    /* BT.601: red is 76, 85, 255 in full range and 81, 90, 240 in limited */
    static const uint8_t yuyv[] = {76, 85, 150, 255}, uyvy[] = {90, 81, 240, 235};
    static const uint8_t luma[] = {76, 76, 76, 76, 255, 0}, uv[] = {85, 255, 128, 128};
    static const uint8_t u[] = {85, 128}, v[] = {255, 128};
    struct fl_camera_picture p = {.layout = FL_LAYOUT_YUYV,
                                  .width = 2,
                                  .height = 1,
                                  .plane = {yuyv},
                                  .stride = {4},
                                  .size = {4}};
    expect_pixel(&p, 0, 0, 254, 0, 0);
    p.layout = FL_LAYOUT_UYVY;
    p.limited = true;
    p.plane[0] = uyvy;
    expect_pixel(&p, 0, 0, 254, 0, 0);
    p = (struct fl_camera_picture){.layout = FL_LAYOUT_NV12,
                                   .width = 2,
                                   .height = 3,
                                   .plane = {luma, uv},
                                   .stride = {2, 2},
                                   .size = {6, 4}};
    expect_pixel(&p, 1, 1, 254, 0, 0);
    expect_pixel(&p, 0, 2, 255, 255, 255);
    p.layout = FL_LAYOUT_YUV420;
    p.plane[1] = u;
    p.plane[2] = v;
    p.stride[1] = p.stride[2] = 1;
    p.size[1] = p.size[2] = 2;
    expect_pixel(&p, 1, 1, 254, 0, 0);
    expect_pixel(&p, 1, 2, 0, 0, 0);
}
END_TEST

START_TEST(short_pictures_are_refused)
{
    static const uint8_t bytes[64];
    struct fl_camera_picture p = {.layout = FL_LAYOUT_NV12,
                                  .width = 4,
                                  .height = 4,
                                  .plane = {bytes, bytes},
                                  .stride = {4, 4},
                                  .size = {16, 8}};
    struct fl_frame *f;
    ck_assert_int_eq(fl_camera_to_rgb(&p, &f).code, FL_OK);
    fl_frame_unref(f);
    p.size[1] = 7;
    ck_assert_int_eq(fl_camera_to_rgb(&p, &f).code, FL_ERR_CORRUPT);
    p.size[1] = 8;
    p.stride[0] = 3;
    ck_assert_int_eq(fl_camera_to_rgb(&p, &f).code, FL_ERR_CORRUPT);
    p.stride[0] = 4;
    p.plane[1] = NULL;
    ck_assert_int_eq(fl_camera_to_rgb(&p, &f).code, FL_ERR_CORRUPT);
    p.layout = FL_LAYOUT_NONE;
    ck_assert_int_eq(fl_camera_to_rgb(&p, &f).code, FL_ERR_UNSUPPORTED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("camera formats");
    TCase *tcase = tcase_create("camera formats");
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, compressed_raws_come_back);
    tcase_add_test(tcase, any_word_decodes);
    tcase_add_test(tcase, compressed_rows);
    tcase_add_test(tcase, orders_of_bytes);
    tcase_add_test(tcase, colors_of_yuv);
    tcase_add_test(tcase, short_pictures_are_refused);
    return run_suite(suite);
}
