/* Prints isp/stages/noise_table.c: what demosaic makes of white noise, for denoise.
 *
 * Two runs on the same noise, with other variances of red and blue, give both shares of the sum,
 * which is additive to about a percent (test_denoise checks that). Run after any change of
 * demosaic or raw_denoise:
 * build/tests/quality/noise_table | clang-format > isp/stages/noise_table.c */
#include "noise_measure.h"

#include <stdio.h>
#include <string.h>

#define RUNS 8
#define SIZE 1024

typedef double table[FL_NOISE_PLANES][FL_NOISE_COEFFS];

static table own, green, left;

/* Adds the shares of the noise after a demosaic. */
static void measure(enum fl_spectrum spectrum, uint32_t seed)
{
    struct noise_case even = {spectrum, false, {1, 1, 1}, SIZE, seed};
    struct noise_case strong = {spectrum, false, {4, 1, 4}, SIZE, seed};
    table a, b;
    noise_measure(&even, a);
    noise_measure(&strong, b);
    for (int p = 0; p < FL_NOISE_PLANES; p++)
        for (int i = 0; i < FL_NOISE_COEFFS; i++) {
            int sources = p <= FL_NOISE_LUMA_HALF ? 2 : 1;
            double share = (b[p][i] - a[p][i]) / (3 * sources);
            own[p][i] += share / RUNS;
            green[p][i] += (a[p][i] - sources * share) / RUNS;
        }
}

/* Adds the share of the noise that raw_denoise leaves. */
static void measure_left(uint32_t seed)
{
    struct noise_case all = {FL_SPECTRUM_REFINED, false, {2, 1, 1.8}, SIZE, seed}, rest = all;
    table a, b;
    rest.filtered = true;
    noise_measure(&all, a);
    noise_measure(&rest, b);
    for (int p = 0; p < FL_NOISE_PLANES; p++)
        for (int i = 0; i < FL_NOISE_COEFFS; i++)
            left[p][i] += b[p][i] / a[p][i] / RUNS;
}

static void print_values(const double v[FL_NOISE_COEFFS], const double other[FL_NOISE_COEFFS])
{
    printf("  {");
    for (int i = 0; i < FL_NOISE_COEFFS; i++) {
        double least = 0.02 * other[i]; /* where the difference of two runs is lost in chance */
        printf("%s%.3eF", i ? ", " : "", v[i] > least ? v[i] : least);
    }
    printf("},\n");
}

static void print_spectrum(enum fl_spectrum spectrum)
{
    memset(own, 0, sizeof own);
    memset(green, 0, sizeof green);
    for (uint32_t run = 0; run < RUNS; run++)
        measure(spectrum, 7 + run);
    printf("{\n");
    for (int p = 0; p < FL_NOISE_PLANES; p++) {
        printf("{\n");
        print_values(own[p], green[p]);
        print_values(green[p], own[p]);
        printf("},\n");
    }
    printf("},\n");
}

int main(void)
{
    printf("/* What demosaic makes of white noise; see noise_model.h. Made by tests/quality. */\n"
           "#include \"noise_model.h\"\n\n"
           "const float fl_noise_table[FL_SPECTRA][FL_NOISE_PLANES][2][FL_NOISE_COEFFS] = {\n");
    for (int s = 0; s < FL_SPECTRA; s++)
        print_spectrum((enum fl_spectrum)s);
    printf("};\n\nconst float fl_noise_left[FL_NOISE_PLANES][FL_NOISE_COEFFS] = {\n");
    for (uint32_t run = 0; run < RUNS; run++)
        measure_left(7 + run);
    for (int p = 0; p < FL_NOISE_PLANES; p++)
        print_values(left[p], left[p]);
    printf("};\n");
    return 0;
}
