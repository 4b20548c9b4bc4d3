/* Parameter tables: defaults, parsing, printing. */
#include "firstlight/param.h"

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int elements(const struct fl_param *p)
{
    return p->count > 1 ? p->count : 1;
}

void fl_param_defaults(const struct fl_param *table, void *params)
{
    const struct fl_param *p;
    int i;
    for (p = table; p && p->name; p++) {
        char *at = (char *)params + p->offset;
        if (p->type == FL_PARAM_FLOAT)
            for (i = 0; i < elements(p); i++)
                ((float *)(void *)at)[i] = (float)p->def;
        else
            *(int *)(void *)at = (int)p->def;
    }
}

static fl_err out_of_range(const struct fl_param *p, const char *value)
{
    return fl_error(FL_ERR_RANGE, "%s=%s: must be %g..%g%s%s", p->name, value, p->min, p->max,
                    p->unit ? " " : "", p->unit ? p->unit : "");
}

static fl_err set_choice(const struct fl_param *p, int *at, const char *value)
{
    char known[160] = "";
    size_t used = 0;
    int i;
    for (i = 0; p->choices[i]; i++) {
        if (strcmp(p->choices[i], value) == 0) {
            *at = i;
            return fl_success();
        }
        used += (size_t)snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "",
                                 p->choices[i]);
        if (used >= sizeof known)
            break;
    }
    return fl_error(FL_ERR_RANGE, "%s=%s: must be one of %s", p->name, value, known);
}

static fl_err set_bool(const struct fl_param *p, int *at, const char *value)
{
    static const char *const yes[] = {"1", "on", "true", "yes"};
    static const char *const no[] = {"0", "off", "false", "no"};
    size_t i;
    for (i = 0; i < 4; i++) {
        if (strcmp(value, yes[i]) == 0 || strcmp(value, no[i]) == 0) {
            *at = strcmp(value, yes[i]) == 0;
            return fl_success();
        }
    }
    return fl_error(FL_ERR_RANGE, "%s=%s: must be on or off", p->name, value);
}

static fl_err set_numbers(const struct fl_param *p, char *at, const char *value)
{
    const char *s = value;
    double v[16];
    int i, n = elements(p);
    for (i = 0; i < n; i++) {
        char *end;
        v[i] = strtod(s, &end);
        if (end == s || *end != (i + 1 < n ? ',' : '\0'))
            return fl_error(FL_ERR_RANGE, "%s=%s: must be %d number%s", p->name, value, n,
                            n > 1 ? "s separated by commas" : "");
        if (!(v[i] >= p->min && v[i] <= p->max))
            return out_of_range(p, value);
        s = end + 1;
    }
    if (p->type == FL_PARAM_INT && v[0] != floor(v[0]))
        return fl_error(FL_ERR_RANGE, "%s=%s: must be a whole number", p->name, value);
    if (p->type == FL_PARAM_INT)
        *(int *)(void *)at = (int)v[0];
    else
        for (i = 0; i < n; i++)
            ((float *)(void *)at)[i] = (float)v[i];
    return fl_success();
}

fl_err fl_param_set(const struct fl_param *table, void *params, const char *name, const char *value)
{
    const struct fl_param *p;
    for (p = table; p && p->name; p++) {
        char *at = (char *)params + p->offset;
        if (strcmp(p->name, name) != 0)
            continue;
        if (p->type == FL_PARAM_ENUM)
            return set_choice(p, (int *)(void *)at, value);
        if (p->type == FL_PARAM_BOOL)
            return set_bool(p, (int *)(void *)at, value);
        return set_numbers(p, at, value);
    }
    return fl_error(FL_ERR_RANGE, "unknown parameter '%s'", name);
}

void fl_param_format(const struct fl_param *param, const void *params, char *out, size_t size)
{
    const char *at = (const char *)params + param->offset;
    size_t used = 0;
    int i;
    if (size == 0)
        return;
    out[0] = '\0';
    if (param->type == FL_PARAM_ENUM) {
        snprintf(out, size, "%s", param->choices[*(const int *)(const void *)at]);
    } else if (param->type == FL_PARAM_BOOL) {
        snprintf(out, size, "%s", *(const int *)(const void *)at ? "on" : "off");
    } else if (param->type == FL_PARAM_INT) {
        snprintf(out, size, "%d", *(const int *)(const void *)at);
    } else {
        for (i = 0; i < elements(param) && used < size; i++)
            used += (size_t)snprintf(out + used, size - used, "%s%.9g", i ? "," : "",
                                     (double)((const float *)(const void *)at)[i]);
    }
}
