/* Configuration files: lines name=value. */
#include "capture_config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define LINE_MAX_BYTES 1024

/* Without spaces at both ends; changes the text. */
static char *trim(char *s)
{
    size_t length;
    s += strspn(s, " \t\r\n");
    length = strlen(s);
    while (length > 0 && strchr(" \t\r\n", s[length - 1]))
        s[--length] = '\0';
    return s;
}

static fl_err set_line(char *line, const struct fl_opt_set *sets, struct fl_text_list *keep)
{
    char *comment = strchr(line, '#'), *equals, *name, *value;
    if (comment)
        *comment = '\0';
    name = trim(line);
    if (!*name)
        return fl_success();
    equals = strchr(name, '=');
    if (equals)
        *equals = '\0';
    value = equals ? trim(equals + 1) : name + strlen(name);
    name = trim(name);
    if (strcmp(name, "config") == 0)
        return fl_error(FL_ERR_RANGE, "config cannot name another file");
    if (!fl_text_list_add(keep, *value ? value : "on")) /* a flag may stand alone */
        return fl_error(FL_ERR_MEMORY, "out of memory");
    return fl_opt_set_value(sets, 0, name, keep->item[keep->count - 1]);
}

fl_err fl_capture_config_read(const char *path, const struct fl_opt_set *sets,
                              struct fl_text_list *keep)
{
    char line[LINE_MAX_BYTES];
    int number = 0;
    fl_err err = fl_success();
    FILE *f = fopen(path, "r");
    if (!f)
        return fl_error(FL_ERR_IO, "--config %s: %s", path, strerror(errno));
    while (err.code == FL_OK && fgets(line, sizeof line, f)) {
        number++;
        if (!strchr(line, '\n') && !feof(f))
            err = fl_error(FL_ERR_RANGE, "longer than %d characters", LINE_MAX_BYTES - 2);
        else
            err = set_line(line, sets, keep);
        err = fl_error_context(err, "%s:%d", path, number);
    }
    if (err.code == FL_OK && ferror(f))
        err = fl_error(FL_ERR_IO, "--config %s: %s", path, strerror(errno));
    fclose(f);
    return err;
}
