/* Candidates for defects in a mosaic or a mono picture; stages/defect.c explains the rule. */
#include "ref.h"

#include "defect_rule.h"

#include <math.h>

void fl_root_ref(const float *in, float *out, float c, int n)
{
    for (int x = 0; x < n; x++)
        out[x] = sqrtf((in[x] > 0.0f ? in[x] : 0.0f) + c);
}

static float max2(float a, float b)
{
    return a > b ? a : b;
}

static float min2(float a, float b)
{
    return a < b ? a : b;
}

/* Does v lie above all but one, or below all but one, of two pairs? */
static bool stands_out(const struct fl_defect_rule *r, float v, float a, float b, float c, float d)
{
    float hi = max2(min2(max2(a, b), max2(c, d)), max2(min2(a, b), min2(c, d)));
    float lo = min2(min2(max2(a, b), max2(c, d)), max2(min2(a, b), min2(c, d)));
    float above = (v - hi) - r->t2, below = (lo - v) + r->t2;
    bool hot = above > 0.0f && above * above > r->slope * hi + r->offset;
    bool dead = below > 0.0f && below * below > r->slope * lo + r->offset && lo > r->least;
    return hot || dead;
}

void fl_defect_candidates_ref(const float *const row[3], int side,
                              const struct fl_defect_rule *rule, uint64_t *bits, int n)
{
    const float *up = row[0], *at = row[1], *down = row[2];
    for (int x = 0; x < n; x++) {
        uint64_t found =
            stands_out(rule, at[x], at[x - side], at[x + side], up[x], down[x]) &&
            stands_out(rule, at[x], up[x - side], down[x + side], up[x + side], down[x - side]);
        if (x % 64 == 0)
            bits[x / 64] = 0;
        bits[x / 64] |= found << (x % 64);
    }
}
