/* Cameras: the interface by way of the simulated one, exposure control, small frames. */
#include "run_suite.h"

#include "firstlight/camera.h"
#include "firstlight/meter.h"

#include <math.h>
#include <string.h>

static void ok(fl_err err)
{
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
}

/* A running camera of 640x480 before a scene. */
static struct fl_camera *start(const struct fl_sim_config *scene, int buffers)
{
    struct fl_camera_config config = {.width = 640, .height = 480, .buffers = buffers};
    struct fl_camera_granted granted;
    struct fl_camera *camera;
    ok(fl_camera_open_sim(scene, NULL, &camera));
    ok(fl_camera_configure(camera, &config, &granted));
    ck_assert_int_eq(granted.mode.width, 640);
    ck_assert_int_eq(granted.buffers, buffers);
    ok(fl_camera_start(camera));
    return camera;
}

static struct fl_frame *take(struct fl_camera *camera, double exposure_s, double gain,
                             struct fl_camera_shot *shot)
{
    struct fl_camera_controls controls = {.exposure_s = exposure_s, .gain = gain};
    struct fl_frame *frame;
    ok(fl_camera_request(camera, &controls));
    ok(fl_camera_wait(camera, 1.0, &frame, shot));
    return frame;
}

/* Mean and variance of green pixels in the middle of a flat picture, normalised. */
static void middle(const struct fl_frame *f, double *mean, double *variance)
{
    double sum = 0, squares = 0, n = 0;
    double black = (double)f->meta.black_dn[0], range = (double)f->meta.white_dn[0] - black;
    for (int y = 200; y < 280; y += 2)
        for (int x = 281; x < 401; x += 2) {
            const uint16_t *row =
                (const uint16_t *)(void *)((char *)f->plane[0] + (size_t)y * f->stride[0]);
            double v = (row[x + f->meta.active.x] - black) / range;
            sum += v;
            squares += v * v;
            n += 1;
        }
    *mean = sum / n;
    *variance = squares / n - *mean * *mean;
}

START_TEST(list_has_the_simulated_camera_last)
{
    struct fl_camera_list list;
    ok(fl_camera_list_new(NULL, &list));
    ck_assert_int_ge(list.count, 1);
    ck_assert_str_eq(list.camera[list.count - 1].id, "sim");
    ck_assert_str_eq(list.camera[list.count - 1].driver, "sim");
    fl_camera_list_free(&list);
}
END_TEST

START_TEST(names_that_are_no_camera)
{
    struct fl_camera *camera;
    ck_assert_int_eq(fl_camera_open("nikon", NULL, &camera).code, FL_ERR_NOT_FOUND);
    ck_assert_ptr_null(camera);
    ck_assert_int_eq(fl_camera_open("sim:nothing", NULL, &camera).code, FL_ERR_RANGE);
    ck_assert_int_ne(fl_camera_open("/dev/null", NULL, &camera).code, FL_OK);
    ck_assert_int_ne(fl_camera_open("/dev/video-none", NULL, &camera).code, FL_OK);
    ck_assert_ptr_null(camera);
    fl_camera_close(NULL);
}
END_TEST

START_TEST(order_of_calls)
{
    struct fl_camera_controls controls = {.gain = 1};
    struct fl_camera_config config = {.width = 100, .buffers = 1};
    struct fl_camera_granted granted;
    struct fl_camera_shot shot;
    struct fl_frame *frame;
    struct fl_camera *camera;
    ok(fl_camera_open("sim", NULL, &camera));
    ck_assert_str_eq(fl_camera_info(camera)->driver, "sim");
    ck_assert_int_eq(fl_camera_start(camera).code, FL_ERR_ARGUMENT);
    ck_assert_int_eq(fl_camera_request(camera, &controls).code, FL_ERR_ARGUMENT);
    ck_assert_int_eq(fl_camera_configure(camera, &config, &granted).code, FL_ERR_RANGE);
    config.buffers = 3;
    ok(fl_camera_configure(camera, &config, &granted));
    ck_assert_int_eq(granted.mode.width, 640); /* the smallest that covers it */
    ok(fl_camera_start(camera));
    ck_assert_int_eq(fl_camera_start(camera).code, FL_ERR_ARGUMENT);
    ck_assert_int_eq(fl_camera_configure(camera, &config, &granted).code, FL_ERR_ARGUMENT);
    ck_assert_int_eq(fl_camera_wait(camera, 0.1, &frame, &shot).code, FL_ERR_ARGUMENT);
    ok(fl_camera_request(camera, &controls));
    ok(fl_camera_stop(camera));
    ok(fl_camera_stop(camera));
    fl_camera_close(camera);
}
END_TEST

START_TEST(modes)
{
    struct fl_sim_config scene = {.scene = "flat"};
    struct fl_camera_config config = {.width = 2000, .height = 1500, .exact = true};
    struct fl_camera_granted granted;
    struct fl_camera_mode mode;
    struct fl_camera *camera;
    int count = 0;
    fl_err err;
    ok(fl_camera_open_sim(&scene, NULL, &camera));
    while (fl_camera_mode(camera, count, &mode))
        count++;
    ck_assert_int_ge(count, 8);
    ck_assert(!fl_camera_mode(camera, -1, &mode));
    err = fl_camera_configure(camera, &config, &granted);
    ck_assert_int_eq(err.code, FL_ERR_UNSUPPORTED);
    ck_assert_ptr_nonnull(strstr(err.message, "2028x1520:12"));
    config = (struct fl_camera_config){.width = 640, .height = 480, .bits = 10, .exact = true};
    ok(fl_camera_configure(camera, &config, &granted));
    ck_assert_int_eq(granted.mode.format.bits, 10);
    ck_assert_int_eq(granted.mode.format.packing, FL_PACK_U16); /* unpacked where there is */
    config.packing = FL_CAMERA_PACKED;
    ok(fl_camera_configure(camera, &config, &granted));
    ck_assert_int_eq(granted.mode.format.packing, FL_PACK_CSI2P);
    config = (struct fl_camera_config){.width = 640, .height = 480, .processed = true};
    ck_assert_int_eq(fl_camera_configure(camera, &config, &granted).code, FL_ERR_UNSUPPORTED);
    fl_camera_close(camera);
}
END_TEST

START_TEST(buffers_come_back)
{
    struct fl_sim_config scene = {.scene = "flat"};
    struct fl_camera_controls controls = {.gain = 1};
    struct fl_camera *camera = start(&scene, 2);
    struct fl_frame *a, *b, *c;
    struct fl_camera_shot shot;
    double mean, variance;
    a = take(camera, 0.005, 1, &shot);
    b = take(camera, 0.005, 1, &shot);
    ck_assert_int_eq((int)shot.sequence, 2);
    ck_assert_int_eq(fl_camera_request(camera, &controls).code, FL_ERR_BUSY);
    fl_frame_unref(a);
    c = take(camera, 0.005, 1, &shot);
    ck_assert_ptr_eq(c->plane[0], a == c ? a->plane[0] : c->plane[0]);
    fl_camera_close(camera);
    middle(b, &mean, &variance); /* frames outlive the camera */
    ck_assert_double_gt(mean, 0.01);
    fl_frame_unref(b);
    fl_frame_unref(c);
}
END_TEST

START_TEST(too_late)
{
    struct fl_sim_config scene = {.scene = "flat"};
    struct fl_camera_controls controls = {.gain = 1, .frame_s = 0.4};
    struct fl_camera *camera = start(&scene, 3);
    struct fl_camera_shot shot;
    struct fl_frame *frame;
    ok(fl_camera_request(camera, &controls));
    ok(fl_camera_request(camera, &controls));
    ok(fl_camera_wait(camera, 0.1, &frame, &shot));
    fl_frame_unref(frame);
    ck_assert_int_eq(fl_camera_wait(camera, 0.05, &frame, &shot).code, FL_ERR_TIMEOUT);
    ck_assert_ptr_null(frame);
    ok(fl_camera_wait(camera, 1.0, &frame, &shot)); /* it was not lost */
    fl_frame_unref(frame);
    fl_camera_close(camera);
}
END_TEST

START_TEST(time_and_gain_change_picture_and_noise)
{
    struct fl_sim_config scene = {.scene = "flat", .no_shading = true, .exposure_ev = -2};
    struct fl_camera *camera = start(&scene, 2);
    struct fl_camera_shot shot;
    double m1, v1, m2, v2, m3, v3;
    struct fl_frame *f = take(camera, 0.005, 1, &shot);
    middle(f, &m1, &v1);
    ck_assert_double_eq_tol(f->meta.exposure_s, 0.005, 1e-9);
    ck_assert_uint_eq(strlen(f->meta.date_time), 19); /* "2026:11:20 22:30:00" */
    ck_assert_uint_eq(strlen(f->meta.sub_seconds), 3);
    ck_assert_uint_eq(strlen(f->meta.utc_offset), 6); /* "+01:00" */
    ck_assert_int_eq(f->meta.utc_offset[3], ':');
    ck_assert(!f->meta.has_neutral);
    fl_frame_unref(f);
    f = take(camera, 0.02, 1, &shot);
    middle(f, &m2, &v2);
    ck_assert_double_eq_tol(shot.exposure_s, 0.02, 1e-9);
    fl_frame_unref(f);
    f = take(camera, 0.005, 4, &shot);
    middle(f, &m3, &v3);
    ck_assert_double_eq_tol(f->meta.iso, 400, 1e-9);
    /* what the metadata says is what the pixels have */
    ck_assert_double_eq_tol(v3 / (f->meta.noise[1].s * m3 + f->meta.noise[1].o), 1.0, 0.15);
    fl_frame_unref(f);
    ck_assert_double_eq_tol(m2 / m1, 4.0, 0.05);
    ck_assert_double_eq_tol(m3 / m1, 4.0, 0.1);
    ck_assert_double_eq_tol(v2 / v1, 4.0, 0.8);
    ck_assert_double_gt(v3, 3.0 * v2);
    fl_camera_close(camera);
}
END_TEST

/* The meter before a scene, until it settles. Returns the frames that took, and how it ended. */
static int meter_scene(double scene_ev, const struct fl_meter_config *wanted, double *exposure_s,
                       double *gain, double *mean)
{
    struct fl_sim_config scene = {.scene = "photo", .exposure_ev = scene_ev};
    struct fl_camera *camera = start(&scene, 3);
    struct fl_meter_config config = *wanted;
    struct fl_camera_controls controls = {0};
    struct fl_camera_shot shot;
    struct fl_meter meter;
    double variance;
    fl_camera_limits(camera, &config.limits);
    fl_meter_init(&meter, &config);
    for (int i = 0; i < 40 && !meter.settled; i++) {
        struct fl_frame *frame, *small;
        fl_meter_controls(&meter, &controls);
        frame = take(camera, controls.exposure_s, controls.gain, &shot);
        ok(fl_frame_reduce(frame, 160, &small));
        ok(fl_meter_look(&meter, small, shot.exposure_s, shot.gain, NULL, 1.0));
        middle(frame, mean, &variance);
        fl_frame_unref(small);
        fl_frame_unref(frame);
    }
    *exposure_s = controls.exposure_s;
    *gain = controls.gain;
    fl_camera_close(camera);
    return meter.settled ? meter.frames : -1;
}

START_TEST(exposure_converges)
{
    static const double evs[] = {-9, -6, -3, 0, 3, 6};
    struct fl_meter_config config = {0};
    double before = 1e9, t, g, mean;
    for (size_t i = 0; i < sizeof evs / sizeof *evs; i++) {
        int frames = meter_scene(evs[i], &config, &t, &g, &mean);
        ck_assert_msg(frames > 0 && frames <= 12, "%g EV: %d frames", evs[i], frames);
        ck_assert_double_lt(t * g, before); /* the brighter, the less */
        before = t * g;
    }
}
END_TEST

START_TEST(exposure_obeys)
{
    struct fl_meter_config config = {.exposure_s = 0.004};
    double t, g, t2, g2, mean;
    ck_assert_int_gt(meter_scene(-4, &config, &t, &g, &mean), 0);
    ck_assert_double_eq_tol(t, 0.004, 1e-9);
    ck_assert_double_gt(g, 4.0);
    config = (struct fl_meter_config){.gain = 2};
    ck_assert_int_gt(meter_scene(-4, &config, &t, &g, &mean), 0);
    ck_assert_double_eq_tol(g, 2.0, 1e-9);
    config = (struct fl_meter_config){.gain = 1, .ev = -2};
    ck_assert_int_gt(meter_scene(-2, &config, &t, &g, &mean), 0);
    config.ev = 0;
    ck_assert_int_gt(meter_scene(-2, &config, &t2, &g2, &mean), 0);
    ck_assert_double_lt(t, 0.6 * t2);
    config = (struct fl_meter_config){.gain = 1, .flicker_s = 0.01};
    ck_assert_int_gt(meter_scene(-3, &config, &t, &g, &mean), 0);
    ck_assert_double_eq_tol(t * 100.0, floor(t * 100.0 + 0.5), 1e-6);
}
END_TEST

/* What the ladder gives is what was asked for wherever limits allow, and rises steadily. */
START_TEST(ladders)
{
    struct fl_meter_config config = {
        .limits = {.exposure_min_s = 2e-5, .exposure_max_s = 10, .gain_min = 1, .gain_max = 16}};
    for (int mode = FL_EXPOSURE_NORMAL; mode <= FL_EXPOSURE_CUSTOM; mode++) {
        double last_t = 0, last_g = 0;
        config.exposure_mode = (enum fl_camera_exposure)mode;
        for (double total = 3e-5; total < 150; total *= 1.1) {
            double t, g;
            fl_exposure_split(&config, total, &t, &g);
            ck_assert_double_eq_tol(t * g / total, 1.0, 1e-6);
            ck_assert(t >= last_t - 1e-12 && g >= last_g - 1e-9);
            last_t = t;
            last_g = g;
        }
        ck_assert_double_eq_tol(last_g, 16, 1e-9);
    }
}
END_TEST

START_TEST(small_frames_keep_means_and_shading)
{
    struct fl_sim_config scene = {.scene = "flat", .width = 642, .height = 486};
    static const char *const names[] = {"SGBRG12", "SRGGB10_CSI2P", "R8"};
    for (size_t i = 0; i < 3; i++) {
        struct fl_frame *raw, *small;
        double mean = 0, count = 0, small_mean = 0, scale;
        scene.format = names[i];
        ok(fl_sim_capture(&scene, &raw));
        ok(fl_frame_reduce(raw, 40, &small));
        ck_assert_int_le(small->width, 40);
        ck_assert(small->width >= 30 && small->width % 2 == 0 && small->height % 2 == 0);
        scale = (1 << 16) / (double)(1 << raw->format.bits);
        ck_assert_double_eq_tol((double)small->meta.black_dn[0],
                                scale * (double)raw->meta.black_dn[0], 1e-3);
        ck_assert_int_eq(small->format.cfa, raw->format.cfa);
        ck_assert_ptr_nonnull(small->meta.corrections);
        ck_assert_int_gt(small->meta.corrections->opcode_count, 0);
        if (raw->format.packing == FL_PACK_U16) {
            for (int y = 0; y < raw->height; y++)
                for (int x = 0; x < raw->meta.active.width; x++, count++)
                    mean +=
                        ((uint16_t *)(void *)((char *)raw->plane[0] +
                                              (size_t)y * raw->stride[0]))[x + raw->meta.active.x];
            for (int y = 0; y < small->height; y++)
                for (int x = 0; x < small->width; x++)
                    small_mean += ((uint16_t *)(void *)((char *)small->plane[0] +
                                                        (size_t)y * small->stride[0]))[x];
            small_mean /= (double)small->width * small->height;
            ck_assert_double_eq_tol(small_mean / scale / (mean / count), 1.0, 0.03);
        }
        fl_frame_unref(small);
        fl_frame_unref(raw);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("camera");
    TCase *tcase = tcase_create("camera");
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, list_has_the_simulated_camera_last);
    tcase_add_test(tcase, names_that_are_no_camera);
    tcase_add_test(tcase, order_of_calls);
    tcase_add_test(tcase, modes);
    tcase_add_test(tcase, buffers_come_back);
    tcase_add_test(tcase, too_late);
    tcase_add_test(tcase, time_and_gain_change_picture_and_noise);
    tcase_add_test(tcase, exposure_converges);
    tcase_add_test(tcase, exposure_obeys);
    tcase_add_test(tcase, ladders);
    tcase_add_test(tcase, small_frames_keep_means_and_shading);
    return run_suite(suite);
}
