/* The simulated sensor as a measuring instrument: noise, colour, shading. */
#include "run_suite.h"
#include "flmath.h"
#include "sim_frames.h"
#include "sim_random.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Mean and variance of one colour of a flat, unshaded capture. */
static void flat_statistics(const struct fl_frame *f, int color, double *mean, double *variance,
                            double *count)
{
    double sum = 0, sum2 = 0, n = 0;
    for (int y = 0; y < f->meta.active.height; y++)
        for (int x = 0; x < f->meta.active.width; x++)
            if (fl_cfa_color(f->format.cfa, x, y) == color) {
                double v = value_at(f, x, y);
                sum += v;
                sum2 += v * v;
                n++;
            }
    *mean = sum / n;
    *variance = sum2 / n - *mean * *mean;
    *count = n;
}

/* Variance follows the profile in the metadata, and the mean the light, in deep shadow too. */
START_TEST(noise_follows_profile)
{
    static const struct {
        const char *format;
        double iso, ev;
    } cases[] = {{"SRGGB12", 100, 0},   {"SRGGB12", 100, 2},   {"SRGGB10", 800, 0},
                 {"SBGGR12", 1600, -9}, {"SRGGB14", 100, -10}, {"SRGGB16", 3200, -6},
                 {"SRGGB8", 400, 0},    {"SGRBG10", 6400, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_sim_config c = {.scene = "flat",
                                  .format = cases[i].format,
                                  .width = 512,
                                  .height = 384,
                                  .iso = cases[i].iso,
                                  .no_shading = true,
                                  .exposure_ev = cases[i].ev,
                                  .seed = (uint32_t)i};
        struct fl_frame *f = sim_capture(&c);
        for (int color = 0; color < 3; color++) {
            const struct fl_noise *n = &f->meta.noise[color];
            double light = 0.18 * exp2(cases[i].ev) * f->meta.neutral[color];
            double expected = n->s * light + n->o, mean, variance, count;
            flat_statistics(f, color, &mean, &variance, &count);
            ck_assert_double_le(fabs(mean - light), 4.5 * sqrt(expected / count));
            ck_assert_double_le(fabs(variance / expected - 1), 0.035);
        }
        fl_frame_unref(f);
    }
}
END_TEST

/* Histogram of draws against the distribution itself: chi-squared, 5 sigma. */
START_TEST(poisson_is_poisson)
{
    static const double means[] = {0.05, 0.7, 3.0, 9.99, 10.01, 14.0, 60.0};
    enum { DRAWS = 200000, BINS = 160 };
    for (size_t i = 0; i < sizeof means / sizeof *means; i++) {
        static int seen[BINS];
        double chi2 = 0, freedom = -1, p = exp(-means[i]), rest = DRAWS, rest_seen = DRAWS;
        memset(seen, 0, sizeof seen);
        for (int k = 0; k < DRAWS; k++) {
            struct fl_sim_stream s = fl_sim_stream(99 + i, (uint64_t)k);
            double draw = fl_sim_poisson(&s, means[i]);
            if (!(draw >= 0 && draw < BINS && draw == floor(draw)))
                ck_abort_msg("draw %g", draw);
            seen[(int)draw]++;
        }
        for (int k = 0; k < BINS; p *= means[i] / ++k) {
            if (p * DRAWS < 8)
                continue; /* goes into the rest */
            chi2 += (seen[k] - p * DRAWS) * (seen[k] - p * DRAWS) / (p * DRAWS);
            rest -= p * DRAWS;
            rest_seen -= seen[k];
            freedom++;
        }
        if (rest > 2) {
            chi2 += (rest_seen - rest) * (rest_seen - rest) / rest;
            freedom++;
        }
        ck_assert_double_le(chi2, freedom + 5 * sqrt(2 * freedom));
    }
}
END_TEST

START_TEST(normal_is_normal)
{
    static const double edge[] = {-3, -2, -1.5, -1.2, -1, -0.5, 0, 0.5, 1, 1.2, 1.5, 2, 3};
    enum { DRAWS = 400000, EDGES = sizeof edge / sizeof *edge };
    int below[EDGES] = {0};
    double sum4 = 0;
    for (int k = 0; k < DRAWS; k++) {
        struct fl_sim_stream s = fl_sim_stream(5, (uint64_t)k);
        double z = fl_sim_normal(&s);
        for (int e = 0; e < EDGES; e++)
            below[e] += z < edge[e];
        sum4 += z * z * z * z;
    }
    for (int e = 0; e < EDGES; e++) {
        double p = 0.5 * erfc(-edge[e] / sqrt(2.0));
        ck_assert_double_le(fabs(below[e] - p * DRAWS), 4.5 * sqrt(p * (1 - p) * DRAWS));
    }
    ck_assert_double_le(fabs(sum4 / DRAWS - 3), 4.5 * sqrt(96.0 / DRAWS));
}
END_TEST

/* All three colours at every pixel: each pixel is seen through each filter by some CFA order. */
static void full_color(struct fl_sim_config c, double *cam, struct fl_meta *meta)
{
    static const char *const orders[4] = {"SRGGB16", "SGRBG16", "SGBRG16", "SBGGR16"};
    size_t pixels = (size_t)c.width * (size_t)c.height;
    for (size_t i = 0; i < pixels * 3; i++)
        cam[i] = -1;
    for (int i = 0; i < 4; i++) {
        struct fl_frame *f;
        c.format = orders[i];
        f = sim_capture(&c);
        for (int y = 0; y < c.height; y++)
            for (int x = 0; x < c.width; x++) {
                double *slot = cam + ((size_t)y * (size_t)c.width + (size_t)x) * 3 +
                               fl_cfa_color(f->format.cfa, x, y);
                double v = value_at(f, x, y);
                if (*slot != -1 && *slot != v) /* two orders show green here: the same */
                    ck_abort_msg("green %g and %g at %d, %d", *slot, v, x, y);
                *slot = v;
            }
        *meta = f->meta;
        meta->corrections = NULL;
        meta->exif = NULL;
        fl_frame_unref(f);
    }
}

static const double xyz_d50_to_srgb[9] = {3.1338561, -1.6168667, -0.4906146, -0.9787684, 1.9161415,
                                          0.0334540, 0.0719453,  -0.2289914, 1.4052427};

/* A DNG reader by the book (white balance, forward matrix interpolated in 1/T) gets the truth. */
START_TEST(forward_matrix_returns_truth)
{
    static const double ccts[] = {2500, 2856, 3400, 5000, 6504, 9500};
    static double cam[96 * 72 * 3];
    for (size_t i = 0; i < sizeof ccts / sizeof *ccts; i++) {
        struct fl_sim_config c = {.scene = "chart",
                                  .width = 96,
                                  .height = 72,
                                  .cct_k = ccts[i],
                                  .no_noise = true,
                                  .no_shading = true};
        struct fl_frame *ideal = sim_truth(&c);
        const struct fl_calibration *k;
        struct fl_meta meta;
        double w, worst = 0;
        full_color(c, cam, &meta);
        k = meta.calibration;
        w = (1 / k[0].cct_k - 1 / ccts[i]) / (1 / k[0].cct_k - 1 / k[1].cct_k);
        w = w < 0 ? 0 : w > 1 ? 1 : w;
        for (int p = 0; p < 96 * 72; p++) {
            double balanced[3], xyz[3], rgb[3], m[9];
            for (int j = 0; j < 9; j++)
                m[j] = (1 - w) * k[0].forward_matrix[j] + w * k[1].forward_matrix[j];
            for (int j = 0; j < 3; j++)
                balanced[j] = cam[p * 3 + j] / meta.neutral[j];
            fl_mat3_apply(m, balanced, xyz);
            fl_mat3_apply(xyz_d50_to_srgb, xyz, rgb);
            for (int j = 0; j < 3; j++)
                worst = fmax(worst, fabs(rgb[j] - truth_at(ideal, j, p % 96, p / 96)));
        }
        ck_assert_double_le(worst, 3e-4);
        fl_frame_unref(ideal);
    }
}
END_TEST

/* The colour matrices take each illuminant's white to its neutral, and both agree with the forward
 * matrices about white. */
START_TEST(color_matrices_fit_neutral)
{
    static const double white_xy[2][2] = {{0.44757, 0.40745}, {0.3127, 0.3290}};
    static const double ccts[2] = {2856, 6504};
    for (int i = 0; i < 2; i++) {
        struct fl_sim_config c = {.scene = "flat", .width = 2, .height = 2, .cct_k = ccts[i]};
        struct fl_frame *f = sim_capture(&c);
        const struct fl_calibration *k = &f->meta.calibration[i];
        double x = white_xy[i][0], y = white_xy[i][1], white[3] = {x / y, 1, (1 - x - y) / y};
        double one[3] = {1, 1, 1}, response[3], d50[3];
        ck_assert(k->has_color_matrix && k->has_forward_matrix);
        ck_assert_int_eq(k->illuminant, i == 0 ? 17 : 21);
        fl_mat3_apply(k->color_matrix, white, response);
        fl_mat3_apply(k->forward_matrix, one, d50);
        for (int j = 0; j < 3; j++)
            ck_assert_double_le(fabs(response[j] / response[1] - f->meta.neutral[j]), 1e-3);
        ck_assert_double_le(fabs(d50[0] - 0.9642) + fabs(d50[1] - 1) + fabs(d50[2] - 0.8252), 1e-3);
        fl_frame_unref(f);
    }
}
END_TEST

/* Bilinear GainMap as the DNG specification has it, at a pixel's centre. */
static double gain_at(const struct fl_meta *m, int x, int y)
{
    for (int i = 0; i < m->corrections->opcode_count; i++) {
        const struct fl_opcode *op = &m->corrections->opcode[i];
        const struct fl_rect *a = &op->u.gain_map.area;
        double v, h, fv, fh;
        const float *g;
        if (op->id != FL_OPCODE_GAIN_MAP || op->list != 2)
            ck_abort_msg("opcode %d in list %d", (int)op->id, op->list);
        if (x < a->x || y < a->y || (x - a->x) % op->u.gain_map.col_pitch ||
            (y - a->y) % op->u.gain_map.row_pitch)
            continue;
        v = ((y + 0.5) / m->active.height - op->u.gain_map.origin_v) / op->u.gain_map.spacing_v;
        h = ((x + 0.5) / m->active.width - op->u.gain_map.origin_h) / op->u.gain_map.spacing_h;
        fv = v - floor(v);
        fh = h - floor(h);
        g = op->u.gain_map.gain + (int)v * op->u.gain_map.points_h + (int)h;
        return (1 - fv) * ((1 - fh) * (double)g[0] + fh * (double)g[1]) +
               fv * ((1 - fh) * (double)g[op->u.gain_map.points_h] +
                     fh * (double)g[op->u.gain_map.points_h + 1]);
    }
    ck_abort_msg("no gain map covers %d, %d", x, y);
    return 0;
}

START_TEST(gain_maps_undo_shading)
{
    static const char *const formats[] = {"SGBRG16", "R16"};
    for (int i = 0; i < 2; i++) {
        struct fl_sim_config c = {
            .scene = "flat", .format = formats[i], .width = 320, .height = 200, .no_noise = true};
        struct fl_frame *f = sim_capture(&c);
        double corner = value_at(f, 0, 0), middle = value_at(f, 160, 100), worst = 0;
        ck_assert_double_le(corner, 0.65 * middle);
        ck_assert_int_eq(f->meta.corrections->opcode_count, i == 0 ? 4 : 1);
        for (int y = 0; y < 200; y++)
            for (int x = 0; x < 320; x++) {
                int color = fl_cfa_color(f->format.cfa, x, y);
                double light = 0.18 * (i == 0 ? f->meta.neutral[color] : 1.0);
                worst = fmax(worst, fabs(value_at(f, x, y) * gain_at(&f->meta, x, y) / light - 1));
            }
        ck_assert_double_le(worst, 0.002);
        fl_frame_unref(f);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("sim_signal");
    TCase *tc = tcase_create("sim_signal");
    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, noise_follows_profile);
    tcase_add_test(tc, poisson_is_poisson);
    tcase_add_test(tc, normal_is_normal);
    tcase_add_test(tc, forward_matrix_returns_truth);
    tcase_add_test(tc, color_matrices_fit_neutral);
    tcase_add_test(tc, gain_maps_undo_shading);
    suite_add_tcase(suite, tc);
    return run_suite(suite);
}
