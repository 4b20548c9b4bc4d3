/* The loops of a network over one row, per instruction set. Rows hold two channels, pixel by pixel:
 * 16-bit values of pixel 0 in both, of pixel 1 in both ... They may be read from FL_NET_STEP pixels
 * before their begin to 2 FL_NET_STEP after their end, and n counts as rounded up to FL_NET_STEP.
 */
#ifndef FL_NET_KERNELS_H
#define FL_NET_KERNELS_H

#include "firstlight/pipeline.h"

#include <stdint.h>

struct fl_net_conv {
    const int16_t *const *in;  /* pairs of the row above, of the row itself, of the one below */
    const int16_t *const *add; /* pairs, NULL: none */
    int16_t *const *out;       /* pairs */
    const int32_t *weight, *bias;
    int pairs;    /* of the input */
    int channels; /* of the result */
    int side, shift, leak;
};

struct fl_net_kernels {
    enum fl_cpu cpu;
    void (*conv)(const struct fl_net_conv *c, int n);
    /* Pixels 0, 2, 4 ... and 1, 3, 5 ... of 2 n; and back. */
    void (*split)(const int16_t *in, int16_t *even, int16_t *odd, int n);
    void (*join)(const int16_t *even, const int16_t *odd, int16_t *out, int n);
    /* in * scale rounded, within FL_NET_MOST, of 2 n floats; and back. What is no number becomes
     * -FL_NET_MOST. */
    void (*quantise)(const float *in, float scale, int16_t *out, int n);
    void (*expand)(const int16_t *in, float scale, float *out, int n);
};

/* The table of an instruction set; FL_CPU_AUTO: the best of this machine; NULL: not available. */
const struct fl_net_kernels *fl_net_kernels_for(enum fl_cpu cpu);

#endif
