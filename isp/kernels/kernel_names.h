/* Names of the vector kernels of one instruction set: K(matrix3) is fl_matrix3_avx2 when FL_ISA is
 * avx2. Included by vector sources and by the table of the set. */
#ifndef FL_KERNEL_NAMES_H
#define FL_KERNEL_NAMES_H

#include "kernels.h"

#include <stddef.h>
#include <stdint.h>

struct fl_defect_rule;
struct fl_green_rule;
struct fl_sharpen_rows;
struct fl_sharpen_rule;
struct fl_filter_taps;
struct fl_dct_shrink;
struct fl_opponent_back;
struct fl_cell_sums;
struct fl_bright_rule;

#define FL_PASTE_(a, b, c) fl_##a##b##c
#define FL_PASTE(a, b, c)  FL_PASTE_(a, b, c)
#define K(name)            FL_PASTE(name, _, FL_ISA)

void K(cell_sums)(float *const *row, float clip, int green, int cells,
                  const struct fl_cell_sums *out);
void K(cell_bright)(float *const *row, const struct fl_bright_rule *rule, int cells,
                    float *const out[4]);
void K(unpack_u8)(const uint8_t *in, float *out, int n);
void K(unpack_u16)(const uint16_t *in, float *out, int n);
void K(offset_scale)(const float *in, float *out, const float sub[2], const float mul[2], int n);
void K(multiply)(const float *in, const float *gain, float *out, int n);
void K(multiply_between)(const float *in, const float *above, const float *below, float share,
                         float *out, int n);
void K(gain_line)(float *gain, int pitch, const float *place, float left, float change, int n);
void K(stabilise)(const float *in, float *out, float c, float root, float slope, int n);
void K(unstabilise)(const float *in, float *out, float c, float root, float slope, int n);
void K(matrix3)(float *r, float *g, float *b, const float m[9], int n);
void K(matrix3_toe)(float *r, float *g, float *b, const float m[9], float reach, int n);
void K(scale3)(float *r, float *g, float *b, const float *gain, int n);
void K(mix)(const float *a, const float *b, float weight, float *out, int n);
void K(tone_bin)(const float *r, const float *g, const float *b, float *bin, int32_t first,
                 float per_bit, int n);
void K(tone_gain)(const float *bin, float *gain, const struct fl_tone_segment *segment, int n);
void K(filmic)(float *r, float *g, float *b, const struct fl_filmic_rule *rule, int n);
void K(curve)(const float *in, float *out, const struct fl_curve *curve, int n);
void K(gamut)(float *r, float *g, float *b, const struct fl_gamut_rule *rule, int n);
void K(adjust)(float *r, float *g, float *b, const struct fl_adjust_rule *rule, int n);
void K(encode_u8)(const float *r, const float *g, const float *b, uint8_t *out, int n);
void K(encode_u16)(const float *r, const float *g, const float *b, uint16_t *out, int n);
void K(color_difference)(float *const *m, float *dh, float *dv, int green, int n);
void K(green_mean)(float *const *m, const float *dh, float *const *dv, int green, float *out,
                   int n);
void K(green_directions)(float *const *m, int green, float *const *out, int n, int rows);
void K(color_even)(float *const *m, float *const *g, int green, float *own, float *third, int n);
void K(color_weighted)(float *const *m, float *const *g, int green, float *const *first,
                       float *const *second, int n, int rows);
void K(green_refine)(float *const *c, float *const *g, int green, float *m, float *out, int n);
void K(green_balance)(float *const *m, const struct fl_green_rule *rule, int green, float *out,
                      int n);
void K(root)(const float *in, float *out, float c, int n);
void K(at_least)(const float *in, const float limit[2], uint64_t *bits, int n);
void K(defect_candidates)(const float *const row[3], int side, const struct fl_defect_rule *rule,
                          uint64_t *bits, int n);
void K(filter_rows)(const float *in, ptrdiff_t stride, const struct fl_filter_taps *taps,
                    float *out, int n);
void K(luma)(const float *r, const float *g, const float *b, float *out, int n);
void K(sharpen)(const struct fl_sharpen_rows *rows, const struct fl_sharpen_rule *rule, int n);
void K(dct_codes)(const float *in, const struct fl_dct_shrink *s, int16_t *codes, int n);
void K(dct_shrink)(const int16_t *const in[8], const struct fl_dct_shrink *s, int blocks,
                   int16_t *const sum[8], uint16_t *weight);
void K(dct_per_weight)(const uint16_t *const *weight, int rows, float unit, float *out, int n);
void K(dct_remove)(const int16_t *sum, const float *per_weight, const struct fl_dct_shrink *s,
                   const float *in, float *out, int n);
void K(linear_to_root)(const float *in, float *out, float c, float root, int n);
void K(root_to_linear)(const float *in, float *out, float c, float root, int n);
void K(to_opponent)(float *r, float *g, float *b, float root, int n);
void K(from_opponent)(const float *y, const float *u, const float *v,
                      const struct fl_opponent_back *to, float *r, float *g, float *b, int n);
void K(halve)(float *const *in, const float *base, float *out, int n);
void K(enlarge)(float *const *half, int below, const float *base, float sign, float *out, int n);
void K(edge_mean)(float *const *in, float per_variance, float *out, int n);
void K(block_mean)(float *const *in, const float per_reach[4], float amount, float *top,
                   float *bottom, int n);

#endif
