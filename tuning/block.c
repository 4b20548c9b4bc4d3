/* What all blocks share: keys, names, memory. */
#include "block.h"

#include <stdlib.h>
#include <string.h>

static bool is_listed(const char *key, const char *const *keys)
{
    while (*keys && strcmp(*keys, key) != 0)
        keys++;
    return *keys != NULL;
}

static fl_err check_key(const struct fl_block_reader *r, const struct fl_yaml_node *map,
                        const struct fl_yaml_node *node, const char *const *keys)
{
    if (keys && !is_listed(node->key, keys))
        return fl_yaml_error(r->tree, node, "is not known here");
    if (fl_yaml_find(map, node->key) != node)
        return fl_yaml_error(r->tree, node, "stands here a second time");
    return fl_success();
}

fl_err fl_block_keys(const struct fl_block_reader *r, const struct fl_yaml_node *map,
                     const char *const *keys)
{
    const struct fl_yaml_node *n;
    if (map->kind != FL_YAML_MAP)
        return fl_yaml_error(r->tree, map, "must be a map");
    for (n = r->strict ? map->child : NULL; n; n = n->next)
        FL_TRY(check_key(r, map, n, keys));
    return fl_success();
}

fl_err fl_block_alloc(const struct fl_block_reader *r, int count, size_t size, void **out)
{
    *out = calloc((size_t)count, size);
    if (!*out)
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", r->tree->name);
    return fl_success();
}

bool fl_block_is_plain(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        " _-+./()") == strlen(text);
}

fl_err fl_block_name(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                     char name[FL_TUNING_NAME])
{
    size_t length = strlen(node->key);
    if (length < 1 || length >= FL_TUNING_NAME || !fl_block_is_plain(node->key))
        return fl_yaml_error(r->tree, node, "a mode's name must be 1..%d letters and digits",
                             FL_TUNING_NAME - 1);
    memcpy(name, node->key, length + 1);
    return fl_success();
}

fl_err fl_block_polyline_at(const struct fl_block_reader *r, const struct fl_yaml_node *map,
                            const char *key, double min, double max, struct fl_polyline *out)
{
    const struct fl_yaml_node *node = fl_yaml_find(map, key), *y;
    if (!node)
        return fl_success();
    FL_TRY(fl_yaml_polyline(r->tree, node, out));
    y = node->kind == FL_YAML_LIST ? node->child->next : node;
    for (int i = 0; i < out->count; i++) {
        if (!(out->point[i].y >= min && out->point[i].y <= max))
            return fl_yaml_error(r->tree, y, "%g must be %g..%g", out->point[i].y, min, max);
        y = y->next ? y->next->next : y;
    }
    return fl_success();
}
