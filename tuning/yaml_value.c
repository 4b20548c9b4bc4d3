/* Numbers, lists and functions in a YAML tree. */
#include "yaml_value.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The nearest key at or above the node: what a person looks for in the file. */
static const char *key_of(const struct fl_yaml_node *node)
{
    while (node && !node->key)
        node = node->parent;
    return node ? node->key : "";
}

fl_err fl_yaml_error(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                     const char *format, ...)
{
    char reason[160];
    const char *key = key_of(node);
    va_list args;
    va_start(args, format);
    vsnprintf(reason, sizeof reason, format, args);
    va_end(args);
    return fl_error(FL_ERR_CORRUPT, "%s:%d:%d: %.40s%s%s", tree->name, node->line, node->column,
                    key, *key ? ": " : "", reason);
}

/* Decimal numbers only: strtod would take spaces, hexadecimal, "inf" and "nan" as well. */
static bool parse_number(const char *text, double *out)
{
    char *end;
    if (!*text || strspn(text, "0123456789+-.eE") != strlen(text))
        return false;
    *out = strtod(text, &end);
    return end != text && !*end;
}

fl_err fl_yaml_number(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node, double min,
                      double max, double *out)
{
    double v;
    if (node->kind != FL_YAML_SCALAR || !parse_number(node->text, &v))
        return fl_yaml_error(tree, node, "%s%.40s%s must be a number", node->text ? "'" : "this",
                             node->text ? node->text : "", node->text ? "'" : "");
    if (!(v >= min && v <= max))
        return fl_yaml_error(tree, node, "%.40s must be %g..%g", node->text, min, max);
    *out = v;
    return fl_success();
}

fl_err fl_yaml_number_at(const struct fl_yaml_tree *tree, const struct fl_yaml_node *map,
                         const char *key, double min, double max, double *out)
{
    const struct fl_yaml_node *n = fl_yaml_find(map, key);
    return n ? fl_yaml_number(tree, n, min, max, out) : fl_success();
}

fl_err fl_yaml_numbers(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node, int step,
                       double min, double max, double **out, int *count)
{
    const struct fl_yaml_node *n;
    fl_err err = fl_success();
    double *v;
    int i = 0;
    *out = NULL;
    *count = 0;
    if (node->kind != FL_YAML_LIST || node->count < step || node->count % step != 0)
        return fl_yaml_error(tree, node, "must be a list of %d, %d, %d ... numbers", step, 2 * step,
                             3 * step);
    v = malloc((size_t)node->count * sizeof *v);
    if (!v)
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", tree->name);
    for (n = node->child; n && err.code == FL_OK; n = n->next)
        err = fl_yaml_number(tree, n, min, max, &v[i++]);
    if (err.code != FL_OK) {
        free(v);
        return err;
    }
    *out = v;
    *count = i;
    return err;
}

/* Points from pairs of numbers. */
static fl_err check_rising(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                           const struct fl_polyline *line)
{
    const struct fl_yaml_node *n = node->child;
    for (int i = 1; i < line->count; i++) {
        n = n->next->next;
        if (!(line->point[i].x > line->point[i - 1].x))
            return fl_yaml_error(tree, n, "%g must be more than %g before it", line->point[i].x,
                                 line->point[i - 1].x);
    }
    return fl_success();
}

fl_err fl_yaml_polyline(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                        struct fl_polyline *out)
{
    double *v, y = 0.0;
    int count;
    if (node->kind == FL_YAML_SCALAR) {
        FL_TRY(fl_yaml_number(tree, node, -1e9, 1e9, &y));
        out->point = malloc(sizeof *out->point);
        if (!out->point)
            return fl_error(FL_ERR_MEMORY, "%s: out of memory", tree->name);
        out->point[0] = (struct fl_point){0.0, y};
        out->count = 1;
        return fl_success();
    }
    FL_TRY(fl_yaml_numbers(tree, node, 2, -1e9, 1e9, &v, &count));
    out->point = malloc((size_t)count / 2 * sizeof *out->point);
    if (out->point) {
        out->count = count / 2;
        for (int i = 0; i < out->count; i++)
            out->point[i] = (struct fl_point){v[2 * i], v[2 * i + 1]};
    }
    free(v);
    if (!out->point)
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", tree->name);
    return check_rising(tree, node, out);
}

fl_err fl_yaml_bool_at(const struct fl_yaml_tree *tree, const struct fl_yaml_node *map,
                       const char *key, bool *out)
{
    const struct fl_yaml_node *n = fl_yaml_find(map, key);
    if (!n)
        return fl_success();
    if (n->kind == FL_YAML_SCALAR && (!strcmp(n->text, "true") || !strcmp(n->text, "1")))
        *out = true;
    else if (n->kind == FL_YAML_SCALAR && (!strcmp(n->text, "false") || !strcmp(n->text, "0")))
        *out = false;
    else
        return fl_yaml_error(tree, n, "must be true or false");
    return fl_success();
}
