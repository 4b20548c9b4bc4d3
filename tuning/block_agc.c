/* Exposure control: what counts in the picture, how exposure is divided, what it aims at. */
#include "block.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define VC4_ZONES 15
#define PISP_SIDE 15
#define SIDE_MAX  64

/* A grid where the number of weights or the profile itself says so. */
static fl_err read_grid(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                        struct fl_metering_mode *m)
{
    double cols = 0.0, rows = 0.0;
    if (m->count == PISP_SIDE * PISP_SIDE)
        cols = rows = PISP_SIDE;
    if (r->strict) {
        FL_TRY(fl_yaml_number_at(r->tree, node, "cols", 1.0, SIDE_MAX, &cols));
        FL_TRY(fl_yaml_number_at(r->tree, node, "rows", 1.0, SIDE_MAX, &rows));
    }
    m->cols = (int)cols;
    m->rows = (int)rows;
    if (m->cols * m->rows != m->count && m->count != VC4_ZONES)
        return fl_yaml_error(r->tree, node, "%d weights: must be 15 or 225 (15x15)", m->count);
    return fl_success();
}

static fl_err read_metering(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                            struct fl_metering_mode *m)
{
    static const char *const keys[] = {"weights", "cols", "rows", NULL};
    const struct fl_yaml_node *weights = fl_yaml_find(node, "weights");
    FL_TRY(fl_block_keys(r, node, keys));
    FL_TRY(fl_block_name(r, node, m->name));
    if (!weights)
        return fl_yaml_error(r->tree, node, "must have 'weights'");
    FL_TRY(fl_yaml_numbers(r->tree, weights, 1, 0.0, 1e6, &m->weight, &m->count));
    return read_grid(r, node, m);
}

static fl_err read_ladder(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                          struct fl_exposure_mode *m)
{
    static const char *const keys[] = {"shutter", "gain", NULL};
    const struct fl_yaml_node *shutter = fl_yaml_find(node, "shutter"),
                              *gain = fl_yaml_find(node, "gain");
    int gains;
    FL_TRY(fl_block_keys(r, node, keys));
    FL_TRY(fl_block_name(r, node, m->name));
    if (!shutter || !gain)
        return fl_yaml_error(r->tree, node, "must have 'shutter' and 'gain'");
    FL_TRY(fl_yaml_numbers(r->tree, shutter, 1, 1.0, 1e10, &m->exposure_s, &m->count));
    FL_TRY(fl_yaml_numbers(r->tree, gain, 1, 1e-2, 1e4, &m->gain, &gains));
    for (int i = 0; i < m->count; i++)
        m->exposure_s[i] *= 1e-6;
    if (m->count < 2 || gains != m->count)
        return fl_yaml_error(r->tree, node,
                             "%d shutter times and %d gains: must be as many, and at least two",
                             m->count, gains);
    return fl_success();
}

static fl_err read_bound(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                         enum fl_exposure_bound *out)
{
    const struct fl_yaml_node *bound = fl_yaml_find(node, "bound");
    char word[8] = "";
    for (size_t i = 0; bound && bound->text && i < sizeof word - 1 && bound->text[i]; i++)
        word[i] = (char)toupper((unsigned char)bound->text[i]);
    if (strcmp(word, "UPPER") != 0 && strcmp(word, "LOWER") != 0)
        return fl_yaml_error(r->tree, bound ? bound : node, "'bound' must be LOWER or UPPER");
    *out = word[0] == 'U' ? FL_BOUND_UPPER : FL_BOUND_LOWER;
    return fl_success();
}

static fl_err read_constraint(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                              struct fl_exposure_constraint *c)
{
    static const char *const keys[] = {"bound", "q_lo", "q_hi", "y_target", NULL};
    const struct fl_yaml_node *low = fl_yaml_find(node, "q_lo"), *high = fl_yaml_find(node, "q_hi");
    FL_TRY(fl_block_keys(r, node, keys));
    FL_TRY(read_bound(r, node, &c->bound));
    if (!low || !high || !fl_yaml_find(node, "y_target"))
        return fl_yaml_error(r->tree, node, "must have 'q_lo', 'q_hi' and 'y_target'");
    FL_TRY(fl_yaml_number(r->tree, low, 0.0, 1.0, &c->q_low));
    FL_TRY(fl_yaml_number(r->tree, high, 0.0, 1.0, &c->q_high));
    return fl_block_polyline_at(r, node, "y_target", 0.0, 1.0, &c->y_target);
}

static fl_err read_constraints(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                               struct fl_constraint_mode *m)
{
    void *list;
    FL_TRY(fl_block_name(r, node, m->name));
    if (node->kind != FL_YAML_LIST)
        return fl_yaml_error(r->tree, node, "must be a list of constraints");
    if (node->count == 0)
        return fl_success();
    FL_TRY(fl_block_alloc(r, node->count, sizeof *m->constraint, &list));
    m->constraint = list;
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_constraint(r, n, &m->constraint[m->count++]));
    return fl_success();
}

static fl_err read_other(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                         struct fl_channel_constraint *c)
{
    static const char *const keys[] = {"bound", "channel", "factor", NULL};
    const struct fl_yaml_node *channel = fl_yaml_find(node, "channel"),
                              *factor = fl_yaml_find(node, "factor");
    double number;
    FL_TRY(fl_block_keys(r, node, keys));
    FL_TRY(read_bound(r, node, &c->bound));
    if (!channel || !factor)
        return fl_yaml_error(r->tree, node, "must have 'channel' and 'factor'");
    FL_TRY(fl_yaml_number(r->tree, channel, 0.0, 64.0, &number));
    c->channel = (int)number;
    return fl_yaml_number(r->tree, factor, 1e-3, 1e3, &c->factor);
}

/* The modes at a key, a map or list of at least one: room for them, *node the first. */
static fl_err modes_at(const struct fl_block_reader *r, const struct fl_yaml_node *channel,
                       const char *key, enum fl_yaml_kind kind, size_t size, void **list,
                       const struct fl_yaml_node **first)
{
    const struct fl_yaml_node *node = fl_yaml_find(channel, key);
    *first = NULL;
    if (!node)
        return fl_success();
    if (node->kind != kind)
        return fl_yaml_error(r->tree, node, "must be a %s",
                             kind == FL_YAML_MAP ? "map of modes" : "list");
    if (node->count < 1)
        return fl_success();
    if (kind == FL_YAML_MAP)
        FL_TRY(fl_block_keys(r, node, NULL));
    *first = node->child;
    return fl_block_alloc(r, node->count, size, list);
}

static fl_err read_modes(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                         struct fl_exposure_channel *c)
{
    const struct fl_yaml_node *n;
    void *list = NULL;
    FL_TRY(modes_at(r, node, "metering_modes", FL_YAML_MAP, sizeof *c->metering, &list, &n));
    for (c->metering = list; n; n = n->next)
        FL_TRY(read_metering(r, n, &c->metering[c->metering_count++]));
    list = NULL;
    FL_TRY(modes_at(r, node, "exposure_modes", FL_YAML_MAP, sizeof *c->mode, &list, &n));
    for (c->mode = list; n; n = n->next)
        FL_TRY(read_ladder(r, n, &c->mode[c->mode_count++]));
    list = NULL;
    FL_TRY(modes_at(r, node, "constraint_modes", FL_YAML_MAP, sizeof *c->constraint, &list, &n));
    for (c->constraint = list; n; n = n->next)
        FL_TRY(read_constraints(r, n, &c->constraint[c->constraint_count++]));
    list = NULL;
    FL_TRY(modes_at(r, node, "channel_constraints", FL_YAML_LIST, sizeof *c->bound, &list, &n));
    for (c->bound = list; n; n = n->next)
        FL_TRY(read_other(r, n, &c->bound[c->bound_count++]));
    return fl_success();
}

static fl_err read_numbers(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                           struct fl_exposure_channel *c)
{
    double startup = 10.0, convergence = 6.0, exposure_us = 1000.0;
    c->base_ev = c->default_gain = 1.0;
    c->speed = 0.2;
    c->fast_reduce_threshold = 0.4;
    c->stable_region = 0.02;
    c->max_digital_gain = 4.0;
    c->desaturate = true;
    FL_TRY(fl_yaml_number_at(r->tree, node, "base_ev", 1e-3, 1e3, &c->base_ev));
    FL_TRY(fl_yaml_number_at(r->tree, node, "speed", 0.0, 1.0, &c->speed));
    FL_TRY(fl_yaml_number_at(r->tree, node, "startup_frames", 0.0, 1e4, &startup));
    FL_TRY(fl_yaml_number_at(r->tree, node, "convergence_frames", 0.0, 1e4, &convergence));
    FL_TRY(fl_yaml_number_at(r->tree, node, "fast_reduce_threshold", 0.0, 1.0,
                             &c->fast_reduce_threshold));
    FL_TRY(fl_yaml_number_at(r->tree, node, "default_exposure_time", 1.0, 1e10, &exposure_us));
    FL_TRY(fl_yaml_number_at(r->tree, node, "default_analogue_gain", 1e-2, 1e4, &c->default_gain));
    FL_TRY(fl_yaml_number_at(r->tree, node, "stable_region", 0.0, 1.0, &c->stable_region));
    FL_TRY(fl_yaml_number_at(r->tree, node, "max_digital_gain", 1.0, 1e3, &c->max_digital_gain));
    c->startup_frames = (int)startup;
    c->convergence_frames = (int)convergence;
    c->default_exposure_s = 1e-6 * exposure_us;
    return fl_yaml_bool_at(r->tree, node, "desaturate", &c->desaturate);
}

static fl_err read_channel(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                           struct fl_exposure_channel *c)
{
    static const char *const keys[] = {"comment",
                                       "metering_modes",
                                       "exposure_modes",
                                       "constraint_modes",
                                       "channel_constraints",
                                       "y_target",
                                       "base_ev",
                                       "speed",
                                       "startup_frames",
                                       "convergence_frames",
                                       "fast_reduce_threshold",
                                       "default_exposure_time",
                                       "default_analogue_gain",
                                       "stable_region",
                                       "max_digital_gain",
                                       "desaturate",
                                       NULL};
    FL_TRY(fl_block_keys(r, node, keys));
    FL_TRY(read_modes(r, node, c));
    FL_TRY(read_numbers(r, node, c));
    if (!fl_yaml_find(node, "y_target"))
        return fl_yaml_error(r->tree, node, "must have 'y_target'");
    return fl_block_polyline_at(r, node, "y_target", 0.0, 1.0, &c->y_target);
}

fl_err fl_block_agc(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"channels", NULL};
    const struct fl_yaml_node *channels = fl_yaml_find(block, "channels"), *n = block;
    struct fl_exposure_tuning *e = &r->out->exposure;
    void *list;
    if (channels) {
        FL_TRY(fl_block_keys(r, block, keys));
        if (channels->kind != FL_YAML_LIST || channels->count < 1)
            return fl_yaml_error(r->tree, channels, "must be a list of channels");
        n = channels->child;
    }
    FL_TRY(fl_block_alloc(r, channels ? channels->count : 1, sizeof *e->channel, &list));
    e->channel = list;
    for (; n; n = channels ? n->next : NULL)
        FL_TRY(read_channel(r, n, &e->channel[e->channel_count++]));
    return fl_success();
}
