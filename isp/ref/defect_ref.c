/* Finding isolated defects in a mosaic or a mono picture; stages/defect.c explains the rule. */
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

static float max4(float a, float b, float c, float d)
{
    return max2(max2(a, b), max2(c, d));
}

static float min4(float a, float b, float c, float d)
{
    return min2(min2(a, b), min2(c, d));
}

/* How far a pixel may lie beyond what its neighbours suggest. */
static float allowance(const struct fl_defect_rule *r, const float k[3], float slack, float spread,
                       float bump, float range)
{
    float activity = ((k[0] * spread + k[1] * bump) + k[2] * range) - slack;
    return max2(activity, r->least);
}

/* A pixel's surroundings; near and far are the pairs that tell a bump from a lone pixel. */
struct surroundings {
    float hi, lo;           /* of the neighbours that a defect must exceed */
    float pair_hi, pair_lo; /* of the means of opposite neighbours */
    float hot_bump, dead_bump, range;
};

static float judge(const struct fl_defect_rule *r, const struct surroundings *s, float v)
{
    float spread = s->pair_hi - s->pair_lo;
    float hot = allowance(r, r->hot, r->hot_slack, spread, s->hot_bump, s->range);
    float dead = allowance(r, r->dead, r->dead_slack, spread, s->dead_bump, s->range);
    if (v > s->hi && v - s->pair_hi > hot)
        return 1.0f;
    return v < s->lo && s->pair_lo - v > dead ? 1.0f : 0.0f;
}

/* Means of opposite pixels around x: rows up and down, columns x - dx and x + dx. */
#define PAIR(UP, DOWN, DX) (0.5f * (row[UP][x - (DX)] + row[DOWN][x + (DX)]))

/* Other colours beside a green site: one lies left and right, the other above and below. */
static void around_green(const float *const row[5], int x, struct surroundings *s)
{
    float h = PAIR(2, 2, 1), h1 = PAIR(0, 4, 1), h2 = PAIR(0, 4, -1);
    float v = PAIR(1, 3, 0), v1 = PAIR(1, 3, 2), v2 = PAIR(1, 3, -2);
    float d1 = PAIR(1, 3, 1), d2 = PAIR(1, 3, -1);
    float h_far = 0.5f * (h1 + h2), v_far = 0.5f * (v1 + v2);
    s->hi = max2(s->hi, max4(row[1][x - 1], row[1][x + 1], row[3][x - 1], row[3][x + 1]));
    s->lo = min2(s->lo, min4(row[1][x - 1], row[1][x + 1], row[3][x - 1], row[3][x + 1]));
    s->pair_hi = max2(s->pair_hi, max2(d1, d2));
    s->pair_lo = min2(s->pair_lo, min2(d1, d2));
    s->hot_bump = max2(h - h_far, 0.0f) + max2(v - v_far, 0.0f);
    s->dead_bump = max2(h_far - h, 0.0f) + max2(v_far - v, 0.0f);
    s->range = (max2(h, max2(h1, h2)) - min2(h, min2(h1, h2))) +
               (max2(v, max2(v1, v2)) - min2(v, min2(v1, v2)));
}

/* Beside a red or blue site: green at the sides, the third colour on the diagonals. */
static void around_red_blue(const float *const row[5], int x, struct surroundings *s)
{
    float h = PAIR(2, 2, 1), h1 = PAIR(0, 4, 1), h2 = PAIR(0, 4, -1);
    float v = PAIR(1, 3, 0), v1 = PAIR(1, 3, 2), v2 = PAIR(1, 3, -2);
    float diagonal = fabsf(PAIR(1, 3, 1) - PAIR(1, 3, -1));
    float far = 0.25f * ((h1 + h2) + (v1 + v2));
    float hi = max2(h, v), lo = min2(h, v);
    s->hot_bump = max2(hi - far, 0.0f) + diagonal;
    s->dead_bump = max2(far - lo, 0.0f) + diagonal;
    s->range = (max2(hi, max4(h1, h2, v1, v2)) - min2(lo, min4(h1, h2, v1, v2))) + diagonal;
}

void fl_find_defects_ref(const float *const row[5], const struct fl_defect_rule *rule, int green,
                         float *out, int n)
{
    for (int x = 0; x < n; x++) {
        struct surroundings s;
        float e = PAIR(2, 2, 2), v = PAIR(0, 4, 0), d1 = PAIR(0, 4, 2), d2 = PAIR(0, 4, -2);
        s.hi = max2(max4(row[0][x - 2], row[0][x], row[0][x + 2], row[2][x - 2]),
                    max4(row[2][x + 2], row[4][x - 2], row[4][x], row[4][x + 2]));
        s.lo = min2(min4(row[0][x - 2], row[0][x], row[0][x + 2], row[2][x - 2]),
                    min4(row[2][x + 2], row[4][x - 2], row[4][x], row[4][x + 2]));
        s.pair_hi = max4(e, v, d1, d2);
        s.pair_lo = min4(e, v, d1, d2);
        if ((x & 1) == green)
            around_green(row, x, &s);
        else
            around_red_blue(row, x, &s);
        out[x] = judge(rule, &s, row[2][x]);
    }
}

void fl_find_defects_mono_ref(const float *const row[5], const struct fl_defect_rule *rule,
                              float *out, int n)
{
    for (int x = 0; x < n; x++) {
        struct surroundings s;
        float e = PAIR(2, 2, 1), v = PAIR(1, 3, 0), d1 = PAIR(1, 3, 1), d2 = PAIR(1, 3, -1);
        float f0 = PAIR(2, 2, 2), f1 = PAIR(0, 4, 0), f2 = PAIR(0, 4, 2), f3 = PAIR(0, 4, -2);
        float f4 = PAIR(0, 4, 1), f5 = PAIR(0, 4, -1), f6 = PAIR(1, 3, 2), f7 = PAIR(1, 3, -2);
        float far = 0.125f * (((f0 + f1) + (f2 + f3)) + ((f4 + f5) + (f6 + f7)));
        s.hi = max2(max4(row[1][x - 1], row[1][x], row[1][x + 1], row[2][x - 1]),
                    max4(row[2][x + 1], row[3][x - 1], row[3][x], row[3][x + 1]));
        s.lo = min2(min4(row[1][x - 1], row[1][x], row[1][x + 1], row[2][x - 1]),
                    min4(row[2][x + 1], row[3][x - 1], row[3][x], row[3][x + 1]));
        s.pair_hi = max4(e, v, d1, d2);
        s.pair_lo = min4(e, v, d1, d2);
        s.hot_bump = max2(s.pair_hi - far, 0.0f);
        s.dead_bump = max2(far - s.pair_lo, 0.0f);
        s.range = max2(s.pair_hi, max2(max4(f0, f1, f2, f3), max4(f4, f5, f6, f7))) -
                  min2(s.pair_lo, min2(min4(f0, f1, f2, f3), min4(f4, f5, f6, f7)));
        out[x] = judge(rule, &s, row[2][x]);
    }
}
