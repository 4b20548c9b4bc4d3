/* Floating-point DNGs: every width, byte order and predictor, as codes; levels; hostile values. */
#include "run_suite.h"
#include "dng_float.h"
#include "read_back.h"
#include "tiff_tags.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  37
#define HEIGHT 21

static float values[WIDTH * HEIGHT * 3];

static void fill(int count)
{
    uint32_t state = 11;
    for (int i = 0; i < count; i++) {
        state = state * 1664525u + 1013904223u;
        values[i] = (float)(state >> 8) * 0x1p-24f * (i % 5 == 0 ? 0.01f : 1.0f);
        if (i % 7 == 0)
            values[i] *= -0.005f; /* noise below black */
        if (fabsf(values[i]) <
            1e-4f) /* the writer does without what 16 bits have no exponent for */
            values[i] = 0;
    }
    values[0] = 0;
    values[1] = 1;
}

static struct fl_frame *read(struct dngw *w)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    return f;
}

static struct dngw_image image(int bits, int samples, int predictor)
{
    fill(WIDTH * HEIGHT * samples);
    return (struct dngw_image){.width = WIDTH,
                               .height = HEIGHT,
                               .bits = bits,
                               .samples = samples,
                               .floats = values,
                               .packing = predictor < 0 ? DNGW_PACKED : DNGW_DEFLATE,
                               .predictor = predictor < 0 ? 0 : predictor};
}

/* Cut short to 10 bits of fraction a value keeps 0.1 %. */
static void check_values(const struct fl_frame *f, const struct dngw_image *m)
{
    double relative = m->bits == 16 ? 0x1p-10 : m->bits == 24 ? 0x1p-16 : 0;
    int n = m->samples == 3 ? 3 : 1;
    ck_assert_int_eq(f->format.packing, FL_PACK_U16);
    ck_assert_int_eq(f->format.bits, 16);
    ck_assert_float_eq(f->meta.black_dn[0], 1024);
    ck_assert_float_eq(f->meta.white_dn[0], 65535);
    for (int y = 0; y < HEIGHT; y++)
        for (int i = 0; i < WIDTH * n; i++) {
            const uint16_t *row = (const uint16_t *)(const void *)((const uint8_t *)f->plane[0] +
                                                                   (size_t)y * f->stride[0]);
            double v = (double)values[y * WIDTH * n + i], expected = 1024 + 64511 * v;
            if (fabs(row[i] - expected) > 0.5001 + relative * fabs(64511 * v))
                ck_abort_msg("value %d of row %d is %d, not %g", i, y, row[i], expected);
        }
}

START_TEST(every_width_and_predictor)
{
    static const int widths[] = {16, 24, 32}, predictors[] = {-1, 1, 3, 34894};
    for (int b = 0; b < 3; b++)
        for (int p = 0; p < 4; p++)
            for (int shape = 0; shape < 4; shape++) {
                struct dngw_image m = image(widths[b], shape & 1 ? 3 : 1, predictors[p]);
                struct dngw *w = dngw_new(shape & 1);
                struct fl_frame *f;
                m.tile_width = shape >= 2 ? 16 : 0;
                m.tile_height = 16;
                dngw_image(w, &m);
                f = read(w);
                check_values(f, &m);
                fl_frame_unref(f);
            }
}
END_TEST

/* Levels in the samples' unit become levels of codes; a pattern and deltas with them. */
START_TEST(levels_are_scaled)
{
    struct dngw_image m = image(32, 1, -1);
    struct dngw *w = dngw_new(false);
    struct fl_frame *f;
    double delta[WIDTH] = {0};
    const uint16_t *row;
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        values[i] *= 4000;
    delta[3] = 10;
    dngw_image(w, &m);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_LONG, 4000);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_RATIONAL, 200.5);
    dngw_set(w, DNGW_RAW, FL_TAG_BLACK_LEVEL_DELTA_H, DNGW_SRATIONAL, WIDTH, delta);
    f = read(w);
    row = f->plane[0];
    ck_assert_int_eq(row[1], 65535);
    ck_assert_float_eq(f->meta.white_dn[3], 65535);
    ck_assert_float_eq_tol(f->meta.black_dn[2], (float)(1024 + 64511 * 200.5 / 4000), 0.01f);
    ck_assert_float_eq_tol(f->meta.corrections->black_delta_h[3], (float)(64511 * 10.0 / 4000),
                           0.001f);
    fl_frame_unref(f);
}
END_TEST

/* A bad pixel's constant is a value, too. */
START_TEST(bad_constants_become_codes)
{
    static const uint32_t given[3] = {0, 1, 4000000000u}, expected[3] = {1024, 65536, 65536};
    for (int i = 0; i < 3; i++) {
        struct dngw_image m = image(32, 1, -1);
        struct dngw *w = dngw_new(false);
        struct dngw_blob bad = {.size = 0};
        struct fl_frame *f;
        dngw_image(w, &m);
        dngw_u32(&bad, given[i]);
        dngw_u32(&bad, 0);
        dngw_opcode(w, 1, 4, 0, &bad);
        f = read(w);
        ck_assert_uint_eq(f->meta.corrections->opcode[0].u.bad_constant.value, expected[i]);
        fl_frame_unref(f);
    }
}
END_TEST

START_TEST(hostile_values_are_limited)
{
    static const float hostile[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-45f, -1e-45f, 2};
    static const int expected[] = {0, 65535, 0, 65535, 0, 1024, 1024, 65535};
    uint8_t bytes[4];
    uint16_t code;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        uint32_t word;
        memcpy(&word, &hostile[i], sizeof word);
        for (int b = 0; b < 4; b++)
            bytes[b] = (uint8_t)(word >> 8 * b);
        fl_dng_float_row(bytes, 32, false, 64511, 1, &code);
        ck_assert_int_eq(code, expected[i]);
    }
}
END_TEST

/* Bit patterns with their values: IEEE 754 half precision, and DNG's 24 bits. */
START_TEST(short_floats)
{
    static const struct {
        int bits;
        uint32_t word;
        double value;
    } known[] = {{16, 0x3c00, 1},          {16, 0xc000, -2},         {16, 0x7bff, 65504},
                 {16, 0x0001, 0x1p-24},    {16, 0x83ff, -0x3ffp-24}, {16, 0x0400, 0x1p-14},
                 {16, 0x7c00, INFINITY},   {24, 0x400000, 1},        {24, 0xc18000, -3},
                 {24, 0x000001, 0x1p-79},  {24, 0x010000, 0x1p-63},  {24, 0x7effff, 0x1.ffffp62},
                 {24, 0xff0000, -INFINITY}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint8_t little[3], big[3];
        int bytes = known[i].bits / 8;
        for (int b = 0; b < bytes; b++)
            little[b] = big[bytes - 1 - b] = (uint8_t)(known[i].word >> 8 * b);
        ck_assert((double)fl_dng_float(little, known[i].bits, false) == known[i].value);
        ck_assert((double)fl_dng_float(big, known[i].bits, true) == known[i].value);
    }
    ck_assert(isnan(fl_dng_float((const uint8_t *)"\x7c\x01", 16, true)));
    ck_assert(isnan(fl_dng_float((const uint8_t *)"\x7f\x00\x01", 24, true)));
}
END_TEST

static void expect(struct dngw *w, enum fl_code code, const char *part)
{
    struct fl_frame *f;
    fl_err err = read_dng(w, NULL, &f);
    ck_assert_int_eq(err.code, code);
    ck_assert_msg(strstr(err.message, part) != NULL, "'%s' lacks '%s'", err.message, part);
}

static struct dngw *float_dng(int predictor)
{
    struct dngw_image m = image(32, 1, predictor);
    struct dngw *w = dngw_new(false);
    dngw_image(w, &m);
    return w;
}

START_TEST(contradictions_are_errors)
{
    struct dngw *w = float_dng(-1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_LINEARIZATION_TABLE, DNGW_SHORT, 1, 2, 3);
    expect(w, FL_ERR_CORRUPT, "LinearizationTable does not go with floating point");
    w = float_dng(-1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_RATIONAL, 1);
    expect(w, FL_ERR_CORRUPT, "is not below WhiteLevel");
    w = float_dng(-1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BLACK_LEVEL, DNGW_SRATIONAL, -2);
    DNGW_SET(w, DNGW_RAW, FL_TAG_WHITE_LEVEL, DNGW_SRATIONAL, -1);
    expect(w, FL_ERR_CORRUPT, "WhiteLevel -1 is not above 0");
    w = float_dng(-1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_COMPRESSION, DNGW_SHORT, 7);
    expect(w, FL_ERR_UNSUPPORTED, "floating point as lossless JPEG");
    w = float_dng(1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_PREDICTOR, DNGW_SHORT, 2);
    expect(w, FL_ERR_UNSUPPORTED, "Predictor 2 with 32 bits of floating point");
    w = float_dng(-1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_BITS_PER_SAMPLE, DNGW_SHORT, 64);
    expect(w, FL_ERR_UNSUPPORTED, "BitsPerSample is 64");
    w = float_dng(-1);
    DNGW_SET(w, DNGW_RAW, FL_TAG_IMAGE_LENGTH, DNGW_LONG, HEIGHT + 1);
    expect(w, FL_ERR_CORRUPT, "");
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dng_float");
    TCase *t = tcase_create("float");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, every_width_and_predictor);
    tcase_add_test(t, levels_are_scaled);
    tcase_add_test(t, bad_constants_become_codes);
    tcase_add_test(t, hostile_values_are_limited);
    tcase_add_test(t, short_floats);
    tcase_add_test(t, contradictions_are_errors);
    suite_add_tcase(s, t);
    return run_suite(s);
}
