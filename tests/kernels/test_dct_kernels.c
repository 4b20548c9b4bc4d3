/* Kernels of the sliding DCT against their scalar reference with memcmp: all steps, row lengths
 * that end anywhere in a vector, codes at their limits, and canaries behind the rows. */
#include "run_suite.h"
#include "kernels.h"

#include "dct_shrink.h"

#include <check.h>
#include <string.h>

#define BLOCKS 140 /* more than a tile of the vector source */
#define PHASE  224
#define ROW    (8 * PHASE)
#define CANARY 64
#define PIXELS (8 * (BLOCKS + 16))
#define FILLS  4

static const struct fl_kernels *set, *scalar;
static struct fl_dct_shrink rule;

/* What the kernels of a row give. */
struct result {
    int16_t codes[8][ROW + CANARY], sums[8][ROW + CANARY];
    uint16_t weights[2 * PHASE + CANARY];
    float per_weight[2 * PHASE + CANARY], out[PIXELS + FL_KERNEL_SLACK + CANARY];
};

static struct result of_scalar, of_set;
static float in[8][PIXELS + FL_KERNEL_SLACK];

static void make_rule(int step, int level)
{
    const int overlap = fl_dct_overlap(step);
    rule = (struct fl_dct_shrink){.step = step, .phase = PHASE, .scale = 4000.0f, .centre = 0.4f};
    for (int k = 0; k < 8; k++) {
        rule.column[k] = (int16_t)(3250 + 1600 * k);
        rule.undo[k] = (int16_t)((3000 - 300 * k) / (overlap * overlap));
    }
    for (int i = 0; i < 64; i++) {
        int ramp = 1 + (i * level) / 8, per = 32767 / ramp;
        struct fl_dct_coefficient *c = &rule.coefficient[i];
        for (int two = 0; two < 2; two++) {
            c->reach[two] = (int16_t)(i ? 2 * ramp + i : 0);
            c->ramp[two] = (int16_t)(32767 / per);
            c->per_ramp[two] = (int16_t)per;
            c->share[two] = (int16_t)(300 + 6 * i);
        }
    }
    rule.least = 600.0f;
    rule.weight = 3.9e6f;
    rule.weight_shift = overlap < 2 ? 0 : overlap < 3 ? 1 : overlap < 4 ? 4 : 6;
    rule.unit = 0.37f;
}

static uint32_t seed = 1;

static uint32_t next(void)
{
    seed = seed * 1664525u + 1013904223u;
    return seed >> 16;
}

/* Noise, extreme codes, a flat field, values that no picture has. */
static void fill(int what)
{
    static const float special[] = {0.0f, -0.0f, 1e30f, -1e30f, 1e-42f, 0.4f, -1.0f, 3e4f};
    for (int y = 0; y < 8; y++)
        for (int x = 0; x < PIXELS + FL_KERNEL_SLACK; x++)
            in[y][x] = what == 0   ? (float)next() / 65536.0f
                       : what == 1 ? (next() & 1 ? 9.0f : -9.0f)
                       : what == 2 ? 0.7f
                                   : special[next() & 7];
}

/* Of a row that ends within a block. */
static int pixels_of(int blocks)
{
    return rule.step * blocks - (rule.step > 3 ? blocks % 3 : 0);
}

/* Sums go on from what stands in them. */
static void run(const struct fl_kernels *k, struct result *r, int blocks)
{
    const int16_t *codes[8];
    const uint16_t *weights[2] = {r->weights, r->weights};
    int16_t *sums[8];
    int pixels = rule.step * (blocks + 7 / rule.step);
    memset(r, 0x11, sizeof *r);
    for (int i = 0; i < 8; i++) {
        memset(r->codes[i], 0, sizeof(int16_t) * (size_t)(rule.step * PHASE));
        k->dct_codes(in[i], &rule, r->codes[i], pixels);
        codes[i] = r->codes[i];
        sums[i] = r->sums[i];
        memset(sums[i], 3, sizeof(int16_t) * (size_t)(rule.step * PHASE));
    }
    k->dct_shrink(codes, &rule, blocks, sums, r->weights);
    k->dct_per_weight(weights, 2, rule.unit, r->per_weight, PHASE + blocks);
    k->dct_remove(sums[1], r->per_weight, &rule, in[2], r->out, pixels_of(blocks));
}

#define FAIL(WHAT)                                                                                 \
    ck_abort_msg("%s %s differs at step %d, %d blocks", fl_cpu_name(set->cpu), WHAT, rule.step,    \
                 blocks)

static void compare_rows(int blocks)
{
    for (int i = 0; i < 8; i++)
        for (int m = 0; m < rule.step; m++) {
            const int at = m * PHASE;
            if (memcmp(of_set.codes[i] + at, of_scalar.codes[i] + at,
                       sizeof(int16_t) * (size_t)(blocks + 7 / rule.step)) != 0)
                FAIL("dct_codes");
            if (memcmp(of_set.sums[i] + at, of_scalar.sums[i] + at,
                       sizeof(int16_t) * (size_t)blocks) != 0)
                FAIL("dct_shrink");
        }
    for (int c = 0; c < 2; c++)
        if (memcmp(of_set.weights + c * PHASE, of_scalar.weights + c * PHASE,
                   sizeof(uint16_t) * (size_t)blocks) != 0)
            FAIL("dct_shrink");
    for (int c = 0; c < 2; c++)
        if (memcmp(of_set.per_weight + c * PHASE, of_scalar.per_weight + c * PHASE,
                   sizeof(float) * (size_t)blocks) != 0)
            FAIL("dct_per_weight");
    if (memcmp(of_set.out, of_scalar.out, sizeof(float) * (size_t)pixels_of(blocks)) != 0)
        FAIL("dct_remove");
}

/* Whole bytes of 0x11 behind what may be written. */
static void check_canaries(int blocks)
{
    const int row = rule.step * PHASE;
    static unsigned char canary[CANARY];
    memset(canary, 0x11, sizeof canary);
    for (int i = 0; i < 8; i++)
        if (memcmp(of_set.codes[i] + row, canary, sizeof canary) != 0 ||
            memcmp(of_set.sums[i] + row, canary, sizeof canary) != 0)
            FAIL("the end of a row");
    if (memcmp(of_set.weights + (ptrdiff_t)2 * PHASE, canary, sizeof canary) != 0 ||
        memcmp(of_set.per_weight + (ptrdiff_t)2 * PHASE, canary, sizeof canary) != 0 ||
        memcmp(of_set.out + pixels_of(blocks) + FL_KERNEL_SLACK, canary, sizeof canary) != 0)
        FAIL("the end of a row");
}

START_TEST(dct_matches_reference)
{
    set = fl_kernels_for((enum fl_cpu)_i);
    scalar = fl_kernels_for(FL_CPU_SCALAR);
    for (int what = 0; set && what < FILLS; what++)
        for (int step = 1; step <= 8; step++) {
            fill(what);
            make_rule(step, 4 << (2 * (step % 3)));
            for (int blocks = 1; blocks <= BLOCKS; blocks += blocks < 36 ? 1 : 13) {
                run(scalar, &of_scalar, blocks);
                run(set, &of_set, blocks);
                compare_rows(blocks);
                check_canaries(blocks);
            }
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("dct_kernels");
    TCase *tc = tcase_create("dct_kernels");
    tcase_set_timeout(tc, 300);
    tcase_add_loop_test(tc, dct_matches_reference, FL_CPU_SCALAR, FL_CPU_NEON + 1);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
