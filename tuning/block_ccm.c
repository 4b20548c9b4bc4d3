/* Colour matrices by temperature. */
#include "block.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static fl_err read_matrix(const struct fl_block_reader *r, const struct fl_yaml_node *node)
{
    static const char *const keys[] = {"ct", "ccm", NULL};
    const struct fl_yaml_node *ct = fl_yaml_find(node, "ct"), *ccm = fl_yaml_find(node, "ccm");
    struct fl_tuning_ccm *m = &r->out->ccm[r->out->ccm_count];
    double *v;
    int count;
    FL_TRY(fl_block_keys(r, node, keys));
    if (!ct || !ccm)
        return fl_yaml_error(r->tree, node, "a matrix must have 'ct' and 'ccm'");
    FL_TRY(fl_yaml_number(r->tree, ct, 100.0, 1e5, &m->cct_k));
    if (r->out->ccm_count > 0 && !(m->cct_k > m[-1].cct_k))
        return fl_yaml_error(r->tree, ct, "%g K must be more than %g K before it", m->cct_k,
                             m[-1].cct_k);
    if (ccm->count != 9)
        return fl_yaml_error(r->tree, ccm, "must be a list of 9 numbers");
    FL_TRY(fl_yaml_numbers(r->tree, ccm, 9, -100.0, 100.0, &v, &count));
    memcpy(m->matrix, v, sizeof m->matrix);
    free(v);
    for (int row = 0; row < 3; row++) {
        double *e = m->matrix + 3 * row, sum = e[0] + e[1] + e[2];
        if (!(fabs(sum - 1.0) <= 0.25))
            return fl_yaml_error(r->tree, ccm, "row %d sums to %g: must be about 1", row + 1, sum);
    }
    r->out->ccm_count++;
    return fl_success();
}

fl_err fl_block_ccm(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"ccms", "saturation", NULL};
    const struct fl_yaml_node *node = fl_yaml_find(block, "ccms");
    void *list;
    FL_TRY(fl_block_keys(r, block, keys));
    if (!node || node->kind != FL_YAML_LIST || node->count < 1)
        return fl_yaml_error(r->tree, node ? node : block, "must have a list 'ccms'");
    FL_TRY(fl_block_alloc(r, node->count, sizeof *r->out->ccm, &list));
    r->out->ccm = list;
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_matrix(r, n));
    return fl_block_polyline_at(r, block, "saturation", 0.0, 16.0, &r->out->saturation);
}
