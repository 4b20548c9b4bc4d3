/* A file on standard output, by way of a temporary one. */
#include "stdout_file.h"

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

fl_err fl_stdout_begin(struct fl_stdout_file *file, const char *tool)
{
    const char *base = getenv("TMPDIR");
    fl_err err = fl_success();
    memset(file, 0, sizeof *file);
    fl_text_printf(&file->folder, "%s/%s.XXXXXX", base && *base ? base : "/tmp", tool);
    if (file->folder.failed)
        err = fl_error(FL_ERR_MEMORY, "out of memory");
    else if (!mkdtemp(file->folder.data))
        err = fl_error(FL_ERR_IO, "%s: %s", fl_text_get(&file->folder), strerror(errno));
    if (err.code != FL_OK) {
        fl_text_free(&file->folder);
        return err;
    }
    fl_text_printf(&file->path, "%s/picture", file->folder.data);
    return file->path.failed ? fl_stdout_end(file, fl_error(FL_ERR_MEMORY, "out of memory")) : err;
}

fl_err fl_stdout_end(struct fl_stdout_file *file, fl_err err)
{
    if (err.code == FL_OK)
        err = copy(fl_text_get(&file->path));
    if (!file->path.failed)
        unlink(fl_text_get(&file->path));
    rmdir(fl_text_get(&file->folder));
    fl_text_free(&file->path);
    fl_text_free(&file->folder);
    return err;
}
