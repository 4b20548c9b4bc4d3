/* Control: statistics, exposure, the local tone grid, noise. */
#include "run_suite.h"
#include "exposure.h"
#include "feed.h"
#include "local_tone.h"
#include "noise_estimate.h"
#include "statistics.h"
#include "white_level.h"

#include <check.h>
#include <math.h>
#include <string.h>

static struct fl_control plain_control(void)
{
    struct fl_control c;
    memset(&c, 0, sizeof c);
    c.exposure_gain = c.white = 1.0;
    for (int i = 0; i < 3; i++)
        c.wb_gain[i] = c.matrix[4 * i] = 1.0;
    return c;
}

/* Statistics of a grey picture of cells. */
static struct fl_statistics grey_cells(int cols, int rows)
{
    struct fl_statistics s;
    ck_assert_int_eq(fl_statistics_new(cols * FL_CELL, rows * FL_CELL, &s).code, FL_OK);
    return s;
}

static void set_cell(struct fl_statistics *s, int col, int row, double level)
{
    for (int c = 0; c < 3; c++)
        s->mean[c][row * s->cols + col] = (float)level;
}

static void fill(struct fl_statistics *s, double level)
{
    for (int i = 0; i < s->cols * s->rows; i++)
        set_cell(s, i % s->cols, i / s->cols, level);
}

/* --- statistics --- */

/* What a cell must hold, by definition. */
static void check_cell(const struct fl_statistics *s, const float *p, enum fl_cfa cfa, float clip,
                       int col, int row)
{
    double sum[3] = {0}, square[3] = {0}, n[3] = {0}, squares[3] = {0}, clipped = 0, pixels = 0;
    double part[FL_NOISE_PARTS] = {0}, parts[FL_NOISE_PARTS] = {0};
    int w = s->width, h = s->height, at = row * s->cols + col;
    for (int y = row * 16; y < h && y < row * 16 + 16; y++)
        for (int x = col * 16; x < w && x < col * 16 + 16; x++) {
            int c = fl_cfa_color(cfa, x, y);
            const float *q = p + y * w + x;
            sum[c] += *q;
            n[c]++;
            pixels++;
            clipped += *q >= clip;
            if (x + 2 < w && y + 2 < h && y + 2 < row * 16 + 16) {
                double d = (double)q[0] - q[2] - q[2 * w] + q[2 * w + 2];
                square[c] += d * d / 4;
                squares[c]++;
                part[2 * (y % 2) + x % 2] += d * d / 4;
                parts[2 * (y % 2) + x % 2]++;
            }
        }
    for (int c = 0; c < 3; c++) {
        ck_assert_double_le(fabs(s->mean[c][at] - (n[c] ? sum[c] / n[c] : 0)), 1e-6);
        ck_assert_double_le(fabs(s->noise[c][at] - (squares[c] ? square[c] / squares[c] : 0)),
                            1e-6);
    }
    for (int i = 0; i < FL_NOISE_PARTS; i++)
        ck_assert_double_le(fabs(s->part[i][at] - (parts[i] ? part[i] / parts[i] : 0)), 1e-6);
    ck_assert_double_le(fabs(s->clipped[at] - clipped / pixels), 1e-6);
}

START_TEST(statistics_are_what_they_say)
{
    static const int size[][2] = {{64, 48}, {50, 34}, {18, 16}, {16, 18}, {4, 4}, {2, 2}, {33, 17}};
    for (size_t i = 0; i < sizeof size / sizeof *size; i++)
        for (int cfa = FL_CFA_RGGB; cfa <= FL_CFA_BGGR; cfa++) {
            int w = size[i][0], h = size[i][1];
            uint32_t seed = 7;
            float *p = malloc((size_t)w * (size_t)h * sizeof *p);
            struct fl_statistics s;
            struct fl_statistics_sink sink = {&s, (enum fl_cfa)cfa, false, 0.75F, NULL};
            for (int k = 0; k < w * h; k++)
                p[k] = (float)feed_uniform(&seed);
            ck_assert_int_eq(fl_statistics_new(w, h, &s).code, FL_OK);
            feed_rows(fl_statistics_rows, &sink, (float *const[3]){p, NULL, NULL}, w, h);
            for (int k = 0; k < s.cols * s.rows; k++)
                check_cell(&s, p, (enum fl_cfa)cfa, 0.75F, k % s.cols, k / s.cols);
            fl_statistics_free(&s);
            free(p);
        }
}
END_TEST

START_TEST(statistics_of_mono_rgb_and_broken_pixels)
{
    enum { W = 32, H = 32 };
    static float plane[3][W * H];
    struct fl_statistics s;
    struct fl_statistics_sink sink = {&s, FL_CFA_NONE, false, 1.0F, NULL};
    for (int c = 0; c < 3; c++)
        for (int i = 0; i < W * H; i++)
            plane[c][i] = 0.25F * (float)(c + 1);
    plane[1][0] = 1.0F;
    plane[2][40] = NAN;   /* cell 0 */
    plane[0][16] = 1e20F; /* cell 1 */
    ck_assert_int_eq(fl_statistics_new(W, H, &s).code, FL_OK);
    feed_rows(fl_statistics_rows, &sink, (float *const[3]){plane[0], plane[1], plane[2]}, W, H);
    for (int c = 0; c < 3; c++) {
        ck_assert_float_eq(s.mean[c][2], 0.25F * (float)(c + 1));
        ck_assert_float_eq(s.mean[c][0], 0.0F);
    }
    ck_assert_float_eq(s.clipped[0], 1.0F);
    ck_assert_float_eq(s.clipped[1], 1.0F);
    ck_assert_float_eq(s.clipped[3], 0.0F);
    sink.mono = true;
    feed_rows(fl_statistics_rows, &sink, (float *const[3]){plane[1], NULL, NULL}, W, H);
    for (int c = 0; c < 3; c++)
        ck_assert_float_eq(s.mean[c][3], 0.5F);
    ck_assert_float_eq(s.clipped[0], 1.0F / 256.0F);
    fl_statistics_free(&s);
    ck_assert_int_eq(fl_statistics_new(0, 4, &s).code, FL_ERR_ARGUMENT);
}
END_TEST

/* --- exposure --- */

static double exposure_of(double level, double highlight, double baseline, double ev,
                          enum fl_look look)
{
    struct fl_statistics s = grey_cells(40, 30);
    struct fl_control c = plain_control();
    struct fl_settings settings;
    struct fl_meta meta;
    memset(&meta, 0, sizeof meta);
    memset(&settings, 0, sizeof settings);
    settings.look = look;
    settings.ev = ev;
    meta.baseline_exposure_ev = baseline;
    fill(&s, level);
    for (int i = 0; highlight > 0.0 && i < 120; i++)
        set_cell(&s, 10 + i % 12, 10 + i / 12, highlight);
    fl_exposure_decide(&s, &meta, &settings, &c);
    fl_statistics_free(&s);
    return c.exposure_gain;
}

START_TEST(neutral_exposure_is_what_was_asked)
{
    ck_assert_double_eq(exposure_of(0.01, 0, 0, 0, FL_LOOK_NEUTRAL), 1.0);
    ck_assert_double_eq(exposure_of(0.5, 0, 0.5, 1.5, FL_LOOK_NEUTRAL), 4.0);
    ck_assert_double_eq(exposure_of(0.5, 0, NAN, -1, FL_LOOK_NEUTRAL), 0.5);
    ck_assert_double_eq(exposure_of(0.5, 0, 1e300, 0, FL_LOOK_NEUTRAL), 1.0);
}
END_TEST

START_TEST(standard_exposure_is_restrained)
{
    double gain = exposure_of(0.135, 0, 0, 0, FL_LOOK_STANDARD), night;
    ck_assert_double_le(fabs(log2(gain)), 0.05); /* already usual */
    night = 0.002 * exposure_of(0.002, 0, 0, 0, FL_LOOK_STANDARD);
    ck_assert_double_ge(night, 0.004); /* lifted, */
    ck_assert_double_le(night, 0.016); /* but not to day */
    gain = exposure_of(0.9, 0, 0, 0, FL_LOOK_STANDARD);
    ck_assert_double_ge(gain, 0.9); /* snow stays white */
    ck_assert_double_le(gain, 1.0);
    ck_assert_double_eq(exposure_of(0.5, 0, 0, 0, FL_LOOK_STANDARD), 1.0);
    gain = exposure_of(0.9, 2.0, 0, 0, FL_LOOK_STANDARD); /* too bright */
    ck_assert_double_ge(gain, 0.5);
    ck_assert_double_le(gain, 0.8);
    gain = exposure_of(0.02, 0.95, 0, 0, FL_LOOK_STANDARD); /* a window in a dark room */
    ck_assert_double_ge(gain, 1.7);
    ck_assert_double_le(0.95 * gain, 3.1); /* highlights within reach of the shoulder */
    ck_assert_double_eq_tol(exposure_of(0.02, 0.95, 0, 1, FL_LOOK_STANDARD), 2.0 * gain, 1e-12);
}
END_TEST

START_TEST(standard_exposure_is_smooth)
{
    double last = 0.0, last_gain = 0.0;
    for (double l = -14.0; l <= 0.0; l += 0.02) {
        double level = exp2(l);
        double gain = exposure_of(level, 0.8, 0, 0, FL_LOOK_STANDARD);
        ck_assert(isfinite(gain) && gain > 0.45 && gain < 8.5);
        ck_assert_double_ge(level * gain, last); /* a brighter scene gives a brighter picture */
        if (last_gain > 0.0)
            ck_assert_double_le(fabs(log2(gain / last_gain)), 0.03);
        last = level * gain;
        last_gain = gain;
    }
}
END_TEST

START_TEST(noise_is_not_lifted)
{
    struct fl_statistics s = grey_cells(40, 30);
    struct fl_control c = plain_control();
    const struct fl_settings settings = {.look = FL_LOOK_STANDARD};
    const struct fl_meta meta = {.has_neutral = false};
    double clean;
    fill(&s, 0.004);
    fl_exposure_decide(&s, &meta, &settings, &c);
    clean = log2(c.exposure_gain);
    c.noise[1].o = 1e-4; /* sigma 0.01 */
    fl_exposure_decide(&s, &meta, &settings, &c);
    ck_assert_double_gt(clean, 1.5);
    ck_assert_double_lt(log2(c.exposure_gain), 0.1 * clean);
    fill(&s, 0.0);
    fl_exposure_decide(&s, &meta, &settings, &c);
    ck_assert_double_le(fabs(log2(c.exposure_gain)), 0.01);
    fl_statistics_free(&s);
}
END_TEST

/* --- white --- */

static double white_of(const double rgb[3], double clipped, struct fl_control *c)
{
    struct fl_statistics s = grey_cells(40, 30);
    fill(&s, 0.1);
    for (int i = 0; i < 120; i++)
        for (int k = 0; k < 3; k++) {
            s.mean[k][i] = (float)rgb[k];
            s.clipped[i] = (float)clipped;
        }
    fl_white_level_decide(&s, c);
    fl_statistics_free(&s);
    return c->white;
}

START_TEST(white_is_above_the_brightest)
{
    static const double grey[3] = {1.5, 1.5, 1.5}, red[3] = {1.5, 0.1, 0.1},
                        dull[3] = {0.2, 0.2, 0.2}, huge[3] = {1e9, 1e9, 1e9},
                        saturated[3] = {1, 1, 1};
    struct fl_control c = plain_control();
    double white = white_of(grey, 0.0, &c);
    ck_assert(white > 1.5 && white < 1.9);
    ck_assert_double_le(fabs(log2(white_of(red, 0.0, &c) / white)), 0.01);
    c.exposure_gain = 2.0;
    ck_assert_double_le(fabs(log2(white_of(grey, 0.0, &c) / white) - 1.0), 0.01);
    c.wb_gain[0] = 2.0; /* clipped is grey of the largest level, not red */
    ck_assert_double_le(fabs(log2(white_of(saturated, 1.0, &c)) - 2.0), 0.07);
    ck_assert_double_ge(white_of(dull, 0.0, &c), 0.8);
    ck_assert_double_le(white_of(dull, 0.0, &c), 1.0);
    ck_assert_double_eq(white_of(huge, 0.0, &c), 8.0);
}
END_TEST

/* White follows what local tone makes of the highlights: otherwise they end in grey. */
START_TEST(white_follows_local_tone)
{
    struct fl_statistics s = grey_cells(40, 30);
    struct fl_control c = plain_control();
    double gain, white;
    for (int i = 0; i < 1200; i++)
        set_cell(&s, i % 40, i / 40, i % 40 < 20 ? exp2(-9.5) : 1.5);
    ck_assert_int_eq(fl_local_tone_make(&s, &c, 0.5F, &c.grid).code, FL_OK);
    fl_white_level_decide(&s, &c);
    white = c.white;
    gain = 0.0;
    for (int bin = 0; bin < c.grid.bins; bin++)
        gain = c.grid.log2_gain[(size_t)(c.grid.cols - 1) * (size_t)c.grid.bins + bin];
    ck_assert_double_lt(gain, -0.5);
    fl_local_tone_free(&c.grid);
    fl_white_level_decide(&s, &c);
    ck_assert_double_lt(white, 0.8 * c.white);
    fl_statistics_free(&s);
}
END_TEST

/* --- local tone --- */

/* The formula of fl_tone_grid. */
static double tone_gain(const struct fl_tone_grid *g, double x, double y, double l)
{
    double at[3] = {(x + 0.5) / g->cell - 0.5, (y + 0.5) / g->cell - 0.5,
                    (l - g->log2_min) / g->log2_step};
    int size[3] = {g->cols, g->rows, g->bins}, i[3];
    double sum = 0.0;
    for (int k = 0; k < 3; k++) {
        at[k] = fmin(fmax(at[k], 0.0), size[k] - 1.0);
        i[k] = (int)fmin(at[k], size[k] > 1 ? size[k] - 2 : 0);
        at[k] -= i[k];
    }
    for (int n = 0; n < 8; n++) {
        double w = 1.0;
        int j[3];
        for (int k = 0; k < 3; k++) {
            w *= n >> k & 1 ? at[k] : 1.0 - at[k];
            j[k] = i[k] + (n >> k & 1);
        }
        if (w > 0.0)
            sum += w * g->log2_gain[(j[1] * g->cols + j[0]) * g->bins + j[2]];
    }
    return sum;
}

/* Left half dark, right half bright, and a few cells that make the scene's range ten stops. */
static struct fl_tone_grid step_grid(double stops, int width_cells)
{
    struct fl_statistics s = grey_cells(width_cells, 64);
    struct fl_control c = plain_control();
    struct fl_tone_grid g;
    for (int row = 0; row < s.rows; row++)
        for (int col = 0; col < s.cols; col++) {
            double l = col < s.cols / 2 ? -1.0 - stops : -1.0;
            if (row >= s.rows - 4)
                l = col % 2 ? -10.5 : -0.5;
            set_cell(&s, col, row, exp2(l));
        }
    ck_assert_int_eq(fl_local_tone_make(&s, &c, 0.5F, &g).code, FL_OK);
    ck_assert_int_eq(g.cell % FL_CELL, 0);
    fl_statistics_free(&s);
    return g;
}

START_TEST(tone_grid_has_no_halos)
{
    static const double steps[] = {2, 3, 5, 9.5};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        int cells = k % 2 ? 130 : 60, width = cells * FL_CELL;
        struct fl_tone_grid g = step_grid(steps[k], cells);
        double dark = tone_gain(&g, 0, 300, -1 - steps[k]);
        double bright = tone_gain(&g, width - 1, 300, -1);
        ck_assert_double_gt(dark, bright);                             /* the range shrinks, */
        ck_assert_double_gt(steps[k] + bright - dark, 0.3 * steps[k]); /* but not to nothing */
        for (int x = 0; x < width; x += 5) {
            bool left = x < width / 2;
            double at = tone_gain(&g, x, 300, left ? -1 - steps[k] : -1);
            ck_assert_double_le(fabs(exp2(at - (left ? dark : bright)) - 1.0), 0.03);
        }
        fl_local_tone_free(&g);
    }
}
END_TEST

START_TEST(tone_grid_is_monotone)
{
    struct fl_tone_grid g = step_grid(9.5, 60);
    for (int x = 0; x < 960; x += 7)
        for (double l = -12.0; l < 3.4; l += 0.05) {
            double a = l + tone_gain(&g, x, 500, l), b = l + 0.05 + tone_gain(&g, x, 500, l + 0.05);
            ck_assert_double_gt(b, a);
            ck_assert_double_ge(a - l, -2.001);
            ck_assert_double_le(a - l, 3.001);
        }
    fl_local_tone_free(&g);
}
END_TEST

START_TEST(tone_grid_leaves_flat_scenes_and_noise_alone)
{
    struct fl_statistics s = grey_cells(40, 30);
    struct fl_control c = plain_control();
    struct fl_tone_grid g;
    double clean;
    for (int i = 0; i < 1200; i++)
        set_cell(&s, i % 40, i / 40, exp2(-3.0 + 2.0 * (i % 40) / 40.0));
    ck_assert_int_eq(fl_local_tone_make(&s, &c, 1.0F, &g).code, FL_OK);
    ck_assert_double_le(fabs(tone_gain(&g, 100, 100, -3)), 0.02); /* two stops need nothing */
    fl_local_tone_free(&g);
    for (int i = 0; i < 1200; i++)
        set_cell(&s, i % 40, i / 40, i % 40 < 20 ? exp2(-9.5) : 0.9);
    ck_assert_int_eq(fl_local_tone_make(&s, &c, 0.4F, &g).code, FL_OK);
    clean = tone_gain(&g, 50, 100, -9.5);
    fl_local_tone_free(&g);
    c.noise[1].s = 1e-3;
    c.noise[1].o = 1e-5; /* sigma of 0.003 at a level of 0.0014 */
    ck_assert_int_eq(fl_local_tone_make(&s, &c, 0.4F, &g).code, FL_OK);
    ck_assert_double_gt(clean, 1.5);
    ck_assert_double_lt(tone_gain(&g, 50, 100, -9.5), 0.35 * clean);
    fl_local_tone_free(&g);
    ck_assert_int_eq(fl_local_tone_make(&s, &c, 0.0F, &g).code, FL_OK);
    ck_assert_int_eq(g.cols, 0);
    ck_assert_int_eq(fl_local_tone_make(&s, &c, NAN, &g).code, FL_OK);
    ck_assert_int_eq(g.cols, 0);
    fl_statistics_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("control");
    TCase *t = tcase_create("control");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, statistics_are_what_they_say);
    tcase_add_test(t, statistics_of_mono_rgb_and_broken_pixels);
    tcase_add_test(t, neutral_exposure_is_what_was_asked);
    tcase_add_test(t, standard_exposure_is_restrained);
    tcase_add_test(t, standard_exposure_is_smooth);
    tcase_add_test(t, noise_is_not_lifted);
    tcase_add_test(t, white_is_above_the_brightest);
    tcase_add_test(t, white_follows_local_tone);
    tcase_add_test(t, tone_grid_has_no_halos);
    tcase_add_test(t, tone_grid_is_monotone);
    tcase_add_test(t, tone_grid_leaves_flat_scenes_and_noise_alone);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
