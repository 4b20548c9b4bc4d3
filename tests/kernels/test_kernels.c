/* Kernels against their scalar reference with memcmp: widths, misalignments, adversarial values,
 * and canaries behind the slack that kernels may touch. */
#include "run_suite.h"
#include "kernels.h"

#include "curve_make.h"
#include "defect_rule.h"
#include "green_rule.h"
#include "filter_taps.h"
#include "sharpen_rule.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WIDTH 4096
#define ROOM      (2 * MAX_WIDTH) /* floats; 16-bit RGB takes 1.5 a pixel */

static const struct fl_kernels *set;    /* under test */
static const struct fl_kernels *scalar; /* the reference */

static uint32_t seed;

static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

enum fill { FILL_RANDOM, FILL_SMALL, FILL_NEGATIVE, FILL_HUGE, FILL_SPECIAL, FILL_COUNT };

static float value_of(enum fill fill)
{
    static const float special[] = {0.0f,    -0.0f,       1.0f,       -1.0f, 1e-30f,
                                    -1e-30f, 0.99999994f, 1.0000001f, 1e-42f};
    float unit = (float)(next_random() & 0xffff) / 65536.0f;
    switch (fill) {
    case FILL_SMALL:
        return unit * 1e-4f;
    case FILL_NEGATIVE:
        return unit - 1.0f;
    case FILL_HUGE:
        return unit * 4e4f;
    case FILL_SPECIAL:
        return special[next_random() % 9];
    default:
        return unit * 1.5f - 0.1f;
    }
}

static void fill_floats(float *p, int n, enum fill fill)
{
    for (int i = 0; i < n; i++)
        p[i] = value_of(fill);
}

/* Inputs, and the results of both tables; what lies behind width + slack must stay untouched. */
static float in0[ROOM], in1[ROOM], in2[ROOM];
static float out_set[3][ROOM], out_ref[3][ROOM];

static bool untouched(const float *p, int from)
{
    for (int i = from; i < ROOM; i++)
        if (p[i] != -77.0f)
            return false;
    return true;
}

/* bytes: size of a pixel in each plane */
static void check_planes(int planes, int bytes, int offset, int n, const char *name)
{
    int used = offset + (n * bytes + 3) / 4;
    for (int p = 0; p < planes; p++) {
        if (memcmp(out_set[p] + offset, out_ref[p] + offset, (size_t)(n * bytes)) != 0)
            ck_abort_msg("%s %s differs at width %d", fl_cpu_name(set->cpu), name, n);
        if (!untouched(out_set[p], used + FL_KERNEL_SLACK))
            ck_abort_msg("%s %s wrote behind its slack at width %d", fl_cpu_name(set->cpu), name,
                         n);
    }
}

static void reset_outputs(void)
{
    for (int p = 0; p < 3; p++)
        for (int i = 0; i < ROOM; i++)
            out_set[p][i] = out_ref[p][i] = -77.0f;
}

typedef void case_fn(const struct fl_kernels *k, float out[3][ROOM], int offset, int n);

static struct fl_curve curve;
static struct fl_filmic_rule filmic_rule;

/* For kernels that work in place. */
static void copy_planes(float out[3][ROOM], int offset, int n)
{
    memcpy(out[0] + offset, in0 + offset, (size_t)n * 4);
    memcpy(out[1] + offset, in1 + offset, (size_t)n * 4);
    memcpy(out[2] + offset, in2 + offset, (size_t)n * 4);
}

static void case_offset_scale(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const float sub[2] = {0.0625f, 0.061f}, mul[2] = {1.37f, 2.11f};
    k->offset_scale(in0 + o, out[0] + o, sub, mul, n);
}

static void case_multiply(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->multiply(in0 + o, in1 + o, out[0] + o, n);
}

static void case_multiply_between(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->multiply_between(in0 + o, in1 + o, in2 + o, 0.3125f, out[0] + o, n);
}

/* Every column, and every second one: the others stay as they were. */
static void case_gain_line(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    for (int p = 0; p < 2; p++)
        memcpy(out[p] + o, in0 + o, (size_t)n * 4);
    k->gain_line(out[0] + o, 1, in1 + o, 1.25f, -0.375f, n);
    k->gain_line(out[1] + o, 2, in1 + o, 1.25f, -0.375f, (n + 1) / 2);
}

static void case_stabilise(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->stabilise(in0 + o, out[0] + o, 0.001f, 0.1f, 33.333f, n);
}

static void case_unstabilise(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->unstabilise(in0 + o, out[0] + o, 0.001f, 0.1f, 33.333f, n);
}

static void case_matrix3(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const float m[9] = {1.85f, -0.68f, -0.17f, -0.36f, 1.72f, -0.36f, -0.03f, -0.62f, 1.65f};
    copy_planes(out, o, n);
    k->matrix3(out[0] + o, out[1] + o, out[2] + o, m, n);
}

static void case_matrix3_toe(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const float m[9] = {1.85f, -0.68f, -0.17f, -0.36f, 1.72f, -0.36f, -0.03f, -0.62f, 1.65f};
    copy_planes(out, o, n);
    k->matrix3_toe(out[0] + o, out[1] + o, out[2] + o, m, 0.02f, n);
}

static void case_scale3(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    copy_planes(out, o, n);
    k->scale3(out[0] + o, out[1] + o, out[2] + o, in1 + 7, n);
}

static void case_mix(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->mix(in0 + o, in1 + o, 0.37f, out[0] + o, n);
}

static void case_curve(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->curve(in0 + o, out[0] + o, &curve, n);
}

static void case_filmic(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    copy_planes(out, o, n);
    k->filmic(out[0] + o, out[1] + o, out[2] + o, &filmic_rule, n);
}

static void case_adjust(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const struct fl_adjust_rule rule = {1.2f, -0.05f, 1.4f};
    copy_planes(out, o, n);
    k->adjust(out[0] + o, out[1] + o, out[2] + o, &rule, n);
}

static void case_gamut(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const struct fl_gamut_rule rule = {{0.2126f, 0.7152f, 0.0722f}, 0.9f};
    copy_planes(out, o, n);
    k->gamut(out[0] + o, out[1] + o, out[2] + o, &rule, n);
}

static void case_tone_bin(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->tone_bin(in0 + o, in1 + o, in2 + o, out[0] + o, 0x3a800000, 1.7e-7f, n);
}

static float tone_left[FL_TONE_BINS + 1], tone_right[FL_TONE_BINS + 1];

static void case_tone_gain(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    const struct fl_tone_segment segment = {tone_left, tone_right, 0.13f, 1.0f / 4096.0f, 5};
    static float bin[ROOM];
    for (int i = 0; i < n; i++) {
        float v = fabsf(in0[o + i]) * 13.7f;
        bin[i] = v < 31.0f ? v : 31.0f;
    }
    for (int i = n; i < n + FL_KERNEL_SLACK; i++)
        bin[i] = 1e9f;
    k->tone_gain(bin, out[0] + o, &segment, n);
}

static void case_unpack_u8(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->unpack_u8((const uint8_t *)(const void *)in0 + o, out[0] + o, n);
}

static void case_unpack_u16(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->unpack_u16((const uint16_t *)(const void *)in0 + o, out[0] + o, n);
}

static void case_encode_u8(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->encode_u8(in0 + o, in1 + o, in2 + o, (uint8_t *)(void *)(out[0] + o), n);
}

static void case_encode_u16(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->encode_u16(in0 + o, in1 + o, in2 + o, (uint16_t *)(void *)(out[0] + o), n);
}

static void case_root(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->root(in0 + o, out[0] + o, 0.003f, n);
}

static void bits_to_floats(const uint64_t *bits, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (float)(bits[x / 64] >> (x % 64) & 1);
}

static void case_at_least(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const float limit[2] = {0.25f, -0.5f};
    uint64_t bits[ROOM / 64 + 1];
    k->at_least(in0 + o, limit, bits, n);
    bits_to_floats(bits, out[0] + o, n);
    out[1][o] = n % 64 ? (float)(bits[n / 64] >> (n % 64)) : 0.0f;
}

/* Three rows of one input, far enough apart for any width. */
static void case_defect_candidates(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const struct fl_defect_rule rule = {{0.0001f, 0.0004f, 0.000002f, -0.005f},
                                               {0.01f, 0.04f, 0.0002f, 0.005f}};
    const float *const row[3] = {in0 + o + 2, in1 + o + 2, in2 + o + 2};
    uint64_t bits[ROOM / 64 + 1];
    for (int side = 1; side <= 2; side++) {
        k->defect_candidates(row, side, &rule, bits, n);
        bits_to_floats(bits, out[side - 1] + o, n);
        out[2][o] = n % 64 ? (float)(bits[n / 64] >> (n % 64)) : 0.0f;
    }
}

static void case_green_balance(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const struct fl_green_rule rule = {0.02f, -0.03f, {0.01f, 2e-5f, -1e-8f}, 0.9f};
    float *const row[3] = {in0 + o + 1, in1 + o + 1, in2 + o + 1};
    k->green_balance(row + 1, &rule, 0, out[0] + o, n);
    k->green_balance(row + 1, &rule, 1, out[1] + o, n);
}

static void case_filter_rows(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    static const float weight[5] = {-0.05f, 0.2f, 0.7f, 0.2f, -0.05f};
    const struct fl_filter_taps five = {weight, 5, 1, 3}, one = {weight + 2, 1, 0, 1};
    k->filter_rows(in0 + o, 300, &five, out[0] + o, n);
    k->filter_rows(in0 + o, 300, &one, out[1] + o, n);
}

static void case_luma(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    k->luma(in0 + o, in1 + o, in2 + o, out[0] + o, n);
}

static struct fl_sharpen_rule sharpen_rule = {{0.5f, 0.2f, 0.05f}, 1.3f, 0.02f, {{{0}}, {{0}}}};

static void case_sharpen(const struct fl_kernels *k, float out[3][ROOM], int o, int n)
{
    const int at = o + FL_KERNEL_SLACK;
    const struct fl_sharpen_rows rows = {
        {in0 + at, in1 + at, in2 + at, in1 + 100 + at, in0 + 300 + at},
        {in0 + o, in1 + o, in2 + o},
        {out[0] + o, out[1] + o, out[2] + o}};
    k->sharpen(&rows, &sharpen_rule, n);
}

static const struct {
    const char *name;
    case_fn *run;
    int planes, bytes;
} cases[] = {
    {"unpack_u8", case_unpack_u8, 1, 4},
    {"unpack_u16", case_unpack_u16, 1, 4},
    {"offset_scale", case_offset_scale, 1, 4},
    {"multiply", case_multiply, 1, 4},
    {"multiply_between", case_multiply_between, 1, 4},
    {"gain_line", case_gain_line, 2, 4},
    {"stabilise", case_stabilise, 1, 4},
    {"unstabilise", case_unstabilise, 1, 4},
    {"matrix3", case_matrix3, 3, 4},
    {"matrix3_toe", case_matrix3_toe, 3, 4},
    {"scale3", case_scale3, 3, 4},
    {"mix", case_mix, 1, 4},
    {"curve", case_curve, 1, 4},
    {"filmic", case_filmic, 3, 4},
    {"gamut", case_gamut, 3, 4},
    {"adjust", case_adjust, 3, 4},
    {"tone_bin", case_tone_bin, 1, 4},
    {"tone_gain", case_tone_gain, 1, 4},
    {"root", case_root, 1, 4},
    {"at_least", case_at_least, 2, 4},
    {"defect_candidates", case_defect_candidates, 3, 4},
    {"green_balance", case_green_balance, 2, 4},
    {"filter_rows", case_filter_rows, 2, 4},
    {"luma", case_luma, 1, 4},
    {"sharpen", case_sharpen, 3, 4},
    {"encode_u8", case_encode_u8, 1, 3},
    {"encode_u16", case_encode_u16, 1, 6},
};

static void run_case(size_t c, int n, int offset, enum fill fill)
{
    fill_floats(in0, ROOM, fill);
    fill_floats(in1, ROOM, fill);
    fill_floats(in2, ROOM, fill);
    reset_outputs();
    cases[c].run(scalar, out_ref, offset, n);
    cases[c].run(set, out_set, offset, n);
    check_planes(cases[c].planes, cases[c].bytes, offset, n, cases[c].name);
}

static double power_of(double x, const void *user)
{
    return pow(x, *(const double *)user);
}

static void run_all(enum fl_cpu cpu)
{
    set = fl_kernels_for(cpu);
    scalar = fl_kernels_for(FL_CPU_SCALAR);
    if (!set)
        return;
    fl_curve_make(&curve, power_of, &(double){0.6});
    fl_parabolas_make(&filmic_rule.film, power_of, &(double){1.3});
    fl_parabolas_make(&filmic_rule.encode, power_of, &(double){0.4});
    filmic_rule.scale = 0.74f;
    sharpen_rule.threshold = filmic_rule.encode;
    for (int i = 0; i <= FL_TONE_BINS; i++) {
        tone_left[i] = (float)i * 0.09f + 1.0f;
        tone_right[i] = (float)(i % 5) * 0.2f + 0.4f;
    }
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (int fill = 0; fill < FILL_COUNT; fill++) {
            for (int n = 1; n <= 66; n++)
                run_case(c, n, n % 4, (enum fill)fill);
            run_case(c, MAX_WIDTH, 3, (enum fill)fill);
        }
}

START_TEST(kernels_match_reference)
{
    run_all((enum fl_cpu)_i);
}
END_TEST

START_TEST(encode_writes_exactly_n_pixels)
{
    for (int cpu = FL_CPU_SCALAR; cpu <= FL_CPU_NEON; cpu++) {
        const struct fl_kernels *k = fl_kernels_for((enum fl_cpu)cpu);
        uint8_t out[3 * 70];
        for (int n = 1; k && n <= 66; n++) {
            memset(out, 0x5a, sizeof out);
            k->encode_u8(in0, in1, in2, out, n);
            for (size_t i = (size_t)n * 3; i < sizeof out; i++)
                ck_assert_uint_eq(out[i], 0x5a);
        }
    }
}
END_TEST

START_TEST(stabiliser_is_a_cube_root_and_inverts)
{
    const struct fl_kernels *k = fl_kernels_for(FL_CPU_SCALAR);
    const float c = 0.001f, root = 0.1f, slope = 33.333333f;
    for (float x = -0.05f; x < 4.0f; x += 0.0137f) {
        float z, back;
        k->stabilise(&x, &z, c, root, slope, 1);
        if (x > 0.0f)
            ck_assert_double_le(fabs((double)z / cbrt((double)x + (double)c) - 1.0), 4e-7);
        k->unstabilise(&z, &back, c, root, slope, 1);
        ck_assert_double_le(fabs((double)back - (double)x), 2e-6 * (1.0 + fabs((double)x)));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kernels");
    TCase *tc = tcase_create("kernels");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, kernels_match_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    tcase_add_test(tc, encode_writes_exactly_n_pixels);
    tcase_add_test(tc, stabiliser_is_a_cube_root_and_inverts);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
