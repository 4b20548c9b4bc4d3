/* What the camera's filters are set to: green equalisation, defects, noise, sharpness, tone. */
#include "block.h"

#include <math.h>

fl_err fl_block_geq(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"offset", "slope", "strength", NULL};
    struct fl_green_threshold *g = &r->out->green;
    double offset = 0.0;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_number_at(r->tree, block, "offset", 0.0, FL_BLOCK_SCALE, &offset));
    FL_TRY(fl_yaml_number_at(r->tree, block, "slope", 0.0, 1.0, &g->slope));
    FL_TRY(fl_block_polyline_at(r, block, "strength", 0.0, 100.0, &g->strength));
    g->offset = offset / FL_BLOCK_SCALE;
    g->known = true;
    return fl_success();
}

fl_err fl_block_dpc(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"strength", NULL};
    double strength = 1.0;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_number_at(r->tree, block, "strength", 0.0, 2.0, &strength));
    r->out->defect_strength = (int)floor(strength) + 1;
    return fl_success();
}

fl_err fl_block_sharpen(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"threshold", "limit", "strength", NULL};
    struct fl_tuning_sharpen s = {true, 1.0, 1.0, 1.0};
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_number_at(r->tree, block, "threshold", 0.0, 100.0, &s.threshold));
    FL_TRY(fl_yaml_number_at(r->tree, block, "limit", 0.0, 100.0, &s.limit));
    FL_TRY(fl_yaml_number_at(r->tree, block, "strength", 0.0, 100.0, &s.strength));
    r->out->sharpen = s;
    return fl_success();
}

fl_err fl_block_contrast(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"gamma_curve", NULL};
    struct fl_polyline *g = &r->out->gamma;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_block_polyline_at(r, block, "gamma_curve", 0.0, FL_BLOCK_SCALE, g));
    for (int i = 0; i < g->count; i++) {
        g->point[i].x /= FL_BLOCK_SCALE;
        g->point[i].y /= FL_BLOCK_SCALE;
    }
    return fl_success();
}
