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

static bool is_above(const struct fl_defect_step *r, float v, float n)
{
    float d = (v - n) - r->t2;
    return d > 0.0f && d * d > r->slope * n + r->offset;
}

static bool is_below(const struct fl_defect_step *r, float v, float n)
{
    float d = (n - v) + r->t2;
    return d > 0.0f && d * d > r->slope * n + r->offset && n > r->least;
}

/* Two pairs of opposite neighbours: all of them, all but the most extreme one, the pairs' means. */
struct ring {
    float hi, lo, second_hi, second_lo, mean_hi, mean_lo;
};

static struct ring ring_of(float a, float b, float c, float d)
{
    float most = max2(a, b), least = min2(a, b), most2 = max2(c, d), least2 = min2(c, d);
    float p = min2(most, most2), q = max2(least, least2);
    float m = 0.5f * (a + b), n = 0.5f * (c + d);
    struct ring r = {max2(most, most2), min2(least, least2), max2(p, q),
                     min2(p, q),        max2(m, n),          min2(m, n)};
    return r;
}

static bool is_candidate(const struct fl_defect_rule *r, float v, const struct ring *cross,
                         const struct ring *diagonal)
{
    bool one_hot = v > max2(cross->hi, diagonal->hi) &&
                   is_above(&r->single, v, max2(cross->mean_hi, diagonal->mean_hi));
    bool one_dead = v < min2(cross->lo, diagonal->lo) &&
                    is_below(&r->single, v, min2(cross->mean_lo, diagonal->mean_lo));
    bool two_hot = is_above(&r->pair, v, max2(cross->second_hi, diagonal->second_hi));
    bool two_dead = is_below(&r->pair, v, min2(cross->second_lo, diagonal->second_lo));
    return (is_above(&r->single, v, cross->second_hi) && (one_hot || two_hot)) ||
           (is_below(&r->single, v, cross->second_lo) && (one_dead || two_dead));
}

void fl_defect_candidates_ref(const float *const row[3], int side,
                              const struct fl_defect_rule *rule, uint64_t *bits, int n)
{
    const float *up = row[0], *at = row[1], *down = row[2];
    for (int x = 0; x < n; x++) {
        struct ring cross = ring_of(at[x - side], at[x + side], up[x], down[x]);
        struct ring diagonal = ring_of(up[x - side], down[x + side], up[x + side], down[x - side]);
        uint64_t found = is_candidate(rule, at[x], &cross, &diagonal);
        if (x % 64 == 0)
            bits[x / 64] = 0;
        bits[x / 64] |= found << (x % 64);
    }
}
