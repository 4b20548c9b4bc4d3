/* Raspberry Pi tuning files: JSON for libcamera, one block per algorithm, "rpi." before its name.
 */
#include "container.h"

#include <string.h>

/* In the order in which they are read: a table may say for which hardware the file is. */
static const struct {
    const char *name;
    fl_block_read read; /* NULL: about the camera's own workings */
} known[] = {{"rpi.black_level", fl_block_black_level},
             {"rpi.lux", fl_block_lux},
             {"rpi.noise", fl_block_noise},
             {"rpi.geq", fl_block_geq},
             {"rpi.dpc", fl_block_dpc},
             {"rpi.denoise", fl_block_denoise},
             {"rpi.sdn", fl_block_sdn},
             {"rpi.agc", fl_block_agc},
             {"rpi.alsc", fl_block_alsc},
             {"rpi.ccm", fl_block_ccm},
             {"rpi.contrast", fl_block_contrast},
             {"rpi.sharpen", fl_block_sharpen},
             {"rpi.cac", fl_block_cac},
             {"rpi.awb", fl_block_awb},
             {"rpi.nn.awb", NULL},
             {"rpi.af", NULL},
             {"rpi.decompand", NULL},
             {"rpi.focus", NULL},
             {"rpi.hdr", NULL},
             {"rpi.saturation", NULL},
             {"rpi.sync", NULL},
             {"rpi.tonemap", NULL}};

#define KNOWN ((int)(sizeof known / sizeof *known))

/* All algorithms of the file: a list of maps, or in version 1 the root itself. */
struct algorithms {
    const struct fl_block_reader *r;
    const struct fl_yaml_node *node;
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
        FL_TRY(fl_yaml_bool_at(a->r->tree, block, "enabled", &enabled));
        if (enabled) {
            *out = block;
            return fl_success();
        }
        fl_log(a->r->log, FL_LOG_NOTE, "%s:%d:%d: '%s' is disabled and skipped", a->r->tree->name,
               block->line, block->column, name);
    }
    return fl_success();
}

static bool is_known(const char *name)
{
    for (int i = 0; i < KNOWN; i++)
        if (strcmp(name, known[i].name) == 0)
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
            fl_log(a->r->log, FL_LOG_NOTE, "%s:%d:%d: unknown block '%.40s' is skipped",
                   a->r->tree->name, n->line, n->column, n->key);
}

static fl_err read_algorithms(const struct algorithms *a)
{
    const struct fl_yaml_node *block;
    if (a->node->kind == FL_YAML_LIST)
        for (const struct fl_yaml_node *n = a->node->child; n; n = n->next)
            note_unknown(a, n);
    else
        note_unknown(a, a->node);
    for (int i = 0; i < KNOWN; i++) {
        if (!known[i].read)
            continue;
        FL_TRY(find_block(a, known[i].name, &block));
        if (!block && known[i].read == fl_block_awb) /* the curve serves without the network */
            FL_TRY(find_block(a, "rpi.nn.awb", &block));
        if (block)
            FL_TRY(known[i].read(a->r, block));
    }
    return fl_success();
}

fl_err fl_rpi_tuning_read(struct fl_block_reader *r)
{
    const struct fl_yaml_node *root = r->tree->root, *target;
    struct algorithms a = {r, root};
    double version = 1.0;
    FL_TRY(fl_yaml_number_at(r->tree, root, "version", 0.0, 1e6, &version));
    if (version >= 3.0)
        return fl_error(FL_ERR_UNSUPPORTED, "%s: version %g: only 1 and 2 are known", r->tree->name,
                        version);
    target = fl_yaml_find(root, "target");
    if (target && target->kind == FL_YAML_SCALAR && fl_block_is_plain(target->text) &&
        strlen(target->text) < sizeof r->out->target)
        memcpy(r->out->target, target->text, strlen(target->text) + 1);
    if (version >= 2.0) {
        a.node = fl_yaml_find(root, "algorithms");
        if (!a.node || a.node->kind != FL_YAML_LIST)
            return fl_yaml_error(r->tree, a.node ? a.node : root, "must have a list 'algorithms'");
    }
    return read_algorithms(&a);
}
