/* White balance on a real chart: a Canon 550D's frame of a ColorChecker Passport under a warm lamp,
 * before a blue window. Mean CIEDE2000 of the 24 patches, after one scale of exposure. */
#include "run_suite.h"
#include "known_light.h"
#include "lab.h"

#include <check.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COLS   6
#define ROWS   4
#define RADIUS 8 /* of the measured part of a patch */

static char raw_path[1024], reference_path[1024];

static bool find_data(void)
{
    const char *data = light_data();
    FILE *f;
    snprintf(raw_path, sizeof raw_path, "%s/raw_bayer/tinydng_colorchart.dng", data ? data : ".");
    snprintf(reference_path, sizeof reference_path, "%s/chart_ref/infiniteisp_refD65Lab.txt",
             data ? data : ".");
    f = fopen(raw_path, "rb");
    if (f)
        fclose(f);
    return f != NULL;
}

static void read_reference(struct lab out[COLS * ROWS])
{
    FILE *f = fopen(reference_path, "r");
    ck_assert(f != NULL);
    for (int i = 0; i < COLS * ROWS; i++)
        ck_assert_int_eq(fscanf(f, "%lf %lf %lf", &out[i].l, &out[i].a, &out[i].b), 3);
    fclose(f);
}

/* Centre of a patch, between those of the four corners. */
static void centre(int i, int *x, int *y)
{
    static const double corner[4][2] = {{716, 626}, {1250, 614}, {702, 930}, {1254, 922}};
    int col = i % COLS, row = i / COLS;
    double u = col / (COLS - 1.0), v = row / (ROWS - 1.0), p[2];
    for (int k = 0; k < 2; k++)
        p[k] = (1 - v) * ((1 - u) * corner[0][k] + u * corner[1][k]) +
               v * ((1 - u) * corner[2][k] + u * corner[3][k]);
    *x = (int)p[0];
    *y = (int)p[1];
}

/* Linear light of the patches. */
static void measure(const struct fl_frame *out, double patch[COLS * ROWS][3])
{
    for (int i = 0; i < COLS * ROWS; i++) {
        int cx, cy;
        centre(i, &cx, &cy);
        for (int c = 0; c < 3; c++) {
            double sum = 0.0;
            for (int y = cy - RADIUS; y < cy + RADIUS; y++)
                for (int x = cx - RADIUS; x < cx + RADIUS; x++) {
                    double v = (double)light_plane(out, c, y)[x];
                    sum += v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4);
                }
            patch[i][c] = sum / (4 * RADIUS * RADIUS);
        }
    }
}

static double mean_difference(double patch[COLS * ROWS][3], const struct lab *reference,
                              double scale)
{
    double sum = 0.0;
    for (int i = 0; i < COLS * ROWS; i++) {
        struct light_lab p =
            light_lab(scale * patch[i][0], scale * patch[i][1], scale * patch[i][2]);
        sum += lab_ciede2000((struct lab){p.l, p.a, p.b}, reference[i]);
    }
    return sum / (COLS * ROWS);
}

static double chart_difference(struct fl_settings settings)
{
    struct lab reference[COLS * ROWS];
    double patch[COLS * ROWS][3], best = 1e9;
    struct fl_frame *raw, *out;
    settings.look = FL_LOOK_NEUTRAL;
    read_reference(reference);
    ck_assert_int_eq(fl_source_read(raw_path, NULL, NULL, &raw).code, FL_OK);
    out = light_develop(raw, &settings, NULL, 0);
    measure(out, patch);
    for (int i = -100; i <= 200; i++) {
        double d = mean_difference(patch, reference, exp2(i / 40.0));
        best = d < best ? d : best;
    }
    fl_frame_unref(out);
    fl_frame_unref(raw);
    return best;
}

START_TEST(automatic_white_balance_finds_the_lamp)
{
    struct fl_settings settings = fl_settings_default();
    double as_shot, automatic;
    if (!find_data()) {
        printf("no chart in FL_SHARED_DATA: skipped\n");
        return;
    }
    as_shot = chart_difference(settings);
    settings.wb = FL_WB_AUTO;
    automatic = chart_difference(settings);
    printf("chart: as shot %.2f, automatic %.2f\n", as_shot, automatic);
    ck_assert_double_le(automatic, 7.0);
}
END_TEST

START_TEST(box_on_grey_gives_true_colour)
{
    struct fl_settings settings = fl_settings_default();
    if (!find_data())
        return;
    settings.wb = FL_WB_BOX;
    for (int i = 19; i <= 21; i++) { /* neutral 8, 6.5, 5 */
        double d;
        int x, y;
        centre(i, &x, &y);
        settings.wb_box = (struct fl_rect){x - RADIUS, y - RADIUS, 2 * RADIUS, 2 * RADIUS};
        d = chart_difference(settings);
        printf("chart: box on patch %d %.2f\n", i + 1, d);
        ck_assert_double_le(d, 5.0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("chart");
    TCase *tc = tcase_create("chart");
    tcase_add_test(tc, automatic_white_balance_finds_the_lamp);
    tcase_add_test(tc, box_on_grey_gives_true_colour);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
