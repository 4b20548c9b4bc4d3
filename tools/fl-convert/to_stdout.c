/* Writing to standard output by way of a temporary file: the writers need to seek. */
#include "to_stdout.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static fl_err copy(const char *path)
{
    char bytes[65536];
    size_t n;
    bool ok = true;
    FILE *f = fopen(path, "rb");
    if (!f)
        return fl_error(FL_ERR_IO, "%s: %s", path, strerror(errno));
    while (ok && (n = fread(bytes, 1, sizeof bytes, f)) > 0)
        ok = fwrite(bytes, 1, n, stdout) == n;
    ok = ok && !ferror(f) && fflush(stdout) == 0;
    fclose(f);
    return ok ? fl_success() : fl_error(FL_ERR_IO, "standard output: %s", strerror(errno));
}

fl_err fl_write_to_stdout(const struct fl_frame *frame, const struct fl_write_options *options,
                          const struct fl_log *log)
{
    const char *base = getenv("TMPDIR");
    struct fl_text folder = {0}, path = {0};
    fl_err err;
    fl_text_printf(&folder, "%s/fl-convert.XXXXXX", base && *base ? base : "/tmp");
    if (folder.failed || !mkdtemp(folder.data)) {
        err = folder.failed ? fl_error(FL_ERR_MEMORY, "out of memory")
                            : fl_error(FL_ERR_IO, "%s: %s", fl_text_get(&folder), strerror(errno));
        fl_text_free(&folder);
        return err;
    }
    fl_text_printf(&path, "%s/picture", folder.data);
    err = path.failed ? fl_error(FL_ERR_MEMORY, "out of memory")
                      : fl_write(path.data, frame, options, log);
    if (err.code == FL_OK)
        err = copy(path.data);
    if (!path.failed)
        unlink(path.data);
    rmdir(folder.data);
    fl_text_free(&path);
    fl_text_free(&folder);
    return err;
}
