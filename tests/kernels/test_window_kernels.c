/* Kernels that read neighbouring rows and columns against their scalar reference with memcmp:
 * widths, misalignments, adversarial values, and canaries behind the slack. */
#include "run_suite.h"
#include "kernels.h"
#include "opponent_back.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define MAX_WIDTH 1024
#define SIDE      32 /* readable floats left and right of a row */
#define REACH     4  /* rows above and below */
#define ROWS      (2 * REACH + 2)
#define INPUTS    3
#define OUTPUTS   4
#define LENGTH    (SIDE + MAX_WIDTH + FL_KERNEL_SLACK + SIDE)

static const struct fl_kernels *set, *scalar;
static float input[INPUTS][ROWS][LENGTH];
static float out_set[OUTPUTS][LENGTH], out_ref[OUTPUTS][LENGTH];

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

/* odd: 0 or 1, the phase of the mosaic where it matters */
typedef void case_fn(const struct fl_kernels *k, const struct window *w, int odd, float *const *out,
                     int n);

#define CENTRE(i) (w->row[i] + REACH)

static void case_difference(const struct fl_kernels *k, const struct window *w, int odd,
                            float *const *out, int n)
{
    k->color_difference(CENTRE(0), out[0], out[1], odd, n);
}

static void case_mean(const struct fl_kernels *k, const struct window *w, int odd,
                      float *const *out, int n)
{
    k->green_mean(CENTRE(0), CENTRE(1)[0], CENTRE(2), odd, out[0], n);
}

static void case_even(const struct fl_kernels *k, const struct window *w, int odd,
                      float *const *out, int n)
{
    k->color_even(CENTRE(0), CENTRE(1), odd, out[0], out[1], n);
}

static void case_refine(const struct fl_kernels *k, const struct window *w, int odd,
                        float *const *out, int n)
{
    k->green_refine(CENTRE(0), CENTRE(1), odd, out[0], out[1], n);
}

static void case_to_root(const struct fl_kernels *k, const struct window *w, int odd,
                         float *const *out, int n)
{
    (void)odd;
    k->linear_to_root(CENTRE(0)[0], out[3], 0.001f, 0.1f, n);
    k->root_to_linear(CENTRE(0)[0], out[1], 0.001f, 0.1f, n);
}

static void case_opponent(const struct fl_kernels *k, const struct window *w, int odd,
                          float *const *out, int n)
{
    const struct fl_opponent_back back = {
        0.001f, 0.0316f, 0.0632f, {0.5f, 0.1f, 0.0f}, {0.01f, 0.02f, 0.0f}, {0.05f, 0.04f, 0.0f}};
    for (int p = 0; p < 3; p++)
        memcpy(out[p], CENTRE(p)[0], (size_t)n * sizeof(float));
    if (odd)
        k->to_opponent(out[0], out[1], out[2], 0.1f, n);
    else
        k->from_opponent(out[0], out[1], out[2], &back, out[0], out[1], out[2], n);
}

static void case_halve(const struct fl_kernels *k, const struct window *w, int odd,
                       float *const *out, int n)
{
    n = 2 * n < MAX_WIDTH ? n : MAX_WIDTH / 2;
    k->halve(CENTRE(0), odd ? CENTRE(1)[0] : NULL, out[0], n);
}

static void case_enlarge(const struct fl_kernels *k, const struct window *w, int odd,
                         float *const *out, int n)
{
    k->enlarge(CENTRE(0), odd ? 1 : -1, odd ? CENTRE(1)[0] : NULL, -1.0f, out[0], n);
}

static void case_edge_mean(const struct fl_kernels *k, const struct window *w, int odd,
                           float *const *out, int n)
{
    k->edge_mean(CENTRE(0), odd ? 2.0f : 500.0f, out[0], n);
}

static void case_block_mean(const struct fl_kernels *k, const struct window *w, int odd,
                            float *const *out, int n)
{
    static const float per_variance[4] = {3.0f, 1.0f, 2.0f, 0.5f};
    (void)odd;
    k->block_mean(CENTRE(0), per_variance, 0.4f, out[0], out[1], (n + 1) / 2 * 2);
}

static const struct {
    const char *name;
    case_fn *run;
} cases[] = {
    {"color_difference", case_difference},
    {"green_mean", case_mean},
    {"color_even", case_even},
    {"green_refine", case_refine},
    {"to_root", case_to_root},
    {"opponent", case_opponent},
    {"halve", case_halve},
    {"enlarge", case_enlarge},
    {"edge_mean", case_edge_mean},
    {"block_mean", case_block_mean},
};

static void run_case(size_t c, int n, int offset, int odd)
{
    struct window w = windows(offset);
    float *ref[OUTPUTS], *got[OUTPUTS];
    for (int p = 0; p < OUTPUTS; p++) {
        for (int x = 0; x < LENGTH; x++)
            out_set[p][x] = out_ref[p][x] = -77.0f;
        ref[p] = out_ref[p] + offset;
        got[p] = out_set[p] + offset;
    }
    cases[c].run(scalar, &w, odd, ref, n);
    cases[c].run(set, &w, odd, got, n);
    for (int p = 0; p < OUTPUTS; p++) {
        if (memcmp(got[p], ref[p], (size_t)n * sizeof(float)) != 0)
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
            for (int odd = 0; odd < 2; odd++) {
                for (int n = 1; n <= 66; n++)
                    run_case(c, n, n % 4, odd);
                run_case(c, MAX_WIDTH, 3, odd);
            }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("window_kernels");
    TCase *tc = tcase_create("window_kernels");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, window_kernels_match_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
