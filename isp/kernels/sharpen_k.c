/* Unsharp masking of luma, vector source; isp/ref/sharpen_ref.c says what each must give. */
#include "kernel_names.h"

#include "curve_at.h"
#include "sharpen_rule.h"

void K(luma)(const float *r, const float *g, const float *b, float *out, int n)
{
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x,
                 (0.2126f * vf_load(r + x) + 0.7152f * vf_load(g + x)) + 0.0722f * vf_load(b + x));
}

/* What a column of five rows gives. */
struct column {
    vf here, blur, lo, hi;
};

static inline struct column column_at(const struct fl_sharpen_rows *rows, const float w[3], int x)
{
    vf a = vf_load(rows->luma[1] + x), c = vf_load(rows->luma[2] + x);
    vf b = vf_load(rows->luma[3] + x);
    vf far = vf_load(rows->luma[0] + x) + vf_load(rows->luma[4] + x);
    return (struct column){c, (w[0] * c + w[1] * (a + b)) + w[2] * far, vf_min(vf_min(a, b), c),
                           vf_max(vf_max(a, b), c)};
}

static inline vf delta_of(const struct fl_sharpen_rule *rule, struct column before,
                          struct column at, struct column after)
{
    const float *w = rule->weight;
    vf near = vf_before(before.blur, at.blur, 1) + vf_after(at.blur, after.blur, 1);
    vf far = vf_before(before.blur, at.blur, 2) + vf_after(at.blur, after.blur, 2);
    vf detail = at.here - (w[0] * at.blur + (w[1] * near + w[2] * far));
    vf limit = parabola_at(&rule->threshold, curve_argument(at.here));
    vf power = detail * detail, noise = limit * limit;
    vf wanted = at.here + rule->amount * (detail * (power / ((power + noise) + 1e-12f)));
    vf low = vf_min(vf_before(before.lo, at.lo, 1), vf_after(at.lo, after.lo, 1));
    vf high = vf_max(vf_before(before.hi, at.hi, 1), vf_after(at.hi, after.hi, 1));
    vf bottom = vf_min(low, at.lo) - rule->overshoot;
    vf top = vf_max(high, at.hi) + rule->overshoot;
    return vf_min(vf_max(wanted, bottom), top) - at.here;
}

void K(sharpen)(const struct fl_sharpen_rows *rows, const struct fl_sharpen_rule *rule, int n)
{
    const struct fl_sharpen_rows r = *rows;
    const struct fl_sharpen_rule own = *rule; /* which the rows cannot overlap */
    struct column before = column_at(&r, own.weight, -FL_LANES);
    struct column at = column_at(&r, own.weight, 0);
    for (int x = 0; x < n; x += FL_LANES) {
        struct column after = column_at(&r, own.weight, x + FL_LANES);
        vf delta = delta_of(&own, before, at, after);
        for (int c = 0; c < 3; c++)
            vf_store(r.out[c] + x, vf_load(r.in[c] + x) + delta);
        before = at;
        at = after;
    }
}
