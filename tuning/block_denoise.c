/* Noise filters: `sdn` of vc4, `denoise` of PiSP with its three modes. */
#include "block.h"

#include <stdio.h>

/* Of luminance: a single shot has no frames before it, so what is said for that goes first. */
static fl_err read_luminance(const struct fl_block_reader *r, const struct fl_yaml_node *sdn,
                             struct fl_tuning_denoise *d)
{
    static const char *const keys[] = {
        "deviation",       "strength", "deviation2", "deviation_no_tdn",
        "strength_no_tdn", "backoff",  NULL};
    double unused = 0.0;
    FL_TRY(fl_block_keys(r, sdn, keys));
    FL_TRY(fl_yaml_number_at(r->tree, sdn, "deviation2", 0.0, 100.0, &unused));
    FL_TRY(fl_yaml_number_at(r->tree, sdn, "backoff", 0.0, 1.0, &unused));
    FL_TRY(fl_yaml_number_at(r->tree, sdn, "deviation", 0.0, 100.0, &d->deviation));
    FL_TRY(fl_yaml_number_at(r->tree, sdn, "strength", 0.0, 1.0, &d->strength));
    FL_TRY(fl_yaml_number_at(r->tree, sdn, "deviation_no_tdn", 0.0, 100.0, &d->deviation));
    return fl_yaml_number_at(r->tree, sdn, "strength_no_tdn", 0.0, 1.0, &d->strength);
}

static fl_err read_color(const struct fl_block_reader *r, const struct fl_yaml_node *cdn,
                         struct fl_tuning_denoise *d)
{
    static const char *const keys[] = {"deviation", "deviation_no_tdn", "deviation_with_tdn",
                                       "strength", NULL};
    double unused = 0.0;
    d->color_deviation = 150.0;
    d->color_strength = 0.2;
    FL_TRY(fl_block_keys(r, cdn, keys));
    FL_TRY(fl_yaml_number_at(r->tree, cdn, "deviation", 0.0, 1e4, &d->color_deviation));
    FL_TRY(fl_yaml_number_at(r->tree, cdn, "deviation_no_tdn", 0.0, 1e4, &d->color_deviation));
    FL_TRY(fl_yaml_number_at(r->tree, cdn, "deviation_with_tdn", 0.0, 1e4, &unused));
    return fl_yaml_number_at(r->tree, cdn, "strength", 0.0, 1.0, &d->color_strength);
}

static fl_err read_temporal(const struct fl_block_reader *r, const struct fl_yaml_node *tdn,
                            struct fl_tuning_denoise *d)
{
    static const char *const keys[] = {"deviation", "threshold", NULL};
    d->temporal_deviation = 0.5;
    d->temporal_threshold = 0.75;
    FL_TRY(fl_block_keys(r, tdn, keys));
    FL_TRY(fl_yaml_number_at(r->tree, tdn, "deviation", 0.0, 100.0, &d->temporal_deviation));
    return fl_yaml_number_at(r->tree, tdn, "threshold", 0.0, 1.0, &d->temporal_threshold);
}

static fl_err read_mode(const struct fl_block_reader *r, const struct fl_yaml_node *mode,
                        struct fl_tuning_denoise *d)
{
    static const char *const keys[] = {"sdn", "cdn", "tdn", NULL};
    const struct fl_yaml_node *sdn = fl_yaml_find(mode, "sdn"), *cdn = fl_yaml_find(mode, "cdn"),
                              *tdn = fl_yaml_find(mode, "tdn");
    FL_TRY(fl_block_keys(r, mode, keys));
    if (sdn) {
        d->deviation = 3.2;
        d->strength = 0.25;
        FL_TRY(read_luminance(r, sdn, d));
    }
    if (cdn)
        FL_TRY(read_color(r, cdn, d));
    return tdn ? read_temporal(r, tdn, d) : fl_success();
}

/* Room for modes, of which there is at least one. */
static fl_err begin(const struct fl_block_reader *r, const struct fl_yaml_node *at, int modes)
{
    void *list;
    if (r->out->denoise) /* sdn and denoise in one file: the first counts */
        return r->strict ? fl_yaml_error(r->tree, at, "denoise and sdn exclude each other")
                         : fl_success();
    FL_TRY(fl_block_alloc(r, modes, sizeof *r->out->denoise, &list));
    r->out->denoise = list;
    return fl_success();
}

fl_err fl_block_sdn(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"deviation", "strength", NULL};
    struct fl_tuning_denoise *d;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(begin(r, block, 1));
    if (r->out->denoise_count > 0)
        return fl_success();
    d = &r->out->denoise[r->out->denoise_count++];
    snprintf(d->name, sizeof d->name, "normal");
    d->deviation = 3.2;
    d->strength = 0.75;
    FL_TRY(fl_yaml_number_at(r->tree, block, "deviation", 0.0, 100.0, &d->deviation));
    return fl_yaml_number_at(r->tree, block, "strength", 0.0, 1.0, &d->strength);
}

static fl_err read_modes(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    const struct fl_yaml_node *normal = fl_yaml_find(block, "normal");
    struct fl_tuning *t = r->out;
    snprintf(t->denoise[0].name, sizeof t->denoise[0].name, "normal");
    t->denoise_count = 1;
    FL_TRY(read_mode(r, normal ? normal : block, &t->denoise[0]));
    for (const struct fl_yaml_node *n = normal ? block->child : NULL; n; n = n->next) {
        if (n == normal)
            continue;
        FL_TRY(fl_block_name(r, n, t->denoise[t->denoise_count].name));
        FL_TRY(read_mode(r, n, &t->denoise[t->denoise_count++]));
    }
    return fl_success();
}

fl_err fl_block_denoise(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    FL_TRY(fl_block_keys(r, block, NULL));
    if (block->count < 1)
        return fl_success();
    FL_TRY(begin(r, block, block->count + 1));
    return r->out->denoise_count > 0 ? fl_success() : read_modes(r, block);
}
