/* Sliding DCT shrinkage, vector source; isp/ref/dct_ref.c says what it must give.
 *
 * Lanes are neighbouring blocks, so that all they need stands in one place: a column of blocks is a
 * vector of a phase (dct_shrink.h), the column after it of the same phase the same one lane on. */
#include "kernel_names.h"

#include "dct_phases.h"
#include "dct_shrink.h"
#include "simd.h"
#include "simd16.h"

#define L        FL_SHORTS
#define TILE     (4 * L)          /* blocks whose spectra are kept at a time */
#define SPECTRUM (8 * (TILE + L)) /* values from one vertical frequency to the next */

#define DCT_TYPE          vs
#define DCT_NAME(x)       dct8_##x
#define DCT_PRODUCT(a, b) vs_product(a, vs_set(b))
#include "dct8.h"

/* What a row of blocks leaves for the vector of blocks after. */
struct dct_row {
    int16_t spectrum[8][8][TILE + L]; /* by vertical frequency and phase */
    vs columns[8][8];                 /* by vertical frequency and column of the block: sums */
    vs weights[8];
};

FL_INLINE vs pair(const int16_t two[2])
{
    uint32_t both;
    memcpy(&both, two, sizeof both);
    return (vs)(both - (vu){0});
}

/* Columns of one phase to vertical frequencies. */
FL_INLINE void columns_forward(const int16_t *const in[8], const struct fl_dct_shrink *s,
                               ptrdiff_t at, int16_t *spectrum)
{
    vs a[8], b[8];
    for (int i = 0; i < 8; i++)
        a[i] = vs_load(in[i] + at);
    dct8_forward(a, b);
    for (int k = 0; k < 8; k++)
        vs_store(spectrum + k * SPECTRUM, vs_product(b[k], vs_set(s->column[k])));
}

/* Leaves of one vertical frequency's coefficients what is noise; returns how much. */
FL_INLINE vs noise_of(vs c[8], const struct fl_dct_coefficient *of)
{
    vs sum = vs_set(0);
    for (int j = 0; j < 8; j++) {
        vs u = vus_min(vus_subs(pair(of[j].reach), vs_abs(c[j])), pair(of[j].ramp));
        u *= pair(of[j].per_ramp);
        sum += vs_product(u, pair(of[j].share));
        c[j] = vs_product(c[j], u);
    }
    return sum;
}

/* Blocks from spectra to what is noise in their columns, by vertical frequency. */
FL_INLINE vs noise_of_blocks(const struct fl_dct_shrink *s, int step,
                             int16_t (*spectrum)[8][TILE + L], int at, vs noise[8][8])
{
    vs removed = vs_set(0);
    for (int k = 0; k < 8; k++) {
        vs c[8], d[8];
        for (int j = 0; j < 8; j++)
            c[j] = vs_load(spectrum[k][j % step] + at + j / step);
        dct8_forward(c, d);
        removed += noise_of(d, s->coefficient + (ptrdiff_t)8 * k);
        dct8_inverse(d, noise[k]);
    }
    return removed;
}

FL_INLINE vs weight_of(vs removed, const struct fl_dct_shrink *s)
{
    int16_t of[L];
    vi weight[FL_HALVES];
    vs_store(of, removed);
    for (int i = 0; i < FL_HALVES; i++) {
        vf noise = (float)FL_DCT_ALL - vf_load_s16(of + i * FL_LANES);
        vf root = vf_sqrt(vf_max(noise, vf_set(s->least)));
        weight[i] = vi_from_float(s->weight / (root * vf_sqrt(root)));
    }
    return vs_from_ints(weight) >> s->weight_shift << s->weight_shift;
}

/* Adds what blocks before these have in the columns of theirs. */
FL_INLINE vs with_before(vs *before, vs own, vs later)
{
    vs sum = own + vs_shift_in(*before, later);
    *before = later;
    return sum;
}

/* Columns of phase m from all blocks over them, to the rows of sums. */
FL_INLINE void columns_inverse(struct dct_row *row, int step, int m, vs noise[8][8],
                               const vs weight[8], int16_t *const sum[8], ptrdiff_t at)
{
    const int last = m + (7 - m) / step * step;
    vs a[8], b[8];
    for (int k = 0; k < 8; k++) {
        a[k] = vs_product(noise[k][last], weight[k]);
#pragma GCC unroll 8
        for (int j = last - step; j >= 0; j -= step)
            a[k] = with_before(&row->columns[k][j], vs_product(noise[k][j], weight[k]), a[k]);
    }
    dct8_inverse(a, b);
    for (int i = 0; i < 8; i++)
        vs_store(sum[i] + at, i < 8 - step ? vs_load(sum[i] + at) + b[i] : b[i]);
}

FL_INLINE void weights_add(struct dct_row *row, int step, vs weight, uint16_t *most,
                           uint16_t *least)
{
    const int overlap = fl_dct_overlap(step);
    vs sum = weight, before = weight;
    for (int i = 1; i < overlap; i++) {
        before = sum;
        sum = with_before(&row->weights[i], weight, before);
    }
    vs_store((int16_t *)most, sum);
    vs_store((int16_t *)least, 7 % step == step - 1 ? sum : before);
}

/* A row of blocks; inlined with a constant step. */
FL_INLINE void run_row(const int16_t *const in[8], const struct fl_dct_shrink *s, int step,
                       int blocks, int16_t *const sum[8], uint16_t *weight)
{
    struct dct_row row;
    memset(row.columns, 0, sizeof row.columns);
    memset(row.weights, 0, sizeof row.weights);
    for (int m = 0; m < step; m++)
        columns_forward(in, s, (ptrdiff_t)m * s->phase, row.spectrum[0][m]);
    for (int tile = 0; tile < blocks; tile += TILE) {
        int end = blocks - tile < TILE ? blocks - tile : TILE;
        for (int b = 0; b < end; b += L) {
            vs noise[8][8], w, of[8];
#pragma GCC unroll 4
            for (int m = 0; m < step; m++)
                columns_forward(in, s, (ptrdiff_t)m * s->phase + tile + b + L,
                                row.spectrum[0][m] + b + L);
            w = weight_of(noise_of_blocks(s, step, row.spectrum, b, noise), s);
            for (int k = 0; k < 8; k++)
                of[k] = vs_product(w, vs_set(s->undo[k]));
#pragma GCC unroll 4
            for (int m = 0; m < step; m++)
                columns_inverse(&row, step, m, noise, of, sum, (ptrdiff_t)m * s->phase + tile + b);
            weights_add(&row, step, (vs)((vus)w >> s->weight_shift), weight + tile + b,
                        weight + s->phase + tile + b);
        }
        for (int k = 0; k < 8; k++)
            for (int m = 0; m < step; m++)
                vs_store(row.spectrum[k][m], vs_load(row.spectrum[k][m] + TILE));
    }
}

void K(dct_shrink)(const int16_t *const in[8], const struct fl_dct_shrink *s, int blocks,
                   int16_t *const sum[8], uint16_t *weight)
{
    if (s->step == 4) /* those of the presets */
        run_row(in, s, 4, blocks, sum, weight);
    else if (s->step == 3)
        run_row(in, s, 3, blocks, sum, weight);
    else
        run_row(in, s, s->step, blocks, sum, weight);
}

FL_INLINE vi code(vf v, const struct fl_dct_shrink *s)
{
    const vf most = vf_set((float)FL_DCT_CODES), least = vf_set(-(float)FL_DCT_CODES);
    vf c = vf_min(vf_max((v - s->centre) * s->scale, least), most);
    return vi_from_float(c + ((float)FL_DCT_CODES + 0.5f));
}

/* A vector of every phase. */
FL_INLINE void codes_of(const float *in, const struct fl_dct_shrink *s, int step, int16_t *codes)
{
    if (step == 4) {
        vi of[4][FL_HALVES];
        for (int h = 0; h < FL_HALVES; h++) {
            vf v[4];
            dct_fourths_apart(in + 4 * h * FL_LANES, v);
            for (int m = 0; m < 4; m++)
                of[m][h] = code(v[m], s);
        }
        for (int m = 0; m < 4; m++)
            vs_store(codes + m * s->phase, vs_from_ints(of[m]) - FL_DCT_CODES);
    } else {
        int16_t of[8 * L];
        for (int i = 0; i < step * L; i += L) {
            vi v[FL_HALVES];
            for (int h = 0; h < FL_HALVES; h++)
                v[h] = code(vf_load(in + i + h * FL_LANES), s);
            vs_store(of + i, vs_from_ints(v) - FL_DCT_CODES);
        }
        dct_to_phases(of, step, s->phase, codes);
    }
}

FL_INLINE void codes_row(const float *in, const struct fl_dct_shrink *s, int step, int16_t *codes,
                         int n)
{
    int x = 0;
    for (; n - x >= step * L; x += step * L)
        codes_of(in + x, s, step, codes + x / step);
    if (x < n) {
        float rest[8 * L] = {0};
        memcpy(rest, in + x, (size_t)(n - x) * sizeof *rest);
        codes_of(rest, s, step, codes + x / step);
    }
}

void K(dct_codes)(const float *in, const struct fl_dct_shrink *s, int16_t *codes, int n)
{
    if (s->step == 4)
        codes_row(in, s, 4, codes, n);
    else if (s->step == 3)
        codes_row(in, s, 3, codes, n);
    else
        codes_row(in, s, s->step, codes, n);
}

void K(dct_per_weight)(const uint16_t *const *weight, int rows, float unit, float *out, int n)
{
    for (int b = 0; b < n; b += FL_LANES) {
        vf sum = vf_load_u16(weight[0] + b);
        for (int i = 1; i < rows; i++)
            sum += vf_load_u16(weight[i] + b);
        vf_store(out + b, unit / sum);
    }
}

FL_INLINE void remove_row(const int16_t *sum, const float *per_weight, int step, int phase,
                          const float *in, float *out, int n)
{
    for (int b = 0, x = 0; x < n; b += FL_LANES, x += step * FL_LANES) {
        const int end = n - x < step * FL_LANES ? n - x : step * FL_LANES;
        vf most = vf_load(per_weight + b), least = vf_load(per_weight + phase + b), v[8];
        float noise[8 * FL_LANES];
        for (int m = 0; m < step; m++)
            v[m] = vf_load_s16(sum + m * phase + b) * (m > 7 % step ? least : most);
        dct_to_pixels(v, step, noise);
        for (int i = 0; i < end; i += FL_LANES)
            vf_store(out + x + i, vf_load(in + x + i) - vf_load(noise + i));
    }
}

void K(dct_remove)(const int16_t *sum, const float *per_weight, const struct fl_dct_shrink *s,
                   const float *in, float *out, int n)
{
    if (s->step == 4)
        remove_row(sum, per_weight, 4, s->phase, in, out, n);
    else if (s->step == 3)
        remove_row(sum, per_weight, 3, s->phase, in, out, n);
    else
        remove_row(sum, per_weight, s->step, s->phase, in, out, n);
}
