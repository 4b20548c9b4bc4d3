/* The kernel table: one entry per kernel, filled per instruction set.
 *
 * Contract of all kernels: n >= 1 pixels; pointers may be unaligned; a kernel may read and write up
 * to FL_KERNEL_SLACK values past the n-th pixel (rows are padded) but never before the first,
 * unless it says that it reads neighbours. Every instruction set gives the bits of the scalar
 * reference in isp/ref. */
#ifndef FL_KERNELS_H
#define FL_KERNELS_H

#include "firstlight/pipeline.h"

#include <stdint.h>

#define FL_KERNEL_SLACK 16

struct fl_kernels {
    enum fl_cpu cpu;

    /* Stored codes to float. */
    void (*unpack_u8)(const uint8_t *in, float *out, int n);
    void (*unpack_u16)(const uint16_t *in, float *out, int n);

    /* out[x] = (in[x] - sub[x & 1]) * mul[x & 1]; in may be out. */
    void (*offset_scale)(const float *in, float *out, const float sub[2], const float mul[2],
                         int n);
    /* out[x] = in[x] * gain[x]; in may be out. */
    void (*multiply)(const float *in, const float *gain, float *out, int n);

    /* The stabilising curve (see stage.h) and its inverse; in may be out. */
    void (*stabilise)(const float *in, float *out, float c, float root, float slope, int n);
    void (*unstabilise)(const float *in, float *out, float c, float root, float slope, int n);

    /* (r, g, b) = m (r, g, b); planes in place. */
    void (*matrix3)(float *r, float *g, float *b, const float m[9], int n);

    /* Piecewise-linear table over octaves, see curve.h; in may be out. */
    void (*curve)(const float *in, float *out, const float *table, int n);

    /* Display floats to codes: floor(clamp(x, 0, 1) * max + 0.5), interleaved RGB. Exactly n
     * pixels are written. */
    void (*encode_u8)(const float *r, const float *g, const float *b, uint8_t *out, int n);
    void (*encode_u16)(const float *r, const float *g, const float *b, uint16_t *out, int n);
};

/* The table of an instruction set; NULL where the build or the machine lacks it. AUTO: the best. */
const struct fl_kernels *fl_kernels_for(enum fl_cpu cpu);

#endif
