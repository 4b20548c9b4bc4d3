/* What fl_write() puts into a DNG, fl_source_read() gets back: the simulated sensor's frames with
 * all that is known about them. */
#include "run_suite.h"
#include "dng_writer.h"
#include "firstlight/firstlight.h"
#include "firstlight/source.h"
#include "unpack_row.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct fl_frame *through_file(const struct fl_frame *raw)
{
    struct fl_write_options options = fl_write_options_default();
    struct fl_frame *back;
    char path[256];
    fl_err err;
    dngw_save((const uint8_t *)"", 0, path, sizeof path);
    options.type = FL_FILE_DNG;
    options.replace = true;
    err = fl_write(path, raw, &options, NULL);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    err = fl_source_read(path, NULL, NULL, &back);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    unlink(path);
    return back;
}

static void check_pixels(const struct fl_frame *a, const struct fl_frame *b)
{
    static uint16_t row_a[1024], row_b[1024];
    ck_assert_int_eq(a->width, b->width);
    ck_assert_int_eq(a->height, b->height);
    for (int y = 0; y < a->height; y++) {
        fl_unpack_row(&a->format, (const char *)a->plane[0] + (size_t)y * a->stride[0], 0, a->width,
                      row_a);
        fl_unpack_row(&b->format, (const char *)b->plane[0] + (size_t)y * b->stride[0], 0, b->width,
                      row_b);
        if (memcmp(row_a, row_b, (size_t)a->width * 2) != 0)
            ck_abort_msg("row %d differs", y);
    }
}

static void check_calibration(const struct fl_calibration *a, const struct fl_calibration *b)
{
    ck_assert_int_eq(a->illuminant, b->illuminant);
    ck_assert_int_eq(a->has_color_matrix, b->has_color_matrix);
    ck_assert_int_eq(a->has_forward_matrix, b->has_forward_matrix);
    for (int i = 0; i < 9 && a->has_color_matrix; i++)
        ck_assert_double_eq_tol(a->color_matrix[i], b->color_matrix[i], 1e-4);
    for (int i = 0; i < 9 && a->has_forward_matrix; i++)
        ck_assert_double_eq_tol(a->forward_matrix[i], b->forward_matrix[i], 1e-4);
}

static void check_gain_maps(const struct fl_corrections *a, const struct fl_corrections *b)
{
    ck_assert_ptr_nonnull(b);
    ck_assert_int_eq(a->opcode_count, b->opcode_count);
    for (int i = 0; i < a->opcode_count; i++) {
        const struct fl_opcode *x = &a->opcode[i], *y = &b->opcode[i];
        size_t gains;
        ck_assert_int_eq(x->id, y->id);
        ck_assert_int_eq(x->list, y->list);
        if (x->id != FL_OPCODE_GAIN_MAP)
            continue;
        ck_assert_mem_eq(&x->u.gain_map.area, &y->u.gain_map.area, sizeof x->u.gain_map.area);
        ck_assert_int_eq(x->u.gain_map.points_v, y->u.gain_map.points_v);
        ck_assert_int_eq(x->u.gain_map.points_h, y->u.gain_map.points_h);
        ck_assert_double_eq(x->u.gain_map.spacing_h, y->u.gain_map.spacing_h);
        gains = (size_t)x->u.gain_map.points_v * (size_t)x->u.gain_map.points_h *
                (size_t)x->u.gain_map.map_planes;
        ck_assert_mem_eq(x->u.gain_map.gain, y->u.gain_map.gain, gains * sizeof(float));
    }
}

START_TEST(simulated_frames_come_back)
{
    static const char *const formats[] = {"SRGGB8", "SGRBG10_CSI2P", "SGBRG12", "SBGGR14_CSI2P",
                                          "SRGGB16"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct fl_sim_config config = {.format = formats[i], .width = 320, .height = 200};
        struct fl_frame *raw, *back;
        const struct fl_meta *a, *b;
        fl_err err = fl_sim_capture(&config, &raw);
        ck_assert_msg(err.code == FL_OK, "%s", err.message);
        strcpy(raw->meta.sub_seconds, "125");
        strcpy(raw->meta.utc_offset, "+05:45");
        back = through_file(raw);
        a = &raw->meta;
        b = &back->meta;
        ck_assert_str_eq(b->date_time, a->date_time);
        ck_assert_str_eq(b->sub_seconds, "125");
        ck_assert_str_eq(b->utc_offset, "+05:45");
        check_pixels(raw, back);
        ck_assert_int_eq(raw->format.cfa, back->format.cfa);
        ck_assert_mem_eq(&a->active, &b->active, sizeof a->active);
        for (int k = 0; k < 4; k++) {
            ck_assert_float_eq_tol(a->black_dn[k], b->black_dn[k], 1e-3f);
            ck_assert_float_eq_tol(a->white_dn[k], b->white_dn[k], 1e-3f);
        }
        ck_assert_int_eq(a->has_neutral, b->has_neutral);
        for (int k = 0; k < 3; k++) {
            ck_assert_double_eq_tol(a->neutral[k], b->neutral[k], 1e-5);
            ck_assert_double_eq_tol(a->noise[k].s, b->noise[k].s, 1e-12);
            ck_assert_double_eq_tol(a->noise[k].o, b->noise[k].o, 1e-12);
        }
        check_calibration(&a->calibration[0], &b->calibration[0]);
        check_calibration(&a->calibration[1], &b->calibration[1]);
        ck_assert_double_eq_tol(a->baseline_exposure_ev, b->baseline_exposure_ev, 1e-4);
        ck_assert_double_eq_tol(a->exposure_s, b->exposure_s, 1e-6);
        ck_assert_double_eq(a->iso, b->iso);
        ck_assert_str_eq(a->model, b->model);
        if (a->corrections)
            check_gain_maps(a->corrections, b->corrections);
        fl_frame_unref(raw);
        fl_frame_unref(back);
    }
}
END_TEST

/* Many cameras' files name no illuminant; their matrix is as good, and must not be lost. */
START_TEST(a_matrix_without_illuminant_comes_back)
{
    struct fl_sim_config config = {.format = "SRGGB12", .width = 64, .height = 48};
    struct fl_frame *raw, *back;
    fl_err err = fl_sim_capture(&config, &raw);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    raw->meta.calibration[0].illuminant = 0;
    raw->meta.calibration[0].cct_k = 0;
    memset(&raw->meta.calibration[1], 0, sizeof raw->meta.calibration[1]);
    back = through_file(raw);
    check_calibration(&raw->meta.calibration[0], &back->meta.calibration[0]);
    ck_assert(!back->meta.calibration[1].has_color_matrix);
    fl_frame_unref(raw);
    fl_frame_unref(back);
}
END_TEST

/* A DNG must have a matrix; one that stands for none comes back as none. */
START_TEST(no_matrix_stays_none)
{
    struct fl_sim_config config = {.format = "SRGGB12", .width = 64, .height = 48};
    struct fl_frame *raw, *back;
    fl_err err = fl_sim_capture(&config, &raw);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    memset(raw->meta.calibration, 0, sizeof raw->meta.calibration);
    back = through_file(raw);
    ck_assert(!back->meta.calibration[0].has_color_matrix);
    ck_assert(!back->meta.calibration[1].has_color_matrix);
    ck_assert(back->meta.has_neutral);
    fl_frame_unref(raw);
    fl_frame_unref(back);
}
END_TEST

int main(void)
{
    Suite *s = suite_create("dng_round_trip");
    TCase *t = tcase_create("round trip");
    tcase_set_timeout(t, 60);
    tcase_add_test(t, simulated_frames_come_back);
    tcase_add_test(t, a_matrix_without_illuminant_comes_back);
    tcase_add_test(t, no_matrix_stays_none);
    suite_add_tcase(s, t);
    return run_suite(s);
}
