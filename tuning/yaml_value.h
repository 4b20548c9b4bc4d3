/* Values of a YAML tree, checked: every error names file, line, column, key, value and what is
 * allowed. Keys that are absent leave *out as it is. */
#ifndef FL_YAML_VALUE_H
#define FL_YAML_VALUE_H

#include "yaml_tree.h"

#include "firstlight/tuning_data.h"

/* An error at a node; `reason` is a whole sentence or the rest of one after the node's key. */
fl_err fl_yaml_error(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                     const char *format, ...) FL_PRINTF(3, 4);

/* The number that a scalar node holds. */
fl_err fl_yaml_number(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node, double min,
                      double max, double *out) FL_MUST_USE;

/* The number at a key of a map. */
fl_err fl_yaml_number_at(const struct fl_yaml_tree *tree, const struct fl_yaml_node *map,
                         const char *key, double min, double max, double *out) FL_MUST_USE;

/* A list of numbers in memory from malloc(), which the caller frees; its length is a multiple of
 * `step`, from `step` up. Errors as well: FL_ERR_MEMORY. */
fl_err fl_yaml_numbers(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node, int step,
                       double min, double max, double **out, int *count) FL_MUST_USE;

/* A function as a flat list x0, y0, x1, y1, ... with rising x, or a single number. The points are
 * from malloc(). */
fl_err fl_yaml_polyline(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                        struct fl_polyline *out) FL_MUST_USE;

/* true, false, 1, 0 at a key of a map. */
fl_err fl_yaml_bool_at(const struct fl_yaml_tree *tree, const struct fl_yaml_node *map,
                       const char *key, bool *out) FL_MUST_USE;

#endif
