/* Candidates for defects, vector source; isp/ref/defect_ref.c says what it must give. */
#include "kernel_names.h"

#include "defect_rule.h"
#include "simd.h"

void K(root)(const float *in, float *out, float c, int n)
{
    const vf zero = vf_set(0.0f);
    for (int x = 0; x < n; x += FL_LANES)
        vf_store(out + x, vf_sqrt(vf_max(vf_load(in + x), zero) + c));
}

static inline vi stands_out(const struct fl_defect_rule *r, vf v, vf a, vf b, vf c, vf d)
{
    const vf zero = vf_set(0.0f);
    vf p = vf_min(vf_max(a, b), vf_max(c, d)), q = vf_max(vf_min(a, b), vf_min(c, d));
    vf hi = vf_max(p, q), lo = vf_min(p, q);
    vf above = (v - hi) - r->t2, below = (lo - v) + r->t2;
    vi hot = (above > zero) & (above * above > r->slope * hi + r->offset);
    vi dead = (below > zero) & (below * below > r->slope * lo + r->offset) & (lo > r->least);
    return hot | dead;
}

void K(defect_candidates)(const float *const row[3], int side, const struct fl_defect_rule *rule,
                          uint64_t *bits, int n)
{
    const float *up = row[0], *at = row[1], *down = row[2];
    uint64_t word = 0;
    for (int x = 0; x < n; x += FL_LANES) {
        vf v = vf_load(at + x);
        vi found = stands_out(rule, v, vf_load(at + x - side), vf_load(at + x + side),
                              vf_load(up + x), vf_load(down + x));
        uint64_t lanes = vi_lane_bits(found);
        if (lanes != 0)
            lanes &=
                vi_lane_bits(stands_out(rule, v, vf_load(up + x - side), vf_load(down + x + side),
                                        vf_load(up + x + side), vf_load(down + x - side)));
        word |= lanes << (x % 64);
        if (x % 64 == 64 - FL_LANES || x + FL_LANES >= n) {
            bits[x / 64] = word & vi_bits_below(n - x / 64 * 64);
            word = 0;
        }
    }
}
