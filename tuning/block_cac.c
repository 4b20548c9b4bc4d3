/* Lateral colour: how far red and blue are to be moved onto green. */
#include "block.h"

#include <stdlib.h>

#define POINTS (FL_CAC_SIDE * FL_CAC_SIDE)

static const char *const keys[] = {"lut_rx", "lut_ry", "lut_bx", "lut_by", "strength", NULL};

static fl_err read_table(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                         double strength, float out[POINTS])
{
    double *v;
    int count;
    if (node->count != POINTS)
        return fl_yaml_error(r->tree, node, "%d values: must be %d (%dx%d)", node->count, POINTS,
                             FL_CAC_SIDE, FL_CAC_SIDE);
    FL_TRY(fl_yaml_numbers(r->tree, node, POINTS, -64.0, 64.0, &v, &count));
    for (int i = 0; i < POINTS; i++)
        out[i] = (float)(v[i] * strength);
    free(v);
    return fl_success();
}

fl_err fl_block_cac(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    struct fl_lateral_color *l = &r->out->lateral;
    float *const table[4] = {l->red_x, l->red_y, l->blue_x, l->blue_y};
    const struct fl_yaml_node *node[4];
    double strength = 1.0;
    int found = 0;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_number_at(r->tree, block, "strength", 0.0, 4.0, &strength));
    for (int i = 0; i < 4; i++) {
        node[i] = fl_yaml_find(block, keys[i]);
        found += node[i] != NULL;
    }
    if (found < 4 && r->strict)
        return fl_yaml_error(r->tree, block, "must have lut_rx, lut_ry, lut_bx and lut_by");
    for (int i = 0; i < 4 && found == 4; i++)
        FL_TRY(read_table(r, node[i], strength, table[i]));
    l->known = found == 4;
    return fl_success();
}
