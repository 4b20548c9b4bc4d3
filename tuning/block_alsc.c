/* Shading tables: colour by temperature, and luminance. */
#include "block.h"

#include <math.h>
#include <stdlib.h>

#define LEAST 1e-3 /* of a table's gains */
#define MOST  1e3

/* The grids of the hardware, by the length of a table. */
static const struct {
    int cols, rows;
} grids[] = {{16, 12}, {32, 32}};

static fl_err read_size(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    struct fl_shading *s = &r->out->shading;
    double cols = 0.0, rows = 0.0;
    if (!r->strict)
        return fl_success();
    FL_TRY(fl_yaml_number_at(r->tree, block, "cols", 1.0, FL_SHADING_SIDE_MAX, &cols));
    FL_TRY(fl_yaml_number_at(r->tree, block, "rows", 1.0, FL_SHADING_SIDE_MAX, &rows));
    if (!(cols >= 1.0) || !(rows >= 1.0) || cols != floor(cols) || rows != floor(rows))
        return fl_yaml_error(r->tree, block, "must have 'cols' and 'rows', whole numbers");
    s->cols = (int)cols;
    s->rows = (int)rows;
    return fl_success();
}

/* The first table says which hardware it is for. */
static void guess_size(struct fl_shading *s, int count)
{
    for (size_t i = 0; i < sizeof grids / sizeof *grids; i++)
        if (count == grids[i].cols * grids[i].rows) {
            s->cols = grids[i].cols;
            s->rows = grids[i].rows;
        }
}

static fl_err read_table(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                         float **out)
{
    struct fl_shading *s = &r->out->shading;
    double *v;
    int count;
    void *table;
    fl_err err;
    if (s->cols < 1)
        guess_size(s, node->count);
    if (s->cols < 1)
        return fl_yaml_error(r->tree, node, "%d values: must be 192 (16x12) or 1024 (32x32)",
                             node->count);
    if (node->count != s->cols * s->rows)
        return fl_yaml_error(r->tree, node, "%d values: must be %d (%dx%d)", node->count,
                             s->cols * s->rows, s->cols, s->rows);
    FL_TRY(fl_yaml_numbers(r->tree, node, 1, LEAST, MOST, &v, &count));
    err = fl_block_alloc(r, count, sizeof **out, &table);
    if (err.code == FL_OK) {
        *out = table;
        for (int i = 0; i < count; i++)
            (*out)[i] = (float)v[i];
    }
    free(v);
    return err;
}

static fl_err read_calibration(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                               struct fl_shading_table *list, int *count)
{
    static const char *const keys[] = {"ct", "table", NULL};
    const struct fl_yaml_node *ct = fl_yaml_find(node, "ct"), *table = fl_yaml_find(node, "table");
    struct fl_shading_table *t = &list[*count];
    FL_TRY(fl_block_keys(r, node, keys));
    if (!ct || !table)
        return fl_yaml_error(r->tree, node, "a calibration must have 'ct' and 'table'");
    FL_TRY(fl_yaml_number(r->tree, ct, 100.0, 1e5, &t->cct_k));
    if (*count > 0 && !(t->cct_k > t[-1].cct_k))
        return fl_yaml_error(r->tree, ct, "%g K must be more than %g K before it", t->cct_k,
                             t[-1].cct_k);
    FL_TRY(read_table(r, table, &t->gain));
    ++*count;
    return fl_success();
}

static fl_err read_calibrations(const struct fl_block_reader *r, const struct fl_yaml_node *block,
                                const char *key, struct fl_shading_table **list, int *count)
{
    const struct fl_yaml_node *node = fl_yaml_find(block, key);
    void *memory;
    if (!node)
        return fl_success();
    if (node->kind != FL_YAML_LIST)
        return fl_yaml_error(r->tree, node, "must be a list of calibrations");
    if (node->count == 0)
        return fl_success();
    FL_TRY(fl_block_alloc(r, node->count, sizeof **list, &memory));
    *list = memory;
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_calibration(r, n, *list, count));
    return fl_success();
}

/* A fall-off like cos^4 of the field angle, whose corner needs a gain of `corner`; the grid is the
 * hardware's where no table told it. */
static fl_err make_luminance(const struct fl_block_reader *r, double corner, double asymmetry)
{
    struct fl_shading *s = &r->out->shading;
    double f1 = corner - 1.0, f2 = 1.0 + sqrt(corner), r2_corner;
    void *table;
    if (s->cols < 1)
        guess_size(s, r->out->target[0] == 'p' ? 1024 : 192);
    r2_corner = 0.25 * s->cols * s->rows * (1.0 + asymmetry * asymmetry);
    FL_TRY(fl_block_alloc(r, s->cols * s->rows, sizeof *s->luminance, &table));
    s->luminance = table;
    for (int i = 0; i < s->cols * s->rows; i++) {
        double dx = (i % s->cols + 0.5 - 0.5 * s->cols) * asymmetry;
        double dy = i / s->cols + 0.5 - 0.5 * s->rows;
        double root = (f1 * (dx * dx + dy * dy) / r2_corner + f2) / f2;
        s->luminance[i] = (float)(root * root);
    }
    return fl_success();
}

static fl_err read_luminance(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    const struct fl_yaml_node *corner = fl_yaml_find(block, "corner_strength");
    const struct fl_yaml_node *lut = fl_yaml_find(block, "luminance_lut");
    struct fl_shading *s = &r->out->shading;
    double strength = 2.0, asymmetry = 1.0;
    s->luminance_strength = 1.0;
    FL_TRY(
        fl_yaml_number_at(r->tree, block, "luminance_strength", 0.0, 2.0, &s->luminance_strength));
    if (corner) {
        FL_TRY(fl_yaml_number(r->tree, corner, 1.0, 16.0, &strength));
        FL_TRY(fl_yaml_number_at(r->tree, block, "asymmetry", 0.0, 100.0, &asymmetry));
        return make_luminance(r, strength, asymmetry);
    }
    return lut ? read_table(r, lut, &s->luminance) : fl_success();
}

fl_err fl_block_alsc(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"cols",
                                       "rows",
                                       "calibrations_Cr",
                                       "calibrations_Cb",
                                       "luminance_lut",
                                       "luminance_strength",
                                       "corner_strength",
                                       "asymmetry",
                                       NULL};
    struct fl_shading *s = &r->out->shading;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(read_size(r, block));
    FL_TRY(read_calibrations(r, block, "calibrations_Cr", &s->red, &s->red_count));
    FL_TRY(read_calibrations(r, block, "calibrations_Cb", &s->blue, &s->blue_count));
    return read_luminance(r, block);
}
