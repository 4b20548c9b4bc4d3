/* The comparisons of fl-inspect: each fires on what it is for, and none on a sound file. */
#include "run_suite.h"
#include "inspect_warnings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* A sound 12-bit raw and what its data says. */
static void make(struct fl_frame *raw, struct fl_inspection *found)
{
    memset(raw, 0, sizeof *raw);
    memset(found, 0, sizeof *found);
    raw->width = 4000;
    raw->height = 3000;
    raw->format = (struct fl_format){FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12};
    raw->meta.has_neutral = true;
    raw->meta.neutral[0] = 0.5;
    raw->meta.neutral[1] = 1;
    raw->meta.neutral[2] = 0.6;
    raw->meta.calibration[0].has_color_matrix = true;
    for (int i = 0; i < 4; i++) {
        raw->meta.black_dn[i] = 256;
        found->min_dn[i] = 240;
        found->median_dn[i] = 900;
        found->max_dn[i] = 4095;
        found->clip_dn[i] = 4095;
        found->masked_black_dn[i] = -1;
    }
    for (int i = 0; i < 3; i++)
        raw->meta.noise[i] = (struct fl_noise){1e-4, 1e-6};
    found->noise = (struct fl_noise){1.1e-4, 1e-6};
    found->green_imbalance = 1.002;
    found->clipped_count = 1000;
    found->hot_count = found->dead_count = 20;
}

/* The warnings, each on a line. Freed by the caller. */
static char *warnings(const struct fl_frame *raw, const struct fl_inspection *found)
{
    struct fl_text_list list = {0};
    struct fl_text text = {0};
    ck_assert(fl_inspect_warn(raw, found, &list));
    for (int i = 0; i < list.count; i++)
        fl_text_printf(&text, "%s\n", list.item[i]);
    fl_text_list_free(&list);
    return fl_text_take(&text);
}

static void expect(const struct fl_frame *raw, const struct fl_inspection *found, const char *want)
{
    char *text = warnings(raw, found);
    ck_assert_str_eq(text, want);
    free(text);
}

START_TEST(a_sound_file_is_not_warned_about)
{
    struct fl_frame raw;
    struct fl_inspection found;
    make(&raw, &found);
    expect(&raw, &found, "");
    expect(&raw, NULL, "");
    memset(found.clip_dn, 0, sizeof found.clip_dn); /* nothing is clipped */
    found.noise = (struct fl_noise){0, 0};          /* nothing is flat */
    expect(&raw, &found, "");
}
END_TEST

START_TEST(levels)
{
    struct fl_frame raw;
    struct fl_inspection found;
    make(&raw, &found);
    raw.format.bits = 16; /* a Pi 5: 10 bits in 16, 1023 << 6 */
    for (int i = 0; i < 4; i++)
        found.clip_dn[i] = found.max_dn[i] = 65472;
    expect(&raw, &found,
           "the file declares white at 65535, but the data clips at 65472: bright areas turn "
           "pink\n");
    make(&raw, &found);
    for (int i = 0; i < 4; i++)
        raw.meta.white_dn[i] = 4000;
    expect(&raw, &found,
           "the file declares white at 4000, but the data clips at 4095: highlights are lost\n");
    make(&raw, &found);
    found.clip_dn[2] = 4050; /* a pile below the top, but the top is reached */
    expect(&raw, &found, "");
    found.max_dn[2] = 4050;
    expect(&raw, &found,
           "the file declares white at 4095, but the data clips at 4050: bright areas turn pink\n");
    found.max_dn[1] = 5000;
    expect(&raw, &found, "there are values up to 5000, above the declared white level 4095\n");
    make(&raw, &found);
    found.masked_black_dn[1] = 300;
    expect(&raw, &found,
           "the file declares black at 256, but its masked pixels are at 300 (site 1)\n");
    make(&raw, &found);
    memset(raw.meta.black_dn, 0, sizeof raw.meta.black_dn);
    expect(&raw, &found,
           "the file declares black at 0, but no pixel is below 240: a black level is probably "
           "missing\n");
    make(&raw, &found);
    raw.meta.black_dn[0] = 1000;
    expect(&raw, &found, "most pixels lie below the declared black level 1000 (median 900)\n");
    raw.meta.black_dn[0] = 5000;
    expect(&raw, &found, "the black level 5000 is not below the white level 4095\n");
}
END_TEST

START_TEST(what_is_missing)
{
    struct fl_frame raw;
    struct fl_inspection found;
    make(&raw, &found);
    raw.meta.has_neutral = false;
    raw.meta.calibration[0].has_color_matrix = false;
    memset(raw.meta.noise, 0, sizeof raw.meta.noise);
    expect(&raw, &found,
           "no colour matrix: colours will be approximate\n"
           "no white balance in the file: it will be estimated from the picture\n"
           "no noise profile: noise reduction will estimate it from the picture\n");
    raw.meta.has_neutral = true;
    raw.meta.neutral[0] = raw.meta.neutral[2] = 1;
    raw.meta.calibration[0].has_color_matrix = true;
    raw.meta.noise[1].o = 1e-6;
    found.noise = (struct fl_noise){0, 0};
    expect(&raw, &found, "the file's white balance is neutral, as if none had been set\n");
    raw.format.color = FL_COLOR_MONO; /* needs no colour */
    raw.format.cfa = FL_CFA_NONE;
    expect(&raw, &found, "");
}
END_TEST

START_TEST(noise_greens_and_defects)
{
    struct fl_frame raw;
    struct fl_inspection found;
    make(&raw, &found);
    found.noise.s = 5e-4;
    expect(&raw, &found,
           "the data is noisier than the noise profile says: variance x4.8 at mid grey\n");
    found.noise = (struct fl_noise){2e-5, 0};
    expect(&raw, &found,
           "the data is cleaner than the noise profile says: variance x0.19 at mid grey; was it "
           "denoised?\n");
    make(&raw, &found);
    found.green_imbalance = 0.97;
    expect(&raw, &found, "the two greens differ by 3.0 %: maze patterns are likely\n");
    make(&raw, &found);
    found.hot_count = 12000;
    found.dead_count = 6000;
    found.clipped_count = 1200000;
    expect(&raw, &found,
           "12000 hot pixels (1000 per million)\n"
           "6000 dead pixels (500 per million)\n"
           "10 % of the pixels are clipped\n");
}
END_TEST

START_TEST(geometry)
{
    struct fl_frame raw;
    struct fl_inspection found;
    make(&raw, &found);
    raw.meta.active = (struct fl_rect){10, 10, 3991, 2980};
    raw.meta.default_crop = (struct fl_rect){0, 1, 3991, 2980};
    raw.meta.orientation = 9;
    expect(&raw, &found,
           "the active area 3991x2980+10+10 leaves the frame of 4000x3000\n"
           "the default crop 3991x2980+0+1 leaves the active area of 3991x2980\n"
           "the mosaic of 3991x2980 has an odd side: its last row or column is left out\n"
           "orientation 9 is none of 1..8\n");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("inspect_warnings");
    TCase *all = tcase_create("all");
    suite_add_tcase(suite, all);
    tcase_add_test(all, a_sound_file_is_not_warned_about);
    tcase_add_test(all, levels);
    tcase_add_test(all, what_is_missing);
    tcase_add_test(all, noise_greens_and_defects);
    tcase_add_test(all, geometry);
    return run_suite(suite);
}
