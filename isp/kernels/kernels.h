/* The kernel table: one entry per kernel, filled per instruction set.
 *
 * Contract of all kernels: n >= 1 pixels; pointers may be unaligned; a kernel may read and write up
 * to FL_KERNEL_SLACK values past the n-th pixel (rows are padded) but never before the first,
 * unless it says that it reads neighbours. Every instruction set gives the bits of the scalar
 * reference in isp/ref. */
#ifndef FL_KERNELS_H
#define FL_KERNELS_H

#include "firstlight/pipeline.h"

#include "control.h"
#include "curve.h"

#include <stddef.h>
#include <stdint.h>

struct fl_defect_rule;   /* defect_rule.h */
struct fl_green_rule;    /* green_rule.h */
struct fl_sharpen_rows;  /* sharpen_rule.h */
struct fl_sharpen_rule;  /* sharpen_rule.h */
struct fl_filter_taps;   /* filter_taps.h */
struct fl_dct_shrink;    /* dct_shrink.h */
struct fl_opponent_back; /* opponent_back.h */
struct fl_cell_sums;     /* cell_sums.h */
struct fl_bright_rule;   /* cell_sums.h */

#define FL_KERNEL_SLACK 16

/* Local tone between two neighbouring columns of a tone grid, for one row of pixels: gains by
 * luminance bin at both, FL_TONE_BINS and the last once more. */
struct fl_tone_segment {
    const float *left, *right;
    float weight, step; /* of the right column: where x is 0, and from pixel to pixel */
    int x;              /* of the first pixel */
};

/* The output space's luminance of linear RGB, and where gamut compression begins (gamut.c). */
struct fl_gamut_rule {
    float luma[3];
    float knee;
};

/* Filmic tone: film, of linear light times scale / FL_CURVE_SCALE, gives encode's argument. Both
 * arguments are those of curve.h, v. */
struct fl_filmic_rule {
    struct fl_parabolas film, encode;
    float scale;
};

/* Brightness, contrast and saturation (adjust.c): luma becomes luma * slope + level, and what the
 * channels differ from it is multiplied by chroma. */
struct fl_adjust_rule {
    float slope, level, chroma;
};

struct fl_kernels {
    enum fl_cpu cpu;

    /* Sums over `cells` cells of statistics side by side; row: their FL_CELL rows. green: column of
     * green in even rows, 0 or 1. Reads 2 columns more than the cells have, and no slack. */
    void (*cell_sums)(float *const *row, float clip, int green, int cells,
                      const struct fl_cell_sums *out);
    /* Sums over the bright windows of a mosaic's cells: of red, green and blue times the window's
     * weight, and of the weight; a value a cell. No slack. */
    void (*cell_bright)(float *const *row, const struct fl_bright_rule *rule, int cells,
                        float *const out[4]);

    /* Stored codes to float. */
    void (*unpack_u8)(const uint8_t *in, float *out, int n);
    void (*unpack_u16)(const uint16_t *in, float *out, int n);

    /* out[x] = (in[x] - sub[x & 1]) * mul[x & 1]; in may be out. */
    void (*offset_scale)(const float *in, float *out, const float sub[2], const float mul[2],
                         int n);
    /* out[x] = in[x] * gain[x]; in may be out. */
    void (*multiply)(const float *in, const float *gain, float *out, int n);
    /* out[x] = in[x] * (above[x] + (below[x] - above[x]) * share); in may be out. */
    void (*multiply_between)(const float *in, const float *above, const float *below, float share,
                             float *out, int n);
    /* gain[k pitch] *= left + change * place[k]; pitch 1 or 2; no slack. */
    void (*gain_line)(float *gain, int pitch, const float *place, float left, float change, int n);

    /* The stabilising curve (see stage.h) and its inverse; in may be out. */
    void (*stabilise)(const float *in, float *out, float c, float root, float slope, int n);
    void (*unstabilise)(const float *in, float *out, float c, float root, float slope, int n);

    /* (r, g, b) = m (r, g, b); planes in place. */
    void (*matrix3)(float *r, float *g, float *b, const float m[9], int n);

    /* The same, then a toe for each channel: 0 below -reach, (v + reach)^2 / (4 reach) up to reach,
     * v above. */
    void (*matrix3_toe)(float *r, float *g, float *b, const float m[9], float reach, int n);
    /* Three planes in place, times a gain. */
    void (*scale3)(float *r, float *g, float *b, const float *gain, int n);
    /* out = a + (b - a) * weight; out may be either. */
    void (*mix)(const float *a, const float *b, float weight, float *out, int n);

    /* bin = clamp((l - first) * per_bit, 0, FL_TONE_BINS - 1), l the bits of red R + green G +
     * blue B, with the weights of control.h, at least 2^-60: they rise like its logarithm, evenly
     * between powers of two. */
    void (*tone_bin)(const float *r, const float *g, const float *b, float *bin, int32_t first,
                     float per_bit, int n);
    /* The gain at each bin. */
    void (*tone_gain)(const float *bin, float *gain, const struct fl_tone_segment *segment, int n);

    /* Colours outside the gamut, and near its boundary, move towards the grey of their luminance;
     * planes in place. */
    void (*gamut)(float *r, float *g, float *b, const struct fl_gamut_rule *rule, int n);

    /* A curve of curve.h; arguments are limited to 0..1; in may be out. */
    void (*curve)(const float *in, float *out, const struct fl_curve *curve, int n);
    /* Filmic tone that keeps hue, planes in place: the largest and the smallest channel go through
     * film, the middle one keeps its place between them; then encode. */
    void (*filmic)(float *r, float *g, float *b, const struct fl_filmic_rule *rule, int n);

    /* Planes in place, display-encoded. */
    void (*adjust)(float *r, float *g, float *b, const struct fl_adjust_rule *rule, int n);

    /* Display floats to codes: floor(clamp(x, 0, 1) * max + 0.5), interleaved RGB. Exactly n
     * pixels are written. */
    void (*encode_u8)(const float *r, const float *g, const float *b, uint8_t *out, int n);
    void (*encode_u16)(const float *r, const float *g, const float *b, uint16_t *out, int n);

    /* Demosaic. Row arrays point at the current row: m[-2] .. m[2] are rows of the picture; columns
     * to both sides are read as each text says. green: 1 where pixel 0 is green, 0 where pixel 1
     * is. */

    /* Green minus the row's or column's other colour (Hamilton and Adams 1997), at every pixel.
     * Reads 2 rows and columns around. */
    void (*color_difference)(float *const *m, float *dh, float *dv, int green, int n);
    /* Green from the mean of both differences, each smoothed along its direction. Reads 2 columns
     * of dh, 2 rows of dv. */
    void (*green_mean)(float *const *m, const float *dh, float *const *dv, int green, float *out,
                       int n);
    /* Green of a block of rows from the differences of four directions (stages/demosaic_green.c).
     * Row 0 of m and of out is the first; n is even. Reads 7 rows and 8 columns around. */
    void (*green_directions)(float *const *m, int green, float *const *out, int n, int rows);
    /* Red and blue of a block of rows from the mosaic and green, differences weighted by how little
     * green changes (stages/demosaic_color.c). Row 0 of all arrays is the block's first; first: the
     * plane of the colour that row 0 has beside green; n is even. Reads 3 rows and 4 columns
     * around. */
    void (*color_weighted)(float *const *m, float *const *g, int green, float *const *first,
                           float *const *second, int n, int rows);
    /* Red and blue with equal weights, by row: the row's own colour and the third one. m and g have
     * two rows above and below. */
    void (*color_even)(float *const *m, float *const *g, int green, float *own, float *third,
                       int n);
    /* Green again, from the differences of the four neighbours; c is the row's own colour. Also
     * gives the mosaic back. Reads 2 rows and columns. */
    void (*green_refine)(float *const *c, float *const *g, int green, float *m, float *out, int n);

    /* Greens, where x & 1 == green and below the clip, lose what leaked from their neighbours; the
     * rest is copied. m points at the current row; one row and pixel to each side is read. */
    void (*green_balance)(float *const *m, const struct fl_green_rule *rule, int green, float *out,
                          int n);

    /* out = sqrt(max(in, 0) + c); in may be out. */
    void (*root)(const float *in, float *out, float c, int n);
    /* Bit x of the words at bits: is in[x] at least limit[x & 1]? Bits from n on are 0 to the end
     * of the word. */
    void (*at_least)(const float *in, const float limit[2], uint64_t *bits, int n);
    /* The same: may row[1][x] be a defect? row: the rows of the same colour above,
     * at and below; side: columns from a pixel to the next of its colour. */
    void (*defect_candidates)(const float *const row[3], int side,
                              const struct fl_defect_rule *rule, uint64_t *bits, int n);
    /* A weighted sum of rows that begin at in, in + stride, ..., kept between the least and the
     * largest value of the core rows. */
    void (*filter_rows)(const float *in, ptrdiff_t stride, const struct fl_filter_taps *taps,
                        float *out, int n);
    /* Rec. 709 luma. */
    void (*luma)(const float *r, const float *g, const float *b, float *out, int n);
    /* Adds to a row what sharpening adds to its luma: amount x (luma - blur), less where it is below
     * the threshold, bounded by the neighbours. Reads 2 columns around of luma, which needs room
     * for FL_KERNEL_SLACK more on the left and twice as many on the right. */
    void (*sharpen)(const struct fl_sharpen_rows *rows, const struct fl_sharpen_rule *rule, int n);

    /* Denoise. */

    /* Linear light to the square root, y = sqrt(x + c), its tangent below 0, and back; in may be
     * out. */
    void (*linear_to_root)(const float *in, float *out, float c, float root, int n);
    void (*root_to_linear)(const float *in, float *out, float c, float root, int n);
    /* Stabilised red, green, blue, on the square root as .2 R + .6 G + .2 B, R - G, B - G, and from
     * there to linear red, green, blue; in place, or may be in place. */
    void (*to_opponent)(float *r, float *g, float *b, float root, int n);
    void (*from_opponent)(const float *y, const float *u, const float *v,
                          const struct fl_opponent_back *to, float *r, float *g, float *b, int n);
    /* Half resolution: 1 3 3 1 along both axes; out = the value, or base less the value where base
     * is not NULL; base may be out. in[0] and in[1] are the two rows of the half row, n the half
     * width. Reads 1 row and column around. */
    void (*halve)(float *const *in, const float *base, float *out, int n);
    /* Full resolution by cubic interpolation: out = base + sign * value, or the value where base is
     * NULL; base may be out. half[0] is the half row that contains the row; below: 1 where the row
     * is the lower of two, otherwise -1. n: full width. Reads 2 half rows and columns around. */
    void (*enlarge)(float *const *half, int below, const float *base, float sign, float *out,
                    int n);
    /* Sliding DCT (dct_shrink.h). Codes of n values, by phases; those of a phase are written to a
     * whole number of vectors. */
    void (*dct_codes)(const float *in, const struct fl_dct_shrink *s, int16_t *codes, int n);
    /* A row of blocks on eight rows of codes: what of it is noise, weighted, to eight rows of sums,
     * of which the last `step` start and the others go on; weight: sums of the weights of the
     * blocks over the first phases, and at `phase` from there over the last. Reads up to
     * FL_DCT_SHORTS + 7 codes past the last block of a phase, writes up to FL_DCT_SHORTS. */
    void (*dct_shrink)(const int16_t *const in[8], const struct fl_dct_shrink *s, int blocks,
                       int16_t *const sum[8], uint16_t *weight);
    /* out = unit / sum of the rows' weights. */
    void (*dct_per_weight)(const uint16_t *const *weight, int rows, float unit, float *out, int n);
    /* out = in - sum * per_weight: sum by phases, per_weight by blocks, the one of the first phases
     * and at `phase` from there that of the last. */
    void (*dct_remove)(const int16_t *sum, const float *per_weight, const struct fl_dct_shrink *s,
                       const float *in, float *out, int n);
    /* Mean over 5x5 pixels, weights (1 - difference^2 * per_variance)^2 where that is positive. */
    void (*edge_mean)(float *const *in, float per_variance, float *out, int n);
    /* Two rows of a mosaic towards the mean of the 2x2 blocks around (blocks_around.h), weighted by
     * how alike they are: max(0, 1 - sum of four squared differences * per_reach)^2. in[0] and
     * in[1] are the block's rows; n is even. Reads 4 rows and columns around. */
    void (*block_mean)(float *const *in, const float per_reach[4], float amount, float *top,
                       float *bottom, int n);
};

/* The table of an instruction set; NULL where the build or the machine lacks it. AUTO: the best. */
const struct fl_kernels *fl_kernels_for(enum fl_cpu cpu);

#endif
