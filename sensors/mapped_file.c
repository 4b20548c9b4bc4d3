/* A regular file mapped read-only: pixels are read in place, without a second copy in memory. */
#include "mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* strerror() may share a buffer between threads; this one does not. */
static fl_err system_error(const char *what, int number)
{
    char reason[96];
    if (strerror_r(number, reason, sizeof reason) != 0)
        return fl_error(FL_ERR_IO, "%s: error %d", what, number);
    return fl_error(FL_ERR_IO, "%s: %s", what, reason);
}

static fl_err map_descriptor(int fd, struct fl_mapped *out)
{
    struct stat st;
    void *data;
    if (fstat(fd, &st) != 0)
        return system_error("cannot read", errno);
    if (S_ISDIR(st.st_mode))
        return fl_error(FL_ERR_IO, "is a folder, not a file");
    if (!S_ISREG(st.st_mode))
        return fl_error(FL_ERR_IO, "is not a regular file");
    if (st.st_size == 0)
        return fl_error(FL_ERR_CORRUPT, "file is empty");
    if ((uintmax_t)st.st_size > SIZE_MAX)
        return fl_error(FL_ERR_MEMORY, "file is too large for this machine's memory");
    data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        return system_error("cannot map", errno);
    out->data = data;
    out->size = (size_t)st.st_size;
    return fl_success();
}

fl_err fl_mapped_open(const char *path, struct fl_mapped *out)
{
    /* Without O_NONBLOCK, opening a named pipe would wait for a writer. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    fl_err err;
    memset(out, 0, sizeof *out);
    if (fd < 0)
        return system_error("cannot open", errno);
    err = map_descriptor(fd, out);
    close(fd);
    return err;
}

void fl_mapped_close(struct fl_mapped *map)
{
    if (map->data)
        munmap((void *)map->data, map->size);
    map->data = NULL;
    map->size = 0;
}

static void release(void *user)
{
    struct fl_mapped *map = user;
    fl_mapped_close(map);
    free(map);
}

fl_err fl_mapped_wrap(struct fl_mapped *map, size_t offset, int width, int height,
                      const struct fl_format *format, size_t stride, struct fl_frame **out)
{
    struct fl_mapped *owned = malloc(sizeof *owned);
    fl_err err;
    if (!owned)
        return fl_error(FL_ERR_MEMORY, "out of memory for a frame");
    *owned = *map;
    /* The frame is read only, as all shared frames are. */
    err = fl_frame_wrap(width, height, format, (void *)(map->data + offset), stride,
                        map->size - offset, release, owned, out);
    if (err.code != FL_OK) {
        free(owned);
        return err;
    }
    *map = (struct fl_mapped){NULL, 0};
    return err;
}
