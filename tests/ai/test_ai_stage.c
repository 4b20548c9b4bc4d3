/* The neural stage around a model: what changes nothing leaves every bit, tiles and threads do not
 * matter, and backends that fail cost no picture. */
#include "firstlight/ai_stage.h"
#include "firstlight/firstlight.h"
#include "firstlight/source.h"
#include "net_build.h"
#include "run_suite.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[64], model[128];
static struct fl_frame *raw;

static const char *path_of(const char *name)
{
    static char path[4][128];
    static int which;
    which = (which + 1) % 4;
    snprintf(path[which], sizeof path[which], "%s/%s", folder, name);
    return path[which];
}

static void write_bytes(const char *name, const void *data, size_t size)
{
    ck_assert_int_eq(fl_write_bytes(path_of(name), data, size, true).code, FL_OK);
}

static void set_up(void)
{
    const struct fl_sim_config sim = {
        .scene = "leaves", .format = "SGBRG12", .width = 330, .height = 290, .iso = 1600};
    struct built_net net;
    unsigned char *file;
    size_t size;
    snprintf(folder, sizeof folder, "/tmp/fl-ai.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(fl_sim_capture(&sim, &raw).code, FL_OK);
    raw->meta.default_crop = (struct fl_rect){5, 8, 311, 277};
    build_example(&net, 5);
    net.output_exponent = 20; /* changes as small as those of a good model */
    file = build_file(&net, &size);
    write_bytes("net", file, size);
    free(file);
    build_free(&net);
}

static void tear_down(void)
{
    char command[128];
    fl_frame_unref(raw);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

struct bytes {
    unsigned char *data;
    long size;
};

static struct bytes take(const char *path)
{
    struct bytes b = {NULL, 0};
    FILE *f = fopen(path, "rb");
    ck_assert_ptr_nonnull(f);
    fseek(f, 0, SEEK_END);
    b.size = ftell(f);
    rewind(f);
    b.data = malloc((size_t)b.size);
    ck_assert_int_eq((long)fread(b.data, 1, (size_t)b.size, f), b.size);
    fclose(f);
    unlink(path);
    return b;
}

static bool same(struct bytes a, struct bytes b)
{
    bool equal = a.size == b.size && memcmp(a.data, b.data, (size_t)a.size) == 0;
    free(a.data);
    free(b.data);
    return equal;
}

/* A PNG of the shot; options NULL: without the stage. */
static struct bytes develop(const struct fl_ai_options *options, int threads,
                            struct fl_ai_report *report)
{
    const struct fl_pipeline_config config = {.threads = threads, .strip_rows = 48};
    const struct fl_settings settings = fl_settings_default();
    struct fl_write_options write = fl_write_options_default();
    struct fl_pipeline *pipeline;
    struct fl_ai *ai = NULL;
    write.type = FL_FILE_PNG;
    if (options) {
        struct fl_ai_options o = *options;
        o.workers = threads;
        fl_err err = fl_ai_open(&o, &ai);
        ck_assert_msg(err.code == FL_OK, "%s", err.message);
    }
    ck_assert_int_eq(fl_pipeline_new(&config, &pipeline).code, FL_OK);
    fl_err err =
        fl_ai_develop(ai, pipeline, raw, &settings, path_of("out.png"), &write, NULL, NULL, report);
    ck_assert_msg(err.code == FL_OK, "%s", err.message);
    fl_ai_close(ai);
    fl_pipeline_free(pipeline);
    return take(path_of("out.png"));
}

static const int tiles[] = {0, 8, 64, 100, 128, 4096};

START_TEST(identity_is_transparent)
{
    struct fl_ai_options options = fl_ai_options_default();
    struct fl_ai_report report;
    options.backend = "identity";
    options.tile = tiles[_i % 6];
    raw->meta.orientation = 1 + _i % 8;
    ck_assert(same(develop(NULL, 1, NULL), develop(&options, 1 + _i % 3, &report)));
    ck_assert_int_eq(report.status, FL_AI_USED);
    ck_assert_int_eq(report.blocks_back, 0);
    ck_assert_double_eq(report.change, 0.0);
    ck_assert_double_gt(report.noise, 0.001);
}
END_TEST

START_TEST(tiles_and_threads_do_not_matter)
{
    struct fl_ai_options options = fl_ai_options_default();
    struct fl_ai_report whole, tiled;
    struct bytes one;
    snprintf(model, sizeof model, "%s", path_of("net"));
    options.model = model;
    options.tile = 4096;
    one = develop(&options, 1, &whole);
    options.tile = tiles[_i % 5];
    ck_assert(same(one, develop(&options, 1 + _i % 3, &tiled)));
    ck_assert_int_gt(whole.blocks, 20);
    ck_assert_int_lt(whole.blocks_back, whole.blocks);
    ck_assert_int_eq(whole.blocks_back, tiled.blocks_back);
    ck_assert_double_gt(whole.change, 0.0);
    ck_assert_int_eq(strlen(whole.sha256), 64);
    ck_assert_str_eq(whole.model, "net");
    options.strength = 0.0;
    ck_assert(same(develop(NULL, 1, NULL), develop(&options, 2, NULL)));
    options.strength = 1.0;
    ck_assert(!same(develop(NULL, 1, NULL), develop(&options, 2, NULL)));
}
END_TEST

static struct fl_ai_options hostile(const char *what)
{
    struct fl_ai_options options = fl_ai_options_default();
    write_bytes("model", what, strlen(what));
    options.backend = HOSTILE;
    snprintf(model, sizeof model, "%s", path_of("model"));
    options.model = model;
    options.tile = 64;
    return options;
}

START_TEST(failures_cost_no_picture)
{
    static const char *const kinds[] = {"fail 0", "fail 9", "nan 0", "nan 5", "large"};
    struct fl_ai_options options = hostile(kinds[_i]);
    struct fl_ai_report report;
    ck_assert(same(develop(NULL, 1, NULL), develop(&options, 3, &report)));
    ck_assert_int_eq(report.status, FL_AI_FAILED);
    ck_assert_ptr_nonnull(strstr(report.reason, "hostile"));
}
END_TEST

START_TEST(slow_ones_are_waited_for)
{
    struct fl_ai_options options = hostile("slow");
    struct fl_ai_report report;
    ck_assert(same(develop(NULL, 1, NULL), develop(&options, 2, &report)));
    ck_assert_int_eq(report.status, FL_AI_USED);
}
END_TEST

START_TEST(blurring_is_put_back)
{
    const struct fl_sim_config sim = {
        .scene = "leaves", .format = "SRGGB12", .width = 320, .height = 256, .iso = 100};
    struct fl_ai_options options = hostile("blur");
    struct fl_ai_report report;
    fl_frame_unref(raw);
    ck_assert_int_eq(fl_sim_capture(&sim, &raw).code, FL_OK);
    free(develop(&options, 2, &report).data);
    ck_assert_int_eq(report.status, FL_AI_USED);
    ck_assert_int_gt(report.blocks_back, report.blocks * 3 / 4);
}
END_TEST

static enum fl_code open_code(const struct fl_ai_options *options)
{
    struct fl_ai *ai;
    enum fl_code code = fl_ai_open(options, &ai).code;
    fl_ai_close(ai);
    return code;
}

START_TEST(bad_backends_are_refused)
{
    struct fl_ai_options o = hostile("wild");
    ck_assert_int_eq(open_code(&o), FL_ERR_UNSUPPORTED);
    o = hostile("refuse");
    ck_assert_int_eq(open_code(&o), FL_ERR_UNSUPPORTED);
    o.backend = OTHER_ABI;
    ck_assert_int_eq(open_code(&o), FL_ERR_UNSUPPORTED);
    o.backend = "./no-such-library.so";
    ck_assert_int_eq(open_code(&o), FL_ERR_IO);
    o.backend = "no-such-name";
    ck_assert_int_eq(open_code(&o), FL_ERR_RANGE);
    o = fl_ai_options_default();
    ck_assert_int_eq(open_code(&o), FL_ERR_UNSUPPORTED); /* native, without a model */
    o.model = model;
    ck_assert_int_eq(open_code(&o), FL_ERR_UNSUPPORTED); /* no network */
    o.model = path_of("absent");
    ck_assert_int_eq(open_code(&o), FL_ERR_IO);
    o.strength = 2.0;
    ck_assert_int_eq(open_code(&o), FL_ERR_RANGE);
}
END_TEST

START_TEST(one_that_can_only_refuse_is_left_out)
{
    /* A mono picture has no colours to work on: the run itself says so. */
    const struct fl_sim_config sim = {
        .scene = "leaves", .format = "R12", .width = 128, .height = 96, .iso = 1600};
    struct fl_ai_options options = fl_ai_options_default();
    struct fl_ai_report report;
    options.backend = "identity";
    fl_frame_unref(raw);
    ck_assert_int_eq(fl_sim_capture(&sim, &raw).code, FL_OK);
    ck_assert(same(develop(NULL, 1, NULL), develop(&options, 1, &report)));
    ck_assert_int_eq(report.status, FL_AI_NOT_NEEDED);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ai_stage");
    TCase *c = tcase_create("ai_stage");
    tcase_add_checked_fixture(c, set_up, tear_down);
    tcase_add_loop_test(c, identity_is_transparent, 0, 8);
    tcase_add_loop_test(c, tiles_and_threads_do_not_matter, 0, 5);
    tcase_add_loop_test(c, failures_cost_no_picture, 0, 5);
    tcase_add_test(c, slow_ones_are_waited_for);
    tcase_add_test(c, blurring_is_put_back);
    tcase_add_test(c, bad_backends_are_refused);
    tcase_add_test(c, one_that_can_only_refuse_is_left_out);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
