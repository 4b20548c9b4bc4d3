/* Option tables: one entry per option drives parsing, range checks, --help and, for the options
 * that may differ from shot to shot, the keys of sidecar files. */
#ifndef FL_OPTIONS_H
#define FL_OPTIONS_H

#include "text.h"

#include <stdio.h>

enum fl_opt_type {
    FL_OPT_GROUP,  /* a heading of the help text */
    FL_OPT_FLAG,   /* bool; no value on the command line, on or off in a sidecar */
    FL_OPT_INT,    /* int */
    FL_OPT_NUMBER, /* double */
    FL_OPT_CHOICE, /* int-sized enum: index into choices */
    FL_OPT_TEXT,   /* const char *, not copied */
    FL_OPT_LIST,   /* struct fl_text_list; may be repeated */
    FL_OPT_CUSTOM  /* parse() fills the field */
};

#define FL_OPT_PER_SHOT 1u /* may stand in a sidecar */

#define FL_OPT_NO_LIMIT 1e300

struct fl_opt {
    const char *name; /* long name without dashes, or a group's heading; NULL ends a table */
    enum fl_opt_type type;
    char letter; /* short name, or 0 */
    unsigned flags;
    size_t offset;     /* of the field in the set's target */
    const char *value; /* what the help calls the value; NULL for choices and flags */
    double min, max;   /* FL_OPT_INT, FL_OPT_NUMBER */
    const char *const *choices;
    fl_err (*parse)(void *field, const char *value); /* errors end the sentence "... must be ..." */
    const char *def;  /* default as the help shows it; NULL: what the target holds, "" : none */
    const char *bare; /* the value where none is given; NULL: one must be */
    const char *doc;
};

/* Entries of a table whose target is a `struct S`; `letter`, `flags` and `def` may be 0. */
/* NOLINTBEGIN(bugprone-macro-parentheses): they are designators and values */
#define FL_OPT_ENTRY(S, field, kind, long_name, short_name, bits)                                  \
    .name = long_name, .type = kind, .letter = short_name, .flags = bits,                          \
    .offset = offsetof(struct S, field)
#define FL_HEADING(text)                                                                           \
    {                                                                                              \
        .name = text, .type = FL_OPT_GROUP                                                         \
    }
#define FL_FLAG(S, field, name, letter, flags, text)                                               \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_FLAG, name, letter, flags), .doc = text                      \
    }
#define FL_INT(S, field, name, flags, lo, hi, shown, text)                                         \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_INT, name, 0, flags), .min = lo, .max = hi, .value = "N",    \
                                                            .def = shown, .doc = text              \
    }
#define FL_NUMBER(S, field, name, flags, lo, hi, value_name, shown, text)                          \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_NUMBER, name, 0, flags),                                     \
            .min = lo, .max = hi, .value = value_name, .def = shown, .doc = text                   \
    }
#define FL_CHOICE(S, field, name, flags, names, text)                                              \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_CHOICE, name, 0, flags), .choices = names, .doc = text       \
    }
#define FL_TEXT(S, field, name, letter, flags, value_name, shown, text)                            \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_TEXT, name, letter, flags), .value = value_name,             \
                                                                  .def = shown, .doc = text        \
    }
#define FL_LIST(S, field, name, flags, value_name, text)                                           \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_LIST, name, 0, flags), .value = value_name, .doc = text      \
    }
#define FL_CUSTOM(S, field, name, flags, parser, value_name, shown, text)                          \
    {                                                                                              \
        FL_OPT_ENTRY(S, field, FL_OPT_CUSTOM, name, 0, flags),                                     \
            .parse = parser, .value = value_name, .def = shown, .doc = text                        \
    }
/* NOLINTEND(bugprone-macro-parentheses) */

/* A program's options: several tables, each filling a struct of its own. A NULL table ends. */
struct fl_opt_set {
    const struct fl_opt *table;
    void *target;
};

/* Reads a command line. Operands, in order, go to `operands`. Errors: FL_ERR_RANGE naming the
 * option, the value, what is allowed, and the nearest option where the name is unknown. */
fl_err fl_opt_parse(const struct fl_opt_set *sets, int argc, char *const *argv,
                    struct fl_text_list *operands) FL_MUST_USE;

/* Sets one option by its long name, as a sidecar does; `flags` must all be set on the option.
 * TEXT options keep pointing at `value`. Same errors. */
fl_err fl_opt_set_value(const struct fl_opt_set *sets, unsigned flags, const char *name,
                        const char *value) FL_MUST_USE;

/* Prints every group with defaults and ranges, 80 columns wide. The targets must still hold the
 * defaults. */
void fl_opt_help(const struct fl_opt_set *sets, FILE *out);

/* Writes words from `column` on and ends the line, broken before 80 columns; `at` is where the
 * cursor stands. */
void fl_opt_wrap(FILE *out, int at, int column, const char *text);

#endif
