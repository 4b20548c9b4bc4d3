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

static inline vi is_above(const struct fl_defect_step *r, vf v, vf n)
{
    vf d = (v - n) - r->t2;
    return (d > vf_set(0.0f)) & (d * d > r->slope * n + r->offset);
}

static inline vi is_below(const struct fl_defect_step *r, vf v, vf n)
{
    vf d = (n - v) + r->t2;
    return (d > vf_set(0.0f)) & (d * d > r->slope * n + r->offset) & (n > r->least);
}

struct ring {
    vf hi, lo, second_hi, second_lo, mean_hi, mean_lo;
};

/* What is not used is not computed: the first look needs the second ones only. */
static inline struct ring ring_of(vf a, vf b, vf c, vf d)
{
    vf most = vf_max(a, b), least = vf_min(a, b), most2 = vf_max(c, d), least2 = vf_min(c, d);
    vf p = vf_min(most, most2), q = vf_max(least, least2);
    vf m = 0.5f * (a + b), n = 0.5f * (c + d);
    struct ring r = {vf_max(most, most2), vf_min(least, least2), vf_max(p, q),
                     vf_min(p, q),        vf_max(m, n),          vf_min(m, n)};
    return r;
}

static inline vi look_again(const struct fl_defect_rule *r, vf v, const struct ring *cross,
                            const struct ring *diagonal, vi above, vi below)
{
    vi one_hot = (v > vf_max(cross->hi, diagonal->hi)) &
                 is_above(&r->single, v, vf_max(cross->mean_hi, diagonal->mean_hi));
    vi one_dead = (v < vf_min(cross->lo, diagonal->lo)) &
                  is_below(&r->single, v, vf_min(cross->mean_lo, diagonal->mean_lo));
    vi two_hot = is_above(&r->pair, v, vf_max(cross->second_hi, diagonal->second_hi));
    vi two_dead = is_below(&r->pair, v, vf_min(cross->second_lo, diagonal->second_lo));
    return (above & (one_hot | two_hot)) | (below & (one_dead | two_dead));
}

void K(defect_candidates)(const float *const row[3], int side, const struct fl_defect_rule *rule,
                          uint64_t *bits, int n)
{
    const float *up = row[0], *at = row[1], *down = row[2];
    uint64_t word = 0;
    for (int x = 0; x < n; x += FL_LANES) {
        vf v = vf_load(at + x);
        struct ring cross = ring_of(vf_load(at + x - side), vf_load(at + x + side), vf_load(up + x),
                                    vf_load(down + x));
        vi above = is_above(&rule->single, v, cross.second_hi);
        vi below = is_below(&rule->single, v, cross.second_lo);
        uint64_t lanes = vi_lane_bits(above | below);
        if (lanes != 0) {
            struct ring diagonal = ring_of(vf_load(up + x - side), vf_load(down + x + side),
                                           vf_load(up + x + side), vf_load(down + x - side));
            lanes = vi_lane_bits(look_again(rule, v, &cross, &diagonal, above, below));
        }
        word |= lanes << (x % 64);
        if (x % 64 == 64 - FL_LANES || x + FL_LANES >= n) {
            bits[x / 64] = word & vi_bits_below(n - x / 64 * 64);
            word = 0;
        }
    }
}
