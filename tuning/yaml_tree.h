/* A YAML file (JSON is YAML) as a tree of nodes that know where they stand. */
#ifndef FL_YAML_TREE_H
#define FL_YAML_TREE_H

#include "firstlight/error.h"

#include <stdbool.h>
#include <stddef.h>

enum fl_yaml_kind { FL_YAML_SCALAR = 0, FL_YAML_LIST, FL_YAML_MAP };

struct fl_yaml_node {
    enum fl_yaml_kind kind;
    int line, column;            /* from 1 */
    const char *key;             /* of a map's child; NULL in a list */
    const char *text;            /* of a scalar */
    int count;                   /* of a list or map */
    struct fl_yaml_node *child;  /* first of a list or map */
    struct fl_yaml_node *next;   /* of the same parent */
    struct fl_yaml_node *parent; /* NULL for the root */
};

struct fl_yaml_tree {
    const char *name; /* of the file, for messages; not copied */
    struct fl_yaml_node *root;
    struct fl_yaml_block *block; /* memory of all nodes */
};

/* Parses one document; trailing commas are allowed, as YAML allows them. Anchors and aliases are
 * not. Free the tree with fl_yaml_free(), also after an error. Errors: FL_ERR_CORRUPT with name,
 * line and column, FL_ERR_MEMORY. */
fl_err fl_yaml_parse(const char *name, const char *bytes, size_t size,
                     struct fl_yaml_tree *out) FL_MUST_USE;
void fl_yaml_free(struct fl_yaml_tree *tree);

/* The child of a map, the first where several have the key; NULL where there is none or the node is
 * not a map (or NULL). */
const struct fl_yaml_node *fl_yaml_find(const struct fl_yaml_node *map, const char *key);

#endif
