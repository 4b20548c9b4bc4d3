/* Control: what the noise estimate finds in pictures whose noise is known, and whom it believes. */
#include "run_suite.h"
#include "feed.h"
#include "noise_estimate.h"
#include "statistics.h"

#include <check.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define W 768
#define H 512

/* The simulated camera's noise by ISO. */
static struct fl_noise iso_noise(double iso)
{
    double g = iso / 100.0;
    struct fl_noise n = {2.2e-4 * g, 4e-4 * g * 4e-4 * g + 2e-8};
    return n;
}

/* A scene of smooth shades with, at places, fine texture: 0 none, 1 three quarters of it. */
static double scene(int x, int y, bool textured, uint32_t *seed)
{
    double v = 0.01 + 0.7 * (0.5 + 0.5 * sin(x * 0.013)) * (0.25 + 0.75 * y / H);
    double grain = feed_uniform(seed) - 0.5, wave = sin(x * 1.1 + y * 0.3) * sin(y * 0.9);
    if (textured && ((x / 48 + y / 48) % 4 != 0))
        v *= 1.0 + 0.25 * wave + 0.1 * grain;
    return v;
}

static void measure(const struct fl_noise *noise, bool textured, float clip,
                    struct fl_noise_measured out[3])
{
    static float p[W * H];
    struct fl_statistics s;
    struct fl_statistics_sink sink = {&s, FL_CFA_RGGB, false, clip, NULL};
    uint32_t scene_seed = 5, seed = 11;
    for (int i = 0; i < W * H; i++) {
        double v = scene(i % W, i / W, textured, &scene_seed);
        v += sqrt(noise->s * v + noise->o) * feed_normal(&seed);
        p[i] = (float)(v < clip ? v : clip);
    }
    ck_assert_int_eq(fl_statistics_new(W, H, &s).code, FL_OK);
    feed_rows(fl_statistics_rows, &sink, (float *const[3]){p, NULL, NULL}, W, H);
    fl_noise_estimate(&(struct fl_noise_input){&s, FL_CFA_RGGB, false, -1.0}, out);
    fl_statistics_free(&s);
}

static double ratio_at(const struct fl_noise *a, const struct fl_noise *b, double x)
{
    return (a->s * x + a->o) / (b->s * x + b->o);
}

START_TEST(noise_of_smooth_scenes_is_found)
{
    static const double isos[] = {100, 400, 1600, 6400}, levels[] = {0.02, 0.1, 0.4};
    for (int i = 0; i < 4; i++) {
        struct fl_noise truth = iso_noise(isos[i]);
        struct fl_noise_measured m[3];
        measure(&truth, false, 10.0F, m);
        for (int c = 0; c < 3; c++) {
            ck_assert_double_ge(m[c].quiet, 0.9);
            for (int l = 0; l < 3; l++)
                ck_assert_double_le(fabs(ratio_at(&m[c].noise, &truth, levels[l]) - 1.0), 0.15);
        }
    }
}
END_TEST

START_TEST(noise_is_not_texture)
{
    static const double isos[] = {100, 400, 1600, 6400}, levels[] = {0.02, 0.1, 0.4};
    for (int i = 0; i < 4; i++) {
        struct fl_noise truth = iso_noise(isos[i]);
        struct fl_noise_measured m[3];
        measure(&truth, true, 10.0F, m);
        for (int c = 0; c < 3; c++)
            for (int l = 0; l < 3; l++) {
                ck_assert_double_le(ratio_at(&m[c].noise, &truth, levels[l]), 1.4);
                ck_assert_double_ge(ratio_at(&m[c].noise, &truth, levels[l]), 0.8);
            }
    }
}
END_TEST

START_TEST(noise_ignores_clipped_cells)
{
    struct fl_noise truth = iso_noise(800);
    struct fl_noise_measured m[3];
    measure(&truth, false, 0.35F, m); /* a third of the picture is at the clip */
    for (int c = 0; c < 3; c++)
        ck_assert_double_le(fabs(ratio_at(&m[c].noise, &truth, 0.1) - 1.0), 0.15);
    measure(&truth, false, -1.0F, m); /* all of it */
    for (int c = 0; c < 3; c++)
        ck_assert(m[c].noise.s == 0.0 && m[c].noise.o == 0.0);
}
END_TEST

START_TEST(noise_of_a_clean_frame_is_tiny)
{
    struct fl_noise none = {0, 0};
    struct fl_noise_measured m[3];
    measure(&none, false, 10.0F, m);
    for (int c = 0; c < 3; c++) {
        ck_assert_double_gt(m[c].noise.o, 0.0);
        ck_assert_double_le(m[c].noise.s * 0.1 + m[c].noise.o, 1e-7);
    }
}
END_TEST

/* Only dark cells: a line has no slope there, the family of sensors does. */
/* Captures that make it hard. */
struct hard {
    const char *what;
    int width, height;
    double least, most;    /* levels of a slow gradient */
    double texture;        /* relative, of three waves, everywhere */
    double floor, quantum; /* of the codes */
    double row, hot;       /* noise of rows; share of hot pixels */
    double corner;         /* gain of lens shading in the corners */
    double offset;         /* of the black level */
    bool mono;
    double iso, low, high; /* what the ratio to the truth may be at half the brightest level */
};

static double hard_level(const struct hard *h, int x, int y)
{
    double t = 0.5 * x / h->width + 0.5 * y / h->height;
    double waves = sin(x * 1.1 + y * 0.3) + sin(x * 0.37 - y * 0.8) + sin(y * 1.9);
    /* the texture's strength wanders, as that of things does */
    double strength = h->texture * (0.1 + fabs(sin(x * 0.011) * sin(y * 0.017)));
    return (h->least + (h->most - h->least) * t) * (1.0 + strength * waves / 3.0);
}

static double hard_pixel(const struct hard *h, int x, int y, double row_noise, uint32_t *seed)
{
    struct fl_noise noise = iso_noise(h->iso);
    double dx = 2.0 * x / h->width - 1.0, dy = 2.0 * y / h->height - 1.0;
    double gain = 1.0 + (h->corner > 0.0 ? h->corner - 1.0 : 0.0) * (dx * dx + dy * dy) / 2.0;
    double v = hard_level(h, x, y) / gain;
    v += sqrt(noise.s * v + noise.o) * feed_normal(seed) + row_noise;
    if (feed_uniform(seed) < h->hot)
        v += 0.4;
    v = v < h->floor ? h->floor : v;
    if (h->quantum > 0.0)
        v = floor(v / h->quantum + 0.5) * h->quantum;
    return v * gain + h->offset;
}

static void measure_hard(const struct hard *h, uint32_t seed, struct fl_noise_measured out[3])
{
    float *p = malloc((size_t)h->width * (size_t)h->height * sizeof *p);
    enum fl_cfa cfa = h->mono ? FL_CFA_NONE : FL_CFA_GBRG;
    struct fl_statistics s;
    struct fl_statistics_sink sink = {&s, cfa, h->mono, 0.985F, NULL};
    ck_assert_ptr_nonnull(p);
    for (int y = 0; y < h->height; y++) {
        double row_noise = h->row * feed_normal(&seed);
        for (int x = 0; x < h->width; x++)
            p[y * h->width + x] = (float)hard_pixel(h, x, y, row_noise, &seed);
    }
    ck_assert_int_eq(fl_statistics_new(h->width, h->height, &s).code, FL_OK);
    feed_rows(fl_statistics_rows, &sink, (float *const[3]){p, NULL, NULL}, h->width, h->height);
    fl_noise_estimate(&(struct fl_noise_input){&s, cfa, h->mono, h->floor}, out);
    fl_statistics_free(&s);
    free(p);
}

START_TEST(noise_of_hard_captures_is_found)
{
    static const struct hard cases[] = {
        {"small", 64, 64, 0.02, 0.5, 0, -1, 0, 0, 0, 0, 0, false, 800, 0.75, 1.35},
        {"one row of cells", 640, 16, 0.02, 0.5, 0, -1, 0, 0, 0, 0, 0, false, 800, 0.75, 1.35},
        {"dark", 512, 384, 0, 0.01, 0, -0.06, 0, 0, 0, 0, 0, false, 3200, 0.85, 1.2},
        {"cut off in black", 512, 384, 0, 0.06, 0, 0, 0, 0, 0, 0, 0, false, 6400, 0.8, 1.25},
        {"partly clipped", 512, 384, 0.1, 1.6, 0, -1, 0, 0, 0, 0, 0, false, 800, 0.85, 1.2},
        {"10 bits", 512, 384, 0.01, 0.6, 0, -0.06, 1.0 / 959, 0, 0, 0, 0, false, 400, 0.85, 1.2},
        {"8 bits", 512, 384, 0.05, 0.6, 0, -0.06, 1.0 / 239, 0, 0, 0, 0, false, 3200, 0.85, 1.2},
        {"rows differ", 512, 384, 0.02, 0.5, 0, -1, 0, 0.01, 0, 0, 0, false, 800, 0.85, 1.2},
        {"hot pixels", 512, 384, 0.02, 0.5, 0, -1, 0, 0, 2e-3, 0, 0, false, 400, 0.85, 1.2},
        {"wrong black", 512, 384, 0.02, 0.5, 0, -1, 0, 0, 0, 0, 0.004, false, 800, 0.8, 1.25},
        {"shaded", 512, 384, 0.02, 0.5, 0, -1, 0, 0, 0, 4, 0, false, 800, 0.85, 3},
        {"texture", 512, 384, 0.02, 0.5, 0.5, -1, 0, 0, 0, 0, 0, false, 1600, 0.85, 1.5},
        {"small texture", 204, 150, 0.1, 0.6, 2, -1, 0, 0, 0, 0, 0, false, 3200, 0.6, 2.5},
        {"fine texture", 1024, 768, 0.02, 0.5, 0.2, -1, 0, 0, 0, 0, 0, false, 800, 0.85, 1.5},
        {"mono", 512, 384, 0.02, 0.5, 0.2, -1, 0, 0, 0, 0, 0, true, 1600, 0.85, 1.35}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint32_t seed = 1; seed <= 3; seed++) {
            struct fl_noise truth = iso_noise(cases[i].iso);
            struct fl_noise_measured m[3];
            measure_hard(&cases[i], seed * 7919, m);
            truth.o += cases[i].quantum * cases[i].quantum / 12.0;
            for (int c = 0; c < 3; c++) {
                double r = ratio_at(&m[c].noise, &truth, cases[i].most / 2.0);
                ck_assert_msg(r >= cases[i].low && r <= cases[i].high, "%s, seed %u, colour %d: %g",
                              cases[i].what, seed, c, r);
            }
        }
}
END_TEST

/* Texture everywhere is not said to be surely noise. */
START_TEST(sureness_tells_texture_from_noise)
{
    struct hard flat = {"flat", 512, 384, 0.02, 0.5, 0, -1, 0, 0, 0, 0, 0, false, 400, 0, 0};
    struct hard texture = flat;
    struct fl_noise_measured m[3];
    texture.texture = 2.0;
    texture.most = 0.3;
    texture.iso = 50;
    measure_hard(&flat, 5, m);
    ck_assert_double_ge(m[1].quiet, 0.9);
    measure_hard(&texture, 5, m);
    ck_assert_double_le(m[1].quiet, 0.7);
}
END_TEST

/* Only dark cells: a line has no slope there, the family of sensors does. */
START_TEST(noise_of_a_dark_frame_is_plausible)
{
    struct fl_statistics s;
    struct fl_noise_measured m[3];
    ck_assert_int_eq(fl_statistics_new(320, 320, &s).code, FL_OK);
    for (int p = 0; p < FL_NOISE_PARTS; p++)
        for (int i = 0; i < 400; i++)
            s.part[p][i] = (float)(1e-6 * (0.8 + 0.001 * i));
    fl_noise_estimate(&(struct fl_noise_input){&s, FL_CFA_RGGB, false, -1.0}, m);
    for (int c = 0; c < 3; c++) {
        ck_assert_double_le(fabs(m[c].noise.o / 1e-6 - 1.0), 0.3);
        ck_assert_double_ge(m[c].noise.s, 1e-4);
        ck_assert_double_le(m[c].noise.s, 2e-3);
    }
    fl_statistics_free(&s);
}
END_TEST

START_TEST(hostile_statistics_give_sane_laws)
{
    static const float bad[] = {0.0F, 1e-30F, 1e8F, -1e8F};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int mono = 0; mono < 2; mono++) {
            struct fl_statistics s;
            struct fl_noise_measured m[3];
            ck_assert_int_eq(fl_statistics_new(320, 320, &s).code, FL_OK);
            for (int k = 0; k < 400; k++)
                for (int p = 0; p < FL_NOISE_PARTS; p++) {
                    s.part[p][k] = k % 3 ? bad[i] : 1e-5F;
                    s.mean[p % 3][k] = k % 2 ? -bad[i] : 0.1F;
                }
            fl_noise_estimate(&(struct fl_noise_input){&s, FL_CFA_NONE, mono, 0.0}, m);
            for (int c = 0; c < 3; c++)
                ck_assert(m[c].noise.s >= 0.0 && m[c].noise.s < 1e9 && m[c].noise.o >= 0.0 &&
                          m[c].noise.o < 1e18 && m[c].quiet >= 0.0 && m[c].quiet <= 1.0);
            fl_statistics_free(&s);
        }
}
END_TEST

START_TEST(the_right_one_is_believed)
{
    static const struct {
        double measured, quiet, tagged, least, most;
    } cases[] = {{1, 1, 1, 1, 1},   /* they agree */
                 {1.7, 1, 1, 1, 1}, /* nearly */
                 {0.8, 1, 1, 1, 1},
                 {0.5, 0.1, 1, 0.3, 0.55}, /* the tag is too high: texture cannot explain that */
                 {0.2, 0.1, 1, 0.09, 0.2},
                 {2, 0.1, 8, 1.7, 2},
                 {0, 0, 1, 1, 1},     /* nothing measured */
                 {2, 0.1, 0, 1.7, 2}, /* no tag */
                 {4, 1, 1, 3.8, 4},   /* the tag is too low */
                 {4, 0.2, 1, 1.5, 3}, /* or there was texture */
                 {2.2, 0.2, 1, 1, 1.3},
                 {100, 0, 1, 99, 100},          /* that much texture there is not */
                 {100, 1, 0.005, 0.005, 0.005}, /* declared clean */
                 {0, 0, 0, 0, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fl_noise_measured m[3];
        struct fl_noise tag[3], out[3];
        for (int c = 0; c < 3; c++) {
            m[c].noise.s = 2e-4 * cases[i].measured;
            m[c].noise.o = 1e-7 * cases[i].measured;
            m[c].quiet = cases[i].quiet;
            m[c].level = 0.1;
            tag[c].s = 2e-4 * cases[i].tagged;
            tag[c].o = 1e-7 * cases[i].tagged;
        }
        fl_noise_believe(m, tag, out);
        for (int c = 0; c < 3; c++) {
            ck_assert_double_ge(out[c].s, 2e-4 * cases[i].least * 0.999999);
            ck_assert_double_le(out[c].s, 2e-4 * cases[i].most * 1.000001);
            ck_assert_double_le(fabs(out[c].o - out[c].s * 5e-4), 1e-12);
        }
    }
}
END_TEST

START_TEST(hostile_tags_are_not_believed)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY, -1, 1e300, 5};
    struct fl_noise_measured m[3];
    struct fl_noise tag[3], out[3];
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        for (int which = 0; which < 2; which++) {
            for (int c = 0; c < 3; c++) {
                m[c].noise = iso_noise(200);
                m[c].quiet = 1;
                m[c].level = 0.1;
                tag[c] = iso_noise(200);
                *(which ? &tag[c].s : &tag[c].o) = bad[i];
            }
            fl_noise_believe(m, tag, out);
            for (int c = 0; c < 3; c++)
                ck_assert(out[c].s > 0.9 * m[c].noise.s && out[c].s <= m[c].noise.s &&
                          out[c].o > 0.9 * m[c].noise.o && out[c].o <= m[c].noise.o);
        }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("noise");
    TCase *t = tcase_create("noise");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, noise_of_smooth_scenes_is_found);
    tcase_add_test(t, noise_is_not_texture);
    tcase_add_test(t, noise_ignores_clipped_cells);
    tcase_add_test(t, noise_of_a_clean_frame_is_tiny);
    tcase_add_test(t, noise_of_hard_captures_is_found);
    tcase_add_test(t, sureness_tells_texture_from_noise);
    tcase_add_test(t, noise_of_a_dark_frame_is_plausible);
    tcase_add_test(t, hostile_statistics_give_sane_laws);
    tcase_add_test(t, the_right_one_is_believed);
    tcase_add_test(t, hostile_tags_are_not_believed);
    suite_add_tcase(suite, t);
    return run_suite(suite);
}
