/* --list-params: every stage with its parameters, from the library's own tables. */
#include "convert_report.h"
#include "json.h"
#include "options.h"
#include "values.h"

#include <stdio.h>
#include <string.h>

#define DOC_COLUMN 6

static const char *const type_names[] = {"bool", "int", "float", "enum"};

static void default_text(const struct fl_param *p, char *out, size_t size)
{
    if (p->type == FL_PARAM_ENUM)
        snprintf(out, size, "%s", p->choices[(int)p->def]);
    else if (p->type == FL_PARAM_BOOL)
        snprintf(out, size, "%s", p->def != 0 ? "on" : "off");
    else
        snprintf(out, size, "%g", p->def);
}

static void allowed_text(const struct fl_param *p, char *out, size_t size)
{
    size_t used = 0;
    if (p->type == FL_PARAM_BOOL)
        snprintf(out, size, "on|off");
    else if (p->type != FL_PARAM_ENUM)
        fl_value_range_text(p->min, p->max, out, size);
    else
        for (int i = 0; p->choices[i] && used < size; i++)
            used += (size_t)snprintf(out + used, size - used, "%s%s", i ? "|" : "", p->choices[i]);
}

static void key_text(const char *stage, const struct fl_param *p, char *out, size_t size)
{
    snprintf(out, size, "%.*s.%s", (int)strcspn(stage, "."), stage, p->name);
}

/* Parameters of the stage at `index`; the passes of an operation share theirs, and only the first
 * lists them. NULL: none. */
static const struct fl_param *params_of(int index)
{
    const char *name, *before, *summary;
    const struct fl_param *params, *others;
    if (!fl_stage_info(index, &name, &summary, &params))
        return NULL;
    for (int i = 0; i < index && fl_stage_info(i, &before, &summary, &others); i++)
        if (others == params)
            return NULL;
    return params;
}

static void print_param(const char *stage, const struct fl_param *p)
{
    char key[96], allowed[128], def[32], type[32];
    key_text(stage, p, key, sizeof key);
    if (p->count > 1)
        snprintf(type, sizeof type, "%s[%d]", type_names[p->type], p->count);
    else
        snprintf(type, sizeof type, "%s", type_names[p->type]);
    allowed_text(p, allowed, sizeof allowed);
    default_text(p, def, sizeof def);
    printf("  %-28s %-8s %s%s%s, default %s\n", key, type, allowed, p->unit && *p->unit ? " " : "",
           p->unit ? p->unit : "", def);
    fl_opt_wrap(stdout, 0, DOC_COLUMN, p->doc);
}

static void json_param(struct fl_json *json, const char *stage, const struct fl_param *p)
{
    char key[96];
    key_text(stage, p, key, sizeof key);
    fl_json_begin_object(json, NULL);
    fl_json_string(json, "key", key);
    fl_json_string(json, "name", p->name);
    fl_json_string(json, "type", type_names[p->type]);
    fl_json_int(json, "count", p->count > 1 ? p->count : 1);
    fl_json_string(json, "unit", p->unit);
    if (p->type == FL_PARAM_ENUM) {
        fl_json_begin_array(json, "choices");
        for (int i = 0; p->choices[i]; i++)
            fl_json_string(json, NULL, p->choices[i]);
        fl_json_end_array(json);
        fl_json_string(json, "default", p->choices[(int)p->def]);
    } else if (p->type == FL_PARAM_BOOL) {
        fl_json_bool(json, "default", p->def != 0);
    } else {
        fl_json_number(json, "min", p->min);
        fl_json_number(json, "max", p->max);
        fl_json_number(json, "default", p->def);
    }
    fl_json_string(json, "doc", p->doc);
    fl_json_end_object(json);
}

static bool list_json(void)
{
    struct fl_text text = {0};
    struct fl_json json = {.out = &text, .indent = 2};
    const char *name, *summary;
    const struct fl_param *params;
    bool ok;
    fl_json_begin_array(&json, NULL);
    for (int i = 0; fl_stage_info(i, &name, &summary, &params); i++) {
        fl_json_begin_object(&json, NULL);
        fl_json_string(&json, "stage", name);
        fl_json_string(&json, "summary", summary);
        fl_json_begin_array(&json, "params");
        for (const struct fl_param *p = params_of(i); p && p->name; p++)
            json_param(&json, name, p);
        fl_json_end_array(&json);
        fl_json_end_object(&json);
    }
    fl_json_end_array(&json);
    ok = !text.failed && puts(text.data) >= 0 && fflush(stdout) == 0;
    fl_text_free(&text);
    return ok;
}

bool fl_report_params(bool json)
{
    const char *name, *summary;
    const struct fl_param *params;
    if (json)
        return list_json();
    printf("Stages in the order of the chain, with what --set takes: type, range, and the\n"
           "default of the preset balanced and the look standard.\n");
    for (int i = 0; fl_stage_info(i, &name, &summary, &params); i++) {
        printf("\n%s: %s\n", name, summary);
        for (const struct fl_param *p = params_of(i); p && p->name; p++)
            print_param(name, p);
    }
    return fflush(stdout) == 0;
}
