/* Events of libyaml become a tree. */
#include "yaml_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#define MAX_DEPTH   32
#define BLOCK_BYTES 65536

struct fl_yaml_block {
    struct fl_yaml_block *next;
    size_t used, size;
    max_align_t data[];
};

struct builder {
    struct fl_yaml_tree *tree;
    struct fl_yaml_node *open;            /* innermost list or map */
    struct fl_yaml_node *last[MAX_DEPTH]; /* child so far of each open node */
    const char *key[MAX_DEPTH];           /* that waits for its value */
    int depth;
};

static void *take(struct fl_yaml_tree *tree, size_t size)
{
    struct fl_yaml_block *b = tree->block;
    void *p;
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (!b || b->size - b->used < size) {
        size_t bytes = size > BLOCK_BYTES ? size : BLOCK_BYTES;
        b = malloc(sizeof *b + bytes);
        if (!b)
            return NULL;
        b->next = tree->block;
        b->used = 0;
        b->size = bytes;
        tree->block = b;
    }
    p = (char *)b->data + b->used;
    b->used += size;
    return p;
}

static fl_err at_mark(const struct fl_yaml_tree *tree, yaml_mark_t mark, const char *reason)
{
    return fl_error(FL_ERR_CORRUPT, "%s:%zu:%zu: %s", tree->name, mark.line + 1, mark.column + 1,
                    reason);
}

static fl_err no_memory(const struct fl_yaml_tree *tree)
{
    return fl_error(FL_ERR_MEMORY, "%s: out of memory", tree->name);
}

static bool waits_for_key(const struct builder *b)
{
    return b->open && b->open->kind == FL_YAML_MAP && !b->key[b->depth - 1];
}

/* Appends a node to the open one; NULL without memory. */
static struct fl_yaml_node *add_node(struct builder *b, enum fl_yaml_kind kind, yaml_mark_t mark)
{
    struct fl_yaml_node *n = take(b->tree, sizeof *n);
    if (!n)
        return NULL;
    *n = (struct fl_yaml_node){.kind = kind,
                               .line = (int)mark.line + 1,
                               .column = (int)mark.column + 1,
                               .parent = b->open};
    if (!b->open) {
        b->tree->root = n;
    } else {
        struct fl_yaml_node **last = &b->last[b->depth - 1];
        *(*last ? &(*last)->next : &b->open->child) = n;
        *last = n;
        b->open->count++;
        n->key = b->key[b->depth - 1];
        b->key[b->depth - 1] = NULL;
    }
    return n;
}

static fl_err open_node(struct builder *b, enum fl_yaml_kind kind, yaml_mark_t mark)
{
    struct fl_yaml_node *n;
    if (waits_for_key(b))
        return at_mark(b->tree, mark, "a key must be a name");
    if (b->depth == MAX_DEPTH)
        return at_mark(b->tree, mark, "nested too deeply");
    n = add_node(b, kind, mark);
    if (!n)
        return no_memory(b->tree);
    b->open = n;
    b->last[b->depth] = NULL;
    b->key[b->depth] = NULL;
    b->depth++;
    return fl_success();
}

static void close_node(struct builder *b)
{
    if (!b->open)
        return;
    b->open = b->open->parent;
    b->depth--;
}

static fl_err add_scalar(struct builder *b, const yaml_event_t *e)
{
    const char *value = (const char *)e->data.scalar.value;
    size_t length = e->data.scalar.length;
    struct fl_yaml_node *n;
    char *text;
    if (memchr(value, '\0', length))
        return at_mark(b->tree, e->start_mark, "a NUL character");
    text = take(b->tree, length + 1);
    if (!text)
        return no_memory(b->tree);
    memcpy(text, value, length + 1);
    if (waits_for_key(b)) {
        b->key[b->depth - 1] = text;
        return fl_success();
    }
    n = add_node(b, FL_YAML_SCALAR, e->start_mark);
    if (!n)
        return no_memory(b->tree);
    n->text = text;
    return fl_success();
}

static fl_err add_event(struct builder *b, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (b->tree->root)
            return at_mark(b->tree, e->start_mark, "a second document begins");
        return fl_success();
    case YAML_SCALAR_EVENT:
        return add_scalar(b, e);
    case YAML_SEQUENCE_START_EVENT:
        return open_node(b, FL_YAML_LIST, e->start_mark);
    case YAML_MAPPING_START_EVENT:
        return open_node(b, FL_YAML_MAP, e->start_mark);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_node(b);
        return fl_success();
    case YAML_ALIAS_EVENT:
        return at_mark(b->tree, e->start_mark, "aliases are not supported");
    default:
        return fl_success();
    }
}

static fl_err parse_events(yaml_parser_t *parser, struct builder *b)
{
    bool more = true;
    while (more) {
        yaml_event_t event;
        fl_err err;
        if (!yaml_parser_parse(parser, &event)) {
            if (parser->error == YAML_MEMORY_ERROR)
                return no_memory(b->tree);
            return at_mark(b->tree, parser->problem_mark,
                           parser->problem ? parser->problem : "not YAML");
        }
        more = event.type != YAML_STREAM_END_EVENT;
        err = add_event(b, &event);
        yaml_event_delete(&event);
        if (err.code != FL_OK)
            return err;
    }
    return fl_success();
}

fl_err fl_yaml_parse(const char *name, const char *bytes, size_t size, struct fl_yaml_tree *out)
{
    struct builder builder = {.tree = out};
    yaml_parser_t parser;
    fl_err err;
    *out = (struct fl_yaml_tree){.name = name};
    if (!yaml_parser_initialize(&parser))
        return no_memory(out);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, size);
    err = parse_events(&parser, &builder);
    yaml_parser_delete(&parser);
    if (err.code == FL_OK && !out->root)
        return fl_error(FL_ERR_CORRUPT, "%s: the file is empty", name);
    return err;
}

void fl_yaml_free(struct fl_yaml_tree *tree)
{
    while (tree->block) {
        struct fl_yaml_block *next = tree->block->next;
        free(tree->block);
        tree->block = next;
    }
    tree->root = NULL;
}

const struct fl_yaml_node *fl_yaml_find(const struct fl_yaml_node *map, const char *key)
{
    if (!map || map->kind != FL_YAML_MAP)
        return NULL;
    for (const struct fl_yaml_node *n = map->child; n; n = n->next)
        if (strcmp(n->key, key) == 0)
            return n;
    return NULL;
}
