/* Loading and freeing tuning data. */
#include "firstlight/tuning.h"

#include "rpi_tuning.h"

#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (4u << 20) /* the largest that ships has 0.2 MB */

void fl_tuning_free(struct fl_tuning *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->prior_count; i++)
        free(t->prior[i].log_likelihood.point);
    free(t->grey);
    free(t->prior);
    free(t->mode);
    free(t->ccm);
    free(t);
}

static fl_err read_file(const char *path, const char *name, char **bytes, size_t *size)
{
    FILE *f = fopen(path, "rb");
    fl_err err = fl_success();
    if (!f)
        return fl_error(FL_ERR_IO, "%s: %s", name, strerror(errno));
    *bytes = malloc(MAX_BYTES + 1);
    if (!*bytes)
        err = fl_error(FL_ERR_MEMORY, "%s: out of memory", name);
    else
        *size = fread(*bytes, 1, MAX_BYTES + 1, f);
    if (err.code == FL_OK && ferror(f))
        err = fl_error(FL_ERR_IO, "%s: %s", name, strerror(errno));
    else if (err.code == FL_OK && *size > MAX_BYTES)
        err = fl_error(FL_ERR_CORRUPT, "%s: larger than %u bytes", name, MAX_BYTES);
    fclose(f);
    return err;
}

static fl_err parse(const char *name, const char *bytes, size_t size, const struct fl_log *log,
                    struct fl_tuning *out)
{
    struct fl_yaml_tree tree;
    fl_err err = fl_yaml_parse(name, bytes, size, &tree);
    if (err.code == FL_OK)
        err = fl_rpi_tuning_read(&tree, log, out);
    fl_yaml_free(&tree);
    return err;
}

/* Numbers have a decimal point, whatever the host program's locale says. */
static fl_err parse_in_c_locale(const char *name, const char *bytes, size_t size,
                                const struct fl_log *log, struct fl_tuning *out)
{
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0), old;
    fl_err err;
    if (!c)
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", name);
    old = uselocale(c);
    err = parse(name, bytes, size, log, out);
    uselocale(old);
    freelocale(c);
    return err;
}

fl_err fl_tuning_load(const char *path, const struct fl_log *log, struct fl_tuning **out)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    struct fl_tuning *tuning = calloc(1, sizeof *tuning);
    char *bytes = NULL;
    size_t size = 0;
    fl_err err;
    *out = NULL;
    if (!tuning)
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", name);
    err = read_file(path, name, &bytes, &size);
    if (err.code == FL_OK)
        err = parse_in_c_locale(name, bytes, size, log, tuning);
    free(bytes);
    if (err.code != FL_OK) {
        fl_tuning_free(tuning);
        return err;
    }
    *out = tuning;
    return err;
}
