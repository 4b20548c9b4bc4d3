/* Tuning: every file that Raspberry Pi ships, where they are at hand. */
#include "run_suite.h"

#include "firstlight/tuning.h"

#include <check.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef void (*check_one)(const char *name, const struct fl_tuning *t);

/* Returns how many there were. */
static int with_every_file(check_one check)
{
    const char *data = getenv("FL_SHARED_DATA");
    char name[1024];
    const struct dirent *entry;
    DIR *folder;
    int files = 0;
    snprintf(name, sizeof name, "%s/rpi_tuning", data ? data : "");
    folder = opendir(name);
    if (!folder) {
        printf("no tuning files in FL_SHARED_DATA: skipped\n");
        return 0;
    }
    while ((entry = readdir(folder))) {
        struct fl_tuning *t;
        fl_err err;
        if (!strstr(entry->d_name, ".json"))
            continue;
        snprintf(name, sizeof name, "%s/rpi_tuning/%s", data, entry->d_name);
        err = fl_tuning_load(name, NULL, &t);
        ck_assert_msg(err.code == FL_OK, "%s", err.message);
        check(entry->d_name, t);
        files++;
        fl_tuning_free(t);
    }
    closedir(folder);
    return files;
}

static int curves, matrices, shadings, laterals;

static void check_color(const char *name, const struct fl_tuning *t)
{
    double grey[2], m[9];
    ck_assert_msg(t->has_black && t->black[1] < 0.1, "%s", name);
    ck_assert_msg(t->gamma.count >= 2 && t->gamma.point[0].y < 0.1 &&
                      fabs(t->gamma.point[t->gamma.count - 1].y - 1.0) < 1e-6,
                  "%s: tone curve", name);
    ck_assert_msg(t->exposure.channel_count >= 1 && t->exposure.channel[0].mode_count >= 1 &&
                      t->exposure.channel[0].y_target.count >= 1,
                  "%s: exposure", name);
    curves += t->grey_count >= 2;
    for (double k = 2500; t->grey_count >= 2 && k <= 8000; k += 250) {
        ck_assert(fl_tuning_grey(t, k, grey));
        ck_assert_msg(grey[0] > 0.15 && grey[0] < 2.2 && grey[1] > 0.15 && grey[1] < 2.2,
                      "%s: grey %g %g at %g K", name, grey[0], grey[1], k);
    }
    matrices += t->ccm_count > 0;
    for (double k = 2000; t->ccm_count > 0 && k <= 9000; k += 250) {
        /* those made from spectra do not keep grey by themselves; who uses them sees to it */
        const double most = strstr(name, "_scientific") ? 0.07 : 2e-4;
        ck_assert(fl_tuning_ccm_at(t, k, m));
        for (int row = 0; row < 3; row++)
            ck_assert_msg(fabs(m[3 * row] + m[3 * row + 1] + m[3 * row + 2] - 1.0) < most,
                          "%s: row %d of the matrix at %g K", name, row, k);
    }
}

static void check_shading(const char *name, const struct fl_tuning *t)
{
    static float gain[3 * 17 * 13];
    laterals += t->lateral.known;
    if (!fl_shading_gains(&t->shading, 4000, NULL, 17, 13, gain))
        return;
    shadings++;
    ck_assert((t->shading.cols == 16 && t->shading.rows == 12) ||
              (t->shading.cols == 32 && t->shading.rows == 32));
    for (int c = 0; c < 3; c++) {
        const float *g = gain + c * 221;
        float centre = g[6 * 17 + 8];
        ck_assert_msg(centre >= 0.9f && centre < 2.0f, "%s: %g in the middle", name,
                      (double)centre);
        for (int i = 0; i < 221; i++)
            ck_assert_msg(g[i] > 0.85f && g[i] < 8.0f, "%s: gain %g", name, (double)g[i]);
        ck_assert_msg(g[0] + g[16] + g[204] + g[220] >= 4.0f * 0.97f * centre,
                      "%s: corners need less than the middle", name);
    }
}

START_TEST(colors_of_every_file)
{
    int files = with_every_file(check_color);
    if (files == 0)
        return;
    ck_assert_int_ge(files, 67);
    ck_assert_int_ge(curves, 43);
    ck_assert_int_ge(matrices, 58);
}
END_TEST

START_TEST(shading_of_every_file)
{
    if (with_every_file(check_shading) == 0)
        return;
    ck_assert_int_ge(shadings, 63);
    ck_assert_int_eq(laterals, 6);
}
END_TEST

static char path[64];

/* What the profile says, said again: the same text, and the same gains. */
static void check_profile(const char *name, const struct fl_tuning *t)
{
    static float a[3 * 33 * 33], b[3 * 33 * 33];
    struct fl_tuning *again;
    char *text, *second;
    FILE *f = fopen(path, "w");
    fl_err err = fl_tuning_profile(t, &text);
    ck_assert(f != NULL && err.code == FL_OK);
    fputs(text, f);
    fclose(f);
    err = fl_tuning_load(path, NULL, &again);
    ck_assert_msg(err.code == FL_OK, "%s: %s", name, err.message);
    ck_assert_int_eq(fl_tuning_profile(again, &second).code, FL_OK);
    ck_assert_msg(strcmp(text, second) == 0, "%s: not the same profile", name);
    ck_assert_str_eq(t->sensor, again->sensor);
    ck_assert(fl_shading_gains(&t->shading, 3456, NULL, 33, 33, a) ==
              fl_shading_gains(&again->shading, 3456, NULL, 33, 33, b));
    for (int i = 0; i < 3 * 33 * 33; i++)
        ck_assert_msg(fabsf(a[i] - b[i]) < 1e-5f, "%s: %g is now %g", name, (double)a[i],
                      (double)b[i]);
    fl_tuning_free(again);
    free(text);
    free(second);
}

START_TEST(profiles_of_every_file)
{
    (void)with_every_file(check_profile);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tuning_files");
    TCase *t = tcase_create("tuning_files");
    int failed, fd;
    snprintf(path, sizeof path, "/tmp/fl-profile-XXXXXX");
    fd = mkstemp(path);
    if (fd < 0)
        return EXIT_FAILURE;
    close(fd);
    tcase_add_test(t, colors_of_every_file);
    tcase_add_test(t, shading_of_every_file);
    tcase_add_test(t, profiles_of_every_file);
    tcase_set_timeout(t, 60);
    suite_add_tcase(suite, t);
    failed = run_suite(suite);
    unlink(path);
    return failed;
}
