/* Unsharp masking of luma; stages/sharpen.c says why. */
#include "ref.h"

#include "curve_at_ref.h"
#include "sharpen_rule.h"

void fl_luma_ref(const float *r, const float *g, const float *b, float *out, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = (0.2126f * r[x] + 0.7152f * g[x]) + 0.0722f * b[x];
}

/* What a column of five rows gives. */
struct column {
    float blur, lo, hi;
};

static struct column column_at(const struct fl_sharpen_rows *rows, const float w[3], int x)
{
    float a = rows->luma[1][x], c = rows->luma[2][x], b = rows->luma[3][x];
    float low = a < b ? a : b, high = a > b ? a : b;
    struct column out;
    out.blur = (w[0] * c + w[1] * (a + b)) + w[2] * (rows->luma[0][x] + rows->luma[4][x]);
    out.lo = low < c ? low : c;
    out.hi = high > c ? high : c;
    return out;
}

/* column: those at distances -2..2. */
static float delta_of(const struct fl_sharpen_rule *rule, float here, const struct column column[5])
{
    const float *w = rule->weight;
    float near = column[1].blur + column[3].blur, far = column[0].blur + column[4].blur;
    float detail = here - (w[0] * column[2].blur + (w[1] * near + w[2] * far));
    float limit = parabola_at(&rule->threshold, curve_argument(here));
    float power = detail * detail, noise = limit * limit;
    float wanted = here + rule->amount * (detail * (power / ((power + noise) + 1e-12f)));
    float low = column[1].lo < column[3].lo ? column[1].lo : column[3].lo;
    float high = column[1].hi > column[3].hi ? column[1].hi : column[3].hi;
    float bottom = (low < column[2].lo ? low : column[2].lo) - rule->overshoot;
    float top = (high > column[2].hi ? high : column[2].hi) + rule->overshoot;
    wanted = wanted > bottom ? wanted : bottom;
    return (wanted < top ? wanted : top) - here;
}

void fl_sharpen_ref(const struct fl_sharpen_rows *rows, const struct fl_sharpen_rule *rule, int n)
{
    struct column column[5];
    for (int i = 0; i < 4; i++)
        column[i + 1] = column_at(rows, rule->weight, i - 2);
    for (int x = 0; x < n; x++) {
        float delta;
        for (int i = 0; i < 4; i++)
            column[i] = column[i + 1];
        column[4] = column_at(rows, rule->weight, x + 2);
        delta = delta_of(rule, rows->luma[2][x], column);
        for (int c = 0; c < 3; c++)
            rows->out[c][x] = rows->in[c][x] + delta;
    }
}
