/* Option tables: the help text. */
#include "options.h"
#include "values.h"

#include <stdbool.h>
#include <string.h>

#define COLUMN 30
#define WIDTH  80

void fl_opt_wrap(FILE *out, int at, int column, const char *text)
{
    const char *s = text;
    bool fresh = false;
    if (at > column - 2) {
        fputc('\n', out);
        at = 0;
    }
    fprintf(out, "%*s", column - at, "");
    at = column;
    while (*s) {
        int n = (int)strcspn(s, " ");
        if (fresh && at + 1 + n > WIDTH) {
            fprintf(out, "\n%*s", column, "");
            at = column;
            fresh = false;
        }
        fprintf(out, "%s%.*s", fresh ? " " : "", n, s);
        at += n + (fresh ? 1 : 0);
        fresh = true;
        s += n;
        s += strspn(s, " ");
    }
    fputc('\n', out);
}

static void choices_text(const char *const *choices, char *out, size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (int i = 0; choices[i] && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "|" : "", choices[i]);
}

/* What the option would be without the user: from the table's text or the target's field. */
static void default_text(const struct fl_opt_set *set, const struct fl_opt *opt, char *out,
                         size_t size)
{
    const void *field = (const char *)set->target + opt->offset;
    out[0] = '\0';
    if (opt->def)
        snprintf(out, size, "%s", opt->def);
    else if (opt->type == FL_OPT_INT)
        snprintf(out, size, "%d", *(const int *)field);
    else if (opt->type == FL_OPT_NUMBER)
        snprintf(out, size, "%g", *(const double *)field);
    else if (opt->type == FL_OPT_CHOICE)
        snprintf(out, size, "%s", opt->choices[*(const int *)field]);
}

static void help_one(const struct fl_opt_set *set, const struct fl_opt *opt, FILE *out)
{
    char value[96] = "", def[64], range[64] = "", letter[8] = "    ";
    struct fl_text doc = {0};
    int at;
    if (opt->type == FL_OPT_CHOICE)
        choices_text(opt->choices, value, sizeof value);
    else if (opt->value)
        snprintf(value, sizeof value, "%s", opt->value);
    if (opt->letter)
        snprintf(letter, sizeof letter, "-%c, ", opt->letter);
    at = fprintf(out, "  %s--%s%s%s", letter, opt->name, *value ? " " : "", value);
    default_text(set, opt, def, sizeof def);
    if (opt->type == FL_OPT_INT || opt->type == FL_OPT_NUMBER)
        fl_value_range_text(opt->min, opt->max, range, sizeof range);
    fl_text_add(&doc, opt->doc);
    if (*range || *def)
        fl_text_printf(&doc, " (%s%s%s%s)", range, *range && *def ? "; " : "",
                       *def ? "default " : "", def);
    fl_opt_wrap(out, at, COLUMN, fl_text_get(&doc));
    fl_text_free(&doc);
}

void fl_opt_help(const struct fl_opt_set *sets, FILE *out)
{
    for (const struct fl_opt_set *set = sets; set->table; set++) {
        for (const struct fl_opt *opt = set->table; opt->name; opt++) {
            if (opt->type == FL_OPT_GROUP)
                fprintf(out, "\n%s:\n", opt->name);
            else
                help_one(set, opt, out);
        }
    }
}
