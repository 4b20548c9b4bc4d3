/* What the tools share: option tables, values, names, folders, sidecars, JSON. */
#include "run_suite.h"
#include "console.h"
#include "json.h"
#include "name_template.h"
#include "options.h"
#include "sidecar.h"
#include "values.h"
#include "walk.h"

#include <check.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- option tables ---- */

struct target {
    bool flag;
    int count, mode;
    double level;
    const char *text;
    struct fl_text_list list;
    int pair[2];
};

static fl_err parse_pair(void *field, const char *value)
{
    int *pair = field;
    return fl_value_size(value, 0, &pair[0], &pair[1]);
}

static const char *const modes[] = {"slow", "quick", NULL};

static const struct fl_opt table[] = {
    FL_HEADING("First"),
    FL_FLAG(target, flag, "flag", 'f', 0, "A flag"),
    FL_INT(target, count, "count", FL_OPT_PER_SHOT, 1, 9, NULL, "A count"),
    FL_CHOICE(target, mode, "mode", 0, modes, "A mode"),
    FL_NUMBER(target, level, "level", FL_OPT_PER_SHOT, -1, 1, "X", NULL, "A level"),
    FL_TEXT(target, text, "text", 't', 0, "S", NULL, "A text"),
    FL_LIST(target, list, "list", FL_OPT_PER_SHOT, "S", "A list"),
    FL_CUSTOM(target, pair, "pair", FL_OPT_PER_SHOT, parse_pair, "WxH", NULL, "A pair"),
    {0}};

static fl_err parse(struct target *t, struct fl_text_list *operands, int argc,
                    const char *const *argv)
{
    const struct fl_opt_set sets[] = {{table, t}, {NULL, NULL}};
    return fl_opt_parse(sets, argc, (char *const *)(void *)argv, operands);
}

static void clear(struct target *t, struct fl_text_list *operands)
{
    fl_text_list_free(&t->list);
    fl_text_list_free(operands);
}

START_TEST(options_are_read)
{
    static const char *const argv[] = {
        "tool", "a", "--count", "3", "-f",     "--level=-0.5", "--mode", "quick", "--list",
        "x=1",  "-", "--list",  "y", "--pair", "4x6",          "--",     "--flag"};
    struct target t = {.count = 2};
    struct fl_text_list operands = {0};
    ck_assert_int_eq(parse(&t, &operands, sizeof argv / sizeof *argv, argv).code, FL_OK);
    ck_assert(t.flag);
    ck_assert_int_eq(t.count, 3);
    ck_assert_int_eq(t.mode, 1);
    ck_assert_double_eq(t.level, -0.5);
    ck_assert_int_eq(t.list.count, 2);
    ck_assert_str_eq(t.list.item[0], "x=1");
    ck_assert_str_eq(t.list.item[1], "y");
    ck_assert_int_eq(t.pair[0], 4);
    ck_assert_int_eq(t.pair[1], 6);
    ck_assert_int_eq(operands.count, 3);
    ck_assert_str_eq(operands.item[0], "a");
    ck_assert_str_eq(operands.item[1], "-");
    ck_assert_str_eq(operands.item[2], "--flag");
    clear(&t, &operands);
}
END_TEST

START_TEST(letters_are_read)
{
    static const char *const argv[] = {"tool", "-ft7", "-t", "8"};
    struct target t = {0};
    struct fl_text_list operands = {0};
    ck_assert_int_eq(parse(&t, &operands, 2, argv).code, FL_OK);
    ck_assert(t.flag);
    ck_assert_str_eq(t.text, "7");
    ck_assert_int_eq(parse(&t, &operands, 4, argv).code, FL_OK);
    ck_assert_str_eq(t.text, "8");
    clear(&t, &operands);
}
END_TEST

START_TEST(bad_options_are_explained)
{
    static const struct {
        const char *argv[3];
        const char *message;
    } cases[] = {
        {{"tool", "--cuont", "3"}, "unknown option '--cuont'; did you mean '--count'?"},
        {{"tool", "--zzzzzz", "3"}, "unknown option '--zzzzzz'"},
        {{"tool", "-z", "3"}, "unknown option '-z'"},
        {{"tool", "a", "--count"}, "--count needs a value"},
        {{"tool", "--count", "--flag"}, "--count needs a value"},
        {{"tool", "a", "-t"}, "-t needs a value"},
        {{"tool", "--flag=1", "a"}, "--flag takes no value"},
        {{"tool", "--count", "10"}, "--count '10': must be a whole number, 1..9"},
        {{"tool", "--count", "1.5"}, "--count '1.5': must be a whole number, 1..9"},
        {{"tool", "--count", ""}, "--count '': must be a whole number, 1..9"},
        {{"tool", "--count", "99999999999999999999"},
         "--count '99999999999999999999': must be a whole number, 1..9"},
        {{"tool", "--level", "nan"}, "--level 'nan': must be a number, -1..1"},
        {{"tool", "--level", "1e999"}, "--level '1e999': must be a number, -1..1"},
        {{"tool", "--level", "0x1p-3"}, "--level '0x1p-3': must be a number, -1..1"},
        {{"tool", "--level", " 0"}, "--level ' 0': must be a number, -1..1"},
        {{"tool", "--mode", "fast"}, "--mode 'fast': must be one of slow, quick"},
        {{"tool", "--pair", "0x3"}, "--pair '0x3': must be WIDTHxHEIGHT, each side 1..65534"},
        {{"tool", "--pair", "-1x3"}, "--pair '-1x3': must be WIDTHxHEIGHT, each side 1..65534"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct target t = {.count = 2};
        struct fl_text_list operands = {0};
        fl_err err = parse(&t, &operands, 3, cases[i].argv);
        ck_assert_int_eq(err.code, FL_ERR_RANGE);
        ck_assert_str_eq(err.message, cases[i].message);
        ck_assert_int_eq(t.count, 2);
        clear(&t, &operands);
    }
}
END_TEST

START_TEST(help_shows_defaults_and_fits)
{
    struct target t = {.count = 5, .mode = 1};
    const struct fl_opt_set sets[] = {{table, &t}, {NULL, NULL}};
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(f);
    fl_opt_help(sets, f);
    fclose(f);
    ck_assert_ptr_nonnull(strstr(text, "\nFirst:\n"));
    ck_assert_ptr_nonnull(
        strstr(text, "      --count N               A count (1..9; default 5)\n"));
    ck_assert_ptr_nonnull(strstr(text, "      --mode slow|quick       A mode (default quick)\n"));
    ck_assert_ptr_nonnull(strstr(text, "  -f, --flag                  A flag\n"));
    for (const char *s = text; *s; s += strcspn(s, "\n") + 1)
        ck_assert_uint_le(strcspn(s, "\n"), 80);
    free(text);
}
END_TEST

/* ---- values ---- */

START_TEST(sizes_may_be_partial)
{
    int w, h;
    ck_assert_int_eq(fl_value_size("1920x", 1, &w, &h).code, FL_OK);
    ck_assert(w == 1920 && h == 0);
    ck_assert_int_eq(fl_value_size("x1080", 1, &w, &h).code, FL_OK);
    ck_assert(w == 0 && h == 1080);
    ck_assert_int_eq(fl_value_size("x", 1, &w, &h).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_size("1920x", 0, &w, &h).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_size("70000x2", 1, &w, &h).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_size("99999999999999999999x2", 1, &w, &h).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_size("12x34x", 1, &w, &h).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_size("12", 1, &w, &h).code, FL_ERR_RANGE);
}
END_TEST

START_TEST(lists_of_numbers)
{
    double v[4];
    int n;
    ck_assert_int_eq(fl_value_numbers("1,2.5,-3", -5, 5, 1, 4, v, &n).code, FL_OK);
    ck_assert_int_eq(n, 3);
    ck_assert_double_eq(v[2], -3);
    ck_assert_int_eq(fl_value_numbers("1,,2", -5, 5, 1, 4, v, &n).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_numbers("1,2,", -5, 5, 1, 4, v, &n).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_numbers("1,2,3,4,5", -5, 5, 1, 4, v, &n).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_numbers("1", -5, 5, 2, 4, v, &n).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_numbers("6", -5, 5, 1, 4, v, &n).code, FL_ERR_RANGE);
    ck_assert_int_eq(fl_value_numbers("", -5, 5, 1, 4, v, &n).code, FL_ERR_RANGE);
}
END_TEST

START_TEST(nearest_name)
{
    static const char *const names[] = {"ev", "wb", "quality", "saturation", "sharpness"};
    ck_assert_str_eq(fl_value_nearest("qualtiy", names, 5), "quality");
    ck_assert_str_eq(fl_value_nearest("sat", names, 5), "saturation");
    ck_assert_str_eq(fl_value_nearest("eb", names, 5), "ev");
    ck_assert_ptr_null(fl_value_nearest("xyzzy", names, 5));
    ck_assert_ptr_null(fl_value_nearest("", names, 5));
}
END_TEST

/* ---- names ---- */

static void expand_is(const char *name_template, const struct fl_meta *meta, const char *want)
{
    const struct fl_name_parts parts = {"IMG_1", "jpg", 7, meta};
    struct fl_text out = {0};
    ck_assert_int_eq(fl_name_check(name_template).code, FL_OK);
    fl_name_expand(name_template, &parts, &out);
    ck_assert_str_eq(fl_text_get(&out), want);
    fl_text_free(&out);
}

START_TEST(templates_expand)
{
    struct fl_meta meta = {.model = "../A b/C%n", .date_time = "2026:11:20 09:08:07", .iso = 125};
    struct fl_meta empty = {.date_time = "2026"};
    expand_is("%n.%e", NULL, "IMG_1.jpg");
    expand_is("d/%04c-%c-%%.png", NULL, "d/0007-7-%.png");
    expand_is("%d_%t_%i/%m.%e", &meta, "20261120_090807_125/___A_b_C_n.jpg");
    expand_is("%d_%t_%i_%m", &empty, "unknown_unknown_unknown_unknown");
    expand_is("%d_%n_%m", NULL, "%d_IMG_1_%m");
    ck_assert(fl_name_needs_meta("a%%%i"));
    ck_assert(!fl_name_needs_meta("%%d%n%c%e"));
}
END_TEST

START_TEST(bad_templates_are_refused)
{
    static const char *const bad[] = {"%",  "a%x",      "%04n", "%0c", "%99999999999c",
                                      "%5", "a%04d.jpg"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        ck_assert_int_eq(fl_name_check(bad[i]).code, FL_ERR_RANGE);
}
END_TEST

START_TEST(names_have_parts)
{
    ck_assert_str_eq(fl_name_of("a/b.c/d.dng"), "d.dng");
    ck_assert_str_eq(fl_name_extension("d.tar.dng"), "dng");
    ck_assert_str_eq(fl_name_extension(".dng"), "");
    ck_assert_str_eq(fl_name_extension("dng"), "");
    ck_assert_str_eq(fl_name_extension("dng."), "");
    ck_assert_uint_eq(fl_name_base_length("d.tar.dng"), 5);
    ck_assert_uint_eq(fl_name_base_length(".dng"), 4);
}
END_TEST

START_TEST(a_reason_does_not_repeat_the_name)
{
    ck_assert_str_eq(fl_console_reason("a/b.dng", "b.dng: too short"), "too short");
    ck_assert_str_eq(fl_console_reason("b.dng", "b.dng: "), "");
    ck_assert_str_eq(fl_console_reason("b", "b.fl.yaml:1:1: bad"), "b.fl.yaml:1:1: bad");
    ck_assert_str_eq(fl_console_reason("a/", ": x"), ": x");
}
END_TEST

/* ---- folders and sidecars, on disk ---- */

static char folder[32];

static void enter_folder(void)
{
    strcpy(folder, "/tmp/fl_test_tools_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void leave_folder(void)
{
    char command[64];
    ck_assert_int_eq(chdir("/"), 0);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static void put(const char *path, const char *bytes)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(bytes, 1, strlen(bytes), f), strlen(bytes));
    ck_assert_int_eq(fclose(f), 0);
}

static bool ends_in_raw(const char *path)
{
    return strcmp(fl_name_extension(path), "raw") == 0;
}

static void no_failure(void *user, const char *path, fl_err err)
{
    (void)user;
    ck_abort_msg("%s: %s", path, err.message);
}

START_TEST(folders_are_walked_in_order)
{
    struct fl_text_list files = {0};
    ck_assert_int_eq(mkdir("in", 0777), 0);
    ck_assert_int_eq(mkdir("in/sub", 0777), 0);
    ck_assert_int_eq(mkdir("in/fake.raw", 0777), 0);
    put("in/b.raw", "");
    put("in/a.raw", "");
    put("in/._a.raw", "");
    put("in/note.txt", "");
    put("in/sub/c.raw", "");
    ck_assert_int_eq(symlink("..", "in/sub/up"), 0);
    ck_assert_int_eq(symlink("nowhere.raw", "in/broken.raw"), 0);
    ck_assert_int_eq(fl_walk("in/", false, ends_in_raw, no_failure, NULL, &files).code, FL_OK);
    ck_assert_int_eq(files.count, 2);
    ck_assert_str_eq(files.item[0], "in/a.raw");
    ck_assert_str_eq(files.item[1], "in/b.raw");
    ck_assert_int_eq(fl_walk("in", true, ends_in_raw, no_failure, NULL, &files).code, FL_OK);
    ck_assert_int_eq(files.count, 5);
    ck_assert_str_eq(files.item[4], "in/sub/c.raw");
    ck_assert_int_eq(fl_walk("gone", true, ends_in_raw, no_failure, NULL, &files).code, FL_ERR_IO);
    fl_text_list_free(&files);
}
END_TEST

static fl_err set_per_shot(void *user, const char *key, const char *value)
{
    const struct fl_opt_set sets[] = {{table, user}, {NULL, NULL}};
    return fl_opt_set_value(sets, FL_OPT_PER_SHOT, key, value);
}

static fl_err read_sidecar(const char *yaml, struct target *t)
{
    struct fl_text_list keep = {0};
    fl_err err;
    put("x.fl.yaml", yaml);
    err = fl_sidecar_read("./x.fl.yaml", set_per_shot, t, &keep);
    fl_text_list_free(&keep);
    return err;
}

START_TEST(sidecars_set_options)
{
    struct target t = {0};
    struct fl_text_list none = {0};
    ck_assert_int_eq(read_sidecar("# a comment\ncount: 3\nlevel: '-0.25'\n"
                                  "list: {a.b: 1, c.d: off}\npair: 3x4\n",
                                  &t)
                         .code,
                     FL_OK);
    ck_assert_int_eq(t.count, 3);
    ck_assert_double_eq(t.level, -0.25);
    ck_assert_int_eq(t.list.count, 2);
    ck_assert_str_eq(t.list.item[0], "a.b=1");
    ck_assert_str_eq(t.list.item[1], "c.d=off");
    ck_assert_int_eq(t.pair[1], 4);
    ck_assert_int_eq(read_sidecar("list: [1, 2.5]\n", &t).code, FL_OK);
    ck_assert_str_eq(t.list.item[2], "1,2.5");
    ck_assert_int_eq(read_sidecar("", &t).code, FL_OK);
    ck_assert_int_eq(read_sidecar("# nothing\n", &t).code, FL_OK);
    clear(&t, &none);
}
END_TEST

START_TEST(bad_sidecars_name_the_place)
{
    static const struct {
        const char *yaml, *message;
    } cases[] = {
        {"count: 3\n  \nconut: 4\n", "x.fl.yaml:3:1: unknown key 'conut'; did you mean 'count'?"},
        {"{level: 0, count: 12}", "x.fl.yaml:1:12: count '12': must be a whole number, 1..9"},
        {"mode: quick\n", "x.fl.yaml:1:1: 'mode' cannot be set here, only on the command line"},
        {"count: 1\ncount: 2\n", "x.fl.yaml:2:1: this key stands here twice"},
        {"count:\n", "x.fl.yaml:1:7: a value is missing"},
        {"count: ~\n", "x.fl.yaml:1:8: a value is missing"},
        {"- 1\n", "x.fl.yaml:1:1: must be 'key: value' lines"},
        {"list: [[1]]\n", "x.fl.yaml:1:8: must be a number or text"},
        {"list: {a: {b: 1}}\n", "x.fl.yaml:1:11: must be a number or text"},
        {"[1]: 2\n", "x.fl.yaml:1:1: a key must be a name"},
        {"level: \"a\\0b\"\n", "x.fl.yaml:1:8: a NUL character"},
    };
    struct target t = {0};
    struct fl_text_list none = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fl_err err = read_sidecar(cases[i].yaml, &t);
        ck_assert_str_eq(err.message, cases[i].message);
    }
    ck_assert_ptr_nonnull(strstr(read_sidecar("count: [1\nlevel: 0", &t).message, "x.fl.yaml:2:"));
    ck_assert_int_eq(fl_sidecar_read("gone.fl.yaml", set_per_shot, &t, &none).code, FL_ERR_IO);
    ck_assert_int_eq(fl_sidecar_read(".", set_per_shot, &t, &none).code, FL_ERR_IO);
    clear(&t, &none);
}
END_TEST

START_TEST(huge_and_deep_sidecars_are_refused)
{
    struct target t = {0};
    struct fl_text deep = {0}, huge = {0};
    for (int i = 0; i < 30000; i++)
        fl_text_add(&deep, "[");
    ck_assert_int_eq(read_sidecar(deep.data, &t).code, FL_ERR_CORRUPT);
    for (int i = 0; i < 70000; i++)
        fl_text_add(&huge, "#");
    ck_assert_str_eq(read_sidecar(huge.data, &t).message, "x.fl.yaml: larger than 65536 bytes");
    fl_text_free(&deep);
    fl_text_free(&huge);
}
END_TEST

/* ---- JSON ---- */

START_TEST(json_is_escaped)
{
    static const double numbers[] = {0.1, 1e300, -0.0, 3};
    struct fl_text text = {0};
    struct fl_json json = {.out = &text};
    fl_json_begin_object(&json, NULL);
    fl_json_string(&json, "a\"b", "x\\y\n\t\x01\x7f");
    fl_json_string(&json, "utf8", "\xc3\xa9\xf0\x9f\x98\x80");
    fl_json_string(&json, "bad", "\xff\xc0\x80\xed\xa0\x80\xe2\x82");
    fl_json_string(&json, "none", NULL);
    fl_json_number(&json, "nan", NAN);
    fl_json_numbers(&json, "n", numbers, 4);
    fl_json_int(&json, "i", INT64_MIN);
    fl_json_begin_array(&json, "empty");
    fl_json_end_array(&json);
    fl_json_begin_array(&json, "two");
    fl_json_bool(&json, NULL, true);
    fl_json_null(&json, NULL);
    fl_json_end_array(&json);
    fl_json_end_object(&json);
    ck_assert_str_eq(
        fl_text_get(&text),
        "{\"a\\\"b\":\"x\\\\y\\n\\t\\u0001\\u007f\",\"utf8\":\"\xc3\xa9\xf0\x9f\x98\x80\","
        "\"bad\":\"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\","
        "\"none\":null,\"nan\":null,\"n\":[0.1,1e+300,-0,3],"
        "\"i\":-9223372036854775808,\"empty\":[],\"two\":[true,null]}");
    fl_text_free(&text);
}
END_TEST

START_TEST(json_can_be_indented)
{
    struct fl_text text = {0};
    struct fl_json json = {.out = &text, .indent = 2};
    fl_json_begin_object(&json, NULL);
    fl_json_int(&json, "a", 1);
    fl_json_begin_object(&json, "b");
    fl_json_end_object(&json);
    fl_json_end_object(&json);
    ck_assert_str_eq(fl_text_get(&text), "{\n  \"a\": 1,\n  \"b\": {}\n}");
    fl_text_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tools");
    TCase *plain = tcase_create("plain");
    TCase *disk = tcase_create("disk");
    suite_add_tcase(suite, plain);
    tcase_add_test(plain, options_are_read);
    tcase_add_test(plain, letters_are_read);
    tcase_add_test(plain, bad_options_are_explained);
    tcase_add_test(plain, help_shows_defaults_and_fits);
    tcase_add_test(plain, sizes_may_be_partial);
    tcase_add_test(plain, lists_of_numbers);
    tcase_add_test(plain, nearest_name);
    tcase_add_test(plain, templates_expand);
    tcase_add_test(plain, bad_templates_are_refused);
    tcase_add_test(plain, names_have_parts);
    tcase_add_test(plain, a_reason_does_not_repeat_the_name);
    tcase_add_test(plain, json_is_escaped);
    tcase_add_test(plain, json_can_be_indented);
    suite_add_tcase(suite, disk);
    tcase_add_checked_fixture(disk, enter_folder, leave_folder);
    tcase_add_test(disk, folders_are_walked_in_order);
    tcase_add_test(disk, sidecars_set_options);
    tcase_add_test(disk, bad_sidecars_name_the_place);
    tcase_add_test(disk, huge_and_deep_sidecars_are_refused);
    return run_suite(suite);
}
