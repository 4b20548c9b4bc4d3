/* Names of pictures. */
#include "capture_name.h"
#include "name_template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define WIDTH_MAX 18

/* Reads what follows a percent sign: '%', or a width and d. Returns where the text goes on, or
 * NULL. */
static const char *read_code(const char *s, int *width, bool *zeros, bool *counter)
{
    char *end;
    *width = 0;
    *zeros = *counter = false;
    if (*s == '%')
        return s + 1;
    *zeros = *s == '0';
    if (isdigit((unsigned char)*s)) {
        long v = strtol(s, &end, 10);
        if (v > WIDTH_MAX)
            return NULL;
        *width = (int)v;
        s = end;
    }
    if (!*s || !strchr("diu", *s))
        return NULL;
    *counter = true;
    return s + 1;
}

fl_err fl_capture_name_check(const char *name_template)
{
    const char *s = name_template;
    int counters = 0;
    while ((s = strchr(s, '%')) != NULL) {
        bool zeros, counter;
        int width;
        s = read_code(s + 1, &width, &zeros, &counter);
        if (!s || (counter && ++counters > 1))
            return fl_error(FL_ERR_RANGE,
                            "must have at most one counter, %%d or %%04d; %%%% is a percent sign");
    }
    return fl_success();
}

void fl_capture_name_expand(const char *name_template, int counter, struct fl_text *out)
{
    const char *s = name_template;
    while (*s) {
        size_t length = strcspn(s, "%");
        bool zeros, is_counter;
        int width;
        fl_text_add_bytes(out, s, length);
        s += length;
        if (!*s)
            break;
        s = read_code(s + 1, &width, &zeros, &is_counter);
        if (!s)
            break;
        if (!is_counter)
            fl_text_add(out, "%");
        else if (zeros)
            fl_text_printf(out, "%0*d", width, counter);
        else
            fl_text_printf(out, "%*d", width, counter);
    }
}

void fl_capture_name_time(const char *folder, bool seconds, const char *extension,
                          struct fl_text *out)
{
    time_t now = time(NULL);
    struct tm local;
    char text[32] = "";
    if (folder && *folder)
        fl_text_printf(out, "%s%s", folder, folder[strlen(folder) - 1] == '/' ? "" : "/");
    if (seconds)
        fl_text_printf(out, "%lld", (long long)now);
    else if (localtime_r(&now, &local) && strftime(text, sizeof text, "%m%d%H%M%S", &local))
        fl_text_add(out, text);
    fl_text_printf(out, ".%s", extension);
}

void fl_capture_name_beside(const char *name, int part, const char *extension, struct fl_text *out)
{
    const char *file = fl_name_of(name);
    fl_text_add_bytes(out, name, (size_t)(file - name) + fl_name_base_length(file));
    if (part > 0)
        fl_text_printf(out, "-%02d", part);
    fl_text_printf(out, ".%s", extension);
}
