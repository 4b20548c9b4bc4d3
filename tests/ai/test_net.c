/* Networks: against a plain evaluation, in tiles of any size, on every instruction set; and files
 * that are broken. */
#include "mem.h"
#include "net_build.h"
#include "net_kernels.h"
#include "run_suite.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH  136
#define HEIGHT 104

static struct built_net built;
static struct fl_net *net;
static float *in[FL_NET_PLANES], *whole[3], *out[3];

static void set_up(void)
{
    size_t size;
    unsigned char *file;
    build_example(&built, 11);
    file = build_file(&built, &size);
    ck_assert_int_eq(fl_net_read(file, size, &net).code, FL_OK);
    free(file);
    for (int p = 0; p < 4; p++) {
        in[p] = malloc(WIDTH * HEIGHT * sizeof(float));
        for (int i = 0; i < WIDTH * HEIGHT; i++)
            in[p][i] = (float)(i * (7 + p) % 1013) / 1000.0f - 0.1f * (float)p;
    }
    for (int p = 0; p < 3; p++) {
        whole[p] = malloc(WIDTH * HEIGHT * sizeof(float));
        out[p] = calloc(WIDTH * HEIGHT, sizeof(float));
    }
    build_evaluate(&built, (const float *const *)in, WIDTH, HEIGHT, whole);
}

static void tear_down(void)
{
    for (int p = 0; p < 4; p++)
        free(in[p]);
    for (int p = 0; p < 3; p++) {
        free(whole[p]);
        free(out[p]);
    }
    fl_net_free(net);
    build_free(&built);
}

/* The piece of out that a tile at (x, y) is for. */
static void run_tile(const struct fl_net_kernels *k, int x, int y, int width, int height)
{
    struct fl_net_tile tile = {
        .in_stride = WIDTH, .out_stride = WIDTH, .width = width, .height = height};
    void *scratch = fl_aligned_alloc(fl_net_scratch_size(net, width));
    for (int p = 0; p < 4; p++)
        tile.in[p] = in[p] + y * WIDTH + x;
    for (int p = 0; p < 3; p++)
        tile.out[p] = out[p] + (y + net->halo) * WIDTH + x + net->halo;
    fl_net_run(net, k, &tile, scratch);
    fl_aligned_free(scratch);
}

static void check_inside(void)
{
    int different = 0, other_than_zero = 0;
    for (int p = 0; p < 3; p++)
        for (int y = net->halo; y < HEIGHT - net->halo; y++)
            for (int x = net->halo; x < WIDTH - net->halo; x++) {
                different += memcmp(&whole[p][y * WIDTH + x], &out[p][y * WIDTH + x], 4) != 0;
                other_than_zero += fabsf(whole[p][y * WIDTH + x]) > 0.0f;
            }
    ck_assert_int_eq(different, 0);
    ck_assert_int_gt(other_than_zero, 1000);
}

START_TEST(equals_plain_evaluation)
{
    for (enum fl_cpu cpu = FL_CPU_SCALAR; cpu <= FL_CPU_NEON; cpu++) {
        const struct fl_net_kernels *k = fl_net_kernels_for(cpu);
        if (!k)
            continue;
        for (int p = 0; p < 3; p++)
            memset(out[p], 0, WIDTH * HEIGHT * sizeof(float));
        run_tile(k, 0, 0, WIDTH, HEIGHT);
        check_inside();
    }
}
END_TEST

START_TEST(tiles_make_the_whole)
{
    static const int sizes[][2] = {{4, 4}, {8, 20}, {60, 32}, {64, 4}};
    const struct fl_net_kernels *k = fl_net_kernels_for(FL_CPU_AUTO);
    const int h = net->halo;
    ck_assert_int_eq(h % net->align, 0);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        for (int y = 0; y < HEIGHT - 2 * h; y += sizes[s][1])
            for (int x = 0; x < WIDTH - 2 * h; x += sizes[s][0]) {
                int w = x + sizes[s][0] > WIDTH - 2 * h ? WIDTH - 2 * h - x : sizes[s][0];
                int n = y + sizes[s][1] > HEIGHT - 2 * h ? HEIGHT - 2 * h - y : sizes[s][1];
                run_tile(k, x, y, w + 2 * h, n + 2 * h);
            }
        check_inside();
        for (int p = 0; p < 3; p++)
            memset(out[p], 0, WIDTH * HEIGHT * sizeof(float));
    }
}
END_TEST

START_TEST(survives_any_pixels)
{
    const struct fl_net_kernels *k = fl_net_kernels_for(FL_CPU_AUTO);
    const float wild[] = {NAN, INFINITY, -INFINITY, 1e30f, -1e30f, -0.0f};
    for (int i = 0; i < WIDTH * HEIGHT; i++)
        for (int p = 0; p < 4; p++)
            in[p][i] = wild[(i + p) % 6];
    run_tile(k, 0, 0, WIDTH, HEIGHT);
    for (int y = net->halo; y < HEIGHT - net->halo; y++)
        for (int x = net->halo; x < WIDTH - net->halo; x++)
            for (int p = 0; p < 3; p++)
                ck_assert(fabsf(out[p][y * WIDTH + x]) <= 2.0f);
}
END_TEST

/* Multiplications of the example, by hand: 16 -> 16, 64 -> 24, twice 24 -> 24, 24 -> 64, 16 -> 16,
 * 16 -> 12. */
START_TEST(counts_its_cost)
{
    double half = 16 * 16 * 9 + 16 * 16 + 16 * 12 * 9;
    double quarter = 64 * 24 + 2 * 24 * 24 * 9 + 24 * 64;
    ck_assert_double_eq(net->macs, half / 4 + quarter / 16);
}
END_TEST

static enum fl_code read_code(const unsigned char *file, size_t size)
{
    struct fl_net *n;
    enum fl_code code = fl_net_read(file, size, &n).code;
    fl_net_free(n);
    return code;
}

START_TEST(refuses_broken_files)
{
    size_t size;
    unsigned char *file = build_file(&built, &size), *more = calloc(1, size + 1);
    memcpy(more, file, size);
    ck_assert_int_eq(read_code(more, size + 1), FL_ERR_CORRUPT);
    ck_assert_int_eq(read_code(file, 5), FL_ERR_UNSUPPORTED);
    for (size_t n = 8; n < size; n += 1 + n / 50)
        ck_assert_int_eq(read_code(file, n), FL_ERR_CORRUPT);
    /* Bytes changed one after the other: any answer, no harm. */
    for (size_t i = 8; i < size; i += 1 + i / 200)
        for (int v = 0; v < 256; v += 51) {
            memcpy(more, file, size);
            more[i] = (unsigned char)v;
            (void)read_code(more, size);
        }
    free(more);
    free(file);
}
END_TEST

START_TEST(refuses_sums_that_overflow)
{
    struct built_net large;
    unsigned char *file;
    size_t size;
    build_example(&large, 3);
    for (int i = 0; i < 16 * 16 * 9; i++)
        large.node[1].weight[i] = 32767;
    file = build_file(&large, &size);
    ck_assert_int_eq(read_code(file, size), FL_ERR_CORRUPT);
    free(file);
    build_free(&large);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net");
    TCase *c = tcase_create("net");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_test(c, equals_plain_evaluation);
    tcase_add_test(c, tiles_make_the_whole);
    tcase_add_test(c, survives_any_pixels);
    tcase_add_test(c, counts_its_cost);
    tcase_add_test(c, refuses_broken_files);
    tcase_add_test(c, refuses_sums_that_overflow);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
