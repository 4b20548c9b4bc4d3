/* Option tables: parsing. */
#include "options.h"
#include "values.h"

#include <stdbool.h>
#include <string.h>

#define CANDIDATES_MAX 160

static void *field_of(const struct fl_opt_set *set, const struct fl_opt *opt)
{
    return (char *)set->target + opt->offset;
}

static const struct fl_opt *find(const struct fl_opt_set *sets, const char *name, char letter,
                                 const struct fl_opt_set **in)
{
    for (const struct fl_opt_set *set = sets; set->table; set++) {
        for (const struct fl_opt *opt = set->table; opt->name; opt++) {
            if (opt->type == FL_OPT_GROUP)
                continue;
            if (name ? strcmp(opt->name, name) == 0 : opt->letter == letter) {
                *in = set;
                return opt;
            }
        }
    }
    return NULL;
}

static fl_err unknown(const struct fl_opt_set *sets, unsigned flags, const char *dashes,
                      const char *name)
{
    const char *candidates[CANDIDATES_MAX];
    const char *nearest;
    int count = 0;
    for (const struct fl_opt_set *set = sets; set->table; set++)
        for (const struct fl_opt *opt = set->table; opt->name && count < CANDIDATES_MAX; opt++)
            if (opt->type != FL_OPT_GROUP && (opt->flags & flags) == flags)
                candidates[count++] = opt->name;
    nearest = fl_value_nearest(name, candidates, count);
    if (nearest)
        return fl_error(FL_ERR_RANGE, "unknown %s '%s%s'; did you mean '%s%s'?",
                        *dashes ? "option" : "key", dashes, name, dashes, nearest);
    return fl_error(FL_ERR_RANGE, "unknown %s '%s%s'", *dashes ? "option" : "key", dashes, name);
}

static fl_err assign(const struct fl_opt *opt, void *field, const char *value)
{
    fl_err err = fl_success();
    long long whole = 0;
    int flag = 0;
    switch (opt->type) {
    case FL_OPT_FLAG:
        err = fl_value_bool(value, &flag);
        if (err.code == FL_OK)
            *(bool *)field = flag != 0;
        break;
    case FL_OPT_INT:
        err = fl_value_int(value, opt->min, opt->max, &whole);
        if (err.code == FL_OK)
            *(int *)field = (int)whole;
        break;
    case FL_OPT_NUMBER:
        err = fl_value_number(value, opt->min, opt->max, field);
        break;
    case FL_OPT_CHOICE:
        err = fl_value_choice(value, opt->choices, field);
        break;
    case FL_OPT_TEXT:
        *(const char **)field = value;
        break;
    case FL_OPT_LIST:
        if (!fl_text_list_add(field, value))
            err = fl_error(FL_ERR_MEMORY, "out of memory");
        break;
    case FL_OPT_CUSTOM:
        err = opt->parse(field, value);
        break;
    case FL_OPT_GROUP:
        break;
    }
    return err;
}

static fl_err set_named(const struct fl_opt_set *set, const struct fl_opt *opt, const char *dashes,
                        const char *value)
{
    fl_err err = assign(opt, field_of(set, opt), value);
    if (err.code == FL_OK)
        return err;
    return fl_error(err.code, "%s%s '%.80s': %s", dashes, opt->name, value, err.message);
}

fl_err fl_opt_set_value(const struct fl_opt_set *sets, unsigned flags, const char *name,
                        const char *value)
{
    const struct fl_opt_set *set;
    const struct fl_opt *opt = find(sets, name, 0, &set);
    if (!opt)
        return unknown(sets, flags, "", name);
    if ((opt->flags & flags) != flags)
        return fl_error(FL_ERR_RANGE, "'%s' cannot be set here, only on the command line", name);
    return set_named(set, opt, "", value);
}

/* Of an option that may stand alone: the next argument if it is a value for it. */
static const char *value_or_bare(const struct fl_opt_set *set, const struct fl_opt *opt, int argc,
                                 char *const *argv, int *i)
{
    const char *next = *i + 1 < argc ? argv[*i + 1] : NULL;
    if (!next || next[0] == '-' || assign(opt, field_of(set, opt), next).code != FL_OK)
        return opt->bare;
    (*i)++;
    return next;
}

/* The next argument as a value; an option in its place means that the value was forgotten. */
static fl_err next_value(const char *shown, int argc, char *const *argv, int *i, const char **value)
{
    const char *next = *i + 1 < argc ? argv[*i + 1] : NULL;
    if (!next || (next[0] == '-' && next[1] == '-' && next[2]))
        return fl_error(FL_ERR_RANGE, "%s needs a value", shown);
    *value = next;
    (*i)++;
    return fl_success();
}

static fl_err parse_long(const struct fl_opt_set *sets, int argc, char *const *argv, int *i)
{
    const char *arg = argv[*i] + 2;
    const char *equals = strchr(arg, '=');
    size_t length = equals ? (size_t)(equals - arg) : strlen(arg);
    const char *value = equals ? equals + 1 : NULL;
    const struct fl_opt_set *set;
    const struct fl_opt *opt;
    char name[64];
    if (length >= sizeof name)
        return fl_error(FL_ERR_RANGE, "unknown option '--%.60s...'", arg);
    memcpy(name, arg, length);
    name[length] = '\0';
    opt = find(sets, name, 0, &set);
    if (!opt)
        return unknown(sets, 0, "--", name);
    if (opt->type == FL_OPT_FLAG) {
        if (value)
            return fl_error(FL_ERR_RANGE, "--%s takes no value", name);
        value = "on";
    } else if (!value && opt->bare) {
        value = value_or_bare(set, opt, argc, argv, i);
    } else if (!value) {
        char shown[72];
        snprintf(shown, sizeof shown, "--%s", name);
        FL_TRY(next_value(shown, argc, argv, i, &value));
    }
    return set_named(set, opt, "--", value);
}

/* -x, -xVALUE, -x VALUE, and flags together: -vq. */
static fl_err parse_letters(const struct fl_opt_set *sets, int argc, char *const *argv, int *i)
{
    const char *s = argv[*i] + 1;
    for (; *s; s++) {
        const struct fl_opt_set *set;
        const struct fl_opt *opt = find(sets, NULL, *s, &set);
        const char *value = s + 1;
        if (!opt)
            return fl_error(FL_ERR_RANGE, "unknown option '-%c'", *s);
        if (opt->type == FL_OPT_FLAG) {
            FL_TRY(set_named(set, opt, "--", "on"));
            continue;
        }
        if (!*value && opt->bare) {
            value = value_or_bare(set, opt, argc, argv, i);
        } else if (!*value) {
            const char shown[3] = {'-', *s, '\0'};
            FL_TRY(next_value(shown, argc, argv, i, &value));
        }
        return set_named(set, opt, "--", value);
    }
    return fl_success();
}

fl_err fl_opt_parse(const struct fl_opt_set *sets, int argc, char *const *argv,
                    struct fl_text_list *operands)
{
    bool only_operands = false;
    for (int i = 1; i < argc; i++) {
        const char *arg = argv[i];
        if (only_operands || arg[0] != '-' || !arg[1]) {
            if (!fl_text_list_add(operands, arg))
                return fl_error(FL_ERR_MEMORY, "out of memory");
        } else if (strcmp(arg, "--") == 0) {
            only_operands = true;
        } else if (arg[1] == '-') {
            FL_TRY(parse_long(sets, argc, argv, &i));
        } else {
            FL_TRY(parse_letters(sets, argc, argv, &i));
        }
    }
    return fl_success();
}
