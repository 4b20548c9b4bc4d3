/* Atomic writes: all or nothing, whatever goes wrong. */
#define _DEFAULT_SOURCE /* seteuid(), mount() */
#include "run_suite.h"
#include "atomic_file.h"
#include "output_frames.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/mount.h>
#endif

static char *folder;

static void setup(void)
{
    folder = output_folder_new();
}

static void teardown(void)
{
    output_folder_remove(folder);
}

static void check_content(const char *path, const char *expected)
{
    size_t size;
    uint8_t *data = output_read(path, &size);
    ck_assert_ptr_nonnull(data);
    ck_assert_str_eq((const char *)data, expected);
    free(data);
}

/* A failure of the system that names the path and the reason. */
static void check_refused(fl_err err, const char *path, const char *reason)
{
    ck_assert_int_eq(err.code, FL_ERR_IO);
    ck_assert_msg(strstr(err.message, path) != NULL, "%s", err.message);
    ck_assert_msg(strstr(err.message, reason) != NULL, "%s", err.message);
}

START_TEST(file_appears_complete)
{
    const char *path = output_path(folder, "a.txt");
    ck_assert_int_eq(fl_write_bytes(path, "hello", 5, false).code, FL_OK);
    check_content(path, "hello");
    ck_assert_int_eq(output_folder_count(folder), 1);
    ck_assert_int_eq(fl_write_bytes(path, NULL, 0, true).code, FL_OK);
    check_content(path, "");
}
END_TEST

START_TEST(nothing_is_visible_before_the_commit)
{
    const char *path = output_path(folder, "a.txt");
    struct fl_atomic_file *f;
    ck_assert_int_eq(fl_atomic_open(path, false, &f).code, FL_OK);
    ck_assert(fl_atomic_write(f, "half", 4));
    ck_assert_int_eq(access(path, F_OK), -1);
    ck_assert_int_eq(output_folder_count(folder), 1); /* the temporary file */
    ck_assert_int_eq(fl_atomic_finish(f, fl_error(FL_ERR_CORRUPT, "stop")).code, FL_ERR_CORRUPT);
    ck_assert_int_eq(output_folder_count(folder), 0);
}
END_TEST

START_TEST(large_and_small_writes_keep_their_order)
{
    const char *path = output_path(folder, "a.bin");
    size_t sizes[] = {1, 70000, 3, 65536, 65535, 2, 200000}, total = 0, size, i, k;
    struct fl_atomic_file *f;
    uint8_t *data, *block = malloc(200000);

    ck_assert_int_eq(fl_atomic_open(path, false, &f).code, FL_OK);
    for (i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (k = 0; k < sizes[i]; k++)
            block[k] = (uint8_t)((total + k) * 31 >> 3);
        ck_assert(fl_atomic_write(f, block, sizes[i]));
        total += sizes[i];
    }
    ck_assert_int_eq(fl_atomic_size(f), (int64_t)total);
    ck_assert_int_eq(fl_atomic_seek(f, 5, SEEK_SET), 5);
    ck_assert_int_eq(fl_atomic_read(f, block, 2), 2);
    ck_assert_uint_eq(block[1], (6 * 31 >> 3) & 255);
    ck_assert_int_eq(fl_atomic_commit(f).code, FL_OK);
    data = output_read(path, &size);
    ck_assert_uint_eq(size, total);
    for (i = 0; i < total && data[i] == (uint8_t)(i * 31 >> 3); i++)
        ;
    ck_assert_uint_eq(i, total);
    free(data);
    free(block);
}
END_TEST

START_TEST(existing_file_is_kept_without_replace)
{
    const char *path = output_path(folder, "a.txt");
    struct fl_atomic_file *f;
    ck_assert_int_eq(fl_atomic_open(path, false, &f).code, FL_OK);
    ck_assert(fl_atomic_write(f, "late", 4));
    /* someone else is quicker: only the commit can see that */
    ck_assert_int_eq(fl_write_bytes(path, "first", 5, false).code, FL_OK);
    check_refused(fl_atomic_commit(f), path, "exists");
    check_refused(fl_write_bytes(path, "again", 5, false), path, "exists");
    check_content(path, "first");
    ck_assert_int_eq(output_folder_count(folder), 1);
    ck_assert_int_eq(fl_write_bytes(path, "new", 3, true).code, FL_OK);
    check_content(path, "new");
}
END_TEST

struct race {
    const char *path;
    atomic_int won, lost;
};

static void *race_once(void *user)
{
    struct race *r = user;
    fl_err err = fl_write_bytes(r->path, "whole", 5, false);
    atomic_fetch_add(err.code == FL_OK ? &r->won : &r->lost, 1);
    return NULL;
}

START_TEST(one_of_many_writers_wins)
{
    struct race r = {output_path(folder, "a.txt"), 0, 0};
    pthread_t thread[8];
    int i;
    for (i = 0; i < 8; i++)
        ck_assert_int_eq(pthread_create(&thread[i], NULL, race_once, &r), 0);
    for (i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
    ck_assert_int_eq(r.won, 1);
    ck_assert_int_eq(r.lost, 7);
    check_content(r.path, "whole");
    ck_assert_int_eq(output_folder_count(folder), 1);
}
END_TEST

START_TEST(permissions_follow_the_umask)
{
    const char *path = output_path(folder, "a.txt");
    struct stat st;
    mode_t old = umask(027);
    ck_assert_int_eq(fl_write_bytes(path, "x", 1, false).code, FL_OK);
    umask(old);
    ck_assert_int_eq(stat(path, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0640);
}
END_TEST

START_TEST(impossible_targets_are_named)
{
    const char *file = output_path(folder, "file"), *fifo = output_path(folder, "fifo");
    const char *inside = output_path(folder, "file/x.txt");
    struct stat st;

    ck_assert_int_eq(fl_write_bytes(file, "x", 1, false).code, FL_OK);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    check_refused(fl_write_bytes(fifo, "x", 1, true), "fifo", "not a regular file");
    ck_assert_int_eq(lstat(fifo, &st), 0);
    ck_assert(S_ISFIFO(st.st_mode));
    check_refused(fl_write_bytes(folder, "x", 1, true), folder, "folder");
    check_refused(fl_write_bytes(inside, "x", 1, true), "file/x.txt", strerror(ENOTDIR));
    check_refused(fl_write_bytes(output_path(folder, "none/x.txt"), "x", 1, true), "none/x.txt",
                  "folder does not exist");
    check_refused(fl_write_bytes(output_path(folder, "none/"), "x", 1, true), "none/", "'/'");
    ck_assert_int_eq(fl_write_bytes("", "x", 1, true).code, FL_ERR_IO);
    ck_assert_int_eq(output_folder_count(folder), 2);
}
END_TEST

START_TEST(long_names_keep_the_reason)
{
    char name[1200];
    memset(name, 'n', sizeof name);
    name[250] = '\0'; /* near NAME_MAX: the temporary name must not exceed it */
    ck_assert_int_eq(fl_write_bytes(output_path(folder, name), "x", 1, false).code, FL_OK);
    name[250] = 'n';
    name[400] = '\0';
    check_refused(fl_write_bytes(output_path(folder, name), "x", 1, false), "nnnn",
                  strerror(ENAMETOOLONG));
    ck_assert_int_eq(output_folder_count(folder), 1);
}
END_TEST

/* Permissions do not bind root: the test lends itself another user. */
START_TEST(read_only_folder_and_file_are_refused)
{
    const char *file = output_path(folder, "file"), *fresh = output_path(folder, "fresh");
    bool root = geteuid() == 0;

    ck_assert_int_eq(fl_write_bytes(file, "kept", 4, false).code, FL_OK);
    ck_assert_int_eq(chmod(file, 0444), 0);
    ck_assert_int_eq(chmod(folder, 0555), 0);
    if (root)
        ck_assert_int_eq(seteuid(65534), 0);
    check_refused(fl_write_bytes(fresh, "x", 1, false), fresh, strerror(EACCES));
    check_refused(fl_write_bytes(file, "x", 1, true), file, strerror(EACCES));
    if (root)
        ck_assert_int_eq(seteuid(0), 0);
    ck_assert_int_eq(chmod(folder, 0755), 0);
    check_content(file, "kept");
    ck_assert_int_eq(output_folder_count(folder), 1);
}
END_TEST

static bool refused(fl_err err, const char *path, const char *reason)
{
    return err.code == FL_ERR_IO && strstr(err.message, path) && strstr(err.message, reason);
}

static bool holds(const char *path, const char *expected)
{
    size_t size;
    uint8_t *data = output_read(path, &size);
    bool same = data && strcmp((const char *)data, expected) == 0;
    free(data);
    return same;
}

/* Every file type meets the end of the space; what was there stays. Returns the number of the first
 * failed step, or 0: the test library writes files itself, so it must not be asked meanwhile. */
static int each_type_refused(const char *where, const struct fl_frame *picture,
                             const struct fl_frame *raw, const char *reason)
{
    struct fl_write_options options = fl_write_options_default();
    int type;

    options.replace = true;
    for (type = FL_FILE_JPEG; type <= FL_FILE_DNG; type++) {
        const char *path = output_path(where, fl_file_type_extension((enum fl_file_type)type));
        const struct fl_frame *frame = type == FL_FILE_DNG ? raw : picture;
        options.type = (enum fl_file_type)type;
        if (fl_write_bytes(path, "kept", 4, true).code != FL_OK)
            return 10 * type + 1;
        if (!refused(fl_write(path, frame, &options, NULL), path, reason))
            return 10 * type + 2;
        if (!holds(path, "kept"))
            return 10 * type + 3;
        if (output_folder_count(where) != type + 1)
            return 10 * type + 4;
    }
    return 0;
}

static int all_types_refused(const char *where, const char *reason)
{
    struct fl_frame *picture = output_picture(FL_COLOR_RGB, FL_PACK_U8, 400, 300);
    struct fl_frame *raw = output_raw(FL_COLOR_MOSAIC, FL_CFA_RGGB, FL_PACK_U16, 12, 400, 300);
    int step;
    output_fill_noise(picture, 1);
    step = each_type_refused(where, picture, raw, reason);
    fl_frame_unref(picture);
    fl_frame_unref(raw);
    return step;
}

START_TEST(file_size_limit_leaves_nothing)
{
    static const rlim_t limits[] = {1000, 30000, 66000};
    struct rlimit old, limit;
    int step;

    ck_assert(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = limits[_i];
    if (setrlimit(RLIMIT_FSIZE, &limit) != 0)
        abort();
    step = all_types_refused(folder, strerror(EFBIG));
    if (setrlimit(RLIMIT_FSIZE, &old) != 0)
        abort();
    ck_assert_int_eq(step, 0);
}
END_TEST

START_TEST(full_disk_leaves_nothing)
{
#ifdef __linux__
    const char *disk = output_path(folder, "disk");
    char path[512];
    int step;
    snprintf(path, sizeof path, "%s", disk);
    ck_assert_int_eq(mkdir(path, 0755), 0);
    if (mount("tmpfs", path, "tmpfs", 0, "size=48k") != 0) {
        printf("skipped: full disk (mounting a small one: %s)\n", strerror(errno));
        return;
    }
    step = all_types_refused(path, strerror(ENOSPC));
    ck_assert_int_eq(umount(path), 0);
    ck_assert_int_eq(step, 0);
#else
    printf("skipped: full disk (needs Linux)\n");
#endif
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("atomic_file");
    TCase *c = tcase_create("atomic_file");

    tcase_set_timeout(c, 60);
    tcase_add_checked_fixture(c, setup, teardown);
    tcase_add_test(c, file_appears_complete);
    tcase_add_test(c, nothing_is_visible_before_the_commit);
    tcase_add_test(c, large_and_small_writes_keep_their_order);
    tcase_add_test(c, existing_file_is_kept_without_replace);
    tcase_add_test(c, one_of_many_writers_wins);
    tcase_add_test(c, permissions_follow_the_umask);
    tcase_add_test(c, impossible_targets_are_named);
    tcase_add_test(c, long_names_keep_the_reason);
    tcase_add_test(c, read_only_folder_and_file_are_refused);
    tcase_add_loop_test(c, file_size_limit_leaves_nothing, 0, 3);
    tcase_add_test(c, full_disk_leaves_nothing);
    suite_add_tcase(suite, c);
    return run_suite(suite);
}
