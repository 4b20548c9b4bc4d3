/* Growing text and lists of it. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool reserve(struct fl_text *text, size_t more)
{
    size_t want = text->capacity ? text->capacity : 128;
    char *data;
    if (text->failed || more > (size_t)1 << 30 || text->length > (size_t)1 << 30) {
        text->failed = true;
        return false;
    }
    while (want < text->length + more + 1)
        want *= 2;
    if (want == text->capacity)
        return true;
    data = realloc(text->data, want);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = want;
    return true;
}

void fl_text_add_bytes(struct fl_text *text, const char *s, size_t n)
{
    if (!reserve(text, n))
        return;
    if (n)
        memcpy(text->data + text->length, s, n);
    text->length += n;
    text->data[text->length] = '\0';
}

void fl_text_add(struct fl_text *text, const char *s)
{
    fl_text_add_bytes(text, s, strlen(s));
}

void fl_text_add_printable(struct fl_text *text, const char *s)
{
    for (; *s; s++) {
        const char c = (unsigned char)*s < 0x20 || *s == 0x7f ? '?' : *s;
        fl_text_add_bytes(text, &c, 1);
    }
}

void fl_text_printf(struct fl_text *text, const char *format, ...)
{
    va_list args;
    int n;
    va_start(args, format);
    n = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (n < 0 || !reserve(text, (size_t)n))
        return;
    va_start(args, format);
    vsnprintf(text->data + text->length, (size_t)n + 1, format, args);
    va_end(args);
    text->length += (size_t)n;
}

void fl_text_free(struct fl_text *text)
{
    free(text->data);
    memset(text, 0, sizeof *text);
}

char *fl_text_take(struct fl_text *text)
{
    char *data;
    fl_text_add_bytes(text, "", 0);
    data = text->data;
    if (text->failed) {
        free(data);
        data = NULL;
    }
    memset(text, 0, sizeof *text);
    return data;
}

const char *fl_text_get(const struct fl_text *text)
{
    return text->data ? text->data : "";
}

bool fl_text_list_add(struct fl_text_list *list, const char *s)
{
    size_t size = strlen(s) + 1;
    char *copy;
    if (list->count == list->capacity) {
        int capacity = list->capacity ? list->capacity * 2 : 8;
        char **item = realloc(list->item, (size_t)capacity * sizeof *item);
        if (!item)
            return false;
        list->item = item;
        list->capacity = capacity;
    }
    copy = malloc(size);
    if (!copy)
        return false;
    memcpy(copy, s, size);
    list->item[list->count++] = copy;
    return true;
}

bool fl_text_list_copy(struct fl_text_list *to, const struct fl_text_list *from)
{
    memset(to, 0, sizeof *to);
    for (int i = 0; i < from->count; i++) {
        if (!fl_text_list_add(to, from->item[i])) {
            fl_text_list_free(to);
            return false;
        }
    }
    return true;
}

void fl_text_list_free(struct fl_text_list *list)
{
    for (int i = 0; i < list->count; i++)
        free(list->item[i]);
    free(list->item);
    memset(list, 0, sizeof *list);
}
