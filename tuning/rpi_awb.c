/* The white balance block of a Raspberry Pi tuning file. */
#include "rpi_tuning.h"

#include <stdlib.h>
#include <string.h>

#define MIN_K 1000.0
#define MAX_K 100000.0

static fl_err no_memory(const struct fl_yaml_tree *tree)
{
    return fl_error(FL_ERR_MEMORY, "%s: out of memory", tree->name);
}

/* Triplets of temperature, r/g, b/g as a canonical sensor sees grey; this one is less sensitive by
 * the factors. */
static fl_err fill_curve(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                         const double sensitivity[2], const double *v, int count,
                         struct fl_tuning *out)
{
    const struct fl_yaml_node *n = node->child;
    for (int i = 0; i < count; i++, n = n->next->next->next) {
        const double *p = v + 3 * i;
        if (i > 0 && !(p[0] > out->grey[i - 1].cct_k))
            return fl_yaml_error(tree, n, "%g K must be more than %g K before it", p[0],
                                 out->grey[i - 1].cct_k);
        if (!(p[0] >= MIN_K))
            return fl_yaml_error(tree, n, "%g K must be %g..%g", p[0], MIN_K, MAX_K);
        if (!(p[1] >= 0.02 && p[1] <= 50.0) || !(p[2] >= 0.02 && p[2] <= 50.0))
            return fl_yaml_error(tree, n, "ratios %g and %g at %g K must be 0.02..50", p[1], p[2],
                                 p[0]);
        out->grey[i] = (struct fl_grey_point){p[0], p[1] / sensitivity[0], p[2] / sensitivity[1]};
        out->grey_count = i + 1;
    }
    return fl_success();
}

static fl_err read_curve(const struct fl_yaml_tree *tree, const struct fl_yaml_node *awb,
                         struct fl_tuning *out)
{
    const struct fl_yaml_node *node = fl_yaml_find(awb, "ct_curve");
    double sensitivity[2] = {1.0, 1.0}, *v;
    int count;
    fl_err err;
    if (!node)
        return fl_success();
    FL_TRY(fl_yaml_number_at(tree, awb, "sensitivity_r", 0.1, 10.0, &sensitivity[0]));
    FL_TRY(fl_yaml_number_at(tree, awb, "sensitivity_b", 0.1, 10.0, &sensitivity[1]));
    FL_TRY(fl_yaml_numbers(tree, node, 3, 0.0, MAX_K, &v, &count));
    out->grey = malloc((size_t)count / 3 * sizeof *out->grey);
    if (!out->grey)
        err = no_memory(tree);
    else if (count < 6)
        err = fl_yaml_error(tree, node, "must have at least two temperatures");
    else
        err = fill_curve(tree, node, sensitivity, v, count / 3, out);
    free(v);
    return err;
}

static fl_err read_prior(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node, int i,
                         struct fl_tuning *out)
{
    const struct fl_yaml_node *lux = fl_yaml_find(node, "lux"), *line = fl_yaml_find(node, "prior");
    struct fl_awb_prior *p = &out->prior[i];
    if (!lux || !line)
        return fl_yaml_error(tree, node, "a prior must have 'lux' and 'prior'");
    FL_TRY(fl_yaml_number(tree, lux, 0.0, 1e9, &p->lux));
    out->prior_count = i + 1;
    if (i > 0 && !(p->lux > p[-1].lux))
        return fl_yaml_error(tree, lux, "%g must be more than %g before it", p->lux, p[-1].lux);
    FL_TRY(fl_yaml_polyline(tree, line, &p->log_likelihood));
    for (int k = 0; k < p->log_likelihood.count; k++) {
        double y = p->log_likelihood.point[k].y;
        if (!(y >= -1e3 && y <= 1e3))
            return fl_yaml_error(tree, line, "%g must be -1000..1000", y);
    }
    return fl_success();
}

static fl_err read_priors(const struct fl_yaml_tree *tree, const struct fl_yaml_node *awb,
                          struct fl_tuning *out)
{
    const struct fl_yaml_node *node = fl_yaml_find(awb, "priors");
    int i = 0;
    if (!node)
        return fl_success();
    if (node->kind != FL_YAML_LIST || node->count < 1)
        return fl_yaml_error(tree, node, "must be a list of priors");
    out->prior = calloc((size_t)node->count, sizeof *out->prior);
    if (!out->prior)
        return no_memory(tree);
    for (const struct fl_yaml_node *n = node->child; n; n = n->next)
        FL_TRY(read_prior(tree, n, i++, out));
    return fl_success();
}

static fl_err read_mode(const struct fl_yaml_tree *tree, const struct fl_yaml_node *node,
                        struct fl_awb_mode *mode)
{
    const struct fl_yaml_node *low = fl_yaml_find(node, "lo"), *high = fl_yaml_find(node, "hi");
    size_t length = strlen(node->key);
    if (!low || !high)
        return fl_yaml_error(tree, node, "a mode must have 'lo' and 'hi'");
    if (length >= sizeof mode->name)
        return fl_yaml_error(tree, node, "a mode's name must be shorter than %zu characters",
                             sizeof mode->name);
    memcpy(mode->name, node->key, length + 1);
    FL_TRY(fl_yaml_number(tree, low, MIN_K, MAX_K, &mode->low_k));
    FL_TRY(fl_yaml_number(tree, high, MIN_K, MAX_K, &mode->high_k));
    if (!(mode->high_k > mode->low_k))
        return fl_yaml_error(tree, high, "%g K must be more than 'lo', %g K", mode->high_k,
                             mode->low_k);
    return fl_success();
}

static fl_err read_modes(const struct fl_yaml_tree *tree, const struct fl_yaml_node *awb,
                         struct fl_tuning *out)
{
    const struct fl_yaml_node *node = fl_yaml_find(awb, "modes");
    if (!node)
        return fl_success();
    if (node->kind != FL_YAML_MAP || node->count < 1)
        return fl_yaml_error(tree, node, "must be a map of modes");
    out->mode = calloc((size_t)node->count, sizeof *out->mode);
    if (!out->mode)
        return no_memory(tree);
    for (const struct fl_yaml_node *n = node->child; n; n = n->next) {
        FL_TRY(read_mode(tree, n, &out->mode[out->mode_count]));
        out->mode_count++;
    }
    return fl_success();
}

fl_err fl_rpi_awb_read(const struct fl_yaml_tree *tree, const struct fl_yaml_node *awb,
                       const struct fl_log *log, struct fl_tuning *out)
{
    bool bayes = true;
    double positive = 0.01, negative = 0.01;
    FL_TRY(fl_yaml_bool_at(tree, awb, "bayes", &bayes));
    if (!bayes) {
        fl_log(log, FL_LOG_NOTE, "%s: %s has 'bayes' off: no curve is used", tree->name, awb->key);
        return fl_success();
    }
    FL_TRY(fl_yaml_number_at(tree, awb, "transverse_pos", 0.0, 10.0, &positive));
    FL_TRY(fl_yaml_number_at(tree, awb, "transverse_neg", 0.0, 10.0, &negative));
    out->transverse = 0.5 * (positive + negative);
    FL_TRY(read_curve(tree, awb, out));
    FL_TRY(read_priors(tree, awb, out));
    return read_modes(tree, awb, out);
}
