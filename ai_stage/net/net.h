/* A small convolutional network in 16-bit integers, run row by row.
 *
 * Sums are exact, so every machine and instruction set gives the same bits, and one instruction
 * multiplies and adds twice as much as in floats. docs/decisions/0009 has the figures.
 *
 * A network is a list of nodes, each a function of earlier ones, without padding: of a picture of
 * w x h pixels it gives the residual of the pixels that are at least `halo` from the borders. */
#ifndef FL_NET_H
#define FL_NET_H

#include "firstlight/error.h"

#include <stddef.h>
#include <stdint.h>

#define FL_NET_NODES    64
#define FL_NET_CHANNELS 256
#define FL_NET_PLANES   8 /* of the input */
#define FL_NET_LEVELS   5
#define FL_NET_STEP     32    /* pixels that kernels write at once; rows are that much longer */
#define FL_NET_MOST     32767 /* magnitude of an activation */

enum fl_net_kind {
    FL_NET_INPUT, /* planes to half resolution: channel 4 plane + 2 (y odd) + (x odd) */
    FL_NET_CONV,  /* 1x1 or 3x3 */
    FL_NET_DOWN,  /* half the resolution, C channels to 4 C: channel (2 (y odd) + (x odd)) C + c */
    FL_NET_UP     /* and back */
};

struct fl_net_node {
    enum fl_net_kind kind;
    int from;     /* node that it reads */
    int add;      /* node that is added to the result of a convolution; -1: none */
    int channels; /* of the result; even, of a convolution a multiple of 4 */
    int side;     /* of a convolution: 1 or 3 */
    int shift;    /* a sum is divided by 2^shift, rounded, */
    int leak;     /* and where it is negative by 2^leak once more; FL_NET_RELU: it becomes 0 */
    /* of a convolution: for every 4 channels, row, pair of input channels and column, 4 pairs of
     * 16-bit weights; sums begin with the bias */
    int32_t *weight, *bias;
    /* found when the network is read */
    int level;     /* 1: half resolution, 2: a quarter ... */
    int first;     /* row that can be made of an input that begins at row 0 */
    int ring_rows; /* that have to be kept */
};

#define FL_NET_RELU 31

struct fl_net {
    int planes; /* of the input */
    float input_scale[FL_NET_PLANES];
    float output_scale;
    int nodes;
    struct fl_net_node node[FL_NET_NODES];
    int halo;    /* pixels at each border that are read only; a multiple of align */
    int align;   /* sizes and places of tiles are multiples of it */
    double macs; /* multiplications a pixel */
};

/* Reads a network from the bytes of a file; what the format is stands in net_read.c. Nothing in it
 * is trusted. Errors: FL_ERR_CORRUPT, FL_ERR_UNSUPPORTED, FL_ERR_MEMORY. Thread-safe. */
fl_err fl_net_read(const void *data, size_t size, struct fl_net **out) FL_MUST_USE;
void fl_net_free(struct fl_net *net);

/* Finds level, first, ring_rows of each node and halo, align and macs of the net. Errors:
 * FL_ERR_CORRUPT where nodes do not fit each other. */
fl_err fl_net_plan(struct fl_net *net) FL_MUST_USE;

/* A piece of a picture: rows of floats, float y * stride + x of each plane. width and height are
 * multiples of align and larger than 2 halo. */
struct fl_net_tile {
    const float *in[FL_NET_PLANES];
    ptrdiff_t in_stride;
    float *out[3]; /* (width - 2 halo) x (height - 2 halo) */
    ptrdiff_t out_stride;
    int width, height;
};

struct fl_net_kernels;

/* Bytes of scratch memory that a tile of that width needs, 0 where that is too much. It has to be
 * aligned to FL_ALIGN, zeroed before the first tile, and is for tiles of one width only. */
size_t fl_net_scratch_size(const struct fl_net *net, int width);

/* The residual of a tile. Pure; as many threads at a time as there are scratches. */
void fl_net_run(const struct fl_net *net, const struct fl_net_kernels *kernels,
                const struct fl_net_tile *tile, void *scratch);

#endif
