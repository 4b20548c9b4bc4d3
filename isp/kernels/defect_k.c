/* Finding isolated defects, vector source; isp/ref/defect_ref.c says what each must give. */
#include "kernel_names.h"

#include "defect_rule.h"
#include "simd.h"

void K(root)(const float *in, float *out, float c, int n)
{
    const vf zero = vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_sqrt(vf_max(vf_load(in + x), zero) + c));
}

static inline vf max4(vf a, vf b, vf c, vf d)
{
    return vf_max(vf_max(a, b), vf_max(c, d));
}

static inline vf min4(vf a, vf b, vf c, vf d)
{
    return vf_min(vf_min(a, b), vf_min(c, d));
}

static inline vf allowance(float least, const float k[3], float slack, vf spread, vf bump, vf range)
{
    vf activity = ((k[0] * spread + k[1] * bump) + k[2] * range) - slack;
    return vf_max(activity, vf_set(least));
}

struct surroundings {
    vf hi, lo, pair_hi, pair_lo, hot_bump, dead_bump, range;
};

static inline vf judge(const struct fl_defect_rule *r, const struct surroundings *s, vf v)
{
    vf spread = s->pair_hi - s->pair_lo;
    vf hot = allowance(r->least, r->hot, r->hot_slack, spread, s->hot_bump, s->range);
    vf dead = allowance(r->least, r->dead, r->dead_slack, spread, s->dead_bump, s->range);
    vi is_hot = (v > s->hi) & (v - s->pair_hi > hot);
    vi is_dead = (v < s->lo) & (s->pair_lo - v > dead);
    return vf_select(is_hot | is_dead, vf_set(1.0f), vf_set(0.0f));
}

#define AT(ROW, DX)        vf_load(row[ROW] + x + (DX))
#define PAIR(UP, DOWN, DX) (0.5f * (AT(UP, -(DX)) + AT(DOWN, DX)))

/* Both kinds of site are worked out and the right one chosen: lanes alternate between them. */
static inline void around_mosaic(const float *const row[5], int x, vi is_green,
                                 struct surroundings *s)
{
    const vf zero = vf_set(0.0f);
    vf h = PAIR(2, 2, 1), h1 = PAIR(0, 4, 1), h2 = PAIR(0, 4, -1);
    vf v = PAIR(1, 3, 0), v1 = PAIR(1, 3, 2), v2 = PAIR(1, 3, -2);
    vf d1 = PAIR(1, 3, 1), d2 = PAIR(1, 3, -1);
    vf diagonal = vf_abs(d1 - d2);
    vf h_far = 0.5f * (h1 + h2), v_far = 0.5f * (v1 + v2);
    vf far = 0.25f * ((h1 + h2) + (v1 + v2));
    vf hi = vf_max(h, v), lo = vf_min(h, v);
    vf green_hi = vf_max(s->hi, max4(AT(1, -1), AT(1, 1), AT(3, -1), AT(3, 1)));
    vf green_lo = vf_min(s->lo, min4(AT(1, -1), AT(1, 1), AT(3, -1), AT(3, 1)));
    vf green_range = (vf_max(h, vf_max(h1, h2)) - vf_min(h, vf_min(h1, h2))) +
                     (vf_max(v, vf_max(v1, v2)) - vf_min(v, vf_min(v1, v2)));
    vf other_range =
        (vf_max(hi, max4(h1, h2, v1, v2)) - vf_min(lo, min4(h1, h2, v1, v2))) + diagonal;
    s->hi = vf_select(is_green, green_hi, s->hi);
    s->lo = vf_select(is_green, green_lo, s->lo);
    s->pair_hi = vf_select(is_green, vf_max(s->pair_hi, vf_max(d1, d2)), s->pair_hi);
    s->pair_lo = vf_select(is_green, vf_min(s->pair_lo, vf_min(d1, d2)), s->pair_lo);
    s->hot_bump = vf_select(is_green, vf_max(h - h_far, zero) + vf_max(v - v_far, zero),
                            vf_max(hi - far, zero) + diagonal);
    s->dead_bump = vf_select(is_green, vf_max(h_far - h, zero) + vf_max(v_far - v, zero),
                             vf_max(far - lo, zero) + diagonal);
    s->range = vf_select(is_green, green_range, other_range);
}

void K(find_defects)(const float *const row[5], const struct fl_defect_rule *rule, int green,
                     float *out, int n)
{
    const vi is_green = vf_pair(green == 0 ? 1.0f : 0.0f, green == 1 ? 1.0f : 0.0f) > 0.5f;
    for (int x = 0; x < n; x += FL_LANES) {
        struct surroundings s;
        vf e = PAIR(2, 2, 2), v = PAIR(0, 4, 0), d1 = PAIR(0, 4, 2), d2 = PAIR(0, 4, -2);
        s.hi = vf_max(max4(AT(0, -2), AT(0, 0), AT(0, 2), AT(2, -2)),
                      max4(AT(2, 2), AT(4, -2), AT(4, 0), AT(4, 2)));
        s.lo = vf_min(min4(AT(0, -2), AT(0, 0), AT(0, 2), AT(2, -2)),
                      min4(AT(2, 2), AT(4, -2), AT(4, 0), AT(4, 2)));
        s.pair_hi = max4(e, v, d1, d2);
        s.pair_lo = min4(e, v, d1, d2);
        around_mosaic(row, x, is_green, &s);
        vf_store(out + x, judge(rule, &s, AT(2, 0)));
    }
}

void K(find_defects_mono)(const float *const row[5], const struct fl_defect_rule *rule, float *out,
                          int n)
{
    const vf zero = vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES) {
        struct surroundings s;
        vf e = PAIR(2, 2, 1), v = PAIR(1, 3, 0), d1 = PAIR(1, 3, 1), d2 = PAIR(1, 3, -1);
        vf f0 = PAIR(2, 2, 2), f1 = PAIR(0, 4, 0), f2 = PAIR(0, 4, 2), f3 = PAIR(0, 4, -2);
        vf f4 = PAIR(0, 4, 1), f5 = PAIR(0, 4, -1), f6 = PAIR(1, 3, 2), f7 = PAIR(1, 3, -2);
        vf far = 0.125f * (((f0 + f1) + (f2 + f3)) + ((f4 + f5) + (f6 + f7)));
        s.hi = vf_max(max4(AT(1, -1), AT(1, 0), AT(1, 1), AT(2, -1)),
                      max4(AT(2, 1), AT(3, -1), AT(3, 0), AT(3, 1)));
        s.lo = vf_min(min4(AT(1, -1), AT(1, 0), AT(1, 1), AT(2, -1)),
                      min4(AT(2, 1), AT(3, -1), AT(3, 0), AT(3, 1)));
        s.pair_hi = max4(e, v, d1, d2);
        s.pair_lo = min4(e, v, d1, d2);
        s.hot_bump = vf_max(s.pair_hi - far, zero);
        s.dead_bump = vf_max(far - s.pair_lo, zero);
        s.range = vf_max(s.pair_hi, vf_max(max4(f0, f1, f2, f3), max4(f4, f5, f6, f7))) -
                  vf_min(s.pair_lo, vf_min(min4(f0, f1, f2, f3), min4(f4, f5, f6, f7)));
        vf_store(out + x, judge(rule, &s, AT(2, 0)));
    }
}
