/* Scalar references. kernels.h says what each does; these say how, to the bit. */
#ifndef FL_REF_H
#define FL_REF_H

#include "kernels.h"

#include <stddef.h>
#include <stdint.h>

struct fl_defect_rule;
struct fl_green_rule;
struct fl_sharpen_rows;
struct fl_sharpen_rule;
struct fl_filter_taps;
struct fl_cell_sums;
struct fl_bright_rule;
struct fl_dct_shrink;
struct fl_opponent_back;

void fl_cell_sums_ref(float *const *row, float clip, int green, int cells,
                      const struct fl_cell_sums *out);
void fl_cell_bright_ref(float *const *row, const struct fl_bright_rule *rule, int cells,
                        float *const out[4]);
void fl_unpack_u8_ref(const uint8_t *in, float *out, int n);
void fl_unpack_u16_ref(const uint16_t *in, float *out, int n);
void fl_offset_scale_ref(const float *in, float *out, const float sub[2], const float mul[2],
                         int n);
void fl_multiply_ref(const float *in, const float *gain, float *out, int n);
void fl_multiply_between_ref(const float *in, const float *above, const float *below, float share,
                             float *out, int n);
void fl_gain_line_ref(float *gain, int pitch, const float *place, float left, float change, int n);
void fl_stabilise_ref(const float *in, float *out, float c, float root, float slope, int n);
void fl_unstabilise_ref(const float *in, float *out, float c, float root, float slope, int n);
void fl_matrix3_ref(float *r, float *g, float *b, const float m[9], int n);
void fl_matrix3_toe_ref(float *r, float *g, float *b, const float m[9], float reach, int n);
void fl_scale3_ref(float *r, float *g, float *b, const float *gain, int n);
void fl_mix_ref(const float *a, const float *b, float weight, float *out, int n);
void fl_tone_bin_ref(const float *r, const float *g, const float *b, float *bin, int32_t first,
                     float per_bit, int n);
void fl_tone_gain_ref(const float *bin, float *gain, const struct fl_tone_segment *segment, int n);
void fl_filmic_ref(float *r, float *g, float *b, const struct fl_filmic_rule *rule, int n);
void fl_curve_ref(const float *in, float *out, const struct fl_curve *curve, int n);
void fl_gamut_ref(float *r, float *g, float *b, const struct fl_gamut_rule *rule, int n);
void fl_adjust_ref(float *r, float *g, float *b, const struct fl_adjust_rule *rule, int n);
void fl_encode_u8_ref(const float *r, const float *g, const float *b, uint8_t *out, int n);
void fl_encode_u16_ref(const float *r, const float *g, const float *b, uint16_t *out, int n);
void fl_color_difference_ref(float *const *m, float *dh, float *dv, int green, int n);
void fl_green_mean_ref(float *const *m, const float *dh, float *const *dv, int green, float *out,
                       int n);
void fl_green_directions_ref(float *const *m, int green, float *const *out, int n, int rows);
void fl_color_even_ref(float *const *m, float *const *g, int green, float *own, float *third,
                       int n);
void fl_color_weighted_ref(float *const *m, float *const *g, int green, float *const *first,
                           float *const *second, int n, int rows);
void fl_green_refine_ref(float *const *c, float *const *g, int green, float *m, float *out, int n);
void fl_green_balance_ref(float *const *m, const struct fl_green_rule *rule, int green, float *out,
                          int n);
void fl_root_ref(const float *in, float *out, float c, int n);
void fl_at_least_ref(const float *in, const float limit[2], uint64_t *bits, int n);
void fl_defect_candidates_ref(const float *const row[3], int side,
                              const struct fl_defect_rule *rule, uint64_t *bits, int n);
void fl_filter_rows_ref(const float *in, ptrdiff_t stride, const struct fl_filter_taps *taps,
                        float *out, int n);
void fl_luma_ref(const float *r, const float *g, const float *b, float *out, int n);
void fl_sharpen_ref(const struct fl_sharpen_rows *rows, const struct fl_sharpen_rule *rule, int n);
void fl_dct_codes_ref(const float *in, const struct fl_dct_shrink *s, int16_t *codes, int n);
void fl_dct_shrink_ref(const int16_t *const in[8], const struct fl_dct_shrink *s, int blocks,
                       int16_t *const sum[8], uint16_t *weight);
void fl_dct_per_weight_ref(const uint16_t *const *weight, int rows, float unit, float *out, int n);
void fl_dct_remove_ref(const int16_t *sum, const float *per_weight, const struct fl_dct_shrink *s,
                       const float *in, float *out, int n);
void fl_linear_to_root_ref(const float *in, float *out, float c, float root, int n);
void fl_root_to_linear_ref(const float *in, float *out, float c, float root, int n);
void fl_to_opponent_ref(float *r, float *g, float *b, float root, int n);
void fl_from_opponent_ref(const float *y, const float *u, const float *v,
                          const struct fl_opponent_back *to, float *r, float *g, float *b, int n);
void fl_halve_ref(float *const *in, const float *base, float *out, int n);
void fl_enlarge_ref(float *const *half, int below, const float *base, float sign, float *out,
                    int n);
void fl_edge_mean_ref(float *const *in, float per_variance, float *out, int n);
void fl_block_mean_ref(float *const *in, const float per_reach[4], float amount, float *top,
                       float *bottom, int n);

#endif
