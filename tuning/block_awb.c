/* White balance: how grey looks by temperature, what is usual, presets. */
#include "block.h"

#include <stdlib.h>

#define MIN_K 1000.0
#define MAX_K 100000.0

/* Triplets of temperature, r/g, b/g as a canonical sensor sees grey; this one is less sensitive by
 * the factors. */
static fl_err fill_curve(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                         const double sensitivity[2], const double *v, int count)
{
    const struct fl_yaml_node *n = node->child;
    struct fl_tuning *out = r->out;
    for (int i = 0; i < count; i++, n = n->next->next->next) {
        const double *p = v + 3 * i;
        if (i > 0 && !(p[0] > out->grey[i - 1].cct_k))
            return fl_yaml_error(r->tree, n, "%g K must be more than %g K before it", p[0],
                                 out->grey[i - 1].cct_k);
        if (!(p[0] >= MIN_K))
            return fl_yaml_error(r->tree, n, "%g K must be %g..%g", p[0], MIN_K, MAX_K);
        if (!(p[1] >= 0.02 && p[1] <= 50.0) || !(p[2] >= 0.02 && p[2] <= 50.0))
            return fl_yaml_error(r->tree, n, "ratios %g and %g at %g K must be 0.02..50", p[1],
                                 p[2], p[0]);
        out->grey[i] = (struct fl_grey_point){p[0], p[1] / sensitivity[0], p[2] / sensitivity[1]};
        out->grey_count = i + 1;
    }
    return fl_success();
}

static fl_err read_curve(const struct fl_block_reader *r, const struct fl_yaml_node *awb)
{
    const struct fl_yaml_node *node = fl_yaml_find(awb, "ct_curve");
    double sensitivity[2] = {1.0, 1.0}, *v;
    void *list;
    int count;
    fl_err err;
    FL_TRY(fl_yaml_number_at(r->tree, awb, "sensitivity_r", 0.1, 10.0, &sensitivity[0]));
    FL_TRY(fl_yaml_number_at(r->tree, awb, "sensitivity_b", 0.1, 10.0, &sensitivity[1]));
    if (!node)
        return fl_success();
    if (node->count < 6)
        return fl_yaml_error(r->tree, node,
                             "must be a list of at least two triplets: temperature, r/g, b/g");
    FL_TRY(fl_yaml_numbers(r->tree, node, 3, 0.0, MAX_K, &v, &count));
    err = fl_block_alloc(r, count / 3, sizeof *r->out->grey, &list);
    if (err.code == FL_OK) {
        r->out->grey = list;
        err = fill_curve(r, node, sensitivity, v, count / 3);
    }
    free(v);
    return err;
}

static fl_err read_prior(const struct fl_block_reader *r, const struct fl_yaml_node *node)
{
    static const char *const keys[] = {"lux", "prior", NULL};
    const struct fl_yaml_node *lux = fl_yaml_find(node, "lux");
    struct fl_awb_prior *p = &r->out->prior[r->out->prior_count];
    FL_TRY(fl_block_keys(r, node, keys));
    if (!lux || !fl_yaml_find(node, "prior"))
        return fl_yaml_error(r->tree, node, "a prior must have 'lux' and 'prior'");
    FL_TRY(fl_yaml_number(r->tree, lux, 0.0, 1e9, &p->lux));
    if (r->out->prior_count++ > 0 && !(p->lux > p[-1].lux))
        return fl_yaml_error(r->tree, lux, "%g must be more than %g before it", p->lux, p[-1].lux);
    return fl_block_polyline_at(r, node, "prior", -1e3, 1e3, &p->log_likelihood);
}

static fl_err read_priors(const struct fl_block_reader *r, const struct fl_yaml_node *awb)
{
    const struct fl_yaml_node *node = fl_yaml_find(awb, "priors");
    void *list;
    if (!node)
        return fl_success();
    if (node->kind != FL_YAML_LIST || node->count < 1)
        return fl_yaml_error(r->tree, node, "must be a list of priors");
    FL_TRY(fl_block_alloc(r, node->count, sizeof *r->out->prior, &list));
    r->out->prior = list;
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_prior(r, n));
    return fl_success();
}

static fl_err read_mode(const struct fl_block_reader *r, const struct fl_yaml_node *node,
                        struct fl_awb_mode *mode)
{
    static const char *const keys[] = {"lo", "hi", NULL};
    const struct fl_yaml_node *low = fl_yaml_find(node, "lo"), *high = fl_yaml_find(node, "hi");
    FL_TRY(fl_block_keys(r, node, keys));
    FL_TRY(fl_block_name(r, node, mode->name));
    if (!low || !high)
        return fl_yaml_error(r->tree, node, "a mode must have 'lo' and 'hi'");
    FL_TRY(fl_yaml_number(r->tree, low, MIN_K, MAX_K, &mode->low_k));
    FL_TRY(fl_yaml_number(r->tree, high, MIN_K, MAX_K, &mode->high_k));
    if (!(mode->high_k > mode->low_k))
        return fl_yaml_error(r->tree, high, "%g K must be more than 'lo', %g K", mode->high_k,
                             mode->low_k);
    return fl_success();
}

static fl_err read_modes(const struct fl_block_reader *r, const struct fl_yaml_node *awb)
{
    const struct fl_yaml_node *node = fl_yaml_find(awb, "modes");
    void *list;
    if (!node)
        return fl_success();
    if (node->kind != FL_YAML_MAP || node->count < 1)
        return fl_yaml_error(r->tree, node, "must be a map of modes");
    FL_TRY(fl_block_keys(r, node, NULL));
    FL_TRY(fl_block_alloc(r, node->count, sizeof *r->out->mode, &list));
    r->out->mode = list;
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_mode(r, n, &r->out->mode[r->out->mode_count++]));
    return fl_success();
}

fl_err fl_block_awb(const struct fl_block_reader *r, const struct fl_yaml_node *block)
{
    static const char *const keys[] = {"ct_curve", "sensitivity_r",  "sensitivity_b",  "priors",
                                       "modes",    "transverse_pos", "transverse_neg", NULL};
    bool bayes = true;
    double positive = 0.01, negative = 0.01;
    FL_TRY(fl_block_keys(r, block, keys));
    FL_TRY(fl_yaml_bool_at(r->tree, block, "bayes", &bayes));
    if (!bayes) {
        fl_log(r->log, FL_LOG_NOTE, "%s: %s has 'bayes' off: no curve is used", r->tree->name,
               block->key);
        return fl_success();
    }
    FL_TRY(fl_yaml_number_at(r->tree, block, "transverse_pos", 0.0, 10.0, &positive));
    FL_TRY(fl_yaml_number_at(r->tree, block, "transverse_neg", 0.0, 10.0, &negative));
    r->out->transverse = 0.5 * (positive + negative);
    FL_TRY(read_curve(r, block));
    FL_TRY(read_priors(r, block));
    return read_modes(r, block);
}
