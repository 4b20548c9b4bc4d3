/* Our own profiles: YAML, the same blocks, and nothing that is not known. */
#include "container.h"

#include <string.h>

static const struct {
    const char *name;
    fl_block_read read;
} blocks[] = {{"black_level", fl_block_black_level},
              {"lux", fl_block_lux},
              {"noise", fl_block_noise},
              {"geq", fl_block_geq},
              {"dpc", fl_block_dpc},
              {"denoise", fl_block_denoise},
              {"sdn", fl_block_sdn},
              {"agc", fl_block_agc},
              {"alsc", fl_block_alsc},
              {"ccm", fl_block_ccm},
              {"contrast", fl_block_contrast},
              {"sharpen", fl_block_sharpen},
              {"cac", fl_block_cac},
              {"awb", fl_block_awb}};

static fl_err read_text(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                        size_t size, char *out)
{
    size_t length = node->kind == FL_YAML_SCALAR ? strlen(node->text) : 0;
    if (length < 1 || length >= size || !fl_block_is_plain(node->text))
        return fl_yaml_error(r->tree, node, "must be a name of 1..%zu letters and digits",
                             size - 1);
    memcpy(out, node->text, length + 1);
    return fl_success();
}

static fl_err read_child(const struct fl_block_reader *r, const struct fl_yaml_node *node)
{
    double version;
    if (strcmp(node->key, "firstlight") == 0)
        return fl_yaml_number(r->tree, node, 1.0, 1.0, &version);
    if (strcmp(node->key, "sensor") == 0)
        return read_text(r, node, sizeof r->out->sensor, r->out->sensor);
    if (strcmp(node->key, "target") == 0)
        return read_text(r, node, sizeof r->out->target, r->out->target);
    for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
        if (strcmp(node->key, blocks[i].name) == 0)
            return blocks[i].read(r, node);
    return fl_yaml_error(r->tree, node, "is not known here");
}

bool fl_profile_is(const struct fl_yaml_tree *tree)
{
    return fl_yaml_find(tree->root, "firstlight") != NULL;
}

fl_err fl_profile_read(struct fl_block_reader *r)
{
    r->strict = true;
    FL_TRY(fl_block_keys(r, r->tree->root, NULL));
    for (const struct fl_yaml_node *n = r->tree->root->child; n; n = n->next)
        FL_TRY(read_child(r, n));
    return fl_success();
}
