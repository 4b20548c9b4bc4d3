/* The network's kernels against their scalar reference with memcmp: widths, channels, extreme
 * values, and canaries behind what they may write. */
#include "net.h"
#include "net_kernels.h"
#include "run_suite.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define PAIRS  4
#define MOST_N 256
#define ROOM   (2 * (2 * MOST_N + 6 * FL_NET_STEP)) /* 16-bit values of a row */
#define LEAD   (2 * FL_NET_STEP)

static int16_t values[3 * PAIRS][ROOM];
static float floats[ROOM];
static int32_t weights[8 * 9 * PAIRS], biases[8];

static uint32_t seed;

static int next_random(void)
{
    seed = seed * 1664525u + 1013904223u;
    return (int)(seed >> 8);
}

/* Random, the ends, and small values. */
static void fill(int how)
{
    static const float wild[] = {NAN, INFINITY, -INFINITY, 1e-30f, 8.0f, -8.0f, 7.99f, 0.0f};
    seed = 5u + (uint32_t)how;
    for (int r = 0; r < 3 * PAIRS; r++)
        for (int i = 0; i < ROOM; i++) {
            int v = next_random() % (2 * FL_NET_MOST + 1) - FL_NET_MOST;
            values[r][i] = (int16_t)(how == 0   ? v
                                     : how == 1 ? (v < 0 ? -FL_NET_MOST : FL_NET_MOST)
                                                : v % 3);
        }
    for (int i = 0; i < ROOM; i++)
        floats[i] = how == 0 ? (float)(next_random() % 20001 - 10000) / 1250.0f : wild[i % 8];
    /* Sums of 9 x 8 weights of at most 800 stay within 32 bits. */
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        uint32_t a = (uint16_t)(next_random() % 1601 - 800),
                 b = (uint16_t)(next_random() % 1601 - 800);
        weights[i] = (int32_t)(a | b << 16);
    }
    for (int i = 0; i < 8; i++)
        biases[i] = next_random() % 2000001 - 1000000;
}

struct result {
    int16_t pair[4][ROOM];
    float line[ROOM];
};

static struct result expected, got;

static void clear(struct result *r)
{
    memset(r, 0x5a, sizeof *r);
}

static void convolve(const struct fl_net_kernels *k, struct result *r, int n, int side, int leak,
                     int shift, bool add)
{
    const int16_t *in[3 * PAIRS], *more[4];
    int16_t *out[4];
    const struct fl_net_conv c = {
        in, add ? more : NULL, out, weights, biases, PAIRS, 8, side, shift, leak};
    for (int i = 0; i < side * PAIRS; i++)
        in[i] = values[i] + LEAD;
    for (int p = 0; p < 4; p++) {
        more[p] = values[p + PAIRS] + LEAD;
        out[p] = r->pair[p] + LEAD;
    }
    clear(r);
    k->conv(&c, n);
}

static void others(const struct fl_net_kernels *k, struct result *r, int n)
{
    clear(r);
    k->split(values[0] + LEAD, r->pair[0] + LEAD, r->pair[1] + LEAD, n);
    k->join(values[1] + LEAD, values[2] + LEAD, r->pair[2] + LEAD, n);
    k->quantise(floats + LEAD, 4096.0f, r->pair[3] + LEAD, n);
    k->expand(values[3] + LEAD, 1.0f / 4096, r->line + LEAD, n);
}

static void compare(enum fl_cpu cpu, int n)
{
    ck_assert_msg(memcmp(&expected, &got, sizeof got) == 0, "%s differs at width %d",
                  fl_cpu_name(cpu), n);
}

START_TEST(equal_the_reference)
{
    static const int widths[] = {1, 2, 31, 32, 33, 64, 100, MOST_N};
    const struct fl_net_kernels *ref = fl_net_kernels_for(FL_CPU_SCALAR);
    fill(_i);
    for (enum fl_cpu cpu = FL_CPU_SSE4; cpu <= FL_CPU_NEON; cpu++) {
        const struct fl_net_kernels *k = fl_net_kernels_for(cpu);
        for (size_t w = 0; k && w < sizeof widths / sizeof *widths; w++) {
            for (int v = 0; v < 12; v++) {
                const int side = v & 1 ? 3 : 1, leak = v % 3 == 0   ? FL_NET_RELU
                                                       : v % 3 == 1 ? 3
                                                                    : 0;
                const int shift = v < 4 ? 10 : v < 8 ? 1 : 14;
                convolve(ref, &expected, widths[w], side, leak, shift, v & 2);
                convolve(k, &got, widths[w], side, leak, shift, v & 2);
                compare(cpu, widths[w]);
            }
            others(ref, &expected, widths[w]);
            others(k, &got, widths[w]);
            compare(cpu, widths[w]);
        }
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("net_kernels");
    TCase *c = tcase_create("net_kernels");
    tcase_add_loop_test(c, equal_the_reference, 0, 3);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
