/* Kernels that make a block of rows at a time against their scalar reference with memcmp: widths,
 * heights, CFA phases, misalignments, adversarial values, and canaries around what they write. */
#include "run_suite.h"
#include "kernels.h"

#include <check.h>
#include <string.h>

#define MAX_WIDTH 600 /* several tiles */
#define MAX_ROWS  20
#define SIDE      32 /* readable floats left and right of a row */
#define REACH     8  /* rows above and below */
#define ROWS      (MAX_ROWS + 2 * REACH)
#define INPUTS    2
#define OUTPUTS   3
#define LENGTH    (SIDE + MAX_WIDTH + SIDE)
#define CANARY    -77.0f

static const struct fl_kernels *set, *scalar;
static float input[INPUTS][ROWS][LENGTH];

/* Rows above and below the block are there to be found untouched. */
struct output {
    float row[OUTPUTS][ROWS][LENGTH];
};
static struct output out_set, out_ref;

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

/* Row arrays that point at the block's first row and pixel. */
struct block {
    float *in_row[INPUTS][ROWS], *out_row[OUTPUTS][ROWS];
    float *const *in[INPUTS], *const *out[OUTPUTS];
    int odd, n, rows;
};

typedef void case_fn(const struct fl_kernels *k, const struct block *b);

static void case_green(const struct fl_kernels *k, const struct block *b)
{
    k->green_directions(b->in[0], b->odd, b->out[0], b->n, b->rows);
}

static void case_color(const struct fl_kernels *k, const struct block *b)
{
    k->color_weighted(b->in[0], b->in[1], b->odd, b->out[0], b->out[1], b->n, b->rows);
}

static const struct {
    const char *name;
    case_fn *run;
    int planes;
} cases[] = {
    {"green_directions", case_green, 1},
    {"color_weighted", case_color, 2},
};

static void run(size_t c, const struct fl_kernels *k, struct output *out, struct block *b,
                int offset)
{
    for (int i = 0; i < INPUTS; i++) {
        for (int r = 0; r < ROWS; r++)
            b->in_row[i][r] = input[i][r] + SIDE + offset;
        b->in[i] = b->in_row[i] + REACH;
    }
    for (int p = 0; p < OUTPUTS; p++) {
        for (int r = 0; r < ROWS; r++) {
            for (int x = 0; x < LENGTH; x++)
                out->row[p][r][x] = CANARY;
            b->out_row[p][r] = out->row[p][r] + SIDE + offset;
        }
        b->out[p] = b->out_row[p] + REACH;
    }
    cases[c].run(k, b);
}

static bool may_write(size_t c, const struct block *b, int offset, int p, int r, int x)
{
    int column = x - SIDE - offset;
    return p < cases[c].planes && r >= REACH && r < REACH + b->rows && column >= 0 &&
           column < b->n + FL_KERNEL_SLACK;
}

static void run_case(size_t c, int n, int rows, int offset, int odd)
{
    struct block b = {.odd = odd, .n = n, .rows = rows};
    run(c, scalar, &out_ref, &b, offset);
    run(c, set, &out_set, &b, offset);
    for (int p = 0; p < cases[c].planes; p++)
        for (int r = 0; r < rows; r++)
            if (memcmp(&out_set.row[p][REACH + r][SIDE + offset],
                       &out_ref.row[p][REACH + r][SIDE + offset], (size_t)n * sizeof(float)) != 0)
                ck_abort_msg("%s %s differs at width %d, row %d of %d", fl_cpu_name(set->cpu),
                             cases[c].name, n, r, rows);
    for (int p = 0; p < OUTPUTS; p++)
        for (int r = 0; r < ROWS; r++)
            for (int x = 0; x < LENGTH; x++)
                if (out_set.row[p][r][x] != CANARY && !may_write(c, &b, offset, p, r, x))
                    ck_abort_msg("%s %s wrote at %d of row %d, width %d", fl_cpu_name(set->cpu),
                                 cases[c].name, x - SIDE - offset, r - REACH, n);
}

START_TEST(block_kernels_match_reference)
{
    set = fl_kernels_for((enum fl_cpu)_i);
    scalar = fl_kernels_for(FL_CPU_SCALAR);
    for (int fill = 0; set && fill < 3; fill++) {
        fill_inputs(fill);
        for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
            for (int odd = 0; odd < 2; odd++) {
                for (int n = 2; n <= 66; n += 2)
                    run_case(c, n, 2 + n % 6, n % 4, odd);
                run_case(c, MAX_WIDTH, 16, 3, odd);
                run_case(c, 258, MAX_ROWS, 2, odd);
            }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("block_kernels");
    TCase *tc = tcase_create("block_kernels");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, block_kernels_match_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
