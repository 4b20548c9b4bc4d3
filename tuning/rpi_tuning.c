/* Raspberry Pi tuning files: JSON for libcamera, one block per algorithm. */
#include "rpi_tuning.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FULL_SCALE 65535.0 /* levels stand on a scale of 16 bits */

/* Names of the blocks that libcamera knows. */
static const char *const known[] = {
    "rpi.af",  "rpi.agc",      "rpi.alsc",      "rpi.awb",     "rpi.black_level", "rpi.cac",
    "rpi.ccm", "rpi.contrast", "rpi.decompand", "rpi.denoise", "rpi.dpc",         "rpi.focus",
    "rpi.geq", "rpi.hdr",      "rpi.lux",       "rpi.nn.awb",  "rpi.noise",       "rpi.saturation",
    "rpi.sdn", "rpi.sharpen",  "rpi.sync",      "rpi.tonemap"};

static fl_err read_black(const struct fl_yaml_tree *tree, const struct fl_yaml_node *block,
                         struct fl_tuning *out)
{
    static const char *const names[3] = {"black_level_r", "black_level_g", "black_level_b"};
    double all = 4096.0; /* libcamera's default */
    FL_TRY(fl_yaml_number_at(tree, block, "black_level", 0.0, FULL_SCALE, &all));
    for (int c = 0; c < 3; c++) {
        double level = all;
        FL_TRY(fl_yaml_number_at(tree, block, names[c], 0.0, FULL_SCALE, &level));
        out->black[c] = level / FULL_SCALE;
    }
    out->has_black = true;
    return fl_success();
}

static fl_err read_lux(const struct fl_yaml_tree *tree, const struct fl_yaml_node *block,
                       struct fl_tuning *out)
{
    double shutter_us = 0.0, gain = 0.0, aperture = 1.0, y = 0.0, lux = 0.0;
    FL_TRY(fl_yaml_number_at(tree, block, "reference_shutter_speed", 1e-3, 1e10, &shutter_us));
    FL_TRY(fl_yaml_number_at(tree, block, "reference_gain", 1e-3, 1e6, &gain));
    FL_TRY(fl_yaml_number_at(tree, block, "reference_aperture", 1e-3, 1e3, &aperture));
    FL_TRY(fl_yaml_number_at(tree, block, "reference_Y", 1.0, FULL_SCALE, &y));
    FL_TRY(fl_yaml_number_at(tree, block, "reference_lux", 1e-3, 1e9, &lux));
    if (!(shutter_us > 0.0) || !(gain > 0.0) || !(y > 0.0) || !(lux > 0.0))
        return fl_yaml_error(tree, block, "must have reference_shutter_speed, _gain, _Y and _lux");
    out->lux = (struct fl_lux_reference){lux, 1e-6 * shutter_us, gain, aperture, y / FULL_SCALE};
    return fl_success();
}

static fl_err read_noise(const struct fl_yaml_tree *tree, const struct fl_yaml_node *block,
                         struct fl_tuning *out)
{
    FL_TRY(fl_yaml_number_at(tree, block, "reference_constant", 0.0, FULL_SCALE,
                             &out->noise_constant));
    return fl_yaml_number_at(tree, block, "reference_slope", 0.0, 1e3, &out->noise_slope);
}

static fl_err read_matrix(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                          struct fl_tuning *out)
{
    const struct fl_yaml_node *ct = fl_yaml_find(node, "ct"), *ccm = fl_yaml_find(node, "ccm");
    struct fl_tuning_ccm *m = &out->ccm[out->ccm_count];
    double *v;
    int count;
    if (!ct || !ccm)
        return fl_yaml_error(tree, node, "a matrix must have 'ct' and 'ccm'");
    FL_TRY(fl_yaml_number(tree, ct, 100.0, 1e5, &m->cct_k));
    if (out->ccm_count > 0 && !(m->cct_k > m[-1].cct_k))
        return fl_yaml_error(tree, ct, "%g K must be more than %g K before it", m->cct_k,
                             m[-1].cct_k);
    if (ccm->count != 9)
        return fl_yaml_error(tree, ccm, "must be a list of 9 numbers");
    FL_TRY(fl_yaml_numbers(tree, ccm, 9, -100.0, 100.0, &v, &count));
    memcpy(m->matrix, v, sizeof m->matrix);
    free(v);
    for (int row = 0; row < 3; row++) {
        double *r = m->matrix + 3 * row, sum = r[0] + r[1] + r[2];
        if (!(fabs(sum - 1.0) <= 0.25))
            return fl_yaml_error(tree, ccm, "row %d sums to %g: must be about 1", row + 1, sum);
    }
    out->ccm_count++;
    return fl_success();
}

static fl_err read_ccms(const struct fl_yaml_tree *tree, const struct fl_yaml_node *block,
                        struct fl_tuning *out)
{
    const struct fl_yaml_node *node = fl_yaml_find(block, "ccms");
    if (!node || node->kind != FL_YAML_LIST || node->count < 1)
        return fl_yaml_error(tree, node ? node : block, "must have a list 'ccms'");
    out->ccm = calloc((size_t)node->count, sizeof *out->ccm);
    if (!out->ccm)
        return fl_error(FL_ERR_MEMORY, "%s: out of memory", tree->name);
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_matrix(tree, n, out));
    return fl_success();
}

typedef fl_err (*read_block)(const struct fl_yaml_tree *, const struct fl_yaml_node *,
                             struct fl_tuning *);

static const struct {
    const char *name;
    read_block read;
} simple_blocks[] = {{"rpi.black_level", read_black},
                     {"rpi.lux", read_lux},
                     {"rpi.noise", read_noise},
                     {"rpi.ccm", read_ccms}};

/* All algorithms of the file: a list of maps, or in version 1 the root itself. */
struct algorithms {
    const struct fl_yaml_tree *tree;
    const struct fl_yaml_node *node;
    const struct fl_log *log;
};

/* The first enabled block of that name; NULL where there is none. */
static fl_err find_block(const struct algorithms *a, const char *name,
                         const struct fl_yaml_node **out)
{
    const struct fl_yaml_node *item = a->node->kind == FL_YAML_LIST ? a->node->child : a->node;
    *out = NULL;
    for (; item; item = a->node->kind == FL_YAML_LIST ? item->next : NULL) {
        const struct fl_yaml_node *block = fl_yaml_find(item, name);
        bool enabled = true;
        if (!block)
            continue;
        FL_TRY(fl_yaml_bool_at(a->tree, block, "enabled", &enabled));
        if (enabled) {
            *out = block;
            return fl_success();
        }
    }
    return fl_success();
}

static bool is_known(const char *name)
{
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i]) == 0)
            return true;
    return false;
}

/* Users disable a block by renaming it, so an unknown one is only worth a note. */
static void note_unknown(const struct algorithms *a, const struct fl_yaml_node *map)
{
    if (map->kind != FL_YAML_MAP)
        return;
    for (const struct fl_yaml_node *n = map->child; n; n = n->next)
        if (n->kind == FL_YAML_MAP && !is_known(n->key))
            fl_log(a->log, FL_LOG_NOTE, "%s:%d:%d: unknown block '%.40s' is skipped", a->tree->name,
                   n->line, n->column, n->key);
}

static fl_err read_algorithms(const struct algorithms *a, struct fl_tuning *out)
{
    const struct fl_yaml_node *block;
    if (a->node->kind == FL_YAML_LIST)
        for (const struct fl_yaml_node *n = a->node->child; n; n = n->next)
            note_unknown(a, n);
    else
        note_unknown(a, a->node);
    for (size_t i = 0; i < sizeof simple_blocks / sizeof *simple_blocks; i++) {
        FL_TRY(find_block(a, simple_blocks[i].name, &block));
        if (block)
            FL_TRY(simple_blocks[i].read(a->tree, block, out));
    }
    FL_TRY(find_block(a, "rpi.awb", &block));
    if (!block)
        FL_TRY(find_block(a, "rpi.nn.awb", &block));
    return block ? fl_rpi_awb_read(a->tree, block, a->log, out) : fl_success();
}

fl_err fl_rpi_tuning_read(const struct fl_yaml_tree *tree, const struct fl_log *log,
                          struct fl_tuning *out)
{
    const struct fl_yaml_node *root = tree->root, *target;
    struct algorithms a = {tree, root, log};
    double version = 1.0;
    if (root->kind != FL_YAML_MAP)
        return fl_yaml_error(tree, root, "a tuning file must be a map");
    FL_TRY(fl_yaml_number_at(tree, root, "version", 0.0, 1e6, &version));
    if (version >= 3.0)
        return fl_error(FL_ERR_UNSUPPORTED, "%s: version %g: only 1 and 2 are known", tree->name,
                        version);
    target = fl_yaml_find(root, "target");
    if (target && target->kind == FL_YAML_SCALAR && strlen(target->text) < sizeof out->target)
        memcpy(out->target, target->text, strlen(target->text) + 1);
    if (version >= 2.0) {
        a.node = fl_yaml_find(root, "algorithms");
        if (!a.node || a.node->kind != FL_YAML_LIST)
            return fl_yaml_error(tree, a.node ? a.node : root, "must have a list 'algorithms'");
    }
    return read_algorithms(&a, out);
}
