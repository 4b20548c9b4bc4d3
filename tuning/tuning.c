/* Loading tuning data. */
#include "firstlight/tuning.h"

#include "c_locale.h"
#include "container.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BYTES (4u << 20) /* the largest that ships has 0.2 MB */

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

/* The sensor by its file's name: imx477.json, or pisp_imx477.json where both kinds lie together. */
static void name_sensor(const char *name, char *out, size_t size)
{
    static const char *const kinds[] = {"pisp_", "vc4_"};
    for (int i = 0; i < 2; i++)
        if (strncmp(name, kinds[i], strlen(kinds[i])) == 0)
            name += strlen(kinds[i]);
    snprintf(out, size, "%.*s", (int)strcspn(name, "."), name);
    if (!fl_block_is_plain(out))
        out[0] = '\0';
}

static fl_err parse(const char *name, const char *bytes, size_t size, const struct fl_log *log,
                    struct fl_tuning *out)
{
    struct fl_yaml_tree tree;
    struct fl_block_reader reader = {&tree, log, false, out};
    fl_err err = fl_yaml_parse(name, bytes, size, &tree);
    if (err.code == FL_OK && tree.root->kind != FL_YAML_MAP)
        err = fl_yaml_error(&tree, tree.root, "a tuning file must be a map");
    else if (err.code == FL_OK)
        err = fl_profile_is(&tree) ? fl_profile_read(&reader) : fl_rpi_tuning_read(&reader);
    fl_yaml_free(&tree);
    if (!out->sensor[0])
        name_sensor(name, out->sensor, sizeof out->sensor);
    return err;
}

static fl_err parse_in_c_locale(const char *name, const char *bytes, size_t size,
                                const struct fl_log *log, struct fl_tuning *out)
{
    struct fl_c_locale locale;
    fl_err err;
    if (!fl_c_locale_enter(&locale))
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", name);
    err = parse(name, bytes, size, log, out);
    fl_c_locale_leave(&locale);
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
