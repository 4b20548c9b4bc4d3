/* Growing text, and lists of it, for building lines before they are written whole. */
#ifndef FL_TEXT_H
#define FL_TEXT_H

#include "firstlight/error.h"

#include <stdbool.h>
#include <stddef.h>

/* Starts all-zero. `failed` stays set once memory ran out; later additions are then dropped. */
struct fl_text {
    char *data; /* NUL-terminated; NULL while empty */
    size_t length, capacity;
    bool failed;
};

void fl_text_add(struct fl_text *text, const char *s);
void fl_text_add_bytes(struct fl_text *text, const char *s, size_t n);
/* With '?' for control characters: names from outside must not break a line or steer a terminal. */
void fl_text_add_printable(struct fl_text *text, const char *s);
void fl_text_printf(struct fl_text *text, const char *format, ...) FL_PRINTF(2, 3);
void fl_text_free(struct fl_text *text);

/* Hands the text over (the caller frees it) and empties `text`. NULL when memory had run out. */
char *fl_text_take(struct fl_text *text);

/* Never NULL. */
const char *fl_text_get(const struct fl_text *text);

/* Copies of strings. Starts all-zero. */
struct fl_text_list {
    char **item;
    int count, capacity;
};

/* false without memory; the list is then unchanged. */
bool fl_text_list_add(struct fl_text_list *list, const char *s);
bool fl_text_list_copy(struct fl_text_list *to, const struct fl_text_list *from);
void fl_text_list_free(struct fl_text_list *list);

#endif
