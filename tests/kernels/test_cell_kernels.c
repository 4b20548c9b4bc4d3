/* Kernels that sum statistics cells against their scalar reference with memcmp: numbers of cells,
 * misalignments, adversarial values, canaries, and rows that end where the text says they may. */
#include "run_suite.h"
#include "kernels.h"

#include "cell_sums.h"

#include <check.h>
#include <math.h>
#include <string.h>

#define MAX_CELLS  70
#define WIDTH      (MAX_CELLS * FL_CELL + 8)
#define QUANTITIES 7
#define ROOM       (2 * MAX_CELLS + 2 * FL_KERNEL_SLACK)
#define CANARY     (-77.0f)

static uint32_t seed = 1;
static float pixel[FL_CELL][WIDTH];

static float value_of(int fill)
{
    static const float special[] = {0.0f, -0.0f, 0.7f, 0.985f, 1.0f, -1.0f, 1e-42f, INFINITY};
    seed = seed * 1664525u + 1013904223u;
    if (fill == 1)
        return special[(seed >> 24) & 7];
    return fill == 2 ? 0.75f : (float)(seed >> 16) / 65536.0f * 1.3f - 0.1f;
}

/* Behind the pixels that may be read, NaN. */
static void fill_pixels(int fill, int n)
{
    for (int y = 0; y < FL_CELL; y++)
        for (int x = 0; x < WIDTH; x++)
            pixel[y][x] = x < n ? value_of(fill) : NAN;
}

static void reset(float out[QUANTITIES][ROOM])
{
    for (int q = 0; q < QUANTITIES; q++)
        for (int i = 0; i < ROOM; i++)
            out[q][i] = CANARY;
}

static void check_same(float got[QUANTITIES][ROOM], float want[QUANTITIES][ROOM], int n, int slack,
                       const struct fl_kernels *k)
{
    for (int q = 0; q < QUANTITIES; q++) {
        for (int i = 0; i < n; i++)
            /* any NaN is as good as another */
            if (memcmp(&got[q][i], &want[q][i], sizeof(float)) != 0 &&
                !(isnan(got[q][i]) && isnan(want[q][i])))
                ck_abort_msg("%s: quantity %d of %d differs at %d: %a, not %a", fl_cpu_name(k->cpu),
                             q, n, i, (double)got[q][i], (double)want[q][i]);
        for (int i = n + slack; i < ROOM; i++)
            ck_assert_msg(got[q][i] == CANARY, "%s: quantity %d wrote at %d of %d",
                          fl_cpu_name(k->cpu), q, i, n);
    }
}

static void run_sums(const struct fl_kernels *k, int offset, int green, int cells,
                     float out[QUANTITIES][ROOM])
{
    const struct fl_cell_sums sums = {{out[0], out[1]}, {out[2], out[3]}, out[4], out[5], out[6]};
    float *row[FL_CELL];
    for (int y = 0; y < FL_CELL; y++)
        row[y] = pixel[y] + offset;
    reset(out);
    k->cell_sums(row, 0.985f, green, cells, &sums);
}

static void run_bright(const struct fl_kernels *k, int offset, enum fl_cfa cfa, int cells,
                       float out[QUANTITIES][ROOM])
{
    struct fl_bright_rule rule = {{0}, 0.985f, 0.6f, 2.9f, 3.4f};
    float *row[FL_CELL], *const to[4] = {out[0], out[1], out[2], out[3]};
    for (int site = 0; site < 4; site++)
        rule.color[site] = fl_cfa_color(cfa, site & 1, site >> 1);
    for (int y = 0; y < FL_CELL; y++)
        row[y] = pixel[y] + offset;
    reset(out);
    k->cell_bright(row, &rule, cells, to);
}

START_TEST(cell_kernels_match_reference)
{
    const struct fl_kernels *set = fl_kernels_for((enum fl_cpu)_i);
    const struct fl_kernels *scalar = fl_kernels_for(FL_CPU_SCALAR);
    static float got[QUANTITIES][ROOM], want[QUANTITIES][ROOM];
    for (int fill = 0; set && fill < 3; fill++)
        for (int cells = 1; cells <= MAX_CELLS; cells += cells < 20 ? 1 : 10) {
            int offset = cells % 5;
            for (int green = 0; green < 2; green++) {
                fill_pixels(fill, offset + cells * FL_CELL + 2);
                run_sums(scalar, offset, green, cells, want);
                run_sums(set, offset, green, cells, got);
                check_same(got, want, 2 * cells, FL_KERNEL_SLACK, set);
            }
            for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++) {
                fill_pixels(fill, offset + cells * FL_CELL);
                run_bright(scalar, offset, (enum fl_cfa)cfa, cells, want);
                run_bright(set, offset, (enum fl_cfa)cfa, cells, got);
                check_same(got, want, cells, 0, set);
            }
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("cell_kernels");
    TCase *tc = tcase_create("cell_kernels");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, cell_kernels_match_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
