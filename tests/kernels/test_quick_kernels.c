/* The kernels of the 16-bit chain against their scalar reference with memcmp: widths, offsets, CFA
 * phases, adversarial values, and canaries behind what kernels may touch. */
#include "run_suite.h"
#include "quick_curve.h"
#include "quick_kernels.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_PAIRS 2048
#define ROOM       (2 * MOST_PAIRS + 1024) /* values of a row */
#define INPUTS     16
#define CANARY     0x5a

static uint32_t seed;

static uint32_t next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 8;
}

enum fill { FILL_RANDOM, FILL_ENDS, FILL_SMALL, FILL_STRIPES, FILL_LEAST, FILL_MOST, FILL_COUNT };

static int value_of(enum fill fill, int i, int least, int most)
{
    switch (fill) {
    case FILL_ENDS:
        return next_random() & 1 ? least : most;
    case FILL_SMALL:
        return least + (int)(next_random() % 17) * (most - least) / 4096;
    case FILL_STRIPES:
        return i & 1 ? least : most;
    case FILL_LEAST:
        return least;
    case FILL_MOST:
        return most;
    default:
        return least + (int)(next_random() % (uint32_t)(most - least + 1));
    }
}

/* Inputs: stabilised values, differences, bytes of pixels and codes. */
static int16_t stabilised[INPUTS][ROOM], difference[INPUTS][ROOM];
static uint8_t display[INPUTS][ROOM];
static int16_t gains[2][ROOM];
static uint16_t codes[ROOM];
static uint8_t bytes[2 * ROOM];

static void fill_inputs(enum fill fill)
{
    seed = 7u + (uint32_t)fill;
    for (int i = 0; i < ROOM; i++) {
        for (int k = 0; k < INPUTS; k++) {
            stabilised[k][i] = (int16_t)value_of(fill, i + k, 0, FL_QUICK_WHITE);
            difference[k][i] = (int16_t)value_of(fill, i + k, -8160, 8160);
            display[k][i] = (uint8_t)value_of(fill, i + k, 0, 255);
        }
        for (int p = 0; p < 2; p++)
            gains[p][i] = (int16_t)value_of(fill, i + p, -8191, 32767);
        codes[i] = (uint16_t)value_of(fill, i, 0, 65535);
    }
    for (int i = 0; i < 2 * ROOM; i++)
        bytes[i] = (uint8_t)value_of(fill, i, 0, 255);
}

/* Results of both tables. */
struct output {
    int16_t row[2][ROOM];
    uint8_t byte[4][ROOM];
    uint8_t pixels[6 * ROOM];
};
static struct output out_set, out_ref;

/* Constants, made as for a frame. */
static struct fl_quick_curve plain, wide;
static struct fl_quick_encode encode;
static struct fl_quick_color color;

static double root(double x, const void *user)
{
    (void)user;
    return FL_QUICK_WHITE * sqrt(x / 32768.0 + 0.01);
}

static double gamma_curve(double x, const void *user)
{
    (void)user;
    return 2044.0 * pow(x / 32768.0, 0.45);
}

static void make_constants(void)
{
    static const int16_t matrix[9] = {15000, -5500, -1350, -2950, 14000, -2950, -250, -5050, 13500};
    ck_assert(fl_quick_curve_make(&plain, root, NULL, 30000.0, false));
    (void)fl_quick_curve_make(&wide, gamma_curve, NULL, 2044.0, true);
    encode = (struct fl_quick_encode){
        .black = {2008, 1990}, .gain = {32767, 20111}, .margin = 40, .white = 30000};
    memcpy(color.matrix[0], matrix, sizeof matrix);
    for (int i = 0; i < 9; i++)
        color.matrix[1][i] = matrix[8 - i];
    color.offset[0] = -17;
    color.offset[1] = 20;
    color.offset[2] = -300;
}

typedef void case_fn(const struct fl_quick_kernels *k, struct output *out, int variant, int offset,
                     int n);

static void case_encode(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                        int n)
{
    const int16_t *const gain[2] = {gains[0] + o, gains[1] + o};
    for (int p = 0; p < 2; p++) {
        encode.scale[p] = variant & 1 ? 8 : 32;
        encode.most[p] = (uint16_t)((variant & 1 ? 4095 : 1023) - 9 * p);
    }
    encode.wide = variant >> 2;
    encode.curve = encode.wide ? &wide : &plain;
    k->encode(codes + o, variant & 2 ? gain : NULL, &encode, out->row[0] + o, out->row[1] + o, n);
}

static void case_between(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                         int n)
{
    k->between(gains[0] + o, gains[1] + o, variant * 2048 * 5, out->row[0] + o, n);
}

static void case_repair(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                        int n)
{
    const struct fl_quick_defect rule = {(int16_t)(variant * 100)};
    const int16_t *row[5][2];
    for (int i = 0; i < 5; i++)
        for (int p = 0; p < 2; p++)
            row[i][p] = stabilised[2 * i + p] + FL_QUICK_PAD + o;
    k->repair(row, &rule, out->row[0] + o, out->row[1] + o, n);
}

static void case_difference(const struct fl_quick_kernels *k, struct output *out, int variant,
                            int o, int n)
{
    const int16_t *own[7];
    for (int i = 0; i < 7; i++)
        own[i] = stabilised[i] + FL_QUICK_PAD + o;
    k->difference(own, stabilised[9] + FL_QUICK_PAD + o, variant & 1, out->row[0] + o, n);
}

static void case_color(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                       int n)
{
    const int at = FL_QUICK_PAD + o;
    const struct fl_quick_color_rows in = {
        .z = {stabilised[0] + at, stabilised[1] + at},
        .own = {difference[0] + at, difference[1] + at, difference[2] + at},
        .third = {difference[3] + at, difference[4] + at},
        .phase = variant & 1,
        .blue = variant >> 1 & 1,
    };
    uint8_t *const rgb[3] = {out->byte[0] + o, out->byte[1] + o, out->byte[2] + o};
    color.shift = variant >> 2 & 3;
    color.wide = variant >> 4;
    color.tone = color.wide ? wide : plain;
    k->color(&in, &color, rgb, out->byte[3] + o, n);
}

static void case_sharpen(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                         int n)
{
    static const struct fl_quick_sharpen rules[2] = {{307, -70, 22}, {30700, -48, 0}};
    const int at = FL_QUICK_PAD + o;
    const uint8_t *const rgb[3] = {display[0] + at, display[1] + at, display[2] + at};
    const uint8_t *const luma[3] = {display[3] + at, display[4] + at, display[5] + at};
    k->sharpen(rgb, luma, &rules[variant & 1], out->pixels + o, n);
}

static void case_store(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                       int n)
{
    const int at = FL_QUICK_PAD + o;
    const uint8_t *const rgb[3] = {display[0] + at, display[1] + at, display[2] + at};
    (void)variant;
    k->store(rgb, out->pixels + o, n);
}

/* Codes from packed bytes: whole groups; the last bytes are the last that may be read. */
static void widen(void (*kernel)(const uint8_t *in, uint16_t *out, int n), int per_group, int group,
                  struct output *out, int o, int n)
{
    int groups = (n + per_group - 1) / per_group;
    size_t size = (size_t)groups * (size_t)group;
    uint8_t *in = malloc(size); /* so that sanitizers see a byte too many */
    ck_assert_ptr_nonnull(in);
    memcpy(in, bytes + o, size);
    kernel(in, (uint16_t *)out->row[0] + o, groups * per_group);
    free(in);
}

static void case_widen(const struct fl_quick_kernels *k, struct output *out, int variant, int o,
                       int n)
{
    if (variant == 0)
        widen(k->widen_u8, 1, 1, out, o, n);
    else if (variant == 1)
        widen(k->widen_csi10, 4, 5, out, o, n);
    else
        widen(k->widen_csi12, 2, 3, out, o, n);
}

static const struct quick_case {
    const char *name;
    case_fn *fn;
    int variants;
    int rows, planes; /* of n int16_t and of 2 n bytes that are written */
    bool pixels;      /* 3 n bytes, and not one more */
} cases[] = {
    {"encode", case_encode, 8, 2, 0, false},         {"repair", case_repair, 3, 2, 0, false},
    {"difference", case_difference, 2, 1, 0, false}, {"color", case_color, 32, 0, 4, false},
    {"sharpen", case_sharpen, 2, 0, 0, true},        {"store", case_store, 1, 0, 0, true},
    {"widen", case_widen, 3, 1, 0, false},           {"between", case_between, 4, 1, 0, false},
};

static bool untouched(const void *from, const void *end)
{
    for (const uint8_t *p = from; p < (const uint8_t *)end; p++)
        if (*p != CANARY)
            return false;
    return true;
}

static void check_row(const void *set, const void *ref, size_t written, size_t size,
                      const char *what, int n)
{
    if (memcmp(set, ref, written) != 0)
        ck_abort_msg("%s differs at %d", what, n);
    ck_assert(
        untouched((const uint8_t *)set + written + FL_QUICK_SLACK, (const uint8_t *)set + size));
}

static void check_case(const struct quick_case *c, const struct fl_quick_kernels *set, int variant,
                       int offset, int n)
{
    char what[64];
    memset(&out_set, CANARY, sizeof out_set);
    memset(&out_ref, CANARY, sizeof out_ref);
    c->fn(set, &out_set, variant, offset, n);
    c->fn(fl_quick_kernels_for(FL_CPU_SCALAR), &out_ref, variant, offset, n);
    snprintf(what, sizeof what, "%s %s %d", fl_cpu_name(set->cpu), c->name, variant);
    for (int r = 0; r < c->rows; r++)
        check_row(out_set.row[r], out_ref.row[r], (size_t)(offset + n) * sizeof(int16_t),
                  sizeof out_set.row[r], what, n);
    for (int r = 0; r < c->planes; r++)
        check_row(out_set.byte[r], out_ref.byte[r], (size_t)(offset + 2 * n),
                  sizeof out_set.byte[r], what, n);
    if (!c->pixels)
        return;
    if (memcmp(out_set.pixels, out_ref.pixels, sizeof out_ref.pixels) != 0)
        ck_abort_msg("%s %s %d differs at %d pixels", fl_cpu_name(set->cpu), c->name, variant, n);
    ck_assert(untouched(out_set.pixels + offset + 3 * n, out_set.pixels + 6 * ROOM));
}

START_TEST(quick_kernels_match_reference)
{
    const struct fl_quick_kernels *set = fl_quick_kernels_for((enum fl_cpu)_i);
    if (!set)
        return;
    make_constants();
    for (int fill = 0; fill < FILL_COUNT; fill++) {
        fill_inputs((enum fill)fill);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
            for (int v = 0; v < cases[c].variants; v++) {
                for (int n = 1; n <= 66; n++)
                    check_case(&cases[c], set, v, n % 4, n);
                check_case(&cases[c], set, v, 3, MOST_PAIRS);
            }
    }
}
END_TEST

START_TEST(curve_is_near_its_function)
{
    make_constants();
    struct fl_quick_encode e = {.most = {65535, 65535},
                                .scale = {1, 1},
                                .gain = {32767, 32767},
                                .white = 32767,
                                .curve = &plain};
    for (int x = 0; x < 32768; x += 7) {
        double z = root(x, NULL);
        uint16_t code[2] = {(uint16_t)x, (uint16_t)x};
        int16_t even, odd;
        fl_quick_kernels_for(FL_CPU_SCALAR)->encode(code, NULL, &e, &even, &odd, 1);
        ck_assert_int_eq(even, odd);
        ck_assert_double_le(fabs(even - z), 2.5);
    }
}
END_TEST

static double cliff(double x, const void *user)
{
    (void)user;
    return x < 700.0 ? 0.0 : 2040.0;
}

START_TEST(too_steep_a_curve_is_refused)
{
    struct fl_quick_curve curve;
    ck_assert(!fl_quick_curve_make(&curve, cliff, NULL, 2040.0, false));
    ck_assert(!fl_quick_curve_make(&curve, cliff, NULL, 2040.0, true));
    ck_assert(fl_quick_curve_make(&curve, gamma_curve, NULL, 2040.0, true));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("quick_kernels");
    TCase *tc = tcase_create("quick_kernels");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, quick_kernels_match_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    tcase_add_test(tc, curve_is_near_its_function);
    tcase_add_test(tc, too_steep_a_curve_is_refused);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
