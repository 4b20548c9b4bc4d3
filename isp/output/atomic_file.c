/* Atomic writes: temporary file beside the target, sync, rename, sync of the folder. */
#define _DEFAULT_SOURCE /* syscall() */
#include "atomic_file.h"

#include "firstlight/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/syscall.h>
#endif

#define BUFFER_SIZE     65536
#define TEMP_ATTEMPTS   100
#define TEMP_NAME_BYTES 200 /* of the target's name: with prefix and suffix below NAME_MAX, 255 */
#define MESSAGE_PATH    140 /* longer paths are cut in front, so that the reason fits */

struct fl_atomic_file {
    int fd;
    bool replace;
    int error; /* errno of the first failure */
    char *path, *temp;
    size_t fill;
    unsigned char buffer[BUFFER_SIZE];
};

static fl_err io_error(const char *path, const char *reason)
{
    size_t length = strlen(path);
    bool cut = length > MESSAGE_PATH;
    return fl_error(FL_ERR_IO, "cannot write '%s%s': %s", cut ? "..." : "",
                    cut ? path + length - MESSAGE_PATH : path, reason);
}

static fl_err errno_error(const char *path, int error)
{
    char reason[96];
    if (strerror_r(error, reason, sizeof reason) != 0)
        snprintf(reason, sizeof reason, "system error %d", error);
    return io_error(path, reason);
}

/* Refuses what a rename would silently destroy, and what cannot become a file. */
static fl_err check_target(const char *path, bool replace)
{
    struct stat st;
    size_t length = strlen(path);

    if (length == 0)
        return fl_error(FL_ERR_IO, "cannot write to an empty file name");
    if (stat(path, &st) != 0) {
        if (errno != ENOENT)
            return errno_error(path, errno);
        return path[length - 1] == '/' ? io_error(path, "the name ends in '/'") : fl_success();
    }
    if (S_ISDIR(st.st_mode))
        return io_error(path, "is a folder");
    if (!S_ISREG(st.st_mode))
        return io_error(path, "is not a regular file");
    if (!replace)
        return io_error(path, "exists already");
    return access(path, W_OK) == 0 ? fl_success() : errno_error(path, errno);
}

/* Bytes of the folder part, with its slash. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Puts six characters that no other writer is likely to have; O_EXCL decides. */
static void make_unique(char *digits, const void *salt, int attempt)
{
    static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz012345"; /* 32 */
    struct timespec now = {0, 0};
    uint64_t h;
    int i;
    clock_gettime(CLOCK_MONOTONIC, &now);
    h = (uint64_t)now.tv_nsec ^ ((uint64_t)now.tv_sec << 30) ^ ((uint64_t)getpid() << 40) ^
        (uint64_t)(uintptr_t)salt ^ ((uint64_t)attempt << 20);
    h *= 0x9e3779b97f4a7c15U; /* spreads the low bits into the high ones, which are used */
    for (i = 0; i < 6; i++)
        digits[i] = alphabet[h >> (34 + 5 * i) & 31];
}

static fl_err create_temp(struct fl_atomic_file *f)
{
    size_t folder = folder_length(f->path);
    size_t size = folder + TEMP_NAME_BYTES + 16;
    int attempt;

    f->temp = malloc(size);
    if (!f->temp)
        return fl_error(FL_ERR_MEMORY, "out of memory for a file name");
    for (attempt = 0; attempt < TEMP_ATTEMPTS; attempt++) {
        char unique[7] = {0};
        make_unique(unique, f, attempt);
        snprintf(f->temp, size, "%.*s.%.*s.%s.tmp", (int)folder, f->path, TEMP_NAME_BYTES,
                 f->path + folder, unique);
        f->fd = open(f->temp, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (f->fd >= 0)
            return fl_success();
        if (errno != EEXIST)
            break;
    }
    if (errno == ENOENT)
        return io_error(f->path, "the folder does not exist");
    return errno_error(f->path, errno);
}

static void free_file(struct fl_atomic_file *f)
{
    free(f->path);
    free(f->temp);
    free(f);
}

fl_err fl_atomic_open(const char *path, bool replace, struct fl_atomic_file **out)
{
    struct fl_atomic_file *f;
    fl_err err;

    *out = NULL;
    FL_TRY(check_target(path, replace));
    f = calloc(1, sizeof *f);
    if (!f)
        return fl_error(FL_ERR_MEMORY, "out of memory for a file");
    f->replace = replace;
    f->path = strdup(path);
    err = f->path ? create_temp(f) : fl_error(FL_ERR_MEMORY, "out of memory for a file name");
    if (err.code != FL_OK) {
        free_file(f);
        return err;
    }
    *out = f;
    return fl_success();
}

static bool write_through(struct fl_atomic_file *f, const unsigned char *data, size_t size)
{
    while (size > 0 && f->error == 0) {
        ssize_t n = write(f->fd, data, size);
        if (n > 0) {
            data += n;
            size -= (size_t)n;
        } else if (n == 0) {
            f->error = ENOSPC; /* a write that takes nothing would loop for ever */
        } else if (errno != EINTR) {
            f->error = errno;
        }
    }
    return f->error == 0;
}

static bool flush_buffer(struct fl_atomic_file *f)
{
    size_t n = f->fill;
    f->fill = 0;
    return write_through(f, f->buffer, n);
}

bool fl_atomic_write(struct fl_atomic_file *f, const void *data, size_t size)
{
    if (f->error)
        return false;
    if (size > BUFFER_SIZE - f->fill && !flush_buffer(f))
        return false;
    if (size >= BUFFER_SIZE)
        return write_through(f, data, size);
    memcpy(f->buffer + f->fill, data, size);
    f->fill += size;
    return true;
}

int64_t fl_atomic_read(struct fl_atomic_file *f, void *data, size_t size)
{
    ssize_t n;
    if (!flush_buffer(f))
        return -1;
    do
        n = read(f->fd, data, size);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        f->error = errno;
    return n;
}

int64_t fl_atomic_seek(struct fl_atomic_file *f, int64_t offset, int whence)
{
    off_t position;
    if (!flush_buffer(f))
        return -1;
    position = lseek(f->fd, (off_t)offset, whence);
    if (position < 0)
        f->error = errno;
    return position;
}

int64_t fl_atomic_size(struct fl_atomic_file *f)
{
    struct stat st;
    if (!flush_buffer(f))
        return -1;
    if (fstat(f->fd, &st) == 0)
        return st.st_size;
    f->error = errno;
    return -1;
}

fl_err fl_atomic_error(const struct fl_atomic_file *f)
{
    return f->error ? errno_error(f->path, f->error) : fl_success();
}

/* Renames unless the name is taken, in one step. Not every file system knows the flag; those have
 * links, which also fail on a taken name. Returns 0 or errno. */
static int rename_new(const char *from, const char *to)
{
#ifdef SYS_renameat2
    if (syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 1 /* RENAME_NOREPLACE */) == 0)
        return 0;
    if (errno != EINVAL && errno != ENOSYS)
        return errno;
#endif
    if (link(from, to) != 0)
        return errno;
    unlink(from);
    return 0;
}

/* Makes the new name survive a power cut. A folder that cannot be opened or synced (no read
 * permission, some network file systems) is no reason to fail: the file itself is safe. */
static int sync_folder(const char *path)
{
    size_t length = folder_length(path);
    char *folder = length ? strndup(path, length) : strdup(".");
    int fd, error = 0;

    if (!folder)
        return ENOMEM;
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0)
        return 0;
    if (fsync(fd) != 0 && errno != EINVAL && errno != EROFS && errno != ENOTSUP)
        error = errno;
    close(fd);
    return error;
}

static int publish(const struct fl_atomic_file *f)
{
    if (!f->replace)
        return rename_new(f->temp, f->path);
    return rename(f->temp, f->path) == 0 ? 0 : errno;
}

fl_err fl_atomic_commit(struct fl_atomic_file *f)
{
    fl_err err;
    bool published = false;

    if (flush_buffer(f) && fsync(f->fd) != 0)
        f->error = errno;
    if (close(f->fd) != 0 && f->error == 0)
        f->error = errno;
    if (f->error == 0) {
        f->error = publish(f);
        published = f->error == 0;
    }
    if (!published)
        unlink(f->temp);
    else
        f->error = sync_folder(f->path);
    if (f->error == EEXIST)
        err = io_error(f->path, "exists already");
    else
        err = fl_atomic_error(f);
    free_file(f);
    return err;
}

fl_err fl_atomic_finish(struct fl_atomic_file *f, fl_err err)
{
    fl_err reason;
    if (err.code == FL_OK)
        return fl_atomic_commit(f);
    reason = fl_atomic_error(f);
    close(f->fd);
    unlink(f->temp);
    free_file(f);
    return reason.code == FL_OK ? err : reason;
}

fl_err fl_write_bytes(const char *path, const void *data, size_t size, bool replace)
{
    struct fl_atomic_file *f;
    if (!path || (!data && size))
        return fl_error(FL_ERR_ARGUMENT, "no %s to write", path ? "data" : "path");
    FL_TRY(fl_atomic_open(path, replace, &f));
    if (size)
        fl_atomic_write(f, data, size);
    return fl_atomic_commit(f);
}
