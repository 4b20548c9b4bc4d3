/* The JSON writer. */
#include "json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static void new_line(struct fl_json *json, int depth)
{
    if (json->indent <= 0)
        return;
    fl_text_add(json->out, "\n");
    for (int i = 0; i < depth * json->indent; i++)
        fl_text_add(json->out, " ");
}

/* Length of the well-formed UTF-8 sequence at s, or 0. Overlong forms, surrogates and code points
 * past U+10FFFF are not well-formed. */
static int utf8_length(const unsigned char *s)
{
    static const struct {
        unsigned char first, last, low, high; /* first byte's interval, second byte's interval */
        int length;
    } forms[] = {{0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
                 {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3},
                 {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4},
                 {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4}};
    if (s[0] < 0x80)
        return 1;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        if (s[0] < forms[i].first || s[0] > forms[i].last)
            continue;
        if (s[1] < forms[i].low || s[1] > forms[i].high)
            return 0;
        for (int k = 2; k < forms[i].length; k++)
            if ((s[k] & 0xc0) != 0x80)
                return 0;
        return forms[i].length;
    }
    return 0;
}

static void quoted(struct fl_text *out, const char *value)
{
    const unsigned char *s = (const unsigned char *)value;
    fl_text_add(out, "\"");
    while (*s) {
        int n = utf8_length(s);
        if (n == 0)
            fl_text_add(out, "\\ufffd");
        else if (*s == '"' || *s == '\\')
            fl_text_printf(out, "\\%c", *s);
        else if (*s == '\n')
            fl_text_add(out, "\\n");
        else if (*s == '\t')
            fl_text_add(out, "\\t");
        else if (*s < 0x20 || *s == 0x7f)
            fl_text_printf(out, "\\u%04x", *s);
        else
            fl_text_add_bytes(out, (const char *)s, (size_t)n);
        s += n ? n : 1;
    }
    fl_text_add(out, "\"");
}

/* Comma, line and key before a value. */
static void start_value(struct fl_json *json, const char *key)
{
    bool *filled = &json->filled[json->depth < FL_JSON_DEPTH ? json->depth : FL_JSON_DEPTH - 1];
    if (*filled)
        fl_text_add(json->out, ",");
    if (json->depth > 0)
        new_line(json, json->depth);
    *filled = true;
    if (key) {
        quoted(json->out, key);
        fl_text_add(json->out, json->indent > 0 ? ": " : ":");
    }
}

static void begin(struct fl_json *json, const char *key, const char *bracket)
{
    start_value(json, key);
    fl_text_add(json->out, bracket);
    if (json->depth + 1 < FL_JSON_DEPTH)
        json->depth++;
    json->filled[json->depth] = false;
}

static void end(struct fl_json *json, const char *bracket)
{
    bool filled = json->filled[json->depth];
    if (json->depth > 0)
        json->depth--;
    if (filled)
        new_line(json, json->depth);
    fl_text_add(json->out, bracket);
}

void fl_json_begin_object(struct fl_json *json, const char *key)
{
    begin(json, key, "{");
}

void fl_json_end_object(struct fl_json *json)
{
    end(json, "}");
}

void fl_json_begin_array(struct fl_json *json, const char *key)
{
    begin(json, key, "[");
}

void fl_json_end_array(struct fl_json *json)
{
    end(json, "]");
}

void fl_json_string(struct fl_json *json, const char *key, const char *value)
{
    start_value(json, key);
    if (value)
        quoted(json->out, value);
    else
        fl_text_add(json->out, "null");
}

/* The shortest text that reads back as the same number. */
static void add_number(struct fl_text *out, double value)
{
    char text[40];
    if (!isfinite(value)) {
        fl_text_add(out, "null");
        return;
    }
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fl_text_add(out, text);
}

void fl_json_number(struct fl_json *json, const char *key, double value)
{
    start_value(json, key);
    add_number(json->out, value);
}

void fl_json_int(struct fl_json *json, const char *key, int64_t value)
{
    start_value(json, key);
    fl_text_printf(json->out, "%" PRId64, value);
}

void fl_json_bool(struct fl_json *json, const char *key, bool value)
{
    start_value(json, key);
    fl_text_add(json->out, value ? "true" : "false");
}

void fl_json_null(struct fl_json *json, const char *key)
{
    fl_json_string(json, key, NULL);
}

void fl_json_numbers(struct fl_json *json, const char *key, const double *value, int count)
{
    start_value(json, key);
    fl_text_add(json->out, "[");
    for (int i = 0; i < count; i++) {
        if (i)
            fl_text_add(json->out, json->indent > 0 ? ", " : ",");
        add_number(json->out, value[i]);
    }
    fl_text_add(json->out, "]");
}

void fl_json_strings(struct fl_json *json, const char *key, const struct fl_text_list *list)
{
    fl_json_begin_array(json, key);
    for (int i = 0; i < list->count; i++)
        fl_json_string(json, NULL, list->item[i]);
    fl_json_end_array(json);
}
