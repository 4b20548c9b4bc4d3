/* Core: formats, frames, parameters, mathematics, threads. */
#include "run_suite.h"
#include "firstlight/firstlight.h"
#include "flmath.h"
#include "unpack_row.h"

#include <check.h>
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

START_TEST(format_names_round_trip)
{
    static const char *const names[] = {"SRGGB8",    "SGRBG10", "SGBRG12_CSI2P", "SBGGR14",
                                        "R10_CSI2P", "R16",     "SRGGB14_CSI2P"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fl_format f;
        char back[32];
        ck_assert_int_eq(fl_format_parse(names[i], &f).code, FL_OK);
        fl_format_name(&f, back, sizeof back);
        ck_assert_str_eq(back, names[i]);
    }
}
END_TEST

START_TEST(format_rejects_unknown)
{
    static const char *const names[] = {"",        "S", "SRGGB",      "SRGGB9",  "SRGGB8_CSI2P",
                                        "SRGBG10", "R", "R12_CSI2PX", "SRGGB10_"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct fl_format f;
        ck_assert_int_eq(fl_format_parse(names[i], &f).code, FL_ERR_RANGE);
    }
}
END_TEST

START_TEST(cfa_shift_agrees_with_colors)
{
    for (int c = FL_CFA_RGGB; c <= FL_CFA_BGGR; c++)
        for (int s = 0; s < 4; s++)
            for (int y = 0; y < 2; y++)
                for (int x = 0; x < 2; x++) {
                    enum fl_cfa shifted = fl_cfa_shift((enum fl_cfa)c, s & 1, s >> 1);
                    ck_assert_int_eq(fl_cfa_color(shifted, x, y),
                                     fl_cfa_color((enum fl_cfa)c, x + (s & 1), y + (s >> 1)));
                }
}
END_TEST

START_TEST(frame_sizes_are_checked)
{
    struct fl_format f = {FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12};
    struct fl_frame *frame;
    ck_assert_int_eq(fl_frame_new(0, 4, &f, &frame).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(fl_frame_new(-2, 4, &f, &frame).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(fl_frame_new(65535, 65535, &f, &frame).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(fl_frame_new(33, 5, &f, &frame).code, FL_OK);
    ck_assert_uint_eq((size_t)frame->plane[0] % 64, 0);
    ck_assert_uint_ge(frame->stride[0], 66);
    fl_frame_unref(frame);
}
END_TEST

static int freed;

static void count_free(void *user)
{
    (void)user;
    freed++;
}

START_TEST(wrapped_memory_is_bounded_and_freed_once)
{
    static uint16_t data[8 * 4];
    struct fl_format f = {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_U16, 10};
    struct fl_frame *frame;
    freed = 0;
    ck_assert_int_eq(fl_frame_wrap(8, 5, &f, data, 16, sizeof data, count_free, NULL, &frame).code,
                     FL_ERR_CORRUPT);
    ck_assert_int_eq(fl_frame_wrap(8, 4, &f, data, 15, sizeof data, count_free, NULL, &frame).code,
                     FL_ERR_CORRUPT);
    ck_assert_int_eq(freed, 0);
    ck_assert_int_eq(fl_frame_wrap(8, 4, &f, data, 16, sizeof data, count_free, NULL, &frame).code,
                     FL_OK);
    fl_frame_ref(frame);
    fl_frame_unref(frame);
    ck_assert_int_eq(freed, 0);
    fl_frame_unref(frame);
    ck_assert_int_eq(freed, 1);
}
END_TEST

START_TEST(math_is_accurate)
{
    for (int i = -400; i <= 400; i++) {
        double x = i * 0.0371;
        ck_assert_double_le(fabs(fl_exp(x) / exp(x) - 1), 4e-15);
        ck_assert_double_le(fabs(fl_sin(x) - sin(x)), 4e-15);
        ck_assert_double_le(fabs(fl_cos(x) - cos(x)), 4e-15);
        ck_assert_double_le(fabs(fl_cbrt(x) - cbrt(x)), 4e-15 * (1 + fabs(x)));
        ck_assert_double_le(fabs(fl_atan2(x, 1.5) - atan2(x, 1.5)), 4e-15);
        ck_assert_double_le(fabs(fl_atan2(x, -0.5) - atan2(x, -0.5)), 4e-15);
        if (i > 0) {
            ck_assert_double_le(fabs(fl_ln(x) - log(x)), 4e-15 * (1 + fabs(log(x))));
            ck_assert_double_le(fabs(fl_pow(x, 2.4) / pow(x, 2.4) - 1), 4e-14);
        }
    }
    ck_assert_double_eq(fl_srgb_encode(0.0), 0.0);
    ck_assert_double_le(fabs(fl_srgb_decode(fl_srgb_encode(0.5)) - 0.5), 1e-12);
}
END_TEST

START_TEST(matrix_inverse)
{
    static const double m[9] = {1.85, -0.68, -0.17, -0.36, 1.72, -0.36, -0.03, -0.62, 1.65};
    static const double singular[9] = {1, 2, 3, 2, 4, 6, 1, 1, 1};
    double inverse[9], product[9];
    ck_assert_int_eq(fl_mat3_inverse(m, inverse), 1);
    fl_mat3_mul(m, inverse, product);
    for (int i = 0; i < 9; i++)
        ck_assert_double_le(fabs(product[i] - (i % 4 == 0)), 1e-14);
    ck_assert_int_eq(fl_mat3_inverse(singular, inverse), 0);
}
END_TEST

struct example {
    int on, count, mode;
    float amount, gains[3];
};

static const char *const modes[] = {"plain", "fine", NULL};
static const struct fl_param example_table[] = {
    {"on", FL_PARAM_BOOL, offsetof(struct example, on), 0, NULL, 0, 1, 1, NULL, "Switch"},
    {"count", FL_PARAM_INT, offsetof(struct example, count), 0, "px", 1, 9, 3, NULL, "Count"},
    {"mode", FL_PARAM_ENUM, offsetof(struct example, mode), 0, NULL, 0, 1, 1, modes, "Mode"},
    {"amount", FL_PARAM_FLOAT, offsetof(struct example, amount), 0, NULL, 0, 2, 1, NULL, "Amount"},
    {"gains", FL_PARAM_FLOAT, offsetof(struct example, gains), 3, NULL, 0, 8, 1, NULL, "Gains"},
    {NULL, FL_PARAM_BOOL, 0, 0, NULL, 0, 0, 0, NULL, NULL}};

START_TEST(parameters)
{
    static const struct {
        const char *key, *value;
        enum fl_code code;
    } cases[] = {{"on", "off", FL_OK},
                 {"on", "maybe", FL_ERR_RANGE},
                 {"count", "9", FL_OK},
                 {"count", "10", FL_ERR_RANGE},
                 {"count", "2.5", FL_ERR_RANGE},
                 {"count", "", FL_ERR_RANGE},
                 {"mode", "plain", FL_OK},
                 {"mode", "best", FL_ERR_RANGE},
                 {"amount", "nan", FL_ERR_RANGE},
                 {"amount", "0.25", FL_OK},
                 {"gains", "1,2,3", FL_OK},
                 {"gains", "1,2", FL_ERR_RANGE},
                 {"gains", "1,2,3,4", FL_ERR_RANGE},
                 {"other", "1", FL_ERR_RANGE}};
    struct example e;
    char text[64];
    fl_param_defaults(example_table, &e);
    ck_assert(e.on == 1 && e.count == 3 && e.mode == 1 && e.amount == 1 && e.gains[2] == 1);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        ck_assert_int_eq(fl_param_set(example_table, &e, cases[i].key, cases[i].value).code,
                         cases[i].code);
    ck_assert(e.on == 0 && e.count == 9 && e.mode == 0 && e.gains[1] == 2);
    fl_param_format(&example_table[4], &e, text, sizeof text);
    ck_assert_str_eq(text, "1,2,3");
}
END_TEST

static void mark(void *user, int index, int worker)
{
    atomic_int *seen = user;
    (void)worker;
    atomic_fetch_add(&seen[index], 1);
}

START_TEST(pool_runs_every_index_once)
{
    for (int threads = 1; threads <= 5; threads++) {
        struct fl_pool *pool;
        struct fl_runner runner;
        ck_assert_int_eq(fl_pool_new(threads, &pool).code, FL_OK);
        runner = fl_pool_runner(pool);
        for (int round = 0; round < 50; round++) {
            atomic_int seen[37];
            for (int i = 0; i < 37; i++)
                atomic_init(&seen[i], 0);
            runner.run(runner.self, 37, mark, seen);
            for (int i = 0; i < 37; i++)
                ck_assert_int_eq(atomic_load(&seen[i]), 1);
        }
        fl_pool_free(pool);
    }
}
END_TEST

START_TEST(messages_are_one_printable_line)
{
    fl_err e = fl_error(FL_ERR_CORRUPT, "tag \x01 bad\nline");
    ck_assert_ptr_null(strchr(e.message, '\n'));
    e = fl_error_context(e, "%s", "file.dng");
    ck_assert_int_eq(strncmp(e.message, "file.dng: tag", 13), 0);
    ck_assert_int_eq(fl_error_context(fl_success(), "x").code, FL_OK);
}
END_TEST

/* Any part of a row unpacks to what its samples are one by one, and those to their bits. */
START_TEST(csi_rows_unpack_from_anywhere)
{
    static const int bits[] = {10, 12, 14}, samples[] = {4, 2, 4}, bytes[] = {5, 3, 7};
    const struct fl_format format = {FL_COLOR_MONO, FL_CFA_NONE, FL_PACK_CSI2P, bits[_i]};
    const int width = 24;
    uint8_t row[64];
    uint16_t one[24], part[24];
    for (int i = 0; i < 64; i++)
        row[i] = (uint8_t)(i * 89 + 41);
    for (int x = 0; x < width; x++) {
        const uint8_t *group = row + x / samples[_i] * bytes[_i];
        int at = x % samples[_i], low = bits[_i] - 8, value = 0;
        for (int b = 0; b < low; b++) {
            int bit = at * low + b;
            value |= (group[samples[_i] + bit / 8] >> (bit % 8) & 1) << b;
        }
        fl_unpack_row(&format, row, x, 1, &one[x]);
        ck_assert_int_eq(one[x], group[at] << low | value);
    }
    for (int x = 0; x < width; x++)
        for (int n = 1; x + n <= width; n++) {
            fl_unpack_row(&format, row, x, n, part);
            ck_assert_int_eq(memcmp(part, one + x, (size_t)n * sizeof *one), 0);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("core");
    TCase *tc = tcase_create("core");
    tcase_add_test(tc, format_names_round_trip);
    tcase_add_test(tc, format_rejects_unknown);
    tcase_add_test(tc, cfa_shift_agrees_with_colors);
    tcase_add_test(tc, frame_sizes_are_checked);
    tcase_add_test(tc, wrapped_memory_is_bounded_and_freed_once);
    tcase_add_test(tc, math_is_accurate);
    tcase_add_test(tc, matrix_inverse);
    tcase_add_test(tc, parameters);
    tcase_add_test(tc, pool_runs_every_index_once);
    tcase_add_test(tc, messages_are_one_printable_line);
    tcase_add_loop_test(tc, csi_rows_unpack_from_anywhere, 0, 3);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
