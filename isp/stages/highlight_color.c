/* What clipped samples probably were, from the other colours and from what is bright and not
 * clipped in the region (see fl_highlight_node). With S sums over that, and p a little grey,
 *     a, b known:    e = (S_v + p) / (S_mean(a, b) + p) mean(a, b),  of colours whose ratio of a to
 *                    b is alike
 *     only a known:  e = (S_v + p) / (S_a + p) a,  of colours that reach the clip levels of v and b
 *                    when they are as bright as a
 *     none known:    e = the region's colour, half as saturated, as bright as it takes to reach all
 *                    clip levels
 * mixed by how far a and b are clipped. */
#include "highlight_color.h"

#include "fastlog.h"

#include <stddef.h>

#define PRIOR     1e-6f /* grey, against sums of weights */
#define PRIOR_ALL 1e-2f
#define SATURATED 0.5f   /* of the region's colour where nothing is known */
#define PALE      0.9f   /* the same where one colour is known */
#define SOFT      0.001f /* excesses below this count less */
#define MOST      4.0f   /* of its clip level: the brightest that a sample becomes */

/* The nodes around a sample. */
struct place {
    const struct fl_highlight_node *node[4];
    float weight[4];
};

void fl_highlights_make(const float clip[3], const struct fl_highlight_grid *grid,
                        struct fl_highlights *out)
{
    out->grid = *grid;
    for (int c = 0; c < 3; c++) {
        out->clip[c] = clip[c];
        out->start[c] = FL_CLIP_START * clip[c];
        out->per_rise[c] = 1.0f / (clip[c] - out->start[c]);
    }
}

bool fl_highlights_any(const struct fl_highlights *h, const struct fl_control *control)
{
    for (int c = 0; c < 3; c++)
        if (!(h->grid.most * (float)control->wb_gain[c] < 0.999f * h->start[c]))
            return true;
    return false;
}

/* Position between two of n nodes: the first and the weight of the second. */
static int knot(float x, int cell, int n, float *weight)
{
    float at = (x + 0.5f) / (float)cell - 0.5f, last = (float)(n - 1);
    int i;
    at = at > 0.0f ? at : 0.0f;
    at = at < last ? at : last;
    i = (int)at;
    *weight = at - (float)i;
    return i;
}

static struct place find_place(const struct fl_highlight_grid *g, float x, float y)
{
    static const struct fl_highlight_node nothing;
    struct place p = {{&nothing, &nothing, &nothing, &nothing}, {0}};
    float u, v;
    int col, row;
    if (g->cols <= 0)
        return p;
    col = knot(x, g->cell, g->cols, &u);
    row = knot(y, g->cell, g->rows, &v);
    for (int i = 0; i < 4; i++) {
        int at_col = col + (i & 1), at_row = row + (i >> 1);
        at_col = at_col < g->cols ? at_col : g->cols - 1;
        at_row = at_row < g->rows ? at_row : g->rows - 1;
        p.node[i] = &g->node[(ptrdiff_t)at_row * g->cols + at_col];
        p.weight[i] = (i & 1 ? u : 1.0f - u) * (i >> 1 ? v : 1.0f - v);
    }
    return p;
}

/* The lower of the two bins around a position, and the share of the upper. */
static int split_bin(float bin, float *upper)
{
    int i = (int)bin;
    i = i < FL_HIGHLIGHT_BINS - 1 ? i : FL_HIGHLIGHT_BINS - 2;
    *upper = bin - (float)i;
    return i;
}

/* From both other colours. */
static float from_two(const struct place *p, const struct fl_highlight_sample *k)
{
    float sum[2] = {0.0f, 0.0f}, upper;
    int bin =
        split_bin(fl_highlight_bin(fl_fast_log2(k->other[0]) - fl_fast_log2(k->other[1])), &upper);
    for (int n = 0; n < 4; n++) {
        const float(*at)[2] = p->node[n]->one[k->c] + bin;
        for (int i = 0; i < 2; i++)
            sum[i] += p->weight[n] * (at[0][i] + upper * (at[1][i] - at[0][i]));
    }
    return (sum[0] + PRIOR) / (sum[1] + PRIOR) * (0.5f * (k->other[0] + k->other[1]));
}

/* From one of them, where the other is clipped too. */
static float from_one(const struct fl_highlights *h, const struct place *p,
                      const struct fl_highlight_sample *k, int known)
{
    const int c = (k->c + 1 + known) % 3, wanted = known ? 1 : 2;
    const float v = k->other[known];
    float sum = 0.0f, wanted_sum = 0.0f, upper, e;
    int bin = split_bin(fl_highlight_bin(fl_fast_log2(h->clip[c]) - fl_fast_log2(v)), &upper);
    for (int n = 0; n < 4; n++) {
        const float(*at)[3] = p->node[n]->two[c] + bin;
        sum += p->weight[n] * (at[0][0] + upper * (at[1][0] - at[0][0]));
        wanted_sum += p->weight[n] * (at[0][wanted] + upper * (at[1][wanted] - at[0][wanted]));
    }
    e = (wanted_sum + PRIOR) / (sum + PRIOR) * v;
    return v + PALE * (e - v);
}

/* From the region alone. */
static float from_none(const struct fl_highlights *h, const struct place *p, int c)
{
    float color[3], mean, scale = 0.0f;
    for (int i = 0; i < 3; i++) {
        color[i] = PRIOR_ALL;
        for (int n = 0; n < 4; n++)
            color[i] += p->weight[n] * p->node[n]->all[i];
    }
    mean = (color[0] + color[1] + color[2]) * (1.0f / 3.0f);
    for (int i = 0; i < 3; i++) {
        color[i] = mean + SATURATED * (color[i] - mean);
        scale = h->clip[i] > scale * color[i] ? h->clip[i] / color[i] : scale;
    }
    return scale * color[c];
}

float fl_highlight_estimate(const struct fl_highlights *h, const struct fl_highlight_sample *k,
                            float x, float y)
{
    const struct place p = find_place(&h->grid, x, y);
    const float kept[2] = {1.0f - k->lost[0], 1.0f - k->lost[1]}, clip = h->clip[k->c];
    float e = 0.0f, excess;
    if (kept[0] * kept[1] > 0.0f)
        e += kept[0] * kept[1] * from_two(&p, k);
    if (kept[0] * k->lost[1] > 0.0f)
        e += kept[0] * k->lost[1] * from_one(h, &p, k, 0);
    if (kept[1] * k->lost[0] > 0.0f)
        e += kept[1] * k->lost[0] * from_one(h, &p, k, 1);
    if (k->lost[0] * k->lost[1] > 0.0f)
        e += k->lost[0] * k->lost[1] * from_none(h, &p, k->c);
    e = e < MOST * clip ? e : MOST * clip;
    excess = e / clip - 1.0f;
    return excess > 0.0f ? clip + clip * (excess * (excess / (excess + SOFT))) : clip;
}
