/* Black level, noise, and a shot of known brightness. */
#include "block.h"

fl_err fl_block_black_level(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"black_level", "black_level_r", "black_level_g",
                                       "black_level_b", NULL};
    double all = 4096.0; /* libcamera's default */
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_number_at(r->tree, block, keys[0], 0.0, FL_BLOCK_SCALE, &all));
    for (int c = 0; c < 3; c++) {
        double level = all;
        FL_TRY(fl_yaml_number_at(r->tree, block, keys[c + 1], 0.0, FL_BLOCK_SCALE, &level));
        r->out->black[c] = level / FL_BLOCK_SCALE;
    }
    r->out->has_black = true;
    return fl_success();
}

fl_err fl_block_lux(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"reference_shutter_speed", "reference_gain",
                                       "reference_aperture",      "reference_Y",
                                       "reference_lux",           NULL};
    double shutter_us = 0.0, gain = 0.0, aperture = 1.0, y = 0.0, lux = 0.0;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_number_at(r->tree, block, keys[0], 1e-3, 1e10, &shutter_us));
    FL_TRY(fl_yaml_number_at(r->tree, block, keys[1], 1e-3, 1e6, &gain));
    FL_TRY(fl_yaml_number_at(r->tree, block, keys[2], 1e-3, 1e3, &aperture));
    FL_TRY(fl_yaml_number_at(r->tree, block, keys[3], 1.0, FL_BLOCK_SCALE, &y));
    FL_TRY(fl_yaml_number_at(r->tree, block, keys[4], 1e-3, 1e9, &lux));
    if (!(shutter_us > 0.0) || !(gain > 0.0) || !(y > 0.0) || !(lux > 0.0))
        return fl_yaml_error(r->tree, block,
                             "must have reference_shutter_speed, _gain, _Y and _lux");
    r->out->lux =
        (struct fl_lux_reference){lux, 1e-6 * shutter_us, gain, aperture, y / FL_BLOCK_SCALE};
    return fl_success();
}

fl_err fl_block_noise(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"reference_constant", "reference_slope", NULL};
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(
        fl_yaml_number_at(r->tree, block, keys[0], 0.0, FL_BLOCK_SCALE, &r->out->noise_constant));
    return fl_yaml_number_at(r->tree, block, keys[1], 0.0, 1e3, &r->out->noise_slope);
}
