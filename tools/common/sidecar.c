/* Reading sidecar files with libyaml. */
#include "sidecar.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>

#define SIDECAR_MAX_BYTES 65536

struct reader {
    const char *name; /* of the file, for messages */
    yaml_document_t *doc;
    fl_sidecar_set set;
    void *user;
    struct fl_text_list *keep;
};

static fl_err at_mark(const char *name, yaml_mark_t mark, enum fl_code code, const char *reason)
{
    return fl_error(code, "%s:%zu:%zu: %s", name, mark.line + 1, mark.column + 1, reason);
}

static fl_err at_node(const struct reader *r, const yaml_node_t *node, const char *reason)
{
    return at_mark(r->name, node->start_mark, FL_ERR_CORRUPT, reason);
}

/* Appends a scalar. One with NUL bytes would be cut short unseen. */
static fl_err add_scalar(const struct reader *r, const yaml_node_t *node, const char *what,
                         struct fl_text *out)
{
    const char *s;
    if (!node || node->type != YAML_SCALAR_NODE)
        return node ? at_node(r, node, what) : fl_error(FL_ERR_INTERNAL, "%s: no node", r->name);
    s = (const char *)node->data.scalar.value;
    if (strlen(s) != node->data.scalar.length)
        return at_node(r, node, "a NUL character");
    if (node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
        (!*s || strcmp(s, "~") == 0 || strcmp(s, "null") == 0))
        return at_node(r, node, "a value is missing");
    fl_text_add(out, s);
    return fl_success();
}

/* Gives the pair to the owner; `at` is where a refusal points. */
static fl_err give(const struct reader *r, const yaml_node_t *key, const yaml_node_t *at,
                   const struct fl_text *text)
{
    fl_err err;
    if (text->failed || !fl_text_list_add(r->keep, (const char *)key->data.scalar.value) ||
        !fl_text_list_add(r->keep, fl_text_get(text)))
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", r->name);
    err = r->set(r->user, r->keep->item[r->keep->count - 2], r->keep->item[r->keep->count - 1]);
    if (err.code == FL_OK)
        return err;
    return at_mark(r->name, at->start_mark, err.code, err.message);
}

static fl_err read_sequence(const struct reader *r, const yaml_node_t *key, const yaml_node_t *list)
{
    struct fl_text text = {0};
    fl_err err = fl_success();
    const yaml_node_item_t *item = list->data.sequence.items.start;
    for (; item < list->data.sequence.items.top && err.code == FL_OK; item++) {
        if (item != list->data.sequence.items.start)
            fl_text_add(&text, ",");
        err =
            add_scalar(r, yaml_document_get_node(r->doc, *item), "must be a number or text", &text);
    }
    if (err.code == FL_OK)
        err = give(r, key, key, &text);
    fl_text_free(&text);
    return err;
}

static fl_err read_mapping(const struct reader *r, const yaml_node_t *key, const yaml_node_t *map)
{
    fl_err err = fl_success();
    const yaml_node_pair_t *pair = map->data.mapping.pairs.start;
    for (; pair < map->data.mapping.pairs.top && err.code == FL_OK; pair++) {
        const yaml_node_t *name = yaml_document_get_node(r->doc, pair->key);
        const yaml_node_t *value = yaml_document_get_node(r->doc, pair->value);
        struct fl_text text = {0};
        err = add_scalar(r, name, "must be a name", &text);
        fl_text_add(&text, "=");
        if (err.code == FL_OK)
            err = add_scalar(r, value, "must be a number or text", &text);
        if (err.code == FL_OK)
            err = give(r, key, name, &text);
        fl_text_free(&text);
    }
    return err;
}

static fl_err read_pair(const struct reader *r, const yaml_node_t *key, const yaml_node_t *value)
{
    struct fl_text text = {0};
    fl_err err = add_scalar(r, key, "a key must be a name", &text);
    fl_text_free(&text);
    if (err.code != FL_OK)
        return err;
    if (value->type == YAML_SEQUENCE_NODE)
        return read_sequence(r, key, value);
    if (value->type == YAML_MAPPING_NODE)
        return read_mapping(r, key, value);
    err = add_scalar(r, value, "a value is missing", &text);
    if (err.code == FL_OK)
        err = give(r, key, key, &text);
    fl_text_free(&text);
    return err;
}

static fl_err refuse_twice(const struct reader *r, const yaml_node_t *root,
                           const yaml_node_pair_t *pair, const yaml_node_t *key)
{
    const yaml_node_pair_t *other = root->data.mapping.pairs.start;
    for (; other < pair; other++) {
        const yaml_node_t *k = yaml_document_get_node(r->doc, other->key);
        if (key->type == YAML_SCALAR_NODE && k->type == YAML_SCALAR_NODE &&
            strcmp((const char *)k->data.scalar.value, (const char *)key->data.scalar.value) == 0)
            return at_node(r, key, "this key stands here twice");
    }
    return fl_success();
}

static fl_err read_root(const struct reader *r)
{
    const yaml_node_t *root = yaml_document_get_root_node(r->doc);
    const yaml_node_pair_t *pair;
    if (!root)
        return fl_success(); /* empty, or comments only: nothing to override */
    if (root->type != YAML_MAPPING_NODE)
        return at_node(r, root, "must be 'key: value' lines");
    for (pair = root->data.mapping.pairs.start; pair < root->data.mapping.pairs.top; pair++) {
        const yaml_node_t *key = yaml_document_get_node(r->doc, pair->key);
        FL_TRY(refuse_twice(r, root, pair, key));
        FL_TRY(read_pair(r, key, yaml_document_get_node(r->doc, pair->value)));
    }
    return fl_success();
}

static fl_err parse(const char *name, const char *bytes, size_t size, fl_sidecar_set set,
                    void *user, struct fl_text_list *keep)
{
    yaml_parser_t parser;
    yaml_document_t doc;
    fl_err err;
    if (!yaml_parser_initialize(&parser))
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", name);
    yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, size);
    if (!yaml_parser_load(&parser, &doc)) {
        err = parser.error == YAML_MEMORY_ERROR
                  ? fl_error(FL_ERR_MEMORY, "%s: out of memory", name)
                  : at_mark(name, parser.problem_mark, FL_ERR_CORRUPT,
                            parser.problem ? parser.problem : "not YAML");
    } else {
        const struct reader r = {name, &doc, set, user, keep};
        err = read_root(&r);
        yaml_document_delete(&doc);
    }
    yaml_parser_delete(&parser);
    return err;
}

fl_err fl_sidecar_read(const char *path, fl_sidecar_set set, void *user, struct fl_text_list *keep)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char bytes[4096];
    struct fl_text text = {0};
    fl_err err = fl_success();
    size_t n;
    FILE *f = fopen(path, "rb");
    if (!f)
        return fl_error(FL_ERR_IO, "%s: %s", name, strerror(errno));
    while ((n = fread(bytes, 1, sizeof bytes, f)) > 0 && text.length <= SIDECAR_MAX_BYTES)
        fl_text_add_bytes(&text, bytes, n);
    if (ferror(f))
        err = fl_error(FL_ERR_IO, "%s: %s", name, strerror(errno));
    else if (text.length > SIDECAR_MAX_BYTES)
        err = fl_error(FL_ERR_CORRUPT, "%s: larger than %d bytes", name, SIDECAR_MAX_BYTES);
    else if (text.failed)
        err = fl_error(FL_ERR_MEMORY, "%s: out of memory", name);
    fclose(f);
    if (err.code == FL_OK)
        err = parse(name, fl_text_get(&text), text.length, set, user, keep);
    fl_text_free(&text);
    return err;
}
