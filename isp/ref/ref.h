/* Scalar references. kernels.h says what each does; these say how, to the bit. */
#ifndef FL_REF_H
#define FL_REF_H

#include <stdint.h>

void fl_unpack_u8_ref(const uint8_t *in, float *out, int n);
void fl_unpack_u16_ref(const uint16_t *in, float *out, int n);
void fl_offset_scale_ref(const float *in, float *out, const float sub[2], const float mul[2],
                         int n);
void fl_multiply_ref(const float *in, const float *gain, float *out, int n);
void fl_stabilise_ref(const float *in, float *out, float c, float root, float slope, int n);
void fl_unstabilise_ref(const float *in, float *out, float c, float root, float slope, int n);
void fl_matrix3_ref(float *r, float *g, float *b, const float m[9], int n);
void fl_curve_ref(const float *in, float *out, const float *table, int n);
void fl_encode_u8_ref(const float *r, const float *g, const float *b, uint8_t *out, int n);
void fl_encode_u16_ref(const float *r, const float *g, const float *b, uint16_t *out, int n);

#endif
