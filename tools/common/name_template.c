/* Output names from templates. */
#include "name_template.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define CODES      "ndtcmie%"
#define META_CODES "dtmi"
#define MAX_PAD    9

const char *fl_name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

size_t fl_name_base_length(const char *name)
{
    const char *dot = strrchr(name, '.');
    return dot && dot != name ? (size_t)(dot - name) : strlen(name);
}

const char *fl_name_extension(const char *name)
{
    const char *extension = name + fl_name_base_length(name);
    return *extension ? extension + 1 : extension;
}

/* Reads "04c" behind a percent sign: the code, the padding, and where the text goes on. */
static const char *read_code(const char *s, char *code, int *pad)
{
    *pad = 0;
    while (isdigit((unsigned char)*s) && *pad <= MAX_PAD)
        *pad = *pad * 10 + (*s++ - '0');
    *code = *s;
    return *s ? s + 1 : s;
}

fl_err fl_name_check(const char *name_template)
{
    const char *s = name_template;
    while ((s = strchr(s, '%')) != NULL) {
        char code;
        int pad;
        const char *begin = s;
        s = read_code(s + 1, &code, &pad);
        if (!code || !strchr(CODES, code))
            return fl_error(FL_ERR_RANGE,
                            "'%.*s' is not a code; they are %%n %%d %%t %%c %%m %%i %%e %%%%",
                            (int)(s - begin), begin);
        if (s - begin > 2 && (code != 'c' || pad < 1 || pad > MAX_PAD))
            return fl_error(FL_ERR_RANGE, "'%.*s': only the counter takes a width, %%1c..%%%dc",
                            (int)(s - begin), begin, MAX_PAD);
    }
    return fl_success();
}

bool fl_name_needs_meta(const char *name_template)
{
    const char *s = name_template;
    while ((s = strchr(s, '%')) != NULL) {
        char code;
        int pad;
        s = read_code(s + 1, &code, &pad);
        if (code && strchr(META_CODES, code))
            return true;
    }
    return false;
}

/* Camera names come from files: only letters, digits and a few signs may enter a path. */
static void add_safe(struct fl_text *out, const char *s)
{
    size_t start = out->length;
    for (; *s; s++) {
        const char c = isalnum((unsigned char)*s) || strchr("+-_", *s) ? *s : '_';
        fl_text_add_bytes(out, &c, 1);
    }
    if (out->length == start)
        fl_text_add(out, "unknown");
}

/* The digits of "YYYY:MM:DD HH:MM:SS" from `from` on, n characters. */
static void add_digits(struct fl_text *out, const char *date_time, size_t from, size_t n)
{
    char digits[16];
    size_t used = 0;
    for (size_t i = from; i < from + n && strlen(date_time) == 19; i++)
        if (isdigit((unsigned char)date_time[i]))
            digits[used++] = date_time[i];
    digits[used] = '\0';
    add_safe(out, digits);
}

static void add_meta(struct fl_text *out, char code, const struct fl_meta *meta)
{
    if (!meta)
        fl_text_printf(out, "%%%c", code);
    else if (code == 'd')
        add_digits(out, meta->date_time, 0, 10);
    else if (code == 't')
        add_digits(out, meta->date_time, 11, 8);
    else if (code == 'm')
        add_safe(out, meta->model[0] ? meta->model : meta->unique_model);
    else if (meta->iso > 0 && meta->iso < 1e9)
        fl_text_printf(out, "%.0f", meta->iso);
    else
        fl_text_add(out, "unknown");
}

void fl_name_expand(const char *name_template, const struct fl_name_parts *parts,
                    struct fl_text *out)
{
    const char *s = name_template;
    while (*s) {
        size_t plain = strcspn(s, "%");
        char code;
        int pad;
        fl_text_add_bytes(out, s, plain);
        s += plain;
        if (!*s)
            break;
        s = read_code(s + 1, &code, &pad);
        if (code == 'n')
            fl_text_add(out, parts->base);
        else if (code == 'e')
            fl_text_add(out, parts->extension);
        else if (code == 'c')
            fl_text_printf(out, "%0*d", pad, parts->counter);
        else if (code == '%')
            fl_text_add(out, "%");
        else
            add_meta(out, code, parts->meta);
    }
}
