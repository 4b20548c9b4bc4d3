/* Kernels that read neighbouring rows and columns against their scalar reference with memcmp:
 * widths, misalignments, adversarial values, and canaries behind the slack. */
#include "kernels.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WIDTH 1024
#define SIDE      32 /* readable floats left and right of a row */
#define REACH     4  /* rows above and below */
#define ROWS      (2 * REACH + 1)
#define INPUTS    3
#define LENGTH    (SIDE + MAX_WIDTH + FL_KERNEL_SLACK + SIDE)

static const struct fl_kernels *set, *scalar;
static float input[INPUTS][ROWS][LENGTH];
static float out_set[2][LENGTH], out_ref[2][LENGTH];

static uint32_t seed = 1;

static float random_value(int fill)
{
    static const float special[] = {0.0f, -0.0f, 1.0f, -1.0f, 1e-30f, 1e-42f, 3e4f, 0.25f};
    float unit;
    seed = seed * 1664525u + 1013904223u;
    unit = (float)(seed >> 16) / 65536.0f;
    if (fill == 1)
        return special[(seed >> 24) & 7];
    return fill == 2 ? 0.375f : unit * 1.5f - 0.25f; /* 2: a flat field */
}

static void fill_inputs(int fill)
{
    for (int i = 0; i < INPUTS; i++)
        for (int r = 0; r < ROWS; r++)
            for (int x = 0; x < LENGTH; x++)
                input[i][r][x] = random_value(fill);
}

/* Row arrays that point at the centre row, at pixel `offset`. */
struct window {
    float *row[INPUTS][ROWS];
};

static struct window windows(int offset)
{
    struct window w;
    for (int i = 0; i < INPUTS; i++)
        for (int r = 0; r < ROWS; r++)
            w.row[i][r] = input[i][r] + SIDE + offset;
    return w;
}

typedef void case_fn(const struct fl_kernels *k, const struct window *w, int green, float *a,
                     float *b, int n);

#define CENTRE(i) (w->row[i] + REACH)

static void case_difference(const struct fl_kernels *k, const struct window *w, int green, float *a,
                            float *b, int n)
{
    k->colour_difference(CENTRE(0), a, b, green, n);
}

static void case_mean(const struct fl_kernels *k, const struct window *w, int green, float *a,
                      float *b, int n)
{
    k->green_mean(CENTRE(0)[0], CENTRE(1)[0], CENTRE(2), green, a, n);
    (void)b;
}

static void case_gradient(const struct fl_kernels *k, const struct window *w, int green, float *a,
                          float *b, int n)
{
    (void)green;
    k->difference_gradient(CENTRE(0)[0], CENTRE(1), a, b, n);
}

static void case_fuse(const struct fl_kernels *k, const struct window *w, int green, float *a,
                      float *b, int n)
{
    static const float weight[5] = {0.3f, 0.25f, 0.2f, 0.15f, 0.1f};
    (void)b;
    k->green_fuse(CENTRE(0)[0], CENTRE(0)[1], CENTRE(1), CENTRE(2), CENTRE(1), weight, green, a, n);
}

static void case_colour(const struct fl_kernels *k, const struct window *w, int green, float *a,
                        float *b, int n)
{
    k->colour_planes(CENTRE(0), CENTRE(1), green, a, b, n);
}

static void case_refine(const struct fl_kernels *k, const struct window *w, int green, float *a,
                        float *b, int n)
{
    k->green_refine(CENTRE(0), CENTRE(1), green, a, b, n);
}

static const struct {
    const char *name;
    case_fn *run;
} cases[] = {
    {"colour_difference", case_difference}, {"green_mean", case_mean},
    {"difference_gradient", case_gradient}, {"green_fuse", case_fuse},
    {"colour_planes", case_colour},         {"green_refine", case_refine},
};

static void run_case(size_t c, int n, int offset, int green)
{
    struct window w = windows(offset);
    for (int p = 0; p < 2; p++)
        for (int x = 0; x < LENGTH; x++)
            out_set[p][x] = out_ref[p][x] = -77.0f;
    cases[c].run(scalar, &w, green, out_ref[0] + offset, out_ref[1] + offset, n);
    cases[c].run(set, &w, green, out_set[0] + offset, out_set[1] + offset, n);
    for (int p = 0; p < 2; p++) {
        if (memcmp(out_set[p] + offset, out_ref[p] + offset, (size_t)n * sizeof(float)) != 0)
            ck_abort_msg("%s %s differs at width %d", fl_cpu_name(set->cpu), cases[c].name, n);
        for (int x = 0; x < LENGTH; x++)
            if ((x < offset || x >= offset + n + FL_KERNEL_SLACK) && out_set[p][x] != -77.0f)
                ck_abort_msg("%s %s wrote at %d, width %d", fl_cpu_name(set->cpu), cases[c].name,
                             x - offset, n);
    }
}

START_TEST(window_kernels_match_reference)
{
    set = fl_kernels_for((enum fl_cpu)_i);
    scalar = fl_kernels_for(FL_CPU_SCALAR);
    for (int fill = 0; set && fill < 3; fill++) {
        fill_inputs(fill);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
            for (int green = 0; green < 2; green++) {
                for (int n = 1; n <= 66; n++)
                    run_case(c, n, n % 4, green);
                run_case(c, MAX_WIDTH, 3, green);
            }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("window_kernels");
    TCase *tc = tcase_create("window_kernels");
    SRunner *runner;
    int failed;
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, window_kernels_match_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
